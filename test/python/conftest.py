"""What the Python tests share: the repository's root on the path (for `examples`), hypothesis without time limits."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

# What is tested is the lifter, not what it once said; the tests of the store say where theirs is.
os.environ["TRITON_LIFT_CACHE"] = "off"

# Times vary with the machine's load; the draws are the same in each run, so that a failure can be repeated.
settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("repeatable")
