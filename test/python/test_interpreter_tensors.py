"""The interpreter's tensor operations: rearranging, reducing, scanning, multiplying."""

from __future__ import annotations

import numpy as np
import pytest

from interpreter_kernels import compute, kernel, load, named, store
from triton_lift.interpreter import InterpreterError, Options, interpret
from triton_lift.interpreter.elements import element

INTS = np.arange(8)


def combine(
    op: str, n: int, body: str, attributes: str = "axis = 0 : i32", kind: str = "i32", out: str = ""
) -> str:
    """A reduce or scan of `%a_v` whose region is `body`, of scalars %x and %y."""
    return f"""
    {"%s" if op == "reduce" else "%r"} = "tt.{op}"(%a_v) <{{{attributes}}}> ({{
    ^bb0(%x: {kind}, %y: {kind}):
      {body}
    }}) : (tensor<{n}x{kind}>) -> {out or kind}"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("%z = arith.addi %x, %y : i32\n tt.reduce.return %z : i32", 28),
        ("%z = arith.maxsi %x, %y : i32\n tt.reduce.return %z : i32", 7),
        ("%z = arith.xori %x, %y : i32\n tt.reduce.return %z : i32", 0),
        ("tt.reduce.return %x : i32", 0),  # the first: associative, not commutative
        ("tt.reduce.return %y : i32", 7),  # the last
    ],
)
def test_reduce(body: str, expected: int) -> None:
    text = combine("reduce", 8, body) + "\n    %r = tt.splat %s : i32 -> tensor<1xi32>"
    assert compute(text, ("i32",), "i32", (INTS,), width=1).tolist() == [expected]


def test_reduce_with_control_flow_in_its_region() -> None:
    body = """%c = arith.cmpi sgt, %x, %y : i32
      %z = scf.if %c -> (i32) { scf.yield %x : i32 } else { scf.yield %y : i32 }
      tt.reduce.return %z : i32"""
    text = combine("reduce", 8, body) + "\n    %r = tt.splat %s : i32 -> tensor<1xi32>"
    assert compute(text, ("i32",), "i32", (np.array([3, 1, 4, 1, 5, 9, 2, 6]),), width=1).tolist() == [9]


def test_reduce_of_pairs_along_the_second_axis() -> None:
    """Argmax with ties to the left, in each row."""
    body = """
    %v = tt.reshape %a_v : tensor<8xf32> -> tensor<2x4xf32>
    %i = tt.reshape %b_v : tensor<8xi32> -> tensor<2x4xi32>
    %m:2 = "tt.reduce"(%v, %i) <{axis = 1 : i32}> ({
    ^bb0(%x: f32, %i0: i32, %y: f32, %i1: i32):
      %eq = arith.cmpf oeq, %x, %y : f32
      %lt = arith.cmpi slt, %i0, %i1 : i32
      %tie = arith.andi %eq, %lt : i1
      %gt = arith.cmpf ogt, %x, %y : f32
      %left = arith.ori %gt, %tie : i1
      %z = arith.select %left, %x, %y : f32
      %k = arith.select %left, %i0, %i1 : i32
      tt.reduce.return %z, %k : f32, i32
    }) : (tensor<2x4xf32>, tensor<2x4xi32>) -> (tensor<2xf32>, tensor<2xi32>)
    %r = arith.addi %m#1, %m#1 : tensor<2xi32>"""
    values = np.array([1, 5, 5, 2, 9, 9, 9, 9], np.float32)
    found = compute(body, ("f32", "i32"), "i32", (values, np.array([0, 1, 2, 3] * 2)), width=2)
    assert found.tolist() == [2, 0]


@pytest.mark.parametrize("reverse", [False, True])
def test_scan(reverse: bool) -> None:
    attributes = f"axis = 0 : i32, reverse = {str(reverse).lower()}"
    body = "%z = arith.addi %x, %y : i32\n tt.scan.return %z : i32"
    text = combine("scan", 8, body, attributes, out="tensor<8xi32>")
    expected = np.cumsum(INTS[::-1])[::-1] if reverse else np.cumsum(INTS)
    assert compute(text, ("i32",), "i32", (INTS,)).tolist() == expected.tolist()


