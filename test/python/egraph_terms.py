"""Terms to simplify: one kernel's worth of names, and the printer that the tests read formulas with."""

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
    printer.name_indices([J])
    return printer.show(t)
