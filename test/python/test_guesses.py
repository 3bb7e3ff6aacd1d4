"""Guesses: right ones are proved; the wrong twin of each is refuted by a launch that shows it, or never proved."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import triton_lift
from triton_lift.formulas import ast
from triton_lift.formulas.parsing import parse
from triton_lift.formulas.printing import Printer
from triton_lift.formulas.spelling import AsciiStyle
from triton_lift.guesses import Judge, equal_to_lift
from triton_lift.guesses.api import _ir
from triton_lift.guesses.refuting import _points

IR = Path(__file__).resolve().parents[2] / "examples" / "ir"


@cache
def judged(name: str) -> Judge:
    """The judge of an example, who keeps its launches."""
    (lifted,) = triton_lift.lift(IR / f"{name}.ttir")
    assert lifted.status == "verified"
    return Judge(lifted, *_ir(lifted, None))


# Kernel, what it computes in other words, and what it does not compute.
TWINS = [
    ("vector_add", "out_ptr[k] = y_ptr[k] + x_ptr[k]", "out_ptr[k] = y_ptr[k] - x_ptr[k]"),
    ("vector_add", "x_ptr[i] + y_ptr[i]", "x_ptr[i] + 1.00001*y_ptr[i]"),
    (
        "softmax",
        "out_ptr[i, j] = exp(x_ptr[i, j]) / sum(k, exp(x_ptr[i, k]))",
        "out_ptr[i, j] = exp(x_ptr[i, j]) / sum(k < n_cols, exp(x_ptr[k, j]))",
    ),
    (
        "softmax",
        "out_ptr[i, j] = exp(x_ptr[i, j]) / sum(k, exp(x_ptr[i, k])) for 0 <= i < rows, 0 <= j < n_cols",
        "out_ptr[i, j] = exp(x_ptr[i, j]) / sum(k, exp(x_ptr[i, k])) for 0 <= i < rows, 0 <= j <= n_cols",
    ),
    (
        "softmax",
        "out_ptr[i*stride_out + j] = exp(x_ptr[i*stride_x + j] - 3) / sum(k < n_cols, exp(x_ptr[i, k] - 3)) "
        "for 0 <= j < n_cols, 0 <= i < num_programs(0)",
        "out_ptr[i*stride_out + j] = exp(x_ptr[i*stride_out + j]) / sum(k < n_cols, exp(x_ptr[i, k])) "
        "for 0 <= j < n_cols, 0 <= i < num_programs(0)",
    ),
    (
        "matmul",
        "c_ptr[m, n] = sum(k < K, b_ptr[k, n]*a_ptr[m, k]) for 0 <= m < M, 0 <= n < N",
        "c_ptr[m, n] = sum(k < K - 1, b_ptr[k, n]*a_ptr[m, k]) for 0 <= m < M, 0 <= n < N",
    ),
    (
        "matmul",
        "c_ptr[i, j] = sum(1 <= k <= K, a_ptr[i, k - 1]*b_ptr[k - 1, j])",
        "c_ptr[i, j] = sum(k, a_ptr[i, k]*b_ptr[k, i])",
    ),
    (
        "matmul_bias_leaky_relu",
        "c_ptr[i, j] = max(bias_ptr[j] + sum(k, a_ptr[i, k]*b_ptr[k, j]), "
        "0.01*(bias_ptr[j] + sum(k, a_ptr[i, k]*b_ptr[k, j])))",
        "c_ptr[i, j] = max(bias_ptr[i] + sum(k, a_ptr[i, k]*b_ptr[k, j]), "
        "0.01*(bias_ptr[i] + sum(k, a_ptr[i, k]*b_ptr[k, j])))",
    ),
    (
        "layer_norm",
        "out_ptr[i, j] = (x_ptr[i, j] - sum(k, x_ptr[i, k])/n_cols)*weight_ptr[j]*rsqrt(sum(k, x_ptr[i, k]^2)/n_cols "
        "- (sum(k, x_ptr[i, k])/n_cols)^2 + eps) + bias_ptr[j]",
        "out_ptr[i, j] = (x_ptr[i, j] - sum(k, x_ptr[i, k])/n_cols)*weight_ptr[j]*rsqrt(sum(k, x_ptr[i, k]^2)/n_cols "
        "+ eps) + bias_ptr[j]",
    ),
    (
        "rotary",
        "out_ptr[s, h, d] = x_ptr[s, h, d]*cos_ptr[s, d] - x_ptr[s, h, d + half]*sin_ptr[s, d] if d < half else "
        "x_ptr[s, h, d]*cos_ptr[s, d - half] + x_ptr[s, h, d - half]*sin_ptr[s, d - half] "
        "for 0 <= s < S, 0 <= h < H, 0 <= d < 2*half",
        "out_ptr[s, h, d] = x_ptr[s, h, d]*cos_ptr[s, d] - x_ptr[s, h, d + half]*sin_ptr[s, d] if d < half else "
        "x_ptr[s, h, d]*cos_ptr[s, d - half] - x_ptr[s, h, d - half]*sin_ptr[s, d - half] "
        "for 0 <= s < S, 0 <= h < H, 0 <= d < 2*half",
    ),
    ("row_argmax", "out_ptr[r] = argmax(c, x_ptr[r, c])", "out_ptr[r] = argmin(c, x_ptr[r, c])"),
    (
        "flash_attention_causal",
        "out_ptr[h, i, d] = sum(j <= i, exp(scale*sum(c, q_ptr[h, i, c]*k_ptr[h, j, c]))*v_ptr[h, j, d]) / "
        "sum(j <= i, exp(scale*sum(c, q_ptr[h, i, c]*k_ptr[h, j, c])))",
        "out_ptr[h, i, d] = sum(j < n_ctx, exp(scale*sum(c, q_ptr[h, i, c]*k_ptr[h, j, c]))*v_ptr[h, j, d]) / "
        "sum(j < n_ctx, exp(scale*sum(c, q_ptr[h, i, c]*k_ptr[h, j, c])))",
    ),
    (
        "int4_dequantise",
        "out_ptr[i, j] = ((packed_ptr[i, j // 8] // 2^(4*(j % 8))) % 16 - zero_ptr[i, j // group_size])"
        "*scale_ptr[i, j // group_size]",
        "out_ptr[i, j] = ((packed_ptr[i, j // 8] // 2^(4*(j % 8))) % 8 - zero_ptr[i, j // group_size])"
        "*scale_ptr[i, j // group_size]",
    ),
    (
        "triu",
        "out_ptr[i, j] = x_ptr[i, j] if j - i >= diagonal else 0",
        "out_ptr[i, j] = x_ptr[i, j] if j - i > diagonal else 0",
    ),
    (
        "fused_pointwise",
        "abs(x_ptr[i] - y_ptr[i]) + y_ptr[i]*sigmoid(scale*x_ptr[i])",
        "abs(x_ptr[i] - y_ptr[i]) + y_ptr[i]*sigmoid(x_ptr[i])",
    ),
    (
        "fused_pointwise",
        "abs(y_ptr[i] - x_ptr[i]) + y_ptr[i]*exp(scale*x_ptr[i])/(exp(scale*x_ptr[i]) + 1)",
        "abs(y_ptr[i] - x_ptr[i]) + y_ptr[i]*exp(-scale*x_ptr[i])/(exp(scale*x_ptr[i]) + 1)",
    ),
]


@pytest.mark.parametrize(("kernel", "right", "wrong"), TWINS)
def test_right_is_proved_and_its_twin_refuted(kernel, right, wrong):
    judge = judged(kernel)
    assert judge.guess(right).status == "proved"
    found = judge.guess(wrong)
    assert found.status == "refuted"
    assert found.counterexample is not None
    shown = found.counterexample
    again = triton_lift.interpret(str(IR / f"{kernel}.ttir"), shown.arguments(), tuple(shown.grid))
    assert float(again[shown.array][shown.element]) == float(shown.kernel)
    assert not np.isclose(float(shown.formula), float(shown.kernel), rtol=1e-6, atol=0)


@pytest.mark.parametrize(("kernel", "right", "wrong"), TWINS)
def test_without_the_ir_nothing_is_refuted(kernel, right, wrong):
    judge = Judge(judged(kernel).claims.lifted)
    assert judge.guess(right).status == "proved"
    found = judge.guess(wrong)
    assert found.status == "unknown"
    assert "not at hand" in (found.reason or "")


def mutants(statement: ast.Statement) -> list[ast.Statement]:
    """The statement with one thing changed, in each place that a rule finds."""
    found: list[ast.Statement] = []

    def change(node, rebuilt):
        for name in getattr(node, "__dataclass_fields__", ()):
            value = getattr(node, name)
            parts = value if isinstance(value, tuple) else (value,)
            for number, part in enumerate(parts):
                if not hasattr(part, "__dataclass_fields__"):
                    continue

                def put(new, node=node, name=name, value=value, number=number):
                    if isinstance(value, tuple):
                        new = (*value[:number], new, *value[number + 1 :])
                    return rebuilt(
                        type(node)(**{f: getattr(node, f) for f in node.__dataclass_fields__} | {name: new})
                    )

                change(part, put)
        match node:
            case ast.Access(array, (first, second)):
                found.append(rebuilt(ast.Access(array, (second, first))))
            case ast.Number(value):
                found.append(rebuilt(ast.Number(value + 1)))
            case ast.Sum((first, *rest)):
                found.append(rebuilt(ast.Sum((*rest, ast.Negative(first)))))
            case ast.Range(name, low, high):
                found.append(rebuilt(ast.Range(name, low, ast.Sum((high, ast.Number(2))))))
            case ast.Quotient(numerator, denominator):
                found.append(rebuilt(ast.Product((numerator, denominator))))

    change(statement.body, lambda body: ast.Statement(statement.target, body, statement.ranges))
    return found


NEAR = [
    ("vector_add", "x_ptr[i] + y_ptr[i] + (1 if i == 1000000 else 0)"),
    ("vector_add", "x_ptr[i] + y_ptr[i] + (1 if n == 1000003 else 0)"),
    ("vector_add", "x_ptr[i] + y_ptr[i] + (1 if num_programs(0) == 3000 else 0)"),
    ("vector_add", "x_ptr[i] + y_ptr[i] + inf - inf"),
    ("vector_add", "x_ptr[i] + y_ptr[i] + 0*inf"),
    ("vector_add", "x_ptr[i] + sqrt(y_ptr[i]^2)"),
    ("vector_add", "(x_ptr[i]*x_ptr[i] + y_ptr[i]*x_ptr[i])/x_ptr[i]"),
    ("vector_add", "log(exp(x_ptr[i])*exp(y_ptr[i])) + 1/1000000000"),
    ("vector_add", "out_ptr[i] = x_ptr[i] + y_ptr[i] for 0 <= i"),
    ("vector_add", "out_ptr[i] = x_ptr[i] + y_ptr[i] for n <= i < n"),
    ("vector_add", "out_ptr[i - 1] = x_ptr[i - 1] + y_ptr[i - 1] for 0 <= i <= n"),
    ("vector_add", "out_ptr[2*i + r] = x_ptr[2*i + r] + y_ptr[2*i + r] for 0 <= r < 2, 0 <= i < (n + 1)//2"),
    ("vector_add", "out_ptr[i] = x_ptr[i] + y_ptr[i]*(2^(i - n)//1 + 1)"),
    ("row_max", "max(k < n_cols + 1, x_ptr[i, k])"),
    ("row_max", "max(max(k < n_cols, x_ptr[i, k]), 0 - 1000000)"),
    ("row_argmax", "argmax(k < n_cols, x_ptr[i, k]; k + 1) - 1 + (1 if n_cols > 1000 else 0)"),
    ("row_argmax", "n_cols - 1 - argmax(k < n_cols, x_ptr[i, n_cols - 1 - k])"),
    ("softmax", "exp(x_ptr[i, j])/sum(k < 1024, exp(x_ptr[i, k]))"),
    ("triu", "x_ptr[i, j] if diagonal <= j - i or i == 12345 else 0"),
    (
        "rotary",
        "out_ptr[i, j, l] = x_ptr[i, j, l]*cos_ptr[i, l] - x_ptr[i, j, l + half]*sin_ptr[i, l] "
        "for 0 <= i < a, 0 <= j < b, 0 <= l < 2*half",
    ),
]


@pytest.mark.parametrize(("kernel", "guess"), NEAR)
def test_what_is_nearly_right_is_never_proved(kernel, guess):
    assert judged(kernel).guess(guess).status in ("refuted", "unknown")


@pytest.mark.parametrize(
    ("kernel", "guess"),
    [
        ("vector_add", "x_ptr[i] + y_ptr[i] + (0 if i < n else 1)"),
        ("vector_add", "log(exp(x_ptr[i])*exp(y_ptr[i]))"),
        ("vector_add", "out_ptr[i - 1] = x_ptr[i - 1] + y_ptr[i - 1] for 1 <= i <= n"),
        ("vector_add", "out_ptr[2*i + r] = x_ptr[2*i + r] + y_ptr[2*i + r] for 0 <= r < 2, 0 <= i < n//2"),
        ("row_mean", "sum(k, x_ptr[i, k]/n_cols)"),
        (
            "int4_dequantise",
            "((packed_ptr[i, j//8] // 16^(j % 8)) % 16 - zero_ptr[i, j//group_size])"
            "*scale_ptr[i, j//group_size]",
        ),
    ],
)
def test_right_in_other_words(kernel, guess):
    assert judged(kernel).guess(guess).status == "proved"


MUTATED = [
    "matmul",
    "softmax",
    "layer_norm",
    "exponential_average",
    "gated_scan",
    "row_variance",
    "cross_entropy",
]


@pytest.mark.parametrize("kernel", MUTATED)
def test_mutants_of_the_formula_are_not_proved(kernel):
    judge = judged(kernel)
    output = judge.claims.lifted.outputs[0]
    (statement,) = parse(
        f"{output.array}[{', '.join(output.indices)}] = {output.formula} for {output.domain}",
        judge.claims.vocabulary.scalars,
    )
    text = Printer(AsciiStyle())
    assert judge.guess(text.statement(statement)).status == "proved"
    wrong = mutants(statement)
    assert len(wrong) >= 3
    verdicts = [judge.guess(text.statement(m)).status for m in wrong]
    assert "proved" not in verdicts, text.statement(wrong[verdicts.index("proved")])
    assert verdicts.count("refuted") >= 0.7 * len(verdicts)


@pytest.mark.parametrize(
    ("kernel", "guess", "reason"),
    [
        ("softmax", "out_ptr[i, j] = x_ptr[i, j]/n_rows", "did you mean n_cols"),
        ("softmax", "out_ptr[i, j] = x[i, j]", "x is no array"),
        ("softmax", "out_ptr[i, j] = x_ptr", "write x_ptr"),
        ("softmax", "out_ptr[i, j, k] = 1", "2 indices"),
        ("softmax", "x_ptr[i, j] = 1", "does not write x_ptr"),
        ("softmax", "out_ptr[i, j] = x_ptr[i, n_cols / 2]", "an integer is needed"),
        ("softmax", "out_ptr[i, j] = expp(x_ptr[i, j])", "did you mean exp"),
        ("softmax", "out_ptr[i, j] = exp(1, 2)", "takes 1 argument"),
        ("softmax", "out_ptr[i, j] = ?? + 1", "sketch"),
        ("softmax", "out_ptr[i, j] = sum(k, 1)", "range of k"),
        ("softmax", "out_ptr[i, j] = x_ptr[i, j] and 1", "condition"),
        ("softmax", "out_ptr[i, j] = 1 for 0 <= i < n_cols", "no range for j"),
        ("softmax", "out_ptr[i, j] = 1; ", None),
        ("softmax", "", "operand"),
        ("row_argmax", "out_ptr[i] = x_ptr[i, 0]", "integer"),
        ("matmul", "c_ptr[i, j] = (i + j + M + N + K)^64", "too large"),
    ],
)
def test_errors_say_what_is_wrong(kernel, guess, reason):
    found = judged(kernel).guess(guess)
    if reason is None:
        assert found.status == "refuted"
    else:
        assert found.status == "error"
        assert reason in (found.reason or "")


def test_what_the_formula_leaves_out_is_said():
    found = judged("layer_norm_blocks").guess("mean_ptr[r] = sum(k, x_ptr[r, k])/n_cols")
    assert found.status == "proved"
    assert "rstd_ptr[i]" in found.notes[0]
    assert "out_ptr[i, j]" in found.notes[0]


def test_a_name_for_the_grid_is_explained():
    found = judged("row_sum").guess("out_ptr[r] = sum(k, x_ptr[r, k]) for 0 <= r < batch")
    assert (found.status, found.notes) == ("proved", ["batch stands for num_programs(0)"])


def test_a_part_of_the_domain_is_enough_and_more_is_too_much():
    judge = judged("vector_add")
    assert judge.guess("out_ptr[i] = x_ptr[i] + y_ptr[i] for 2 <= i < n - 1").status == "proved"
    assert judge.guess("out_ptr[i] = x_ptr[i] + y_ptr[i] for 0 <= i <= n").status != "proved"
    assert judge.guess("out_ptr[2*i] = x_ptr[2*i] + y_ptr[2*i] for 0 <= i < n").status != "proved"


def test_a_difference_below_the_rounding_is_neither_shown_nor_proved():
    found = judged("vector_add").guess("out_ptr[i] = x_ptr[i] + y_ptr[i]*1.0000001")
    assert found.status != "proved"


def test_two_statements_are_judged_together():
    judge = judged("rotary")
    first = "out_ptr[s, h, d] = x_ptr[s, h, d]*cos_ptr[s, d] - x_ptr[s, h, d + half]*sin_ptr[s, d]"
    second = "out_ptr[s, h, d + half] = x_ptr[s, h, d + half]*cos_ptr[s, d] + x_ptr[s, h, d]*sin_ptr[s, d]"
    found = judge.guess(f"{first}; {second}")
    assert (found.status, found.notes) == ("proved", [])
    assert judge.guess(f"{first}; {second.replace('+ x_ptr', '- x_ptr')}").status == "refuted"


def test_too_large_sums_are_not_run():
    judge = judged("matmul")
    found = judge.guess("c_ptr[i, j] = sum(k < 1000000000, sum(r < 1000000000, a_ptr[i, k]*b_ptr[r, j]))")
    assert found.status == "unknown"
    assert found.seconds < 20
    assert _points is not None


def test_python_api():
    (lifted,) = triton_lift.lift(IR / "vector_add.ttir")
    assert lifted.check("x_ptr[i] + y_ptr[i]").status == "proved"
    assert (
        triton_lift.check(lifted, "x_ptr[i]", source=(IR / "vector_add.ttir").read_text()).status == "refuted"
    )
    assert triton_lift.sketch(lifted, "x_ptr[i] + ??").holes == {"??": "y_ptr[i]"}
    assert equal_to_lift(lifted, parse("out_ptr[i] = y_ptr[i] + x_ptr[i]")).status == "proved"
    lifted.status = "unknown"
    assert triton_lift.check(lifted, "x_ptr[i]").status == "unknown"
