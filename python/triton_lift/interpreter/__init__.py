"""Executes Triton IR concretely, with numpy: the oracle that is independent of everything the lifter does."""

from triton_lift.interpreter.errors import InterpreterError, OutOfTime, UnsupportedOp
from triton_lift.interpreter.machine import Options, Write
from triton_lift.interpreter.run import Executable, TensorDescriptor, interpret

__all__ = [
    "Executable",
    "InterpreterError",
    "Options",
    "OutOfTime",
    "TensorDescriptor",
    "UnsupportedOp",
    "Write",
    "interpret",
]
