"""What is said of a kernel's floats is true: exposed kernels are caught with an input, their twins are not."""

from __future__ import annotations

import json
import math
import random
from functools import cache
from typing import Any

import numpy as np
import pytest

import numerics_kernels as kernels
import triton_lift
from triton_lift.evaluation.terms import Evaluator
from triton_lift.numerics.bounds import Bounds
from triton_lift.proving import Context, Session
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make

EXP, LOG, ROOT, DIVISION = "overflow of exp", "logarithm of 0", "root of a negative number", "division by 0"
CANCELLATION, NARROW = "cancellation", "sum in a narrow type"

EXPOSED: dict[Any, set[str]] = {
    kernels.softmax_unshifted: {EXP, DIVISION},
    kernels.softmax_shifted_by_less: {EXP},
    kernels.softmax_without_its_first: {DIVISION},
    kernels.sum_of_exponentials: {EXP, DIVISION},
    kernels.softplus_plain: {EXP},
    kernels.softplus_guarded_from_below: {EXP},
    kernels.tanh_by_exponentials: {EXP},
    kernels.logarithm: {LOG},
    kernels.logarithm_clamped_from_above: {LOG},
    kernels.reciprocal: {DIVISION},
    kernels.root: {ROOT},
    kernels.inverse_deviation: {ROOT},
    kernels.variance_of_squares: {CANCELLATION},
    kernels.root_mean_square_in_half: {NARROW},
}
PROTECTED: dict[Any, dict[str, str]] = {
    kernels.softmax_shifted: {EXP: "the maximum is subtracted", DIVISION: "the largest summand is 1"},
    kernels.online_softmax: {EXP: "the maximum is subtracted", DIVISION: "the largest summand is 1"},
    kernels.softmax_of_all_but_the_first: {
        EXP: "the maximum is subtracted",
        DIVISION: "the largest summand is 1",
    },
    kernels.softplus_guarded: {EXP: "guarded by a condition"},
    kernels.tanh_of_absolute_value: {EXP: "absolute value"},
    kernels.logarithm_clamped: {LOG: "clamped"},
    kernels.reciprocal_guarded: {DIVISION: "a positive number is added"},
    kernels.root_of_clamped: {ROOT: "clamped"},
    kernels.inverse_deviation_with_eps: {ROOT: "eps > 0 is added"},
    kernels.sigmoid: {EXP: "the limit is right"},
    kernels.variance_centred: {},
    kernels.root_mean_square_in_single: {},
}


@cache
def source(kernel: Any) -> str:
    return kernels.ir_of(kernel, "fp16" if "mean_square" in kernel.__name__ else "fp32")


def lifted(kernel: Any) -> triton_lift.Lifted:
    (result,) = triton_lift.lift(source(kernel))
    assert result.status == "verified"
    return result


@pytest.mark.parametrize("kernel", EXPOSED, ids=lambda k: k.__name__)
def test_exposed(kernel: Any) -> None:
    result = lifted(kernel)
    exposed = [f for f in result.numerics if not f.protected]
    assert {f.kind for f in exposed} == EXPOSED[kernel]
    for finding in exposed:
        shown = finding.input
        assert shown is not None and finding.location is not None
        args = {n: a.array() if hasattr(a, "array") else a for n, a in shown.args.items()}
        assert all(np.isfinite(a).all() for a in args.values())
        after = triton_lift.interpret(source(kernel), args, tuple(shown.grid))
        got = float(after[shown.array][shown.element])
        assert got == float(shown.kernel) or (math.isnan(got) and shown.kernel == "nan")
        if shown.exact is not None:
            exact = result.evaluate(args, tuple(shown.grid))[shown.array][shown.element]
            assert exact == float(shown.exact)
            assert not abs(got - exact) <= 0.01 * max(abs(exact), 1e-3)


@pytest.mark.parametrize("kernel", PROTECTED, ids=lambda k: k.__name__)
def test_protected(kernel: Any) -> None:
    result = lifted(kernel)
    assert [f.text for f in result.numerics if not f.protected] == []
    for kind, means in PROTECTED[kernel].items():
        texts = [f.text for f in result.numerics if f.kind == kind]
        assert texts and all(means in text for text in texts), texts


