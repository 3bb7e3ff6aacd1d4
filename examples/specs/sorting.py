"""Specs of the kernels that sort."""

from __future__ import annotations

import numpy as np

from examples.specs.model import Args, Array, Draw, Example, Grid, Sizes, extent, places, signature, written

BLOCK, K = 128, 8
WIDTHS = tuple({"rows": r, "cols": c} for r, c in ((0, 5), (1, 1), (3, 7), (5, 64), (3, 127), (2, 128)))
WIDTH = {"rows": range(5), "cols": range(1, 129)}


def _draw_sort(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    shape = (s["rows"], s["cols"])
    strides = d.strides(*shape, last=1)
    length = extent(shape, strides)
    args = {"x_ptr": d.floats(length), "out_ptr": d.empty(length)}
    return {**args, "stride": strides[0], "n_cols": s["cols"]}, (s["rows"], 1, 1)


def _draw_top_k(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    args, grid = _draw_sort(d, s)
    return {**args, "out_ptr": d.empty(s["rows"] * K)}, grid


def _rows(args: Args, s: Sizes) -> Array:
    return np.sort(args["x_ptr"][places((s["rows"], s["cols"]), (args["stride"], 1))].astype(np.float64))


def _sorted(args: Args, s: Sizes) -> dict[str, Array]:
    where = places((s["rows"], s["cols"]), (args["stride"], 1))
    return {"out_ptr": written(args["out_ptr"], where, _rows(args, s))}


def _greatest(args: Args, s: Sizes) -> dict[str, Array]:
    return {"out_ptr": _rows(args, s)[:, ::-1][:, :K].reshape(-1)}


EXAMPLES = (
    Example(
        name="row_sort",
        kernel="sorting.row_sort",
        signature=signature("x_ptr out_ptr: *T, stride n_cols: i32"),
        constexprs={"BLOCK": BLOCK},
        draw=_draw_sort,
        reference=_sorted,
        sizes=WIDTHS,
        ranges=WIDTH,
        mutants={
            "zero_filler": "0 for ∞ in masked lanes",
            "missing_other": "masked lanes hold anything",
            "descending": "the other direction",
            "sorts_halves": "a layer less",
        },
    ),
    Example(
        name="row_top_k",
        kernel="sorting.row_top_k",
        signature=signature("x_ptr out_ptr: *T, stride n_cols: i32"),
        constexprs={"K": K, "BLOCK": BLOCK},
        draw=_draw_top_k,
        reference=_greatest,
        sizes=tuple(w for w in WIDTHS if w["cols"] >= K or not w["rows"]),
        ranges={"rows": range(5), "cols": range(K, BLOCK + 1)},
        mutants={"zero_filler": "0 for -∞ in masked lanes", "greatest_last": "the other direction"},
    ),
)
