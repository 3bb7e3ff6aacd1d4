"""Evaluating a lifted formula on concrete arrays."""

from triton_lift.evaluation.program import Program, ProgramOutput

__all__ = ["Program", "ProgramOutput"]
