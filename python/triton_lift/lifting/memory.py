"""What arrays hold when: reads see the old contents, stores do not clash, nothing depends on undefined values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from triton_lift.closing import NotClosed
from triton_lift.lifting.atomics import is_atomic
from triton_lift.lifting.dependences import injective, preimage, reads_of, same_program, sees_old_contents
from triton_lift.lifting.lifted_effect import LiftedEffect
from triton_lift.proving import Context
from triton_lift.reading import Kernel, Unsupported
from triton_lift.reading.kernel import INITIAL
from triton_lift.simplification import PreconditionRequest
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import rebuild, substitute
from triton_lift.terms.term import Term, make, subterms, var
from triton_lift.untiling.coordinates import Constraint, Coordinates, Output
from triton_lift.untiling.writers import clash, disjoint, exclusive, grid_that_fits, prove_single_writer


@dataclass
class Writers:
    """Single-writer verdict; `distinct` lists the accesses whose addresses must be distinct for it to hold."""

    proved: bool = True
    distinct: list[tuple[LiftedEffect, list[Term]]] = field(default_factory=list)
    in_place: list[int] = field(default_factory=list)


_PRESUPPOSED = {
    "real": "a running maximum may stay -inf (no element of the first tile is unmasked): the kernel computes NaN there",
    "bool": "a closed form presupposes what is not shown to hold (a count or a weight that is not negative)",
}


def about_data(t: Term) -> bool:
    """Whether a value is provided that what the kernel reads is such and such: that is assumed, and listed."""
    return t.args[1].sort == "bool" and any(u.op == "read" for u in subterms([t.args[1]]))


def check_arbitrary(effects: list[LiftedEffect], base: Context) -> None:
    """A stored value, address or condition must not depend on a masked load's missing `other`.

    Where it would in programs past the end only, the grid is asked to have none.
    """
    for e in effects:
        constraints = [c.fact for c in e.output.coordinates.constraints]
        for t in (e.value, e.output.offset, e.output.guard, *constraints):
            for u in subterms([t]):
                # What presupposes something of arbitrary values has no value for that reason.
                conditional = u.op == "provided" and not (t is e.value and about_data(u))
                if conditional and not any(v.op == "arbitrary" for v in subterms([u.args[1]])):
                    raise NotClosed(_PRESUPPOSED[u.args[1].sort], e.effect.location)
            for u in subterms([t]):
                if u.op == "select" and "arbitrary" in (u.args[1].op, u.args[2].op):
                    _request_no_more_programs(u.args[0], e, base)
            if any(u.op == "arbitrary" for u in subterms([t])):
                raise NotClosed(
                    "finding: the stored value depends on a masked load without `other`", e.effect.location
                )


def _request_no_more_programs(mask: Term, e: LiftedEffect, base: Context) -> None:
    """A mask p < M of a program's number asks for a grid of at most M programs."""
    for leaf, v in e.output.origin.items():
        for part in bools.conjuncts(mask):
            split = ints.coefficient(part.args[0], v) if part.op == "le0" and v in part.free else None
            if leaf.op != "pid" or v.op != "var" or split is None or not base.positive(split[0]):
                continue
            last = ints.sub(make("nprogs", (), leaf.attr), ints.ONE)
            enough = bools.le(ints.add(ints.mul(split[0], last), split[1]), ints.ZERO)
            if not enough.free and enough not in base.facts:
                raise PreconditionRequest(enough)


def check_reads(kernel: Kernel, effects: list[LiftedEffect], base: Context, once: bool = False) -> None:
    """Each read of an array that the kernel also writes must see the old contents.

    What the program itself stored before has been put in the reads' place. `once`: one program does all this.
    """
    written = {e.effect.array for e in effects}
    for e in effects:
        roots = [
            e.value,
            e.output.offset,
            e.output.guard,
            *(c.fact for c in e.output.coordinates.constraints),
        ]
        for place in reads_of(roots, written, e.output.context(base)):
            array, version, around = place.read.attr
            if INITIAL in around:
                continue
            writers = [w for w in effects if w.effect.array == array]
            if (
                version == 0
                and all(injective(w, base) for w in writers)
                and sees_old_contents(place, e, writers, base)
            ):
                for w in () if once else writers:
                    _request_single_programs(w, base)
                continue
            for w in writers:
                if not is_atomic(w.effect) and not injective(w, base):
                    _request_fitting_grid(w, base)
            name = kernel.params[array].name
            raise Unsupported("tt.load", f"reads {name!r}, which the kernel also writes", e.effect.location)


