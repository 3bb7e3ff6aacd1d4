"""Networks of comparators among a kernel's tensors, and what their outputs are.

A tensor is an *input* of a network, or made of another one by a *layer*: each of its lanes is the lesser or the greater
of two lanes of that one, or one lane. What a tensor computes is evaluated (`lanes`) under every way in which two tokens
can compare; nothing else about it is looked at. What the lanes of several layers are is decided by the 0-1 principle.

A *payload* is moved as the elements are that it accompanies; where these are different ones, it is the payload of the
element of that rank. Between equal elements nothing is said of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

import numpy as np

from triton_lift.networks.graph import Graph
from triton_lift.networks.lanes import Evaluation, Lanes, NotMoved
from triton_lift.networks.zero_one import Ranks, State, Undecided, ranks, start, step

Array = Any
_MOST_LANES = 1 << 15
PASS, MIN, MAX = 0, 1, 2
_KINDS = ("pass", "min", "max")


@dataclass(eq=False)
class Layer:
    """Lanes made of a parent's: `kind` of `low` and `high`. The root has no parent; its input: `tensor`."""

    tensor: int
    count: int
    parent: Layer | None = None
    kind: Array = None
    low: Array = None
    high: Array = None
    compared_as: str | None = None
    needs_finite: bool = False
    _state: State | None = None
    _ranks: list[Ranks | None] | None = None

    def state(self) -> State:
        """The lanes on all 0-1 inputs. Raises Undecided."""
        if self._state is None:
            if self.parent is None:
                self._state = start(self.count)
            else:
                pairs = zip(self.kind, self.low, self.high, strict=True)
                exchanges = [(_KINDS[k], int(p), int(q)) for k, p, q in pairs]
                self._state = step(self.parent.state(), exchanges)
        return self._state

    def depth(self) -> int:
        """How many layers of comparisons lie above the last one of which all lanes are known."""
        layer, result = self, 0
        while layer.parent is not None and None in layer.ranks():
            result += bool(np.any(layer.kind != PASS))
            layer = layer.parent
        return result

    def ranks(self) -> list[Ranks | None]:
        """What each lane is."""
        if self._ranks is None:
            try:
                self._ranks = ranks(self.state())
            except Undecided:
                self._ranks = [None] * self.count
        return self._ranks


@dataclass(frozen=True)
class Moved:
    """A tensor in a network: its elements are those of `layer`, or the payload of these.

    `carried`: the tensor that the payload is from, lane by lane as the layer's root; or what it is, one number a lane.
    `source`: the tensor whose elements these are, if nothing is compared; whoever uses these uses its elements.
    """

    layer: Layer
    carried: int | tuple[int, ...]
    source: int | None = None

    @property
    def is_payload(self) -> bool:
        """Whether these are not the compared elements themselves."""
        return self.carried != self.layer.tensor


