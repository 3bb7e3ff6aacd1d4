"""What solvers are told beside the facts, tried at all small points."""

from __future__ import annotations

from itertools import combinations

import pytest
from boxes import Box
from hypothesis import assume, given, settings
from trees import built, integers

from triton_lift.proof.hints import NoHintsError, products_for
from triton_lift.proof.smtlib import entailment, monotone_divisions, product_theorem
from triton_lift.proof.solvers import SOLVERS, Solver, solver
from triton_lift.proving import Context, Session
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, make, var

X, Y = var("x"), var("y")
N, D = (make("param", (), (i, "nd"[i])) for i in range(2))
BOX = Box([X, Y], -9, 10)


@settings(max_examples=200)
@given(integers([X, Y], 1).map(built), integers([X, Y], 1).map(built))
def test_products(p: Term, q: Term) -> None:
    theorem = product_theorem(p, q)
    defined = BOX.defined(p, q, theorem)
    assert (BOX.values(theorem) | ~defined).all()


@settings(max_examples=200)
@given(integers([X, Y], 1).map(built), integers([X, Y], 1).map(built))
def test_monotone_divisions(x: Term, y: Term) -> None:
    divisions = [make("fdiv", (t, ints.const(3))) for t in (x, y)]
    assume(divisions[0] is not divisions[1])
    theorems = monotone_divisions(divisions)
    assert len(theorems) >= 4
    for theorem in theorems:
        defined = BOX.defined(x, y, theorem)
        assert (BOX.values(theorem) | ~defined).all(), theorem


def test_only_divisions_by_one_number() -> None:
    mixed = [ints.fdiv(X, ints.const(3)), ints.fdiv(Y, ints.const(5)), ints.fdiv(X, D), ints.fdiv(Y, D)]
    assert not monotone_divisions(mixed)


@pytest.fixture(params=SOLVERS)
def judge(request: pytest.FixtureRequest) -> Solver:
    return solver(request.param, 10)


def test_ceilings(judge: Solver) -> None:
    """i < N gives ⌊i/64⌋ < ⌈N/64⌉, and not ⌊i/64⌋ < ⌊N/64⌋."""
    tile = ints.const(64)
    number = ints.fdiv(X, tile)
    ceiling = ints.fdiv(ints.add(N, ints.const(63)), tile)
    facts = [bools.lt(X, N)]
    assert judge.check(entailment(facts, bools.lt(number, ceiling))) == "unsat"
    assert judge.check(entailment(facts, bools.lt(number, ints.fdiv(N, tile)))) == "sat"


def test_named_products(judge: Solver) -> None:
    """X·N ≥ 0 needs the product of X and N; without it, and with another one, it does not follow."""
    facts = [bools.le(ints.ZERO, X), bools.le(ints.ZERO, N), bools.le(ints.ZERO, Y)]
    goal = bools.le(ints.ZERO, ints.mul(X, N))
    assert judge.check(entailment(facts, goal, [(X, N)])) == "unsat"
    assert judge.check(entailment(facts, goal)) == "sat"
    assert judge.check(entailment(facts, goal, [(X, Y)])) == "sat"


def test_symbolic_division(judge: Solver) -> None:
    """0 ≤ X < D·N gives X / D < N for D > 0, given the product of D and (X / D) − N."""
    quotient = ints.fdiv(X, D)
    facts = [bools.lt(ints.ZERO, D), bools.le(ints.ZERO, X), bools.lt(X, ints.mul(D, N))]
    hint = (ints.sub(D, ints.ONE), ints.sub(quotient, N))
    goal = bools.lt(quotient, N)
    assert judge.check(entailment(facts, goal, [hint, (D, ints.sub(quotient, N))])) == "unsat"
    assert judge.check(entailment(facts[:1], goal, [(D, ints.sub(quotient, N))])) == "sat"


def test_names_are_not_text(judge: Solver) -> None:
    """An operator's name cannot say anything to the solver."""
    odd = make("x Int) (assert false) (declare-const y", (), None, "bool")
    assert "false" not in entailment([odd], bools.lt(X, Y))
    assert judge.check(entailment([odd], bools.lt(X, Y))) == "sat"


def test_real_comparisons_are_unknowns(judge: Solver) -> None:
    """a < b excludes b < a, and says nothing of integers."""
    a, b = (make("read", (v,), (0, 0, False), "real") for v in (X, Y))
    less, more = make("rlt", (a, b), None, "bool"), make("rlt", (b, a), None, "bool")
    assert judge.check(entailment([less], bools.negate(more))) == "unsat"
    assert judge.check(entailment([less], more)) == "sat"
    assert judge.check(entailment([less], bools.lt(X, Y))) == "sat"


def test_many_products() -> None:
    """A question that needs more products than the prover looks at first; and one that no products answer."""
    several = [make("param", (), (i, f"a{i}")) for i in range(18)]
    context = Context(Session(), [bools.le(ints.ZERO, a) for a in several])
    total = ints.add(*(ints.mul(a, b) for a, b in combinations(several, 2)))
    pairs = products_for(context, list(context.facts), bools.le(ints.ZERO, total))
    assert {frozenset(p) for p in pairs} == {frozenset(p) for p in combinations(several, 2)}
    with pytest.raises(NoHintsError):
        products_for(context, list(context.facts), bools.le(ints.ONE, total))
