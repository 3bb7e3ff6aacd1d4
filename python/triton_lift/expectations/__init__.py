"""Formulas that kernels are expected to compute: `@triton_lift.expects("out[i] = x[i] + y[i]")`."""

from triton_lift.expectations.decorator import ExpectationError, ExpectationWarning, expects

__all__ = ["ExpectationError", "ExpectationWarning", "expects"]
