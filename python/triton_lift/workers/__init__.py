"""Native code runs in worker processes: whatever happens there, the caller goes on and gets a result."""

from __future__ import annotations

from triton_lift.workers.lift import lift_sources
from triton_lift.workers.pool import Pool

__all__ = ["Pool", "lift_sources"]
