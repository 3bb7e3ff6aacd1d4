"""Random terms as they are written, without any normalisation, and the same terms made by the constructors.

`make` does not simplify, so a drawn term has the plain meaning that `exact.exact` gives it; `built` makes it again with
the constructors of `triton_lift.terms`, which normalise. The two must agree wherever the first has a value.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hypothesis import strategies as st

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

V = [var(name) for name in "xyz"]
PARAMS = [make("param", (), (i, f"p{i}")) for i in range(2)]
INTEGER_LEAVES = [*V, *PARAMS]
REAL_LEAVES = [make("param", (), (10 + i, f"r{i}"), "real") for i in range(3)]
# Unlike arguments, these may be infinite: `finite` must not claim anything about them.
ANY_REALS = [make("arbitrary", (), f"u{i}", "real") for i in range(2)]
BOOLEAN_LEAVES = [make("param", (), (20 + i, f"c{i}"), "bool") for i in range(2)]

SMALL = st.integers(-9, 9)


def _raw_sum(parts: list[Term], coefficients: list[int], constant: int) -> Term:
    return make("lin", tuple(parts), (*coefficients[: len(parts)], constant))


def integers(leaves: list[Term], depth: int = 3, conditions: bool = False) -> st.SearchStrategy[Term]:
    """Integer terms over the leaves."""
    base = st.one_of(st.sampled_from(leaves), SMALL.map(ints.const))
    if depth == 0:
        return base
    inner = integers(leaves, depth - 1, conditions)
    several = st.lists(inner, min_size=1, max_size=3)
    divisor = st.one_of(st.integers(1, 8).map(ints.const), st.integers(-5, 5).map(ints.const), inner)
    options = [
        base,
        st.builds(_raw_sum, several, st.lists(st.integers(-4, 4), min_size=3, max_size=3), SMALL),
        st.lists(inner, min_size=2, max_size=2).map(lambda a: make("prod", tuple(a))),
        st.builds(
            lambda op, a, b: make(op, (a, b)),
            st.sampled_from(["fdiv", "fmod", "tdiv", "trem"]),
            inner,
            divisor,
        ),
        st.builds(lambda op, a: make(op, tuple(a)), st.sampled_from(["imin", "imax"]), several),
        st.builds(lambda a, width: make("wrap", (a,), width), inner, st.integers(2, 8)),
    ]
    if conditions:
        options.append(
            st.builds(lambda c, a, b: make("select", (c, a, b)), booleans(leaves, depth - 1), inner, inner)
        )
    return st.one_of(options)


def booleans(leaves: list[Term], depth: int = 2) -> st.SearchStrategy[Term]:
    """Boolean terms over integer leaves."""
    comparison = st.builds(
        lambda op, a: make(op, (a,), None, "bool"),
        st.sampled_from(["le0", "le0", "eq0"]),
        integers(leaves, 2),
    )
    if depth == 0:
        return st.one_of(comparison, st.booleans().map(bools.const))
    inner = booleans(leaves, depth - 1)
    return st.one_of(
        comparison,
        inner.map(lambda a: make("not", (a,), None, "bool")),
        st.builds(
            lambda op, a: make(op, tuple(a), None, "bool"),
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
    )


CONSTANTS = st.sampled_from(
    [reals.const(Fraction(n, d)) for n in (-2, -1, 0, 1, 3) for d in (1, 2)] + [reals.INF, reals.NEG_INF]
)


def real_terms(leaves: list[Term], depth: int = 3) -> st.SearchStrategy[Term]:
    """Real terms: sums, products, quotients, extrema, selections, a few functions, ±inf."""
    base = st.one_of(st.sampled_from(leaves), CONSTANTS)
    if depth == 0:
        return base
    inner = real_terms(leaves, depth - 1)
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        base,
        st.builds(
            lambda op, a: make(op, tuple(a), None, "real"),
            st.sampled_from(["radd", "radd", "rmul", "rmul", "rmin", "rmax"]),
            several,
        ),
        st.builds(lambda a, b: make("rdiv", (a, b), None, "real"), inner, inner),
        st.builds(
            lambda name, a: make("rfun", (a,), name, "real"),
            st.sampled_from(["exp", "sqrt", "rsqrt", "log", "abs"]),
            inner,
        ),
        st.builds(
            lambda c, a, b: make("select", (c, a, b), None, "real"), real_conditions(leaves), inner, inner
        ),
    )


def real_conditions(leaves: list[Term]) -> st.SearchStrategy[Term]:
    """Boolean arguments, and comparisons of what has a value: those with NaN are not the subject here."""
    inner = real_terms(leaves, 0)
    return st.one_of(
        st.sampled_from(BOOLEAN_LEAVES),
        st.builds(
            lambda op, a, b: make(op, (a, b), None, "bool"),
            st.sampled_from(["rlt", "rle", "req"]),
            inner,
            inner,
        ),
    )


def _sum(t: Term, args: list[Term]) -> Term:
    *coefficients, constant = t.attr  # type: ignore[misc]
    return ints.add(
        *(ints.scale(a, c) for a, c in zip(args, coefficients, strict=False)), ints.const(constant)
    )


CONSTRUCTORS: dict[str, Callable[..., Term]] = {
    "prod": ints.mul,
    "fdiv": ints.fdiv,
    "fmod": ints.fmod,
    "tdiv": ints.tdiv,
    "trem": ints.trem,
    "imin": ints.minimum,
    "imax": ints.maximum,
    "pow2": ints.pow2,
    "le0": bools.le0,
    "eq0": lambda a: bools.eq(a, ints.ZERO),
    "and": bools.conjunction,
    "or": bools.disjunction,
    "not": bools.negate,
    "radd": reals.add,
    "rmul": reals.mul,
    "rdiv": reals.div,
    "rmin": reals.minimum,
    "rmax": reals.maximum,
    "toreal": reals.from_int,
    "select": reals.select,
}


def built(t: Term) -> Term:
    """The same term, made by the normalising constructors from the bottom up."""
    args = [built(a) for a in t.args]
    if not args:
        return t
    match t.op:
        case "lin":
            return _sum(t, args)
        case "wrap":
            return ints.wrap(args[0], t.attr)  # type: ignore[arg-type]
        case "rfun":
            return reals.apply(str(t.attr), *args)
        case "rlt" | "rle" | "req":
            return reals.compare(t.op, *args)
        case _ if t.op in CONSTRUCTORS:
            return CONSTRUCTORS[t.op](*args)
        case _:
            return make(t.op, tuple(args), t.attr, t.sort)
