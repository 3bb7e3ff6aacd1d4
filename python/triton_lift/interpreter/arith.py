"""Semantics of `arith`, `ub` and the one operation of `llvm` that Triton uses.

Integers are held as signed numbers of their width and wrap; the unsigned operations look at the same bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from triton_lift.interpreter.code import Op
from triton_lift.interpreter.elements import NATIVE, Array, Element, round_to
from triton_lift.interpreter.errors import InterpreterError, UnsupportedOp
from triton_lift.interpreter.registry import elementwise, semantics


def unsigned(x: Array) -> Array:
    """The same bits, read as an unsigned number."""
    x = np.asarray(x)
    return x.astype(np.uint8) if x.dtype == np.bool_ else x.view(f"u{x.dtype.itemsize}")


def signed(x: Array) -> Array:
    """The number itself; a set i1 is -1."""
    x = np.asarray(x)
    return -x.astype(np.int8) if x.dtype == np.bool_ else x


def like(result: Array, x: Array) -> Array:
    """The low bits of an integer result, in the type of the operand."""
    x = np.asarray(x)
    if x.dtype == np.bool_:
        return (np.asarray(result).astype(np.int64) & 1).astype(np.bool_)
    return np.asarray(result).astype(x.dtype, copy=False)


@semantics("arith.constant")
def constant(machine: Any, op: Op) -> Array:
    value = op.attributes["value"]
    if isinstance(value, str):
        raise UnsupportedOp(f"constant {value}", op.name, op.location)
    if op.out.kind == "int" and isinstance(value, int):
        # An integer attribute may be given by its unsigned reading.
        value = value & 1 if op.out.width == 1 else _wrap(value, op.out.width)
    filled = op.out.round(np.asarray(value))
    return np.broadcast_to(filled, op.type.shape)


def _wrap(value: int, width: int) -> int:
    return ((value + (1 << (width - 1))) % (1 << width)) - (1 << (width - 1))


@semantics("ub.poison")
def poison(machine: Any, op: Op) -> Array:
    return np.broadcast_to(machine.garbage(op.out), op.type.shape)


@semantics("llvm.intr.assume")
def assume(machine: Any, op: Op, condition: Array, *bundles: Array) -> None:
    if not np.all(condition):
        raise InterpreterError("the assumption does not hold", op.name, op.location)


def _add(x: Array, y: Array) -> Array:
    return x ^ y if np.asarray(x).dtype == np.bool_ else x + y


def _sub(x: Array, y: Array) -> Array:
    return x ^ y if np.asarray(x).dtype == np.bool_ else x - y


def _mul(x: Array, y: Array) -> Array:
    return x & y if np.asarray(x).dtype == np.bool_ else x * y


@semantics("arith.divsi", "arith.remsi", "arith.divui", "arith.remui", "arith.ceildivsi", "arith.floordivsi")
@semantics("arith.ceildivui")
def divide(machine: Any, op: Op, x: Array, y: Array) -> Array:
    """Truncating division and its remainder. By zero it gives garbage: a masked lane may do that."""
    read = unsigned if op.name.endswith("ui") else signed
    a, b = read(x), read(y)
    b = np.where(b == 0, np.ones_like(b), b)
    remainder = np.fmod(a, b)
    quotient = (a - remainder) // b
    if "ceil" in op.name:
        quotient = quotient + ((remainder != 0) & ((a < 0) == (b < 0)))
    elif "floor" in op.name:
        quotient = quotient - ((remainder != 0) & ((a < 0) != (b < 0)))
    result = remainder if "rem" in op.name else quotient
    return np.where(np.asarray(y) == 0, machine.garbage(op.out), like(result, x))


_COMPARE = {
    "eq": np.equal,
    "ne": np.not_equal,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
}
_CMPI = ("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge")
_CMPF = (
    *("false", "oeq", "ogt", "oge", "olt", "ole", "one", "ord"),
    *("ueq", "ugt", "uge", "ult", "ule", "une", "uno", "true"),
)


@semantics("arith.cmpi")
def compare_integers(machine: Any, op: Op, x: Array, y: Array) -> Array:
    predicate = _CMPI[op.attributes["predicate"]]
    read = unsigned if predicate[0] == "u" else signed
    result: Array = _COMPARE[predicate[-2:]](read(x), read(y))
    return result


@semantics("arith.cmpf")
def compare_floats(machine: Any, op: Op, x: Array, y: Array) -> Array:
    predicate = _CMPF[op.attributes["predicate"]]
    unordered = np.isnan(x) | np.isnan(y)
    if predicate in ("ord", "uno"):
        return unordered if predicate == "uno" else ~unordered
    if predicate in ("true", "false"):
        return np.full(np.shape(unordered), predicate == "true")
    result: Array = _COMPARE[predicate[1:]](x, y)
    return result | unordered if predicate[0] == "u" else result & ~unordered


@semantics("arith.select")
def select(machine: Any, op: Op, condition: Array, x: Any, y: Any) -> Any:
    if op.type.element is None:  # descriptors and the like: the condition is one bit
        return x if condition else y
    return np.where(condition, x, y)


@semantics("arith.shli", "arith.shrui")
def shift(machine: Any, op: Op, x: Array, y: Array) -> Array:
    """Shifts by the width or more give 0, as the hardware does."""
    value, amount = unsigned(x), unsigned(y)
    function = np.left_shift if op.name == "arith.shli" else np.right_shift
    inside = amount < op.out.width
    shifted = function(value, np.where(inside, amount, 0).astype(value.dtype))
    return like(np.where(inside, shifted, 0).astype(value.dtype), x)


@semantics("arith.shrsi")
def shift_right_signed(machine: Any, op: Op, x: Array, y: Array) -> Array:
    amount = np.minimum(unsigned(y), op.out.width - 1).astype(signed(x).dtype)
    return like(np.right_shift(signed(x), amount), x)


@semantics("arith.mulsi_extended", "arith.mului_extended")
def multiply_extended(machine: Any, op: Op, x: Array, y: Array) -> tuple[Array, Array]:
    return like(x * y, x), high_product(x, y, op.out.width, op.name == "arith.mulsi_extended")


def high_product(x: Array, y: Array, width: int, is_signed: bool) -> Array:
    """The high half of the product of two integers."""
    read = signed if is_signed else unsigned
    a, b = read(x).astype(object), read(y).astype(object)
    high = np.asarray((a * b) >> width)
    return (
        np.asarray([_wrap(int(v), width) for v in high.ravel()])
        .reshape(high.shape)
        .astype(np.asarray(x).dtype)
    )


@semantics("arith.extsi", "arith.extui", "arith.trunci", "arith.index_cast", "arith.index_castui")
def resize(machine: Any, op: Op, x: Array) -> Array:
    read = unsigned if op.name in ("arith.extui", "arith.index_castui") else signed
    value = read(x)
    if op.out.name == "i1":
        return (value & 1).astype(np.bool_)
    return value.astype(op.out.dtype)


@semantics("arith.sitofp", "arith.uitofp")
def integer_to_float(machine: Any, op: Op, x: Array) -> Array:
    value = signed(x) if op.name == "arith.sitofp" else unsigned(x)
    return op.out.round(value)


@semantics("arith.fptosi", "arith.fptoui")
def float_to_integer(machine: Any, op: Op, x: Array) -> Array:
    """Toward zero. What does not fit saturates and nan gives 0, as the hardware does."""
    is_signed = op.name == "arith.fptosi"
    return saturating(x, op.out, is_signed)


def saturating(x: Array, out: Element, is_signed: bool) -> Array:
    """Conversion of floats to integers of type `out`."""
    if out.width == 1:
        return np.asarray(np.trunc(x) != 0)
    low = -(2 ** (out.width - 1)) if is_signed else 0
    high = low + 2**out.width - 1
    wide = np.trunc(np.asarray(x, np.float64))
    inside = np.where((wide >= low) & (wide < float(high) + 1.0), wide, 0.0)
    dtype = out.dtype if is_signed else np.dtype(f"u{out.dtype.itemsize}")
    value = inside.astype(dtype)
    value = np.where(
        wide < low, np.asarray(low, dtype), np.where(wide >= high, np.asarray(high, dtype), value)
    )
    return value.view(out.dtype)


@semantics("arith.truncf")
def truncate_float(machine: Any, op: Op, x: Array) -> Array:
    return convert_float(x, op.out, op.attributes.get("roundingmode"))


def convert_float(x: Array, out: Element, rounding: Any = None) -> Array:
    """A float in another format: to nearest, or toward zero."""
    if rounding not in ("rtz", "toward_zero"):
        return out.round(x)
    fmt = out.format or NATIVE.get(out.name)
    return out.round(x) if fmt is None else round_to(x, fmt, toward_zero=True).astype(out.dtype)


@semantics("arith.bitcast", "tt.bitcast")
def bitcast(machine: Any, op: Op, x: Array) -> Array:
    source = op.operand_types[0].element
    if source is None or source.width != op.out.width:
        raise UnsupportedOp(f"bitcast to {op.type.text}", op.name, op.location)
    if source.kind == "pointer":
        return x
    raw = np.ascontiguousarray(source.to_storage(x)).view(op.out.storage).reshape(np.shape(x))
    return op.out.from_storage(raw)


elementwise(
    {
        "arith.addf": np.add,
        "arith.subf": np.subtract,
        "arith.mulf": np.multiply,
        "arith.divf": np.divide,
        "arith.remf": np.fmod,
        "arith.negf": np.negative,
        "arith.maxnumf": np.fmax,
        "arith.minnumf": np.fmin,
        "arith.maximumf": np.maximum,
        "arith.minimumf": np.minimum,
        "arith.extf": np.asarray,
        "arith.addi": _add,
        "arith.subi": _sub,
        "arith.muli": _mul,
        "arith.andi": np.bitwise_and,
        "arith.ori": np.bitwise_or,
        "arith.xori": np.bitwise_xor,
        "arith.maxsi": lambda x, y: like(np.maximum(signed(x), signed(y)), x),
        "arith.minsi": lambda x, y: like(np.minimum(signed(x), signed(y)), x),
        "arith.maxui": lambda x, y: like(np.maximum(unsigned(x), unsigned(y)), x),
        "arith.minui": lambda x, y: like(np.minimum(unsigned(x), unsigned(y)), x),
    }
)
