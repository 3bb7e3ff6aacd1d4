"""Formulas and terms: what is printed of a lift is read back as the value that was lifted."""

from __future__ import annotations

from pathlib import Path

import pytest

import triton_lift
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.from_terms import FromTerms
from triton_lift.formulas.functions import as_real
from triton_lift.formulas.parsing import parse, parse_expression
from triton_lift.formulas.printing import Printer
from triton_lift.formulas.spelling import AsciiStyle, TextStyle
from triton_lift.formulas.to_terms import ToTerms
from triton_lift.formulas.vocabulary import Vocabulary
from triton_lift.guesses.claims import Claims, comparable
from triton_lift.render.accesses import Layouts
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import make, var

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
# Here the value is equal to what is read back, but not the same term.
REGROUPED = {"fused_pointwise", "layer_norm", "layer_norm_blocks", "welford_variance", "cross_entropy"}
KERNELS = sorted(p.stem for p in (EXAMPLES / "formulas").glob("*.txt"))


@pytest.mark.parametrize("kernel", [k for k in KERNELS if k not in REGROUPED])
def test_printed_formulas_are_read_back_as_their_values(kernel):
    (lifted,) = triton_lift.lift(EXAMPLES / "ir" / f"{kernel}.ttir")
    claims = Claims(lifted)
    for store, output in zip(claims.stores, lifted.outputs, strict=True):
        (statement,) = parse(
            f"{output.array}[{', '.join(output.indices)}] = {output.formula} for {output.domain}",
            claims.vocabulary.scalars,
        )
        names = dict(zip(store.names, store.variables, strict=True))
        translator = ToTerms(claims.vocabulary, counters=set(store.variables))
        assert translator.offset(statement.target, names) is store.offset
        value = translator.term(statement.body, names)
        assert comparable(as_real(value) if store.shown.sort == "real" else value) is store.shown


PARAMS = (
    ("x", "ptr<f32>"),
    ("idx", "ptr<i32>"),
    ("n", "i32"),
    ("stride", "i32"),
    ("scale", "f32"),
    ("flag", "i1"),
)
N, STRIDE = (make("param", (), (i, name)) for i, name in ((2, "n"), (3, "stride")))
SCALE = make("param", (), (4, "scale"), "real")
I, J = var("i"), var("j")


def vocabulary() -> Vocabulary:
    layouts = Layouts()
    layouts.note(0, ints.add(ints.mul(I, STRIDE), J))
    layouts.note(1, I)
    return Vocabulary(PARAMS, layouts)


def term(text: str):
    names = {"i": I, "j": J}
    translator = ToTerms(vocabulary(), counters={I, J})
    return translator.term(parse_expression(text, vocabulary().scalars, names), names)


