"""Replaces loop-carried values by closed forms, found by rules tried in order.

A rule gets a recurrence x₀ = init, x_{t+1} = next(t, x_t) whose other states are already closed, and answers with
x_t as a term in t. The rules are in `rules`.
"""

from __future__ import annotations

from dataclasses import dataclass

from triton_lift.closing import folds, rescaled
from triton_lift.closing.recurrence import Recurrence
from triton_lift.closing.rules import JOINT_RULES, RULES, JointRule, Rule
from triton_lift.reading import Kernel, Loop
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import rebuild, substitute
from triton_lift.terms.term import Term, make, var


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


class LoopCloser:
    """Closes the recurrences of one kernel, on demand and once each."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.closed: dict[tuple[int, int], ClosedForm] = {}
        self._active: list[tuple[int, int]] = []
        self._resolved: dict[Term, Term] = {}
        self._folds = folds.FoldReader(kernel)
        self._kept: set[int] = set()

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

    def _replace(self, t: Term) -> Term:
        if t.op in ("state", "final"):
            number, pos = t.attr
            loop = self.kernel.loops[number]
            if (number, pos) in self._active or (t.op == "state" and number in self._kept):
                return t  # the value being closed, inside its own step
            form = self.close(loop, pos)
            value = form.at(loop.var if t.op == "state" else self.trips(loop), t.args)
            # A form found while an outer value was being closed still mentions that one.
            pending = [f for f in value.free if f.op in ("state", "final") and f.attr not in self._active]
            return self.resolve(value) if pending else value
        if t.op == "foldresult":
            return self._folds.replace(t)
        return t

    def rules(self, loop: Loop, pos: int) -> list[tuple[str, Rule]]:
        """The rules to try on a carried value."""
        return RULES

    def joint_rules(self, loop: Loop, pos: int) -> list[tuple[str, JointRule]]:
        """The rules to try on a carried value together with the loop's other ones."""
        return JOINT_RULES

    def trips(self, loop: Loop) -> Term:
        """The trip count, itself without carried values."""
        return self.resolve(loop.trips)

    def close(self, loop: Loop, pos: int) -> ClosedForm:
        """The closed form of one carried value."""
        key = (loop.id, pos)
        if key in self.closed:
            return self.closed[key]
        carry = loop.carries[pos]
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
            recurrence = Recurrence(me, marker, loop.var, time, init, step, self.trips(loop))
            for name, rule in self.rules(loop, pos):
                value = rule(recurrence)
                if value is not None:
                    form = ClosedForm(name, time, carry.coords, value, init)
                    self.closed[key] = form
                    return form
        others = f" (it depends on {len(foreign)} other carried values that depend on it)" if foreign else ""
        raise NotClosed(f"no closed form for carried value {pos} of the loop{others}", loop.location)

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
        recurrence = Recurrence(me, marker, loop.var, time, self.resolve(carry.init), step, self.trips(loop))

        def next_of(state: Term) -> Term:
            other = loop.carries[state.attr[1]]
            pairs = zip(other.coords, state.args, strict=True)
            return substitute(self._keeping(loop, other.next), {c: i for c, i in pairs if c.op == "var"})

        def at(state: Term, moment: Term) -> Term:
            return self.close(loop, state.attr[1]).at(moment, state.args)

        def resolve(t: Term) -> Term:
            self._active.append(key)
            saved, self._resolved = self._resolved, {}
            try:
                return self.resolve(t)
            finally:
                self._active.pop()
                self._resolved = saved

        for name, rule in self.joint_rules(loop, pos):
            value = rule(recurrence, rescaled.Companions(next_of, at, resolve))
            if value is not None:
                return ClosedForm(name, time, carry.coords, value, recurrence.init)
        return None

    def _keeping(self, loop: Loop, t: Term) -> Term:
        """`t` resolved but for the states of `loop`."""
        saved, self._resolved = self._resolved, {}
        self._kept.add(loop.id)
        try:
            return self.resolve(t)
        finally:
            self._kept.discard(loop.id)
            self._resolved = saved
