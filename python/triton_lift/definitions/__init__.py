"""Named functions, softmax, layer_norm, matmul, …: definitions in the formula language, found in values and proved."""

from triton_lift.definitions.library import Definition, library
from triton_lift.definitions.stage import name_outputs

__all__ = ["Definition", "library", "name_outputs"]
