"""What the formula reveals of a kernel's floating-point behaviour: where it protects itself and where it does not.

A finding rests on the kernel's terms (is the argument of this exponential bounded?), never on names, and one that is
not protected is only reported with an input on which the kernel, run on the interpreter, shows it. Verdicts never
depend on it.
"""

from triton_lift.numerics.finding import Finding, Shown
from triton_lift.numerics.stage import examine

__all__ = ["Finding", "Shown", "examine"]
