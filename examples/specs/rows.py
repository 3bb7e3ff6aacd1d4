"""Specs of the kernels that work along rows: reductions, softmax, norms, cross-entropy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from examples.specs.model import Args, Array, Draw, Example, Grid, Sizes, extent, places, signature, written

BLOCK = 1024
WIDTHS = tuple({"rows": r, "cols": c} for r, c in ((0, 5), (1, 1), (3, 7), (5, 127), (3, 1023), (2, 1024)))
LONG_WIDTHS = (*WIDTHS, {"rows": 3, "cols": 1025}, {"rows": 2, "cols": 3001})
WIDTH = {"rows": range(5), "cols": range(1, 1025)}
LONG_WIDTH = {"rows": range(4), "cols": range(1, 3002)}


def _f64(x: Array) -> Array:
    return x.astype(np.float64)


def _where(args: Args, s: Sizes, stride: str = "stride") -> Array:
    """The places of the elements of a matrix whose rows are contiguous."""
    return places((s["rows"], s["cols"]), (args[stride], 1))


def _matrix(args: Args, s: Sizes, stride: str = "stride") -> Array:
    """The rows of the input, in float64, without the padding."""
    return _f64(args["x_ptr"][_where(args, s, stride)])


def _rows(d: Draw, s: Sizes, *same_layout: str) -> tuple[Args, int]:
    """The input, outputs of the same layout, and the stride of their rows."""
    shape = (s["rows"], s["cols"])
    strides = d.strides(*shape, last=1)
    length = extent(shape, strides)
    return {"x_ptr": d.floats(length), **{name: d.empty(length) for name in same_layout}}, strides[0]


def _draw_reduction(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    args, stride = _rows(d, s)
    return {**args, "out_ptr": d.empty(s["rows"]), "stride": stride, "n_cols": s["cols"]}, (s["rows"], 1, 1)


def _draw_argmax(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    args, grid = _draw_reduction(d, s)
    return {**args, "out_ptr": np.full(s["rows"], 777, np.int32)}, grid


def _reduction(op: Callable[[Array], Array]) -> Callable[[Args, Sizes], dict[str, Array]]:
    return lambda args, s: {"out_ptr": op(_matrix(args, s))}


def _draw_softmax(grid_stride: bool) -> Callable[[Draw, Sizes], tuple[Args, Grid]]:
    def draw(d: Draw, s: Sizes) -> tuple[Args, Grid]:
        rows, cols = s["rows"], s["cols"]
        args, stride = _rows(d, s)
        out = d.strides(rows, cols, last=1)
        args |= {"out_ptr": d.empty(extent((rows, cols), out)), "stride_x": stride, "stride_out": out[0]}
        if grid_stride:
            return {**args, "n_rows": rows, "n_cols": cols}, (int(d.rng.integers(1, 4)), 1, 1)
        return {**args, "n_cols": cols}, (rows, 1, 1)

    return draw


def _softmax(args: Args, s: Sizes) -> dict[str, Array]:
    x = _matrix(args, s, "stride_x")
    e = np.exp(x - x.max(axis=1, keepdims=True))
    y = e / e.sum(axis=1, keepdims=True)
    return {"out_ptr": written(args["out_ptr"], _where(args, s, "stride_out"), y)}


def _draw_norm(*parameters: str, statistics: bool = False) -> Callable[[Draw, Sizes], tuple[Args, Grid]]:
    def draw(d: Draw, s: Sizes) -> tuple[Args, Grid]:
        rows, cols = s["rows"], s["cols"]
        args, stride = _rows(d, s, "out_ptr")
        args |= {name: d.floats(cols) for name in parameters}
        if statistics:
            args |= {name: np.full(rows, 777.0, np.float32) for name in ("mean_ptr", "rstd_ptr")}
        return {**args, "stride": stride, "n_cols": cols, "eps": 1e-5}, (rows, 1, 1)

    return draw


def _layer_norm(args: Args, s: Sizes) -> dict[str, Array]:
    x = _matrix(args, s)
    mean, rstd = x.mean(axis=1), 1 / np.sqrt(x.var(axis=1) + args["eps"])
    y = (x - mean[:, None]) * rstd[:, None] * _f64(args["weight_ptr"]) + _f64(args["bias_ptr"])
    statistics = {"mean_ptr": mean, "rstd_ptr": rstd} if "mean_ptr" in args else {}
    return {"out_ptr": written(args["out_ptr"], _where(args, s), y), **statistics}


def _rms_norm(args: Args, s: Sizes) -> dict[str, Array]:
    x = _matrix(args, s)
    rstd = 1 / np.sqrt((x * x).mean(axis=1, keepdims=True) + args["eps"])
    return {"out_ptr": written(args["out_ptr"], _where(args, s), x * rstd * _f64(args["weight_ptr"]))}


def _draw_cross_entropy(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    rows, cols = s["rows"], s["cols"]
    stride = d.strides(rows, cols, last=1)[0]
    args: Args = {"logits_ptr": d.floats(extent((rows, cols), (stride, 1)))}
    args |= {"target_ptr": d.ints(0, cols, rows).astype(np.int64)}
    args |= {"loss_ptr": np.full(rows, 777.0, np.float32)}
    return {**args, "stride": stride, "n_classes": cols}, (rows, 1, 1)


def _cross_entropy(args: Args, s: Sizes) -> dict[str, Array]:
    x = _f64(args["logits_ptr"][_where(args, s)])
    picked = x[np.arange(s["rows"]), args["target_ptr"]]
    return {"loss_ptr": np.log(np.exp(x).sum(axis=1)) - picked}


ROW_SUM = Example(
    name="row_sum",
    kernel="reductions.row_sum",
    signature=signature("x_ptr out_ptr: *T, stride n_cols: i32"),
    constexprs={"BLOCK": BLOCK},
    draw=_draw_reduction,
    reference=_reduction(lambda x: x.sum(axis=1)),
    sizes=WIDTHS,
    ranges=WIDTH,
    mutants={"missing_other": "masked lanes hold anything", "mask_off_by_one": "<= for <"},
)
ROW_MAX = replace(
    ROW_SUM,
    name="row_max",
    kernel="reductions.row_max",
    reference=_reduction(lambda x: x.max(axis=1)),
    mutants={"zero_filler": "0 for -inf in masked lanes", "missing_other": "masked lanes hold anything"},
)
ROW_MEAN = replace(
    ROW_SUM,
    name="row_mean",
    kernel="reductions.row_mean",
    reference=_reduction(lambda x: x.mean(axis=1)),
    mutants={"divides_by_block": "BLOCK for n_cols"},
)
ROW_VARIANCE = replace(
    ROW_SUM,
    name="row_variance",
    kernel="reductions.row_variance",
    reference=_reduction(lambda x: x.var(axis=1)),
    mutants={"unmasked_centre": "masked lanes add mean² each"},
)
ROW_ARGMAX = replace(
    ROW_SUM,
    name="row_argmax",
    kernel="reductions.row_argmax",
    signature=signature("x_ptr: *T, out_ptr: *i32, stride n_cols: i32"),
    draw=_draw_argmax,
    reference=_reduction(lambda x: x.argmax(axis=1).astype(np.float64)),
    mutants={"zero_filler": "0 for -inf in masked lanes"},
)
SOFTMAX = Example(
    name="softmax",
    kernel="softmax.softmax",
    signature=signature("x_ptr out_ptr: *T, stride_x stride_out n_cols: i32"),
    constexprs={"BLOCK": BLOCK},
    draw=_draw_softmax(grid_stride=False),
    reference=_softmax,
    sizes=WIDTHS,
    ranges=WIDTH,
    mutants={
        "zero_filler": "0 for -inf in masked lanes",
        "missing_other": "masked lanes hold anything",
        "mask_off_by_one": "<= for <",
    },
)
SOFTMAX_GRID_STRIDE = replace(
    SOFTMAX,
    name="softmax_grid_stride",
    kernel="softmax.softmax_grid_stride",
    signature=signature("x_ptr out_ptr: *T, stride_x stride_out n_rows n_cols: i32"),
    draw=_draw_softmax(grid_stride=True),
    mutants={
        "starts_late": "row 0 is never written",
        "wrong_row_stride": "the input's stride for the output",
    },
)
LAYER_NORM = Example(
    name="layer_norm",
    kernel="norms.layer_norm",
    signature=signature("x_ptr weight_ptr bias_ptr out_ptr: *T, stride n_cols: i32, eps: fp32"),
    constexprs={"BLOCK": BLOCK},
    draw=_draw_norm("weight_ptr", "bias_ptr"),
    reference=_layer_norm,
    sizes=WIDTHS,
    ranges=WIDTH,
    mutants={"unmasked_centre": "masked lanes add mean² each", "eps_outside_root": "√v + ε for √(v + ε)"},
)
LAYER_NORM_BLOCKS = replace(
    LAYER_NORM,
    name="layer_norm_blocks",
    kernel="norms.layer_norm_blocks",
    signature=signature(
        "x_ptr weight_ptr bias_ptr out_ptr: *T, mean_ptr rstd_ptr: *fp32, stride n_cols: i32, eps: fp32"
    ),
    draw=_draw_norm("weight_ptr", "bias_ptr", statistics=True),
    sizes=LONG_WIDTHS,
    ranges=LONG_WIDTH,
    mutants={
        "short_mean_loop": "the mean's loop ends a block early",
        "lost_square": "Σ (x - mean) for Σ (x - mean)²",
    },
)
RMS_NORM = Example(
    name="rms_norm",
    kernel="norms.rms_norm",
    signature=signature("x_ptr weight_ptr out_ptr: *T, stride n_cols: i32, eps: fp32"),
    constexprs={"BLOCK": BLOCK},
    draw=_draw_norm("weight_ptr"),
    reference=_rms_norm,
    sizes=WIDTHS,
    ranges=WIDTH,
    mutants={"missing_other": "masked lanes hold anything"},
)
RMS_NORM_BLOCKS = replace(
    RMS_NORM,
    name="rms_norm_blocks",
    kernel="norms.rms_norm_blocks",
    sizes=LONG_WIDTHS,
    ranges=LONG_WIDTH,
    mutants={
        "short_loop": "the sum's loop ends at n_cols - 1",
        "missing_other": "masked lanes hold anything",
    },
)
CROSS_ENTROPY = Example(
    name="cross_entropy",
    kernel="cross_entropy.cross_entropy",
    signature=signature("logits_ptr: *T, target_ptr: *i64, loss_ptr: *fp32, stride n_classes: i32"),
    constexprs={"BLOCK": BLOCK},
    draw=_draw_cross_entropy,
    reference=_cross_entropy,
    sizes=WIDTHS,
    ranges=WIDTH,
    mutants={"forgets_maximum": "the shift is not undone", "zero_filler": "0 for -inf in masked lanes"},
)

EXAMPLES = (
    *(e for base in (ROW_SUM, ROW_MAX, ROW_MEAN, ROW_VARIANCE, ROW_ARGMAX) for e in (base, base.f16())),
    SOFTMAX,
    SOFTMAX.f16(),
    replace(
        SOFTMAX,
        name="softmax_128",
        constexprs={"BLOCK": 128},
        sizes=WIDTHS[:4],
        ranges={"rows": range(5), "cols": range(1, 129)},
        mutants={},
    ),
    replace(
        SOFTMAX,
        name="softmax_8192",
        constexprs={"BLOCK": 8192},
        sizes=LONG_WIDTHS,
        ranges=LONG_WIDTH,
        mutants={},
    ),
    *(e for base in (SOFTMAX_GRID_STRIDE, LAYER_NORM, LAYER_NORM_BLOCKS) for e in (base, base.f16())),
    *(e for base in (RMS_NORM, RMS_NORM_BLOCKS, CROSS_ENTROPY) for e in (base, base.f16())),
)
