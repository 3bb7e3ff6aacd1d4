"""Specs of the pointwise and strided kernels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

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

BLOCK = 1024
LENGTH = {"n": range(3002)}
SHAPE = {"rows": range(100), "cols": range(140)}
TILE = {"BLOCK_R": 32, "BLOCK_C": 64}
LENGTHS = tuple({"n": n} for n in (0, 1, 7, 1023, 1024, 1025, 3001))
SHAPES = tuple(
    {"rows": r, "cols": c} for r, c in ((0, 3), (1, 1), (7, 13), (31, 65), (32, 64), (33, 63), (97, 131))
)


def _f64(x: Array) -> Array:
    return x.astype(np.float64)


def _vectors(names: str, block: int = BLOCK, **scalars: float) -> Callable[[Draw, Sizes], tuple[Args, Grid]]:
    """Draws equally long vectors, an output and the given scalars."""

    def draw(d: Draw, s: Sizes) -> tuple[Args, Grid]:
        n = s["n"]
        args: Args = {name: d.floats(n) for name in names.split()}
        return {**args, "out_ptr": d.empty(n), **scalars, "n": n}, (cdiv(n, block), 1, 1)

    return draw


def _fused(args: Args, s: Sizes) -> dict[str, Array]:
    x, y = _f64(args["x_ptr"]), _f64(args["y_ptr"])
    return {"out_ptr": y / (1 + np.exp(-args["scale"] * x)) + np.abs(x - y)}


def _draw_broadcast(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    rows, cols = s["rows"], s["cols"]
    n = rows * cols
    args: Args = {
        "x_ptr": d.floats(n),
        "row_ptr": d.floats(rows),
        "col_ptr": d.floats(cols),
        "out_ptr": d.empty(n),
    }
    return {**args, "rows": rows, "cols": cols}, (cdiv(n, BLOCK), 1, 1)


def _broadcast(args: Args, s: Sizes) -> dict[str, Array]:
    x = _f64(args["x_ptr"]).reshape(s["rows"], s["cols"])
    return {"out_ptr": (x + _f64(args["row_ptr"])[:, None] + _f64(args["col_ptr"])[None, :]).ravel()}


def _draw_dropout(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    n = s["n"]
    keep = d.ints(0, 2, n).astype(np.int8)
    args: Args = {"x_ptr": d.floats(n), "keep_ptr": keep, "out_ptr": d.empty(n)}
    return {**args, "p": 0.25, "n": n}, (cdiv(n, BLOCK), 1, 1)


def _dropout(args: Args, s: Sizes) -> dict[str, Array]:
    return {"out_ptr": np.where(args["keep_ptr"] != 0, _f64(args["x_ptr"]) / (1 - args["p"]), 0.0)}


def _tiles(s: Sizes) -> Grid:
    return (cdiv(s["rows"], TILE["BLOCK_R"]), cdiv(s["cols"], TILE["BLOCK_C"]), 1)


def _draw_matrix(transposed: bool) -> Callable[[Draw, Sizes], tuple[Args, Grid]]:
    def draw(d: Draw, s: Sizes) -> tuple[Args, Grid]:
        shape = (s["rows"], s["cols"])
        out_shape = shape[::-1] if transposed else shape
        x, out = d.strides(*shape), d.strides(*out_shape)
        args: Args = {"x_ptr": d.floats(extent(shape, x)), "out_ptr": d.empty(extent(out_shape, out))}
        strides = {"stride_xr": x[0], "stride_xc": x[1], "stride_or": out[0], "stride_oc": out[1]}
        return {**args, "rows": s["rows"], "cols": s["cols"], **strides}, _tiles(s)

    return draw


def _matrix(transposed: bool) -> Callable[[Args, Sizes], dict[str, Array]]:
    def reference(args: Args, s: Sizes) -> dict[str, Array]:
        shape = (s["rows"], s["cols"])
        x = args["x_ptr"][places(shape, (args["stride_xr"], args["stride_xc"]))]
        out = places(shape[::-1] if transposed else shape, (args["stride_or"], args["stride_oc"]))
        return {"out_ptr": written(args["out_ptr"], out, x.T if transposed else x)}

    return reference


def _draw_triu(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    shape = (s["rows"], s["cols"])
    x, out = d.strides(*shape, last=1), d.strides(*shape, last=1)
    args: Args = {"x_ptr": d.floats(extent(shape, x)), "out_ptr": d.empty(extent(shape, out))}
    args |= {"rows": s["rows"], "cols": s["cols"], "stride_x": x[0], "stride_out": out[0]}
    return {**args, "diagonal": int(d.rng.integers(-3, 4))}, _tiles(s)


def _triu(args: Args, s: Sizes) -> dict[str, Array]:
    shape = (s["rows"], s["cols"])
    x = args["x_ptr"][places(shape, (args["stride_x"], 1))]
    return {
        "out_ptr": written(
            args["out_ptr"], places(shape, (args["stride_out"], 1)), np.triu(x, args["diagonal"])
        )
    }


VECTOR_ADD = Example(
    name="vector_add",
    kernel="pointwise.vector_add",
    signature=signature("x_ptr y_ptr out_ptr: *T, n: i32"),
    constexprs={"BLOCK": BLOCK},
    draw=_vectors("x_ptr y_ptr"),
    reference=lambda args, s: {"out_ptr": _f64(args["x_ptr"]) + _f64(args["y_ptr"])},
    sizes=LENGTHS,
    ranges=LENGTH,
    mutants={"mask_off_by_one": "<= for <", "unmasked_store": "the store without its mask"},
)
FUSED = Example(
    name="fused_pointwise",
    kernel="pointwise.fused_pointwise",
    signature=signature("x_ptr y_ptr out_ptr: *T, scale: fp32, n: i32"),
    constexprs={"BLOCK": BLOCK},
    draw=_vectors("x_ptr y_ptr", scale=0.75),
    reference=_fused,
    sizes=LENGTHS,
    ranges=LENGTH,
    mutants={"lost_minus": "exp(s) for exp(-s)", "mask_one_short": "n - 1 for n"},
)
BROADCAST_ADD = Example(
    name="broadcast_add",
    kernel="pointwise.broadcast_add",
    signature=signature("x_ptr row_ptr col_ptr out_ptr: *T, rows cols: i32"),
    constexprs={"BLOCK": BLOCK},
    draw=_draw_broadcast,
    reference=_broadcast,
    sizes=SHAPES,
    ranges=SHAPE,
    mutants={"row_for_column": "% rows for % cols", "mask_rows_only": "rows for rows * cols in the mask"},
)
DROPOUT = Example(
    name="dropout",
    kernel="pointwise.dropout",
    signature=signature("x_ptr: *T, keep_ptr: *i8, out_ptr: *T, p: fp32, n: i32"),
    constexprs={"BLOCK": BLOCK},
    draw=_draw_dropout,
    reference=_dropout,
    sizes=LENGTHS,
    ranges=LENGTH,
    mutants={"inverted_mask": "== for !=", "wrong_scale": "x * (1 - p) for x / (1 - p)"},
)
_STRIDED = signature("x_ptr out_ptr: *T, rows cols stride_xr stride_xc stride_or stride_oc: i32")
COPY_2D = Example(
    name="copy_2d",
    kernel="strided.copy_2d",
    signature=_STRIDED,
    constexprs=TILE,
    draw=_draw_matrix(transposed=False),
    reference=_matrix(transposed=False),
    sizes=SHAPES,
    ranges=SHAPE,
    mutants={
        "wrong_stride": "the row stride for the column stride",
        "mask_off_by_one": "<= for < in the rows",
    },
)
TRANSPOSE_2D = replace(
    COPY_2D,
    name="transpose_2d",
    kernel="strided.transpose_2d",
    draw=_draw_matrix(transposed=True),
    reference=_matrix(transposed=True),
    mutants={
        "swapped_out_strides": "the output's strides exchanged",
        "mask_off_by_one": "<= for < in the store's columns",
    },
)
TRIU = Example(
    name="triu",
    kernel="strided.triu",
    signature=signature("x_ptr out_ptr: *T, rows cols stride_x stride_out diagonal: i32"),
    constexprs=TILE,
    draw=_draw_triu,
    reference=_triu,
    sizes=SHAPES,
    ranges=SHAPE,
    mutants={"strict": "> for >=: the diagonal is lost"},
)

EXAMPLES = (
    VECTOR_ADD,
    VECTOR_ADD.f16(),
    replace(
        VECTOR_ADD,
        name="vector_add_128",
        constexprs={"BLOCK": 128},
        draw=_vectors("x_ptr y_ptr", 128),
        mutants={},
    ),
    replace(
        VECTOR_ADD,
        name="vector_add_8192",
        constexprs={"BLOCK": 8192},
        draw=_vectors("x_ptr y_ptr", 8192),
        mutants={},
    ),
    FUSED,
    FUSED.f16(),
    BROADCAST_ADD,
    BROADCAST_ADD.f16(),
    DROPOUT,
    DROPOUT.f16(),
    COPY_2D,
    COPY_2D.f16(),
    TRANSPOSE_2D,
    TRANSPOSE_2D.f16(),
    TRIU,
    TRIU.f16(),
)
