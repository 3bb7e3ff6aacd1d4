"""Semantics of `scf`: loops and conditions. The results of one region are the last one's terminator's operands."""

from __future__ import annotations

from typing import Any

from triton_lift.interpreter.arith import unsigned
from triton_lift.interpreter.code import Op
from triton_lift.interpreter.elements import Array
from triton_lift.interpreter.errors import InterpreterError
from triton_lift.interpreter.machine import Machine
from triton_lift.interpreter.registry import semantics


def results(op: Op, values: list[Any]) -> Any:
    """Values as a function of `registry` returns them."""
    return values[0] if len(op.results) == 1 else tuple(values)


@semantics("scf.for")
def for_loop(machine: Machine, op: Op, low: Array, high: Array, step: Array, *state: Any) -> Any:
    read = unsigned if op.attributes.get("unsignedCmp") else (lambda x: x)
    start, stop, stride = (int(read(x)) for x in (low, high, step))
    if stride <= 0:
        raise InterpreterError(f"step {stride} is not positive", op.name, op.location)
    values = list(state)
    dtype = low.dtype
    for position in range(start, stop, stride):
        values = machine.run(op.regions[0], [dtype.type(position), *values])
    return results(op, values)


@semantics("scf.if")
def condition(machine: Machine, op: Op, chosen: Array) -> Any:
    region = op.regions[0 if chosen else 1]
    return results(op, machine.run(region, []) if region.blocks else [])


@semantics("scf.while")
def while_loop(machine: Machine, op: Op, *state: Any) -> Any:
    values = list(state)
    for _ in range(machine.options.max_steps):
        again, *values = machine.run(op.regions[0], values)
        if not again:
            return results(op, values)
        values = machine.run(op.regions[1], values)
    raise InterpreterError(f"no end after {machine.options.max_steps} iterations", op.name, op.location)


@semantics("scf.execute_region")
def execute_region(machine: Machine, op: Op) -> Any:
    return results(op, machine.run(op.regions[0], []))
