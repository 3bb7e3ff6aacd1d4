"""Semantics of `tt.elementwise_inline_asm`: straight-line NVIDIA assembly on 32-bit registers, executed on bits.

Every register holds 32 bits, or a truth value; an instruction reads them as its type says. Approximations are computed
like the function they approximate.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from triton_lift.interpreter.code import Op
from triton_lift.interpreter.elements import Array
from triton_lift.interpreter.errors import UnsupportedOp
from triton_lift.interpreter.machine import Machine
from triton_lift.interpreter.math import rsqrt
from triton_lift.interpreter.registry import semantics
from triton_lift.interpreter.scf import results

TYPES = {"f32": np.float32, "s32": np.int32, "u32": np.uint32, "b32": np.uint32}
INSTRUCTIONS: dict[str, Callable[..., Array]] = {
    "mov": lambda a: a,
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "fma": lambda a, b, c: (a.astype(np.float64) * b + c).astype(np.float32),
    "max": np.fmax,
    "min": np.fmin,
    "abs": np.abs,
    "neg": np.negative,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "ex2": np.exp2,
    "lg2": np.log2,
    "sqrt": np.sqrt,
    "rsqrt": rsqrt,
    "rcp": np.reciprocal,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
}
COMPARISONS: dict[str, Callable[..., Array]] = {
    "eq": np.equal,
    "ne": lambda a, b: (a < b) | (a > b),
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "neu": np.not_equal,
}
_MODIFIERS = {"rn", "ftz", "approx", "full"}
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def _read(registers: dict[str, Array], operand: str, kind: type[Any]) -> Array:
    if operand in registers:
        return registers[operand].view(kind)
    if operand.lower().startswith("0f"):
        return np.asarray(int(operand[2:], 16), np.uint32).view(kind)
    if kind is np.float32:
        return np.asarray(operand, np.float32)
    return np.asarray(int(operand, 0) & 0xFFFFFFFF, np.uint32).view(kind)


def execute(registers: dict[str, Array], statement: str) -> None:
    """One instruction. Raises KeyError or ValueError where it is not known."""
    predicate = None
    if statement.startswith("@"):
        predicate, statement = statement[1:].split(None, 1)
    code, _, rest = statement.partition(" ")
    name, *modifiers, kind = code.split(".")
    target, *operands = (part.strip() for part in rest.split(","))
    if name == "setp":
        a, b = (_read(registers, operand, TYPES[kind]) for operand in operands)
        value = COMPARISONS[modifiers[0]](a, b)
    elif name == "selp":
        a, b = (_read(registers, operand, TYPES[kind]) for operand in operands[:2])
        value = np.where(registers[operands[2]], a, b)
    else:
        if not set(modifiers) <= _MODIFIERS:
            raise KeyError(code)
        value = INSTRUCTIONS[name](*(_read(registers, operand, TYPES[kind]) for operand in operands))
        value = np.asarray(value, TYPES[kind])
    if predicate is not None:
        holds = registers[predicate.removeprefix("!")] ^ predicate.startswith("!")
        old = registers[target].view(value.dtype) if target in registers else np.zeros((), value.dtype)
        value = np.where(holds, value, old)
    registers[target] = np.asarray(value)


@semantics("tt.elementwise_inline_asm")
def inline_assembly(machine: Machine, op: Op, *inputs: Array) -> Any:
    if op.attributes.get("packed_element", 1) != 1:
        raise UnsupportedOp("packed assembly", op.name, op.location)
    registers = {f"${len(op.results) + i}": np.asarray(x) for i, x in enumerate(inputs)}
    text = _COMMENT.sub(" ", op.attributes["asm_string"])
    try:
        for statement in text.split(";"):
            statement = " ".join(statement.strip().strip("{}").split())
            if statement and not statement.startswith(".reg"):
                execute(registers, statement)
        found = []
        for i, kind in enumerate(op.types):
            assert kind.element is not None
            value = registers[f"${i}"].view(kind.element.dtype)
            found.append(np.broadcast_to(value, kind.shape))
    except (KeyError, ValueError, TypeError) as error:
        raise UnsupportedOp(f"assembly ({error})", op.name, op.location) from error
    return results(op, found)
