"""Named functions in a value, from the outside in: the largest definition that matches, then what it is applied to.

A match counts once the definition, with its holes filled, is proved equal to the part that it replaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triton_lift.definitions.fillings import Filling
from triton_lift.definitions.library import Definition
from triton_lift.definitions.matching import Budget, Found, matches
from triton_lift.definitions.patterns import Pattern
from triton_lift.egraph import Equality
from triton_lift.proving import Context, Deadline, DeadlineError
from triton_lift.simplification.reductions import bounds
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names, fresh_names
from triton_lift.terms.substitution import rebuild, rewrite, substitute
from triton_lift.terms.term import Term, make, ranges, reduce_guard, subterms

_MOST_PROOFS = 40
_PLACE = make("var", (), ("place", 0))


@dataclass(frozen=True)
class Use:
    """A definition in use, the attribute of a term `named`.

    The term's arguments are, for each printed argument, its variables and then its body; then the places of the
    defined element's indices. `counts`: the number of variables of each argument; `limits`: of those indices; `ends`:
    of bound variables; `element`: the place of its element; `part`: what the use stands for.
    """

    definition: Definition
    counts: tuple[int, ...]
    limits: tuple[Term | None, ...]
    ends: tuple[tuple[Term, Term], ...]
    element: tuple[Term, ...]
    part: Term

    def split(
        self, args: Sequence[Term]
    ) -> tuple[list[tuple[str, tuple[Term, ...], Term]], tuple[Term, ...]]:
        """The arguments of the term as (name, variables, body), and the places."""
        found, position = [], 0
        for name, count in zip(self.definition.arguments, self.counts, strict=True):
            found.append((name, tuple(args[position : position + count]), args[position + count]))
            position += count + 1
        return found, tuple(args[position:])


class Namer:
    """Finds named functions; `used` counts them. `frame`: the variables that are indices of the output, in order;
    `places`: all its indices, where they are known. After the deadline no more are found, and what there is stays."""

    def __init__(
        self,
        definitions: Sequence[Definition],
        frame: Sequence[Term] = (),
        places: Sequence[Term] = (),
        deadline: Deadline | None = None,
    ) -> None:
        self.frame = tuple(frame)
        self.places = tuple(places)
        entries = [(p, d) for d in definitions for p in d.patterns]
        self.entries = sorted(entries, key=lambda e: -e[0].size)
        self.heads = [_heads(p.term) for p, _ in self.entries]
        self.used = 0
        self.proofs = 0
        self.budget = Budget(deadline=deadline or Deadline())
        self._memo: dict[tuple[Term, frozenset[Term]], Term] = {}

    def named(self, t: Term, context: Context) -> Term:
        """`t` with `named` terms in it."""
        return self._visit(fresh_names(t), context)

    def _visit(self, t: Term, context: Context) -> Term:
        if not t.args or t.sort == "bool" or (t.sort == "int" and t.op not in ("argreduce", "reduce")):
            return t
        key = (t, context.key)
        if key not in self._memo:
            self._memo[key] = self._named(t, context)
        return self._memo[key]

    def _named(self, t: Term, context: Context) -> Term:
        inside = {(u.op, u.attr if u.op in ("rfun", "reduce", "argreduce") else None) for u in subterms([t])}
        candidates = [e for e, heads in zip(self.entries, self.heads, strict=True) if heads <= inside]
        for whole in (True, False) if self.budget.left > 0 else ():
            try:
                first = self._first(t, candidates, whole, context)
            except DeadlineError:
                self.budget.left = 0
                break
            if first is not None:
                definition, pattern, found = first
                self.used += 1
                use = self._use(definition, pattern, found, context)
                if found.rest is None:
                    return use
                rest = self._visit(found.rest, context)
                return reals.add(use, rest) if found.op == "radd" else reals.mul(use, rest)
        return self._inside(t, context)

    def _first(
        self, t: Term, candidates: list[tuple[Pattern, Definition]], whole: bool, context: Context
    ) -> tuple[Definition, Pattern, Found] | None:
        for pattern, definition in candidates:
            self.budget.deadline.check()
            for found in matches(pattern, t, self.frame, whole=whole, budget=self.budget):
                if self._holds(definition, pattern, found, context):
                    return definition, pattern, found
        return None

    def _inside(self, t: Term, context: Context) -> Term:
        if t.op in ("reduce", "argreduce"):
            within = context.extend(bounds(ranges(t)), reduce_guard(t))
            count = 3 * t.attr[1] + 1
            body = self._visit(t.args[count], within)
            return make(t.op, (*t.args[:count], body, *t.args[count + 1 :]), t.attr, t.sort)
        if t.op == "select":
            c, a, b = t.args
            return make(
                "select",
                (c, self._visit(a, context.extend(c)), self._visit(b, context.extend(bools.negate(c)))),
                None,
                t.sort,
            )
        if t.op in ("read", "ranked", "argranked", "foldresult", "matprod", "iterate"):
            return t
        return rebuild(t, tuple(self._visit(a, context) for a in t.args))

    def _holds(self, definition: Definition, pattern: Pattern, found: Found, context: Context) -> bool:
        """Whether the definition is proved to be the part, and its indices lie in their ranges."""
        filling = found.filling
        if any(u.attr not in filling.holes for u in subterms([pattern.term]) if u.op == "hole"):
            return False
        if all(value.op in ("real", "int") for _, value in filling.holes.values()):
            return False
        for name, (_, value) in filling.holes.items():
            if value.sort == "int" and value.free and name not in definition.arguments:
                return False  # a range that is another one for each element is no whole axis
        if definition.elsewhere and self.places and not self._in_place(pattern, filling):
            return False  # the element of another place
        functions = [substitute(value, {v: _PLACE}) for (v, *_), value in _functions(filling)]
        if len(set(functions)) < len(functions):
            return False  # a product with itself has better names
        self.proofs += 1
        if self.proofs > _MOST_PROOFS:
            return False
        if not all(context.proves(filling.fill(f)) for f in pattern.facts):
            return False
        instance = filling.fill(pattern.term)
        return _equal(found.part, instance, context)

    def _in_place(self, pattern: Pattern, filling: Filling) -> bool:
        """Whether each index of the function's element is, but for where the row begins, one of the output's."""
        variables = {filling.variables[v] for v in pattern.indices}

        def begins(difference: Term) -> bool:
            monomials = ints.polynomial(difference)
            own = any(a.free & variables for m in monomials for a in m)
            return not own and all(any(u.op == "var" for a in m for u in a.free) for m in monomials)

        return all(any(begins(ints.sub(p, filling.fill(e))) for p in self.places) for e in pattern.element)

    def _use(self, definition: Definition, pattern: Pattern, found: Found, context: Context) -> Term:
        filling = found.filling
        args: list[Term] = []
        counts = []
        for name in definition.arguments:
            variables, value = filling.holes[name]
            args += [*variables, self._visit(value, context)]
            counts.append(len(variables))
        args += [filling.variables[v] for v in pattern.indices]
        limits = tuple(None if limit is None else filling.fill(limit) for limit in pattern.limits)
        bounded = [u for u in subterms([pattern.term]) if u.op in ("reduce", "argreduce")]
        ends = {filling.variables[v]: filling.fill(high) for u in bounded for v, _, high in ranges(u)}
        element = tuple(map(filling.fill, pattern.element))
        use = Use(definition, tuple(counts), limits, tuple(ends.items()), element, found.part)
        return make("named", tuple(args), use, found.part.sort)


def shown_equal(pattern: Pattern, t: Term, frame: Sequence[Term], context: Context) -> bool:
    """Whether some filling of the pattern is proved equal to `t`."""
    names = {u.attr for u in subterms([pattern.term]) if u.op == "hole"}
    for found in matches(pattern, t, frame, whole=True):
        filling = found.filling
        if names <= filling.holes.keys() and _equal(t, filling.fill(pattern.term), context):
            return True
    return False


def _equal(part: Term, instance: Term, context: Context) -> bool:
    if canonical_names(instance) is canonical_names(part):
        return True
    return Equality().holds(_by_roots(part), _by_roots(instance), context)


def _functions(filling: Filling) -> list[tuple[tuple[Term, ...], Term]]:
    return [(vs, value) for vs, value in filling.holes.values() if len(vs) == 1]


def _heads(p: Term) -> frozenset[tuple[str, object]]:
    """Operators that a term must contain for the pattern to match."""
    found = set()
    for u in subterms([p]):
        if u.op in ("reduce", "argreduce") or u.op == "rfun" and u.attr not in ("sqrt", "rsqrt"):
            found.add((u.op, u.attr))
        elif u.op in ("select", "rmax", "rmin"):
            found.add((u.op, None))
    return frozenset(found)


def _by_roots(t: Term) -> Term:
    """`t` with 1 / sqrt(x) for rsqrt(x)."""

    def visit(u: Term) -> Term | None:
        if u.op == "rfun" and u.attr == "rsqrt":
            return reals.div(reals.ONE, reals.apply("sqrt", u.args[0]))
        return None

    return rewrite(t, visit)