def x(offset):
    return make("read", (offset,), (0, 0, ()), "real")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x[i, j]", lambda: x(ints.add(ints.mul(I, STRIDE), J))),
        ("x[i]", lambda: x(I)),
        ("x[idx[i], 0]", lambda: x(ints.mul(make("read", (I,), (1, 0, ()), "int"), STRIDE))),
        ("i / 2", lambda: reals.div(reals.from_int(I), reals.const(2))),
        ("i // 2", lambda: ints.fdiv(I, ints.const(2))),
        ("floor(i / n)", lambda: ints.fdiv(I, N)),
        ("floor(2*i / 3)", lambda: ints.fdiv(ints.scale(I, 2), ints.const(3))),
        ("ceil(n / 2)", lambda: ints.fdiv(ints.add(N, ints.ONE), ints.const(2))),
        ("i % 8", lambda: ints.fmod(I, ints.const(8))),
        ("2^i", lambda: ints.pow2(I)),
        ("16^i", lambda: ints.pow2(ints.scale(I, 4))),
        ("2^(i - j)", lambda: reals.apply("pow", reals.const(2), reals.from_int(ints.sub(I, J)))),
        ("2^n", lambda: reals.apply("pow", reals.const(2), reals.from_int(N))),
        ("scale^2", lambda: reals.mul(SCALE, SCALE)),
        ("scale^-1", lambda: reals.div(reals.ONE, SCALE)),
        ("max(i, n)", lambda: ints.maximum(I, N)),
        ("max(i, 0.5)", lambda: reals.maximum(reals.from_int(I), reals.const(parse_expression("0.5").value))),
        ("abs(i - n)", lambda: make("iabs", (ints.sub(I, N),))),
        ("e", lambda: reals.apply("exp", reals.ONE)),
        ("i < n", lambda: bools.lt(I, N)),
        ("i >= n", lambda: bools.le(N, I)),
        ("i ≠ n", lambda: bools.negate(bools.eq(I, N))),
        ("scale > 1", lambda: reals.compare("rlt", reals.ONE, SCALE)),
        ("flag == true", lambda: make("param", (), (5, "flag"), "bool")),
        ("1 if i < n else scale", lambda: reals.select(bools.lt(I, N), reals.ONE, SCALE)),
        ("bitand(i, 7)", lambda: ints.fmod(I, ints.const(8))),
        ("rem(i, n)", lambda: ints.trem(I, N)),
        ("num_programs(1)", lambda: make("nprogs", (), 1)),
    ],
)
def test_meanings(text, expected):
    assert term(text) is expected()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y[i]", "no array argument"),
        ("m", "neither an index nor a scalar"),
        ("x", r"write x\["),
        ("n[i]", "scalar argument"),
        ("x[i, j, n]", "2 indices"),
        ("x[]", "2 indices"),
        ("x[scale]", "an integer is needed as index of x"),
        ("x[i / 2, j]", "an integer is needed"),
        ("exp(flag)", "condition"),
        ("1 if i else 2", "condition"),
        ("i and flag", "condition"),
        ("foo(i)", "no function foo"),
        ("x(i)", r"elements are x\["),
        ("exp()", "1 argument"),
        ("num_programs(7)", "0, 1 or 2"),
        ("mix1(i)", "abbreviates"),
        ("1 / 0", "division by 0"),
        ("i // 0", "division by 0"),
        ("sum(k < scale, x[k])", "integer"),
        ("sum(k, x[k])", "range of k"),
        ("sum(k < n, k < 3 and true)", "must be a number"),
        ("all(k < n, k)", "must be a condition"),
        ("max(flag, flag)", "no maximum"),
        ("(Π[t<n] matrix[a, b](scale))[i, j]", "read back"),
        ("??", "sketch"),
        ("(n + i + j + stride)^40", "too large"),
    ],
)
def test_errors(text, message):
    with pytest.raises(FormulaError, match=message):
        term(text)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("scale*(0 - 1)/2*x[i, j]", "-0.5·scale·x[i, j]"),
        ("-3 / scale", "-3 / scale"),
        ("x[i, j] - sum(k < n, x[i, k])", "x[i, j] - (Σ[k<n] x[i, k])"),
        ("sum(k < n, x[i, k]) - scale", "Σ[k<n] x[i, k] - scale"),
        ("9007199254740993*i", "9007199254740993·i"),
        ("all(k < n, x[i, k] > 0) and i < n", "i < n ∧ ∀[k<n] x[i, k] > 0"),
    ],
)
def test_printing(text, printed):
    syntax = FromTerms({0: "x", 1: "idx"}, vocabulary().layouts, {name for name, _ in PARAMS})
    syntax.names = {I: "i", J: "j"}
    formula = syntax.expression(term(text))
    shown = Printer(TextStyle()).show(formula)
    assert shown == printed
    again = Printer(TextStyle())
    assert again.show(syntax.expression(term(shown))) == printed
    assert again.show(syntax.expression(term(Printer(AsciiStyle()).show(formula)))) == printed


def test_a_scalar_called_e_is_not_eulers_number():
    syntax = FromTerms({}, Layouts(), {"e"})
    assert Printer(TextStyle()).show(syntax.expression(reals.apply("exp", reals.ONE))) == "exp(1)"
    assert (
        Printer(TextStyle()).show(FromTerms({}, Layouts(), set()).expression(reals.apply("exp", reals.ONE)))
        == "e"
    )
