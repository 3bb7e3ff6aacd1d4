"""Executes Triton IR concretely, with numpy: the oracle that is independent of everything the lifter does."""

from triton_lift.interpreter.errors import InterpreterError, UnsupportedOp
from triton_lift.interpreter.machine import Options
from triton_lift.interpreter.run import TensorDescriptor, interpret

__all__ = ["InterpreterError", "Options", "TensorDescriptor", "UnsupportedOp", "interpret"]
