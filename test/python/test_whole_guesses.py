"""Guesses of whole arrays: what the result prints is proved when it is read back; its wrong twins are not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import triton_lift
from triton_lift.guesses import Judge
from triton_lift.guesses.api import _ir

IR = Path(__file__).resolve().parents[2] / "examples" / "ir"


@cache
def judged(name: str) -> Judge:
    (lifted,) = triton_lift.lift(IR / f"{name}.ttir")
    return Judge(lifted, *_ir(lifted, None))


PRINTED = (
    "softmax", "layer_norm", "rms_norm_blocks", "cross_entropy", "matmul", "batched_matmul", "matmul_bias_leaky_relu",
    "flash_attention_causal", "row_argmax", "row_mean", "row_variance", "layer_norm_backward_rows",
)  # fmt: skip


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed_is_proved(name: str) -> None:
    judge = judged(name)
    for output in judge.claims.lifted.outputs:
        if output.named is not None:
            found = judge.guess(output.named)
            assert found.status == "proved", (output.named, found.reason)
            assert found.notes[0].startswith("read as ")


@pytest.mark.parametrize(
    ("name", "guess", "status"),
    [
        ("softmax", "out_ptr = exp(x_ptr) / sum(exp(x_ptr), axis=1, keepdims=True)", "proved"),
        ("softmax", "out_ptr = exp(x_ptr) / sum(exp(x_ptr), axis=-1)[:, None]", "proved"),
        ("softmax", "out_ptr = softmax(x_ptr + 1, axis=1)", "proved"),
        ("softmax", "out_ptr = softmax(2*x_ptr, axis=1)", "refuted"),
        ("softmax", "out_ptr = log_softmax(x_ptr, axis=1)", "refuted"),
        ("softmax", "out_ptr = softmax(x_ptr, axis=0)", "error"),
        ("softmax", "out_ptr = softmax(x_ptr)", "error"),
        ("softmax", "out_ptr = softmax(x_ptr, axis=2)", "error"),
        ("softmax", "out_ptr = softmaxx(x_ptr, axis=1)", "error"),
        ("softmax", "out_ptr = softmax(y_ptr, axis=1)", "error"),
        ("softmax", "out_ptr = __import__('os')", "error"),
        ("softmax", "out_ptr = softmax(x_ptr, axis=", "error"),
        ("softmax", "x_ptr = softmax(out_ptr, axis=1)", "error"),
        ("matmul", "c_ptr = a_ptr @ b_ptr", "proved"),
        ("matmul", "c_ptr = (b_ptr.T @ a_ptr.T).T", "proved"),
        ("matmul", "c_ptr = 2·a_ptr @ b_ptr", "refuted"),
        ("matmul", "c_ptr = a_ptr.T @ b_ptr", "refuted"),
        ("vector_add", "out_ptr = x_ptr + y_ptr", "proved"),
        ("vector_add", "out_ptr = x_ptr - y_ptr", "refuted"),
        ("row_variance", "out_ptr = mean((x_ptr - mean(x_ptr, axis=1, keepdims=True))^2, axis=1)", "proved"),
        ("row_variance", "out_ptr = mean(x_ptr², axis=1)", "refuted"),
        ("row_variance", "out_ptr = mean(x_ptr^2, axis=1) - mean(x_ptr, axis=1)^2", "proved"),
        ("row_variance", "out_ptr = mean(x_ptr^2, axis=1) - n_cols*mean(x_ptr, axis=1)^2", "refuted"),
        ("mutants/softmax__mask_off_by_one", "out_ptr = softmax(x_ptr, axis=1)", "error"),
        ("mutants/matmul__short_k_loop", "c_ptr = matmul(a_ptr, b_ptr)", "error"),
    ],
)
def test_verdicts(name: str, guess: str, status: str) -> None:
    found = judged(name).guess(guess)
    assert found.status == status, (found.reason, found.notes)
