"""Replaces loop-carried values by closed forms, found by rules tried in order.

A rule gets a recurrence x₀ = init, x_{t+1} = next(t, x_t) whose other states are already closed, and answers with
x_t as a term in t. The rules are in `rules`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from triton_lift.closing import compensation, continuations, folds, iterated, peeled, rescaled, selection
from triton_lift.closing.continuations import Continuation
from triton_lift.closing.recurrence import Recurrence
from triton_lift.closing.rules import JOINT_RULES, RULES, JointRule, Rule
from triton_lift.proving import Context, Session
from triton_lift.reading import Kernel, Loop
from triton_lift.reading.kernel import Rounding
from triton_lift.synthesis import NoSystem, Search, System, system_of
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import rebuild, substitute
from triton_lift.terms.term import Term, make, subterms, var


class NotClosed(Exception):
    """No rule found a closed form."""

    def __init__(self, reason: str, location: str | None) -> None:
        super().__init__(reason)
        self.reason, self.location = reason, location


@dataclass(frozen=True)
class ClosedForm:
    """x_t = value, in terms of `time` (0 ≤ time ≤ trips) and the coordinates."""

    rule: str
    time: Term
    coords: tuple[Term, ...]
    value: Term
    init: Term

    def at(self, time: Term, index: tuple[Term, ...]) -> Term:
        """The value at an iteration and an index."""
        pairs = zip(self.coords, index, strict=True)
        if time is ints.ZERO:
            return substitute(self.init, {c: i for c, i in pairs if c.op == "var"})
        return substitute(self.value, {self.time: time, **{c: i for c, i in pairs if c.op == "var"}})


@dataclass(frozen=True)
class Presupposed:
    """What is taken for granted of memory in each iteration of a loop: `facts`, and what follows (`following`)."""

    loop: Loop
    facts: tuple[Term, ...]
    following: tuple[Term, ...]

    def everywhere(self, trips: Term) -> list[Term]:
        """The facts, each for all iterations."""
        result = []
        if trips.op == "imax":
            trips = ints.maximum(*(t for t in trips.args if t is not ints.ZERO))
        for fact in self.facts:
            u = var("u")
            body = substitute(fact, {self.loop.var: u})
            result.append(make("reduce", (u, ints.ZERO, trips, bools.TRUE, body), ("and", 1), "bool"))
        return result


class LoopCloser:
    """Closes the recurrences of one kernel, on demand and once each."""

    def __init__(
        self,
        kernel: Kernel,
        rules: list[tuple[str, Rule]] | None = None,
        joint_rules: list[tuple[str, JointRule]] | None = None,
        search: Search | None = None,
        recurrences: bool = False,
    ) -> None:
        """By default all rules; where none applies, `search`, if there is one, looks for a closed form.

        `recurrences`: what has none is stated as the recurrence that it is.
        """
        self.kernel = replace(kernel, loops={n: peeled.generic(loop) for n, loop in kernel.loops.items()})
        self.facts: Context | None = None  # what the search may presuppose
        self._rules = RULES if rules is None else rules
        self._joint_rules = JOINT_RULES if joint_rules is None else joint_rules
        self._search = search
        self.recurrences = recurrences
        self.unclosed = False  # whether something was asked for that has no closed form
        self.closed: dict[tuple[int, int], ClosedForm] = {}
        self._active: list[tuple[int, int]] = []
        self._resolved: dict[Term, Term] = {}
        self._folds = folds.FoldReader(kernel)
        self.presupposed: dict[tuple[int, int], Presupposed] = {}
        self._kept: set[int] = set()
        self._continuations: dict[int, Continuation | None] = {}

    def resolve(self, t: Term) -> Term:
        """`t` with every carried value replaced by its closed form, and every fold recognised.

        Raises NotClosed where no rule applies.
        """
        memo = self._resolved
        stack = [t]
        while stack:
            u = stack[-1]
            if u in memo:
                stack.pop()
                continue
            if not u.args and u.op not in ("state", "final"):
                memo[u] = u
                stack.pop()
                continue
            pending = [a for a in u.args if a not in memo]
            if pending:
                stack.extend(pending)
                continue
            stack.pop()
            memo[u] = self._replace(rebuild(u, tuple(memo[a] for a in u.args)))
        return memo[t]

    def advanced(self, t: Term) -> Term:
        """`t` with the next value of a state that decays, where it is written out, as its closed form at t + 1.

        For what an iteration stores after its step. `t` is of the kernel, with its carried values.
        """
        parts = subterms([t])
        present = set(parts)
        after: dict[Term, Term] = {}
        for u in parts:
            if u.op != "state":
                continue
            loop = self.kernel.loops[u.attr[0]]
            carry = loop.carries[u.attr[1]]
            indices = {c: i for c, i in zip(carry.coords, u.args, strict=True) if c.op == "var"}
            following = substitute(carry.next, indices)
            if following not in present:
                continue
            with suppress(NotClosed):
                form = self.close(loop, carry.pos)
                if form.rule in (
                    "linear recurrence",
                    "matrix recurrence",
                    "rescaled accumulator",
                    iterated.NAME,
                ):
                    after[following] = form.at(ints.add(loop.var, ints.ONE), u.args)
        return substitute(t, after)

    def _replace(self, t: Term) -> Term:
        if t.op in ("state", "final"):
            number, pos = t.attr
            loop = self.kernel.loops[number]
            if (number, pos) in self._active or (t.op == "state" and number in self._kept):
                return t  # the value being closed, inside its own step
            form = self.close(loop, pos)
            value = form.at(loop.var if t.op == "state" else self.trips(loop), t.args)
            # A form found while an outer value was being closed still mentions that one.
            pending = (f.op in ("state", "final") and f.attr not in self._active for f in value.free)
            return self.resolve(value) if any(pending) else value
        if t.op == "foldresult":
            t = self._folds.replace(t)
        return selection.greatest_left(t, self.kernel.element_type)

    def rules(self, loop: Loop, pos: int) -> list[tuple[str, Rule]]:
        """The rules to try on a carried value."""
        return self._rules

    def joint_rules(self, loop: Loop, pos: int) -> list[tuple[str, JointRule]]:
        """The rules to try on a carried value together with the loop's other ones."""
        return self._joint_rules

    def searched(self, system: System, facts: Context) -> tuple[str, Term] | None:
        """`(name, closed form)` of the first state of a system that no rule closes."""
        return None if self._search is None else self._search.close(system, facts)

    def trips(self, loop: Loop) -> Term:
        """The trip count, itself without carried values."""
        return self.resolve(loop.trips)

    def close(self, loop: Loop, pos: int) -> ClosedForm:
        """The closed form of one carried value."""
        key = (loop.id, pos)
        if key in self.closed:
            return self.closed[key]
        loop = self.kernel.loops[loop.id]
        carry = loop.carries[pos]
        going_on = self._continuation(loop)
        if going_on is not None:
            time = var("t")
            whole = self.close(going_on.loop, pos)
            after = whole.at(ints.add(going_on.start, time), carry.coords)
            name = f"goes on with loop {going_on.first}"
            form = ClosedForm(name, time, carry.coords, after, self.resolve(carry.init))
            self.closed[key] = form
            return form
        joint = self._close_jointly(loop, pos)
        if joint is not None:
            self.closed[key] = joint
            return joint
        self._active.append(key)
        saved, self._resolved = self._resolved, {}
        try:
            init, step = self.resolve(carry.init), self.resolve(carry.next)
        finally:
            self._active.pop()
            self._resolved = saved
        me = make("state", carry.coords, key, carry.next.sort)
        marker = make("state", (), key, carry.next.sort)
        foreign = [f for f in step.free if f.op == "state" and f.attr[0] == loop.id and f is not marker]
        if not foreign:
            time = var("t")
            recurrence = self._recurrence(loop, me, marker, time, init, step)
            for name, rule in self.rules(loop, pos):
                value = rule(recurrence)
                if value is not None:
                    form = ClosedForm(name, time, carry.coords, value, init)
                    self.closed[key] = form
                    return form
        found = self._searched(loop, pos)
        if found is not None:
            self.closed[key] = found
            return found
        last = self._stated(loop, pos)
        if isinstance(last, ClosedForm):
            self.closed[key] = last
            return last
        self.unclosed = True
        notes = [f"it depends on {len(foreign)} other carried values that depend on it"] if foreign else []
        notes += [] if self._search is None else self._search.trace
        notes += [] if last is None else [f"not stated as a recurrence: {last}"]
        text = f" ({'; '.join(notes)})" if notes else ""
        raise NotClosed(f"no closed form for carried value {pos} of the loop{text}", loop.location)

    def _recurrence(
        self, loop: Loop, me: Term, marker: Term, time: Term, init: Term, step: Term
    ) -> Recurrence:
        trips, extents = self.trips(loop), self.kernel.extents
        return Recurrence(
            me, marker, loop.var, time, init, step, trips, self.facts, extents, self.kernel.element_type
        )

    def _continuation(self, loop: Loop) -> Continuation | None:
        """The loop together with the one that it goes on with, if it does; found once."""
        if loop.id not in self._continuations:
            self._continuations[loop.id] = None  # meanwhile
            if self.facts is not None:
                found = continuations.find(self.kernel, loop, self.trips, self.facts)
                if found is not None:
                    self.kernel.loops[found.loop.id] = found.loop
                    self._continuations[loop.id] = found
        return self._continuations[loop.id]

    def statable(self, loop: Loop, pos: int) -> bool:
        """Whether a carried value may be stated as a recurrence."""
        return self.recurrences

    def _stated(self, loop: Loop, pos: int) -> ClosedForm | str | None:
        """The carried value as a recurrence, or why it is not stated as one."""
        if not self.statable(loop, pos):
            return None
        time = var("t")
        try:
            init, value = iterated.stated(self.kernel, loop, pos, self.trips(loop), time, self._without)
        except iterated.NoStatement as problem:
            return str(problem)
        return ClosedForm(iterated.NAME, time, loop.carries[pos].coords, value, init)

    def _without(self, kept: list[tuple[int, int]], t: Term) -> Term:
        """`t` without carried values, but for those that are named."""
        saved, self._resolved = self._resolved, {}
        self._active.extend(kept)
        try:
            return self.resolve(t)
        finally:
            del self._active[len(self._active) - len(kept) :]
            self._resolved = saved

    def _searched(self, loop: Loop, pos: int) -> ClosedForm | None:
        """What the search finds for the system of those carried values that depend on each other."""
        try:
            system = system_of(loop, pos, self.trips(loop), self._without)
        except NoSystem as problem:
            if self._search is not None:
                self._search.trace = [str(problem)]
            return None
        found = self.searched(system, self.facts or Context(Session()))
        if found is None:
            return None
        return ClosedForm(found[0], system.time, loop.carries[pos].coords, found[1], system.inits[0])

    def _close_jointly(self, loop: Loop, pos: int) -> ClosedForm | None:
        """The joint rules, tried on a step in which the loop's states are left as they are."""
        key = (loop.id, pos)
        carry = loop.carries[pos]
        sort = carry.next.sort
        if (sort != "real" and carry.next.op != "select") or loop.id in self._kept:
            return None
        step = self._keeping(loop, carry.next)
        me = make("state", carry.coords, key, sort)
        marker = make("state", (), key, sort)
        if not any(f.op == "state" and f is not marker for f in step.free):
            return None
        time = var("t")
        init = self.resolve(carry.init)
        recurrence = self._recurrence(loop, me, marker, time, init, step)

        def next_of(state: Term) -> Term:
            if state.attr[0] != loop.id:  # of a loop around this one, which goes no step further in here
                return state
            other = loop.carries[state.attr[1]]
            pairs = zip(other.coords, state.args, strict=True)
            return substitute(self._keeping(loop, other.next), {c: i for c, i in pairs if c.op == "var"})

        def at(state: Term, moment: Term) -> Term:
            if state.attr[0] != loop.id:
                return state
            return self.close(loop, state.attr[1]).at(moment, state.args)

        def resolve(t: Term) -> Term:
            self._active.append(key)
            saved, self._resolved = self._resolved, {}
            try:
                return self.resolve(t)
            finally:
                self._active.pop()
                self._resolved = saved

        def initially(state: Term) -> Term | None:
            if state.attr[0] != loop.id:
                return None
            other = loop.carries[state.attr[1]]
            pairs = zip(other.coords, state.args, strict=True)
            return self.resolve(substitute(other.init, {c: i for c, i in pairs if c.op == "var"}))

        def presuppose(u: Term, facts: list[Term], following: list[Term]) -> None:
            here = {u: loop.var}
            self.presupposed[key] = Presupposed(
                loop, tuple(substitute(f, here) for f in facts), tuple(substitute(f, here) for f in following)
            )

        for name, rule in self.joint_rules(loop, pos):
            value = rule(recurrence, rescaled.Companions(next_of, at, resolve, initially, presuppose))
            if value is not None:
                self._remark(name, loop)
                return ClosedForm(name, time, carry.coords, value, recurrence.init)
        return None

    def supposed(self, loops: tuple[int, ...]) -> list[Term]:
        """What has been taken for granted of memory in the iterations of some loops."""
        return [f for p in self.presupposed.values() if p.loop.id in loops for f in (*p.facts, *p.following)]

    def _remark(self, rule: str, loop: Loop) -> None:
        """What a reader has to know of a rule that was used: where the machine's value is another one."""
        if rule == "compensation":
            remark = Rounding(compensation.REMARK, loop.location)
            if remark not in self.kernel.roundings:
                self.kernel.roundings.append(remark)

    def _keeping(self, loop: Loop, t: Term) -> Term:
        """`t` resolved but for the states of `loop`."""
        saved, self._resolved = self._resolved, {}
        self._kept.add(loop.id)
        try:
            return self.resolve(t)
        finally:
            self._kept.discard(loop.id)
            self._resolved = saved
