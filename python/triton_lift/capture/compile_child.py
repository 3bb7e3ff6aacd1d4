"""A process that compiles one kernel of a Python file: `python -m triton_lift.capture.compile_child`.

It runs the user's file, which may do anything, so it is a process of its own. A JSON request on standard input, a JSON
reply as the last line on standard output.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Answer one request."""
    with contextlib.suppress(OSError, AttributeError):  # who asked may be killed when out of time: go with it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)  # the limit that we inherit is for lifting
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))
    request = json.loads(sys.stdin.readline())
    reply_to = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the file prints is not ours
    print(json.dumps(answer(request)), file=reply_to, flush=True)
    os._exit(0)  # threads and exit handlers of the file are not waited for


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """`{"ttir": …, "expected": …}`, or `{"error": …, "location": …}`."""
    from triton_lift.capture.loading import LoadError, constants, load_kernel
    from triton_lift.capture.offline import CompileError, check_version, compile_kernel
    from triton_lift.capture.signature import SignatureError
    from triton_lift.capture.target import parse_target
    from triton_lift.expectations.decorator import formulas_of

    try:
        check_version()
        kernel, module = load_kernel(Path(request["file"]), request["kernel"])
        given = constants(request["constants"], module)
        text = compile_kernel(kernel, request["types"], given, parse_target(request["target"]))
        return {"ttir": text, "expected": formulas_of(kernel)}
    except CompileError as error:
        return {"error": error.message, "location": error.location}
    except (LoadError, SignatureError, TypeError, ValueError) as error:
        return {"error": str(error), "location": None}


if __name__ == "__main__":
    main()
