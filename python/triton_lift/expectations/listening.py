"""When Triton has a kernel of which something is expected: the check, in a worker process, before the launch."""

from __future__ import annotations

import threading
import warnings
from pathlib import Path
from typing import Any

from triton_lift.expectations.decorator import (
    Expectation,
    ExpectationError,
    ExpectationWarning,
    expectation_of,
)
from triton_lift.lifted import Lifted

_lock = threading.Lock()
_listening = False
# IR and what is expected → refuted or not, and why
_problems: dict[tuple[str, object], tuple[bool, str] | None] = {}


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
    expectation = expectation_of(getattr(source, "fn", None))
    if expectation is None:
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
        lifted, verdict, lines = (judged if isinstance(expectation.formula, str) else tried)(
            text, name, expectation
        )
    except Exception as error:  # the program is not to suffer from it
        return False, f"{name} could not be checked: {type(error).__name__}: {error}"
    if verdict:
        return None
    formula = expectation.formula
    expected = formula if isinstance(formula, str) else getattr(formula, "__qualname__", repr(formula))
    place = f" ({lifted.location})" if lifted.location else ""
    lines = [f"  expected  {expected}", *(f"  {line}" for line in lines)]
    if verdict is None:
        head = f"{lifted.kernel}{place}: not decided whether it computes what is expected"
        return False, "\n".join([head, *lines])
    found = [f"  computes  {o.array}[{', '.join(o.indices)}] = {o.formula}" for o in lifted.outputs]
    return True, "\n".join([f"{lifted.kernel}{place} does not compute what is expected", *found, *lines])


def judged(text: str, name: str, expectation: Expectation) -> tuple[Lifted, bool | None, list[str]]:
    """The kernel's lift, whether the formula holds (None: not decided), and why; by a worker process or from an earlier
    time."""
    from triton_lift.expectations.judging import lifted_with
    from triton_lift.sources import text_source

    assert isinstance(expectation.formula, str)
    source = text_source(text, name)
    (lifted,) = lifted_with([source], expectation.formula, expectation.timeout, warn=lambda message: None)
    if lifted.status != "verified" or not lifted.guesses:
        return lifted, None, [f"it is not verified: {lifted.reason or lifted.status}"]
    verdict = lifted.guesses[0]
    verdicts = {"proved": True, "refuted": False}
    return lifted, verdicts.get(verdict.status), [line.strip() for line in list(verdict.lines())[1:]]


def tried(text: str, name: str, expectation: Expectation) -> tuple[Lifted, bool | None, list[str]]:
    """The same for a function: True where it agrees with the kernel on all launches."""
    from triton_lift.expectations.references import disagreement
    from triton_lift.expectations.trials import trials
    from triton_lift.sources import text_source
    from triton_lift.workers.protocol import Request

    assert callable(expectation.formula)
    lifted, found = trials(Request(0, text_source(text, name), timeout=expectation.timeout))
    if not found:
        reason = lifted.reason or "no small launch was found on which it can be executed"
        return lifted, None, [reason]
    difference = disagreement(expectation.formula, lifted, found)
    return lifted, difference is None, [difference] if difference else []
