"""The last program to arrive: whichever it is, the result is the formula's; where the counter starts is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import soundness.arrivals as kernels
from soundness.case import CASES
from triton_lift import Lifted, lift
from triton_lift.interpreter import Options, interpret
from triton_lift.ir import parse_module

GRID = (3, 1, 1)
NAMES = kernels.VERIFIED.split()


def lifted(name: str) -> Lifted:
    return lift(CASES[name].ir, timeout=60)[0]


def arguments(name: str) -> dict[str, Any]:
    """Of a draw whose sizes need three programs."""
    draw = next(CASES[name].draws())
    return {**draw.args, "n": 21, **({"m": 3} if "m" in draw.args else {})}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("backwards", [False, True], ids=["ascending", "descending"])
def test_any_program_may_be_the_last(name: str, backwards: bool) -> None:
    args = arguments(name)
    by_formula = lifted(name).evaluate(args, GRID)
    module = parse_module(CASES[name].ir, name)
    by_ir = interpret(module, args, GRID, options=replace(Options(), backwards=backwards))
    for array, values in by_formula.items():
        np.testing.assert_allclose(values, by_ir[array], rtol=1e-5, atol=1e-5, err_msg=array)


@pytest.mark.parametrize("name", NAMES)
def test_counter_starts_at_zero(name: str) -> None:
    found = lifted(name)
    (line,) = [p for p in found.preconditions if p.endswith("] = 0")]
    args = arguments(name)
    counter, place = line.removesuffix("] = 0").split("[")
    args[counter] = args[counter].copy()
    args[counter][int(place)] = 1
    with pytest.raises(ValueError, match="precondition does not hold"):
        found.evaluate(args, GRID)


def test_the_number_of_programs_is_the_counts() -> None:
    """A caller who says how many programs there are must say so truly."""
    found = lifted("counted_as_told")
    assert "m = num_programs(0)" in found.preconditions or "num_programs(0) = m" in found.preconditions
    with pytest.raises(ValueError, match="precondition does not hold"):
        found.evaluate({**arguments("counted_as_told"), "m": 2}, GRID)


@pytest.mark.parametrize("name", NAMES)
def test_what_makes_others_stores_visible_is_said(name: str) -> None:
    assert any("sees what they stored" in line for line in lifted(name).assumptions)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("places_drawn_from_a_counter", "its result is a place to store at"),
        ("running_total_returned", "depends on the order in which programs run"),
        ("total_read_before_arrival", "before they are known to have arrived"),
        ("last_says_who_it_is", "depends on which one that is"),
        ("loaded_again_and_put_back", "several programs may take themselves for the last"),
        ("added_after_arrival", "after the counter is incremented"),
        ("two_counters", "several counters"),
    ],
)
def test_reasons(name: str, reason: str) -> None:
    assert reason in str(lifted(name).reason)
