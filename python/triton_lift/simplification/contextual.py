"""Contextual simplification: every rewriting holds under the facts of the context it is done in.

The theorem: for all values that satisfy the context, the result equals the argument.
"""

from __future__ import annotations

from collections.abc import Callable

from triton_lift.proving import Context
from triton_lift.simplification import (
    divisions,
    infinities,
    iterated,
    moments,
    quotients,
    ranked,
    reductions,
    selections,
)
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import rebuild
from triton_lift.terms.term import Term, make

_PLAIN = {"int", "real", "inf", "bool", "param", "pid", "nprogs", "var", "arbitrary", "elem"}
_INTERESTING = {
    "select", "fdiv", "fmod", "tdiv", "trem", "wrap", "imin", "imax", "reduce", "argreduce", "ranked", "argranked",
    "inf", "le0", "eq0", "rlt", "rle", "req", "provided", "bitor", "bitand", "bitxor", "previous",
}  # fmt: skip


class PreconditionRequest(Exception):
    """The proof goes through if `fact` (about the kernel's parameters alone) is a precondition."""

    def __init__(self, fact: Term) -> None:
        super().__init__(repr(fact))
        self.fact = fact


class Simplifier:
    """Simplifies terms; remembers what it did for each (term, context)."""

    def __init__(self) -> None:
        self._memo: dict[tuple[Term, frozenset[Term]], Term] = {}
        self._interesting: dict[Term, bool] = {}
        self._scrambled: dict[Term, bool] = {}

    def interesting(self, t: Term) -> bool:
        """Whether anything in `t` could be simplified at all."""
        found = self._interesting.get(t)
        if found is None:
            found = t.op in _INTERESTING or any(self.interesting(a) for a in t.args)
            self._interesting[t] = found
        return found

    def simplify(self, t: Term, context: Context) -> Term:
        """A term equal to `t` under the facts of `context`."""
        if self.plain(t):
            return t
        key = (t, context.key)
        found = self._memo.get(key)
        if found is None:
            context.session.deadline.check()
            found = self._memo[key] = self.rewrite(t, context)
        return found

    def plain(self, t: Term) -> bool:
        """Whether `t` is left as it is, whatever the context."""
        return t.op in _PLAIN or not self.interesting(t) or (t.sort == "int" and self.scrambled(t))

    def scrambled(self, t: Term) -> bool:
        """Whether `t` is made of pseudo-random bits, of which nothing could be proved, at length."""
        return ints.scrambled(t, self._scrambled)

    def rewrite(self, t: Term, context: Context) -> Term:
        """One step: the rule for the operator of `t`, with `simplify` for its parts."""
        rule = _RULES.get(t.op)
        if rule is not None:
            return rule(self, t, context)
        result = rebuild(t, tuple(self.simplify(a, context) for a in t.args))
        if result.sort != "real":
            return result
        result = moments.combine(self, infinities.absorb(self, result, context), context)
        return quotients.cancel(self, selections.lift(self, result, context), context)

    def nonempty(self, context: Context, ask: bool = False) -> Callable[[Term], bool]:
        """Whether a reduction certainly ranges over something: its lower corner satisfies the guard.

        Of an integer read as a real: whether it is positive. With `ask`, a size that is missing for this is requested
        as a precondition.
        """

        def check(t: Term) -> bool:
            if t.op == "toreal":
                return context.proves(bools.lt(ints.ZERO, t.args[0]))
            corner = reductions.lower_corner(t)
            return divisions.holds(context, corner) if ask else context.proves(corner)

        return check

    def finite(self, t: Term, context: Context, ask: bool = False) -> bool:
        """Whether the real `t` is certainly finite here (`ask` as in `nonempty`)."""
        return reals.finite(t, self.nonempty(context, ask))


Rule = Callable[[Simplifier, Term, Context], Term]


def rule_name(t: Term) -> str:
    """The name of the rule that rewrites `t`."""
    rule = _RULES.get(t.op)
    return "congruence" if rule is None else rule.__name__.strip("_").replace("_", " ")


def _select(s: Simplifier, t: Term, context: Context) -> Term:
    c, a, b = t.args
    c = s.simplify(c, context)
    if c is bools.TRUE:
        return s.simplify(a, context)
    if c is bools.FALSE:
        return s.simplify(b, context)
    a = s.simplify(a, context.extend(c))
    b = s.simplify(b, context.extend(bools.negate(c)))
    result = selections.single_case(s, selections.extremum(reals.select(c, a, b)), context)
    return selections.unless_empty(result, context)


