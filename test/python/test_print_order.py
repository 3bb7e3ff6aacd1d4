"""How a formula reads does not depend on what was made before it."""

from __future__ import annotations

import pytest

from triton_lift.render.accesses import Layouts
from triton_lift.render.formula import FormulaPrinter
from triton_lift.render.styles import TextStyle
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import make, var


@pytest.mark.parametrize("first", ["index", "element"])
def test_sides_of_an_equality(first: str) -> None:
    """Which of the two is older decides on the sign in the term, and on nothing that is printed."""
    i = var("i")
    k = var("k") if first == "index" else None
    where = ints.add(i, ints.const(1 if first == "index" else 2))
    element = make("read", (where,), (0, 0), "int")
    k = k or var("k")
    printer = FormulaPrinter(TextStyle(), {0: "t"}, Layouts(), set())
    printer.name_indices([(i, "i"), (k, "j")])
    for equation in (bools.eq(k, element), bools.eq(element, k)):
        assert printer.show(equation).startswith("j = t[i + ")
