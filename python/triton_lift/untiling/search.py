"""Finds changes of coordinates until addresses and guards are at rest."""

from __future__ import annotations

from collections.abc import Callable

from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.simplification.finishing import finish
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, by_order, subterms, var
from triton_lift.untiling.coordinates import Constraint, Coordinates, Output
from triton_lift.untiling.moves import Merge, Move, Reflect, Rotate, Shift, Split, known, upper_bound
from triton_lift.untiling.pins import drop_pinned
from triton_lift.untiling.sums import by_digit, without_quotients


def untile(output: Output, base: Context, simplifier: Simplifier) -> Output:
    """Changes coordinates until no rule applies.

    Addresses and guards lead; the value, the larger term, is simplified only where they are at rest.
    """
    # A proof that is checked brings its moves along.
    next_move: Callable[[Output, Context], Move | None] = base.session.moves or find_move
    context = _simplify(output, base, simplifier)
    settled = False
    for _ in range(60):
        move = next_move(output, base)
        if move is not None:
            move.apply(output, base)
            context = _simplify(output, base, simplifier)
            settled = False
        elif not settled and drop_pinned(output, base):
            context = _simplify(output, base, simplifier)
        elif not settled:
            # Ranges in their final form: only then is it seen that tile and lane occur together, or that masks hold.
            ranged = finish(simplifier.simplify(output.value, context), context, simplifier)
            output.value = simplifier.simplify(ranged, context)
            settled = True
        else:
            break
    return output


def find_move(output: Output, base: Context) -> Move | None:
    """A change of coordinates that applies and makes progress."""
    return (
        _find_merge(output)
        or _find_split(output, base)
        or _find_rotation(output, base)
        or _find_reflection(output)
        or _find_shift(output, base)
    )


def _simplify(output: Output, base: Context, simplifier: Simplifier) -> Context:
    """Simplifies constraints, guard and offset; the context that they make."""
    context = base.extend(*[bools.le(ints.ZERO, v) for v in output.coordinates.variables])
    kept: list[Constraint] = []
    for c in output.coordinates.constraints:
        for part in bools.conjuncts(simplifier.simplify(c.fact, context)):
            kept.append(Constraint(part, c.launch))
            context = context.extend(part)
    around = base.extend(*[bools.le(ints.ZERO, v) for v in output.coordinates.variables])
    kept = _without_reached(kept, around)
    output.coordinates.constraints = by_digit(kept, output.coordinates.variables, around)
    output.guard = without_quotients(simplifier.simplify(output.guard, context), output.coordinates.variables)
    context = context.extend(output.guard)
    output.offset = simplifier.simplify(output.offset, context)
    return context


def _without_reached(constraints: list[Constraint], around: Context) -> list[Constraint]:
    """The constraints without those of the grid that cut nothing off, as a precondition makes it large enough."""
    told = [f for f in around.facts if f.op == "le0" and len(ints.atoms(f.args[0])) > 1]
    grids = {a for f in told for a in ints.atoms(f.args[0]) if a.op == "nprogs"}
    for c in list(constraints) if grids else ():
        if c.launch and c.fact.op == "le0" and grids & ints.atoms(c.fact.args[0]):
            others = [other for other in constraints if other is not c]
            if around.extend(*(other.fact for other in others)).proves(c.fact):
                constraints = others
    return constraints


def _find_merge(output: Output) -> Merge | None:
    coordinates = output.coordinates
    for number, constraint in enumerate(coordinates.constraints):
        bounded = upper_bound(constraint.fact, coordinates.variables)
        if bounded is None:
            continue
        for position, a in enumerate(coordinates.variables):
            together = (t for t in (output.offset, output.guard, output.value) if a in t.free)
            move = Merge(number, position)
            if any(bounded[0] in t.free for t in together) and move.fits(output):
                return move
    return None


def _find_split(output: Output, base: Context) -> Split | None:
    coordinates = output.coordinates
    context = output.context(base)
    for t in sorted(subterms([output.offset, output.guard, output.value]), key=by_order):
        if t.op in ("tdiv", "trem"):
            _request_grid_limit(t.args[1], coordinates, context)
        if t.op not in ("fdiv", "fmod") or t.args[0] not in coordinates.variables:
            continue
        c, d = t.args
        if not _is_dimension(t, output) or c in d.free or not known(d, output):
            continue
        if not context.positive(d):
            _request_grid_limit(d, coordinates, context)
            continue
        return Split(coordinates.variables.index(c), d)
    return None


