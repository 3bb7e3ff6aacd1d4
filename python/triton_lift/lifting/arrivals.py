"""What the last program to arrive at a counter does: see `reading.arrivals` for why it is a kernel of its own.

Theorem. Let all programs have finished with the effects E before, of which no two points share an address of X. Then
X[a] is what the point of E with address a stored, and X's old contents if there is none; then come the last program's
own stores, in program order, as for any program. Its number is not known, so nothing that it does may depend on it.
Where several programs may take themselves for the last, none of what they read may be what they write: then all write
the same.
"""

from __future__ import annotations

from triton_lift.closing import LoopCloser, NotClosed
from triton_lift.lifting import memory
from triton_lift.lifting.dependences import Place, apart_from, forward, injective, preimage, reads_of
from triton_lift.lifting.effects import lift_effect
from triton_lift.lifting.lifted_effect import LiftedEffect
from triton_lift.proving import Context
from triton_lift.reading import Kernel, Unsupported
from triton_lift.reading.kernel import INITIAL, LATE, Arrival
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import rebuild, substitute
from triton_lift.terms.term import Term, make, subterms
from triton_lift.untiling import Coordinates, Output
from triton_lift.untiling.domain import Domain

# Up to where a type counts one by one.
_COUNTS = {
    "f16": 1 << 11,
    "bf16": 1 << 8,
    "f32": 1 << 24,
    "f64": 1 << 53,
    "i8": (1 << 7) - 1,
    "i16": (1 << 15) - 1,
    "i32": (1 << 31) - 1,
}


def after_all(
    kernel: Kernel, before: list[LiftedEffect], closer: LoopCloser, base: Context, simplifier: Simplifier
) -> list[LiftedEffect]:
    """What the whole kernel stores, given what all programs store `before` they have arrived (last of it: the counter).

    Raises Unsupported or NotClosed where the theorem does not apply.
    """
    arrival = kernel.arrival
    if arrival is None:
        return before
    distinct = memory.single_writer(kernel, before, base).distinct
    *others, counter = before
    if not all(memory.apart(e, counter, base)[0] for e in others if e.effect.array == counter.effect.array):
        raise Unsupported("tt.atomic_rmw", "a counter that others may write to", counter.effect.location)
    last = _Last(kernel, before, arrival, base)
    for effect in arrival.effects:
        lifted = lift_effect(effect, kernel, closer, base, simplifier, last.settle)
        if lifted is not None:
            last.stored(lifted)
    last.check()
    left = _left(before, last.effects, base)
    if distinct and len(left) < len(before):
        raise NotClosed("distinct addresses of what the last program stores again", arrival.counter.location)
    return [*left, *memory.last_stores(last.effects, base)]


def counted(kernel: Kernel, closer: LoopCloser, base: Context) -> list[LiftedEffect]:
    """The counter afterwards, as one more effect of all programs, where there is one.

    Raises PreconditionRequest for what has to hold for every program to be counted once.
    """
    arrival = kernel.arrival
    if arrival is None:
        return []
    counter = arrival.counter
    place, programs = closer.resolve(counter.offset), closer.resolve(arrival.programs)
    if place.free or any(u.op in ("pid", "read") for u in subterms([place, programs])):
        raise Unsupported("tt.atomic_rmw", "a counter whose place depends on the program", counter.location)
    used = {u.attr for u in subterms([programs]) if u.op == "nprogs"}
    used |= {u.attr for e in kernel.effects for u in subterms([e.offset, e.guard, e.value]) if u.op == "pid"}
    facts = [bools.le(make("nprogs", (), axis), ints.ONE) for axis in range(3) if axis not in used]
    total = ints.mul(*(make("nprogs", (), axis) for axis in sorted(used))) if used else ints.ONE
    facts.append(bools.eq(programs, total))
    most = _COUNTS.get(kernel.element_type(counter.array))
    if most is not None:
        facts.append(bools.le(total, ints.const(most)))
    sort = counter.value.sort
    found = make("read", (place,), (counter.array, 0, ()), sort)
    facts.append(reals.compare("req", found, reals.ZERO) if sort == "real" else bools.eq(found, ints.ZERO))
    for fact in facts:
        if not base.proves(fact):
            raise PreconditionRequest(fact)
    value = reals.from_int(total) if sort == "real" else total
    output = Output(Coordinates([], []), place, bools.TRUE, value)
    return [LiftedEffect(counter, output, Domain([], bools.TRUE), value, True, [], [], {})]


