"""What has no rendering in PyTorch."""


class TorchError(ValueError):
    """Something of the formula has no rendering in PyTorch; says what."""