def check_stored_again(kernel: Kernel, effects: list[LiftedEffect], base: Context) -> None:
    """An array that is stored to, read and stored to again: between a program's store and its read, no other program
    may store anything there, be it the same formula's value.

    Where there is one store only, whoever comes first has stored the same value.
    """
    stores = Counter(e.array for e in kernel.effects)
    for e in effects:
        if e.effect.array not in kernel.read_back or stores[e.effect.array] < 2 or is_atomic(e.effect):
            continue
        if not injective(e, base):
            _request_fitting_grid(e, base)
            name = kernel.params[e.effect.array].name
            raise Unsupported("tt.load", f"reads {name!r}, which the kernel also writes", e.effect.location)
        _request_single_programs(e, base)


def check_visits(kernel: Kernel, effects: list[LiftedEffect], base: Context) -> None:
    """Where reads were taken to precede the one store to their element: no two points of it share an address."""
    for e in effects:
        if e.effect.array not in kernel.visited_once:
            continue
        if not injective(e, base):
            _request_fitting_grid(e, base)
            name = kernel.params[e.effect.array].name
            raise Unsupported("tt.load", f"reads {name!r}, which the kernel also writes", e.effect.location)
        _request_single_programs(e, base)


def _request_fitting_grid(e: LiftedEffect, base: Context) -> None:
    """Programs that would write to one another's elements if there were more of them."""
    fact = grid_that_fits(e.output, e.domain, base)
    if fact is not None:
        raise PreconditionRequest(fact)


def forget_when(effects: list[LiftedEffect]) -> None:
    """All reads are of what was there before the kernel, wherever they occurred, once that has been made use of."""
    arrays = {e.effect.array for e in effects}
    for e in effects:
        o = e.output
        e.value, o.value, o.offset, o.guard = (
            marked(t, arrays, None, ()) for t in (e.value, o.value, o.offset, o.guard)
        )


def marked(t: Term, arrays: set[int], before: tuple[int, ...] | None, after: tuple[int, ...]) -> Term:
    """`t` with the reads of these arrays, at version 0, that are marked `before` (None: anyhow) marked `after`."""
    memo: dict[Term, Term] = {}
    for u in subterms([t]):
        memo[u] = rebuild(u, tuple(memo[a] for a in u.args))
        if u.op == "read" and u.attr[0] in arrays and u.attr[1] == 0 and before in (None, u.attr[2]):
            memo[u] = make("read", memo[u].args, (u.attr[0], 0, after), u.sort)
    return memo[t]


def _request_single_programs(e: LiftedEffect, base: Context) -> None:
    """An update in place must happen once: grid axes that the store does not depend on have one program."""
    used = {leaf.attr for leaf in e.output.origin if leaf.op == "pid"}
    for axis in range(3):
        alone = bools.le(make("nprogs", (), axis), ints.ONE)
        if axis not in used and not base.proves(alone):
            raise PreconditionRequest(alone)


def last_stores(effects: list[LiftedEffect], base: Context) -> list[LiftedEffect]:
    """The effects without stores whose every element the same program stores again, in the same iteration of the
    loops around both."""
    kept = list(effects)
    for first in effects:
        for later in kept:
            if later.effect.array != first.effect.array or later.effect.version <= first.effect.version:
                continue
            names = _stored_again(first, later, base)
            if names is not None:
                kept.remove(first)
                # What was stored first may be part of what is stored now.
                later.wraps += [w.renamed(names) for w in first.wraps]
                break
    return kept