def test_in_the_report() -> None:
    data = json.loads(json.dumps(lifted(kernels.softplus_plain).to_json()))
    (found,) = (f for f in data["numerics"] if not f["protected"])
    assert found["kind"] == EXP and found["input"]["kernel"] == "inf"
    assert set(found) == {"kind", "protected", "text", "location", "input"}


X = make("read", (ints.ZERO,), (0, 0, ()), "real")


@pytest.mark.parametrize(
    ("term", "low", "high"),
    [
        (reals.apply("exp", X), 0, math.inf),
        (reals.mul(X, X), 0, math.inf),
        (reals.mul(X, X, X), -math.inf, math.inf),
        (reals.add(reals.ONE, reals.apply("abs", X)), 1, math.inf),
        (reals.apply("tanh", X), -1, 1),
        (reals.div(reals.ONE, reals.add(reals.ONE, reals.apply("exp", X))), 0, 1),
        (reals.minimum(X, reals.const(3)), -math.inf, 3),
        (reals.div(X, X), -math.inf, math.inf),
        (reals.mul(reals.MINUS_ONE, reals.maximum(X, reals.const(2))), -math.inf, -2),
    ],
)
def test_bounds(term: Term, low: float, high: float) -> None:
    span = Bounds(Context(Session()), "f32", {}).of(term)
    assert (span.low, span.high) == (low, high)


@pytest.mark.parametrize(
    ("fact", "low", "high"),
    [
        (reals.compare("rle", X, reals.const(20)), -math.inf, 20),
        (bools.negate(reals.compare("rlt", reals.const(20), X)), -math.inf, 20),
        (reals.compare("rlt", reals.const(20), X), 20, math.inf),
        (bools.negate(reals.compare("rle", X, reals.const(20))), 20, math.inf),
    ],
)
def test_bounds_by_conditions(fact: Term, low: float, high: float) -> None:
    span = Bounds(Context(Session(), [fact]), "f32", {}).of(X)
    assert (span.low, span.high) == (low, high)


READS = [make("read", (ints.const(i),), (0, 0, ()), "real") for i in range(3)]
OPERATIONS = ["add", "mul", "div", "max", "min", "select", "exp", "log", "sqrt", "abs", "tanh", "negate"]


def random_term(rng: random.Random, depth: int) -> Term:
    """A term over three elements; divisors are positive."""
    if depth == 0 or rng.random() < 0.15:
        return rng.choice([*READS, *(reals.const(k) for k in (-2, -1, 0, 1, 3))])
    a, b = random_term(rng, depth - 1), random_term(rng, depth - 1)
    match rng.choice(OPERATIONS):
        case "add":
            return reals.add(a, b)
        case "mul":
            return reals.mul(a, b)
        case "div":
            return reals.div(a, reals.add(reals.ONE, reals.mul(b, b)))
        case "max":
            return reals.maximum(a, b)
        case "min":
            return reals.minimum(a, b)
        case "select":
            return reals.select(reals.compare("rlt", a, b), *(random_term(rng, depth - 1) for _ in "ab"))
        case "negate":
            return reals.negate(a)
        case name:
            return reals.apply(name, a)


@pytest.mark.parametrize("block", range(8))
def test_bounds_hold(block: int) -> None:
    known = 0
    for seed in range(250 * block, 250 * (block + 1)):
        rng = random.Random(seed)
        term = random_term(rng, 4)
        span = Bounds(Context(Session()), "f64", {}).of(term)
        known += span.known
        for _ in range(12):
            array = np.array([rng.choice([-1e3, -5, -1, -0.5, 0, 0.25, 1, 2, 40, 1e3]) for _ in READS])
            value = float(Evaluator({}, {0: array})(term))
            slack = 1e-9 * max(1.0, abs(value))
            assert not math.isfinite(value) or span.low - slack <= value <= span.high + slack, (seed, term)
    assert known > 50


def test_division_by_nothing_but_0() -> None:
    assert not Bounds(Context(Session()), "f32", {}).of(make("rdiv", (X, reals.ZERO), None, "real")).known
