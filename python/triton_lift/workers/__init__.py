"""Native code runs in worker processes: whatever happens there, the caller goes on and gets a result.

What the caller needs is loaded when it is asked for: the worker's side is in this package too, and starts the sooner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triton_lift.workers.lift import lift_sources
    from triton_lift.workers.pool import Pool

__all__ = ["Pool", "lift_sources"]


def __getattr__(name: str) -> Any:
    if name == "Pool":
        from triton_lift.workers.pool import Pool

        return Pool
    if name == "lift_sources":
        from triton_lift.workers.lift import lift_sources

        return lift_sources
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