def _stored_again(first: LiftedEffect, later: LiftedEffect, base: Context) -> dict[Term, Term] | None:
    """Where the later store certainly happens at each point of the first: the first's indices as the later's."""
    around = tuple(sorted(set(first.effect.loops) & set(later.effect.loops)))
    if is_atomic(first.effect) or not (injective(first, base) and injective(later, base)):
        return None
    context = first.output.context(base)
    point = preimage(later, first.output.offset, context, base, first.output)
    if point is None or not point.pointwise(first.output):
        return None
    names = {ours: theirs for theirs, ours in point.point.items()}
    nowhere = make("read", (ints.ZERO,), (first.effect.array, 0, around), first.output.value.sort)
    own = same_program(later, point, nowhere, first.output)
    if own is None or len(names) != len(first.output.coordinates.variables):
        return None
    return names if context.proves(bools.conjunction(point.exists(later.output), own)) else None


def single_writer(kernel: Kernel, effects: list[LiftedEffect], base: Context) -> Writers:
    """No two points write different values to one element, within and across stores.

    Whether stores overlap may depend on what arrays hold: then what they store is proved, and this stays open. Not so
    of an array that is read back: what was found of its reads presupposes that its stores are apart.
    """
    result = Writers()
    for i, e in enumerate(effects):
        proved, distinct = prove_single_writer(e.output, e.domain, base)
        if clash(e.output, proved):
            _request_fitting_grid(e, base)
            raise NotClosed(
                "several programs, iterations or lanes may write different values to one element",
                e.effect.location,
            )
        result.proved &= proved
        if proved and distinct is not None:
            result.distinct.append((e, distinct))
        for other in effects[:i]:
            if other.effect.array != e.effect.array:
                continue
            separate, assuming_distinct = apart(other, e, base)
            if not separate and _by_data(kernel, other, e):
                result.proved = False
            elif not separate:
                raise NotClosed("two stores to one array may overlap", e.effect.location)
            if assuming_distinct and all(w is not e for w, _ in result.distinct):
                result.distinct.append((e, [v for v, _, _ in e.domain.box]))
    return result


def by_data(offset: Term) -> bool:
    """Whether an address depends on what arrays hold: then nobody but the caller can know what overlaps."""
    return any(u.op == "read" for u in subterms([offset]))


def _by_data(kernel: Kernel, first: LiftedEffect, second: LiftedEffect) -> bool:
    """Whether what arrays hold decides on where two stores happen, and nothing rests on their being apart."""
    if first.effect.array in kernel.read_back:
        return False
    if by_data(first.output.offset) or by_data(second.output.offset):
        return True
    conditions = [
        fact
        for e in (first, second)
        for fact in (e.output.guard, *(c.fact for c in e.output.coordinates.constraints))
    ]
    return kernel.arrival is None and any(by_data(fact) for fact in conditions)


def never_both(first: LiftedEffect, second: LiftedEffect, base: Context) -> bool:
    """Whether the second store does not happen at the point that has the address, where the first does.

    Like `disjoint`, given that distinct indices have distinct offsets.
    """
    if not (injective(first, base) and injective(second, base)):
        return False
    context = first.output.context(base)
    point = preimage(second, first.output.offset, context, base)
    if point is None:
        return False
    both = context.extend(point.exists(second.output))
    return both.absurd or not both.consistent()


def apart(first: LiftedEffect, second: LiftedEffect, base: Context) -> tuple[bool, bool]:
    """Whether two stores to one array never write the same element; and whether that rests on distinct offsets."""
    if exclusive(first.output, second.output, base):
        proved, distinct = prove_single_writer(first.output, first.domain, base)
        if proved:
            return True, distinct is not None
    if never_both(first, second, base):
        return True, True
    renamed = {v: var("o") for v in second.output.coordinates.variables}
    c = second.output.coordinates
    copy = Output(
        Coordinates(
            list(renamed.values()), [Constraint(substitute(k.fact, renamed), k.launch) for k in c.constraints]
        ),
        substitute(second.output.offset, renamed),
        substitute(second.output.guard, renamed),
        second.output.value,
    )
    return disjoint(first.output, copy, base)
