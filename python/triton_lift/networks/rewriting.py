"""A kernel's summary without definitions of tensors: what networks sort becomes elements by rank."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np

from triton_lift.networks.graph import Graph, Inliner, TooManyTerms
from triton_lift.networks.stages import Moved, Networks
from triton_lift.networks.zero_one import Ranks

Array = Any


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
        refused = {"op": "tt.reduce", "reason": reason, "location": where}
        return {
            **summary,
            "terms": [], "loops": [], "folds": {}, "effects": [], "assumes": [], "tensors": {},
            "unsupported": [*summary["unsupported"], refused],
        }  # fmt: skip
    result["terms"], result["tensors"] = inliner.terms, {}
    return result


class _Ranked:
    """Writes the elements of one tensor by their ranks, as a function of its coordinates."""

    def __init__(self, graph: Graph, tensor: int, moved: Moved) -> None:
        self.graph = graph
        self.moved = moved
        self.definition = graph.definitions[tensor]
        self.type = graph.nodes[self.definition.body][1]
        self.root = graph.definitions[moved.layer.tensor]
        count = prod(self.definition.shape)
        self.places = np.indices(self.definition.shape, np.int64).reshape(len(self.definition.shape), count)

    def body(self) -> int | None:
        """The element, None where it is not one of a known rank, or which is no simple function of the coordinates."""
        found = self.moved.layer.ranks()
        if any(r is None for r in found):
            return None
        lanes = [r for r in found if r is not None]
        size = len(lanes[0].inputs)
        if any(len(r.inputs) != size for r in lanes):
            return None
        if size == 1:
            return None if self.moved.is_payload else self._same(lanes)
        return self._of_rank(lanes, size)

    def _same(self, lanes: list[Ranks]) -> int | None:
        """Elements that have only been moved."""
        index = self._coordinates(lanes, None)
        if index is None:
            return None
        element = self.graph.add(
            "element", self._type(self.moved.layer.tensor), tuple(index), tensor=self.moved.layer.tensor
        )
        return self._cast(element, self.type)

    def _of_rank(self, lanes: list[Ranks], size: int) -> int | None:
        largest = np.array([r.rank for r in lanes])
        kind, rank = "largest", _fit(self.places, largest)
        if rank is None:
            return None
        if any(c < 0 for c in rank[0]):
            kind, rank = "smallest", _fit(self.places, size - 1 - largest)
            assert rank is not None
        v = self.graph.variable(size)
        index = self._coordinates(lanes, v)
        if index is None:
            return None
        compared_as = self.moved.layer.compared_as
        if compared_as is None:
            return None
        view = compared_as.rstrip("su")
        key = self.graph.add(
            "element", self._type(self.moved.layer.tensor), tuple(index), tensor=self.moved.layer.tensor
        )
        key = self._cast(key, view)
        place = self.graph.affine(rank[0], list(self.definition.coords), rank[1])
        attrs = {"kind": kind, "unsigned": compared_as[-1] == "u", "finite": self.moved.layer.needs_finite}
        if self.moved.is_payload:
            return None
        return self._cast(self.graph.add("ranked", view, (v, key, place), **attrs), self.type)

    def _type(self, tensor: int) -> str:
        return self.graph.nodes[self.graph.definitions[tensor].body][1]

    def _cast(self, term: int, type_name: str) -> int:
        return (
            term if self.graph.nodes[term][1] == type_name else self.graph.add("bitcast", type_name, (term,))
        )

    def _coordinates(self, lanes: list[Ranks], v: int | None) -> list[int] | None:
        """The coordinates of the network's inputs: of the one with number `v` among those of an element."""
        every = {r.inputs: np.array(np.unravel_index(r.inputs, self.root.shape)) for r in lanes}
        first = np.array([every[r.inputs][:, 0] for r in lanes]).T
        steps = [c - c[:, :1] for c in every.values()]
        if any(not np.array_equal(s, steps[0]) for s in steps):
            return None
        numbers = np.arange(steps[0].shape[1])[np.newaxis]
        result = []
        for start, further in zip(first, steps[0], strict=True):
            found, inside = _fit(self.places, start), _fit(numbers, further)
            if found is None or inside is None:
                return None
            operands, coefficients = list(self.definition.coords), list(found[0])
            if v is not None:
                operands, coefficients = [*operands, v], [*coefficients, *inside[0]]
            result.append(self.graph.affine(coefficients, operands, found[1]))
        return result


def _fit(places: Array, values: Array) -> tuple[list[int], int] | None:
    """Coefficients and constant of the affine function that has these values at these places, where one has."""
    constant = int(values[0])
    origin = places[:, 0]
    coefficients = []
    for axis, row in enumerate(places):
        moved = np.ones(len(values), bool)
        for other, row2 in enumerate(places):
            if other != axis:
                moved &= row2 == origin[other]
        moved &= row == origin[axis] + 1
        where = np.flatnonzero(moved)
        coefficients.append(int(values[where[0]]) - constant if len(where) else 0)
    constant -= int(np.dot(coefficients, origin)) if coefficients else 0
    fitted = np.full(len(values), constant)
    for c, row in zip(coefficients, places, strict=True):
        fitted = fitted + c * row
    return (coefficients, constant) if np.array_equal(fitted, values) else None
