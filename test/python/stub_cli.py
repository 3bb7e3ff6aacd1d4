"""The command line with the stub of `stub_tasks` in place of the lifter: `python stub_cli.py ARGUMENTS`."""

from __future__ import annotations

import triton_lift.workers.pool
from triton_lift.cli import main

if __name__ == "__main__":
    triton_lift.workers.pool.LIFT_TASK = "stub_tasks:scripted"
    main()
