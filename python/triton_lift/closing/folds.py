"""Reductions and scans with a combine of their own, recognised by what the combine computes.

Theorem used: if combine(h(A), h(B)) = h(A ∪ B) and the elements are h({x}), any tree of combines gives h of the whole
set. Each recogniser states its h and checks the combine against it: syntactically where it is one operator, by SMT
otherwise. Results that need no elements but their own are combined as if the others were not there. Adding a
recogniser is adding an entry to RECOGNISERS.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

import z3

from triton_lift.closing import logarithmic, ordered, pairwise
from triton_lift.reading import Kernel, Unsupported
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import fresh_names
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, subterms


class FoldReader:
    """Recognises the folds of one kernel, each once."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self._readings: dict[tuple[int, tuple[int, ...]], Reading | None] = {}

    def replace(self, t: Term) -> Term:
        """A fold result as reductions. Raises Unsupported where no recogniser accepts the combine.

        The whole combine is tried first, then those of its results that the one asked for needs.
        """
        (order, number, pos), _ = t.attr
        v, low, high, guard, *bodies = t.args
        triple = v, low, high
        combine = self.kernel.folds[number]
        every = tuple(range(len(combine)))
        for chosen in dict.fromkeys((every, needed(number, combine, pos))):
            part, here = _alone(number, combine, chosen), chosen.index(pos)
            elements = tuple(bodies[i] for i in chosen)
            if order != "fold":
                found = _scan(number, part, here, triple, guard, elements, order == "reverse")
                if found is not None:
                    return found
            key = number, chosen
            if key not in self._readings:
                readings = (recognise(number, part) for recognise in RECOGNISERS)
                self._readings[key] = next((r for r in readings if r is not None), None)
            reading = self._readings[key]
            if reading is not None:
                return reading(here, triple, guard, elements)
        raise Unsupported("tt.reduce", f"combine with {len(combine)} results not recognised", None)


def needed(number: int, combine: tuple[Term, ...], pos: int) -> tuple[int, ...]:
    """The results whose elements a result is computed of: they are a combine of their own."""
    found, pending = {pos}, [pos]
    while pending:
        leaves = [u for u in subterms([combine[pending.pop()]]) if u.op == "elem" and u.attr[0] == number]
        pending += {u.attr[1] for u in leaves} - found
        found.update(pending)
    return tuple(sorted(found))


def _alone(number: int, combine: tuple[Term, ...], chosen: tuple[int, ...]) -> tuple[Term, ...]:
    """Some results of a combine that need no others, counted from 0."""
    if len(chosen) == len(combine):
        return combine
    whole = _elements(number, combine)
    part = tuple(combine[i] for i in chosen)
    to = {
        old: new
        for i, pair in zip(chosen, _elements(number, part), strict=True)
        for old, new in zip(whole[i], pair, strict=True)
    }
    return tuple(substitute(c, to) for c in part)


def _scan(
    number: int,
    combine: tuple[Term, ...],
    pos: int,
    triple: tuple[Term, Term, Term],
    guard: Term,
    bodies: tuple[Term, ...],
    reverse: bool,
) -> Term | None:
    """A scan with a combine that needs its elements in order."""
    for recognise in ordered.RECOGNISERS:
        reading = recognise(_elements(number, combine), combine)
        if reading is not None and guard is bools.TRUE:
            found = reading(pos, triple, bodies, reverse)
            if found is None:
                raise Unsupported("tt.scan", "a scan in order, of elements that may be infinite", None)
            return found
    return None


Reading = Callable[[int, tuple[Term, Term, Term], Term, tuple[Term, ...]], Term]
Recogniser = Callable[[int, tuple[Term, ...]], Reading | None]


def _elements(number: int, combine: tuple[Term, ...]) -> list[tuple[Term, Term]]:
    return [
        (make("elem", (), (number, i, "lhs"), c.sort), make("elem", (), (number, i, "rhs"), c.sort))
        for i, c in enumerate(combine)
    ]


def one_operator(number: int, combine: tuple[Term, ...]) -> Reading | None:
    """combine = a ⊕ b for one of the associative operators."""
    if len(combine) != 1:
        return None
    ((a, b),) = _elements(number, combine)
    candidates = {
        "add": (reals.add, ints.add),
        "mul": (reals.mul, ints.mul),
        "max": (reals.maximum, ints.maximum),
        "min": (reals.minimum, ints.minimum),
    }
    if combine[0].sort == "bool":
        candidates = {"and": (bools.conjunction,) * 2, "or": (bools.disjunction,) * 2}
    for kind, (on_reals, on_ints) in candidates.items():
        build = on_ints if a.sort == "int" else on_reals
        if _same(combine[0], build(a, b)):

            def read(
                _: int,
                triple: tuple[Term, Term, Term],
                guard: Term,
                bodies: tuple[Term, ...],
                kind: str = kind,
            ) -> Term:
                return make("reduce", (*triple, guard, bodies[0]), (kind, 1), bodies[0].sort)

            return read
    return None


