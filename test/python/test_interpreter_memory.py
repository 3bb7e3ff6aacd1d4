"""The interpreter's memory and control flow: masks, bounds, atomics, windows, loops, branches, calls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interpreter_kernels import kernel, load, named, store
from triton_lift.interpreter import InterpreterError, Options, TensorDescriptor, UnsupportedOp, interpret
from triton_lift.ir import IRError, parse_module

MASKED = """
    %n_s = tt.splat %n : i32 -> tensor<4xi32>
    %r = tt.make_range {end = 4 : i32, start = 0 : i32} : tensor<4xi32>
    %m = arith.cmpi slt, %r, %n_s : tensor<4xi32>
    %a_s = tt.splat %a : !tt.ptr<KIND> -> tensor<4x!tt.ptr<KIND>>
    %a_p = tt.addptr %a_s, %r : tensor<4x!tt.ptr<KIND>>, tensor<4xi32>
    %v = tt.load %a_p, %m : tensor<4x!tt.ptr<KIND>> loc("kernel.py":7:3)"""


def masked(kind: str, tail: str) -> str:
    parameters = named({"a": f"!tt.ptr<{kind}>", "n": "i32", "out": f"!tt.ptr<{kind}>"})
    return kernel(parameters, MASKED.replace("KIND", kind) + tail)


def test_masked_lanes() -> None:
    """They are not read, hold garbage, and are not written."""
    args = {"a": np.array([1, 2], np.float32), "n": 2, "out": np.full(4, 7, np.float32)}
    everywhere = masked("f32", store("out", "f32", 4, "%v"))
    np.testing.assert_array_equal(interpret(everywhere, args, (1, 1, 1))["out"], [1, 2, np.nan, np.nan])
    other = interpret(everywhere, args, (1, 1, 1), options=Options(garbage_float=5.0))
    assert other["out"].tolist() == [1, 2, 5, 5]
    tail = store("out", "f32", 4, "%v").replace("%out_p, %v", "%out_p, %v, %m")
    assert interpret(masked("f32", tail), args, (1, 1, 1))["out"].tolist() == [1, 2, 7, 7]
    ints = {"a": np.array([1, 2]), "n": 2, "out": np.zeros(4, np.int32)}
    found = interpret(masked("i32", store("out", "i32", 4, "%v")), ints, (1, 1, 1))["out"]
    assert found[2] == found[3] == 0x5BADF00D


def test_out_of_bounds_names_the_line() -> None:
    args = {"a": np.array([1, 2], np.float32), "n": 3, "out": np.zeros(4, np.float32)}
    with pytest.raises(
        InterpreterError, match=r"tt\.load at kernel\.py:7: out of bounds: element 2 of a, which has 2"
    ):
        interpret(masked("f32", ""), args, (1, 1, 1))


def test_arguments() -> None:
    text = masked("f32", store("out", "f32", 4, "%v"))
    with pytest.raises(InterpreterError, match="no argument out"):
        interpret(text, {"a": np.zeros(1), "n": 0}, (1,))
    with pytest.raises(InterpreterError, match="flat array"):
        interpret(text, {"a": np.zeros((2, 2)), "n": 0, "out": np.zeros(4)}, (1,))
    args = {"a": np.zeros(4), "n": 4, "out": np.ones(4)}
    assert interpret(text, args, (1,))["out"].dtype == np.float64
    assert args["out"].tolist() == [1] * 4
    assert interpret(text, args, (0, 5, 5))["out"].tolist() == [1] * 4


def test_sources(tmp_path: Path) -> None:
    text = masked("f32", store("out", "f32", 4, "%v"))
    path = tmp_path / "k.ttir"
    path.write_text(text)
    args = {"a": np.arange(4.0), "n": 4, "out": np.ones(4)}
    parsed = parse_module(text, "k")
    for source in (text, path, str(path), parsed, parsed.module):
        assert interpret(source, args, (1,))["out"].tolist() == [0, 1, 2, 3]
    with pytest.raises(IRError):
        interpret("module {\n  nonsense\n}\n", args, (1,))
    with pytest.raises(FileNotFoundError):
        interpret(tmp_path / "missing.ttir", args, (1,))


def test_programs_run_in_order_with_x_fastest() -> None:
    body = """
    %x = tt.get_program_id x : i32
    %y = tt.get_program_id y : i32
    %z = tt.get_program_id z : i32
    %ny = tt.get_num_programs y : i32
    %one = arith.constant 1 : i32
    %n = tt.load %out : !tt.ptr<i32>
    %next = arith.addi %n, %one : i32
    tt.store %out, %next : !tt.ptr<i32>
    %p = tt.addptr %out, %next : !tt.ptr<i32>, i32
    %ten = arith.constant 10 : i32
    %zy = arith.muli %z, %ten : i32
    %a = arith.addi %zy, %y : i32
    %b = arith.muli %a, %ten : i32
    %c = arith.addi %b, %x : i32
    tt.store %p, %c : !tt.ptr<i32>"""
    found = interpret(
        kernel(named({"out": "!tt.ptr<i32>"}), body), {"out": np.zeros(13, np.int32)}, (2, 3, 2)
    )
    assert found["out"].tolist() == [
        12,
        *(z * 100 + y * 10 + x for z in range(2) for y in range(3) for x in range(2)),
    ]


def rmw(
    kind: str, op: str, indices: list[int], values: list[float], memory: list[float]
) -> tuple[list, list]:
    """An atomic operation of one tensor; memory afterwards and what the lanes got."""
    n = len(indices)
    parameters = named(
        {"i": "!tt.ptr<i32>", "v": f"!tt.ptr<{kind}>", "m": f"!tt.ptr<{kind}>", "out": f"!tt.ptr<{kind}>"}
    )
    body = load("i", "i32", n) + load("v", kind, n)
    body += f"""
    %m_s = tt.splat %m : !tt.ptr<{kind}> -> tensor<{n}x!tt.ptr<{kind}>>
    %m_p = tt.addptr %m_s, %i_v : tensor<{n}x!tt.ptr<{kind}>>, tensor<{n}xi32>
    %t = arith.constant dense<true> : tensor<{n}xi1>
    %o = tt.atomic_rmw {op}, acq_rel, gpu, %m_p, %v_v, %t
      : (tensor<{n}x!tt.ptr<{kind}>>, tensor<{n}x{kind}>, tensor<{n}xi1>) -> tensor<{n}x{kind}>"""
    body += store("out", kind, n, "%o")
    dtype = np.float32 if kind == "f32" else np.int32
    args = {
        "i": np.array(indices),
        "v": np.array(values, dtype),
        "m": np.array(memory, dtype),
        "out": np.zeros(n, dtype),
    }
    found = interpret(kernel(parameters, body), args, (1, 1, 1))
    return found["m"].tolist(), found["out"].tolist()


def test_atomics_on_one_address() -> None:
    assert rmw("f32", "fadd", [0, 0, 1, 0], [1, 2, 3, 4], [10, 20]) == ([17, 23], [10, 11, 20, 13])
    assert rmw("i32", "add", [1, 1], [5, 6], [0, 1]) == ([0, 12], [1, 6])
    assert rmw("i32", "max", [0, 0], [-5, 3], [-9]) == ([3], [-9, -5])
    assert rmw("i32", "umax", [0, 0], [-5, 3], [7]) == ([-5], [7, -5])
    assert rmw("i32", "exch", [0, 0], [4, 5], [1]) == ([5], [1, 4])
    assert rmw("i32", "and", [0, 0], [6, 3], [-1]) == ([2], [-1, 6])


def test_compare_and_swap() -> None:
    parameters = named({"m": "!tt.ptr<i32>", "out": "!tt.ptr<i32>"})
    body = """
    %c0 = arith.constant 0 : i32
    %c5 = arith.constant 5 : i32
    %o = tt.atomic_cas acq_rel, gpu, %m, %c0, %c5 : (!tt.ptr<i32>, i32, i32) -> i32
    %p = tt.get_program_id x : i32
    %q = tt.addptr %out, %p : !tt.ptr<i32>, i32
    tt.store %q, %o : !tt.ptr<i32>"""
    found = interpret(
        kernel(parameters, body), {"m": np.zeros(1, np.int32), "out": np.ones(2, np.int32)}, (2, 1, 1)
    )
    assert (found["m"].tolist(), found["out"].tolist()) == ([5], [0, 5])


def test_block_pointers() -> None:
    """A window that hangs over the edge: zero there when read, nothing when written."""
    parameters = named({"a": "!tt.ptr<f32>", "out": "!tt.ptr<f32>"})
    window = """
    %h = arith.constant 3 : i64
    %w = arith.constant 5 : i64
    %one = arith.constant 1 : i64
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %p0 = tt.make_tensor_ptr %a, [%h, %w], [%w, %one], [%c0, %c2] {order = array<i32: 1, 0>} : <tensor<2x4xf32>>
    %p = tt.advance %p0, [%c2, %c0] : <tensor<2x4xf32>>
    %q = tt.make_tensor_ptr %out, [%h, %w], [%w, %one], [%c1, %c2] {order = array<i32: 1, 0>} : <tensor<2x4xf32>>
    %v = tt.load %p {boundaryCheck = array<i32: 0, 1>, padding = 1 : i32} : !tt.ptr<tensor<2x4xf32>>
    tt.store %q, %v {boundaryCheck = array<i32: 0, 1>} : !tt.ptr<tensor<2x4xf32>>"""
    args = {"a": np.arange(15, dtype=np.float32), "out": np.full(15, -1, np.float32)}
    found = interpret(kernel(parameters, window), args, (1, 1, 1))["out"].reshape(3, 5)
    assert found.tolist() == [[-1] * 5, [-1, -1, 12, 13, 14], [-1, -1, 0, 0, 0]]
    unchecked = window.replace("boundaryCheck = array<i32: 0, 1>, ", "")
    with pytest.raises(InterpreterError, match="out of bounds"):
        interpret(kernel(parameters, unchecked), args, (1, 1, 1))


def test_descriptors() -> None:
    parameters = named({"d": "!tt.tensordesc<2x4xf32>", "out": "!tt.ptr<f32>"})
    body = """
    %h = arith.constant 3 : i32
    %w = arith.constant 5 : i32
    %ws = arith.constant 5 : i64
    %one = arith.constant 1 : i64
    %c2 = arith.constant 2 : i32
    %o = tt.make_tensor_descriptor %out, [%h, %w], [%ws, %one] : <f32>, <2x4xf32>
    %v = tt.descriptor_load %d[%c2, %c2] : !tt.tensordesc<2x4xf32> -> tensor<2x4xf32>
    tt.descriptor_store %o[%c2, %c2], %v : !tt.tensordesc<2x4xf32>, tensor<2x4xf32>
    tt.descriptor_reduce add, %o[%c2, %c2], %v : !tt.tensordesc<2x4xf32>, tensor<2x4xf32>"""
    array = np.arange(15, dtype=np.float32)
    args = {"d": TensorDescriptor(array, (3, 5), (5, 1)), "out": np.full(15, -1, np.float32)}
    found = interpret(kernel(parameters, body), args, (1, 1, 1))
    assert found["out"].tolist() == [-1] * 12 + [24, 26, 28]
    assert found["d"].tolist() == array.tolist()


def scalar(body: str, n: int = 0, **options: int) -> int:
    """The i32 `%r` that a body makes of `%n`."""
    parameters = named({"n": "i32", "out": "!tt.ptr<i32>"})
    text = kernel(parameters, body + "\n    tt.store %out, %r : !tt.ptr<i32>")
    result = interpret(text, {"n": n, "out": np.zeros(1, np.int32)}, (1, 1, 1), options=Options(**options))
    return int(result["out"][0])


@pytest.mark.parametrize(("n", "expected"), [(-3, 0), (0, 0), (1, 0), (2, 0), (7, 9)])
def test_for(n: int, expected: int) -> None:
    """Σ of 0, 3, 6, … below n, only the bounds' ends being touched."""
    body = """
    %c0 = arith.constant 0 : i32
    %c3 = arith.constant 3 : i32
    %r = scf.for %i = %c0 to %n step %c3 iter_args(%s = %c0) -> (i32) : i32 {
      %t = arith.addi %s, %i : i32
      scf.yield %t : i32
    }"""
    assert scalar(body, n) == expected


