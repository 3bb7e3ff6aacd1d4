"""A kernel's summary without definitions of tensors: what networks sort becomes elements by rank."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from triton_lift.networks.digits import Digits, fit, write
from triton_lift.networks.graph import Graph, Inliner, TooManyTerms
from triton_lift.networks.stages import Moved, Networks
from triton_lift.networks.zero_one import Ranks

Array = Any
_MOST_HALVINGS, _MOST_LAYERS = 2, 3


def without_tensors(summary: dict[str, Any]) -> dict[str, Any]:
    """The same kernel, of terms alone. What cannot be written out is listed as unsupported."""
    if not summary.get("tensors"):
        return summary
    graph = Graph(summary)
    networks = Networks(graph)
    for tensor in graph.definitions:
        networks.of(tensor)
    pending = [t for root in _roots(summary) for t in graph.tensors_in(root)]
    seen: set[int] = set()
    while pending:
        tensor = pending.pop()
        if tensor in seen:
            continue
        seen.add(tensor)
        moved = networks.of(tensor)
        if moved is not None and moved.layer.parent is not None:
            body = _Ranked(graph, tensor, moved).body()
            if body is None and moved.layer.depth() > _MOST_LAYERS:
                refused = (
                    f"elements compared and exchanged in {moved.layer.depth()} layers, but not sorted by them"
                )
                return _refused(summary, refused, graph.nodes[graph.definitions[tensor].body][4])
            if body is not None:
                graph.definitions[tensor].body = body
        pending += graph.tensors_in(graph.definitions[tensor].body)
    return _inlined(summary, graph)


def _roots(summary: dict[str, Any]) -> Iterator[int]:
    """The terms that something is made of."""
    for loop in summary["loops"]:
        yield from (loop[k] for k in ("lb", "ub", "step", "guard"))
        for carry in loop["carries"]:
            yield from (carry["init"], carry["next"])
    for terms in summary["folds"].values():
        yield from terms
    for effect in summary["effects"]:
        yield from (effect[k] for k in ("offset", "guard", "value"))
    for assume in summary["assumes"]:
        yield from (assume["condition"], assume["guard"])


def _inlined(summary: dict[str, Any], graph: Graph) -> dict[str, Any]:
    inliner = Inliner(graph)
    result = dict(summary)

    def ids(values: list[int]) -> list[int]:
        return [inliner.emit(v) for v in values]

    try:
        result["loops"] = [
            {
                **loop,
                **{k: inliner.emit(loop[k]) for k in ("var", "lb", "ub", "step", "guard")},
                "carries": [
                    {
                        **c,
                        "coords": ids(c["coords"]),
                        "init": inliner.emit(c["init"]),
                        "next": inliner.emit(c["next"]),
                    }
                    for c in loop["carries"]
                ],
            }
            for loop in summary["loops"]
        ]
        result["folds"] = {k: ids(v) for k, v in summary["folds"].items()}
        result["effects"] = [
            {**e, **{k: inliner.emit(e[k]) for k in ("offset", "guard", "value")}, "lanes": ids(e["lanes"])}
            for e in summary["effects"]
        ]
        result["assumes"] = [
            {
                **a,
                "condition": inliner.emit(a["condition"]),
                "guard": inliner.emit(a["guard"]),
                "lanes": ids(a["lanes"]),
            }
            for a in summary["assumes"]
        ]
    except TooManyTerms:
        where = next((n[4] for n in graph.nodes if n[0] == "element" and n[4]), summary["location"])
        reason = "the expression has too many terms (each element depends on two others, in many stages)"
        return _refused(summary, reason, where)
    result["terms"], result["tensors"] = inliner.terms, {}
    return result


def _refused(summary: dict[str, Any], reason: str, where: str | None) -> dict[str, Any]:
    """The kernel without any of its terms, and why."""
    nothing: dict[str, Any] = {
        "terms": [],
        "loops": [],
        "folds": {},
        "effects": [],
        "assumes": [],
        "tensors": {},
    }
    refused = {"op": "tt.reduce", "reason": reason, "location": where or summary["location"]}
    return {**summary, **nothing, "unsupported": [*summary["unsupported"], refused]}


class _Ranked:
    """Writes the elements of one tensor by their ranks, as a function of its coordinates."""

    def __init__(self, graph: Graph, tensor: int, moved: Moved) -> None:
        self.graph = graph
        self.moved = moved
        self.layer = moved.layer
        self.shape = graph.definitions[tensor].shape
        self.coords = graph.definitions[tensor].coords
        self.type = self._type(tensor)

    def body(self) -> int | None:
        """The element, None where it is not one of a known rank, or which is no simple function of the coordinates."""
        found = self.layer.ranks()
        lanes = [r for r in found if r is not None]
        result = self._piecewise(lanes, _MOST_HALVINGS) if len(lanes) == len(found) else None
        return None if result is None else self._cast(result, self.type)

    def _piecewise(self, lanes: list[Ranks], halvings: int) -> int | None:
        """One function for all lanes, or one for each half along some coordinate, and so on."""
        size = len(lanes[0].inputs)
        result = None
        if all(len(r.inputs) == size for r in lanes):
            result = self._carried(lanes, None) if size == 1 else self._of_rank(lanes, size)
        if result is not None or not halvings:
            return result
        shape, coords = self.shape, self.coords
        places = np.indices(shape).reshape(len(shape), len(lanes))
        for axis, extent in enumerate(shape):
            if extent % 2:
                continue
            half, c = extent // 2, coords[axis]
            self.shape = (*shape[:axis], half, *shape[axis + 1 :])
            first = self._piecewise(
                [r for r, p in zip(lanes, places[axis], strict=True) if p < half], halvings - 1
            )
            shifted = self.graph.affine([1], [c], -half)
            self.coords = (*coords[:axis], shifted, *coords[axis + 1 :])
            second = None
            if first is not None:
                rest = [r for r, p in zip(lanes, places[axis], strict=True) if p >= half]
                second = self._piecewise(rest, halvings - 1)
            self.shape, self.coords = shape, coords
            if first is not None and second is not None:
                lower = self.graph.add("cmp", "i1", (c, self.graph.number(half)), pred="slt")
                return self.graph.add("select", self.graph.nodes[first][1], (lower, first, second))
        return None

    def _of_rank(self, lanes: list[Ranks], size: int) -> int | None:
        largest = np.array([r.rank for r in lanes])
        kind, rank = "largest", fit(self.shape, largest)
        if rank is not None and any(part.factor < 0 for part in rank.parts):
            kind, rank = "smallest", fit(self.shape, size - 1 - largest)
        compared_as = self.layer.compared_as
        if rank is None or compared_as is None:
            return None
        place = write(self.graph, rank, self.coords)
        view = compared_as.rstrip("su")
        width = int(view[1:]) if compared_as[-1] == "u" else 0
        attrs = {"kind": kind, "unsigned": width, "finite": self.layer.needs_finite}

        def ranked(op: str, type_name: str) -> int | None:
            v = self.graph.variable(size)
            key = self._key(lanes, v, view)
            return None if key is None else self.graph.add(op, type_name, (v, key, place), **attrs)

        at_an_end = not rank.parts and largest[0] in (0, size - 1)
        value = self._extremum(lanes, size, largest[0] == 0) if at_an_end else ranked("ranked", view)
        if value is None:
            return None
        if not self.moved.is_payload:
            return value
        where = ranked("argranked", "i32")
        carried = None if where is None else self._carried(lanes, where)
        if where is None or carried is None:
            return None
        type_name = self.graph.nodes[carried][1]
        alone = self._no_other(lanes, size, view, value, where)
        return self.graph.add("provided", type_name, (carried, alone))

    def _extremum(self, lanes: list[Ranks], size: int, greatest: bool) -> int | None:
        """The greatest or least of all, which is a reduction."""
        compared_as = self.layer.compared_as
        assert compared_as is not None
        view, order = compared_as.rstrip("su"), compared_as[-1] if compared_as[-1] in "su" else ""
        v = self.graph.variable(size)
        key = self._key(lanes, v, view)
        kind = ("max" if greatest else "min") + order
        return None if key is None else self.graph.add("reduce", view, (v, key), kind=kind)

    def _no_other(self, lanes: list[Ranks], size: int, view: str, value: int, where: int) -> int:
        """That no other element is equal to the one of this rank: else it is open whose payload comes out."""
        v = self.graph.variable(size)
        key = self._key(lanes, v, view)
        assert key is not None
        op, pred = ("cmp", "ne") if view[0] == "i" else ("cmpf", "one")
        differs = self.graph.add(op, "i1", (key, value), pred=pred)
        same = self.graph.add("cmp", "i1", (v, where), pred="eq")
        return self.graph.add("reduce", "i1", (v, self.graph.add("or", "i1", (same, differs))), kind="and")

    def _type(self, tensor: int) -> str:
        return self.graph.nodes[self.graph.definitions[tensor].body][1]

    def _cast(self, term: int, type_name: str) -> int:
        return (
            term if self.graph.nodes[term][1] == type_name else self.graph.add("bitcast", type_name, (term,))
        )

    def _key(self, lanes: list[Ranks], v: int, view: str) -> int | None:
        """The network's input with number `v` among those that an element depends on."""
        key = self._element(self.layer.tensor, lanes, v)
        return None if key is None else self._cast(key, view)

    def _carried(self, lanes: list[Ranks], v: int | None) -> int | None:
        """What comes out where the input with number `v` does (None: the only one)."""
        carried = self.moved.carried
        if isinstance(carried, int):
            return self._element(carried, lanes, v)
        numbers = np.array(carried)
        found = self._function({r.inputs: numbers[list(r.inputs)] for r in lanes}, lanes, v)
        return None if found is None else self._widened(found)

    def _widened(self, number: int) -> int:
        return number if self.type == "i32" else self.graph.add("sext", self.type, (number,))

    def _element(self, tensor: int, lanes: list[Ranks], v: int | None) -> int | None:
        shape = self.graph.definitions[tensor].shape
        every = {r.inputs: np.array(np.unravel_index(r.inputs, shape)) for r in lanes}
        index = []
        for axis in range(len(shape)):
            place = self._function({inputs: coords[axis] for inputs, coords in every.items()}, lanes, v)
            if place is None:
                return None
            index.append(place)
        return self.graph.add("element", self._type(tensor), tuple(index), tensor=tensor)

    def _function(
        self, values: dict[tuple[int, ...], Array], lanes: list[Ranks], v: int | None
    ) -> int | None:
        """A number for each input of each lane, as a sum of functions of the coordinates and of `v`."""
        steps = [x - x[0] for x in values.values()]
        if any(not np.array_equal(s, steps[0]) for s in steps):
            return None
        start = fit(self.shape, np.array([values[r.inputs][0] for r in lanes]))
        further = fit((len(steps[0]),), steps[0])
        if start is None or further is None:
            return None
        result = write(self.graph, start, self.coords)
        if v is None:
            return result
        moved = write(self.graph, further, (v,))
        return moved if start == Digits(0, ()) else self.graph.add("add", "i32", (result, moved))
