"""Theorem: a closed form has the value that stepping the recurrence has, for every number of iterations.

A closed form may be without a value where the recurrence has one (it is `provided` something finite): it is refused
elsewhere. It never has another value.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from exact import Undefined, exact, pool, same
from guarded import ARRAYS, element
from hypothesis import given, settings
from hypothesis import strategies as st
from recurrences import T, closed, loop_of, state, stepped

from triton_lift.closing import LoopCloser, NotClosed
from triton_lift.closing.loops import ClosedForm
from triton_lift.reading.kernel import Carry, Kernel
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Sort, Term, by_order, make, subterms, var

N = make("param", (), (0, "n"))
R = make("param", (), (1, "r"), "real")
POINTS = pool(5, {N: range(-3, 9), R: range(-2, 3)})
COUNT = 7
TWO = ints.const(2)


def check(kernel: Kernel, pos: int) -> str:
    """Compares the closed form with stepping; the rule's name."""
    rule, forms = closed(kernel, pos)
    compared = 0
    for p in POINTS:
        for count in range(COUNT + 1):
            try:
                expected = stepped(kernel, p, count)[-1][pos]
            except Undefined:
                break
            try:
                got = exact(forms[count], p, ARRAYS)
            except Undefined:
                assert any(u.op == "provided" for u in subterms([forms[count]]))
                continue
            assert same(got, expected), (rule, count, p, expected, got)
            compared += 1
    assert compared
    return rule


def counters(sort: Sort) -> list[Term]:
    if sort == "real":
        return [element(T), element(ints.add(T, N)), reals.from_int(T), R, reals.const(2)]
    if sort == "int":
        return [T, N, ints.const(3), ints.mul(T, N), ints.fmod(T, TWO)]
    return [bools.lt(T, N), bools.eq(ints.fmod(T, TWO), ints.ZERO), bools.TRUE]


@st.composite
def steps(draw: st.DrawFn, pos: int, count: int, depth: int = 2) -> Term:
    """A real step of carried value `pos`: anything made of the states, the counter and array elements."""
    if depth == 0:
        return draw(
            st.one_of(
                st.just(state(pos, "real")),
                st.sampled_from(counters("real")),
                st.integers(0, count - 1).map(lambda i: state(i, "real")),
            )
        )
    inner = steps(pos, count, depth - 1)
    kind = draw(st.sampled_from(["radd", "radd", "rmul", "rmax", "rmin", "select", "plain", "plain"]))
    a, b = draw(inner), draw(inner)
    match kind:
        case "plain":
            return a
        case "select":
            return reals.select(draw(st.sampled_from(counters("bool"))), a, b)
        case _:
            return {"radd": reals.add, "rmul": reals.mul, "rmax": reals.maximum, "rmin": reals.minimum}[kind](
                a, b
            )


@settings(max_examples=100)
@given(st.data())
def test_random_recurrences(data: st.DataObject) -> None:
    """Two carried values that may look at each other: what is closed is right, the rest is refused."""
    kernel = loop_of(
        *[
            (data.draw(st.sampled_from([reals.ZERO, R, element(N)])), data.draw(steps(pos, 2)))
            for pos in range(2)
        ]
    )
    for pos in range(2):
        with contextlib.suppress(NotClosed):
            check(kernel, pos)


@settings(max_examples=80)
@given(
    st.sampled_from(counters("int")),
    st.integers(-2, 2),
    st.sampled_from(counters("int")),
    st.sampled_from(["lin", "imax", "imin"]),
)
def test_random_integer_recurrences(init: Term, factor: int, g: Term, op: str) -> None:
    x = state(0, "int")
    step = (
        ints.add(ints.scale(x, factor), g)
        if op == "lin"
        else (ints.maximum if op == "imax" else ints.minimum)(x, g)
    )
    if T in init.free:
        return
    try:
        check(loop_of((init, step)), 0)
    except NotClosed:
        assert op == "lin" and factor not in (0, 1)


X, Y = state(0, "real"), state(1, "real")
I = state(0, "int")
P = state(0, "bool")
G, ODD = element(T), bools.eq(ints.fmod(T, TWO), ints.ONE)
FLAG = reals.select(reals.compare("rlt", reals.ZERO, element(T)), ints.ONE, ints.ZERO)


