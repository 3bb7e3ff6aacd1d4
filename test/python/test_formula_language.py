"""The formula language: what is printed is read back as the same formula, in both spellings."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from formula_trees import SCALARS, conditions, statements, values
from triton_lift.formulas import ast
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.parsing import is_statement, parse, parse_expression
from triton_lift.formulas.printing import Printer
from triton_lift.formulas.spelling import AsciiStyle, TextStyle
from triton_lift.formulas.style import decimal

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "formulas"
STYLES = [TextStyle(), AsciiStyle()]
QUICK = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
I, J, K = (ast.Name(n) for n in "ijk")


def number(value: int) -> ast.Number:
    return ast.Number(Fraction(value))


@pytest.mark.parametrize("style", STYLES, ids=["unicode", "ascii"])
@given(formula=values())
@QUICK
def test_formulas_are_read_back(style, formula):
    text = Printer(style).show(formula)
    assert parse_expression(text, SCALARS, ("i", "j")) == formula, text


@pytest.mark.parametrize("style", STYLES, ids=["unicode", "ascii"])
@given(condition=conditions())
@QUICK
def test_conditions_are_read_back(style, condition):
    text = Printer(style).show(condition)
    assert parse_expression(text, SCALARS, ("i", "j")) == condition, text


@pytest.mark.parametrize("style", STYLES, ids=["unicode", "ascii"])
@given(statement=statements())
@QUICK
def test_statements_are_read_back(style, statement):
    text = Printer(style).statement(statement)
    assert is_statement(text)
    assert parse(text, SCALARS) == [statement], text


def lines() -> list[str]:
    found = [line for file in sorted(EXAMPLES.glob("*.txt")) for line in file.read_text().splitlines()]
    return [line for line in found if is_statement(line)]


def test_there_are_examples():
    assert len(lines()) > 40


@pytest.mark.parametrize("line", lines())
def test_examples_are_read_and_printed_alike(line):
    text, ascii_text = (Printer(style) for style in STYLES)
    found = parse(line)
    assert "; ".join(map(text.statement, found)) == line
    assert parse("; ".join(map(ascii_text.statement, found))) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sum(k < K, a[i, k]*b[k, j])", "Σ[k<K] a[i, k]·b[k, j]"),
        ("sum(k, a[i, k]*b[k, j])", "Σ[k] a[i, k]·b[k, j]"),
        ("max(k < n, x[k])", "max[k<n](x[k])"),
        ("max(k, x[k])", "max[k](x[k])"),
        ("max(i, x[i])", "max(i, x[i])"),
        ("argmax(k < n, x[k]; n - k)", "argmax[k<n](x[k]; n - k)"),
        ("prod(1 <= k <= n, x[k])", "Π[1≤k<n + 1] x[k]"),
        ("all(k < n, x[k] > 0)", "∀[k<n] x[k] > 0"),
        ("i // 2", "⌊i / 2⌋"),
        ("floor(i / 2)", "floor(i / 2)"),
        ("cdiv(i, 2)", "⌈i / 2⌉"),
        ("x[i]**2", "x[i]²"),
        ("-x[i]*2", "-(x[i]·2)"),
        ("2^i^j", "2^(i^j)"),
        ("1/2*i", "1/2·i"),
        ("i/1/2", "(i / 1) / 2"),
        ("where(i < j, 1, 2)", "1 if i < j else 2"),
        ("1 if i < j else 2 if i == j else 3", "1 if i < j else (2 if i = j else 3)"),
        ("not i < j and j < 3", "(¬(i < j)) ∧ j < 3"),
        ("0 <= i < j", "0 ≤ i ∧ i < j"),
        ("sum(k < n, k < i, x[k])", "Σ[k<n, k < i] x[k]"),
        ("sum(k < n, i < k, x[k])", "Σ[k<n, i < k] x[k]"),
        ("sum(k < n, r < k, x[r])", "Σ[k<n, r<k] x[r]"),
        ("sum(x[k] for k in range(n))", "Σ[k<n] x[k]"),
        ("max(x[k] for k in range(1, n) if k < i)", "max[1≤k<n, k < i](x[k])"),
        ("sum(x[k, r] for k in range(n) for r in range(k))", "Σ[k<n, r<k] x[k, r]"),
        ("tl.exp(x[i]) + math.sqrt(2)", "exp(x[i]) + sqrt(2)"),
        ("||i| - |j||", "abs(abs(i) - abs(j))"),
        ("x[i] - sum(k<3, k) + 1", "x[i] - (Σ[k<3] k) + 1"),
    ],
)
def test_spellings(one, other):
    scope = ("i", "j")
    assert parse_expression(one, ("n",), scope) == parse_expression(other, ("n",), scope)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("i - (j - 1)", "i - j - 1"),
        ("(i + j)·2", "i + j·2"),
        ("i / (j·2)", "i / j·2"),
        ("-(i^2)", "(-i)^2"),
        ("(2^i)^j", "2^i^j"),
        ("1/2^i", "(1/2)^i"),
        ("(i if j < 1 else 2) + 1", "i if j < 1 else 2 + 1"),
        ("Σ[k<3] k·i", "(Σ[k<3] k)·i"),
        ("Σ[k<3] (k + i)", "(Σ[k<3] k) + i"),
        ("max(k < n, x[k])", "max(k < n, x[n])"),
        ("x[i, j]", "x[j, i]"),
    ],
)
def test_what_differs_is_read_differently(one, other):
    assert parse_expression(one, ("n",), ("i", "j")) != parse_expression(other, ("n",), ("i", "j"))


def test_a_scalar_is_no_bound_name():
    text = "Σ[k<n, m < k] x[k]"
    condition = ast.Comparison("<", ast.Name("m"), K)
    (statement,) = parse(f"y[0] = {text}", ("n", "m"))
    assert isinstance(statement.body, ast.Reduction)
    assert statement.body.condition == condition
    assert len(statement.body.ranges) == 1
    (other,) = parse(f"y[0] = {text}")
    assert isinstance(other.body, ast.Reduction)
    assert len(other.body.ranges) == 2


def test_domains():
    (found,) = parse("y[i, j] = 0 for 0 <= j < M, i < 5, i != j")
    assert [r.name for r in found.ranges] == ["j", "i"]
    assert found.ranges[1].high == number(5)
    assert found.condition == ast.Comparison("≠", I, J)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("y[i] = x[i", 1, 11, "']'"),
        ("y[i] = ", 1, 8, "operand"),
        ("y[i] = (1 + 2", 1, 14, "')'"),
        ("y[i] =\n 1 +\n * 2", 3, 2, "operand"),
        ("y[i] = 1 $ 2", 1, 10, "'$'"),
        ("y[i] = 1 2", 1, 10, "operator"),
        ("y[i] = 1 if 2", 1, 14, "'else'"),
        ("y[i] = 1/0", 1, 8, "zero"),
        ("y[i] = 1e9999", 1, 8, "digits"),
    ],
)
def test_errors_say_where_and_what(text, line, column, message):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert message in str(error)
    if error.text is not None:
        shown, caret = str(error).splitlines()[1:]
        assert shown.strip() == text.splitlines()[line - 1].strip()
        assert caret.index("^") == column + 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sum(x[1])", "needs an index"),
        ("sum(1 < 2, 3)", "binds no index"),
        ("foo[k<n](x[k])", "no reduction"),
        ("max(k < n, x[k]; k)", "semicolon"),
        ("-(" * 5000 + "1" + ")" * 5000, "too deeply"),
        ("(x + 1)[2]", "only an array"),
        ("1" * 1_000_001, "too many"),
    ],
)
def test_what_cannot_be_read(text, message):
    with pytest.raises(FormulaError, match=message):
        parse_expression(text)


def test_deep_parentheses_and_long_sums_are_read():
    assert parse_expression("(" * 5000 + "1" + ")" * 5000) == number(1)
    assert len(parse_expression("1" + " + 1" * 20000).terms) == 20001


def test_shared_parts_are_printed_once():
    part: ast.Expression = ast.Name("x")
    for _ in range(60):
        part = ast.Call("f", (part, part)) if _ < 12 else ast.Negative(part)
    assert Printer(TextStyle()).show(part).count("f(") == 2**12 - 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(-4999999841798329, 10**16), "-0.4999999841798329"),
        (Fraction(1, 3), None),
        (Fraction(5, 4), "1.25"),
        (Fraction(1, 2**40), None),
        (Fraction(7, 10**17), "7e-17"),
    ],
)
def test_decimals_are_exact_and_no_longer_than_quotients(value: Fraction, shown: str | None) -> None:
    assert decimal(value) == shown
    assert shown is None or Fraction(shown) == value
