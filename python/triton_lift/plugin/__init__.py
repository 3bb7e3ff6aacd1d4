"""Lifts kernels as a program compiles them: `triton-lift run script.py`, or from within the program.

    import triton_lift.plugin        # does something only where the environment has TRITON_LIFT=1
    triton_lift.install()            # whatever the environment says

Each kernel that Triton (3.4 or newer) compiles or takes from its cache is noted by a listener, and lifted in processes
of their own while the program runs on; a table is printed when it ends. The program itself is not changed: no cache
key, no exception, nothing that a launch waits for.
"""

from __future__ import annotations

import os

from triton_lift.plugin.session import install, listener, uninstall

__all__ = ["install", "listener", "uninstall"]

if os.environ.get("TRITON_LIFT", "").lower() in ("1", "true", "yes", "on"):
    install()
