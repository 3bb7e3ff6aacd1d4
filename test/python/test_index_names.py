"""Indices are called after what they count, are read in the order of the dimensions, and never clash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triton_lift.formulas.indices import IndexNames, reading_order
from triton_lift.render.accesses import Layouts
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, make, var


def scalar(name: str, number: int = 0) -> Term:
    return make("param", (), (number, name))


def grid(axis: int) -> Term:
    return make("nprogs", (), axis)


def named(strides: list[str], highs: list[Term | None], taken: set[str] | None = None) -> list[str]:
    """The names of an array's indices, one a dimension, of which the last is contiguous."""
    indices = [var(f"v{k}") for k in range(len(highs))]
    steps = [scalar(s, k) for k, s in enumerate(strides)]
    offset = ints.add(*(ints.mul(i, s) for i, s in zip(indices, [*steps, ints.ONE], strict=True)))
    layouts = Layouts()
    layouts.note(0, offset)
    box = [(i, ints.ZERO, high) for i, high in zip(indices, highs, strict=True)]
    return IndexNames(layouts, taken or set(), [(0, offset, box)]).of(0, offset, box)


@pytest.mark.parametrize(
    ("strides", "sizes", "names"),
    [
        (["stride_cm"], ["M", "N"], "ij"),  # few dimensions: as in any book
        (["stride_ob", "stride_oh", "stride_om"], ["B", "n_heads", "n_ctx", "head_dim"], "bhmd"),
        (["s0", "s1", "s2"], ["N", "C", "OH", "OW"], "nchw"),
        (["s0", "s1", "s2"], ["N", "C", "H_out", "out_w"], "nchw"),
        (["s0", "s1", "s2"], ["batch_size", "num_channels", "height", "WIDTH"], "bchw"),
        (["s0", "s1"], ["rows", "cols", "steps"], "ijl"),
        (["s0", "s1"], ["n_ctx", "n_ctx", "head_size"], "ijd"),  # n_ctx is a number of something else
        (["s0", "s1"], ["heads", "height", "n"], "hin"),  # one of two h
        (["s0", "s1"], ["M", "M", "N"], "ijl"),  # m, n or neither
    ],
)
def test_after_what_they_count(strides: list[str], sizes: list[str], names: str) -> None:
    assert named(strides, [scalar(s, 9 + k) for k, s in enumerate(sizes)]) == list(names)


def test_after_strides() -> None:
    """Where the grid bounds an index, the stride tells what it counts."""
    sizes = [grid(1), scalar("n_ctx", 5), ints.const(16)]
    assert named(["stride_head", "stride_row"], sizes) == ["h", "i", "j"]
    assert named(["q_batch_stride", "q_row_stride"], sizes) == ["b", "i", "j"]
    assert named(["stride_qz", "stride_qm"], sizes) == ["z", "m", "i"]
    assert named(["heads", "rows"], sizes) == ["i", "j", "l"]


def test_no_clash() -> None:
    assert named(["stride_b", "stride_h"], [grid(0), grid(1), scalar("i", 7)], {"b", "i"}) == ["j", "h", "l"]


def test_alike_in_all_outputs() -> None:
    """What has no telling stride in one output is called as in another, where it is as long."""
    v, w, x = var("v"), var("w"), var("x")
    tall = ints.add(ints.mul(v, scalar("stride_h")), ints.mul(w, scalar("stride_m", 1)), x)
    flat = ints.add(ints.mul(v, scalar("n_ctx", 2)), w)
    layouts = Layouts()
    layouts.note(0, tall)
    layouts.note(1, flat)
    ranges = [(v, ints.ZERO, grid(1)), (w, ints.ZERO, scalar("n_ctx", 2)), (x, ints.ZERO, ints.const(16))]
    names = IndexNames(layouts, (), [(0, tall, ranges), (1, flat, ranges[:2])])
    assert names.of(0, tall, ranges) == ["h", "m", "i"]
    assert names.of(1, flat, ranges[:2]) == ["h", "m"]
    assert names.of_dimensions(0) == ["h", "m", "i"]
    assert names.of_dimensions(1) == ["i", "j"]


def test_dimensions_of_dense_arrays() -> None:
    """C·H·W, H·W, W, 1: the sizes are quotients."""
    c, h, w = (scalar(name, k) for k, name in enumerate("CHW"))
    parts = [var("a"), var("b"), var("c"), var("d")]
    steps = [ints.mul(c, h, w), ints.mul(h, w), w, ints.ONE]
    layouts = Layouts()
    layouts.note(0, ints.add(*(ints.mul(p, s) for p, s in zip(parts, steps, strict=True))))
    assert IndexNames(layouts, (), []).of_dimensions(0) == ["i", "c", "h", "w"]


def test_reading_order() -> None:
    v, w = var("v"), var("w")
    box = [(v, ints.ZERO, scalar("n")), (w, ints.ZERO, scalar("m", 1))]
    assert reading_order([w, v], box) == [box[1], box[0]]
    assert reading_order([v, w], box) == box
    bounded = [(v, ints.ZERO, scalar("n")), (w, ints.ZERO, v)]
    assert reading_order([w, v], bounded) == bounded  # a range stands behind what it speaks of


WORDS = ["stride", "batch", "head", "N", "M", "C", "dim", "n", "x", "out", "qh", "i", "h"]


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), min_size=3, max_size=6), st.data())
def test_names_are_distinct(words: list[list[str]], data: st.DataObject) -> None:
    names = ["_".join(w) + str(k) for k, w in enumerate(words)]
    highs = [data.draw(st.sampled_from([None, grid(0), scalar(n, 20 + k)])) for k, n in enumerate(names)]
    taken = set(data.draw(st.lists(st.sampled_from("bchijlmn"))))
    found = named(names[1:], highs, taken)
    assert len(set(found)) == len(found) and not taken & set(found)
