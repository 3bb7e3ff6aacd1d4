"""The decorator: it notes on the kernel what is expected, and has Triton tell us when the kernel is compiled."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

Mode = Literal["raise", "warn", "off"]
Kernel = TypeVar("Kernel")
VARIABLE = "TRITON_LIFT_EXPECTS"
ATTRIBUTE = "_triton_lift_expectation"
DEPTH = 8  # of decorators around a kernel: autotune, heuristics


class ExpectationError(Exception):
    """A kernel was shown not to compute what is expected of it."""


class ExpectationWarning(UserWarning):
    """The same where only a warning was asked for; or it could not be decided."""


@dataclass(frozen=True)
class Expectation:
    """What a kernel is to compute, and what to do if it does not; `timeout` in seconds."""

    formula: str | Callable[..., Any]
    mode: Mode
    timeout: float


def expects(formula: str, *, mode: Mode | None = None, timeout: float = 60.0) -> Callable[[Kernel], Kernel]:
    """Expect of a kernel (of `@triton.jit`, `@triton.autotune`, …) that it computes `formula`.

    `formula` has statements `array[indices] = value`, separated by `;` or line breaks, in the names of the kernel's
    parameters. It is checked when Triton has compiled the kernel or taken it from its cache, before the first launch
    of each specialisation. A kernel that is refuted raises ExpectationError with a launch that shows it; with
    `mode="warn"` that is an ExpectationWarning, as is in both what can neither be proved nor refuted within `timeout`
    seconds. `mode="off"` checks nothing. TRITON_LIFT_EXPECTS in the environment overrides the mode of all kernels.

    Instead of a formula there may be a PyTorch function, which is not proved but tried: it gets the run-time arguments
    that it has parameters for, arrays as flat tensors, and writes into them what the kernel should; the kernel is
    executed from its IR, on small launches.

    The kernel itself is returned as it is. Raises ValueError for a mode that there is not, TypeError for what is no
    kernel.
    """
    chosen = mode_of(mode)

    def noted(kernel: Kernel) -> Kernel:
        if chosen == "off":
            return kernel
        function = jit_function(kernel)
        if type(function).__name__ == "InterpretedFunction":  # TRITON_INTERPRET: nothing is compiled
            return kernel
        if not hasattr(function, "cache_key"):
            raise TypeError(f"expects is for kernels: put it above @triton.jit, not on {kernel!r}")
        setattr(function, ATTRIBUTE, Expectation(formula, chosen, timeout))
        from triton_lift.expectations.listening import listen

        listen()
        return kernel

    return noted


def jit_function(kernel: Any) -> Any:
    """What `@triton.jit` has made, within an autotuner or the like."""
    for _ in range(DEPTH):
        if hasattr(kernel, "cache_key") or not hasattr(kernel, "fn"):
            break
        kernel = kernel.fn
    return kernel


def expectation_of(kernel: Any) -> Expectation | None:
    """What is expected of a kernel; None where nothing is."""
    found = getattr(jit_function(kernel), ATTRIBUTE, None)
    return found if isinstance(found, Expectation) else None


def formulas_of(kernel: Any) -> list[str]:
    """The formula that is expected of a kernel, as a guess; none where it is a function."""
    found = expectation_of(kernel)
    if found is None or not isinstance(found.formula, str):
        return []
    return [one_statement_list(found.formula)]


def one_statement_list(formula: str) -> str:
    """A line for each statement, as the language has it: with semicolons."""
    return "; ".join(filter(None, (line.strip() for line in formula.splitlines())))


def mode_of(mode: Mode | None) -> Mode:
    """The mode that holds: the environment's, else the one given, else `raise`. Raises ValueError."""
    told = os.environ.get(VARIABLE) or mode or "raise"
    for known in get_args(Mode):
        if told == known:
            return known  # type: ignore[no-any-return]
    raise ValueError(f"mode must be one of {', '.join(get_args(Mode))}, not {told!r}")
