"""Closed forms that the search finds have the values that stepping the loop has; what has none is refused.

No rule takes part: the search closes every loop alone. Recipes that are nearly right must not pass the judge.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import pytest
from exact import Undefined, exact, pool, same
from guarded import ARRAYS, element
from hypothesis import given, settings
from hypothesis import strategies as st
from recurrences import T, loop_of, state, stepped

from triton_lift.closing import LoopCloser, NotClosed
from triton_lift.proving import Context, Session
from triton_lift.reading.kernel import Kernel
from triton_lift.synthesis import PREFIX, Search, System, again, system_of
from triton_lift.synthesis.unrolling import UNROLLED
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

N = make("param", (), (0, "n"))
R = make("param", (), (1, "r"), "real")
POINTS = pool(6, {N: range(-3, 9), R: range(-2, 3)})
COUNT = 7
X, Y, Z = (state(i, "real") for i in range(3))
I, J = state(0, "int"), state(1, "int")
P, Q = state(0, "bool"), state(1, "bool")
G, H = element(T), element(ints.add(T, N))
K = var("k")
ELEMENT = element(ints.add(ints.scale(T, 4), K))
ODD = bools.eq(ints.fmod(T, ints.const(2)), ints.ONE)
POSITIVE = reals.compare("rlt", reals.ZERO, G)
MASK = reals.compare("rlt", reals.ZERO, H)
DIVISOR = ints.add(ints.fmod(T, ints.const(3)), ints.const(2))
ALTERNATING = ints.sub(ints.scale(ints.fmod(T, ints.const(2)), 5), ints.const(3))


def c(value: int) -> Term:
    return ints.const(value)


def r(value: int) -> Term:
    return reals.const(value)


def searching(kernel: Kernel, search: Search | None = None) -> LoopCloser:
    return LoopCloser(kernel, rules=[], joint_rules=[], search=search or Search())


def check(kernel: Kernel, pos: int) -> str:
    """Compares the closed form of a carried value with stepping; the recipe."""
    form = searching(kernel).close(kernel.loops[0], pos)
    values = [form.at(c(t), ()) for t in range(COUNT + 1)]
    compared = 0
    for p in POINTS:
        for count, value in enumerate(values):
            try:
                expected = stepped(kernel, p, count)[-1][pos]
            except Undefined:
                break
            got = exact(value, p, ARRAYS)
            assert same(got, expected), (form.rule, count, p, expected, got)
            compared += 1
    assert compared
    return form.rule


def mean_of(x: Term, g: Term) -> Term:
    return reals.add(x, reals.div(reals.sub(g, x), reals.from_int(ints.add(T, ints.ONE))))


Carries = list[tuple[Term, Term]]
FOUND: dict[str, Carries] = {
    "sum": [(R, reals.add(X, G))],
    "product": [(R, reals.mul(X, G))],
    "maximum": [(reals.NEG_INF, reals.maximum(X, G))],
    "pointer": [(N, ints.add(I, N))],
    "last value": [(R, G)],
    "values two back": [(R, Y), (R, G)],
    "sum with a sign": [(R, reals.select(ODD, reals.sub(X, G), reals.add(X, H)))],
    "sum where positive": [(R, reals.select(POSITIVE, reals.add(X, G), X))],
    "Kahan": [
        (R, reals.add(X, reals.sub(G, Y))),
        (reals.ZERO, reals.sub(reals.sub(reals.add(X, reals.sub(G, Y)), X), reals.sub(G, Y))),
    ],
    "running mean": [(reals.ZERO, mean_of(X, G))],
    "Welford": [
        (reals.ZERO, mean_of(X, G)),
        (reals.ZERO, reals.add(Y, reals.mul(reals.sub(G, X), reals.sub(G, mean_of(X, G))))),
    ],
    "gated": [(R, reals.add(reals.mul(X, G), H))],
    "decay": [(R, reals.add(reals.mul(X, R), G))],
    "moving average": [(R, reals.add(reals.mul(X, R), reals.mul(reals.sub(reals.ONE, R), G)))],
    "gated where odd": [(R, reals.select(ODD, reals.add(reals.mul(X, G), H), X))],
    "sum of products so far": [(reals.ONE, reals.mul(X, G)), (R, reals.add(Y, reals.mul(X, H)))],
    "tropical": [(R, reals.maximum(reals.add(X, G), H))],
    "sum kept below 2": [(R, reals.minimum(reals.add(X, G), r(2)))],
    "alternates": [(ints.ZERO, ints.sub(ints.ONE, I))],
    "toggles": [(bools.FALSE, bools.negate(P))],
    "swaps": [(R, Y), (element(N), X)],
    "counts modulo 5": [(ints.ZERO, ints.fmod(ints.add(I, ints.ONE), c(5)))],
    "slot of a ring": [(ints.ZERO, reals.select(bools.eq(I, c(4)), ints.ZERO, ints.add(I, ints.ONE)))],
    "doubles": [(N, ints.scale(I, 2))],
    "doubles and adds": [(N, ints.add(ints.scale(I, 2), ints.ONE))],
    "geometric": [(N, ints.add(ints.scale(I, 3), T))],
    "alternating factor": [(N, ints.mul(I, ALTERNATING))],
    "halves toward zero": [(N, ints.tdiv(I, c(2)))],
    "halves downward": [(N, ints.fdiv(I, c(2)))],
    "digits of a number": [(N, ints.tdiv(I, DIVISOR))],
    "divided with both signs": [(ints.scale(N, 37), ints.tdiv(I, ALTERNATING))],
    "latest where it holds": [(R, reals.select(POSITIVE, G, X))],
    "latest greatest": [
        (reals.NEG_INF, reals.maximum(X, G)),
        (c(-1), reals.select(reals.compare("rle", X, G), T, make("state", (), (0, 1), "int"))),
    ],
    "last element of a block": [
        (
            R,
            make(
                "reduce",
                (
                    K,
                    ints.ZERO,
                    c(4),
                    bools.TRUE,
                    reals.select(bools.eq(K, c(3)), reals.maximum(X, ELEMENT), reals.ZERO),
                ),
                ("add", 1),
                "real",
            ),
        )
    ],
    "latest of two": [(N, reals.select(ODD, T, I))],
    "any so far": [(bools.FALSE, bools.disjunction(P, POSITIVE))],
    "any since the mask fell": [(bools.FALSE, bools.conjunction(MASK, bools.disjunction(P, POSITIVE)))],
    "all since it was set": [(bools.TRUE, bools.disjunction(MASK, bools.conjunction(P, POSITIVE)))],
    "counts up to a bound": [(N, reals.select(bools.lt(I, c(5)), ints.add(I, ints.ONE), I))],
    "counts up to a size": [(ints.ZERO, reals.select(bools.lt(I, N), ints.add(I, ints.ONE), I))],
    "by twos up to a bound": [(N, ints.minimum(ints.add(I, c(2)), c(7)))],
    "goes on below 3": [(R, reals.select(reals.compare("rlt", X, r(3)), reals.add(X, reals.ONE), X))],
    "halves while positive": [(N, reals.select(bools.lt(ints.ZERO, I), ints.fdiv(I, c(2)), I))],
    "adds up to a bound": [
        (R, reals.select(reals.compare("rlt", r(9), X), X, reals.add(X, reals.mul(R, R))))
    ],
    "greatest integer": [(N, ints.maximum(I, DIVISOR))],
    "least integer": [(N, ints.minimum(I, ALTERNATING))],
    "maximum where a mask holds": [(reals.NEG_INF, reals.select(MASK, reals.maximum(X, G), X))],
    "greatest absolute value": [(reals.ZERO, reals.maximum(X, reals.apply("abs", G)))],
    "flag": [(ints.ZERO, reals.select(POSITIVE, ints.ONE, I))],
}
REFUSED: dict[str, Carries] = {
    "Fibonacci": [(ints.ZERO, ints.add(I, J)), (ints.ONE, I)],
    "logistic map": [(R, reals.mul(X, reals.sub(reals.ONE, X)))],
    "Newton's square root": [(R, reals.div(reals.add(X, reals.div(G, X)), r(2)))],
    "collatz": [
        (
            N,
            reals.select(
                bools.eq(ints.fmod(I, c(2)), ints.ZERO), ints.fdiv(I, c(2)), ints.add(ints.scale(I, 3), c(1))
            ),
        )
    ],
    "division by what may be zero": [(R, reals.add(X, reals.div(reals.mul(G, X), X)))],
}


@pytest.mark.parametrize("name", FOUND)
def test_found(name: str) -> None:
    kernel = loop_of(*FOUND[name])
    for pos in range(len(FOUND[name])):
        assert check(kernel, pos).startswith(PREFIX)


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    with pytest.raises(NotClosed, match="search tried [0-9]+ candidates"):
        check(loop_of(*REFUSED[name]), 0)


def system(carries: Carries) -> System:
    """The system of the first carried value; all depend on each other."""
    kernel = loop_of(*carries)
    loop = kernel.loops[0]
    return system_of(loop, 0, loop.trips, lambda _, t: t)


def judged(carries: Carries, recipe: str) -> bool:
    return again(PREFIX + recipe, system(carries), Context(Session())) is not None


# A recipe that is right, and others that are nearly so.
NEARLY: dict[str, tuple[str, list[str]]] = {
    "sum": (
        "(+ x0 (sum g0))",
        [
            "(sum g0)",
            "(stopped (+ x0 (sum g0)))",
            "(+ x0 (stopped (sum g0)))",
            "(+ x0 (sum (- r0 g0)))",
            "(+ x0 (product g0))",
            "(+ x0 g0)",
            "x0",
        ],
    ),
    "product": ("(* x0 (product g0))", ["(product g0)", "(* x0 (sum g0))", "(* x0 (product (* g0 g0)))"]),
    "running mean": (
        "(start x0 (/ (sum g0) (real t)))",
        ["(/ (sum g0) (real t))", "(start x0 (/ (sum g0) (real (+ t i1))))", "(start x0 (sum g0))"],
    ),
    "toggles": ("(= (% t i2) i1)", ["(= (% t i2) i0)", "(= (% t i3) i1)", "true"]),
    "slot of a ring": ("(% t i5)", ["(% t i4)", "(% (+ t i1) i5)", "t"]),
    "halves toward zero": ("(/ x0 (pow2 t))", ["(// x0 (pow2 t))", "(/ x0 (pow2 (+ t i1)))"]),
    "halves downward": ("(// x0 (pow2 t))", ["(/ x0 (pow2 t))"]),
    "latest where it holds": (
        "(latest g2 g0 x0)",
        ["(latest (not g2) g0 x0)", "(latest g2 g0 r0)", "(latest true g0 x0)", "(if g2 g0 x0)"],
    ),
    "swaps": (
        "(if (= (% t i2) i0) x0 x1); (if (= (% t i2) i0) x1 x0)",
        [
            "(if (= (% t i2) i0) x0 x1); x1",
            "x0; x1",
            "(if (= (% t i2) i0) x1 x0); (if (= (% t i2) i0) x0 x1)",
        ],
    ),
    "goes on below 3": (
        "(stopped (+ x0 (real t)))",
        [
            "(stopped (+ x0 (sum x0)))",
            "(+ x0 (real t))",
            "(stopped x0)",
            "(stopped (stopped (+ x0 (real t))))",
        ],
    ),
    "greatest integer": (
        "(maximum x0 g0)",
        ["(minimum x0 g0)", "(maximum i0 g0)", "(maximum x0 g2)", "(max x0 g0)", "(maximum g0)"],
    ),
    "any since the mask fell": (
        "(chain or and (and g0 g1) g0)",
        ["(any (and g0 g1))", "(chain or and g1 g0)"],
    ),
    "tropical": (
        "(max (+ x0 (sum g0)) (chain max add g1 g0))",
        ["(chain max add g1 g0)", "(max (+ x0 (sum g0)) (chain max add g0 g1))", "(max x0 (maximum g1))"],
    ),
}


@pytest.mark.parametrize("name", NEARLY)
def test_nearly_right(name: str) -> None:
    """The atoms' numbers are not part of what is meant: the right recipe is right under one numbering of two."""
    right, wrong = NEARLY[name]

    def swap(text: str) -> str:
        return text.replace("g0", "g#").replace("g1", "g0").replace("g#", "g1")

    if not judged(FOUND[name], right):
        right, wrong = swap(right), [swap(w) for w in wrong]
    assert judged(FOUND[name], right)
    assert not [w for w in wrong if judged(FOUND[name], w)]


