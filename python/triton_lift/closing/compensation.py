"""Compensations for rounding, as in Kahan's and Neumaier's sums: over the reals there is nothing to compensate for.

If a step is, as a rational function of the carried values and of what is read, a constant c (all that occurs cancels),
and all that occurs is finite, then x_t = c for t ≥ 1; if it is x itself, x_t = x₀. Finite it is by induction over the
iterations: every carried value that takes part starts finite, and its step is finite where all of them are. The report
lists it: the machine's x_t is what rounding took away.
"""

from __future__ import annotations

from triton_lift.closing.recurrence import Recurrence
from triton_lift.closing.rescaled import Companions
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.rationals import defined_but_for, rational, too_large
from triton_lift.terms.term import Term, subterms

REMARK = "what rounding takes from a compensated sum is 0"


def cancels(r: Recurrence, companions: Companions) -> Term | None:
    """x_t of a step in which everything cancels; `r.step` mentions the loop's other states by name."""
    step = canonical_names(r.step)
    if too_large(step):
        return None
    rest = rational(step)
    unchanged = rest == {(r.state,): 1} and step is not r.state
    if r.state.sort != "real" or not (unchanged or not any(rest)) or not _all_finite(r, companions, step):
        return None
    if unchanged:
        return r.init
    value = reals.const(rest.get((), 0))
    return reals.select(bools.le(r.time, ints.ZERO), r.init, value)


def _all_finite(r: Recurrence, companions: Companions, step: Term) -> bool:
    """Whether the carried values that take part, of themselves or in each other's steps, are always finite."""
    seen: set[Term] = set()
    pending = [(r.state, r.init, step)]
    while pending:
        state, init, after = pending.pop()
        if not reals.finite(init) or not defined_but_for(after):
            return False
        states = {u for u in subterms([after]) if u.op == "state"}
        for u in states - seen - {r.state}:
            seen.add(u)
            if u.sort == "real":
                start = companions.initially(u)
                if start is None:
                    return False
                pending.append((u, start, canonical_names(companions.next_of(u))))
    return True
