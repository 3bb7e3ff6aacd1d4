"""Proves what a guess says, or finds out what is not shown."""

from __future__ import annotations

from triton_lift.guesses.claims import Claims, Store
from triton_lift.guesses.equality import equal
from triton_lift.guesses.readings import Reading, moved
from triton_lift.terms import booleans as bools
from triton_lift.terms.term import Term


def obstacle(reading: Reading, claims: Claims) -> str | None:
    """Why the reading is not shown to hold; None if it is proved.

    Proved is: each element that the statement speaks of is written by an aligned store, and with the statement's value.
    """
    if reading.facts is None:
        return _on_the_stores(reading, claims)
    context = claims.context(reading.facts)
    if not context.consistent():
        return "its domain is empty under the preconditions"
    covered: list[Term] = []
    for store, solution in reading.aligned:
        inside = [moved(reading, f, solution) for f in store.facts]
        covered.append(bools.conjunction(*inside))
        both = context.extend(*inside)
        if not both.consistent():
            continue
        value = moved(reading, store.value, solution)
        shown = moved(reading, store.shown, solution)
        if not (equal(shown, reading.value, both) or equal(value, reading.value, both)):
            return _differs(claims, store)
    if not context.proves(bools.disjunction(*covered)):
        return "it is not shown that the kernel writes the whole of its domain"
    return None


def _on_the_stores(reading: Reading, claims: Claims) -> str | None:
    for store, solution in reading.aligned:
        context = claims.context(store.facts)
        guess = moved(reading, reading.value, solution)
        if not (equal(store.shown, guess, context) or equal(store.value, guess, context)):
            return _differs(claims, store)
    return None


def _differs(claims: Claims, store: Store) -> str:
    return f"it is not shown to equal the lifted value of {claims.shown_access(store)}"


def unsaid(readings: list[Reading], claims: Claims) -> list[str]:
    """The stores of which the statements say nothing, as the elements that they write."""
    spoken = {id(store) for r in readings for store, _ in r.aligned}
    return list(dict.fromkeys(claims.shown_access(s) for s in claims.stores if id(s) not in spoken))
