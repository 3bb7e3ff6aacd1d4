"""Tensor expressions: what a line of PyTorch computes, before it is text.

A node is a Python number (`axes` is None) or a tensor. A tensor's dimensions are those of the context that it was made
in, counted from the last one, as broadcasting does: `axes[-1]` says whether the last one has its full size (else 1).
Equal nodes are one object, so that what occurs twice can be computed once.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["int", "real", "bool"]
Axes = tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class Node:
    """`op` applied to `args`; `attr` is what else the operator needs."""

    op: str
    args: tuple[Node, ...]
    attr: Hashable
    axes: Axes | None
    kind: Kind

    @property
    def is_scalar(self) -> bool:
        """Whether it is a Python number."""
        return self.axes is None


class Nodes:
    """Makes nodes, each once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Node] = {}

    def make(
        self,
        op: str,
        args: tuple[Node, ...] = (),
        attr: Hashable = None,
        axes: Axes | None = None,
        kind: Kind = "int",
    ) -> Node:
        """The node with these parts."""
        key = (op, tuple(map(id, args)), attr, type(attr), axes, kind)
        if key not in self._known:
            self._known[key] = Node(op, args, attr, axes, kind)
        return self._known[key]

    def broadcast(self, op: str, args: tuple[Node, ...], kind: Kind, attr: Hashable = None) -> Node:
        """An elementwise operator: a number if all arguments are, else a tensor of their common shape."""
        return self.make(op, args, attr, together([a.axes for a in args]), kind)

    def number(self, value: Hashable, kind: Kind = "int") -> Node:
        """A constant."""
        return self.make("number", (), value, None, kind)

    def tensor(self, node: Node) -> Node:
        """A Python number as a tensor without dimensions."""
        return self.make("tensor", (node,), None, (), node.kind) if node.is_scalar else node


def together(shapes: list[Axes | None]) -> Axes | None:
    """The dimensions of what is broadcast together."""
    tensors = [s for s in shapes if s is not None]
    if not tensors:
        return None
    rank = max(map(len, tensors))
    padded = [(False,) * (rank - len(s)) + s for s in tensors]
    return tuple(any(column) for column in zip(*padded, strict=True))
