"""Theorem: what `Context.proves` says yes to follows from the facts, and facts that `consistent` rejects have no point.

Brute force: facts and goals are drawn at random, and each yes is compared with all points of a small box. The solver's
timeouts can only turn a yes into a no, so the comparison never depends on the machine.
"""

from __future__ import annotations

import numpy as np
import pytest
from boxes import Box
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from trees import booleans, built, integers

from triton_lift.proving import Context, Session, context
from triton_lift.proving.context import nonnegative_product
from triton_lift.proving.smt import definition
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, subterms, var

X, Y, P = var("x"), var("y"), make("param", (), (0, "p"))
LEAVES = [X, Y, P]
LOW, HIGH = -4, 10
BOX = Box(LEAVES, LOW, HIGH)
WITHIN = [f for v in LEAVES for f in (bools.le(ints.const(LOW), v), bools.lt(v, ints.const(HIGH)))]


@pytest.fixture(autouse=True)
def short_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "_QUERY_MILLISECONDS", 100)


class _NoSamples:
    """Leaves every question to the solver, so that no random point hides a wrong encoding."""

    def refutes(self, facts: list[Term], goal: Term) -> bool:
        return False


def solver_only() -> Session:
    session = Session()
    session.samples = _NoSamples()  # type: ignore[assignment]
    return session


FACTS = st.lists(booleans(LEAVES, 1).map(built), min_size=1, max_size=3)
QUANTITIES = integers(LEAVES, 2).map(built)


def wraps_around(*terms: Term) -> bool:
    """Whether values could leave the 64 bits of the evaluation: not for the sizes drawn here."""
    return any(abs(BOX.values(u)).max() > 1 << 40 for u in subterms(terms) if u.sort == "int")


@settings(max_examples=150)
@given(FACTS, booleans(LEAVES, 1).map(built))
def test_what_is_proved_holds_at_all_points(facts: list[Term], goal: Term) -> None:
    assume(not wraps_around(*facts, goal))
    for session in (Session(), solver_only()):
        if Context(session, facts).proves(goal):
            assert not BOX.counterexamples(facts, goal)


@settings(max_examples=150)
@given(FACTS, QUANTITIES)
def test_the_least_upper_bound_is_not_improved(facts: list[Term], t: Term) -> None:
    """With m the maximum of t over the points of the facts, t ≤ m − 1 is false: the tightest wrong goal there is."""
    facts = [*facts, *WITHIN]
    assume(not wraps_around(*facts, t))
    where = BOX.where(*facts) & BOX.defined(t)
    assume(where.any())
    highest = int(BOX.values(t)[where].max())
    here = Context(solver_only(), facts)
    assert not here.proves(bools.le(t, ints.const(highest - 1)))
    assert here.consistent()


@settings(max_examples=100)
@given(FACTS)
def test_inconsistent_facts_have_no_point(facts: list[Term]) -> None:
    assume(not wraps_around(*facts))
    if not Context(Session(), facts).consistent():
        assert not BOX.where(*facts).any()


@settings(max_examples=100)
@given(FACTS, booleans(LEAVES, 1).map(built))
def test_products_follow(facts: list[Term], goal: Term) -> None:
    """The products told to the solver hold wherever the facts hold and the goal does not."""
    assume(not wraps_around(*facts, goal))
    here = Context(solver_only(), facts)
    products = here.products(here._relevant(goal), goal)
    where = BOX.where(*facts) & BOX.defined(goal) & ~BOX.values(goal)
    for p, q in products:
        t = nonnegative_product(p, q)
        assert (BOX.values(t) | ~where | ~BOX.defined(t)).all(), t


DEFINED = [
    make(op, (X, d))
    for op in ("fdiv", "fmod", "tdiv", "trem")
    for d in (Y, ints.const(3), ints.const(-3), ints.mul(Y, P))
]
DEFINED += [
    make("iabs", (X,)),
    make("wrap", (ints.scale(X, 5),), 4),
    make("pow2", (make("imax", (X, ints.ZERO)),)),
]
DEFINED += [make("bitand", (X, Y)), make("bitand", (X, ints.const(6)))]
_V = var("v")
_BODY = reals.from_int(ints.mul(ints.sub(_V, X), ints.sub(_V, X)))
DEFINED += [
    make(
        "argreduce",
        (_V, ints.ZERO, ints.const(4), bools.TRUE, _BODY, ints.add(ints.scale(_V, c), Y)),
        (kind, 1),
        "int",
    )
    for kind, c in (("argmin", 1), ("argmax", 3), ("argmin", -2))
]


@pytest.mark.parametrize("t", DEFINED, ids=repr)
def test_definitions_hold(t: Term) -> None:
    facts = definition(t)
    assert facts
    for f in facts:
        assert not BOX.counterexamples([], f), f


def at_least(a: Term, b: int) -> Term:
    return bools.le(ints.const(b), a)


