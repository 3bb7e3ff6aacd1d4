"""Sketches: holes are filled, and what that makes is proved."""

from __future__ import annotations

import pytest

from test_guesses import judged

FILLED = [
    ("matmul", "c_ptr[i, j] = sum(k, ?? * b_ptr[k, j])", {"??": "a_ptr[i, k]"}),
    ("matmul", "c_ptr[m, n] = sum(k < K, ?a * ?b) for 0 <= m < M, 0 <= n < N", None),
    ("matmul", "c_ptr[i, j] = sum(q < ??, a_ptr[i, q]*b_ptr[q, j])", {"??": "K"}),
    ("matmul", "c_ptr[i, j] = sum(k, a_ptr[i, ??]*b_ptr[?r, j])", {"??": "k", "?r": "k"}),
    ("matmul", "c_ptr[i, j] = sum(k, ??)", {"??": "a_ptr[i, k]·b_ptr[k, j]"}),
    ("softmax", "out_ptr[i, j] = exp(??) / sum(k, exp(??))", {"??1": "x_ptr[i, j]", "??2": "x_ptr[i, k]"}),
    ("softmax", "out_ptr[i, j] = exp(x_ptr[i, j]) / ??", {"??": "Σ[k<n_cols] exp(x_ptr[i, k])"}),
    ("softmax", "out_ptr[i, j] = ?f * exp(x_ptr[i, j])", {"?f": "1 / (Σ[k<n_cols] exp(x_ptr[i, k]))"}),
    (
        "layer_norm",
        "out_ptr[i, j] = (x_ptr[i, j] - ?mean) * ?rstd * weight_ptr[j] + ?bias",
        {
            "?mean": "(Σ[k<n_cols] x_ptr[i, k]) / n_cols",
            "?rstd": "1 / sqrt((Σ[k<n_cols] (x_ptr[i, k] - (Σ[r<n_cols] x_ptr[i, r]) / n_cols)²) / n_cols + eps)",
            "?bias": "bias_ptr[j]",
        },
    ),
    ("layer_norm_blocks", "1 / sqrt(?? + eps)", None),
    ("vector_add", "out_ptr[i] = y_ptr[i] + ??", {"??": "x_ptr[i]"}),
    ("vector_add", "out_ptr[i] = 2*y_ptr[i] + ??", {"??": "x_ptr[i] - y_ptr[i]"}),
    ("vector_add", "out_ptr[i] = log(??)", {"??": "exp(x_ptr[i] + y_ptr[i])"}),
    ("triu", "out_ptr[i, j] = x_ptr[i, j] if ?? else 0", {"??": "i + diagonal ≤ j"}),
    ("row_argmax", "out_ptr[i] = argmax(k, ??)", {"??": "x_ptr[i, k]"}),
    ("flash_attention_causal", "out_ptr[h, i, d] = sum(j < ?n, ?p * v_ptr[h, j, d])", None),
]


@pytest.mark.parametrize(("kernel", "sketch", "holes"), FILLED)
def test_holes_are_filled_and_proved(kernel, sketch, holes):
    found = judged(kernel).sketch(sketch)
    assert found.status == "proved"
    assert "?" not in (found.filled or "?")
    if holes is not None:
        assert found.holes == holes
    # What was filled in is proved as a guess of its own.
    assert judged(kernel).guess(found.filled or "").status == "proved"


@pytest.mark.parametrize(
    ("kernel", "sketch"),
    [
        ("matmul", "c_ptr[i, j] = prod(k < K, ??)"),
        ("matmul", "c_ptr[i, j] = sum(k < K - 1, ?? * b_ptr[k, j])"),
        ("vector_add", "out_ptr[i] = max(??, y_ptr[i])"),
        ("softmax", "out_ptr[i, j] = exp(?x) / sum(k, exp(?x))"),
        ("row_sum", "out_ptr[i] = sum(k, x_ptr[i, k]) + 1 + 0*sum(k < ??, 1)"),
    ],
)
def test_what_cannot_be_filled_is_unknown(kernel, sketch):
    found = judged(kernel).sketch(sketch)
    assert found.status in ("unknown", "refuted")
    assert found.reason


@pytest.mark.parametrize(
    ("sketch", "reason"),
    [
        ("out_ptr[i] = x_ptr[i] + ?", "part of a formula"),
        ("out_ptr[i] = x_ptr[i]", "has holes"),
        ("out_ptr[i] = ??; out_ptr[i] = ??", "one statement"),
    ],
)
def test_what_is_no_sketch(sketch, reason):
    found = judged("vector_add").sketch(sketch)
    assert found.status == "error"
    assert reason in (found.reason or "")