WHILE = """
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c3 = arith.constant 3 : i32
    %w:2 = scf.while (%x = %n, %k = %c0) : (i32, i32) -> (i32, i32) {
      %again = arith.cmpi sgt, %x, %c1 : i32
      scf.condition(%again) %x, %k : i32, i32
    } do {
    ^bb0(%x: i32, %k: i32):
      %odd = arith.andi %x, %c1 : i32
      %is_odd = arith.trunci %odd : i32 to i1
      %next = scf.if %is_odd -> (i32) {
        %t = arith.muli %x, %c3 : i32
        %u = arith.addi %t, %c1 : i32
        scf.yield %u : i32
      } else {
        %h = arith.shrsi %x, %c1 : i32
        scf.yield %h : i32
      }
      %k1 = arith.addi %k, %c1 : i32
      scf.yield %next, %k1 : i32, i32
    }
    %r = arith.addi %w#1, %c0 : i32"""


def test_while_and_if() -> None:
    assert scalar(WHILE, 27) == 111
    with pytest.raises(InterpreterError, match="no end after 50 iterations"):
        scalar(WHILE, 27, max_steps=50)


def test_branches() -> None:
    body = """
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %neg = arith.cmpi slt, %n, %c0 : i32
    cf.cond_br %neg, ^done, ^loop(%n, %c1 : i32, i32)
  ^done:
    tt.return
  ^loop(%k: i32, %f: i32):
    %stop = arith.cmpi sle, %k, %c1 : i32
    %g = arith.muli %f, %k : i32
    %j = arith.subi %k, %c1 : i32
    cf.cond_br %stop, ^out(%f : i32), ^loop(%j, %g : i32, i32)
  ^out(%r: i32):"""
    assert [scalar(body, n) for n in (-1, 0, 1, 5)] == [0, 1, 1, 120]


