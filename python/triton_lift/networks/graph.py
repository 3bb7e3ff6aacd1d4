"""A kernel's summary as a graph: tensors with a definition of their own are looked up by it, and inlined at the end."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

Node = tuple[str, str, tuple[int, ...], dict[str, Any], str | None]
_MOST_TERMS = 50_000
_BINDERS = ("reduce", "foldresult", "scan", "scanresult", "ranked", "argranked")


class TooManyTerms(Exception):
    """What the definitions stand for cannot be written out."""


@dataclass
class Definition:
    """A tensor: its element at `coords` (variables) is `body`."""

    coords: tuple[int, ...]
    shape: tuple[int, ...]
    body: int


class Graph:
    """The terms of a summary, to which others may be added, and the definitions in it."""

    def __init__(self, summary: dict[str, Any]) -> None:
        self.nodes: list[Node] = list(summary["terms"])
        self.definitions: dict[int, Definition] = {}
        for number, tensor in summary.get("tensors", {}).items():
            coords = tuple(tensor["coords"])
            shape = tuple(int(self.nodes[c][3]["extent"]) for c in coords)
            self.definitions[int(number)] = Definition(coords, shape, tensor["body"])
        self._inside: dict[int, frozenset[int]] = {}
        self._mentioned: dict[int, frozenset[int]] = {}
        self._variables = 1 + max((n[3]["id"] for n in self.nodes if n[0] == "var"), default=0)

    def add(self, op: str, type_name: str, operands: tuple[int, ...] = (), **attrs: Any) -> int:
        """A new term; its place in the list says nothing of the order."""
        where = self.nodes[operands[0]][4] if operands else None
        self.nodes.append((op, type_name, operands, attrs, where))
        return len(self.nodes) - 1

    def variable(self, extent: int) -> int:
        """A new variable of a reduction."""
        self._variables += 1
        return self.add("var", "i32", id=self._variables, kind="reduce", extent=extent)

    def number(self, value: int, type_name: str = "i32") -> int:
        """A constant."""
        return self.add("const", type_name, value=value)

    def affine(self, coefficients: list[int], operands: list[int], constant: int) -> int:
        """constant + Σ coefficient·operand, of i32."""
        total = self.number(constant) if constant else None
        for c, x in zip(coefficients, operands, strict=True):
            if c == 0:
                continue
            part = x if c == 1 else self.add("mul", "i32", (x, self.number(c)))
            total = part if total is None else self.add("add", "i32", (total, part))
        return self.number(constant) if total is None else total

    def variables(self, root: int) -> frozenset[int]:
        """The variables in a term, bound ones too."""
        found = self._inside
        stack = [root]
        while stack:
            number = stack[-1]
            op, _, operands, _, _ = self.nodes[number]
            pending = [o for o in operands if o not in found]
            if pending:
                stack += pending
                continue
            stack.pop()
            own = frozenset((number,)) if op == "var" else frozenset()
            found[number] = own.union(*(found[o] for o in operands))
        return found[root]

    def tensors_in(self, root: int) -> frozenset[int]:
        """The tensors whose elements occur in a term."""
        found = self._mentioned
        stack = [root]
        while stack:
            number = stack[-1]
            op, _, operands, attrs, _ = self.nodes[number]
            pending = [o for o in operands if o not in found]
            if pending:
                stack += pending
                continue
            stack.pop()
            own = frozenset((int(attrs["tensor"]),)) if op == "element" else frozenset()
            found[number] = own.union(*(found[o] for o in operands))
        return found[root]


@dataclass(eq=False)
class _Frame:
    """What variables stand for in one use of a definition; of none, they stand for themselves."""

    values: dict[int, int] = field(default_factory=dict)


class Inliner:
    """Writes terms anew, with every definition replaced by its body."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.terms: list[Node] = []
        self._known: dict[Hashable, int] = {}
        self._done: dict[tuple[int, _Frame], int] = {}
        self._nothing = _Frame()
        self._frames: dict[tuple[int, tuple[int, ...]], _Frame] = {}
        self._next_variable = 1 + max((n[3]["id"] for n in graph.nodes if n[0] == "var"), default=0)

    def emit(self, root: int) -> int:
        """The number of a term in `terms`. Raises TooManyTerms."""
        stack = [(root, self._nothing)]
        while stack:
            number, frame = stack[-1]
            frame = self._frame(number, frame)
            if (number, frame) in self._done:
                stack.pop()
                continue
            op, type_name, operands, attrs, where = self.graph.nodes[number]
            if op in _BINDERS and frame is not self._nothing and operands[0] not in frame.values:
                frame.values[operands[0]] = self._another(operands[0])
            pending = [(o, f) for o in operands if (o, f := self._frame(o, frame)) not in self._done]
            if pending:
                stack += pending
                continue
            if number in frame.values:
                self._done[number, frame] = frame.values[number]
                continue
            args = tuple(self._done[o, self._frame(o, frame)] for o in operands)
            if op == "element":
                definition = self.graph.definitions[attrs["tensor"]]
                inner = self._frames.setdefault(
                    (attrs["tensor"], args), _Frame(dict(zip(definition.coords, args, strict=True)))
                )
                body = (definition.body, self._frame(definition.body, inner))
                if body not in self._done:
                    stack.append(body)
                    continue
                self._done[number, frame] = self._done[body]
            else:
                self._done[number, frame] = self._write((op, type_name, args, attrs, where))
        return self._done[root, self._nothing]

    def _frame(self, number: int, frame: _Frame) -> _Frame:
        """The frame, if the term depends on anything in it."""
        if frame is self._nothing or number in frame.values:
            return frame
        return self._nothing if self.graph.variables(number).isdisjoint(frame.values) else frame

    def _another(self, variable: int) -> int:
        self._next_variable += 1
        op, type_name, _, attrs, where = self.graph.nodes[variable]
        return self._write((op, type_name, (), {**attrs, "id": self._next_variable}, where))

    def _write(self, node: Node) -> int:
        op, type_name, operands, attrs, _ = node
        if op == "bitcast":
            inner = self.terms[operands[0]]
            if inner[0] == "bitcast" and self.terms[inner[2][0]][1] == type_name:
                return inner[2][0]  # there and back
        key = (op, type_name, operands, repr(sorted(attrs.items())))
        found = self._known.get(key)
        if found is None:
            if len(self.terms) > _MOST_TERMS:
                raise TooManyTerms
            found = self._known[key] = len(self.terms)
            self.terms.append(node)
        return found
