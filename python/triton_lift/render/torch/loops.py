"""The lines of a recurrence: its states' first values, and a `for` loop whose body takes the step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from triton_lift.render.torch.nodes import Node

if TYPE_CHECKING:
    from triton_lift.render.torch.function import Lines

_INDENT = "    "


class Bodies:
    """Which nodes are computed anew in each iteration of which loops. `open`: the loops in whose bodies we are."""

    def __init__(self) -> None:
        self.open: frozenset[int] = frozenset()
        self._memo: dict[Node, frozenset[int]] = {}

    def of(self, node: Node) -> frozenset[int]:
        """The numbers of the loops in whose bodies a node has to stand."""
        found = self._memo.get(node)
        if found is None:
            found = frozenset[int]().union(*(self.of(a) for a in node.args))
            if node.op in ("before", "moment"):
                found |= {_number(node)}
            elif node.op == "loop":
                found -= {_number(node)}
            self._memo[node] = found
        return found


def _number(node: Node) -> int:
    number = node.attr[0] if isinstance(node.attr, tuple) else node.attr
    assert isinstance(number, int)
    return number


def write_loop(text: Lines, loop: Node) -> None:
    """Lines that compute a loop; its states have names behind them."""
    assert isinstance(loop.attr, tuple)
    number, kept = loop.attr
    steps, *states = loop.args
    firsts, nexts = states[: len(states) // 2], states[len(states) // 2 :]
    before = {_which(u): u for u in _inner(nexts, "before", number)}
    moments = _inner(nexts, "moment", number)
    for node in (steps, *firsts):
        text.name_shared(node)
    for node in nexts:
        _hoist(text, node)
    names = [text.fresh("state") for _ in firsts]
    for name, first in zip(names, firsts, strict=True):
        text.assign([name], [first])
    for i, node in before.items():
        text.writer.names[node] = names[i]
    histories = [text.fresh(f"{name}s") for name in names] if kept else []
    for history, name in zip(histories, names, strict=False):
        text.lines.append(f"{history} = [{name}]")
    time = text.fresh("t") if moments else "_"
    for node in moments:
        text.writer.names[node] = time
    outside, text.lines = text.lines, []
    around, text.bodies.open = text.bodies.open, text.bodies.open | {number}
    for node in nexts:
        text.name_shared(node)
    text.assign(names, nexts, len(_INDENT))
    text.lines += [f"{h}.append({name})" for h, name in zip(histories, names, strict=False)]
    body, text.lines, text.bodies.open = text.lines, outside, around
    # Another loop over the same system has names of its own.
    for node in [n for n in text.writer.names if number in text.bodies.of(n)]:
        del text.writer.names[node]
    text.lines.append(f"for {time} in range({text.writer.show(steps)}):")
    text.lines += [f"{_INDENT}{line}" for line in body]
    text.lines += [f"{h} = torch.stack({h})" for h in histories]
    text.writer.states[loop] = histories or names


def _which(before: Node) -> int:
    assert isinstance(before.attr, tuple)
    return int(before.attr[1])


def _inner(roots: Iterable[Node], op: str, number: int) -> list[Node]:
    """The leaves of a loop's body that stand for its states, or for the number of the step."""
    found, seen, pending = [], set[Node](), list(roots)
    while pending:
        u = pending.pop()
        if u in seen:
            continue
        seen.add(u)
        pending += u.args
        if u.op == op and _number(u) == number:
            found.append(u)
    return found


def _hoist(text: Lines, node: Node) -> None:
    """Names in front of a loop what is the same in each of its iterations."""
    if node in text.writer.names:
        return
    if not text.bodies.of(node) <= text.bodies.open:
        for a in node.args:
            _hoist(text, a)
    elif node.args and not node.is_scalar:
        text.name_shared(node)
        text.name_whole(node)
