"""Found by every Python that `triton-lift run` starts: puts the plugin in, then the program's own sitecustomize.

Whatever goes wrong here, the program runs as it would without.
"""

import contextlib
import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [p for p in sys.path if os.path.abspath(p) != _here]

if os.environ.get("TRITON_LIFT_SOCKET"):
    with contextlib.suppress(Exception):
        from triton_lift.plugin.quiet import install_quietly

        install_quietly()

del sys.modules["sitecustomize"]
try:
    import sitecustomize  # type: ignore[import-not-found]  # noqa: F401 - the next one on the path
except ImportError as _error:
    if _error.name != "sitecustomize":
        raise
    sys.modules["sitecustomize"] = type(sys)("sitecustomize")
