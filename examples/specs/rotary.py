"""Spec of the rotary embedding."""

from __future__ import annotations

import numpy as np

from examples.specs.model import Args, Array, Draw, Example, Grid, Sizes, signature


def _draw(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    positions, heads, half = s["positions"], s["heads"], s["half"]
    row = heads * 2 * half
    args: Args = {"x_ptr": d.floats(positions * row), "cos_ptr": d.floats(positions * half)}
    args |= {"sin_ptr": d.floats(positions * half), "out_ptr": d.empty(positions * row), "half": half}
    strides = {"stride_xs": row, "stride_xh": 2 * half, "stride_os": row, "stride_oh": 2 * half}
    return {**args, **strides}, (positions, heads, 1)


def _reference(args: Args, s: Sizes) -> dict[str, Array]:
    positions, heads, half = s["positions"], s["heads"], s["half"]
    x = args["x_ptr"].astype(np.float64).reshape(positions, heads, 2, half)
    cos = args["cos_ptr"].astype(np.float64).reshape(positions, 1, half)
    sin = args["sin_ptr"].astype(np.float64).reshape(positions, 1, half)
    first, second = x[:, :, 0], x[:, :, 1]
    return {"out_ptr": np.stack([first * cos - second * sin, second * cos + first * sin], axis=2).ravel()}


ROTARY = Example(
    name="rotary",
    kernel="rotary.rotary",
    signature=signature(
        "x_ptr cos_ptr sin_ptr out_ptr: *T, half stride_xs stride_xh stride_os stride_oh: i32"
    ),
    constexprs={"BLOCK": 64},
    draw=_draw,
    reference=_reference,
    sizes=tuple(
        {"positions": p, "heads": h, "half": d}
        for p, h, d in ((0, 1, 4), (1, 1, 1), (3, 2, 7), (5, 3, 63), (2, 2, 64))
    ),
    ranges={"positions": range(5), "heads": range(4), "half": range(65)},
    mutants={
        "wrong_sign": "+ for - in the first half",
        "sine_of_cosine": "the sine is read from the cosines",
    },
)

EXAMPLES = (ROTARY, ROTARY.f16())