def bits(op: str, a: Term, b: Term) -> Term:
    return make(op, tuple(sorted((a, b), key=by_order)))


# As it is written to keep a NaN, which X != X tells.
UNDEFINED = bools.negate(reals.compare("req", X, X))
KEPT_MAXIMUM = reals.select(bools.disjunction(reals.compare("rlt", G, X), UNDEFINED), X, G)
KEPT_MINIMUM = reals.select(bools.disjunction(reals.compare("rlt", X, G), UNDEFINED), X, G)
# Step, init, and the rule that closes it.
CLOSED: dict[str, tuple[Term, Term, str]] = {
    "invariant": (R, X, "invariant"),
    "pointer": (N, ints.add(I, N), "linear induction"),
    "triangular numbers": (N, ints.add(I, T), "linear induction"),
    "sum": (R, reals.add(X, G), "accumulator"),
    "difference": (R, reals.sub(X, G), "accumulator"),
    "product": (R, reals.mul(X, G), "accumulator"),
    "maximum": (R, reals.maximum(X, G), "accumulator"),
    "minimum from inf": (reals.INF, reals.minimum(X, G), "accumulator"),
    "maximum that keeps NaN": (R, KEPT_MAXIMUM, "accumulator"),
    "minimum that keeps NaN": (reals.INF, KEPT_MINIMUM, "accumulator"),
    "guarded maximum that keeps NaN": (reals.NEG_INF, reals.select(ODD, KEPT_MAXIMUM, X), "accumulator"),
    "integer maximum": (N, ints.maximum(I, ints.fmod(T, ints.const(3))), "accumulator"),
    "bits in all": (N, bits("bitand", I, ints.add(T, N)), "accumulator"),
    "bits in any": (N, bits("bitor", I, ints.mul(T, N)), "accumulator"),
    "all flags": (ints.ONE, bits("bitand", I, FLAG), "accumulator"),
    "any flag": (ints.ZERO, bits("bitor", I, FLAG), "accumulator"),
    "all flags from 2": (TWO, bits("bitand", I, FLAG), "accumulator"),
    "flags where odd": (ints.ONE, reals.select(ODD, bits("bitand", I, FLAG), I), "accumulator"),
    "any flag where odd": (ints.ZERO, reals.select(ODD, bits("bitor", I, FLAG), I), "accumulator"),
    "all": (bools.TRUE, bools.conjunction(P, bools.lt(T, N)), "accumulator"),
    "any": (bools.FALSE, bools.disjunction(P, bools.lt(T, N)), "accumulator"),
    "guarded sum": (R, reals.select(ODD, reals.add(X, G), X), "accumulator"),
    "guarded the other way": (R, reals.select(ODD, X, reals.mul(X, G)), "accumulator"),
    "last value": (R, G, "last value"),
    "doubling and adding": (R, reals.add(reals.mul(reals.const(2), X), G), "linear recurrence"),
    "alternating": (R, reals.sub(G, X), "linear recurrence"),
    "two operators": (R, reals.select(ODD, reals.add(X, G), reals.mul(X, G)), "linear recurrence"),
    "factor outside": (R, reals.mul(G, reals.add(X, element(ints.add(T, N)))), "linear recurrence"),
    "decay from nothing": (reals.ZERO, reals.add(reals.mul(R, X), reals.mul(R, G)), "linear recurrence"),
    "quotient": (R, reals.div(reals.add(X, G), reals.from_int(ints.add(T, TWO))), "linear recurrence"),
    "exponential decay": (R, reals.add(reals.mul(reals.apply("exp", reals.ZERO), X), G), "accumulator"),
    "first iteration apart": (
        R,
        reals.select(bools.eq(T, ints.ZERO), reals.add(R, G), reals.add(X, G)),
        "accumulator",
    ),
    "shifted maximum": (R, reals.maximum(reals.add(X, G), element(ints.add(T, N))), "shifted extremum"),
    "shifted from nothing": (reals.NEG_INF, reals.maximum(reals.add(X, G), R), "shifted extremum"),
    "shifted minimum": (R, reals.minimum(reals.sub(X, G), element(ints.add(T, N))), "shifted extremum"),
    "integer counts": (N, reals.select(ODD, ints.add(I, TWO), I), "linear induction"),
}
REFUSED: dict[str, Term] = {
    "squares": reals.mul(X, X),
    "guard looks at the state": reals.select(reals.compare("rlt", X, G), reals.add(X, G), X),
    "a maximum but where it is R": reals.select(
        bools.disjunction(reals.compare("rlt", G, X), reals.compare("req", X, R)), X, G
    ),
    "increment looks at the state": reals.add(X, reals.apply("exp", X)),
    "factor looks at the state": reals.add(reals.mul(reals.apply("abs", X), X), G),
    "first iteration is another": reals.select(
        bools.eq(T, ints.ZERO), reals.mul(X, X), reals.add(reals.mul(X, X), G)
    ),
    "an infinite factor": reals.add(reals.mul(reals.select(ODD, reals.INF, R), X), G),
    "shifted by infinity": reals.maximum(reals.add(X, reals.select(ODD, reals.INF, G)), R),
    "shifted twice": reals.maximum(reals.add(X, G), reals.add(X, R)),
    "reads at the state": reals.add(X, element(make("fptoint", (X,)))),
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_rule(name: str) -> None:
    init, step, rule = CLOSED[name]
    kernel = loop_of((init, step))
    assert check(kernel, 0) == rule


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_rule_covers_is_refused(name: str) -> None:
    with pytest.raises(NotClosed):
        closed(loop_of((R, REFUSED[name])), 0)


@pytest.mark.parametrize("name", [n for n in CLOSED if n != "invariant"])
def test_a_form_that_is_one_iteration_off_is_noticed(name: str) -> None:
    init, step, _ = CLOSED[name]
    kernel = loop_of((init, step))
    _, forms = closed(kernel, 0)
    off = False
    for p in POINTS:
        values = [v[0] for v in stepped(kernel, p, COUNT)]
        off |= any(not same(exact(forms[t + 1], p, ARRAYS), values[t]) for t in range(COUNT))
    assert off


def test_states_that_depend_on_each_other_one_way() -> None:
    """y sums up what x has been: both close. Both ways: refused."""
    first = loop_of((R, reals.add(X, G)), (R, reals.add(Y, X)))
    assert check(first, 0) == check(first, 1) == "accumulator"
    both = loop_of((R, reals.add(X, Y)), (R, reals.add(Y, X)))
    for pos in range(2):
        with pytest.raises(NotClosed):
            closed(both, pos)


def test_a_swap_is_refused() -> None:
    with pytest.raises(NotClosed):
        closed(loop_of((R, Y), (reals.ZERO, X)), 0)


AFTER = reals.maximum(X, G)
MASKED = reals.select(bools.lt(T, N), G, reals.NEG_INF)


def online_softmax(
    shift: Term, scale: Term, base: str = "exp", after: Term = AFTER, start: Term = reals.ZERO
) -> Kernel:
    """m' = max(m, x), l' = l·exp(m − m') + exp(x − m'), with the two exponents to be varied."""
    step = reals.add(reals.mul(Y, reals.apply(base, scale)), reals.apply(base, shift))
    return loop_of((reals.NEG_INF, after), (start, step))


@pytest.mark.parametrize("start", [reals.ZERO, reals.ONE], ids=["from 0", "from 1"])
@pytest.mark.parametrize("base", ["exp", "exp2"])
def test_rescaled_accumulators(base: str, start: Term) -> None:
    kernel = online_softmax(reals.sub(G, AFTER), reals.sub(X, AFTER), base, start=start)
    assert check(kernel, 1) == "rescaled accumulator"


def unless_nothing(greatest: Term, otherwise: Term = reals.ZERO) -> Term:
    """What is subtracted in the place of a maximum, which may be −∞."""
    return reals.select(reals.compare("req", greatest, reals.NEG_INF), otherwise, greatest)


def claims_everywhere(kernel: Kernel) -> bool:
    """Whether the closed form of the second state is one without a condition on data."""
    return not any(u.op == "provided" for u in subterms(closed(kernel, 1)[1]))


@pytest.mark.parametrize("mask", [bools.lt(T, N), bools.lt(N, T)], ids=["the first", "the last"])
@pytest.mark.parametrize("start", [reals.ZERO, reals.ONE, R], ids=["from 0", "from 1", "from any"])
@pytest.mark.parametrize("guarded", [False, True], ids=["as it is", "guarded against −inf"])
def test_rescaled_accumulators_of_masked_elements(guarded: bool, start: Term, mask: Term) -> None:
    """As it is, the kernel computes ∞ − ∞ where the first element is masked: no value is claimed there."""
    value = reals.select(mask, G, reals.NEG_INF)
    after = reals.maximum(X, value)
    here = unless_nothing(after) if guarded else after
    kernel = online_softmax(reals.sub(value, here), reals.sub(X, here), after=after, start=start)
    assert check(kernel, 1) == "rescaled accumulator"
    assert claims_everywhere(kernel) == guarded


@pytest.mark.parametrize("where", ["sum", "factor", "both", "neither"])
def test_what_is_added_while_all_is_masked(where: str) -> None:
    """Guards that leave a 1, or −∞ − (−∞), where nothing has been met yet."""
    value = reals.select(bools.lt(N, T), G, reals.NEG_INF)
    after = reals.maximum(X, value)
    guarded = unless_nothing(after)
    sum_shift, factor_shift = (guarded if where in (part, "both") else after for part in ("sum", "factor"))
    kernel = online_softmax(reals.sub(value, sum_shift), reals.sub(X, factor_shift), after=after)
    assert check(kernel, 1) == "rescaled accumulator"
    assert claims_everywhere(kernel) == (where == "both")
    again = reals.sub(unless_nothing(value), guarded)  # exp(0) while there is nothing
    with contextlib.suppress(NotClosed):
        check(online_softmax(again, reals.sub(X, guarded), after=after), 1)


@pytest.mark.parametrize("instead", [reals.ZERO, reals.ONE], ids=["0", "1"])
def test_differences_guarded_by_equality(instead: Term) -> None:
    """m = m' ? 0 : m − m' is m − m'; with 1 in the place of 0 it is not, and not taken for it."""
    scale = reals.select(reals.compare("req", X, AFTER), instead, reals.sub(X, AFTER))
    kernel = online_softmax(reals.sub(G, AFTER), scale)
    assert (check(kernel, 1) == "rescaled accumulator") == (instead is reals.ZERO)


@pytest.mark.parametrize("mask", ["added", "scaled"])
def test_masks_that_are_added(mask: str) -> None:
    """x + (c ? 0 : −∞), or twice that, is −∞ where ¬c."""
    value = reals.add(G, reals.select(bools.lt(N, T), reals.ZERO, reals.NEG_INF))
    value = value if mask == "added" else reals.mul(reals.const(2), value)
    after = reals.maximum(X, value)
    here = unless_nothing(after)
    kernel = online_softmax(reals.sub(value, here), reals.sub(X, here), after=after)
    assert check(kernel, 1) == "rescaled accumulator"
    assert claims_everywhere(kernel)


@pytest.mark.parametrize("same", [True, False], ids=["the same points", "other points"])
def test_rescaled_accumulators_of_masked_tiles(same: bool) -> None:
    """A sum over a tile, all of whose elements are masked if their maximum is −∞; not so if the sum is over more."""

    def over(kind: str, extent: int, body: Callable[[Term], Term]) -> Term:
        k = var("k")
        args = (k, ints.ZERO, ints.const(extent), bools.TRUE, body(k))
        return make("reduce", args, (kind, 1), "real")

    def element_at(k: Term) -> Term:
        place = ints.add(ints.scale(T, 2), k)
        return reals.select(bools.lt(N, place), element(place), reals.NEG_INF)

    after = reals.maximum(X, over("max", 2, element_at))
    here = unless_nothing(after)
    total = over("add", 2 if same else 3, lambda k: reals.apply("exp2", reals.sub(element_at(k), here)))
    step = reals.add(reals.mul(Y, reals.apply("exp2", reals.sub(X, here))), total)
    kernel = loop_of((reals.NEG_INF, after), (reals.ZERO, step))
    assert check(kernel, 1) == "rescaled accumulator"
    assert claims_everywhere(kernel) == same


@pytest.mark.parametrize("scale", [1, 3], ids=["as kept", "kept otherwise"])
def test_rescaled_accumulators_that_go_on(scale: int) -> None:
    """x₀ = exp(−m₀)·S, or 0 where nothing was met: S takes part. With another scale nothing cancels."""
    start = reals.select(bools.lt(ints.ZERO, N), R, reals.NEG_INF)
    shift = reals.apply("exp", reals.mul(reals.const(-scale), start))
    kept = reals.select(reals.compare("req", start, reals.NEG_INF), reals.ZERO, reals.mul(shift, R))
    value = reals.select(bools.lt(N, T), G, reals.NEG_INF)
    after = reals.maximum(X, value)
    here = unless_nothing(after)
    step = reals.add(
        reals.mul(Y, reals.apply("exp", reals.sub(X, here))), reals.apply("exp", reals.sub(value, here))
    )
    kernel = loop_of((start, after), (kept, step))
    assert check(kernel, 1) == "rescaled accumulator"
    assert claims_everywhere(kernel)
    as_it_is = reals.mul(kept, reals.apply("exp", start))
    assert (as_it_is in subterms(closed(kernel, 1)[1])) == (scale != 1)


@pytest.mark.parametrize(
    ("shift", "scale"),
    [
        (reals.sub(G, X), reals.sub(X, AFTER)),
        (reals.sub(G, AFTER), reals.sub(AFTER, X)),
        (reals.sub(G, AFTER), reals.mul(reals.const(2), reals.sub(X, AFTER))),
        (reals.sub(G, AFTER), reals.sub(X, G)),
        (reals.mul(reals.const(2), reals.sub(G, AFTER)), reals.sub(X, AFTER)),
    ],
    ids=["shifted by the old maximum", "upside down", "scaled twice", "another shift", "summand scaled"],
)
def test_rescalings_that_do_not_cancel(shift: Term, scale: Term) -> None:
    """Refused, or closed to the right values all the same."""
    kernel = online_softmax(shift, scale)
    with contextlib.suppress(NotClosed):
        check(kernel, 1)


def test_carried_tensors_are_read_at_their_own_index_only() -> None:
    """x[c] + g(c, t) closes; x[c + 1], a shift along the tensor, does not."""
    c = var("c")

    def kernel(index: Term) -> Kernel:
        k = loop_of((reals.ZERO, reals.ZERO))
        step = reals.add(state(0, "real", index), element(ints.add(ints.mul(N, T), c)))
        k.loops[0].carries[0] = Carry(0, (c,), reals.from_int(c), step)
        return k

    form = LoopCloser(kernel(c)).close(kernel(c).loops[0], 0)
    assert isinstance(form, ClosedForm)
    for p in POINTS:
        for i in range(3):
            value = i + sum(ARRAYS[0][p[N] * t + i] for t in range(5))
            assert exact(form.at(ints.const(5), (ints.const(i),)), p, ARRAYS) == value
    with pytest.raises(NotClosed):
        shifted = kernel(ints.add(c, ints.ONE))
        LoopCloser(shifted).close(shifted.loops[0], 0)


@pytest.mark.parametrize("op", ["rlt", "rle"])
@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize("start", [None, R])
def test_the_first_or_the_last_place_of_an_extremum(op: str, kind: str, start: Term | None) -> None:
    """`<` keeps the first of equal extrema, `≤` takes the last."""
    best, place = state(0, "real"), state(1, "int")
    worst = reals.NEG_INF if kind == "max" else reals.INF
    combine = reals.maximum if kind == "max" else reals.minimum
    for value in (G, reals.from_int(ints.fmod(T, TWO)), reals.const(2)):
        better = reals.compare(op, *((best, value) if kind == "max" else (value, best)))
        carries = [(start or worst, combine(best, value)), (N, reals.select(better, T, place))]
        assert check(loop_of(*carries), 1) == "place of an extremum"