@pytest.mark.parametrize(
    "recipe",
    [
        "",
        "(",
        "(+ x0",
        "x0)",
        "x7",
        "g99",
        "y0",
        "(sum)",
        "(+ x0 t)",
        "(frobnicate x0)",
        "(sum t)",
        "x0; x0",
        "(if x0 x0 x0)",
    ]
    + [
        "(latest x0 g0 x0)",
        "(chain add frob g0 g0)",
        "(chain frob mul g0 g0)",
        "(maximum t)",
        "(- x0)",
        "(pow2 x0)",
    ],
)
def test_no_recipe(recipe: str) -> None:
    """What cannot be read, or is of another sort, is refused quietly."""
    assert not judged(FOUND["sum"], recipe)


def test_few_iterations() -> None:
    """A loop that runs up to four times is unrolled where nothing else is known; one that runs once, at once."""
    for trips in (0, 1, 2, 4):
        for carries in (REFUSED["Newton's square root"], REFUSED["Fibonacci"], FOUND["gated"]):
            kernel = loop_of(*carries)
            kernel.loops[0].trips = c(trips)
            for pos in range(len(carries)):
                form = searching(kernel).close(kernel.loops[0], pos)
                assert form.rule == UNROLLED or (carries is FOUND["gated"] and trips > 1)
                for p in POINTS:
                    with contextlib.suppress(Undefined):
                        for t in range(trips + 1):
                            expected = stepped(kernel, p, t)[-1][pos]
                            assert same(exact(form.at(c(t), ()), p, ARRAYS), expected)
                            assert same(exact(form.at(T, ()), {**p, T: t}, ARRAYS), expected)
    kernel = loop_of(*REFUSED["Newton's square root"])
    kernel.loops[0].trips = c(5)
    with pytest.raises(NotClosed):
        searching(kernel).close(kernel.loops[0], 0)


