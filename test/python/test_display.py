"""Formulas typeset in LaTeX and MathML: well formed, laid out as on paper, broken where they are long."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings

from examples.specs import EXAMPLES
from formula_trees import statements
from katex import problem
from triton_lift import Lifted, lift
from triton_lift.formulas import ast
from triton_lift.formulas.parsing import parse
from triton_lift.render.display import Latex, MathML, Typesetter, latex_line
from triton_lift.report.latex import display, to_latex
from triton_lift.report.text import to_text

NAMES = [name for name, example in EXAMPLES.items() if example.dtype == "fp32"]
SCALARS = ("n", "m", "K", "s", "n_cols", "eps")


def statement(text: str) -> ast.Statement:
    (found,) = parse(text, scalars=SCALARS)
    return found


def latex(text: str) -> str:
    return latex_line(statement(text))


def mathml(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<math>{Typesetter(MathML(), None).line(statement(text))}</math>")


@cache
def lifted(name: str) -> Lifted:
    return lift(EXAMPLES[name].ir())[0]


@pytest.mark.parametrize("name", NAMES)
def test_examples(name: str) -> None:
    found = lifted(name)
    for output in found.outputs:
        assert not problem(output.latex), output.latex
    lines = to_latex(found).splitlines()
    body = "\n".join(line for line in lines if not line.startswith("%"))
    assert body.startswith("\\[") and not problem(body), body
    assert not problem(found._repr_latex_())
    assert found.program is not None
    for shown in found.program.statements:
        for left, right in Typesetter(MathML(), 60).lines(shown):
            ElementTree.fromstring(f"<math>{left}{right}</math>")


@pytest.mark.parametrize(
    "wrong",
    [
        r"\frac{a}{b",
        r"\frac{a}",
        r"\left(a",
        r"a^{b}^{c}",
        r"a_{b}_{c}",
        r"\unknown{a}",
        r"a & b",
        r"\begin{cases} a \end{aligned}",
        r"}",
        r"\text{100%}",
    ],
)
def test_katex_is_strict(wrong: str) -> None:
    assert problem(wrong)


@given(shown=statements())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_formula(shown: ast.Statement) -> None:
    """On one line, and broken where it is long."""
    assert not problem(latex_line(shown))
    rows = [f"{left} &{right}" for left, right in Typesetter(Latex(), 60).lines(shown)]
    body = " \\\\ ".join(rows)
    assert not problem(f"\\begin{{aligned}}{body}\\end{{aligned}}"), body
    for left, right in Typesetter(MathML(), 60).lines(shown):
        ElementTree.fromstring(f"<math>{left}{right}</math>")


def test_as_on_paper() -> None:
    assert latex("y[i] = Σ[k<K] x[i, k]  for 0 ≤ i < n") == (
        r"y_{i} = \sum_{k = 0}^{K - 1} x_{i, k}\quad \text{for }0 \le i < n"
    )
    assert latex("y[i] = Σ[k<i + 1] x[k]  for 0 ≤ i < n").startswith(r"y_{i} = \sum_{k = 0}^{i} x_{k}")
    assert r"\sum_{k = 0}^{15} " in latex("y[i] = Σ[k<16] x[k]  for 0 ≤ i < n")
    assert r"\frac{1}{\sqrt{x_{i}}}" in latex("y[i] = rsqrt(x[i])  for 0 ≤ i < n")
    assert r"\log_{2}(x_{i})" in latex("y[i] = log2(x[i])  for 0 ≤ i < n")
    assert r"2^{x_{i}}" in latex("y[i] = exp2(x[i])  for 0 ≤ i < n")
    assert r"\max_{0 \le k < K} x_{k}" in latex("y[i] = max[k<K](x[k])  for 0 ≤ i < n")
    assert r"\substack{k = 0 \\ k \ne i}" in latex("y[i] = Σ[k<K, k ≠ i] x[k]  for 0 ≤ i < n")
    assert r"\mathit{n\_cols}" in latex("y[i] = x[i]·n_cols  for 0 ≤ i < n")


def test_orders() -> None:
    shown = latex("y[i] = largest[k<K](x[k]; i)  for 0 ≤ i < n")
    assert r"\operatorname*{sort}_{0 \le k < K}^{\downarrow } (x_{k})_{i}" in shown and not problem(shown)
    assert r"\operatorname*{arg\,sort}_{0 \le k < K} (x_{k})_{i}" in latex(
        "y[i] = argsmallest[k<K](x[k]; i)  for 0 ≤ i < n"
    )
    assert mathml("y[i] = largest[k<K](x[k]; i)  for 0 ≤ i < n").find(".//munderover") is not None


def test_means() -> None:
    """1/n stands before the sum; the sum then reaches to the right as any other."""
    assert r"\frac{1}{K}\, \sum_{k = 0}^{K - 1} x_{k}" in latex("y[i] = (Σ[k<K] x[k]) / K  for 0 ≤ i < n")
    assert r"z_{i} - \frac{1}{K}\, \sum" in latex("y[i] = z[i] - (Σ[k<K] x[k]) / K  for 0 ≤ i < n")
    assert r"\left(\frac{1}{K}\, \sum" in latex("y[i] = (Σ[k<K] x[k]) / K·z[i]  for 0 ≤ i < n")
    assert r"\frac{\sum" in latex("y[i] = (Σ[k<K] x[k]) / (Σ[k<K] z[k])  for 0 ≤ i < n")


def test_parentheses() -> None:
    """They are where they are needed, and grow with what is tall."""
    assert r"(x_{i} + 1)^{2}" in latex("y[i] = (x[i] + 1)²  for 0 ≤ i < n")
    assert r"\left(\frac{x_{i}}{s}\right)^{2}" in latex("y[i] = (x[i] / s)²  for 0 ≤ i < n")
    assert r"{\left(2^{x_{i}}\right)}^{2}" in latex("y[i] = exp2(x[i])²  for 0 ≤ i < n")
    assert r"\exp\left(\sum_" in latex("y[i] = exp(Σ[k<K] x[k])  for 0 ≤ i < n")
    # A sum reaches as far right as it can: only the last one goes without.
    assert r"s \cdot \sum_" in latex("y[i] = s·(Σ[k<K] x[k])  for 0 ≤ i < n")
    assert r"\left(\sum_{k = 0}^{K - 1} x_{k}\right) \cdot \left(\sum" not in latex(
        "y[i] = (Σ[k<K] x[k])·(Σ[k<K] z[k])  for 0 ≤ i < n"
    )
    assert r"\left(\sum_{k = 0}^{K - 1} x_{k}\right) - s" in latex("y[i] = (Σ[k<K] x[k]) - s  for 0 ≤ i < n")
    assert r"\max_{0 \le k < K} (x_{k} + s)" in latex("y[i] = max[k<K](x[k] + s)  for 0 ≤ i < n")


def test_cases_are_one_brace() -> None:
    shown = latex("y[i] = 1 if x[i] > 1 else -1 if x[i] < 0 else x[i]  for 0 ≤ i < n")
    assert shown.count(r"\begin{cases}") == 1 and shown.count(r"\text{if }") == 2
    assert not problem(shown)


def test_long_sums_are_broken() -> None:
    """At their operators, at the top and inside; what fits is left alone."""
    long = " + ".join(f"aaaaaaaaaaaa[{i}]·bbbbbbbbbbb[i]" for i in range(12))
    shown = statement(f"y[i] = {long}  for 0 ≤ i < n")
    rows = Typesetter(Latex(), 80).lines(shown)
    assert 4 < len(rows) < 9
    assert all(right.startswith(r"\quad  +") for _, right in rows[1:-1])
    assert len(Typesetter(Latex(), None).lines(shown)) == 2
    inner = statement(f"y[i] = exp({long})·s  for 0 ≤ i < n")
    ((_, first), *_) = Typesetter(Latex(), 80).lines(inner)
    assert r"\exp\left(\begin{aligned} & " in first and not problem(first)


def test_names_from_a_kernel_are_escaped() -> None:
    odd = ast.Statement(ast.Access("<b>_&%#$", (ast.Name("i"),)), ast.Name("a^~{b}\\c"))
    assert not problem(latex_line(odd))
    ElementTree.fromstring(f"<math>{Typesetter(MathML(), None).line(odd)}</math>")


def test_mathml_structure() -> None:
    root = mathml("y[i] = (Σ[k<K] x[i, k]) / (sqrt(s) + 1)  for 0 ≤ i < n")
    (fraction,) = root.iter("mfrac")
    assert len(fraction) == 2 and fraction.find(".//munderover") is not None
    assert fraction[1].find(".//msqrt") is not None
    assert len(list(mathml("y[i] = x[i] if x[i] > 0 else 0  for 0 ≤ i < n").iter("mtr"))) == 2


def test_without_a_program_the_lines_are_shown() -> None:
    found = lifted("vector_add")
    bare = Lifted(found.kernel, found.file, status="verified", outputs=found.outputs)
    assert display(bare) == [found.outputs[0].latex]


def test_a_result_tells_itself_in_a_line_and_in_full() -> None:
    """What a list of results and `print` show."""
    result = lifted("softmax")
    assert repr(result) == "<softmax: verified for all sizes · out_ptr = softmax(x_ptr, axis=1)>"
    assert str(result) == to_text(result)
    refused = Lifted("k", "k.ttir", "ttir", "unsupported", reason="no semantics for tt.odd")
    assert repr(refused) == "<k: not supported · no semantics for tt.odd>"


def test_a_notebook_has_its_own_theme() -> None:
    """The colours follow the notebook's theme, not the system's; text takes the colour of what is around it."""
    result = lifted("softmax")
    sheet = result._repr_html_()
    for theme in (
        '[data-jp-theme-light="false"] .triton-lift',
        ".vscode-dark .triton-lift",
        'html[theme="dark"]',
    ):
        assert theme in sheet
    assert ".triton-lift { color: inherit" in sheet
