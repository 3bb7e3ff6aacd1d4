"""The interpreter's arithmetic: where integers wrap, how floats round, what nan does."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from interpreter_kernels import binary, compute, unary
from triton_lift.interpreter import InterpreterError, Options
from triton_lift.interpreter.elements import FORMATS, element, round_to

TORCH = {
    "bf16": torch.bfloat16,
    "f8E5M2": torch.float8_e5m2,
    "f8E4M3FN": torch.float8_e4m3fn,
    "f8E4M3FNUZ": torch.float8_e4m3fnuz,
    "f8E5M2FNUZ": torch.float8_e5m2fnuz,
}


@pytest.mark.parametrize(
    ("op", "a", "b", "expected"),
    [
        ("arith.addi", [127, -128, 5], [1, -1, -7], [-128, 127, -2]),
        ("arith.subi", [-128, 0, 5], [1, -128, 7], [127, -128, -2]),
        ("arith.muli", [64, -128, 11], [2, -1, 13], [-128, -128, -113]),
        ("arith.divsi", [7, -7, 7, -7], [2, 2, -2, -2], [3, -3, -3, 3]),
        ("arith.remsi", [7, -7, 7, -7], [2, 2, -2, -2], [1, -1, 1, -1]),
        ("arith.divui", [-1, 200 - 256, 7], [2, 3, -1], [127, 66, 0]),
        ("arith.remui", [-1, 200 - 256, 7], [2, 3, -1], [1, 2, 7]),
        ("arith.shli", [1, 1, 3], [7, 8, 1], [-128, 0, 6]),
        ("arith.shrui", [-1, -128, -1], [1, 7, 8], [127, 1, 0]),
        ("arith.shrsi", [-1, -128, 64], [1, 7, 100], [-1, -1, 0]),
        ("arith.maxsi", [-1, 3, -128], [1, -3, 127], [1, 3, 127]),
        ("arith.maxui", [-1, 3, -128], [1, -3, 127], [-1, -3, -128]),
        ("arith.minui", [-1, 3, -128], [1, -3, 127], [1, 3, 127]),
        ("arith.xori", [5, -1, 0], [3, 1, 0], [6, -2, 0]),
        ("tt.mulhiui", [-1, 127, 16], [-1, 2, 16], [-2, 0, 1]),
    ],
)
def test_i8(op: str, a: list[int], b: list[int], expected: list[int]) -> None:
    assert binary(op, "i8", a, b) == expected


@given(a=st.integers(-(2**31), 2**31 - 1), b=st.integers(-(2**31), 2**31 - 1))
def test_i32_wraps(a: int, b: int) -> None:
    def wrap(x: int) -> int:
        return (x + 2**31) % 2**32 - 2**31

    assert binary("arith.addi", "i32", [a], [b]) == [wrap(a + b)]
    assert binary("arith.muli", "i32", [a], [b]) == [wrap(a * b)]
    assert binary("tt.mulhiui", "i32", [a], [b]) == [wrap(((a % 2**32) * (b % 2**32)) >> 32)]
    if b != 0:
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        assert binary("arith.divsi", "i32", [a], [b]) == [wrap(quotient)]
        assert binary("arith.remsi", "i32", [a], [b]) == [wrap(a - b * quotient)]


def test_division_by_zero_gives_garbage() -> None:
    (found,) = binary("arith.divsi", "i32", [7], [0])
    assert found == Options().garbage_int & 0x7FFFFFFF


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ("slt", [True, False, False]),
        ("ult", [False, True, False]),
        ("sge", [False, True, True]),
        ("uge", [True, False, True]),
        ("eq", [False, False, True]),
        ("ne", [True, True, False]),
    ],
)
def test_compare_integers(predicate: str, expected: list[bool]) -> None:
    assert binary(f"arith.cmpi {predicate},", "i8", [-1, 1, 3], [1, -1, 3], out="i1") == expected


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        ("olt", [1, 0, 0, 0]),
        ("ult", [1, 0, 0, 1]),
        ("one", [1, 0, 1, 0]),
        ("une", [1, 0, 1, 1]),
        ("oeq", [0, 1, 0, 0]),
        ("ueq", [0, 1, 0, 1]),
        ("ord", [1, 1, 1, 0]),
        ("uno", [0, 0, 0, 1]),
    ],
)
def test_compare_floats(predicate: str, expected: list[int]) -> None:
    found = binary(f"arith.cmpf {predicate},", "f32", [1, 2, 3, np.nan], [2, 2, 1, 1], "i1", np.float32)
    assert found == expected


def test_i1_is_minus_one_when_signed() -> None:
    bits = np.array([0, 1])
    assert unary("arith.extsi", "i1", "i32", bits).tolist() == [0, -1]
    assert unary("arith.extui", "i1", "i32", bits).tolist() == [0, 1]
    assert unary("arith.sitofp", "i1", "f32", bits).tolist() == [0, -1]
    assert unary("arith.uitofp", "i1", "f32", bits).tolist() == [0, 1]
    assert binary("arith.addi", "i1", [1, 1, 0], [1, 0, 0]) == [0, 1, 0]
    assert binary("arith.muli", "i1", [1, 1, 0], [1, 0, 0]) == [1, 0, 0]
    assert binary("arith.maxsi", "i1", [1, 1, 0], [1, 0, 0]) == [1, 0, 0]
    assert binary("arith.cmpi slt,", "i1", [1, 1, 0], [1, 0, 0], out="i1") == [0, 1, 0]


def test_conversions_to_integers_saturate() -> None:
    values = np.array([1.9, -1.9, 300.0, -300.0, np.nan, np.inf], np.float32)
    assert unary("arith.fptosi", "f32", "i8", values).tolist() == [1, -1, 127, -128, 0, 127]
    assert unary("arith.fptoui", "f32", "i8", values).tolist() == [1, 0, -1, 0, 0, -1]
    assert unary("arith.trunci", "i32", "i8", np.array([300, -1])).tolist() == [44, -1]


def test_maximum_of_nan() -> None:
    a, b = [np.nan, 1.0], [2.0, np.nan]
    assert binary("arith.maxnumf", "f32", a, b, dtype=np.float32) == [2.0, 1.0]
    assert np.isnan(binary("arith.maximumf", "f32", a, b, dtype=np.float32)).all()


def test_floats_round_in_their_own_precision() -> None:
    assert binary("arith.addf", "f16", [2048.0], [1.0], dtype=np.float16) == [2048.0]
    assert binary("arith.addf", "f32", [2.0**24], [1.0], dtype=np.float32) == [2.0**24]
    assert binary("arith.addf", "bf16", [256.0], [1.0], dtype=np.float32) == [256.0]
    assert binary("arith.mulf", "f16", [60000.0], [2.0], dtype=np.float16) == [np.inf]


@pytest.mark.parametrize("name", TORCH)
def test_formats_against_torch(name: str) -> None:
    """Every bit pattern, and the rounding of numbers at, beside and between the representable ones."""
    kind = element(name)
    assert kind.format is not None
    bits = np.arange(1 << kind.width).astype(kind.storage)
    values = kind.from_storage(bits)
    wide = (
        torch.from_numpy(bits.view(np.int16 if kind.width == 16 else np.uint8))
        .view(TORCH[name])
        .float()
        .numpy()
    )
    np.testing.assert_array_equal(values, wide)
    finite = np.sort(values[np.isfinite(values)])
    middles = (finite[1:].astype(np.float64) + finite[:-1]) / 2
    largest = float(finite[-1])
    near = np.concatenate([finite, middles, middles * (1 + 1e-6), middles * (1 - 1e-6), [largest * 0.999]])
    given_floats = near.astype(np.float32)
    expected = torch.from_numpy(given_floats).to(TORCH[name]).float().numpy()
    inside = np.abs(given_floats) <= kind.format.largest  # beyond it, torch saturates some formats
    np.testing.assert_array_equal(kind.round(given_floats)[inside], expected[inside])
    canonical = np.isfinite(values)
    np.testing.assert_array_equal(kind.to_storage(values)[canonical], bits[canonical])


def test_rounding_toward_zero() -> None:
    bf16 = FORMATS["bf16"]
    values = np.array([1.999, -1.999, 1e39])
    assert round_to(values, bf16, toward_zero=True).tolist() == [1.9921875, -1.9921875, bf16.largest]
    body = "    %r = tt.fp_to_fp %a_v, rounding = rtz : tensor<2xf32> -> tensor<2xf16>"
    found = compute(body, ("f32",), "f16", (np.array([2049.9, -2049.9], np.float32),))
    assert found.tolist() == [2048, -2048]


def test_bf16_arrays_as_bits_or_floats() -> None:
    body = "    %r = arith.addf %a_v, %a_v : tensor<2xbf16>"
    assert compute(body, ("bf16",), "bf16", (np.array([1.5, 3.0], np.float32),)).tolist() == [3.0, 6.0]
    bits = compute(body, ("bf16",), "bf16", (np.array([0x3FC0, 0x4040], np.uint16),), np.zeros(2, np.uint16))
    assert bits.tolist() == [0x4040, 0x40C0]


@pytest.mark.parametrize(
    ("op", "function"),
    [
        ("math.exp", np.exp),
        ("math.exp2", np.exp2),
        ("math.log", np.log),
        ("math.log2", np.log2),
        ("math.sqrt", np.sqrt),
        ("math.rsqrt", lambda x: 1 / np.sqrt(x)),
        ("math.sin", np.sin),
        ("math.cos", np.cos),
        ("math.tanh", np.tanh),
        ("math.floor", np.floor),
        ("math.ceil", np.ceil),
        ("math.absf", np.abs),
        ("tt.precise_sqrt", np.sqrt),
    ],
)
def test_functions(op: str, function: np.ufunc) -> None:
    x = np.array([0.1, 0.5, 1.0, 1.5, 7.25, 20.0], np.float32)
    found = compute(f"    %r = {op} %a_v : tensor<6xf32>", ("f32",), "f32", (x,))
    np.testing.assert_allclose(found, function(x.astype(np.float64)), rtol=3e-7)


def test_erf_and_fma() -> None:
    x = np.array([-2.0, 0.0, 0.5, 3.0], np.float32)
    found = compute("    %r = math.erf %a_v : tensor<4xf32>", ("f32",), "f32", (x,))
    np.testing.assert_allclose(found, torch.erf(torch.from_numpy(x)).numpy(), rtol=1e-6)
    a, c = np.array([1 + 2**-12], np.float32), np.array([-1.0], np.float32)
    fused = compute("    %r = math.fma %a_v, %a_v, %b_v : tensor<1xf32>", ("f32", "f32"), "f32", (a, c))
    assert fused.tolist() == [2**-11 + 2**-24]


def test_bitcast() -> None:
    body = "    %r = tt.bitcast %a_v : tensor<2xf32> -> tensor<2xi32>"
    assert compute(body, ("f32",), "i32", (np.array([1.0, -0.0], np.float32),)).tolist() == [
        0x3F800000,
        -(2**31),
    ]


def test_clamp() -> None:
    x = np.array([-1.0, 0.5, 9.0, np.nan], np.float32)
    low, high = np.zeros(4, np.float32), np.full(4, 2.0, np.float32)
    for mode, last in (("none", 0.0), ("all", np.nan)):
        body = f"    %r = tt.clampf %a_v, %b_v, %c_v, propagateNan = {mode} : tensor<4xf32>"
        found = compute(body, ("f32",) * 3, "f32", (x, low, high))
        np.testing.assert_array_equal(found, [0.0, 0.5, 2.0, last])


def test_libdevice() -> None:
    def call(symbol: str, *arrays: np.ndarray, kind: str = "f32", out: str = "f32") -> list[float]:
        n = len(arrays[0])
        operands = ", ".join(f"%{x}_v" for x in "abc"[: len(arrays)])
        types = ", ".join([f"tensor<{n}x{kind}>"] * len(arrays))
        attributes = f'{{libname = "", libpath = "", pure = true, symbol = "{symbol}"}}'
        body = f"    %r = tt.extern_elementwise {operands} {attributes} : ({types}) -> tensor<{n}x{out}>"
        return compute(body, (kind,) * len(arrays), out, arrays).tolist()

    x = np.array([0.5, -1.5, 2.5], np.float32)
    np.testing.assert_allclose(call("__nv_tanhf", x), np.tanh(x), rtol=1e-6)
    np.testing.assert_allclose(call("__ocml_tanh_f32", x), np.tanh(x), rtol=1e-6)
    assert call("__nv_rintf", x) == [0.0, -2.0, 2.0]
    assert call("__nv_roundf", x) == [1.0, -2.0, 3.0]
    assert call("__nv_fdiv_rz", np.array([2.0], np.float32), np.array([3.0], np.float32)) == [
        0.6666666269302368
    ]
    assert call("__nv_isnanf", np.array([1, np.nan], np.float32), out="i32") == [0, 1]
    assert call("__nv_clz", np.array([1, 0, -1]), kind="i32", out="i32") == [31, 32, 0]
    assert call("__nv_popc", np.array([7, 0, -1]), kind="i32", out="i32") == [3, 0, 32]
    with pytest.raises(InterpreterError, match="__nv_nonesuch"):
        call("__nv_nonesuch", x)
