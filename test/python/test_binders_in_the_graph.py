"""What is done to binders in the e-graph itself: pull out, merge, split, shift, swap, fuse into a variance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from benchmarks.textbook_forms import COUNT, J, N, X, Y, a, b, exp, given, log, over, square, text, total
from triton_lift.egraph import EgraphRewriter, Equality
from triton_lift.egraph.encoding import Encoding
from triton_lift.egraph.engine import _graph, _question, cheapest
from triton_lift.evaluation.terms import Evaluator
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, var

M = make("param", (), (8, "m"), "int")
MORE = (bools.le(ints.ONE, M),)
BOTH = ints.add(N, M)
ROW = ints.const(100)


def e(*index: Term) -> Term:
    return exp(a(*index))


def pairs(body: Callable[[Term, Term], Term]) -> Term:
    k, r = var("k"), var("r")
    return make("reduce", (k, ints.ZERO, N, r, ints.ZERO, M, bools.TRUE, body(k, r)), ("add", 2), "real")


# A value, and what the e-graph makes of it.
REACHED: dict[str, tuple[Term, str]] = {
    "pull out": (total(lambda k: reals.mul(X, e(k))), "x·(Σ[k<n] exp(a[k]))"),
    "pull a divisor out": (total(lambda k: reals.div(e(k), exp(X))), "(Σ[k<n] exp(a[k])) / exp(x)"),
    "pull out of pairs": (pairs(lambda k, r: reals.mul(X, e(k), b(r))), "x·(Σ[k<n, r<m] exp(a[k])·b[r])"),
    "merge": (reals.add(total(e), over("add", e, BOTH, N)), "Σ[k<m + n] exp(a[k])"),
    "merge three": (
        reals.add(over("add", e, M), over("add", e, BOTH, M), over("add", e, ints.scale(BOTH, 2), BOTH)),
        "Σ[k<2·m + 2·n] exp(a[k])",
    ),
    "merge maxima": (reals.maximum(over("max", e), over("max", e, BOTH, N)), "max[k<m + n](exp(a[k]))"),
    "merge minima": (reals.minimum(over("min", e), over("min", e, BOTH, N)), "min[k<m + n](exp(a[k]))"),
    "merge under a logarithm": (
        log(reals.add(total(e), total(lambda k: e(k, N)))), "log(Σ[k<2·n] exp(a[k]))",
    ),
    "split": (reals.sub(over("add", e, BOTH), total(e)), "Σ[n≤k<m + n] exp(a[k])"),
    "split off the end": (reals.sub(over("add", e, BOTH), over("add", e, BOTH, N)), "Σ[k<n] exp(a[k])"),
    "shift": (reals.sub(total(lambda k: e(k, ints.ONE)), over("add", e, ints.add(N, ints.ONE), ints.ONE)), "0"),
    "shift and merge": (reals.add(total(e), over("add", lambda k: e(k, N), M)), "Σ[k<m + n] exp(a[k])"),
    "a point more": (reals.add(total(e), e(N)), "Σ[k<n + 1] exp(a[k])"),
    "a point more in front": (reals.add(over("add", e, N, ints.ONE), e(ints.ZERO)), "Σ[k<n] exp(a[k])"),
    "a point less": (reals.sub(over("add", e, ints.add(N, ints.ONE)), e(N)), "Σ[k<n] exp(a[k])"),
    "fuse into a variance": (
        reals.sub(reals.div(total(lambda k: square(a(k))), COUNT), square(reals.div(total(a), COUNT))),
        "(Σ[k<n] (a[k] - (Σ[r<n] a[r]) / n)²) / n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REACHED)
def test_reached(name: str) -> None:
    raw, expected = REACHED[name]
    found = EgraphRewriter().propose(raw, given(*MORE))
    assert text(found) == expected
    assert Equality().holds(raw, found, given(*MORE))


# What looks like the above and is not equal: neither joined in the graph nor shown to be equal.
NOT_JOINED: dict[str, tuple[Term, Term]] = {
    "ranges with a gap": (
        reals.add(total(e), over("add", e, BOTH, ints.add(N, ints.ONE))), over("add", e, BOTH),
    ),
    "ranges that overlap": (
        reals.add(total(e), over("add", e, BOTH, ints.sub(N, ints.ONE))), over("add", e, BOTH),
    ),
    "the wrong shift": (
        reals.add(total(e), over("add", lambda k: e(k, N, ints.ONE), M)), over("add", e, BOTH),
    ),
    "another array": (reals.add(total(e), over("add", lambda k: exp(b(k)), BOTH, N)), over("add", e, BOTH)),
    "a point twice": (reals.add(total(e), e(ints.sub(N, ints.ONE))), over("add", e, ints.add(N, ints.ONE))),
    "a range that may be negative": (reals.sub(over("add", e, M), total(e)), over("add", e, M, N)),
    "a maximum of sums": (reals.maximum(total(e), over("add", e, BOTH, N)), over("add", e, BOTH)),
}  # fmt: skip


def joined(left: Term, right: Term) -> bool:
    """Whether the e-graph finds two terms equal."""
    encoding = Encoding(given(*MORE))
    one, two = (encoding.write(canonical_names(t)) for t in (left, right))
    return found_equal(encoding, f"$n{one}", f"$n{two}")


def found_equal(encoding: Encoding, left: str, right: str) -> bool:
    """Whether the e-graph finds two of its expressions equal."""
    graph = _graph()
    graph.run(*graph.push)
    try:
        graph.run(*graph.parse("\n".join([*_question(encoding), "(run 8)"])))
        try:
            graph.run(*graph.parse(f"(check (= {left} {right}))"))
        except Exception as error:
            assert "heck" in str(error)
            return False
        return True
    finally:
        graph.run(*graph.pop)


@pytest.mark.parametrize("name", NOT_JOINED)
def test_not_joined(name: str) -> None:
    left, right = NOT_JOINED[name]
    assert not joined(left, right)
    assert not Equality().holds(left, right, given(*MORE))


def test_swap() -> None:
    grid = lambda k, r: e(k, ints.mul(ROW, r))  # noqa: E731
    one = total(lambda k: over("add", lambda r: reals.mul(grid(k, r), b(r)), M))
    other = over("add", lambda r: reals.mul(b(r), total(lambda k: grid(k, r))), M)
    assert joined(one, other)
    triangle = total(
        lambda k: over("add", lambda r: grid(k, r), k)
    )  # the inner range speaks of the outer index
    assert not joined(triangle, over("add", lambda r: total(lambda k: grid(k, r)), M))


def test_pairs() -> None:
    grid = lambda k, r: e(k, ints.mul(ROW, r))  # noqa: E731
    box = pairs(lambda k, r: reals.mul(e(k), grid(k, r)))
    encoding = Encoding(given(*MORE))
    root = encoding.write(canonical_names(box))
    body = list(encoding.nodes)[root][2]
    _question(encoding)
    assert [len(over.box) for over in encoding.ranges][:3] == [2, 1, 1]
    assert found_equal(encoding, f"$n{root}", f"(Sum 1 (Sum 2 $n{body}))")
    assert not found_equal(encoding, f"$n{root}", f"(Sum 1 (Sum 1 $n{body}))")
    nested = total(lambda k: reals.mul(e(k), over("add", lambda r: grid(k, r), M)))
    assert Equality().holds(box, nested, given(*MORE))
    assert not Equality().holds(
        box, total(lambda k: reals.mul(e(k), over("add", lambda r: grid(r, k), M))), given(*MORE)
    )


def test_a_shift_captures_nothing() -> None:
    """k becomes k - n beneath a binder over r whose bounds speak of k; and is left alone where k is bound anew."""
    inner = lambda k: over("add", lambda r: e(r, k), ints.add(k, ints.ONE))  # noqa: E731
    moved = reals.add(total(lambda k: reals.mul(a(k), inner(k))),
                      over("add", lambda k: reals.mul(a(k, N), inner(ints.add(k, N))), M))  # fmt: skip
    whole = over("add", lambda k: reals.mul(a(k), inner(k)), BOTH)
    found = EgraphRewriter().propose(moved, given(*MORE))
    assert np.allclose(value(found), value(whole))
    shadowed = reals.add(
        total(lambda k: reals.mul(e(k), total(a))), over("add", lambda k: reals.mul(e(k, N), total(a)), M)
    )
    found = EgraphRewriter().propose(shadowed, given(*MORE))
    assert np.allclose(value(found), value(shadowed))
    assert Equality().holds(shadowed, found, given(*MORE))


# By brute force: whatever is proposed has the value, at all sizes that are small.


def value(t: Term, n: int = 3, m: int = 2) -> Any:
    rng = np.random.default_rng(7)
    arrays = {i: rng.integers(-2, 3, 1024).astype(float) for i in (0, 1)}
    leaves = {N: np.int64(n), M: np.int64(m), J: np.int64(2), X: 2.0, Y: -1.5}
    return Evaluator(leaves, arrays)(t)


_ENDS = [ints.ZERO, ints.ONE, N, M, BOTH, ints.add(N, ints.ONE), ints.scale(N, 2)]
_SHIFTS = [ints.ZERO, ints.ONE, N, M]


@st.composite
def _sums(draw: st.DrawFn, variables: tuple[Term, ...] = (), depth: int = 2) -> Term:
    """Sums over ranges that begin and end anywhere, of shifted elements, in one another."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        choice = draw(st.integers(0, 3)) if depth else 0
        if choice == 0:
            index = draw(st.sampled_from([ints.ZERO, *_SHIFTS, *variables, *variables, *variables]))
            read = draw(st.sampled_from([a, a, b]))
            parts.append(exp(read(index, draw(st.sampled_from(_SHIFTS)))))
        elif choice == 1:
            parts.append(reals.mul(draw(_sums(variables, 0)), draw(_sums(variables, depth - 1))))
        else:
            kind = draw(st.sampled_from(["add", "add", "add", "max"]))
            low = draw(st.sampled_from([ints.ZERO, ints.ZERO, ints.ONE, N]))
            high = draw(
                st.sampled_from(_ENDS if kind == "add" else [ints.add(low, ints.ONE), ints.add(low, N)])
            )
            k = var("k")
            body = draw(_sums((*variables, k), depth - 1))
            parts.append(make("reduce", (k, low, high, bools.TRUE, body), (kind, 1), "real"))
    signs = [draw(st.sampled_from([reals.ONE, reals.ONE, reals.MINUS_ONE])) for _ in parts]
    return reals.add(*(reals.mul(s, p) for s, p in zip(signs, parts, strict=True)))


