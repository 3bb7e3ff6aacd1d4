"""The readability benchmark compares formulas as it says, and the examples read as textbooks do."""

from __future__ import annotations

import pytest

from benchmarks.readability.__main__ import beside, operators, summary
from benchmarks.readability.comparing import same, size
from examples.specs import EXAMPLES
from triton_lift import lift
from triton_lift.formulas.parsing import parse


def equal(ours: str, textbook: str) -> bool:
    (a,), (b,) = parse(ours), parse(textbook)
    return same(a, b)


@pytest.mark.parametrize(
    ("ours", "textbook"),
    [
        ("out[i, j] = Σ[k<K] a[i, k]·b[k, j]", "c[m, n] = sum(k < d, y[k, n]*x[m, k])"),
        ("o[i] = x[i]·w[i] / s", "o[i] = x[i]/s*w[i]"),
        ("o[i] = rsqrt(x[i])", "o[i] = 1/sqrt(x[i])"),
        ("o[i] = x[i]²", "o[i] = x[i]*x[i]"),
        ("o[i] = 0.70710677·x[i]", "o[i] = x[i]/sqrt(2)"),
        ("o[i] = 0 if k[i] = 0 else x[i]", "o[i] = x[i] if m[i] != 0 else 0"),
        ("o[i] = Σ[k<16] x[i, k]", "o[i] = sum(d < D, x[i, d])"),
        ("o[i] = (Σ[k<n] x[k]) / (Σ[k<n] x[k]²)", "o[i] = sum(a < m, y[a])/sum(b < m, y[b]^2)"),
        ("o[i] = max(0, x[i]) - y[i]", "o[i] = -y[i] + max(x[i], 0)"),
    ],
)
def test_equal_up_to_names(ours: str, textbook: str) -> None:
    assert equal(ours, textbook)


@pytest.mark.parametrize(
    ("ours", "textbook"),
    [
        ("out[i, j] = Σ[k<K] a[i, k]·b[j, k]", "c[m, n] = sum(k < d, x[m, k]*y[k, n])"),
        ("out[i, j] = Σ[k<K] a[i, k]·a[k, j]", "c[m, n] = sum(k < d, x[m, k]*y[k, n])"),
        ("o[i] = x[i] / w[i]", "o[i] = x[i]*w[i]"),
        ("o[i] = x[i]·y[i]·x[i]", "o[i] = x[i]*y[i]"),
        ("o[i] = 0.708·x[i]", "o[i] = x[i]/sqrt(2)"),
        ("o[i] = 0 if k[i] = 0 else x[i]", "o[i] = x[i] if m[i] = 0 else 0"),
        ("o[i] = (Σ[k<n] x[k]) / (Σ[k<m] x[k]²)", "o[i] = sum(a < m, y[a])/sum(b < m, y[b]^2)"),
        ("o[i] = x[i] - y[i]", "o[i] = x[i] + y[i]"),
        ("o[i] = Σ[k<16] x[i, k]·16", "o[i] = sum(d < D, x[i, d]*8)"),
        ("o[i] = exp(x[i])", "o[i] = log(x[i])"),
    ],
)
def test_different(ours: str, textbook: str) -> None:
    assert not equal(ours, textbook)


def test_size() -> None:
    (statement,) = parse("o[i] = Σ[k<n] x[i, k]²")
    assert size(statement.body) == 7  # the sum, n, the power, 2, the access and its two indices


@pytest.mark.parametrize("name", ["softmax", "layer_norm", "matmul", "flash_attention", "cross_entropy"])
def test_examples_read_as_textbooks(name: str) -> None:
    (entry,) = (o for o in operators() if name in o["kernels"])
    (result,) = lift(EXAMPLES[name].ir())
    best = min(
        (list(beside(entry["name"], name, result, formulas)) for formulas in entry["formulas"]),
        key=lambda rows: sum(r.verdict != "equal" for r in rows),
    )
    assert {r.verdict for r in best} == {"equal"}
    assert "100 %" in summary(best, [])


def test_what_is_written_otherwise_is_proved() -> None:
    (result,) = lift(EXAMPLES["softmax"].ir())
    (row,) = beside("softmax", "softmax", result, ["y[i, j] = exp(x[i, j] - 1)/sum(k < n, exp(x[i, k] - 1))"])
    assert row.verdict in ("longer", "other")
    (wrong,) = beside("softmax", "softmax", result, ["y[i, j] = exp(x[i, j])/sum(k < n, exp(x[k, i]))"])
    assert wrong.verdict == "other"