@dataclass
class Networks:
    """Finds out for each tensor with a definition how it is made of others."""

    graph: Graph
    _found: dict[int, Moved | None] = field(default_factory=dict)
    _layers: dict[tuple[Any, ...], Layer] = field(default_factory=dict)
    _roots: dict[int, Layer] = field(default_factory=dict)
    _busy: set[int] = field(default_factory=set)

    def of(self, tensor: int) -> Moved | None:
        """What is known of a tensor; None: it is neither an input nor in a network, but plain arithmetic of such."""
        if tensor not in self._found:
            for other in self._order(tensor):
                if other not in self._found and other not in self._busy:
                    self._busy.add(other)
                    self._found[other] = self._classified(other)
                    self._busy.discard(other)
        return self._found.get(tensor)

    def _order(self, tensor: int) -> list[int]:
        """The tensors not yet classified that this one is made of, each before those made of it."""
        result: list[int] = []
        stack, done = [(tensor, False)], set(self._found)
        while stack:
            current, ready = stack.pop()
            if ready:
                result.append(current)
            elif current not in done:
                done.add(current)
                stack.append((current, True))
                stack += [(t, False) for t in self.graph.tensors_in(self.graph.definitions[current].body)]
        return result

    def _root(self, tensor: int) -> Moved:
        layer = self._roots.get(tensor)
        if layer is None:
            layer = self._roots[tensor] = Layer(tensor, prod(self.graph.definitions[tensor].shape))
        return Moved(layer, tensor)

    def _classified(self, tensor: int) -> Moved | None:
        count = prod(self.graph.definitions[tensor].shape)
        if count > _MOST_LANES:
            return self._root(tensor)
        try:
            return self._moved(tensor, count)
        except NotMoved:
            return self._root(tensor)

    def _moved(self, tensor: int, count: int) -> Moved | None:
        first = self._evaluate(tensor, count, {})[0]
        compared = list(first.compared)
        outcomes: dict[tuple[int, ...], Lanes] = {}
        for signs in product((-1, 0, 1), repeat=len(compared)):
            order = dict(zip(compared, signs, strict=True))
            evaluation, outcomes[signs] = self._evaluate(tensor, count, order)
            if list(evaluation.compared) != compared or evaluation.compared.keys() != first.compared.keys():
                raise NotMoved
        if not compared:
            return self._passed(first, outcomes[()])
        if len(compared) > 1:
            raise NotMoved
        return self._exchanged(first, outcomes, compared[0])

    def _evaluate(self, tensor: int, count: int, order: dict[int, int]) -> tuple[Evaluation, Lanes]:
        definition = self.graph.definitions[tensor]
        places = np.indices(definition.shape, np.int64).reshape(len(definition.shape), count)
        evaluation = Evaluation(self.graph, count, order, self._tokens)
        return evaluation, evaluation.of(definition.body, dict(zip(definition.coords, places, strict=True)))

    def _tokens(self, tensor: int) -> tuple[int, Array] | None:
        found = self._found[tensor]
        if found is None:
            return None
        return (tensor, None) if found.source is None else (found.source, found.layer.low)

    def _passed(self, e: Evaluation, result: Lanes) -> Moved | None:
        """A tensor of one other's elements, not compared."""
        try:
            tensor, slot = e.slot_of(result)
        except NotMoved:
            return None
        source = self._found[tensor]
        assert source is not None
        lane = _lanes(e, slot)
        layer = self._layer(source.layer, np.zeros_like(lane), lane, lane, None, False)
        return Moved(layer, source.carried, source=tensor)

    def _exchanged(
        self, e: Evaluation, outcomes: dict[tuple[int, ...], Lanes], compared: int
    ) -> Moved | None:
        """A tensor of elements that one comparison of two others decides on."""
        keys = self._found[compared]
        assert keys is not None
        if keys.is_payload:
            raise NotMoved
        compared_as, seen = e.compared[compared]
        first, second = _two(e, np.broadcast_to(seen, outcomes[0,].number.shape))
        low, high, turned = np.minimum(first, second), np.maximum(first, second), first > second
        less, greater = outcomes[-1,], outcomes[1,]
        if less.mask is None and greater.mask is None:
            numbers = less.number, greater.number
            return self._numbers(
                keys, low, high, np.where(turned, *numbers[::-1]), np.where(turned, *numbers)
            )
        try:
            chosen = [e.slot_of(x) for x in (less, greater, outcomes[0,])]
        except NotMoved:
            return None
        if len({t for t, _ in chosen}) != 1:
            raise NotMoved
        source = self._found[chosen[0][0]]
        assert source is not None
        a, b, tie = (_lanes(e, slot) for _, slot in chosen)
        if chosen[0][0] != compared:
            source = self._accompanying(source, keys)
        if not np.all((tie == a) | (tie == b)):
            raise NotMoved
        a, b = np.where(turned, b, a), np.where(turned, a, b)
        kind = _kinds(a, b, low, high)
        low, high = np.where(kind == PASS, a, low), np.where(kind == PASS, a, high)
        return Moved(self._layer(keys.layer, kind, low, high, compared_as, e.needs_finite), source.carried)

    def _accompanying(self, payload: Moved, keys: Moved) -> Moved:
        """What is moved as elements are compared that it has accompanied so far, or does from now on."""
        if payload.layer is keys.layer:
            return payload
        if (
            payload.layer.parent is None
            and keys.layer.parent is None
            and payload.layer.count == keys.layer.count
        ):
            return payload
        raise NotMoved

    def _numbers(self, keys: Moved, low: Array, high: Array, less: Array, greater: Array) -> Moved | None:
        """Numbers of lanes that are chosen as some tensor's elements are: they belong to these elements' lanes."""
        if keys.layer.parent is not None:
            return None
        for other, definition in self.graph.definitions.items():
            used = self.graph.tensors_in(definition.body)
            if keys.layer.tensor in used and self._busy.isdisjoint(self._order(other)):
                self.of(other)
        for layer in list(self._layers.values()):
            if layer.parent is not keys.layer or len(layer.kind) != len(low) or layer.compared_as is None:
                continue
            if not np.array_equal(layer.low, low) or not np.array_equal(layer.high, high):
                continue
            table = np.full(keys.layer.count, np.iinfo(np.int64).min)
            table[np.where(layer.kind == MIN, low, high)] = less
            table[np.where(layer.kind == MIN, high, low)] = greater
            chosen = [table[np.where(layer.kind == k, low, high)] for k in (MIN, MAX)]
            if (
                np.all(layer.kind != PASS)
                and np.array_equal(chosen[0], less)
                and np.array_equal(chosen[1], greater)
            ):
                return Moved(layer, tuple(int(x) for x in table))
        return None

    def _layer(
        self, parent: Layer, kind: Array, low: Array, high: Array, compared_as: str | None, needs_finite: bool
    ) -> Layer:
        if None not in (parent.compared_as, compared_as) and parent.compared_as != compared_as:
            raise NotMoved
        key = (id(parent), kind.tobytes(), low.tobytes(), high.tobytes(), compared_as or parent.compared_as)
        found = self._layers.get(key)
        if found is None:
            found = self._layers[key] = Layer(
                parent.tensor, len(kind), parent, kind, low, high, compared_as or parent.compared_as
            )
        found.needs_finite |= needs_finite or parent.needs_finite
        return found


def _lanes(e: Evaluation, slot: Array) -> Array:
    """The lanes that tokens are from."""
    every = np.stack([s.lane for s in e.slots])
    return every[slot, np.arange(len(slot))]


def _two(e: Evaluation, seen: Array) -> tuple[Array, Array]:
    """The lanes of the two tokens compared in each lane, that of the lower slot first; the same if there is one."""
    lowest = seen & -seen
    rest = seen ^ lowest
    if np.any(rest & (rest - 1)) or np.any(seen == 0):
        raise NotMoved
    slots = [
        np.round(np.log2(m.astype(np.float64))).astype(np.int64)
        for m in (lowest, np.where(rest, rest, lowest))
    ]
    return _lanes(e, slots[0]), _lanes(e, slots[1])


def _kinds(less: Array, greater: Array, low: Array, high: Array) -> Array:
    """What is chosen if the token `low` is less than `high`, and if it is greater: least, greatest, always one."""
    kind = np.full(len(less), -1)
    kind = np.where((less == high) & (greater == low), MAX, kind)
    kind = np.where((less == low) & (greater == high), MIN, kind)
    kind = np.where(less == greater, PASS, kind)
    if np.any(kind < 0):
        raise NotMoved
    return kind