@settings(max_examples=120, deadline=None)
@drawn(_sums())
def test_what_is_proposed_has_the_same_value(t: Term) -> None:
    written = canonical_names(t)
    encoding = Encoding(given(*MORE))
    root = encoding.write(written)
    found = encoding.read(cheapest(encoding, root))
    assert found.free <= t.free
    for n, m in ((1, 1), (3, 2), (2, 5)):
        assert np.allclose(value(found, n, m), value(t, n, m))


@settings(max_examples=60, deadline=None)
@drawn(_sums(), _sums())
def test_only_what_is_equal_is_shown_to_be(s: Term, t: Term) -> None:
    if Equality().holds(s, t, given(*MORE)):
        for n, m in ((1, 1), (3, 2), (2, 5)):
            assert np.allclose(value(s, n, m), value(t, n, m))


@settings(max_examples=60, deadline=None)
@drawn(_sums(), st.sampled_from(_SHIFTS))
def test_a_shifted_index_is_shown_to_be_the_same(t: Term, by: Term) -> None:
    """Each sum shifted as a whole: equal; its body alone: equal only where the values are."""
    if t.op != "reduce" or t.attr[0] != "add":
        return
    v, low, high, guard, body = t.args
    moved = substitute(body, {v: ints.sub(v, by)})
    shifted = make("reduce", (v, ints.add(low, by), ints.add(high, by), guard, moved), t.attr, t.sort)
    assert Equality().holds(t, shifted, given(*MORE))
    alone = make("reduce", (v, low, high, guard, moved), t.attr, t.sort)
    if Equality().holds(t, alone, given(*MORE)):
        assert np.allclose(value(t), value(alone))