def test_scan_of_a_linear_recurrence() -> None:
    """x[i] = a[i]·x[i-1] + b[i], as a scan over pairs: the combine does not commute."""
    body = """
    %m:2 = "tt.scan"(%a_v, %b_v) <{axis = 0 : i32, reverse = false}> ({
    ^bb0(%a0: f32, %b0: f32, %a1: f32, %b1: f32):
      %a2 = arith.mulf %a0, %a1 : f32
      %s = arith.mulf %b0, %a1 : f32
      %b2 = arith.addf %s, %b1 : f32
      tt.scan.return %a2, %b2 : f32, f32
    }) : (tensor<8xf32>, tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>)
    %r = arith.negf %m#1 : tensor<8xf32>"""
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal(8).astype(np.float32), rng.standard_normal(8).astype(np.float32)
    expected, x = [], 0.0
    for ai, bi in zip(a, b, strict=True):
        x = float(ai) * x + float(bi)
        expected.append(-x)
    np.testing.assert_allclose(compute(body, ("f32", "f32"), "f32", (a, b)), expected, rtol=1e-5)


def test_rearranging() -> None:
    def run(body: str, width: int = 8) -> list[int]:
        return list(compute(body, ("i32", "i32"), "i32", (INTS, INTS + 10), width=width))

    square = "    %m = tt.reshape %a_v : tensor<8xi32> -> tensor<2x4xi32>\n"
    flat = "    %r = tt.reshape %t : tensor<4x2xi32> -> tensor<8xi32>"
    trans = square + "    %t = tt.trans %m {order = array<i32: 1, 0>} : tensor<2x4xi32> -> tensor<4x2xi32>\n"
    assert run(trans + flat) == [0, 4, 1, 5, 2, 6, 3, 7]
    join = "    %j = tt.join %a_v, %b_v : tensor<8xi32> -> tensor<8x2xi32>\n"
    joined = join + "    %r = tt.reshape %j : tensor<8x2xi32> -> tensor<16xi32>"
    assert run(joined, 16) == [v for i in range(8) for v in (i, i + 10)]
    split = join + "    %p, %q = tt.split %j : tensor<8x2xi32> -> tensor<8xi32>\n"
    assert run(split + "    %r = arith.subi %q, %p : tensor<8xi32>") == [10] * 8
    cat = "    %r = tt.cat %a_v, %b_v : tensor<8xi32> -> tensor<16xi32>"
    assert sorted(run(cat, 16)) == sorted([*INTS, *(INTS + 10)])
    expand = "    %e = tt.expand_dims %a_v {axis = 1 : i32} : tensor<8xi32> -> tensor<8x1xi32>\n"
    spread = expand + "    %w = tt.broadcast %e : tensor<8x1xi32> -> tensor<8x2xi32>\n"
    assert run(spread + "    %r = tt.reshape %w : tensor<8x2xi32> -> tensor<16xi32>", 16) == list(
        np.repeat(INTS, 2)
    )


def test_gather_and_histogram() -> None:
    indices = np.array([3, 3, 0, 7, 1, 1, 2, 0])
    body = "    %r = tt.gather %a_v[%b_v] {axis = 0 : i32} : (tensor<8xi32>, tensor<8xi32>) -> tensor<8xi32>"
    assert compute(body, ("i32", "i32"), "i32", (INTS + 5, indices)).tolist() == (indices + 5).tolist()
    with pytest.raises(InterpreterError, match=r"outside of 0 … 7"):
        compute(body, ("i32", "i32"), "i32", (INTS, indices + 1))
    count = "    %r = tt.histogram %a_v : tensor<8xi32> -> tensor<8xi32>"
    assert compute(count, ("i32",), "i32", (indices,)).tolist() == np.bincount(indices, minlength=8).tolist()


def test_map_elementwise() -> None:
    body = """
    %r = "tt.map_elementwise"(%a_v) <{pack = 2 : i32}> ({
    ^bb0(%x: i32, %y: i32):
      %z = arith.addi %x, %y : i32
      tt.map_elementwise.return %z, %x : i32, i32
    }) : (tensor<8xi32>) -> tensor<8xi32>"""
    assert compute(body, ("i32",), "i32", (INTS,)).tolist() == [1, 0, 5, 2, 9, 4, 13, 6]


