"""Semantics of `cf`: branches between the blocks of a function."""

from __future__ import annotations

from typing import Any

from triton_lift.interpreter.code import Op
from triton_lift.interpreter.elements import Array
from triton_lift.interpreter.errors import InterpreterError
from triton_lift.interpreter.machine import Machine
from triton_lift.interpreter.registry import branch, semantics


@branch("cf.br")
def jump(op: Op, *arguments: Any) -> tuple[int, tuple[Any, ...]]:
    return 0, arguments


@branch("cf.cond_br")
def conditional_jump(op: Op, chosen: Array, *arguments: Any) -> tuple[int, tuple[Any, ...]]:
    count = op.attributes["operandSegmentSizes"][1]
    return (0, arguments[:count]) if chosen else (1, arguments[count:])


@semantics("cf.assert")
def check(machine: Machine, op: Op, holds: Array) -> None:
    if not holds:
        raise InterpreterError(f"assertion fails: {op.attributes.get('msg', '')}", op.name, op.location)
