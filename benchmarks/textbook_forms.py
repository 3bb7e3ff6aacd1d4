"""Forms in which kernels compute things, and what a paper prints: for the tests and the benchmark of simplifiers."""

from __future__ import annotations

from collections.abc import Callable

from triton_lift.proving import Context, Session
from triton_lift.render.accesses import Layouts
from triton_lift.render.formula import FormulaPrinter
from triton_lift.render.styles import TextStyle
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

N = make("param", (), (9, "n"), "int")
J = var("j")
X, Y, EPS = (make("param", (), (i, name), "real") for i, name in ((1, "x"), (2, "y"), (3, "eps")))
COUNT = reals.from_int(N)
ONE, TWO, HALF = reals.ONE, reals.const(2), reals.div(reals.ONE, reals.const(2))
ZERO = reals.ZERO


def element(array: int, *index: Term) -> Term:
    """An element of array 0 (a) or 1 (b)."""
    return make("read", (ints.add(*index),), (array, 0), "real")


def a(*index: Term) -> Term:
    return element(0, *index)


def b(*index: Term) -> Term:
    return element(1, *index)


def over(kind: str, body: Callable[[Term], Term], high: Term = N, low: Term = ints.ZERO) -> Term:
    """A reduction over low ≤ k < high."""
    k = var("k")
    return make("reduce", (k, low, high, bools.TRUE, body(k)), (kind, 1), "real")


def total(body: Callable[[Term], Term]) -> Term:
    return over("add", body)


def greatest(body: Callable[[Term], Term]) -> Term:
    return over("max", body)


def exp(t: Term) -> Term:
    return reals.apply("exp", t)


def log(t: Term) -> Term:
    return reals.apply("log", t)


def square(t: Term) -> Term:
    return reals.mul(t, t)


def given(*facts: Term, least: int = 1) -> Context:
    """n ≥ `least`, 0 ≤ j < n, and more facts."""
    size = bools.le(ints.const(least), N)
    return Context(Session(), [size, bools.le(ints.ZERO, J), bools.lt(J, N), *facts])


def text(t: Term) -> str:
    """The formula as it is printed; the index is i."""
    printer = FormulaPrinter(TextStyle(), {0: "a", 1: "b"}, Layouts(), set())
    printer.name_indices([(J, "i")])
    return printer.show(t)


def shifted(k: Term) -> Term:
    """exp(a[k] − max a)."""
    return exp(reals.sub(a(k), greatest(a)))


FIXED = ints.const(4096)
PART = reals.div(ONE, reals.const(4096))
ABS = reals.apply("abs", X)
MEAN = reals.div(total(a), COUNT)
DOWN = exp(reals.negate(ABS))
TWICE = reals.mul(TWO, X)
VARIANCE = "(Σ[k<n] (a[k] - (Σ[r<n] a[r]) / n)²) / n"
SIGMOID = "1 / (1 + exp(-x))"

