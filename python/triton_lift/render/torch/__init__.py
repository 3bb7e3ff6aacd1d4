"""A lifted kernel as a PyTorch function: terms become tensor expressions, and those become text."""

from triton_lift.render.torch.errors import TorchError
from triton_lift.render.torch.function import torch_function

__all__ = ["TorchError", "torch_function"]
