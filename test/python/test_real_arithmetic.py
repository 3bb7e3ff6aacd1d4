"""Where the machine computes something else than the formula says, it is listed."""

from __future__ import annotations

import pytest

import triton_lift
from triton_lift.reading.constants import named_constant
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import make

KERNEL = """
tt.func public @kernel(%x: !tt.ptr<IN>, %y: !tt.ptr<OUT>) {{
  %p = tt.get_program_id x : i32
  %xp = tt.addptr %x, %p : !tt.ptr<IN>, i32
  %a = tt.load %xp : !tt.ptr<IN>
  {body}
  %yp = tt.addptr %y, %p : !tt.ptr<OUT>, i32
  tt.store %yp, %r : !tt.ptr<OUT>
  tt.return
}}
"""


def listed(source: str, result: str, *body: str) -> list[str]:
    """What is listed of y[p] := body(x[p])."""
    text = KERNEL.format(body="\n  ".join(body)).replace("IN", source).replace("OUT", result)
    (kernel,) = triton_lift.lift(text)
    assert kernel.status == "verified", kernel.reason
    return [line.split(" (at ")[0] for line in kernel.real_arithmetic]


@pytest.mark.parametrize("function", ["__nv_fast_expf", "__ocml_native_exp_f32", "__nv_fast_sinf"])
def test_less_precise_functions(function: str) -> None:
    def call(name: str) -> str:
        return (
            f'%r = tt.extern_elementwise %a {{libname = "", libpath = "", pure = true, symbol = "{name}"}} '
            ": (f32) -> f32"
        )

    assert any(function in line for line in listed("f32", "f32", call(function)))
    exact = function.replace("fast_", "").replace("native_", "")
    assert listed("f32", "f32", call(exact)) == []


@pytest.mark.parametrize(
    ("source", "result", "body", "bound"),
    [
        ("i32", "f32", ["%r = arith.sitofp %a : i32 to f32"], "2^24"),
        ("i32", "f32", ["%r = arith.uitofp %a : i32 to f32"], "2^24"),
        ("i64", "f64", ["%r = arith.sitofp %a : i64 to f64"], "2^53"),
        ("i16", "bf16", ["%r = arith.sitofp %a : i16 to bf16"], "2^8"),
        ("i32", "f64", ["%r = arith.sitofp %a : i32 to f64"], None),
        ("i16", "f32", ["%r = arith.sitofp %a : i16 to f32"], None),
        ("i8", "f16", ["%r = arith.uitofp %a : i8 to f16"], None),
        (
            "i32",
            "f32",
            [
                "%c = arith.constant 16777215 : i32",
                "%m = arith.andi %a, %c : i32",
                "%r = arith.uitofp %m : i32 to f32",
            ],
            None,
        ),
        (
            "i32",
            "f32",
            [
                "%c = arith.constant 33554431 : i32",
                "%m = arith.andi %a, %c : i32",
                "%r = arith.uitofp %m : i32 to f32",
            ],
            "2^24",
        ),
    ],
)
def test_conversions_of_integers(source: str, result: str, body: list[str], bound: str | None) -> None:
    lines = listed(source, result, *body)
    assert (not lines) if bound is None else any(bound in line for line in lines), lines


@pytest.mark.parametrize(
    ("number", "type_name", "name"),
    [
        (1.44269502162933349609375, "f32", "log2(e)"),
        (1.4426950408889634, "f64", "log2(e)"),
        (0.693147182464599609375, "f32", "log(2)"),
        (1.4426951408386230, "f32", None),  # the next f32
        (1.44269502162933349609375, "f64", None),  # the f32, as an f64, is not the nearest
        (0.6931472, "f64", None),
    ],
)
def test_named_constants(number: float, type_name: str, name: str | None) -> None:
    found = named_constant(number, type_name)
    assert (found and found[0]) == name


def test_base_two_is_base_e() -> None:
    x = make("read", (ints.ZERO,), (0, 0, ()), "real")
    assert reals.apply("exp2", reals.mul(reals.LOG2_E, x)) is reals.apply("exp", x)
    assert reals.apply("exp", reals.mul(reals.LOG_2, x)) is reals.apply("exp2", x)
    # A summand without the factor keeps the base.
    assert reals.apply("exp2", reals.add(reals.mul(reals.LOG2_E, x), x)).attr == "exp2"