def indexed_extremum(number: int, combine: tuple[Term, ...]) -> Reading | None:
    """(value, index): the greatest (least) value, and of the indices where it is attained the least (the greatest).

    h(S) = (max S, min of the indices attaining it), or the maximum of these, which is − min of the negated ones; the
    lexicographic order is total, so the combine is associative.
    """
    if len(combine) != 2 or combine[0].sort == "bool" or combine[1].sort != "int":
        return None
    (a, b), (i, j) = _elements(number, combine)
    for kind, sign in (("max", 1), ("min", 1), ("max", -1), ("min", -1)):
        x, y = (a, b) if kind == "max" else (b, a)
        less, equal = (
            (bools.lt(y, x), bools.eq(a, b))
            if a.sort == "int"
            else (reals.compare("rlt", y, x), reals.compare("req", a, b))
        )
        before = bools.lt(i, j) if sign > 0 else bools.lt(j, i)
        chosen = bools.disjunction(less, bools.conjunction(equal, before))
        if _same(combine[0], reals.select(chosen, a, b)) and _same(combine[1], reals.select(chosen, i, j)):

            def read(
                pos: int,
                triple: tuple[Term, Term, Term],
                guard: Term,
                bodies: tuple[Term, ...],
                kind: str = kind,
                sign: int = sign,
            ) -> Term:
                value, index = bodies
                if pos == 0:
                    return make("reduce", (*triple, guard, value), (kind, 1), value.sort)
                signed = ints.mul(ints.const(sign), index)
                least = make("argreduce", (*triple, guard, value, signed), (f"arg{kind}", 1), "int")
                return ints.mul(ints.const(sign), least)

            return read
    return None


def mean_and_deviations(number: int, combine: tuple[Term, ...]) -> Reading | None:
    """(mean, squared deviations, weight), in some order, combined by Chan's formulas."""
    found = pairwise.moments(_elements(number, combine), combine)
    if found is None:
        return None

    def read(pos: int, triple: tuple[Term, Term, Term], guard: Term, bodies: tuple[Term, ...]) -> Term:
        value = pairwise.read(found, pos, triple, guard, bodies)
        if value is None:
            raise Unsupported(
                "tt.reduce", "weights that may be negative, or elements that may be infinite", None
            )
        return value

    return read


def log_sum_exp(number: int, combine: tuple[Term, ...]) -> Reading | None:
    """log(eˣ + eʸ), however it is kept from overflowing."""
    if len(combine) != 1 or combine[0].sort != "real":
        return None
    ((a, b),) = _elements(number, combine)
    found = logarithmic.base_of(a, b, combine[0])
    if found is None:
        return None
    name, guarded = found

    def read(_: int, triple: tuple[Term, Term, Term], guard: Term, bodies: tuple[Term, ...]) -> Term:
        if not reals.below_infinity(bodies[0]):
            raise Unsupported(
                "tt.reduce", "a logarithm of a sum of exponentials of what may be infinite", None
            )
        body = reals.apply("exp" if name == "log" else "exp2", bodies[0])
        value = reals.apply(name, make("reduce", (*triple, guard, body), ("add", 1), "real"))
        if guarded:
            return value
        # −∞ − (−∞) has no value: all elements have to be finite.
        least = make("reduce", (*triple, guard, fresh_names(bodies[0])), ("min", 1), "real")
        return make("provided", (value, least), None, "real")

    return read


RECOGNISERS: list[Recogniser] = [one_operator, indexed_extremum, mean_and_deviations, log_sum_exp]


def _same(a: Term, b: Term) -> bool:
    """Whether two combine results agree for all elements (reals as z3 reals: no element is ±inf or NaN here).

    ±inf keeps its place in the order, so agreement on the reals carries over to the extended reals for terms built
    from comparisons and selections alone; anything else must be syntactically equal.
    """
    if a is b:
        return True
    return _ordinal(a) and _ordinal(b) and agreement.get()(a, b)


def agree(a: Term, b: Term) -> bool:
    """Whether the solver finds two ordinal terms equal for all elements."""
    solver = z3.Solver()
    solver.set("timeout", 2000)
    solver.add(_encode(a) != _encode(b))
    return bool(solver.check() == z3.unsat)


agreement: ContextVar[Callable[[Term, Term], bool]] = ContextVar("agreement", default=agree)
"""Who decides whether two combines agree: the solver, or a proof that has been checked."""

_ORDINAL = {
    "elem",
    "select",
    "and",
    "or",
    "not",
    "rlt",
    "rle",
    "req",
    "le0",
    "eq0",
    "rmax",
    "rmin",
    "imax",
    "imin",
}


def _ordinal(t: Term) -> bool:
    if t.op in ("lin", "int", "bool"):
        return all(_ordinal(a) for a in t.args)
    return t.op in _ORDINAL and all(_ordinal(a) for a in t.args)


def _encode(t: Term) -> z3.ExprRef:
    args = [_encode(a) for a in t.args]
    match t.op:
        case "elem":
            sort = {"real": z3.RealSort(), "int": z3.IntSort(), "bool": z3.BoolSort()}[t.sort]
            return z3.Const(f"e{t.attr}", sort)
        case "int":
            return z3.IntVal(t.attr)
        case "bool":
            return z3.BoolVal(t.attr)
        case "lin":
            *coefficients, constant = t.attr
            return z3.Sum([c * a for c, a in zip(coefficients, args, strict=True)]) + constant
        case "select":
            return z3.If(*args)
        case "and":
            return z3.And(args)
        case "or":
            return z3.Or(args)
        case "not":
            return z3.Not(args[0])
        case "rlt":
            return args[0] < args[1]
        case "rle":
            return args[0] <= args[1]
        case "req":
            return args[0] == args[1]
        case "le0":
            return args[0] <= 0
        case "eq0":
            return args[0] == 0
        case "rmax" | "imax" | "rmin" | "imin":
            result = args[0]
            for a in args[1:]:
                result = z3.If(result >= a if t.op.endswith("max") else result <= a, result, a)
            return result
    raise AssertionError(t.op)