def _and(s: Simplifier, t: Term, context: Context) -> Term:
    parts: list[Term] = []
    for p in t.args:
        p = s.simplify(p, context)
        parts.append(p)
        context = context.extend(p)
    return bools.conjunction(*parts)


def _or(s: Simplifier, t: Term, context: Context) -> Term:
    parts: list[Term] = []
    for p in t.args:
        p = s.simplify(p, context)
        if p is bools.TRUE:
            return p
        parts.append(p)
        context = context.extend(bools.negate(p))
    return bools.disjunction(*parts)


def _not(s: Simplifier, t: Term, context: Context) -> Term:
    return bools.negate(s.simplify(t.args[0], context))


def _integer_comparison(s: Simplifier, t: Term, context: Context) -> Term:
    result = rebuild(t, (s.simplify(t.args[0], context),))
    if result.op not in ("le0", "eq0"):
        return s.simplify(result, context) if result is not t else result
    if context.proves(result):
        return bools.TRUE
    if context.proves(bools.negate(result)):
        return bools.FALSE
    decided = selections.compared(result)
    return divisions.comparison(s, result, context) if decided is None else s.simplify(decided, context)


def _real_comparison(s: Simplifier, t: Term, context: Context) -> Term:
    a, b = (s.simplify(x, context) for x in t.args)
    if "inf" in (a.op, b.op) and a.op != b.op:
        infinite, other = (a, b) if a.op == "inf" else (b, a)
        if s.finite(other, context):
            if t.op == "req":
                return bools.FALSE
            return bools.const((infinite.attr == -1) == (infinite is a))
        empty = reductions.is_empty(s, other, infinite, context) if t.op == "req" else None
        if empty is not None:
            return s.simplify(empty, context)
    # A selection against a comparand decides branch by branch when a branch is a constant, or against itself.
    for i, x in enumerate((a, b)):
        if x.op == "select" and (a is b or selections.has_constant(x)):
            c, u, v = x.args
            pick = (lambda y: (y, y)) if a is b else (lambda y: (y, b)) if i == 0 else (lambda y: (a, y))
            return s.simplify(
                bools.disjunction(
                    bools.conjunction(c, reals.compare(t.op, *pick(u))),
                    bools.conjunction(bools.negate(c), reals.compare(t.op, *pick(v))),
                ),
                context,
            )
    if a is b and s.finite(a, context):
        return bools.const(t.op != "rlt")
    positive = reals.ZERO in (a, b) and any(reals.positive(x, s.nonempty(context)) for x in (a, b))
    if t.op == "req" and positive:
        return bools.FALSE
    result = reals.compare(t.op, a, b)
    if result in context.facts:
        return bools.TRUE
    return bools.FALSE if bools.negate(result) in context.facts else result


def _integer_extremum(s: Simplifier, t: Term, context: Context) -> Term:
    parts = [s.simplify(a, context) for a in t.args]
    combine = ints.minimum if t.op == "imin" else ints.maximum
    result = combine(*selections.without_floor(s, t.op, parts, context))
    if result.op != t.op:
        return result
    kept = list(result.args)
    for a in result.args:
        for b in kept:
            if a is not b and context.proves(bools.le(b, a) if t.op == "imin" else bools.le(a, b)):
                kept.remove(a)
                break
    return combine(*kept)


def _provided(s: Simplifier, t: Term, context: Context) -> Term:
    value, witness = t.args
    if witness.sort == "bool":
        value, witness = s.simplify(value, context), s.simplify(witness, context)
        holds = divisions.holds(context, witness)
        return value if holds else make("provided", (value, witness), None, value.sort)
    if s.finite(s.simplify(witness, context), context, ask=True):
        return s.simplify(value, context)
    return t


_RULES: dict[str, Rule] = {
    "provided": _provided,
    "select": _select,
    "and": _and,
    "or": _or,
    "not": _not,
    "le0": _integer_comparison,
    "eq0": _integer_comparison,
    "rlt": _real_comparison,
    "rle": _real_comparison,
    "req": _real_comparison,
    "imin": _integer_extremum,
    "imax": _integer_extremum,
    "fdiv": divisions.floor_division,
    "fmod": divisions.floor_remainder,
    "tdiv": divisions.truncating_division,
    "trem": divisions.truncating_remainder,
    "wrap": divisions.wrapped,
    "bitor": divisions.disjoint_bits,
    "bitxor": divisions.disjoint_bits,
    "reduce": reductions.simplify_reduce,
    "argreduce": reductions.simplify_reduce,
    "ranked": ranked.simplify_ranked,
    "argranked": ranked.simplify_ranked,
    "iterate": iterated.simplify_iterate,
    "previous": iterated.simplify_previous,
}