def test_calls() -> None:
    text = """module {
  tt.func public @k(%n: i32 loc("n"), %out: !tt.ptr<i32> loc("out")) {
    %a = tt.call @twice(%n) : (i32) -> i32
    %b = tt.call @twice(%a) : (i32) -> i32
    tt.store %out, %b : !tt.ptr<i32>
    tt.return
  }
  tt.func private @twice(%x: i32) -> i32 attributes {noinline = true} {
    %y = arith.addi %x, %x : i32
    tt.return %y : i32
  }
}
"""
    assert interpret(text, {"n": 5, "out": np.zeros(1, np.int32)}, (1, 1, 1))["out"].tolist() == [20]


def test_pointers_as_integers() -> None:
    body = """
    %i = tt.ptr_to_int %out : !tt.ptr<i32> -> i64
    %four = arith.constant 4 : i64
    %j = arith.addi %i, %four : i64
    %p = tt.int_to_ptr %j : i64 -> !tt.ptr<i32>
    tt.store %p, %n : !tt.ptr<i32>"""
    text = kernel(named({"n": "i32", "out": "!tt.ptr<i32>"}), body)
    assert interpret(text, {"n": 9, "out": np.zeros(2, np.int32)}, (1, 1, 1))["out"].tolist() == [0, 9]
    null = body.replace("arith.addi %i, %four", "arith.subi %i, %i")
    with pytest.raises(InterpreterError, match="is in no array"):
        interpret(
            kernel(named({"n": "i32", "out": "!tt.ptr<i32>"}), null), {"n": 9, "out": np.zeros(2)}, (1, 1, 1)
        )


