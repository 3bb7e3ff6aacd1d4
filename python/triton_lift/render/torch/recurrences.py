"""Recurrences as loops: a tensor for each state of a system, taken from step to step.

A state's tensor has a dimension for each of its indices, and behind them one for each index around that the system
depends on: these count as indices of every state, so that an element is found by its indices alone. Where different
elements of the result ask for different moments, what the states are after each step is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from triton_lift.render.torch.nodes import Node, together
from triton_lift.render.torch.ranges import Range, launch_constant, measured
from triton_lift.terms import integers as ints
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.iterates import Iterate, parts_of
from triton_lift.terms.substitution import rewrite
from triton_lift.terms.term import Term, make

if TYPE_CHECKING:
    from triton_lift.render.torch.elementwise import Context
    from triton_lift.render.torch.translate import Translator


@dataclass(frozen=True)
class System:
    """One system as a loop. `sizes`: how long the dimensions of each state are; `before`: what stands for the states
    inside; `loop` computes all of them; `kept`: of all moments, in a first dimension."""

    outer: Context
    sizes: tuple[tuple[Range, ...], ...]
    before: tuple[Node, ...]
    moment: Node
    loop: Node | None
    kept: bool


class Recurrences:
    """The systems of one output."""

    def __init__(self, translate: Translator) -> None:
        self.translate = translate
        self.found: dict[tuple[Term, bool], System] = {}
        self.numbers = count(1)
        self.open: dict[Term, System] = {}  # by their time, while their steps are translated

    def iterate(self, t: Term, context: Context) -> Node:
        """An element of a state after some steps."""
        parts = parts_of(t)
        system = self._system(parts, context)
        assert system.loop is not None
        state = system.before[parts.which]
        axes, sizes = state.axes or (), system.sizes[parts.which]
        place: tuple[Term, ...] = (*parts.place, *system.outer)
        if system.kept:
            axes, place = (True, *axes), (parts.moment, *place)
            sizes = (Range(ints.ZERO, ints.ZERO), *sizes)  # none that an index has
        whole = self.translate.nodes.make("final", (system.loop,), parts.which, axes, state.kind)
        return self._element(whole, place, sizes, context)

    def previous(self, t: Term, context: Context) -> Node:
        """An element of a state inside of the step."""
        system = self.open[t.args[0]]
        return self._element(system.before[t.attr[0]], t.args[1:], system.sizes[t.attr[0]], context)

    def _element(
        self, state: Node, place: tuple[Term, ...], sizes: tuple[Range, ...], context: Context
    ) -> Node:
        nodes, box = self.translate.nodes, self.translate.box
        plain = len(set(place)) == len(place) and all(
            p in context and box.ranges[p] == size for p, size in zip(place, sizes, strict=True)
        )
        if plain:
            at = [context.index(p) for p in place]
            first = min(at, default=len(context))
            return self.translate.arranged(state, [p - first for p in at], len(context) - first)
        places = tuple(self.translate(p, context, True) for p in place)
        axes = together([p.axes for p in places]) or ()
        return nodes.make("helper", (state, *places), "element", axes, state.kind)

    def _system(self, parts: Iterate, context: Context) -> System:
        kept = not launch_constant(parts.moment)
        start = replace(parts, which=0, place=(ints.ZERO,) * len(parts.states[0].indices), moment=ints.ZERO)
        alone = start.term
        outer = tuple(v for v in context if v in alone.free)
        last = self._last(parts.moment) if kept else parts.moment
        key = make("tuple", (canonical_names(alone), last)), kept
        if key not in self.found:
            self.found[key] = self._loop(start, last, outer, kept)
        return self.found[key]

    def _last(self, moment: Term) -> Term:
        """The last moment that is asked for."""
        known = self.translate.box.extreme(moment, upper=True)
        return measured(moment, "most") if known is None else known

    def _loop(self, parts: Iterate, last: Term, outer: Context, kept: bool) -> System:
        number = next(self.numbers)
        translate = self.translate
        nodes, ranges = translate.nodes, translate.box.ranges
        ranges[parts.time] = Range(ints.ZERO, last)
        for s in parts.states:
            ranges.update({c: Range(ints.ZERO, extent) for c, extent in s.indices})
        contexts = [(*(c for c, _ in s.indices), *outer) for s in parts.states]
        kinds = [translate.kind(s.first) for s in parts.states]
        before = tuple(
            nodes.make("before", (), (number, i), (True,) * len(c), kind)
            for i, (c, kind) in enumerate(zip(contexts, kinds, strict=True))
        )
        sizes = tuple(tuple(ranges[v] for v in c) for c in contexts)
        moment = nodes.make("moment", (), number)
        system = System(outer, sizes, before, moment, None, kept)
        firsts = [self._whole(s.first, c) for s, c in zip(parts.states, contexts, strict=True)]

        def visit(u: Term) -> Term | None:
            if u.op != "previous" or u.args[0] is not parts.time:
                return None
            return make("previous", (*u.args, *outer), u.attr, u.sort)

        memo: dict[Term, Term] = {}
        self.open[parts.time] = system
        nexts = [
            self._whole(rewrite(s.next, visit, memo), c) for s, c in zip(parts.states, contexts, strict=True)
        ]
        steps = translate(last, (), True)
        loop = nodes.make("loop", (steps, *firsts, *nexts), (number, kept), ())
        return replace(system, loop=loop)

    def _whole(self, t: Term, context: Context) -> Node:
        """A term with all dimensions. Elements that nobody asks for are computed as well: no read may fail."""
        node = self.translate.nodes.tensor(self.translate(t, context, True))
        return self.translate.spread(node, context, context)