Q, R = ints.fdiv(X, P), ints.fmod(X, P)
CEIL = ints.fdiv(ints.add(P, ints.const(7)), ints.const(8))
# Name: facts, what follows, and a neighbour that does not.
LEMMAS: dict[str, tuple[list[Term], Term, Term]] = {
    "a remainder is below its divisor": (
        [at_least(P, 1)],
        bools.lt(R, P),
        bools.lt(R, ints.sub(P, ints.ONE)),
    ),
    "a remainder is not negative": ([at_least(P, 1)], at_least(R, 0), at_least(R, 1)),
    "quotient and remainder": (
        [at_least(P, 1)],
        bools.eq(ints.add(ints.mul(P, Q), R), X),
        bools.eq(ints.mul(P, Q), X),
    ),
    "a quotient is no larger": ([at_least(P, 1), at_least(X, 0)], bools.le(Q, X), bools.lt(Q, X)),
    "the sign of the divisor is needed": ([at_least(P, 1)], bools.lt(R, P), at_least(Q, 0)),
    "tiles cover": (
        [],
        bools.le(P, ints.scale(CEIL, 8)),
        bools.le(P, ints.scale(ints.fdiv(P, ints.const(8)), 8)),
    ),
    "tiles waste less than one": (
        [],
        bools.lt(ints.scale(CEIL, 8), ints.add(P, ints.const(8))),
        bools.lt(ints.scale(CEIL, 8), ints.add(P, ints.const(7))),
    ),
    "row-major offsets": (
        [at_least(X, 0), at_least(Y, 0), bools.lt(X, P)],
        bools.lt(ints.add(ints.mul(P, Y), X), ints.mul(P, ints.add(Y, ints.ONE))),
        bools.lt(ints.add(ints.mul(P, Y), X), ints.mul(P, Y)),
    ),
    "a product of factors ≥ 0": (
        [at_least(X, 0), at_least(P, 0)],
        at_least(ints.mul(X, P), 0),
        at_least(ints.mul(X, P), 1),
    ),
    "truncation of dividends ≥ 0": (
        [at_least(X, 0), at_least(P, 1)],
        at_least(ints.tdiv(X, P), 0),
        at_least(ints.tdiv(X, P), 1),
    ),
    "what fits is not wrapped": (
        [at_least(X, -8), bools.lt(X, ints.const(8))],
        bools.eq(ints.wrap(X, 4), X),
        bools.eq(ints.wrap(ints.add(X, ints.ONE), 4), ints.add(X, ints.ONE)),
    ),
}


@pytest.mark.parametrize("name", LEMMAS)
def test_lemmas_that_kernels_need(name: str) -> None:
    facts, follows, does_not = LEMMAS[name]
    assert not BOX.counterexamples(facts, follows)
    assert Context(Session(), facts).proves(follows)
    assert BOX.counterexamples(facts, does_not)
    for session in (Session(), solver_only()):
        assert not Context(session, facts).proves(does_not)


def test_a_dropped_premise_is_missed() -> None:
    """Every fact of a lemma matters to its proof: without any one of them the goal has a counterexample or no proof."""
    facts = [at_least(X, 0), at_least(Y, 0), bools.lt(X, P)]
    goal = bools.lt(ints.add(ints.mul(P, Y), X), ints.mul(P, ints.add(Y, ints.ONE)))
    assert not Context(solver_only(), facts[:2]).proves(goal)


def test_contradictions() -> None:
    a, b = bools.lt(X, Y), bools.lt(Y, X)
    assert not Context(Session(), [a, b]).consistent()
    assert not Context(Session(), [a, bools.negate(a)]).consistent()
    assert Context(Session(), [a, bools.lt(Y, P)]).consistent()
    assert Context(Session(), [bools.FALSE]).absurd and not Context(Session(), [a]).absurd


def test_opaque_values_are_unknown() -> None:
    """Nothing is known of array elements, carried values or comparisons of reals, except that each is itself."""
    element = make("read", (X,), (0, 0, False))
    here = Context(solver_only(), [at_least(element, 0)])
    assert here.proves(at_least(ints.add(element, ints.ONE), 1))
    assert not here.proves(at_least(make("read", (Y,), (0, 0, False)), 0))
    assert not here.proves(bools.lt(element, ints.const(1 << 40)))


def test_the_box_is_not_vacuous() -> None:
    assert BOX.where(*WITHIN).all() and np.count_nonzero(BOX.where(bools.lt(X, Y))) > 100


def test_learned_points() -> None:
    """A point refutes what fails there, if the facts hold there, and nothing else."""
    from triton_lift.proving.samples import Learned

    learned = Learned()
    small, large = bools.lt(X, ints.const(3)), bools.lt(ints.const(3), X)
    assert not learned.refutes([], small)
    learned.learn({X: 5, Y: 1})
    assert learned.refutes([], small) and learned.refutes([bools.lt(Y, X)], small)
    assert not learned.refutes([bools.lt(X, Y)], small) and not learned.refutes([], large)
    for value in range(40):
        learned.learn({X: value + 10, Y: 0})
    assert not learned.refutes([bools.lt(X, ints.const(6))], small), "the oldest points are forgotten"
