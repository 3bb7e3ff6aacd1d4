"""Specs of the matrix products, the outer product and the int4 kernel."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

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

BLOCKS = {"BLOCK_M": 64, "BLOCK_N": 64, "BLOCK_K": 32, "GROUP_M": 8}


def _f64(x: Array) -> Array:
    return x.astype(np.float64)


def _shapes(*shapes: tuple[int, int, int]) -> tuple[dict[str, int], ...]:
    return tuple({"M": m, "N": n, "K": k} for m, n, k in shapes)


def _strides(name: str, dims: str, values: tuple[int, ...]) -> dict[str, int]:
    return {f"stride_{name}{dim}": value for dim, value in zip(dims, values, strict=True)}


def _draw_matmul(d: Draw, s: Sizes, *, contiguous: bool = False, bias: bool = False) -> tuple[Args, Grid]:
    m, n, k = s["M"], s["N"], s["K"]
    shapes = {"a": ((m, k), "mk"), "b": ((k, n), "kn"), "c": ((m, n), "mn")}
    args: Args = {}
    for name, (shape, dims) in shapes.items():
        strides = (shape[1], 1) if contiguous else d.strides(*shape)
        length = extent(shape, strides)
        args[f"{name}_ptr"] = d.empty(length) if name == "c" else d.floats(length)
        args |= _strides(name, dims, strides)
    if bias:
        args["bias_ptr"] = d.floats(n)
    return {**args, **s}, (cdiv(m, BLOCKS["BLOCK_M"]) * cdiv(n, BLOCKS["BLOCK_N"]), 1, 1)


def _places(args: Args, s: Sizes, name: str, dims: str) -> Array:
    """Where the elements of one of the matrices are; dimensions are named by the letters of strides and sizes."""
    shape = tuple(s["Z" if dim == "b" else dim.upper()] for dim in dims)
    return places(shape, tuple(args[f"stride_{name}{dim}"] for dim in dims))


def _product(args: Args, s: Sizes, batch: str = "") -> Array:
    a = _f64(args["a_ptr"][_places(args, s, "a", batch + "mk")])
    b = _f64(args["b_ptr"][_places(args, s, "b", batch + "kn")])
    result: Array = a @ b
    return result


def _matmul(args: Args, s: Sizes) -> dict[str, Array]:
    return {"c_ptr": written(args["c_ptr"], _places(args, s, "c", "mn"), _product(args, s))}


def _bias_leaky_relu(args: Args, s: Sizes) -> dict[str, Array]:
    x = _product(args, s) + _f64(args["bias_ptr"])
    return {"c_ptr": written(args["c_ptr"], _places(args, s, "c", "mn"), np.where(x >= 0, x, 0.01 * x))}


def _draw_batched(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    z, m, n, k = s["Z"], s["M"], s["N"], s["K"]
    args: Args = {"M": m, "N": n, "K": k}
    for name, shape, dims in (("a", (z, m, k), "bmk"), ("b", (z, k, n), "bkn"), ("c", (z, m, n), "bmn")):
        strides = d.strides(*shape)
        length = extent(shape, strides)
        args[f"{name}_ptr"] = d.empty(length) if name == "c" else d.floats(length)
        args |= _strides(name, dims, strides)
    return args, (cdiv(m, 32), cdiv(n, 64), z)


def _batched(args: Args, s: Sizes) -> dict[str, Array]:
    return {"c_ptr": written(args["c_ptr"], _places(args, s, "c", "bmn"), _product(args, s, "b"))}


def _draw_outer(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    shape = (s["m"], s["n"])
    strides = d.strides(*shape)
    args: Args = {
        "x_ptr": d.floats(s["m"]),
        "y_ptr": d.floats(s["n"]),
        "out_ptr": d.empty(extent(shape, strides)),
    }
    return {**args, **s, **_strides("o", "mn", strides)}, (cdiv(s["m"], 32), cdiv(s["n"], 64), 1)


def _outer(args: Args, s: Sizes) -> dict[str, Array]:
    where = places((s["m"], s["n"]), (args["stride_om"], args["stride_on"]))
    return {"out_ptr": written(args["out_ptr"], where, np.outer(_f64(args["x_ptr"]), _f64(args["y_ptr"])))}


def _draw_int4(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    rows, cols, groups = s["rows"], s["words"] * 8, s["rows"] * (s["words"] * 8 // s["group"])
    packed = d.ints(-(2**31), 2**31, s["rows"] * s["words"])
    args: Args = {"packed_ptr": packed, "scale_ptr": d.floats(groups), "zero_ptr": d.ints(0, 16, groups)}
    args |= {"out_ptr": d.empty(rows * cols), "n_cols": cols, "group_size": s["group"]}
    return args, (rows, cdiv(cols, 256), 1)


def _int4(args: Args, s: Sizes) -> dict[str, Array]:
    words = args["packed_ptr"].astype(np.int64) & 0xFFFFFFFF
    nibbles = (words[:, None] >> (4 * np.arange(8))) & 15
    grouped = nibbles.reshape(-1, s["group"])
    return {"out_ptr": ((grouped - args["zero_ptr"][:, None]) * _f64(args["scale_ptr"])[:, None]).ravel()}


_STRIDES = "stride_am stride_ak stride_bk stride_bn stride_cm stride_cn"
MATMUL = Example(
    name="matmul",
    kernel="matmul.matmul",
    signature=signature(f"a_ptr b_ptr c_ptr: *T, M N K {_STRIDES}: i32"),
    constexprs=BLOCKS,
    draw=_draw_matmul,
    reference=_matmul,
    sizes=_shapes(
        (0, 3, 5), (1, 1, 1), (3, 5, 0), (7, 11, 13), (63, 65, 31), (64, 64, 32), (65, 63, 33), (130, 67, 70)
    ),
    ranges={"M": range(140), "N": range(140), "K": range(100)},
    mutants={
        "short_k_loop": "the last block of K is left out",
        "k_mask_off_by_one": "<= for < in K, for both matrices",
        "wrong_stride": "a steps by its row stride",
        "missing_other": "masked lanes of b hold anything",
    },
)
MATMUL_SPECIALISED = replace(
    MATMUL,
    name="matmul_specialised",
    signature=signature("a_ptr b_ptr c_ptr: *T, M N K stride_am stride_bk stride_cm: i32"),
    constexprs={**BLOCKS, "stride_ak": 1, "stride_bn": 1, "stride_cn": 1},
    draw=partial(_draw_matmul, contiguous=True),
    sizes=_shapes((16, 16, 16), (64, 64, 32), (80, 144, 48)),
    ranges={"M": range(0, 145, 16), "N": range(0, 145, 16), "K": range(0, 97, 16)},
    mutants={},
    divisible_by_16=("a_ptr", "b_ptr", "c_ptr", "M", "N", "K", "stride_am", "stride_bk", "stride_cm"),
)
MATMUL_BIAS = replace(
    MATMUL,
    name="matmul_bias_leaky_relu",
    kernel="matmul.matmul_bias_leaky_relu",
    signature=signature(f"a_ptr b_ptr bias_ptr c_ptr: *T, M N K {_STRIDES}: i32"),
    draw=partial(_draw_matmul, bias=True),
    reference=_bias_leaky_relu,
    mutants={"bias_by_row": "the bias is added by row", "wrong_branch": "<= for >="},
)
BATCHED = Example(
    name="batched_matmul",
    kernel="batched_matmul.batched_matmul",
    signature=signature(
        "a_ptr b_ptr c_ptr: *T, M N K stride_ab stride_am stride_ak stride_bb stride_bk stride_bn "
        "stride_cb stride_cm stride_cn: i32"
    ),
    constexprs={"BLOCK_M": 32, "BLOCK_N": 64, "BLOCK_K": 32},
    draw=_draw_batched,
    reference=_batched,
    sizes=tuple(
        {"Z": z, **s} for z, s in enumerate(_shapes((3, 5, 7), (1, 1, 1), (33, 63, 31), (7, 65, 66)))
    ),
    ranges={"Z": range(4), "M": range(70), "N": range(140), "K": range(70)},
    mutants={
        "wrong_batch_stride": "b's batches are found by a's stride",
        "short_k_loop": "the last block of K is left out",
        "mask_off_by_one": "<= for < in the store's columns",
    },
)
OUTER = Example(
    name="outer_product",
    kernel="outer_product.outer_product",
    signature=signature("x_ptr y_ptr out_ptr: *T, m n stride_om stride_on: i32"),
    constexprs={"BLOCK_M": 32, "BLOCK_N": 64},
    draw=_draw_outer,
    reference=_outer,
    sizes=tuple({"m": m, "n": n} for m, n in ((0, 3), (1, 1), (31, 65), (32, 64), (33, 63), (97, 131))),
    ranges={"m": range(100), "n": range(140)},
    mutants={"mask_off_by_one": "<= for < in the columns", "wrong_stride": "the column stride for the rows"},
)
INT4 = Example(
    name="int4_dequantise",
    kernel="int4.int4_dequantise",
    signature=signature(
        "packed_ptr: *i32, scale_ptr: *T, zero_ptr: *i32, out_ptr: *T, n_cols group_size: i32"
    ),
    constexprs={"BLOCK": 256},
    draw=_draw_int4,
    reference=_int4,
    sizes=tuple(
        {"rows": r, "words": w, "group": g} for r, w, g in ((0, 4, 8), (1, 1, 8), (3, 12, 32), (2, 48, 128))
    ),
    ranges={"rows": range(4), "words": range(0, 49, 4), "group": (8, 16, 32)},
    mutants={"shift_by_pairs": "2 bits for each step, not 4", "three_bits": "& 7 for & 15"},
)

EXAMPLES = (
    *(
        e
        for base in (MATMUL, MATMUL_SPECIALISED, MATMUL_BIAS, BATCHED, OUTER, INT4)
        for e in (base, base.f16())
    ),
)