def dot_text(kind: str, acc: str, precision: str = "") -> str:
    shape = "2x4", "4x2", "2x2"
    return f"""
    %x = tt.reshape %a_v : tensor<8x{kind}> -> tensor<{shape[0]}x{kind}>
    %y = tt.reshape %b_v : tensor<8x{kind}> -> tensor<{shape[1]}x{kind}>
    %z = tt.reshape %c_v : tensor<4x{acc}> -> tensor<{shape[2]}x{acc}>
    %d = tt.dot %x, %y, %z{precision}
      : tensor<{shape[0]}x{kind}> * tensor<{shape[1]}x{kind}> -> tensor<{shape[2]}x{acc}>
    %r = tt.reshape %d : tensor<{shape[2]}x{acc}> -> tensor<4x{acc}>"""


@pytest.mark.parametrize(
    ("kind", "acc"), [("f16", "f32"), ("f32", "f32"), ("f64", "f64"), ("i8", "i32"), ("bf16", "f32")]
)
def test_dot(kind: str, acc: str) -> None:
    a, b, c = np.arange(8) - 4, np.arange(8) * 10 - 40, np.arange(4)
    arrays = tuple(x if acc == "i32" else x.astype(np.float64) for x in (a, b, c))
    found = compute(dot_text(kind, acc), (kind, kind, acc), acc, arrays, width=4)
    assert found.tolist() == (a.reshape(2, 4) @ b.reshape(4, 2) + c.reshape(2, 2)).ravel().tolist()


def test_tf32_dot() -> None:
    parameters = named({"a": "!tt.ptr<f32>", "b": "!tt.ptr<f32>", "c": "!tt.ptr<f32>", "out": "!tt.ptr<f32>"})
    loads = "".join(load(n, "f32", k) for n, k in (("a", 8), ("b", 8), ("c", 4)))
    text = kernel(
        parameters, loads + dot_text("f32", "f32", ", inputPrecision = tf32") + store("out", "f32", 4, "%r")
    )
    a = np.full(8, 1 + 2**-12, np.float32)
    args = {"a": a, "b": np.ones(8, np.float32), "c": np.zeros(4, np.float32), "out": np.zeros(4, np.float32)}
    assert interpret(text, args, (1, 1, 1))["out"].tolist() == [4 + 2**-10] * 4
    assert interpret(text, args, (1, 1, 1), options=Options(tf32=True))["out"].tolist() == [4.0] * 4


def test_scaled_dot() -> None:
    """e2m1, two to a byte along K, times e4m3, each group of 32 along K with a scale of its own."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 16, (2, 64))
    table = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6])
    left = np.where(codes >= 8, -1, 1) * table[codes & 7]
    packed = (codes[:, 0::2] | codes[:, 1::2] << 4).astype(np.uint8).view(np.int8)
    exponents = rng.integers(120, 130, (2, 2))
    body = """
    %x = tt.reshape %a_v : tensor<64xi8> -> tensor<2x32xi8>
    %y = tt.reshape %b_v : tensor<128xi8> -> tensor<64x2xi8>
    %s = tt.reshape %c_v : tensor<4xi8> -> tensor<2x2xi8>
    %z = arith.constant dense<1.0> : tensor<2x2xf32>
    %d = tt.dot_scaled %x scale %s, %y scale %s, %z lhs = e2m1 rhs = e4m3 {fastMath = false}
      : tensor<2x32xi8>, tensor<2x2xi8> * tensor<64x2xi8>, tensor<2x2xi8> -> tensor<2x2xf32>
    %r = tt.reshape %d : tensor<2x2xf32> -> tensor<4xf32>"""
    bits = rng.integers(0, 0x7F, (64, 2)).astype(np.int8)
    right = element("f8E4M3FN").from_storage(bits.view(np.uint8)).astype(np.float64)
    scale = np.repeat(2.0 ** (exponents - 127), 32, axis=1)
    expected = (left * scale) @ (right * scale.T) + 1
    arrays = (packed.ravel(), bits.ravel(), exponents.astype(np.uint8).view(np.int8).ravel())
    found = compute(body, ("i8", "i8", "i8"), "f32", arrays, width=4)
    np.testing.assert_allclose(found, expected.ravel(), rtol=1e-6)
