"""Random terms as kernels make them: masked reads, guarded and nested reductions, tiles, arg-reductions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from exact import DividedByZero, Undefined, Value, exact, same
from hypothesis import strategies as st
from trees import V, booleans, built, integers

from triton_lift.proving import Context, Session
from triton_lift.simplification import PreconditionRequest
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

X = V[0]
M, N = make("param", (), (0, "m")), make("param", (), (1, "n"))
LEAVES = [X, M, N]


class Elements:
    """An endless array of small numbers, with ties, some of them negative."""

    def __getitem__(self, index: int) -> Fraction:
        return Fraction((index * index * 7 + index * 3) % 11 - 4, 1 + index % 2)


ARRAYS = {0: Elements()}


def element(index: Term) -> Term:
    """array 0 at an index."""
    return make("read", (index,), (0, 0, False), "real")


def bodies(leaves: list[Term], depth: int) -> st.SearchStrategy[Term]:
    """Real terms over reads at random indices, masked with the units 0 and ±inf or with other things."""
    read = integers(leaves, 1).map(element)
    if depth == 0:
        return read
    inner = bodies(leaves, depth - 1)
    filler = st.sampled_from([reals.ZERO, reals.NEG_INF, reals.INF, reals.ONE])
    return st.one_of(
        read,
        st.builds(
            lambda c, a, b: make("select", (c, a, b), None, "real"), booleans(leaves, 0), inner, filler
        ),
        st.builds(
            lambda c, a, b: make("select", (c, b, a), None, "real"), booleans(leaves, 0), inner, filler
        ),
        st.builds(
            lambda op, a, b: make(op, (a, b), None, "real"),
            st.sampled_from(["radd", "rmul", "rmax", "rmin"]),
            inner,
            inner,
        ),
        integers(leaves, 1).map(lambda a: make("toreal", (a,), None, "real")),
        st.builds(lambda a: make("rfun", (a,), "exp", "real"), inner),
        reductions(leaves, depth - 1),
    )


ENDS = st.one_of(st.integers(0, 4).map(ints.const), st.sampled_from([M, N]))


@st.composite
def reductions(draw: st.DrawFn, leaves: list[Term], depth: int) -> Term:
    """A guarded reduction over one or two variables."""
    kind = draw(st.sampled_from(["add", "add", "max", "min", "mul", "argmax", "argmin"]))
    box: list[Term] = []
    for _ in range(draw(st.integers(1, 2))):
        low = ints.ZERO if draw(st.booleans()) else draw(integers(leaves, 0))
        box += [var("k"), low, draw(ENDS)]
    leaves = [*leaves, *box[::3]]
    guard = bools.TRUE if draw(st.booleans()) else draw(booleans(leaves, 1))
    body = draw(bodies(leaves, depth))
    attr = (kind, len(box) // 3)
    if kind.startswith("arg"):
        index = draw(integers(leaves, 1))
        arg = make("argreduce", (*box, guard, body, index), attr)
        return element(arg)
    return make("reduce", (*box, guard, body), attr, "real")


@st.composite
def tiled(draw: st.DrawFn) -> Term:
    """⊕_{t<T} ⊕_{k<B} of what depends on about B·t + k, masked at about n."""
    kind = draw(st.sampled_from(["add", "max", "min", "mul"]))
    size = draw(st.sampled_from([ints.const(2), ints.const(3), ints.const(4), M]))
    t, k = var("t"), var("k")
    stride = size if draw(st.integers(0, 4)) else ints.add(size, ints.ONE)
    place = ints.add(ints.mul(stride, t), k, draw(st.sampled_from([ints.ZERO, ints.ZERO, X])))
    trips = draw(
        st.sampled_from(
            [
                ints.fdiv(ints.add(N, size, ints.const(-1)), size),
                ints.maximum(ints.ZERO, ints.fdiv(ints.add(N, size, ints.const(-1)), size)),
                ints.fdiv(N, size),
                N,
                ints.const(2),
            ]
        )
    )
    unit = {"add": reals.ZERO, "max": reals.NEG_INF, "min": reals.INF, "mul": reals.ONE}[kind]
    mask = draw(
        st.sampled_from(
            [bools.lt(place, N), bools.le(place, N), bools.lt(k, ints.sub(N, ints.mul(size, t))), bools.TRUE]
        )
    )
    body = reals.select(
        mask, draw(st.sampled_from([element(place), reals.mul(element(place), element(t))])), unit
    )
    inner = make("reduce", (k, ints.ZERO, size, bools.TRUE, body), (kind, 1), "real")
    return make("reduce", (t, ints.ZERO, trips, bools.TRUE, inner), (kind, 1), "real")


FACTS = st.lists(
    st.one_of(
        booleans(LEAVES, 0).map(built),
        st.sampled_from(
            [bools.le(ints.ONE, N), bools.le(ints.ONE, M), bools.le(ints.ZERO, X), bools.lt(X, N)]
        ),
    ),
    max_size=3,
)
BOX = [{X: x, M: m, N: n} for x in (-2, 0, 1, 3) for m in (-2, -1, 0, 1, 2, 4) for n in (-2, -1, 0, 1, 3, 5)]


def satisfying(facts: list[Term]) -> list[dict[Term, int]]:
    """The points of the box at which all facts hold."""
    found = []
    for p in BOX:
        try:
            if all(exact(f, p) for f in facts):
                found.append(p)
        except Undefined:
            pass
    return found


def differing(
    t: Term, result: Term, points: list[dict[Term, int]]
) -> list[tuple[dict[Term, int], Value, Value]]:
    """The points at which `t` has a value that `result` does not have."""
    found = []
    for p in points:
        try:
            expected = exact(t, p, ARRAYS)
        except (Undefined, OverflowError):
            continue
        try:
            got = exact(result, p, ARRAYS)
        except DividedByZero:
            continue  # a guard pulled out of a reduction over nothing is evaluated, to no effect
        except Undefined:
            got = None
        if got is None or not same(got, expected):
            found.append((p, expected, got))
    return found


def asking(facts: list[Term], work: Callable[[Context], Term]) -> tuple[Term, list[Term]]:
    """Does the work, granting the preconditions that it asks for; the result and all facts."""
    facts = list(facts)
    session = Session()
    for _ in range(8):
        try:
            return work(Context(session, facts)), facts
        except PreconditionRequest as request:
            facts.append(request.fact)
    raise AssertionError("it keeps asking")
