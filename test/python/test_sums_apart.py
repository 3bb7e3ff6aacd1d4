"""Sums are taken apart where that frees what does not depend on the index, and what comes out is proved equal."""

from __future__ import annotations

import pytest

from benchmarks.textbook_forms import ONE, TWO, J, X, Y, a, b, given, text, total
from triton_lift.egraph import EgraphRewriter, Equality, simplified
from triton_lift.egraph.sums import taken_apart
from triton_lift.terms import reals
from triton_lift.terms.term import Term

HERE, THERE = reals.sub(X, a(J)), lambda k: reals.sub(a(k), X)

FORMS = {
    "a factor of one summand": (
        total(lambda k: reals.mul(reals.add(reals.mul(HERE, THERE(k)), ONE), b(k))),
        "Σ[k<n] b[k] - (a[i] - x)·(Σ[k<n] (a[k] - x)·b[k])",
    ),
    "over a divisor, the sign in front": (
        reals.div(total(lambda k: reals.mul(reals.sub(reals.mul(HERE, THERE(k)), ONE), b(k))), Y),
        "-((a[i] - x)·(Σ[k<n] (a[k] - x)·b[k]) + Σ[k<n] b[k]) / y",
    ),
    "no factor leaves a difference": (
        total(lambda k: reals.mul(THERE(k), b(k))), "Σ[k<n] (a[k] - x)·b[k]"
    ),
    "numbers stay": (
        total(lambda k: reals.mul(reals.add(reals.mul(TWO, a(k)), ONE), b(k))), "Σ[k<n] (2·a[k] + 1)·b[k]"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_forms(name: str) -> None:
    raw, expected = FORMS[name]
    found = simplified(raw, given(), EgraphRewriter())
    assert text(found) == expected
    assert Equality().holds(raw, found, given())


def test_what_depends_on_the_index_stays() -> None:
    """A sum is not taken apart by a factor that stands under it for another index: nothing is captured."""
    inner = total(lambda k: reals.mul(reals.add(reals.mul(a(k), b(J)), ONE), b(k)))
    outer = total(lambda r: reals.mul(reals.add(reals.mul(a(r), inner), ONE), b(r)))
    found = taken_apart(outer)
    assert found is not outer
    assert Equality().holds(outer, found, given())


def test_wrong_proposals_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = FORMS["a factor of one summand"][0]

    def wrong(t: Term) -> Term:
        return reals.add(taken_apart(t), ONE)

    monkeypatch.setattr("triton_lift.egraph.taken_apart", wrong)
    found = simplified(raw, given(), EgraphRewriter())
    assert Equality().holds(raw, found, given())