def _find_rotation(output: Output, base: Context) -> Rotate | None:
    variables = output.coordinates.variables
    for t in subterms([output.offset]):
        if t.op != "fmod":
            continue
        for position, v in enumerate(variables):
            move = Rotate(position, t)
            found = move.fits(output) if v in t.args[0].free else None
            if found is None or not known(t, output):
                continue
            context = output.context(base)
            if context.positive(found[1]) and context.proves(bools.lt(v, found[1])):
                return move
    return None


def _find_reflection(output: Output) -> Reflect | None:
    """Of a loop that counts down: the address falls with the iteration, and is simpler counted from the other end."""
    coordinates = output.coordinates
    for position, v in enumerate(coordinates.variables):
        split = ints.coefficient(output.offset, v) if v in output.offset.free else None
        monomials = [] if split is None else list(ints.polynomial(split[0]).values())
        if split is None or split[0].free or coordinates.axes.get(v) or any(n > 0 for n in monomials):
            continue
        for number, constraint in enumerate(coordinates.constraints):
            move = Reflect(number, position)
            found = move.fits(output) if v in constraint.fact.free else None
            if found is None:
                continue
            simpler = ints.add(split[1], ints.mul(split[0], ints.sub(found[1], ints.ONE)))
            if len(ints.polynomial(simpler)) < len(ints.polynomial(split[1])):
                return move
    return None


def _find_shift(output: Output, base: Context) -> Shift | None:
    """Of a loop that goes on counting where others stopped: where they did is no part of the address any more."""
    sums = [a for u in subterms([output.offset]) if u.op in _OF_SUMS for a in u.args]
    for position, v in enumerate(output.coordinates.variables):
        for t in (output.offset, *sums):
            split = ints.coefficient(t, v) if v in t.free else None
            if split is None or split[0].free or split[0] is ints.ZERO:
                continue
            for start in sorted(ints.atoms(split[1]), key=by_order):
                move = _shift(start, position, split, output)
                if move is not None and move.fits(output, base):
                    return move
    return None


_OF_SUMS = {"fdiv", "fmod", "tdiv", "trem", "wrap"}


def _shift(start: Term, position: int, split: tuple[Term, Term], output: Output) -> Shift | None:
    """The shift of a coordinate after which `start`, a sum over other iterations, is gone."""
    v = output.coordinates.variables[position]
    summed = any(u.op == "reduce" for u in subterms([start]))
    if not summed or start.op not in ("imax", "fdiv", "reduce") or not start.free or v in start.free:
        return None
    factor = ints.coefficient(split[1], start)
    amount, rest = ints.divide_exactly(factor[0], split[0]) if factor is not None else (ints.ZERO, v)
    move = Shift(position, ints.mul(amount, start))
    return move if rest is ints.ZERO and _vanishes(start, v, move, output) else None


def _vanishes(start: Term, v: Term, move: Shift, output: Output) -> bool:
    """Whether a shift leaves nothing of `start` in address, guard and value."""
    probe = {v: ints.sub(var("i"), move.amount)}
    return known(start, output) and not any(
        start in subterms([substitute(t, probe)]) for t in (output.offset, output.guard, output.value)
    )


def _is_dimension(t: Term, output: Output) -> bool:
    """Whether c div D, c mod D read as two indices: the address is built from them, or both of them occur.

    Otherwise the array is indexed by c as a whole, and ⌊c/8⌋ in a formula reads better than two indices.
    """
    if t in subterms([output.offset]):
        return True
    c, d = t.args
    if ints.value_of(d) is not None:
        return False
    everything = set(subterms([output.value, output.guard]))
    return ints.fdiv(c, d) in everything and ints.fmod(c, d) in everything


def _request_grid_limit(divisor: Term, coordinates: Coordinates, context: Context) -> None:
    """Asks for an upper limit of the grid where programs beyond it would make a divisor vanish.

    With W·q + r < G, W = B·X and r ≥ 0, the divisor A − B·q is positive if G ≤ A·X.
    """
    for part in divisor.args if divisor.op == "imin" else (divisor,):
        if context.positive(part):
            continue
        for c in coordinates.constraints:
            grids = [a for a in ints.atoms(c.fact.args[0]) if a.op == "nprogs"] if c.fact.op == "le0" else []
            if not c.launch or len(grids) != 1:
                continue
            for q in coordinates.variables:
                ours, theirs = ints.coefficient(part, q), ints.coefficient(c.fact.args[0], q)
                if ours is None or theirs is None or ints.ZERO in (ours[0], theirs[0]):
                    continue
                factor, rest = ints.divide_exactly(theirs[0], ints.scale(ours[0], -1))
                limit = ints.mul(ours[1], factor)
                request = bools.le(grids[0], limit)
                if rest is ints.ZERO and not limit.free and context.extend(request).positive(part):
                    raise PreconditionRequest(request)
