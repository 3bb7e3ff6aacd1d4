"""When Triton has a kernel of which something is expected: the check, in a worker process, before the launch."""

from __future__ import annotations

import threading
import warnings
from pathlib import Path
from typing import Any

from triton_lift.expectations.decorator import (
    ATTRIBUTE,
    Expectation,
    ExpectationError,
    ExpectationWarning,
)
from triton_lift.lifted import Lifted

_lock = threading.Lock()
_listening = False
_problems: dict[tuple[str, str], tuple[bool, str] | None] = {}  # IR and formula → refuted or not, and why


def listen() -> None:
    """Put our listener where Triton calls it, once; what was there is still called."""
    global _listening
    with _lock:
        if _listening:
            return
        _listening = True
    try:
        from triton import knobs

        previous = knobs.compilation.listener
    except (ImportError, AttributeError):
        warnings.warn(
            "triton_lift.expects needs Triton 3.4: nothing is checked", ExpectationWarning, stacklevel=4
        )
        return

    def listener(**told: Any) -> None:
        if previous is not None:
            previous(**told)
        compiled(told.get("src"), told.get("metadata_group") or {})

    knobs.compilation.listener = listener


def compiled(source: Any, files: dict[str, str]) -> None:
    """A kernel was compiled, its stages are in `files`. Raises ExpectationError."""
    expectation = getattr(getattr(source, "fn", None), ATTRIBUTE, None)
    if not isinstance(expectation, Expectation):
        return
    name = str(getattr(source, "name", "kernel"))
    path = next((p for n, p in files.items() if n.endswith(".ttir")), None)
    if path is None:
        warnings.warn(f"{name}: Triton keeps no IR of it to check", ExpectationWarning, stacklevel=2)
        return
    text = Path(path).read_text()
    key = (text, expectation.formula)
    if key not in _problems:
        _problems[key] = problem(text, name, expectation)
    found = _problems[key]
    if found is None:
        return
    refuted, message = found
    if refuted and expectation.mode == "raise":
        raise ExpectationError(message)
    warnings.warn(message, ExpectationWarning, stacklevel=2)


def problem(text: str, name: str, expectation: Expectation) -> tuple[bool, str] | None:
    """Whether the kernel is refuted, and what to say of it; None where it computes what is expected."""
    try:
        (lifted,) = judged(text, name, expectation)
    except Exception as error:  # the program is not to suffer from it
        return False, f"{name} could not be checked: {type(error).__name__}: {error}"
    verdict = lifted.guesses[0] if lifted.guesses else None
    if verdict is not None and verdict.status == "proved":
        return None
    place = f" ({lifted.location})" if lifted.location else ""
    lines = [f"  expected  {expectation.formula}"]
    if verdict is not None and verdict.status == "refuted":
        lines.insert(0, f"{lifted.kernel}{place} does not compute what is expected")
        lines += [f"  computes  {o.array}[{', '.join(o.indices)}] = {o.formula}" for o in lifted.outputs]
        lines += [f"  {line}" for line in list(verdict.lines())[1:]]
        return True, "\n".join(lines)
    reason = lifted.reason if lifted.status != "verified" or verdict is None else verdict.reason
    lines.insert(0, f"{lifted.kernel}{place}: not decided whether it computes what is expected: {reason}")
    return False, "\n".join(lines)


def judged(text: str, name: str, expectation: Expectation) -> list[Lifted]:
    """The kernel's lift with the verdict on the formula, from a worker process or from an earlier time."""
    from triton_lift.expectations.judging import lifted_with
    from triton_lift.sources import text_source

    source = text_source(text, name)
    return lifted_with([source], expectation.formula, expectation.timeout, warn=lambda message: None)
