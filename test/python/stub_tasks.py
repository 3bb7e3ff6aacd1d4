"""Stand-ins for the lifter, named by the tests of workers and command line: the text of a source is its script.

Each line of the source is one kernel, `NAME BEHAVIOUR`; the first line may be `open BEHAVIOUR`.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator

from triton_lift.lifted import Lifted, ObligationCount, OutputFormula
from triton_lift.sources import IRSourceError
from triton_lift.workers.protocol import Began, Event, Opened, Provisional, Request
from triton_lift.workers.task import unreadable


def behave(behaviour: str) -> None:
    if behaviour == "abort":
        print("stub: Assertion `isa<To>(Val)' failed.", file=sys.stderr, flush=True)
        ctypes.CDLL(None).abort()
    elif behaviour == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif behaviour == "exit":
        os._exit(7)
    elif behaviour == "hang":
        time.sleep(1000)
    elif behaviour == "slow":
        time.sleep(0.2)
    elif behaviour == "log":  # that it was done, in the file that the environment names
        with open(os.environ["STUB_LOG"], "a") as log:
            log.write("done\n")
    elif behaviour == "spin":
        ctypes.CDLL(None).pause()  # out of Python's reach, as a loop in native code is
    elif behaviour == "raise":
        raise ZeroDivisionError("by design")
    elif behaviour == "eat":
        hoard = [bytearray(1 << 26) for _ in range(1000)]
        hoard.clear()


def scripted(request: Request) -> Iterator[Event]:
    file = request.source.file
    try:
        content = request.source.read()
        text = content if isinstance(content, str) else content.decode()
        lines = [line.split() for line in text.splitlines()]
    except IRSourceError as error:
        yield unreadable(request.source, error.message)
        return
    if lines[0][0] == "open":
        behave(lines.pop(0)[1])
    wanted = [line for line in lines if request.kernel in (None, line[0])][request.skip :]
    yield Opened(tuple(name for name, _ in wanted))
    for name, behaviour in wanted:
        yield Began(name)
        if behaviour.startswith("then-"):  # what comes after the result stands
            yield Provisional(result(name, file, "verified"))
            behaviour = behaviour.removeprefix("then-")
        behave(behaviour)
        yield result(name, file, behaviour)


def result(name: str, file: str, behaviour: str) -> Lifted:
    if behaviour in ("verified", "slow", "log", "double"):
        formula = "4·x[i]" if behaviour == "double" else "2·x[i]"
        return Lifted(
            name,
            file,
            status="verified",
            values="proved",
            coverage="proved",
            single_writer="proved",
            outputs=[OutputFormula("y", ["i"], "0 ≤ i < n", formula, r"y_{i} = 2 x_{i}")],
            preconditions=["n ≥ 1"],
            obligations=ObligationCount(3, 3, 0.01),
            seconds=0.02,
        )
    if behaviour == "refuted":
        return Lifted(
            name, file, status="refuted", values="refuted", reason="element 3 differs", location="k.py:7"
        )
    if behaviour == "unsupported":
        return Lifted(
            name, file, status="unsupported", reason="`tt.magic` has no semantics", location="k.py:9"
        )
    return Lifted(name, file, reason=f"the solver said {behaviour}")