def test_the_same_in_every_run() -> None:
    """The terms' ages and the variables' numbers do not matter."""
    names = [check(loop_of(*FOUND["gated"]), 0)]
    for _ in range(5):
        var("t")
    element(ints.add(ints.scale(T, 3), N))
    names.append(check(loop_of(*FOUND["gated"]), 0))
    assert len(set(names)) == 1


def test_one_elements_step_needs_all() -> None:
    kernel = loop_of((R, X))
    loop = kernel.loops[0]
    k = var("k")
    carry = loop.carries[0]
    total = make("reduce", (k, ints.ZERO, c(4), bools.TRUE, state(0, "real", k)), ("add", 1), "real")
    loop.carries[0] = type(carry)(0, (var("c"),), R, total)
    with pytest.raises(NotClosed, match="depends on all elements"):
        searching(kernel).close(loop, 0)


def leaves(sort: str) -> list[Term]:
    return {
        "real": [G, H, R, reals.from_int(T), r(2), reals.ONE],
        "int": [T, N, c(3), DIVISOR, ALTERNATING],
        "bool": [ODD, POSITIVE, bools.lt(T, N), bools.TRUE],
    }[sort]


@st.composite
def steps(draw: st.DrawFn, sort: str, states: list[Term], depth: int = 2) -> Term:
    """A step of a sort: anything made of the states, the counter and array elements."""
    mine = [s for s in states if s.sort == sort]
    if depth == 0:
        return draw(st.sampled_from([*mine, *mine, *leaves(sort)]))
    inner = steps(sort, states, depth - 1)
    a, b = draw(inner), draw(inner)
    condition = draw(st.sampled_from(leaves("bool")))
    choices: dict[str, list[Callable[[], Term]]] = {
        "real": [
            lambda: reals.add(a, b),
            lambda: reals.sub(a, b),
            lambda: reals.mul(a, b),
            lambda: reals.maximum(a, b),
            lambda: reals.minimum(a, b),
            lambda: reals.div(a, reals.from_int(ints.add(T, ints.ONE))),
            lambda: reals.select(condition, a, b),
        ],
        "int": [
            lambda: ints.add(a, b),
            lambda: ints.sub(a, b),
            lambda: ints.mul(a, b),
            lambda: ints.maximum(a, b),
            lambda: ints.tdiv(a, DIVISOR),
            lambda: ints.fmod(a, c(3)),
            lambda: reals.select(condition, a, b),
            lambda: reals.select(bools.lt(a, b), a, ints.add(b, ints.ONE)),
        ],
        "bool": [
            lambda: bools.conjunction(a, b),
            lambda: bools.disjunction(a, b),
            lambda: bools.negate(a),
        ],
    }
    return draw(st.sampled_from(choices[sort]))()


