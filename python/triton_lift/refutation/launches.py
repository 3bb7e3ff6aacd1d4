"""Launches to try, the most ordinary first: grids, scalars, and what arrays hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from triton_lift.interpreter.code import Op
from triton_lift.refutation.roles import Roles
from triton_lift.witness import ArrayArgument, Number, arguments

Order = Literal["equal", "ascending", "descending"]
ORDERS: tuple[Order, ...] = ("equal", "ascending", "descending")
AXES = {"x": 0, "y": 1, "z": 2}
SMALL = 5  # no multiple of a block size


@dataclass(frozen=True)
class Parameter:
    """A kernel argument: its type as in a summary, and what its value is known to be a multiple of."""

    name: str
    type: str
    divisibility: int

    @property
    def is_array(self) -> bool:
        """Whether it is a pointer."""
        return self.type.startswith("ptr")

    @property
    def element(self) -> str:
        """What a pointer points to."""
        return self.type[len("ptr<") : -1].split(",")[0].removeprefix("!tt.")


@dataclass(frozen=True)
class Launch:
    """Scalars and a grid. Arrays have their contents, and no length before somebody runs it."""

    grid: tuple[int, int, int]
    args: Mapping[str, Number | ArrayArgument]

    def on(self, grid: tuple[int, int, int]) -> Launch:
        """The same arguments on another grid."""
        return Launch(grid, self.args)

    def arguments(self) -> dict[str, Any]:
        """The arguments as the interpreter takes them."""
        return arguments(self.args)


def parameters_of(summary: Mapping[str, Any]) -> list[Parameter]:
    """The parameters of a kernel's summary."""
    return [Parameter(p["name"], p["type"], p["divisibility"] or 1) for p in summary["params"]]


def axes_of(operations: Iterable[Op]) -> list[int]:
    """The axes of the grid that a kernel's programs tell themselves apart by."""
    found = {op.attributes["axis"] for op in operations if op.name == "tt.get_program_id"}
    return sorted(AXES[axis] if isinstance(axis, str) else int(axis) for axis in found)


def largest_block(operations: Iterable[Op]) -> int:
    """The largest extent of a tile, 1 without tiles."""
    sizes = [op.attributes["end"] - op.attributes["start"] for op in operations if op.name == "tt.make_range"]
    return max(sizes, default=1)


def scalars(
    parameters: list[Parameter], roles: Roles, size: int, order: Order, block: int, apart: bool
) -> dict[str, Number]:
    """One choice of scalars: sizes about `size`, equal or in order; strides that keep the elements apart; the
    others 1. With `apart` strides keep unmasked lanes apart too, and the others are far apart."""
    result: dict[str, Number] = {}
    largest = size
    ranked = _ranks(parameters, roles, "size", order)
    others = _ranks(parameters, roles, "other", order)
    for p in parameters:
        if p.is_array:
            continue
        if p.type == "i1":
            result[p.name] = True
        elif p.type[0] != "i":
            result[p.name] = 0.5
        else:
            wanted = 1
            if p.name in ranked:
                wanted = size + 2 * (ranked[p.name] % 4)  # not so different that runs take long
            elif apart and others.get(p.name):
                wanted = 8 * size * others[p.name] + 1
            limit = (1 << (int(p.type[1:]) - 1)) - 1
            result[p.name] = min(
                _odd_multiple(wanted, p.divisibility), limit // p.divisibility * p.divisibility
            )
            if p.name in ranked:
                largest = max(largest, int(result[p.name]))
    for array, names in roles.strides.items():
        reach = largest + 1
        if apart:  # rows may hold several tiles side by side, like both halves of a gate
            reach = (4 if order == "descending" else 1) * max(largest, block) + 1
        stride = reach if array in roles.dense else 1
        for p in reversed(parameters):
            if p.name in names and roles.of(p.name) == "stride":
                result[p.name] = -(-stride // p.divisibility) * p.divisibility
                stride = int(result[p.name]) * reach
    return result


def _ranks(parameters: list[Parameter], roles: Roles, role: str, order: Order) -> dict[str, int]:
    """The place of each integer of this role in the order; all are first where they are equal."""
    names = [p.name for p in parameters if p.type[0] == "i" and p.type != "i1" and roles.of(p.name) == role]
    if order == "equal":
        return dict.fromkeys(names, 0)
    return {n: i for i, n in enumerate(reversed(names) if order == "descending" else names)}


def _odd_multiple(wanted: int, step: int) -> int:
    """The least odd multiple of `step` that is at least `wanted`, or `wanted` where anything will do."""
    if step == 1:
        return wanted
    count = -(-wanted // step)
    return (count | 1) * step


def contents(parameter: Parameter, number: int) -> ArrayArgument:
    """What an array holds: floats of both signs that every format has exactly; integers that are all different, and
    rise, as far as the type goes; ones for bits."""
    kind = parameter.element
    if kind == "i1":
        return ArrayArgument(kind, 0, [1])
    if kind.startswith("i"):
        return (
            ArrayArgument(kind, 0, [0], 1) if int(kind[1:]) > 8 else ArrayArgument(kind, 0, list(range(100)))
        )
    return ArrayArgument(kind, 0, [((5 * i + 3 * number) % 11 - 5) / 4 for i in range(11)])


def launch_of(
    parameters: list[Parameter], roles: Roles, size: int, order: Order, block: int, apart: bool
) -> Launch:
    """One launch of one program; `scalars` says what is what."""
    args: dict[str, Number | ArrayArgument] = {}
    numbers = scalars(parameters, roles, size, order, block, apart)
    for i, p in enumerate(parameters):
        args[p.name] = contents(p, i) if p.is_array else numbers[p.name]
    return Launch((1, 1, 1), args)


def grids(axes: list[int], *, several: bool) -> Iterator[tuple[int, int, int]]:
    """One program and then two along each axis that tells programs apart; with `several`, these first."""
    single = (1, 1, 1)
    double = [tuple(2 if axis == a else 1 for axis in range(3)) for a in axes]
    if len(axes) > 1:
        double.append(tuple(2 if axis in axes else 1 for axis in range(3)))
    yield from ([*double, single] if several else [single, *double])  # type: ignore[misc]
