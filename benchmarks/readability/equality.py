"""Whether our formula is proved equal to the textbook's, with the textbook's names read as what they match."""

from __future__ import annotations

from triton_lift import Lifted
from triton_lift.definitions.library import Definition
from triton_lift.definitions.naming import shown_equal
from triton_lift.definitions.stage import shown
from triton_lift.formulas.vocabulary import layouts_of
from triton_lift.proving import Context, Session
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import subterms


def proved_equal(result: Lifted, number: int, textbook: str) -> bool:
    """Whether output `number` is proved to be what the textbook says. False: not shown."""
    program = result.program
    if program is None:
        return False
    output = program.outputs[number]
    facts = output.constraints if output.domain is None else output.domain
    definition = Definition(textbook, ())
    layouts = layouts_of([(output.array, output.offset)], [shown(output)])
    indices = [i for i in layouts.indices(output.array, output.offset) if i.op == "var"]
    value = shown(output)
    sizes = [u for u in subterms([value]) if u.op == "param" and u.sort == "int"]
    context = Context(Session(), [*facts, *(bools.le(ints.ONE, s) for s in sizes)])
    return any(shown_equal(p, value, indices, context) for p in definition.patterns)
