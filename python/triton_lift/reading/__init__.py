"""From the summary of symbolic interpretation to terms: the one place that knows the `lift` dialect's spelling."""

from triton_lift.reading.kernel import Carry, Effect, Kernel, Loop, Parameter, Rounding, Unsupported, WrapRisk
from triton_lift.reading.summary import read_summary

__all__ = [
    "Carry",
    "Effect",
    "Kernel",
    "Loop",
    "Parameter",
    "Rounding",
    "Unsupported",
    "WrapRisk",
    "read_summary",
]
