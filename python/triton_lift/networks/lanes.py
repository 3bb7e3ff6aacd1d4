"""What a tensor's elements are, lane by lane, where they are elements of other tensors that were moved about.

An element that moves is a *token*: nobody looks at it except to compare it with another one. Bits may be mixed by
exclusive or (a swap is often written x ^= x ^ y); a token comes out again where all others cancel. How tokens compare
is presumed (`Order`), and everything is evaluated under it, for all lanes at once. Exact: what is not covered raises
`NotMoved`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from triton_lift.networks.graph import Graph

Array = Any
Order = Mapping[int, int]
"""Tensor ↦ how its tokens of lower slots compare with those of higher ones: −1, 0, 1."""
_SLOTS = 60


class NotMoved(Exception):
    """Something else is done than moving and comparing elements."""


@dataclass(frozen=True)
class Lanes:
    """In each lane, the bits of the tokens of the slots in `mask` and of `number`, combined by exclusive or.

    `mask` None: no tokens. `extended`: tokens have been made wider, with copies of the sign (s) or zeros (z).
    """

    type: str
    number: Array
    mask: Array | None = None
    extended: str = ""


@dataclass(frozen=True)
class Slot:
    """Elements of a tensor with a definition, one in each lane."""

    tensor: int
    lane: Array


class Evaluation:
    """One evaluation over `count` lanes under an order; `leaf(tensor)`: whose elements its own are, and
    from which lanes, if they are tokens; from the same ones, if that is None."""

    def __init__(
        self, graph: Graph, count: int, order: Order, leaf: Callable[[int], tuple[int, Array] | None]
    ) -> None:
        self.graph = graph
        self.count = count
        self.order = order
        self.leaf = leaf
        self.slots: list[Slot] = []
        self.compared: dict[
            int, tuple[str, Array]
        ] = {}  # tensor: the type its tokens were compared as, and slots
        self.needs_finite = False
        self._memo: dict[tuple[int, tuple[tuple[int, int], ...]], Lanes] = {}
        self._arrays: list[Array] = []

    def of(self, number: int, variables: Mapping[int, Array]) -> Lanes:
        """The term in every lane, where variables have these values. Raises NotMoved."""
        used = self.graph.variables(number)
        key = (number, tuple((v, self._remember(variables[v])) for v in sorted(used) if v in variables))
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._of(number, variables)
        return found

    def _remember(self, array: Array) -> int:
        for i, other in enumerate(self._arrays):
            if other is array:
                return i
        self._arrays.append(array)
        return len(self._arrays) - 1

    def _of(self, number: int, variables: Mapping[int, Array]) -> Lanes:
        op, type_name, operands, attrs, _ = self.graph.nodes[number]
        if op == "var":
            if number not in variables:
                raise NotMoved
            return Lanes(type_name, variables[number])
        if op == "const":
            value = attrs["value"]
            return Lanes(type_name, self._all(value["value"] if isinstance(value, dict) else value))
        if op == "reduce":
            return self._reduce(attrs["kind"], operands, variables)
        args = [self.of(o, variables) for o in operands]
        if op == "element":
            return self._element(attrs["tensor"], type_name, args)
        if op in ("cmp", "cmpf"):
            return self._compare(attrs["pred"], *args)
        if op == "select":
            return self._select(*args)
        rule = _RULES.get(op)
        if rule is None:
            raise NotMoved
        return rule(self, type_name, *args)

    def _all(self, value: float) -> Array:
        return np.full(self.count, value, np.float64 if isinstance(value, float) else np.int64)

    def _reduce(self, kind: str, operands: tuple[int, ...], variables: Mapping[int, Array]) -> Lanes:
        v, body = operands
        if self.graph.nodes[v][3]["extent"] != 2 or kind not in _COMBINES:
            raise NotMoved
        a, b = (self.of(body, {**variables, v: self._all(i)}) for i in (0, 1))
        return _RULES[_COMBINES[kind]](self, a.type, a, b)

    def _element(self, tensor: int, type_name: str, index: list[Lanes]) -> Lanes:
        definition = self.graph.definitions[tensor]
        if any(i.mask is not None for i in index):
            raise NotMoved
        places = [i.number for i in index]
        for place, extent in zip(places, definition.shape, strict=True):
            if place.min() < 0 or place.max() >= extent:
                raise NotMoved
        source = self.leaf(tensor)
        if source is None:
            return self.of(definition.body, dict(zip(definition.coords, places, strict=True)))
        lane = np.zeros(self.count, np.int64)
        for place, extent in zip(places, definition.shape, strict=True):
            lane = lane * extent + place
        tensor, moved = source
        if moved is not None:
            lane = moved[lane]
        own = len(self.slots)
        if own >= _SLOTS:
            raise NotMoved
        slot = np.full(self.count, own)
        for earlier in reversed(range(own)):
            if self.slots[earlier].tensor == tensor:
                slot = np.where(self.slots[earlier].lane == lane, earlier, slot)
        self.slots.append(Slot(tensor, lane))
        return Lanes(type_name, self._all(0), np.left_shift(np.int64(1), slot))

    def slot_of(self, x: Lanes) -> tuple[int, Array]:
        """Tensor and slots of what is one token in each lane. Raises NotMoved."""
        if x.mask is None or x.extended or np.any(x.number != 0):
            raise NotMoved
        if np.any(x.mask & (x.mask - 1)) or np.any(x.mask == 0):
            raise NotMoved
        slot = np.round(np.log2(x.mask.astype(np.float64))).astype(np.int64)
        (tensor, *others) = {self.slots[s].tensor for s in np.unique(slot)}
        if others:
            raise NotMoved
        return tensor, slot

    def sign(self, a: Lanes, b: Lanes, compared_as: str) -> Array:
        """How two tokens compare in each lane, as is presumed."""
        (tensor, x), (other, y) = self.slot_of(a), self.slot_of(b)
        known, seen = self.compared.get(tensor, (compared_as, np.int64(0)))
        if tensor != other or known != compared_as:
            raise NotMoved
        self.compared[tensor] = compared_as, seen | a.mask | b.mask
        presumed = self.order.get(tensor, 0)
        return np.where(x == y, 0, np.where(x < y, presumed, -presumed))

    def _compare(self, pred: str, a: Lanes, b: Lanes) -> Lanes:
        plain = pred if pred in ("eq", "ne", "ord", "uno") else pred[1:]
        if a.type == "i1" and plain not in ("eq", "ne"):
            raise NotMoved
        if a.mask is None and b.mask is None:
            if (
                pred in ("ult", "ule", "ugt", "uge")
                and a.type[0] == "i"
                and (a.number.min() < 0 or b.number.min() < 0)
            ):
                raise NotMoved
            sign = np.sign(a.number - b.number)
        else:
            signless = a.type[0] != "i" or plain in ("eq", "ne")
            view = (
                self._view(a, b) if signless and a.type[0] == "i" else a.type + ("" if signless else pred[0])
            )
            sign = self.sign(a, b, view)
        return Lanes("i1", _RELATIONS[plain](sign).astype(np.int64))

    def _view(self, a: Lanes, b: Lanes) -> str:
        """Equality of integers looks at them as whatever order they are otherwise compared in."""
        tensor, _ = self.slot_of(a)
        return self.compared[tensor][0] if tensor in self.compared else a.type + "s"

    def _select(self, c: Lanes, a: Lanes, b: Lanes) -> Lanes:
        if c.mask is not None:
            raise NotMoved
        chosen = c.number != 0
        return self.either(chosen, a, b)

    def either(self, chosen: Array, a: Lanes, b: Lanes) -> Lanes:
        """a where it is chosen, b elsewhere."""
        number = np.where(chosen, a.number, b.number)
        if a.mask is None and b.mask is None:
            return Lanes(a.type, number)
        mask = np.where(chosen, _mask(a), _mask(b))
        return Lanes(a.type, number, mask, self.extension(a, b))

    def extension(self, a: Lanes, b: Lanes) -> str:
        """How the tokens of both have been made wider."""
        found = {x.extended for x in (a, b) if x.mask is not None}
        if len(found) != 1:
            raise NotMoved
        return found.pop()


def _mask(x: Lanes) -> Array:
    return np.zeros(x.number.shape, np.int64) if x.mask is None else x.mask


def _xor(e: Evaluation, type_name: str, a: Lanes, b: Lanes) -> Lanes:
    if type_name[0] != "i":
        raise NotMoved
    number = np.bitwise_xor(a.number, b.number)
    if a.mask is None and b.mask is None:
        return Lanes(type_name, number)
    return Lanes(type_name, number, _mask(a) ^ _mask(b), e.extension(a, b))


def _add(e: Evaluation, type_name: str, a: Lanes, b: Lanes) -> Lanes:
    """A token and 0, or two numbers."""
    if type_name == "i1":
        raise NotMoved
    both = (_mask(a) != 0) & (_mask(b) != 0)
    mixed = ((_mask(a) != 0) & (b.number != 0)) | ((_mask(b) != 0) & (a.number != 0))
    if np.any(both) or np.any(mixed):
        raise NotMoved
    total = Lanes(type_name, a.number + b.number)
    if a.mask is None and b.mask is None:
        return _checked(total)
    return replace(_checked(total), mask=_mask(a) | _mask(b), extended=e.extension(a, b))


def _or(e: Evaluation, type_name: str, a: Lanes, b: Lanes) -> Lanes:
    if a.mask is None and b.mask is None:
        return Lanes(type_name, np.bitwise_or(a.number, b.number))
    return _add(e, type_name, a, b)


def _multiply(e: Evaluation, type_name: str, a: Lanes, b: Lanes) -> Lanes:
    if a.mask is None and b.mask is None:
        return _checked(Lanes(type_name, a.number * b.number))
    if a.mask is None:
        a, b = b, a
    if b.mask is not None or np.any((b.number != 0) & (b.number != 1)):
        raise NotMoved
    if type_name[0] != "i" and np.any((_mask(a) != 0) & (b.number == 0)):
        e.needs_finite = True
    zero = Lanes(type_name, np.zeros_like(a.number))
    return e.either(b.number == 1, a, zero)


def _number(function: Callable[[Array, Array], Array]) -> Callable[..., Lanes]:
    def apply(e: Evaluation, type_name: str, a: Lanes, b: Lanes) -> Lanes:
        if a.mask is not None or b.mask is not None or (type_name == "i1" and function is not np.bitwise_and):
            raise NotMoved
        if function not in _WITHOUT_DIVISOR and np.any(b.number == 0):
            raise NotMoved
        return _checked(Lanes(type_name, function(a.number, b.number)))

    return apply


def _shift(function: Callable[[Array, Array], Array]) -> Callable[..., Lanes]:
    def apply(e: Evaluation, type_name: str, a: Lanes, b: Lanes) -> Lanes:
        if a.mask is not None or b.mask is not None or type_name == "i1":
            raise NotMoved
        if np.any((b.number < 0) | (b.number > 30) | (abs(a.number) >> 31 != 0)):
            raise NotMoved
        return _checked(Lanes(type_name, function(a.number, b.number)))

    return apply


_WITHOUT_DIVISOR = (np.subtract, np.bitwise_and)


def _checked(x: Lanes) -> Lanes:
    """Machine arithmetic is that of integers only while nothing wraps."""
    if x.type[0] == "i" and x.type != "i1":
        limit = 1 << (min(int(x.type[1:]), 63) - 1)
        if np.any(x.number < -limit) or np.any(x.number >= limit):
            raise NotMoved
    return x


def _extend(how: str) -> Callable[..., Lanes]:
    def apply(e: Evaluation, type_name: str, a: Lanes) -> Lanes:
        number = a.number
        if how == "z" and np.any(number < 0):
            raise NotMoved
        if how == "s" and a.type == "i1":
            number = -number
        if a.mask is None:
            return Lanes(type_name, number)
        if a.type == "i1" or np.any(number != 0) or a.extended not in ("", how):
            raise NotMoved
        return Lanes(type_name, number, a.mask, how)

    return apply


def _truncate(e: Evaluation, type_name: str, a: Lanes) -> Lanes:
    if a.mask is None:
        return _checked(Lanes(type_name, a.number)) if type_name != "i1" else Lanes("i1", a.number & 1)
    tensors = {e.slots[s].tensor for s in range(len(e.slots)) if np.any(a.mask & (1 << s))}
    for tensor in tensors:
        own = e.graph.nodes[e.graph.definitions[tensor].body][1]
        if not a.extended or _width(own) != _width(type_name):
            raise NotMoved
    return Lanes(type_name, a.number, a.mask)


def _width(type_name: str) -> int:
    return 16 if type_name == "bf16" else int(type_name[1:]) if type_name[1:].isdigit() else 0


def _bitcast(e: Evaluation, type_name: str, a: Lanes) -> Lanes:
    """Tokens are bits whatever they are called; of numbers, 0 has none set."""
    if np.any(a.number != 0) or a.extended:
        raise NotMoved
    zero = np.zeros(a.number.shape, np.int64 if type_name[0] == "i" else np.float64)
    return replace(a, type=type_name, number=zero)


def _convert(e: Evaluation, type_name: str, a: Lanes) -> Lanes:
    if a.mask is not None:
        raise NotMoved
    return Lanes(type_name, a.number.astype(np.float64))


def _extremum(kind: str, compared_as: str) -> Callable[..., Lanes]:
    def apply(e: Evaluation, type_name: str, a: Lanes, b: Lanes) -> Lanes:
        sign = e.sign(a, b, type_name + compared_as)
        return e.either(sign >= 0 if kind == "max" else sign <= 0, a, b)

    return apply


_RELATIONS: dict[str, Callable[[Array], Array]] = {
    "eq": lambda s: s == 0,
    "ne": lambda s: s != 0,
    "lt": lambda s: s < 0,
    "le": lambda s: s <= 0,
    "gt": lambda s: s > 0,
    "ge": lambda s: s >= 0,
    "ord": lambda s: s == s,
    "uno": lambda s: s != s,
}
_RULES: dict[str, Callable[..., Lanes]] = {
    "xor": _xor,
    "add": _add,
    "addf": _add,
    "or": _or,
    "mul": _multiply,
    "mulf": _multiply,
    "sub": _number(np.subtract),
    "and": _number(np.bitwise_and),
    "divs": _number(lambda a, b: (a - np.fmod(a, b)) // b),
    "rems": _number(np.fmod),
    "shrs": _shift(np.right_shift),
    "shl": _shift(np.left_shift),
    "sext": _extend("s"),
    "zext": _extend("z"),
    "trunc": _truncate,
    "bitcast": _bitcast,
    "sitofp": _convert,
    "uitofp": _convert,
    "maxs": _extremum("max", "s"),
    "mins": _extremum("min", "s"),
    "maxu": _extremum("max", "u"),
    "minu": _extremum("min", "u"),
    "maxf": _extremum("max", ""),
    "minf": _extremum("min", ""),
}
_COMBINES = {
    "xori": "xor", "xor": "xor", "ori": "or", "or": "or", "addi": "add", "add": "addf",
    "max": "maxf", "min": "minf", "maxs": "maxs", "mins": "mins", "maxu": "maxu", "minu": "minu",
}  # fmt: skip