def test_assumptions_and_assertions() -> None:
    check = """
    %c0 = arith.constant 0 : i32
    %c = arith.cmpi sgt, %n, %c0 : i32
    {}
    %r = arith.addi %n, %n : i32"""
    for op in ("llvm.intr.assume %c : i1", 'tt.assert %c, "n is positive" : i1'):
        assert scalar(check.replace("{}", op), 2) == 4
        with pytest.raises(InterpreterError):
            scalar(check.replace("{}", op), -2)


def test_unknown_operations_are_refused_only_where_they_run() -> None:
    body = """
    %c0 = arith.constant 0 : i32
    %c = arith.cmpi sgt, %n, %c0 : i32
    %r = scf.if %c -> (i32) {
      %x = "strange.op"(%n) : (i32) -> i32 loc("kernel.py":3:1)
      scf.yield %x : i32
    } else {
      scf.yield %n : i32
    }"""
    assert scalar(body, -1) == -1
    with pytest.raises(UnsupportedOp, match=r"strange\.op at kernel\.py:3"):
        scalar(body, 1)


def test_which_kernel() -> None:
    one, two = (kernel(named({"out": "!tt.ptr<i32>"}), "").replace("@k", f"@{name}") for name in "ab")
    both = one.removesuffix("}\n") + two.removeprefix("module {\n")
    with pytest.raises(InterpreterError, match="there are: a, b"):
        interpret(both, {"out": np.zeros(1)}, (1, 1, 1))
    assert interpret(both, {"out": np.zeros(1)}, (1, 1, 1), kernel="b")["out"].tolist() == [0]
