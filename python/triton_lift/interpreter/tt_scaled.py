"""Semantics of `tt`, part 5: `dot_scaled`, the product of matrices in microscaling formats.

Along K, each group of elements shares a scale: a power of two stored as its biased exponent (e8m0, groups of 32),
or an 8-bit float (groups of 16). A 4-bit format (e2m1) holds two elements in a byte, the first in the low half.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from triton_lift.interpreter.code import Op
from triton_lift.interpreter.elements import Array, Element, element
from triton_lift.interpreter.errors import UnsupportedOp
from triton_lift.interpreter.machine import Machine
from triton_lift.interpreter.registry import semantics

_E2M1 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6], np.float32)
_EIGHT_BITS = {"e4m3": "f8E4M3FN", "e5m2": "f8E5M2"}
_NAMES = ("e4m3", "e5m2", "e2m3", "e3m2", "e2m1", "bf16", "fp16")


def _values(op: Op, x: Array, attribute: Any, k_axis: int, packed_along_k: bool) -> Array:
    """The elements of an operand, in f32."""
    kind = _NAMES[attribute] if isinstance(attribute, int) else str(attribute)
    if x.dtype.kind == "f":
        return x.astype(np.float32)
    if kind in _EIGHT_BITS:
        return element(_EIGHT_BITS[kind]).from_storage(x.view(np.uint8))
    if kind == "e2m1":
        axis = k_axis if packed_along_k else -3 - k_axis  # of the last two, the other one
        bits = x.view(np.uint8)
        pair = np.stack([_E2M1[bits & 15], _E2M1[bits >> 4]], axis=axis)
        shape = list(x.shape)
        shape[axis] *= 2
        return pair.reshape(shape)
    raise UnsupportedOp(f"elements of type {kind}", op.name, op.location)


def _scales(x: Array, kind: Element | None, elements: int) -> Array:
    """The scale of each of `elements` elements along the last axis."""
    if kind is not None and kind.kind == "float":
        scale = x.astype(np.float64)
    else:
        bits = x.view(np.uint8)
        scale = np.where(bits == 255, np.nan, np.ldexp(1.0, bits.astype(np.int32) - 127))
    return np.repeat(scale, elements // x.shape[-1], axis=-1)


@semantics("tt.dot_scaled")
def dot_scaled(machine: Machine, op: Op, *operands: Array) -> Array:
    sizes = op.attributes["operandSegmentSizes"]
    kinds = [t.element for t in op.operand_types]
    a, b, c = operands[:3]
    left = _values(op, a, op.attributes["a_elem_type"], -1, bool(op.attributes.get("lhs_k_pack", True)))
    right = _values(op, b, op.attributes["b_elem_type"], -2, bool(op.attributes.get("rhs_k_pack", True)))
    wide_left, wide_right = left.astype(np.float64), right.astype(np.float64)
    if sizes[3]:
        wide_left = wide_left * _scales(operands[3], kinds[3], left.shape[-1])
    if sizes[4]:
        scale = _scales(operands[-1], kinds[-1], right.shape[-2])
        wide_right = wide_right * np.swapaxes(scale, -1, -2)
    return op.out.round(wide_left @ wide_right + c)
