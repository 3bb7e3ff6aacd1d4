"""Where the machine computes something else than the formula says, it is listed."""

from __future__ import annotations

import pytest

import triton_lift

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
