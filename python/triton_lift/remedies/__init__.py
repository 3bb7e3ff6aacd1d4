"""After refutation: what a kernel without a formula would compute if its loads had what they lack."""

from triton_lift.remedies.remedy import Remedy

__all__ = ["Remedy"]
