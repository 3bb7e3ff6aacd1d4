"""Whether a simplified value equals the raw one: the proof on which every simplified formula rests.

By normal form; else part by part (equal arguments, equal values; under a binder for every point of it); else by cases.
The raw value is taken to be defined, which the report lists. All budgets are counted in steps, never in seconds: who
rechecks a proof comes to the same answer. A kernel's deadline ends the search for an answer, which is none then.
"""

from __future__ import annotations

from triton_lift.egraph import functions
from triton_lift.egraph.algebra import Algebra, Poly, TooLargeError
from triton_lift.egraph.facts import Facts, Sign
from triton_lift.egraph.normal import LAST_LEVEL, CaseNeededError, Normal
from triton_lift.egraph.pieces import UndecidedError
from triton_lift.proving import Context
from triton_lift.simplification.reductions import bounds
from triton_lift.terms import booleans as bools
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, ranges, reduce_body, reduce_guard, subterms

assert functions  # its entries are what `Normal` knows of functions

_MOST_CASES = 24
_MOST_NODES = 160
_MOST_COMPARISONS = 200
_MOST_STEPS = 25_000
_MOST_READINGS = 3


class Equality:
    """Shows equalities; each question has its own budget."""

    def __init__(self) -> None:
        self.cases = self.comparisons = 0
        self.ring = Algebra()

    def holds(self, raw: Term, simplified: Term, context: Context) -> bool:
        """Whether they are equal wherever `raw` is defined and the facts of the context hold. False: not shown.

        Raises DeadlineError."""
        self.cases = self.comparisons = 0
        self.ring = Algebra(_MOST_STEPS)
        if raw.sort != simplified.sort or not simplified.free <= raw.free:
            return False
        try:
            return self._equal(canonical_names(raw), canonical_names(simplified), context, [])
        except TooLargeError:
            return False

    def _equal(self, a: Term, b: Term, context: Context, signs: list[tuple[Poly, Sign]]) -> bool:
        if a is b:
            return True
        context.session.deadline.check()
        self.comparisons += 1
        if self.comparisons > _MOST_COMPARISONS:
            raise TooLargeError
        if a.sort != "real" or b.sort != "real":
            return False
        small = len(subterms([a, b])) <= _MOST_NODES
        if small and self._by_normal_form(a, b, context, signs):
            return True
        return self._by_parts(a, b, context, signs) or (small and self._by_cases(a, b, context, signs))

    def _forms(self, context: Context, signs: list[tuple[Poly, Sign]], splitting: bool) -> Normal:
        facts = Facts()
        for p, sign in signs:
            facts.note_sign(p, sign, context)
        return Normal(facts, self.ring.fresh(), splitting)

    def _compare(self, n: Normal, a: Term, b: Term, context: Context) -> bool:
        n.trusting = True
        first = n.quotient(a, context)
        n.trusting = False
        if n.ring.same(first, n.quotient(b, context)):
            return True
        # What is known to be defined by now, and which pieces of ranges occur, was not when the first form was made.
        for _ in range(_MOST_READINGS):
            known = n.pieces.state()
            n.forget()
            n.trusting = True
            first = n.quotient(a, context)
            n.trusting = False
            if n.ring.same(first, n.quotient(b, context)):
                return True
            if not n.pieces.used or n.pieces.state() == known:
                return False
        return False

    def _by_normal_form(self, a: Term, b: Term, context: Context, signs: list[tuple[Poly, Sign]]) -> bool:
        try:
            return self._compare(self._forms(context, signs, splitting=False), a, b, context)
        except (UndecidedError, TooLargeError):
            return False

    def _by_parts(self, a: Term, b: Term, context: Context, signs: list[tuple[Poly, Sign]]) -> bool:
        if a.op != b.op or a.attr != b.attr or not a.args:
            return False
        if a.op == "reduce":
            return self._point_by_point(a, b, context, signs)
        if a.op == "select":
            (c, u, v), (d, x, y) = a.args, b.args
            return (
                c is d
                and self._equal(u, x, context.extend(c), signs)
                and self._equal(v, y, context.extend(bools.negate(c)), signs)
            )
        left, right = list(a.args), list(b.args)
        if a.op in ("radd", "rmul", "rmax", "rmin"):
            for x in a.args:
                if x in right:
                    left.remove(x)
                    right.remove(x)
        return len(left) == len(right) and all(
            self._equal(x, y, context, signs) for x, y in zip(left, right, strict=True)
        )

    def _point_by_point(self, a: Term, b: Term, context: Context, signs: list[tuple[Poly, Sign]]) -> bool:
        """Reductions over the same points of equal bodies."""
        count: int = a.attr[1]
        used = [u.attr[1] for u in subterms([a, b]) if u.op == "var"]
        first = min([LAST_LEVEL, *used]) - 1
        names = [make("var", (), ("k", first - i)) for i in range(count)]
        opened = []
        for t in (a, b):
            to = {v: w for (v, _, _), w in zip(ranges(t), names, strict=True)}
            box = [(to[v], substitute(low, to), substitute(high, to)) for v, low, high in ranges(t)]
            opened.append((box, substitute(reduce_guard(t), to), substitute(reduce_body(t), to)))
        (box, guard, body), (other_box, other_guard, other_body) = opened
        if box != other_box or guard is not other_guard:
            return False
        return self._equal(body, other_body, context.extend(bounds(box), guard), signs)

    def _by_cases(self, a: Term, b: Term, context: Context, signs: list[tuple[Poly, Sign]]) -> bool:
        n = self._forms(context, signs, splitting=True)
        if n.facts.contradictory():
            return True
        try:
            return self._compare(n, a, b, context)
        except (UndecidedError, TooLargeError):
            return False
        except CaseNeededError as needed:
            condition, difference = needed.condition, needed.difference
        context.session.deadline.check()
        self.cases += 1
        if self.cases > _MOST_CASES:
            return False
        if difference is not None:
            sides: tuple[Sign, Sign] = (">=", "<=")
            return all(self._by_cases(a, b, context, [*signs, (difference, side)]) for side in sides)
        assert condition is not None
        for fact, value in ((condition, bools.TRUE), (bools.negate(condition), bools.FALSE)):
            case = context.extend(fact)
            if case.absurd:
                continue
            found = self._signs_of(n, fact, context)
            chosen = {condition: value}
            if not self._by_cases(substitute(a, chosen), substitute(b, chosen), case, [*signs, *found]):
                return False
        return True

    def _signs_of(self, n: Normal, fact: Term, context: Context) -> list[tuple[Poly, Sign]]:
        """What comparisons of reals say of the sign of a difference."""
        result: list[tuple[Poly, Sign]] = []
        for part in bools.conjuncts(fact):
            negated = part.op == "not"
            comparison = part.args[0] if negated else part
            if comparison.op in ("rlt", "rle"):
                low, high = comparison.args
                try:
                    p = n.laurent(reals.sub(high, low), context)
                except (UndecidedError, TooLargeError, CaseNeededError):
                    continue
                strict = comparison.op == "rlt"
                sign: Sign = ("<=" if strict else "<") if negated else (">" if strict else ">=")
                result.append((p, sign))
        return result
