"""What the formula reveals of a kernel's floating-point behaviour: where it protects itself and where it does not.

A finding rests on the kernel's terms (is the argument of this exponential bounded?), never on names, and one that is
not protected is only reported with an input on which the kernel, run on the interpreter, shows it. Verdicts never
depend on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triton_lift.numerics.finding import Finding, Shown
    from triton_lift.numerics.stage import examine

__all__ = ["Finding", "Shown", "examine"]


def __getattr__(name: str) -> Any:
    """Who is only handed findings, by a worker, does not load what finds them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from triton_lift.numerics import finding, stage

    return getattr(stage if name == "examine" else finding, name)
