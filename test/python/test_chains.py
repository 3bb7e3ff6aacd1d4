"""Comparisons that go on from one another are written as one chain, wherever a formula is shown."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triton_lift.formulas import ast
from triton_lift.formulas.chains import adjacent, chains
from triton_lift.formulas.parsing import parse, parse_expression
from triton_lift.formulas.printing import Printer
from triton_lift.formulas.spelling import AsciiStyle, TextStyle
from triton_lift.render.display import latex_line

SMALL = [ast.Access("x", (ast.Name(n),)) for n in "ijkl"]
COMPARISONS = st.builds(
    ast.Comparison, st.sampled_from("<≤=≥"), st.sampled_from(SMALL), st.sampled_from(SMALL)
)


def shown(text: str) -> str:
    return Printer(TextStyle()).show(parse_expression(text, ("n", "m"), ("i", "j")))


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("0 ≤ x[i] and x[i] < n", "0 ≤ x[i] < n"),
        ("0 ≤ x[i] ∧ x[i] ≤ x[j] ∧ x[j] < n", "0 ≤ x[i] ≤ x[j] < n"),
        ("0 ≤ x[i] < n ∨ m = 1", "0 ≤ x[i] < n ∨ m = 1"),
        # Over a name it would read as that name's range.
        ("Σ[k<n, 0 ≤ i ∧ i < m] x[k]", "Σ[k<n, 0 ≤ i ∧ i < m] x[k]"),
        ("0 ≤ x[i] ∧ x[j] < n", "0 ≤ x[i] ∧ x[j] < n"),
        ("0 ≤ x[i] ∧ x[i] = n", "0 ≤ x[i] ∧ x[i] = n"),
        ("n > x[i] ∧ x[i] > 0", "n > x[i] ∧ x[i] > 0"),
    ],
)
def test_what_is_a_chain(written, printed):
    assert shown(written) == printed
    assert shown(printed) == printed


def test_in_other_spellings():
    (statement,) = parse("out[i] = x[i] if 0 ≤ x[i] ∧ x[i] < n else 0 for 0 ≤ i < n")
    assert "0 <= x[i] < n" in Printer(AsciiStyle()).statement(statement)
    assert latex_line(statement).count("x_{i} <") == 1


@given(st.lists(COMPARISONS, min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_nothing_is_lost_or_added(operands):
    ordered = adjacent(operands)
    assert Counter(ordered) == Counter(operands)
    assert [o for chain in chains(ordered) for o in chain] == ordered
    for chain in chains(ordered):
        for one, other in zip(chain, chain[1:], strict=False):
            assert one.right == other.left
            assert {one.relation, other.relation} <= {"<", "≤"}
