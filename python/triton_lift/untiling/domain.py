"""The printed domain of an output: a range for each index, and what remains as a side condition."""

from __future__ import annotations

from dataclasses import dataclass, field

from triton_lift.proving import Context
from triton_lift.simplification import PreconditionRequest
from triton_lift.simplification.finishing import tighten
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term
from triton_lift.untiling.coordinates import Output


@dataclass
class Domain:
    """`box`: (index, low, high) with high None where nothing but the grid bounds it; `rest`: further conditions;
    `launch`: what the grid must satisfy for each point of the domain to be reached."""

    box: list[tuple[Term, Term, Term | None]]
    rest: Term
    launch: list[Term] = field(default_factory=list)

    def facts(self) -> list[Term]:
        """The domain as facts."""
        result = [self.rest]
        for v, low, high in self.box:
            result.append(bools.le(low, v))
            if high is not None:
                result.append(bools.lt(v, high))
        return result

    def within_grid(self) -> Domain:
        """The part of the domain that the grid reaches, where it is the grid alone that bounds an index."""
        unbounded = {v for v, _, high in self.box if high is None}
        limits = [fact for fact in self.launch if fact.free & unbounded]
        others = [fact for fact in self.launch if fact not in limits]
        return Domain(self.box, bools.conjunction(self.rest, *limits), others)


def domain_of(output: Output, base: Context) -> Domain:
    """The domain of an untiled output.

    Raises PreconditionRequest where an index stops at the smaller of a block size and an argument: the sensible
    reading is that the argument is at most the block size.
    """
    variables = output.coordinates.variables
    conditions = bools.conjunction(
        output.guard, *(c.fact for c in output.coordinates.constraints if not c.launch)
    )
    launch = [c.fact for c in output.coordinates.constraints if c.launch]
    infinite = ints.const(1 << 200)
    box, rest = tighten([(v, ints.ZERO, infinite) for v in variables], conditions, base)
    result: list[tuple[Term, Term, Term | None]] = []
    for v, low, high in box:
        if high.op == "imin":
            high = ints.minimum(*(a for a in high.args if a is not infinite))
        request_block_bound(high)
        result.append((v, low, None if high is infinite else high))
    kept: list[Term] = []
    for fact in launch:
        # Where only the grid bounds an index, the grid is part of the domain.
        bounded = _bound_by_grid(fact, result)
        if bounded is not None:
            position, high = bounded
            result[position] = (result[position][0], result[position][1], high)
        else:
            kept.append(fact)
    return Domain(result, rest, kept)


def request_block_bound(high: Term) -> None:
    """min(B, n) for a constant B and an argument n asks for n ≤ B."""
    if high.op != "imin":
        return
    constants = [a for a in high.args if ints.value_of(a) is not None]
    others = [a for a in high.args if ints.value_of(a) is None]
    if len(constants) == 1 and len(others) == 1 and all(a.op == "param" for a in ints.atoms(others[0])):
        raise PreconditionRequest(bools.le(others[0], constants[0]))


def request_sizes_that_agree(output: Output, base: Context) -> None:
    """An outermost index c ≥ 0 that nothing depends on, with S·c + … < N, asks for N ≤ S: then it is 0.

    That is how a kernel looks that splits a linear index into all of an array's dimensions: N is their product.
    """
    for v in output.coordinates.variables:
        if v in output.offset.free or v in output.value.free:
            continue
        for fact in bools.conjuncts(output.guard):
            split = ints.coefficient(fact.args[0], v) if fact.op == "le0" and v in fact.free else None
            if split is None:
                continue
            stride, rest = split
            beyond = substitute(
                ints.sub(ints.ONE, rest), dict.fromkeys(output.coordinates.variables, ints.ZERO)
            )
            sizes = [*ints.atoms(stride), *ints.atoms(beyond)]
            if all(a.op == "param" for a in sizes) and any(a.op == "param" for a in ints.atoms(stride)):
                agree = bools.le(beyond, stride)
                if agree not in base.facts:
                    raise PreconditionRequest(agree)


def _bound_by_grid(fact: Term, box: list[tuple[Term, Term, Term | None]]) -> tuple[int, Term] | None:
    if fact.op != "le0":
        return None
    names = [v for v, _, _ in box]
    mentioned = [v for v in names if v in fact.free]
    if len(mentioned) != 1:
        return None
    position = names.index(mentioned[0])
    if box[position][2] is not None:
        return None
    split = ints.coefficient(fact.args[0], mentioned[0])
    if split is None or split[0] is not ints.ONE:
        return None
    return position, ints.sub(ints.ONE, split[1])
