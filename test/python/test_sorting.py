"""Sorted rows with what goes along with their elements, and what is not told of it."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
import triton
import triton.language as tl

import soundness.sorting  # noqa: F401
from examples.dump import compile_to_ttgir
from examples.specs.model import signature
from soundness.case import CASES
from triton_lift import Lifted, lift
from triton_lift.interpreter import interpret
from triton_lift.ir import parse_module
from triton_lift.networks.rewriting import without_tensors

SIZE = 16


@triton.jit
def exchanged(keys, places, distance: tl.constexpr, down, BLOCK: tl.constexpr):
    """Pairs at a distance in the order of their keys; the elements of `places` go along."""
    shape: tl.constexpr = [BLOCK // (2 * distance), 2, distance]
    second = tl.arange(0, 2)[None, :, None]
    mine, own = tl.reshape(keys, shape), tl.reshape(places, shape)
    left = tl.sum(mine * (1 - second), 1, True)
    right = tl.sum(mine * second, 1, True)
    left_place = tl.sum(own * (1 - second), 1, True)
    right_place = tl.sum(own * second, 1, True)
    swap = ((left > right).to(tl.int32) ^ tl.reshape(down, shape)) != 0
    keys = mine ^ tl.where(swap, left ^ right, 0)
    places = own ^ tl.where(swap, left_place ^ right_place, 0)
    return tl.reshape(keys, [BLOCK]), tl.reshape(places, [BLOCK])


@triton.jit
def sort_pairs(x, p, y, z, LAST: tl.constexpr, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    keys, places = tl.load(x + i), tl.load(p + i)
    for k in tl.static_range(1, 5):
        for d in tl.static_range(k):
            if k == 4 and d == 3:
                keys, places = exchanged(keys, places, LAST, (i >> k) & 1, BLOCK)
            else:
                keys, places = exchanged(keys, places, 1 << (k - 1 - d), (i >> k) & 1, BLOCK)
    tl.store(y + i, keys)
    tl.store(z + i, places)


@triton.jit
def sort_places(x, y, z, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    keys, places = tl.load(x + i), i
    for k in tl.static_range(1, 5):
        for d in tl.static_range(k):
            keys, places = exchanged(keys, places, 1 << (k - 1 - d), (i >> k) & 1, BLOCK)
    tl.store(y + i, keys)
    tl.store(z + i, places)


@cache
def ir(kernel: object, types: str, last: int = 1) -> str:
    fixed = {"BLOCK": SIZE, **({"LAST": last} if kernel is sort_pairs else {})}
    return compile_to_ttgir(kernel, signature(types), fixed, ())["ttir"]


def lifted(text: str) -> Lifted:
    return lift(text, timeout=60)[0]


@pytest.mark.parametrize(
    ("kernel", "types"),
    [(sort_pairs, "x p y z: *i32"), (sort_places, "x y z: *i32")],
    ids=["pairs", "places"],
)
def test_payloads_go_along(kernel: object, types: str) -> None:
    """What goes along is that of the element of that rank, if no other element is equal to it: that is said."""
    text = ir(kernel, types)
    found = lifted(text)
    assert (found.status, found.coverage, found.single_writer) == ("verified", "proved", "proved")
    keys, payload = (o.formula for o in found.outputs)
    assert keys == "smallest[k<16](x[k]; i)"
    place = "argsmallest[k<16](x[k]; i)"
    assert payload == (place if kernel is sort_places else f"p[{place}]")
    assert any(a.startswith("of what is read: ∀[k<16]") for a in found.assumptions)
    rng = np.random.default_rng(0)
    for _ in range(5):
        args = {n: rng.permutation(SIZE).astype(np.int32) * 3 - 7 for n in ("x", "p", "y", "z")}
        by_formula = found.evaluate(args, (1, 1, 1))
        by_ir = interpret(parse_module(text, "x"), args, (1, 1, 1))
        for name in ("y", "z"):
            np.testing.assert_array_equal(by_formula[name], by_ir[name])
        np.testing.assert_array_equal(by_ir["y"], np.sort(args["x"]))


def test_a_wrong_distance_at_the_end_is_not_sorted() -> None:
    found = lifted(ir(sort_pairs, "x p y z: *i32", last=2))
    assert "smallest[k<16]" not in str(found.outputs)


def test_networks_leave_no_tensors() -> None:
    """The summary that is read has terms alone; its operands stand before what uses them."""
    from triton_lift import _native

    (summary,) = _native.summarize(parse_module(ir(sort_places, "x y z: *i32"), "x").module)
    assert summary["tensors"]
    plain = without_tensors(summary)
    assert not plain["tensors"]
    ops = [op for op, *_ in plain["terms"]]
    assert {"ranked", "argranked", "provided"} <= set(ops)
    assert "element" not in ops
    for number, (_, _, operands, _, _) in enumerate(plain["terms"]):
        assert all(o < number for o in operands)


def test_all_comparisons_of_a_layer_turned() -> None:
    """Of the first layer, it sorts still; of the last one, neighbours change places, and that is said."""
    *before, last = re.split(r"(?<=arith\.cmpi) (?=sgt, %left)", ir(sort_places, "x y z: *i32"))
    assert len(before) == 10
    turned = lifted(" ".join([before[0], before[1].replace("sgt", "slt", 1), *before[2:], last]))
    assert turned.outputs[0].formula == "smallest[k<16](x[k]; i)"
    turned = lifted(" ".join([*before, last.replace("sgt", "slt", 1)]))
    assert turned.outputs[0].formula == "smallest[k<16](x[k]; 2·⌊i / 2⌋ + 1 - (i mod 2))"


def test_a_network_that_does_not_sort_is_refused() -> None:
    for name in ("one_layer_missing", "one_direction_turned"):
        found = lifted(CASES[name].ir)
        assert found.status == "unsupported"
        assert "layers, but not sorted by them" in (found.reason or "")


def test_mixed_bits_do_not_show_bound_indices() -> None:
    """What mixes all elements of an array depends on the array, not on an index that nobody binds."""
    formulas = [o.formula for o in lifted(CASES["unpacked_greatest"].ir).outputs]
    assert any("mix1(i, x)" in f for f in formulas), formulas
    assert not any("`" in f for f in formulas)
