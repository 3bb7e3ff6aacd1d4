"""The rewrites: each is proved, and holds on a million points; wrong ones fail both; binders capture nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

import docs_rewrites
from benchmarks.textbook_forms import J, N, a, b, exp, given, over
from triton_lift.egraph import EgraphRewriter, Equality, simplified
from triton_lift.egraph.encoding import Encoding
from triton_lift.egraph.engine import _expression, _graph, _question
from triton_lift.egraph.rewrites import FAMILIES, Rewrite
from triton_lift.egraph.rewrites.statement import STRIDE, TRIAL, Statement, letters, size, statements
from triton_lift.evaluation.terms import Evaluator
from triton_lift.proving import Context, Session
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.term import Term, bound_vars, make, subterms, var

POINTS = 1_000_000
TRIALS = 1 << 12
EDGES = np.array([0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, 2.0**-20, -(2.0**-20), 12.0, -12.0])
ALL = [(family, r) for family, rewrites in FAMILIES.items() for r in rewrites]

WRONG = (
    Rewrite("a product of sums", "(Mul (Sum r a) (Sum r b))", "(Sum r (Mul a b))"),
    Rewrite("a captured factor", "(Sum r (Mul a b))", "(Mul a (Sum r b))"),
    Rewrite("a captured summand", "(Sup r (Add a b))", "(Add a (Sup r b))", ("(nonempty r)",)),
    Rewrite("a factor of any sign", "(Sup r (Mul a b))", "(Mul a (Sup r b))", ("(independent a r)", "(nonempty r)")),
    Rewrite("nothing of an empty range", "(Sum r (Div b a))", "(Div (Sum r b) a)", ("(independent a r)",)),
    Rewrite("a constant as often as it likes", "(Sum r a)", "a", ("(independent a r)",)),
    Rewrite("cancel what may be 0", "b", "(Div (Mul a b) a)"),
    Rewrite("divide the wrong way", "(Div a (Div b c))", "(Div a (Mul b c))"),
    Rewrite("the exponential of a product", "(Exp (Mul a b))", "(Mul (Exp a) (Exp b))"),
    Rewrite("the logarithm of a sum", "(Log (Add a b))", "(Add (Log a) (Log b))", ("(positive a)", "(positive b)")),
    Rewrite("the logarithm of a product of any sign", "(Log (Mul a b))", "(Add (Log a) (Log b))"),
    Rewrite("a root without its sign", "(Sqrt (Mul a a))", "a"),
    Rewrite("the wrong shift of softplus", "(Add x (Log (Add (Num one) (Exp x))))",
            "(Log (Add (Num one) (Exp (Neg x))))"),
    Rewrite("tanh by a half too little", "(Div (Add (Exp x) (Num minus-one)) (Add (Num one) (Exp x)))", "(Tanh x)"),
    Rewrite("the wrong end", "(Max (Neg a) (Neg b))", "(Neg (Max a b))"),
    Rewrite("the other branch", "(Sel (Lt a b) a b)", "(Max a b)"),
    Rewrite("an index shifted the wrong way", "(Sum s a)", "(Sum r (Subst m a))", ("(moved r s m)",)),
    Rewrite("a range shifted alone", "(Sum r a)", "(Sum s a)", ("(moved r s m)",)),
    Rewrite("an index renamed that was in use", "(Sum r a)", "(Sum s (Subst m a))", ("(renamed r s m)",)),
    Rewrite("one of two ranges that meet", "(Sum t a)", "(Sum r a)", ("(joined r s t)",)),
    Rewrite("a product of sums over ranges that meet", "(Mul (Sum r a) (Sum s a))", "(Sum t a)", ("(joined r s t)",)),
    Rewrite("a maximum over ranges that meet, as a sum", "(Add (Sup r a) (Sup s a))", "(Sup t a)",
            ("(joined r s t)", "(nonempty r)", "(nonempty s)")),
    Rewrite("a point more, counted twice", "(Sum t a)", "(Add (Sum t a) (Subst m a))", ("(extended r t m)",)),
    Rewrite("pairs by one index", "(Sum t a)", "(Sum r a)", ("(nested t r s)",)),
    Rewrite("a variance that is a second moment", "(Div (Sum r (Mul x x)) n)", "(Var r x)",
            ("(counts r n)", "(nonzero n)")),
)  # fmt: skip


def shown(rewrite: Rewrite) -> bool:
    return all(Equality().holds(s.left, s.right, Context(Session(), s.facts)) for s in statements(rewrite))


@pytest.mark.parametrize(("family", "rewrite"), ALL, ids=[f"{f}: {r.name}" for f, r in ALL])
def test_proved(family: str, rewrite: Rewrite) -> None:
    assert shown(rewrite)


def test_the_table_is_up_to_date() -> None:
    assert docs_rewrites.PAGE.read_text() == docs_rewrites.page(), "docs_rewrites.py writes it anew"


def test_names_are_unique() -> None:
    assert len({r.name for _, r in ALL}) == len(ALL)


def points(s: Statement, count: int, rng: np.random.Generator) -> Iterator[tuple[Any, Any, Any]]:
    """Left, right and where the left is defined, at `count` points: elements of edge values and others."""
    ranged = [
        r for r in ("r", "s") if any(size(r) in u.args or u is size(r) for u in subterms([s.left, s.right]))
    ]
    sizes = [
        dict(zip(ranged, n, strict=True)) for n in np.ndindex(*[4] * len(ranged))
    ] if ranged else [{}]  # fmt: skip
    sizes = [n for n in sizes if all(n[r] >= 1 or not _nonempty(s, r) for r in n)]
    for n in sizes * -(-count // (TRIALS * len(sizes))):
        arrays = {
            i: np.where(
                rng.random(TRIALS * STRIDE) < 0.3,
                rng.choice(EDGES, TRIALS * STRIDE),
                rng.normal(0, 2, TRIALS * STRIDE),
            )
            for i in range(6)
        }
        leaves = {TRIAL: np.arange(TRIALS), **{size(r): np.int64(k) for r, k in n.items()}}
        with np.errstate(all="ignore"):
            evaluate = Evaluator(leaves, arrays)
            left, right = (np.broadcast_to(evaluate(t), (TRIALS,)) for t in (s.left, s.right))
            largest = np.zeros(TRIALS)
            for u in subterms([s.left, s.right]):
                if u.sort == "real" and u.free <= {TRIAL}:
                    size_of = np.abs(evaluate(u))
                    largest = np.maximum(largest, np.where(np.isfinite(size_of), size_of, 0))
            defined = np.isfinite(left) & (largest < 1e8)
        yield left, right, (defined, 1e-9 * (1 + largest) ** 2)


def _nonempty(s: Statement, r: str) -> bool:
    return bools.le(ints.ONE, size(r)) in s.facts


def refuted(rewrite: Rewrite, count: int) -> bool:
    """Whether a point shows that the two sides differ."""
    rng = np.random.default_rng(1)
    for s in statements(rewrite):
        for left, right, (defined, tolerance) in points(s, count, rng):
            if np.any(defined & ~(np.abs(left - right) <= tolerance)):
                return True
    return False


@pytest.mark.parametrize(("family", "rewrite"), ALL, ids=[f"{f}: {r.name}" for f, r in ALL])
def test_points(family: str, rewrite: Rewrite) -> None:
    """A few points of what is proved; a million of what is not."""
    assert letters(rewrite) is not None
    assert not refuted(rewrite, 30_000 if shown(rewrite) else POINTS)


@pytest.mark.parametrize("rewrite", WRONG, ids=[r.name for r in WRONG])
def test_wrong_rewrites(rewrite: Rewrite) -> None:
    """They are neither proved nor do they survive the points: both tests can fail."""
    assert not shown(rewrite)
    assert refuted(rewrite, 30_000)


def test_a_wrong_rewrite_in_the_graph_is_caught() -> None:
    """The e-graph believes it; what comes out is not used."""
    raw = over("add", lambda k: reals.mul(exp(a(k)), b(k)))
    graph = _graph()
    encoding = Encoding(given())
    root = encoding.write(canonical_names(raw))
    wrong = "(rewrite (Sum r (Mul a b)) (Mul (Sum r a) b))"
    graph.run(*graph.push)
    try:
        graph.run(*graph.parse("\n".join([wrong, *_question(encoding), "(run 5)"])))
        (best,) = graph.run(*graph.parse(f"(extract $n{root} 0)"))
        term = encoding.read(_expression(best.termdag, best.term))
    finally:
        graph.run(*graph.pop)
    if term is not canonical_names(raw):
        assert not Equality().holds(raw, term, given())
    assert not Equality().holds(raw, reals.mul(over("add", lambda k: exp(a(k))), b(J)), given())


# Binders: what is written and read back is the same function.

_leaf = st.sampled_from(["a", "b", "outer", "one"])


def _terms(variables: tuple[Term, ...], depth: int) -> st.SearchStrategy[Term]:
    def leaf(choice: tuple[str, int]) -> Term:
        name, position = choice
        index = (J, *variables)[position % (1 + len(variables))]
        return {"a": a(index), "b": b(index), "outer": a(J), "one": reals.ONE}[name]

    leaves = st.tuples(_leaf, st.integers(0, 3)).map(leaf)
    if depth == 0:
        return leaves
    smaller = _terms(variables, depth - 1)

    def bound(kind: str) -> st.SearchStrategy[Term]:
        k = var("k")
        return _terms((*variables, k), depth - 1).map(
            lambda body: make("reduce", (k, ints.ZERO, N, bools.TRUE, body), (kind, 1), "real")
        )

    return st.one_of(
        leaves,
        st.tuples(smaller, smaller).map(lambda p: reals.add(*p)),
        st.tuples(smaller, smaller).map(lambda p: reals.mul(*p)),
        bound("add"),
        bound("max"),
    )


TERMS = _terms((), 4)


def value(t: Term) -> Any:
    rng = np.random.default_rng(7)
    arrays = {0: rng.integers(-3, 4, 8).astype(float), 1: rng.integers(-3, 4, 8).astype(float)}
    return Evaluator({N: np.int64(4), J: np.int64(2)}, arrays)(t)


@settings(max_examples=150, deadline=None)
@drawn(TERMS)
def test_nothing_is_captured_when_read_back(t: Term) -> None:
    encoding = Encoding(given())
    written = canonical_names(t)
    root = encoding.write(written)
    encoding.read(("Num", reals.ONE.attr))  # fills its tables
    back = encoding.read(encoding._unfolded(root))
    assert back.free <= t.free
    assert np.allclose(value(back), value(t))


@settings(max_examples=60, deadline=None)
@drawn(TERMS)
def test_nothing_is_captured_when_simplified(t: Term) -> None:
    found = simplified(t, given(), EgraphRewriter())
    assert found.free <= t.free
    assert np.allclose(value(found), value(t))
    proposed = EgraphRewriter().propose(t, given())
    assert np.allclose(value(proposed), value(t)), "captured, though the proof would have refused it"


def test_binders_over_one_range_share_a_name_unless_one_speaks_of_the_other() -> None:
    mean = over("add", a)
    around = over("add", lambda k: reals.mul(a(k), mean))
    encoding = Encoding(given())
    encoding.write(canonical_names(around))
    assert len(encoding.ranges) == 1
    nested = over("add", lambda k: over("add", lambda r: reals.mul(a(k), b(k, r))))
    encoding = Encoding(given())
    encoding.write(canonical_names(nested))
    assert len(encoding.ranges) == 2
    assert all(len(bound_vars(u)) == 1 for u in subterms([nested]) if u.op == "reduce")