class _Last:
    """The last program: what it sees, and what it has stored so far."""

    def __init__(self, kernel: Kernel, before: list[LiftedEffect], arrival: Arrival, base: Context) -> None:
        self.kernel, self.before, self.arrival, self.base = kernel, before, arrival, base
        self.effects: list[LiftedEffect] = []
        self.seen: list[tuple[int, Term, Context]] = []
        self.arrays = {e.effect.array for e in before}
        self.written = self.arrays | {e.array for e in arrival.effects}

    def stored(self, e: LiftedEffect) -> None:
        """One more effect of the last program, the next in program order."""
        if any(leaf.op == "pid" for leaf in e.output.origin):
            raise Unsupported(
                "tt.store",
                "what the last program to arrive stores depends on which one that is",
                e.effect.location,
            )
        self.effects.append(e)

    def settle(self, output: Output) -> bool:
        """Puts what the last program sees in the place of its reads; whether it stored any of that itself."""
        context = output.context(self.base)
        roots = [output.offset, output.guard, output.value, *output.passengers]
        constraints = [c.fact for c in output.coordinates.constraints]
        places: dict[Term, list[Place]] = {}
        for place in reads_of((*roots, *constraints), self.arrays, context):
            places.setdefault(place.read, []).append(place)
        replaced: dict[Term, Term] = {}
        for u in subterms(roots):
            if u in places:
                here = places[u][0].context if len(places[u]) == 1 else context
                replaced[u] = self._contents(u, replaced.get(u.args[0], u.args[0]), here)
            elif u.op == "read" and LATE in u.attr[2]:
                address = replaced.get(u.args[0], u.args[0])
                self.seen.append((u.attr[0], address, context))
                array, version, around = u.attr
                around = tuple(n for n in around if n != LATE)
                replaced[u] = make("read", (address,), (array, version, around), u.sort)
            elif u.args and any(a in replaced for a in u.args):
                replaced[u] = rebuild(u, tuple(replaced.get(a, a) for a in u.args))
        output.offset, output.guard, output.value, *output.passengers = (replaced.get(r, r) for r in roots)
        if any(u in places for u in subterms(constraints)):
            raise self._refused(
                "how often the last program to arrive repeats something depends on what others stored"
            )
        return forward(output, self.effects, self.base)

    def _contents(self, read: Term, address: Term, context: Context) -> Term:
        """What a read finds of an array that all programs have stored to."""
        array, version, around = read.attr
        name = self.kernel.params[array].name
        if LATE not in around:
            raise self._refused(
                f"reads {name!r}, which other programs write, before they are known to have arrived"
            )
        if around != (LATE,):
            raise self._refused(f"reads {name!r} in a loop that stores to it")
        self.seen.append((array, address, context))
        result = make("read", (address,), (array, 0, (INITIAL,)), read.sort)
        later = [e for e in self.effects if e.effect.version < version]
        for w in (*self.before, *later):
            if w.effect.array != array:
                continue
            point = preimage(w, address, context, self.base)
            if point is not None and point.complete and injective(w, self.base):
                # What is read at the point itself was read before anything was written.
                stored = memory.marked(point.at(w.output.value), self.written, (), (INITIAL,))
                result = reals.select(point.exists(w.output), stored, result)
            elif not apart_from(w, address, context):
                raise self._refused(f"reads {name!r}, and it is not known who stored what is read")
        return result

    def _refused(self, reason: str) -> Unsupported:
        return Unsupported("tt.load", reason, self.arrival.counter.location)

    def check(self) -> None:
        """That what it reads of arrays that it alone writes is what was there; and that several programs may do all
        this, where it is not known to be one."""
        memory.check_reads(self.kernel, self.effects, self.base, once=not self.arrival.loaded)
        if not self.arrival.loaded:
            return
        counter = self.before[-1]
        for e in self.effects:
            places = [(counter.effect.array, counter.output.offset, self.base), *self.seen]
            for array, address, context in places:
                if array == e.effect.array and not apart_from(e, address, context):
                    raise self._refused(
                        "several programs may take themselves for the last, and read what they store"
                    )


def _left(before: list[LiftedEffect], last: list[LiftedEffect], base: Context) -> list[LiftedEffect]:
    """What all programs stored and the last one did not store again."""
    kept = []
    for first in before:
        same = [e for e in last if e.effect.array == first.effect.array]
        if any(_overwritten(first, e, base) for e in same):
            continue
        if not all(memory.apart(first, e, base)[0] for e in same):
            reason = "the last program to arrive stores again some of the elements that all have stored to"
            raise Unsupported("tt.store", reason, first.effect.location)
        kept.append(first)
    return kept


def _request_few_enough(exists: Term, output: Output, base: Context) -> None:
    """Asks for a grid of which the last program stores again all that the others have stored."""
    for v, axis in ((v, axis) for v in output.coordinates.variables for axis in range(3)):
        programs = make("nprogs", (), axis)
        if not any(c.fact is bools.lt(v, programs) for c in output.coordinates.constraints):
            continue
        fact = substitute(exists, {v: ints.sub(programs, ints.ONE)})
        bounded = base.extend(fact)
        if not fact.free and bounded.consistent() and output.context(bounded).proves(exists):
            for part in bools.conjuncts(fact):
                if not base.proves(part):
                    raise PreconditionRequest(part)


def _overwritten(first: LiftedEffect, later: LiftedEffect, base: Context) -> bool:
    """Whether all that was stored is stored again; then `later` owes that what was computed for it did not wrap."""
    context = first.output.context(base)
    point = preimage(later, first.output.offset, context, base)
    if point is None:
        return False
    if not context.proves(point.exists(later.output)):
        _request_few_enough(point.exists(later.output), first.output, base)
        return False
    names = {ours: theirs for theirs, ours in point.point.items()}
    if first.wraps and not (
        point.pointwise(first.output) and len(names) == len(first.output.coordinates.variables)
    ):
        return False
    later.wraps += [w.renamed(names) for w in first.wraps]
    return True
