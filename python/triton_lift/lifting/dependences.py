"""Reads of arrays that the kernel also writes: what they see.

Theorem. Let no two points of the stores to X have one address (they are `injective` and apart). A read of X at address
a, in program p, sees
  - the value stored at the point q that has this address, if q is p's own and comes earlier in program order;
  - the old contents, if q is p's own and comes later, or if there is no such q.
If q is another program's, the answer depends on which program is faster, and nothing is claimed.
Program order is that of whole tensors: no lane stores before all have loaded. Where a read's point is not the lane's
own, that is said (`LiftedEffect.ordered`), since threads keep to it only if something makes them wait for each other.
A read inside a loop that also stores to X comes earlier or later than the q of its own iteration, as in the loop's
body; that q is of the same iteration is proved too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from triton_lift.lifting.atomics import is_atomic
from triton_lift.lifting.lifted_effect import LiftedEffect
from triton_lift.proving import Context
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import fresh_names
from triton_lift.terms.substitution import rebuild, substitute
from triton_lift.terms.term import Term, make, ranges, reduce_guard, subterms
from triton_lift.untiling.coordinates import Output
from triton_lift.untiling.writers import prove_single_writer


@dataclass(frozen=True)
class Place:
    """One read, and what holds where it is evaluated."""

    read: Term
    context: Context


def reads_of(roots: Iterable[Term], arrays: set[int], context: Context) -> Iterator[Place]:
    """Every read of the arrays under the roots, once for each context that it occurs in."""
    mentions: dict[Term, bool] = {}
    for u in subterms(roots):
        mine = u.op == "read" and u.attr[0] in arrays
        mentions[u] = mine or any(mentions[a] for a in u.args)
    seen: set[tuple[Term, frozenset[Term]]] = set()
    stack = [(r, context) for r in roots]
    while stack:
        u, here = stack.pop()
        if not mentions[u] or (u, here.key) in seen:
            continue
        seen.add((u, here.key))
        if u.op == "read" and u.attr[0] in arrays:
            yield Place(u, here)
        if u.op == "select":
            condition, chosen, other = u.args
            stack += [
                (condition, here),
                (chosen, here.extend(condition)),
                (other, here.extend(bools.negate(condition))),
            ]
        elif u.op in ("reduce", "argreduce", "ranked", "argranked"):
            box = ranges(u)
            bounds = [fact for v, low, high in box for fact in (bools.le(low, v), bools.lt(v, high))]
            ranged = here.extend(*bounds)
            inside = ranged.extend(reduce_guard(u))
            stack += [(a, here) for _, low, high in box for a in (low, high)]
            stack.append((reduce_guard(u), ranged))
            stack += [(a, inside) for a in u.args[3 * len(box) + 1 :]]
        else:
            stack += [(a, here) for a in u.args]


@dataclass(frozen=True)
class Preimage:
    """The point of a store that has a given address: its coordinates, as terms of where the address was taken.

    `complete`: if this is no point of the store, none has the address.
    """

    point: Mapping[Term, Term]
    complete: bool

    def exists(self, output: Output) -> Term:
        """Whether the point is one at which something is stored."""
        facts = [*output.coordinates.facts(), output.guard]
        return bools.conjunction(*(substitute(f, self.point) for f in facts))

    def pointwise(self, reader: Output) -> bool:
        """Whether what a lane reads is what it stores itself."""
        return all(t in reader.coordinates.variables for t in self.point.values())

    def at(self, t: Term) -> Term:
        """A term of the store's coordinates, at this point."""
        return substitute(fresh_names(t), self.point)


def preimage(
    writer: LiftedEffect, address: Term, context: Context, base: Context, reader: Output | None = None
) -> Preimage | None:
    """Solves `writer`'s offset = `address`, stride by stride; None where that leaves a remainder.

    A coordinate that the offset looks up in memory (the sequence, of sequences of different lengths) cannot be solved
    for: the `reader`'s own is tried.
    """
    output = writer.output
    strides: list[tuple[Term, Term]] = []
    constant = output.offset
    point: dict[Term, Term] = {}
    for v in output.coordinates.variables:
        split = ints.coefficient(constant, v)
        if split is None or split[0].free:
            own = None if reader is None else _own(v, writer, reader, base)
            if own is None:
                return None
            point[v] = own
            continue
        if split[0] is ints.ZERO:
            return None
        strides.append((v, split[0]))
        constant = split[1]
    if any(v not in point for v in constant.free & set(output.coordinates.variables)):
        return None
    constant = substitute(constant, point)
    strides.sort(key=lambda item: _size(item[1]), reverse=True)
    proved, distinct = prove_single_writer(output, writer.domain, base)
    if point and not proved:
        return None  # the reader's own point is one of several, perhaps
    complete = proved and distinct is None and not point
    rest = ints.sub(address, constant)
    for number, (v, stride) in enumerate(strides):
        point[v], after = ints.divide_exactly(rest, stride)
        if complete and number + 1 < len(strides) and not _is_remainder(after, stride, context):
            # Division with remainder, which the store's own indices are too: each stride exceeds what follows. Of what
            # counts down, the quotient that is read off the terms is often one too many.
            before = ints.add(after, stride)
            if _is_remainder(before, stride, context):
                point[v], after = ints.sub(point[v], ints.ONE), before
            else:
                point[v], after = ints.fdiv(rest, stride), ints.fmod(rest, stride)
        rest = after
    return Preimage(point, complete) if rest is ints.ZERO else None


