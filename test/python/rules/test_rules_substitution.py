"""Theorem: t[x := e] has the value that t has where x has the value of e; what is bound stays bound."""

from __future__ import annotations

from exact import Undefined, exact, pool
from hypothesis import given, settings
from trees import INTEGER_LEAVES, V, booleans, built, integers

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import rebuild, rewrite, substitute
from triton_lift.terms.term import Term, bound_vars, make, subterms, var

X, Y, Z = V
POINTS = pool(16, {leaf: range(-9, 12) for leaf in INTEGER_LEAVES})


def agree(t: Term, mapping: dict[Term, Term], result: Term, points: list[dict[Term, int]]) -> bool:
    for p in points:
        try:
            inner = {**p, **{k: exact(e, p) for k, e in mapping.items()}}
            expected = exact(t, inner)
        except Undefined:
            continue
        if exact(result, p) != expected:
            return False
    return True


@settings(max_examples=300)
@given(integers(INTEGER_LEAVES, 3, conditions=True), integers(INTEGER_LEAVES, 2), integers(INTEGER_LEAVES, 1))
def test_substitution_in_integers(t: Term, e: Term, f: Term) -> None:
    mapping = {X: built(e), Y: built(f)}
    assert agree(built(t), mapping, substitute(built(t), mapping), POINTS)


@settings(max_examples=200)
@given(booleans(INTEGER_LEAVES), integers(INTEGER_LEAVES, 2))
def test_substitution_in_conditions(t: Term, e: Term) -> None:
    mapping = {X: built(e)}
    assert agree(built(t), mapping, substitute(built(t), mapping), POINTS)


@settings(max_examples=100)
@given(integers(INTEGER_LEAVES, 2), integers(INTEGER_LEAVES, 1))
def test_substitution_below_a_binder(body: Term, e: Term) -> None:
    """Σ_{k<3} t with x := e; the bound variable is not touched and not captured."""
    k = var("k")
    inside = ints.add(built(body), ints.mul(k, X))
    t = make("reduce", (k, ints.ZERO, ints.const(3), bools.TRUE, inside), ("add", 1))
    result = substitute(t, {X: built(e)})
    assert k not in t.free and k not in result.free
    assert agree(t, {X: built(e)}, result, POINTS)


def test_replacements_are_simultaneous() -> None:
    t = ints.sub(X, ints.scale(Y, 2))
    swapped = substitute(t, {X: Y, Y: X})
    assert swapped is ints.sub(Y, ints.scale(X, 2))
    assert substitute(substitute(t, {X: Y}), {Y: X}) is not swapped, "one after the other is something else"


def test_fresh_variables_differ_whatever_their_hint() -> None:
    assert var("k") is not var("k")
    a, b = var("k"), var("k")
    t = make("reduce", (a, ints.ZERO, ints.const(3), bools.TRUE, ints.mul(a, b)), ("add", 1))
    assert t.free == {b} and bound_vars(t) == (a,)


def test_rewriting_goes_bottom_up_and_rebuilds() -> None:
    t = ints.fdiv(ints.add(ints.scale(X, 4), Y), ints.const(4))
    result = rewrite(t, lambda u: ints.ZERO if u is Y else None)
    assert result is X
    assert rebuild(t, t.args) is t
    assert [u for u in subterms([t]) if u is X or u is Y]
