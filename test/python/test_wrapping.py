"""Text at a terminal: how lines are broken, and that nothing is lost or added."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.specs import EXAMPLES
from triton_lift import lift
from triton_lift.report.terminal import to_terminal
from triton_lift.report.wrapping import wrapped

FORMULAS = [line for e in EXAMPLES.values() for line in e.formula().read_text().splitlines()]


@pytest.mark.parametrize("sentence", [False, True])
@given(text=st.sampled_from(FORMULAS), width=st.integers(30, 130))
def test_nothing_is_lost(text: str, width: int, sentence: bool) -> None:
    lines = wrapped(text, width, sentence=sentence)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    names = set(re.findall(r"\w+", text))
    assert {name for line in lines for name in re.findall(r"\w+", line)} == names  # none is broken
    longest = max(map(len, re.split(r" [-+/] |·|, ", text)))
    assert all(len(line) <= max(width, longest + 8) for line in lines)


def test_the_loosest_operator_is_broken_first() -> None:
    text = "out[i] = (a[i]·b[i] + c[i]) / d[i] + eee[i]·fff[i]·ggg[i]"
    assert wrapped(text, 50) == ["out[i] = (a[i]·b[i] + c[i]) / d[i]", "+ eee[i]·fff[i]·ggg[i]"]
    assert wrapped("y[i] = x[i] if x[i] ≥ 0 else 0.01·x[i]", 32) == [
        "y[i] = x[i] if x[i] ≥ 0",
        "else 0.01·x[i]",
    ]
    assert wrapped("sum of a + b, and of c + d", 20, sentence=True) == ["sum of a + b,", "and of c + d"]


def test_what_has_no_operator_stays_whole() -> None:
    assert wrapped("a" * 90, 30) == ["a" * 90]


@pytest.mark.parametrize("width", [72, 80, 120])
@pytest.mark.parametrize("name", ["softmax", "flash_attention_causal", "matmul"])
def test_as_wide_as_the_window(name: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    (found,) = lift(EXAMPLES[name].ir())
    plain = re.sub(r"\x1b\[[0-9;]*m", "", to_terminal(found, width=width))
    lines = plain.splitlines()
    assert lines[0].startswith(f"{name} · verified for all sizes")
    assert all(len(line) <= width for line in lines[1:])
    shown = re.sub(r"\s", "", plain)
    for text in (found.outputs[0].formula, *found.preconditions, *found.assumptions, *found.real_arithmetic):
        assert re.sub(r"\s", "", text) in shown


def test_a_refuted_kernel_shows_its_launch() -> None:
    (found,) = lift(EXAMPLES["softmax"].mutant_ir("missing_other"))
    shown = re.sub(r"\x1b\[[0-9;]*m|\s", "", to_terminal(found, width=80))
    assert "REFUTED" in shown and found.witness is not None
    for line in found.witness.lines():
        assert re.sub(r"\s", "", line) in shown
