"""Specs of layer norm's backward pass."""

from __future__ import annotations

import numpy as np

from examples.specs.model import (
    Args,
    Array,
    Draw,
    Example,
    Grid,
    Sizes,
    cdiv,
    extent,
    places,
    signature,
    written,
)

BLOCK, BLOCK_M, BLOCK_N = 64, 8, 16
WIDTHS = tuple({"rows": r, "cols": c} for r, c in ((0, 3), (1, 1), (2, 0), (3, 7), (2, 63), (2, 64), (1, 31)))
TALL = tuple({"rows": r, "cols": c} for r, c in ((0, 3), (1, 1), (3, 0), (7, 15), (8, 16), (9, 17), (23, 40)))


def _where(args: Args, s: Sizes) -> Array:
    return places((s["rows"], s["cols"]), (args["stride"], 1))


def _inputs(d: Draw, s: Sizes) -> Args:
    shape = (s["rows"], s["cols"])
    strides = d.strides(*shape, last=1)
    args: Args = {name: d.floats(extent(shape, strides)) for name in ("x_ptr", "dout_ptr")}
    args |= {name: d.floats(s["rows"]).astype(np.float32) for name in ("mean_ptr", "rstd_ptr")}
    return {**args, "stride": strides[0], "n_cols": s["cols"]}


def _draw_rows(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    args = _inputs(d, s)
    return {**args, "weight_ptr": d.floats(s["cols"]), "dx_ptr": d.empty(len(args["x_ptr"]))}, (
        s["rows"],
        1,
        1,
    )


def _draw_weights(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    outputs = {name: np.full(s["cols"], 777.0, np.float32) for name in ("dweight_ptr", "dbias_ptr")}
    return {**_inputs(d, s), **outputs, "n_rows": s["rows"]}, (cdiv(s["cols"], BLOCK_N), 1, 1)


def _normed(args: Args, s: Sizes) -> tuple[Array, Array, Array]:
    """(x - mean)·rstd, dout and rstd, by row."""
    x, dout = (args[name][_where(args, s)].astype(np.float64) for name in ("x_ptr", "dout_ptr"))
    mean, rstd = (args[name].astype(np.float64)[:, None] for name in ("mean_ptr", "rstd_ptr"))
    return (x - mean) * rstd, dout, rstd


def _rows(args: Args, s: Sizes) -> dict[str, Array]:
    normed, dout, rstd = _normed(args, s)
    scaled = dout * args["weight_ptr"].astype(np.float64)
    along, level = ((a.sum(axis=1, keepdims=True) / max(s["cols"], 1)) for a in (normed * scaled, scaled))
    return {"dx_ptr": written(args["dx_ptr"], _where(args, s), (scaled - normed * along - level) * rstd)}


def _weights(args: Args, s: Sizes) -> dict[str, Array]:
    normed, dout, _ = _normed(args, s)
    return {"dweight_ptr": (dout * normed).sum(axis=0), "dbias_ptr": dout.sum(axis=0)}


EXAMPLES = (
    Example(
        "layer_norm_backward_rows",
        "norms_backward.layer_norm_backward_rows",
        signature("x_ptr weight_ptr dout_ptr: *T, mean_ptr rstd_ptr: *fp32, dx_ptr: *T, stride n_cols: i32"),
        {"BLOCK": BLOCK},
        _draw_rows,
        _rows,
        WIDTHS,
        {"rows": range(1, 4), "cols": range(1, BLOCK + 1)},
        tolerance=1e-4,
        mutants={
            "level_forgotten": "the mean of the scaled gradient is not taken off",
            "masked_lanes_count": "masked lanes add 1 each to the sums",
        },
    ),
    Example(
        "layer_norm_backward_weights",
        "norms_backward.layer_norm_backward_weights",
        signature(
            "x_ptr dout_ptr: *T, mean_ptr rstd_ptr dweight_ptr dbias_ptr: *fp32, stride n_rows n_cols: i32"
        ),
        {"BLOCK_M": BLOCK_M, "BLOCK_N": BLOCK_N},
        _draw_weights,
        _weights,
        TALL,
        {"rows": range(1, 30), "cols": range(1, 50)},
        tolerance=1e-4,
        mutants={"last_tile_left_out": "the last row is left out where it is alone in its tile"},
    ),
)