TEXTBOOK = {
    "softmax": (reals.div(shifted(J), total(shifted)), "exp(a[i]) / (Σ[k<n] exp(a[k]))"),
    "logsumexp": (reals.add(log(total(shifted)), greatest(a)), "log(Σ[k<n] exp(a[k]))"),
    "log softmax": (
        reals.sub(reals.sub(a(J), greatest(a)), log(total(shifted))),
        "a[i] - log(Σ[k<n] exp(a[k]))",
    ),
    "log of softmax": (log(reals.div(shifted(J), total(shifted))), "a[i] - log(Σ[k<n] exp(a[k]))"),
    "cross entropy": (
        reals.sub(reals.add(log(total(shifted)), greatest(a)), b(J)),
        "log(Σ[k<n] exp(a[k])) - b[i]",
    ),
    "attention": (
        reals.div(total(lambda k: reals.mul(shifted(k), b(k))), total(shifted)),
        "(Σ[k<n] exp(a[k])·b[k]) / (Σ[k<n] exp(a[k]))",
    ),
    "attention in base 2": (
        reals.div(
            total(lambda k: reals.mul(reals.apply("exp2", reals.sub(a(k), greatest(a))), b(k))),
            total(lambda k: reals.apply("exp2", reals.sub(a(k), greatest(a)))),
        ),
        "(Σ[k<n] exp2(a[k])·b[k]) / (Σ[k<n] exp2(a[k]))",
    ),
    "mean of a softmax": (
        total(lambda k: reals.mul(reals.div(exp(a(k)), total(lambda r: exp(a(r)))), b(k))),
        "(Σ[k<n] exp(a[k])·b[k]) / (Σ[k<n] exp(a[k]))",
    ),
    "sigmoid": (reals.div(exp(X), reals.add(exp(X), ONE)), SIGMOID),
    "stable sigmoid": (
        reals.select(
            reals.compare("rle", ZERO, X),
            reals.div(ONE, reals.add(ONE, exp(reals.negate(X)))),
            reals.div(exp(X), reals.add(ONE, exp(X))),
        ),
        SIGMOID,
    ),
    "sigmoid by |x|": (
        reals.select(
            reals.compare("rle", ZERO, X), reals.div(ONE, reals.add(ONE, DOWN)), reals.div(DOWN, reals.add(ONE, DOWN))
        ),
        SIGMOID,
    ),
    "sigmoid by tanh": (
        reals.add(HALF, reals.mul(HALF, reals.apply("tanh", reals.mul(HALF, X)))),
        SIGMOID,
    ),
    "silu": (reals.mul(X, reals.div(exp(X), reals.add(ONE, exp(X)))), "x / (1 + exp(-x))"),
    "softplus": (reals.add(reals.maximum(X, ZERO), log(reals.add(ONE, DOWN))), "log(1 + exp(x))"),
    "log sigmoid": (reals.sub(reals.minimum(X, ZERO), log(reals.add(ONE, DOWN))), "-log(1 + exp(-x))"),
    "binary cross entropy": (
        reals.add(reals.maximum(X, ZERO), reals.negate(reals.mul(X, Y)), log(reals.add(ONE, DOWN))),
        "log(1 + exp(x)) - x·y",
    ),
    "tanh": (reals.sub(reals.div(TWO, reals.add(ONE, exp(reals.negate(TWICE)))), ONE), "tanh(x)"),
    "tanh by a quotient": (
        reals.div(reals.sub(exp(TWICE), ONE), reals.add(exp(TWICE), ONE)),
        "tanh(x)",
    ),
    "tanh by both": (
        reals.div(reals.sub(exp(X), exp(reals.negate(X))), reals.add(exp(X), exp(reals.negate(X)))),
        "tanh(x)",
    ),
    "mish": (
        reals.mul(X, reals.div(
            reals.sub(square(reals.add(ONE, exp(X))), ONE), reals.add(square(reals.add(ONE, exp(X))), ONE)
        )),
        "x·tanh(log(1 + exp(x)))",
    ),
    "gelu by erfc": (
        reals.mul(HALF, X, reals.sub(TWO, reals.sub(ONE, reals.apply("erf", X)))),
        "0.5·x·(1 + erf(x))",
    ),
    "variance by moments": (
        reals.sub(reals.div(total(lambda k: square(a(k))), COUNT), square(MEAN)),
        VARIANCE,
    ),
    "variance": (reals.div(total(lambda k: square(reals.sub(a(k), MEAN))), COUNT), VARIANCE),
    "layer norm": (
        reals.mul(reals.sub(a(J), MEAN), reals.apply("rsqrt", reals.add(
            reals.sub(reals.div(total(lambda k: square(a(k))), COUNT), square(MEAN)), EPS
        ))),
        f"(a[i] - (Σ[k<n] a[k]) / n) / sqrt({VARIANCE} + eps)",
    ),
    "rms norm": (
        reals.mul(a(J), reals.apply("rsqrt", reals.add(reals.div(total(lambda k: square(a(k))), COUNT), EPS))),
        "a[i] / sqrt((Σ[k<n] a[k]²) / n + eps)",
    ),
    "cosine similarity": (
        reals.mul(
            total(lambda k: reals.mul(a(k), b(k))),
            reals.apply("rsqrt", total(lambda k: square(a(k)))),
            reals.apply("rsqrt", total(lambda k: square(b(k)))),
        ),
        "(Σ[k<n] a[k]·b[k]) / (sqrt(Σ[k<n] a[k]²)·sqrt(Σ[k<n] b[k]²))",
    ),
    "divergence": (
        total(lambda k: reals.mul(exp(a(k)), reals.sub(log(exp(a(k))), log(exp(b(k)))))),
        "Σ[k<n] exp(a[k])·(a[k] - b[k])",
    ),
    "a constant out of a sum": (total(lambda k: reals.mul(X, a(k), Y)), "x·y·(Σ[k<n] a[k])"),
    "a weighted mean": (
        reals.add(reals.mul(X, a(J)), reals.mul(reals.sub(ONE, X), b(J))),
        "x·a[i] + (1 - x)·b[i]",
    ),
    "variance of 4096 by moments": (
        reals.sub(
            reals.mul(PART, over("add", lambda k: square(a(k)), FIXED)), square(reals.mul(PART, over("add", a, FIXED)))
        ),
        "(Σ[k<4096] (a[k] - (Σ[r<4096] a[r]) / 4096)²) / 4096",
    ),
    "absolute value": (reals.maximum(X, reals.negate(X)), "|x|"),
}  # fmt: skip
