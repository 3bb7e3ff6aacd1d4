"""Large formulas get names for what they repeat, and are read back as what they stand for."""

from __future__ import annotations

import pytest

from triton_lift.formulas import ast
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.from_terms import FromTerms
from triton_lift.formulas.functions import as_real
from triton_lift.formulas.parsing import parse
from triton_lift.formulas.printing import Printer
from triton_lift.formulas.sharing import abbreviated
from triton_lift.formulas.spelling import AsciiStyle, TextStyle
from triton_lift.formulas.to_terms import ToTerms
from triton_lift.formulas.vocabulary import Vocabulary
from triton_lift.guesses.claims import comparable
from triton_lift.render.accesses import Layouts
from triton_lift.render.display import Latex, MathML, Typesetter
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

I, K = var("i"), var("k")
PARAMS = (("x", "ptr<f32>"), ("n", "i32"))
N = make("param", (), (1, "n"))


def read(index: Term) -> Term:
    return make("read", (index,), (0, 0, ()), "real")


def nested(depth: int, leaf: Term) -> Term:
    """A value that is twice as long with each level."""
    for _ in range(depth):
        leaf = reals.add(reals.apply("exp", leaf), reals.mul(leaf, reals.apply("sin", leaf)))
    return leaf


def statement(value: Term, taken: tuple[str, ...] = ()) -> ast.Statement:
    syntax = FromTerms({0: "x"}, vocabulary().layouts, {"x", "n"})
    syntax.name_indices([(I, "i")])
    ranges = (ast.Range(syntax.names[I], syntax.expression(ints.ZERO), syntax.expression(N)),)
    whole = ast.Statement(syntax.element(0, I), syntax.expression(value), ranges)
    return abbreviated(whole, {"x", "n", *taken})


def vocabulary() -> Vocabulary:
    layouts = Layouts()
    layouts.note(0, I)
    return Vocabulary(PARAMS, layouts)


def total(body: Term) -> Term:
    return make("reduce", (K, ints.ZERO, N, bools.TRUE, body), ("add", 1), "real")


VALUES = {
    "of an element": nested(40, read(I)),
    "a sum over elements": nested(40, total(read(K))),
    "inside and outside of a sum": reals.mul(
        nested(30, read(I)), total(reals.mul(nested(30, read(I)), read(K)))
    ),
}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("style", [TextStyle(), AsciiStyle()], ids=["unicode", "ascii"])
def test_read_back_as_the_value(name: str, style: TextStyle | AsciiStyle) -> None:
    shown = statement(VALUES[name])
    text = Printer(style).statement(shown)
    assert len(text) < 6000 and " where " in text
    (parsed,) = parse(text, {"n"})
    assert parsed == shown
    value = ToTerms(vocabulary(), counters={I}).term(parsed.body, {"i": I})
    same = comparable(as_real(value)) is comparable(VALUES[name])  # neither can be shown written out
    assert same


def test_small_formulas_are_written_out() -> None:
    assert not isinstance(statement(nested(3, read(I))).body, ast.Where)


def test_what_is_bound_inside_stays_there() -> None:
    """A name for something that speaks of a sum's index would speak of nothing."""
    body = statement(total(nested(8, read(K)))).body
    assert not isinstance(body, ast.Where)


def test_names_do_not_collide() -> None:
    names = [d.name for d in statement(VALUES["of an element"], ("t3", "zoo")).body.definitions]
    assert names and not any(n.startswith(("t", "z")) for n in names)


def test_a_name_means_one_thing() -> None:
    (parsed,) = parse("x[i] = t where t = x[i], t = 2*x[i]", {"n"})
    with pytest.raises(FormulaError, match="twice"):
        ToTerms(vocabulary()).term(parsed.body, {"i": I})


@pytest.mark.parametrize("notation", [Latex(), MathML()], ids=["latex", "mathml"])
def test_typeset(notation: Latex | MathML) -> None:
    shown = statement(VALUES["of an element"])
    lines = Typesetter(notation).lines(shown)
    assert len(lines) > len(shown.body.definitions) and all(len(right) < 10_000 for _, right in lines)
