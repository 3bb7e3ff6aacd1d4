"""Evaluating a lifted formula on concrete arrays."""

from triton_lift.evaluation.program import Operation, Program, ProgramOutput

__all__ = ["Operation", "Program", "ProgramOutput"]
