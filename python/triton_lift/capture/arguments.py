"""What a launch was given, as plain data: shapes and strides of tensors, numbers as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MAX_TEXT = 200


def described(value: Any) -> Any:
    """A tensor-like argument as its type, shape and strides (in elements); a number as itself; else its text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value if not isinstance(value, str) else value[:MAX_TEXT]
    if isinstance(value, tuple | list):
        return [described(item) for item in value[:64]]
    base = getattr(value, "base", None)  # a tensor descriptor
    if base is not None and hasattr(value, "block_shape"):
        return {"descriptor": described(base), "block_shape": [int(n) for n in value.block_shape]}
    if hasattr(value, "data_ptr") and hasattr(value, "dtype"):
        return {
            "dtype": str(value.dtype).removeprefix("torch."),
            "shape": [int(n) for n in getattr(value, "shape", ())],
            "strides": [int(n) for n in _strides(value)],
        }
    constant = getattr(value, "value", None)  # tl.constexpr
    if type(value).__name__ == "constexpr":
        return described(constant)
    return (getattr(value, "__name__", None) or str(value))[:MAX_TEXT]


def _strides(value: Any) -> Any:
    stride = getattr(value, "stride", None)
    return stride() if callable(stride) else ()


def all_described(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """By name; one that cannot be described is left out."""
    result = {}
    for name, value in arguments.items():
        try:
            result[name] = described(value)
        except Exception:  # somebody else's tensor class
            continue
    return result