def _is_remainder(rest: Term, stride: Term, context: Context) -> bool:
    return context.proves(bools.conjunction(bools.le(ints.ZERO, rest), bools.lt(rest, stride)))


def _own(v: Term, writer: LiftedEffect, reader: Output, base: Context) -> Term | None:
    """The writer's coordinate in the reader's program and iteration, which are c·v + r with 0 ≤ r < c."""
    for leaf, theirs in writer.output.origin.items():
        split = ints.coefficient(theirs, v) if v in theirs.free and leaf in reader.origin else None
        if split is None or split[0].free:
            continue
        factor, rest = split
        digits = bools.conjunction(bools.le(ints.ZERO, rest), bools.lt(rest, factor))
        if base.positive(factor) and writer.output.context(base).proves(digits):
            return ints.fdiv(reader.origin[leaf], factor)
    return None


def _size(stride: Term) -> tuple[int, int]:
    number = ints.value_of(stride)
    if number is not None:
        return 0, abs(number)
    return max(len(m) for m in ints.polynomial(stride)), 0


def same_program(writer: LiftedEffect, point: Preimage, read: Term, reader: Output) -> Term | None:
    """That the point is of the read's own program, and of its iteration in loops around both; None: not known.

    A loop around both that does not count iterations, or that the reader has left, is not understood.
    """
    around = set(read.attr[2]) & {-1, *writer.effect.loops}
    if not around <= set(writer.effect.loops):
        return None
    equal: list[Term] = []
    for leaf, theirs in writer.output.origin.items():
        if leaf.op != "pid" and leaf not in {writer.iterations[number] for number in around}:
            continue
        ours = reader.origin.get(leaf)
        if ours is None:
            return None
        equal.append(bools.eq(point.at(theirs), ours))
    return bools.conjunction(*equal)


def forward(output: Output, array_writers: list[LiftedEffect], base: Context) -> bool:
    """Replaces reads of what the same program stored earlier by what it stored there, in `output` before untiling.

    Whether there were any.
    """
    arrays = {w.effect.array for w in array_writers}
    roots = [output.offset, output.guard, output.value, *output.passengers]
    replaced: dict[Term, Term] = {}
    forwarded = False
    for u in subterms(roots):
        if u.op != "read" or u.attr[0] not in arrays or not u.attr[1]:
            if u.args and any(a in replaced for a in u.args):
                replaced[u] = rebuild(u, tuple(replaced.get(a, a) for a in u.args))
            continue
        address = replaced.get(u.args[0], u.args[0])
        seen = _seen(u, address, output, array_writers, base)
        if seen is not None:
            replaced[u] = seen
            forwarded |= seen.op != "read"
    output.offset, output.guard, output.value, *output.passengers = (replaced.get(r, r) for r in roots)
    return forwarded


def _seen(
    read: Term, address: Term, output: Output, writers: list[LiftedEffect], base: Context
) -> Term | None:
    array, version, around = read.attr
    result = make("read", (address,), (array, 0, around), read.sort)
    for w in writers:  # later stores are looked at first in the end
        if w.effect.array != array or w.effect.version >= version:
            continue
        if is_atomic(w.effect):
            return None
        point = preimage(w, address, base, base, output)
        own = None if point is None else same_program(w, point, read, output)
        if point is None or own is None:
            return None
        here = bools.conjunction(point.exists(w.output), own)
        result = reals.select(here, point.at(w.output.value), result)
    return result


def sees_old_contents(place: Place, reader: LiftedEffect, writers: list[LiftedEffect], base: Context) -> bool:
    """Whether no other program, and no other iteration, stores to the element before it is read."""
    address, context = place.read.args[0], place.context
    if any(is_atomic(w.effect) for w in writers):
        return False
    points = [preimage(w, address, context, base, reader.output) for w in writers]
    for w, point in zip(writers, points, strict=True):
        # Where the point is certainly a store's, no other point of any store has its address.
        if point is not None and context.proves(point.exists(w.output)):
            own = same_program(w, point, place.read, reader.output)
            reader.ordered |= not point.pointwise(reader.output)
            return own is not None and context.proves(own)
    for w, point in zip(writers, points, strict=True):
        if point is None:
            if not apart_from(w, address, context):
                return False
            continue
        own = same_program(w, point, place.read, reader.output)
        if not point.complete or own is None or not context.extend(point.exists(w.output)).proves(own):
            return False
        reader.ordered |= not point.pointwise(reader.output)
    return True


def apart_from(writer: LiftedEffect, address: Term, context: Context) -> bool:
    """Whether the store never writes to the address."""
    names = {v: make("var", (), ("o", -1 - i)) for i, v in enumerate(writer.output.coordinates.variables)}
    output = writer.output
    facts = [substitute(f, names) for f in (*output.coordinates.facts(), output.guard)]
    different = bools.negate(bools.eq(substitute(output.offset, names), address))
    return context.extend(*facts).proves(different)


def injective(e: LiftedEffect, base: Context) -> bool:
    """Whether no two points of the store have one address (given distinct offsets, where that is asked for)."""
    proved, _ = prove_single_writer(e.output, e.domain, base)
    return proved and all(v in e.output.offset.free for v in e.output.coordinates.variables)
