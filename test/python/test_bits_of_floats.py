"""Floats seen as integers and back: the formula against the IR executed, and mutants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import triton_lift
from triton_lift.interpreter import interpret

KERNEL = """
tt.func public @kernel(%x: !tt.ptr<IN>, %y: !tt.ptr<OUT>) {
  %c23 = arith.constant 23 : i32
  %c127 = arith.constant 127 : i32
  %c255 = arith.constant 255 : i32
  %low = arith.constant 8388607 : i32
  %c0 = arith.constant 0 : i32
  %p = tt.get_program_id x : i32
  %xp = tt.addptr %x, %p : !tt.ptr<IN>, i32
  %a = tt.load %xp : !tt.ptr<IN>
  BODY
  %yp = tt.addptr %y, %p : !tt.ptr<OUT>, i32
  tt.store %yp, %r : !tt.ptr<OUT>
  tt.return
}
"""
BITS = "%b = tt.bitcast %a : f32 -> i32"
# The exponent; the least power of two that is not smaller; the number again; its magnitude's bits.
EXPONENT = [BITS, "%s = arith.shrsi %b, %c23 : i32", "%e = arith.andi %s, %c255 : i32"]
BODIES = {
    "exponent": ("f32", "i32", [*EXPONENT, "%r = arith.subi %e, %c127 : i32"]),
    "power": (
        "f32",
        "f32",
        [
            *EXPONENT,
            "%m = arith.andi %b, %low : i32",
            "%n = arith.cmpi ne, %m, %c0 : i32",
            "%one = arith.extui %n : i1 to i32",
            "%f = arith.addi %e, %one : i32",
            "%g = arith.shli %f, %c23 : i32",
            "%r = tt.bitcast %g : i32 -> f32",
        ],
    ),
    "again": ("f32", "f32", [BITS, "%r = tt.bitcast %b : i32 -> f32"]),
    "bf16": ("bf16", "i16", ["%r = tt.bitcast %a : bf16 -> i16"]),
    "f16": ("i16", "f16", ["%r = tt.bitcast %a : i16 -> f16"]),
}
FLOATS = np.array([1.0, 1.5, 0.1, 1e-30, 3e8, 0.5, 2.0, 7.0], np.float32)
INTEGERS = np.array([0x3C00, 0x3C01, 1, 0x7BFF, 0x1234, 0x2000, 0x3FFF, 0x4000], np.int16)


def lifted(name: str) -> tuple[str, triton_lift.Lifted]:
    source, result, body = BODIES[name]
    text = KERNEL.replace("BODY", "\n  ".join(body)).replace("IN", source).replace("OUT", result)
    (kernel,) = triton_lift.lift(text)
    assert kernel.status == "verified", kernel.reason
    return text, kernel


def results(name: str) -> tuple[Any, Any]:
    text, kernel = lifted(name)
    source, result, _ = BODIES[name]
    x = INTEGERS if source == "i16" else FLOATS
    if source == "bf16":
        x = (x.view(np.int32) & ~0xFFFF).view(np.float32)
    args = {"arg0": x, "arg1": np.zeros(8, np.float32 if result[0] == "f" else np.int32)}
    if result in ("i16", "f16"):
        args["arg1"] = np.zeros(8, np.int16 if result == "i16" else np.float16)
    by_formula = kernel.evaluate(args, (8, 1, 1))["arg1"]
    return np.asarray(by_formula, np.float64), interpret(text, args, (8, 1, 1))["arg1"].astype(np.float64)


@pytest.mark.parametrize("name", BODIES)
def test_formula(name: str) -> None:
    by_formula, by_ir = results(name)
    assert np.allclose(by_formula, by_ir, rtol=1e-6)


def test_each_is_the_others_mutant() -> None:
    found = [results(name)[0] for name in ("exponent", "power", "again")]
    assert not any(np.allclose(a, b) for i, a in enumerate(found) for b in found[:i])


def test_bits_of_what_was_computed_are_listed() -> None:
    assert any("take its bits" in line for line in lifted("exponent")[1].real_arithmetic)
    assert not lifted("f16")[1].real_arithmetic


def test_formats_without_a_meaning() -> None:
    text = (
        KERNEL.replace("BODY", "%r = tt.bitcast %a : f8E5M2 -> i8")
        .replace("IN", "f8E5M2")
        .replace("OUT", "i8")
    )
    (kernel,) = triton_lift.lift(text)
    assert kernel.status == "unsupported" and "bits of f8E5M2" in (kernel.reason or "")


def of_bits(*body: str) -> triton_lift.Lifted:
    """The lift of y := f(the float whose bits are x)."""
    text = KERNEL.replace("BODY", "\n  ".join(["%f = tt.bitcast %a : i32 -> f32", *body]))
    (kernel,) = triton_lift.lift(text.replace("IN", "i32").replace("OUT", "f32"))
    return kernel


def test_bits_may_stand_for_anything() -> None:
    """Nothing cancels that NaN or infinity would keep, and finiteness is listed."""
    for operation in ("arith.subf %f, %f", "arith.divf %f, %f"):
        kernel = of_bits(f"%r = {operation} : f32")
        assert kernel.status == "verified" and kernel.outputs[0].formula not in ("0", "1")
        assert any("finite" in line for line in kernel.assumptions)


@pytest.mark.parametrize(
    ("bits", "formula"),
    [(0x3FC00000, "3/2"), (0xFF800000 - (1 << 32), "-∞"), (0xBF000000 - (1 << 32), "-1/2")],
)
def test_constant_bits(bits: int, formula: str) -> None:
    text = KERNEL.replace("BODY", f"%b = arith.constant {bits} : i32\n  %r = tt.bitcast %b : i32 -> f32")
    (kernel,) = triton_lift.lift(text.replace("IN", "i32").replace("OUT", "f32"))
    shown = {"3/2": ("3/2", "1.5"), "-1/2": ("-1/2", "-0.5")}.get(formula, (formula,))
    assert kernel.outputs[0].formula in shown