@settings(max_examples=50)
@given(st.data())
def test_random_systems(data: st.DataObject) -> None:
    """One or two carried values that may look at each other: what is closed is right."""
    sorts = data.draw(st.lists(st.sampled_from(["real", "real", "int", "bool"]), min_size=1, max_size=2))
    states = [state(i, s) for i, s in enumerate(sorts)]  # type: ignore[arg-type]
    starts = {
        "real": [reals.ZERO, R, element(N)],
        "int": [ints.ZERO, N],
        "bool": [bools.FALSE, bools.lt(N, c(3))],
    }
    kernel = loop_of(*[(data.draw(st.sampled_from(starts[s])), data.draw(steps(s, states))) for s in sorts])
    for pos in range(len(sorts)):
        with contextlib.suppress(NotClosed):
            check(kernel, pos)


def test_shared_parts_cost_once() -> None:
    """A step that is small as a graph and huge as a tree."""
    step = X
    for _ in range(40):
        step = reals.div(step, reals.add(step, reals.ONE))
    start = time.process_time()
    with pytest.raises(NotClosed):
        check(loop_of((R, step)), 0)
    assert time.process_time() - start < 10


def test_a_search_that_failed_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel is lifted several times: under the same facts the answer is known, under others it is asked again."""
    calls: list[int] = []

    def searched(self: Search, system: System, base: Context) -> None:
        calls.append(len(base.facts))
        self.trace.append("tried")

    monkeypatch.setattr(Search, "_search", searched)
    search = Search()
    positive = bools.lt(ints.ZERO, N)
    for facts in ([], [], [positive], [positive], []):
        kernel = loop_of((R, reals.apply("exp", reals.add(X, G))))
        closer = searching(kernel, search)
        closer.facts = Context(Session(), facts)
        with pytest.raises(NotClosed, match="tried"):
            closer.close(kernel.loops[0], 0)
        assert closer.unclosed
    assert calls == [0, 1]
