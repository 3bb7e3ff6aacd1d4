"""Specs of flash attention, forwards and backwards."""

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

BLOCK_M, BLOCK_N, D = 16, 32, 16
BLOCKS = {"BLOCK_M": BLOCK_M, "BLOCK_N": BLOCK_N, "D": D}
LENGTHS = tuple(
    {"n": n, "heads": h} for n, h in ((0, 1), (1, 2), (15, 1), (16, 2), (17, 1), (33, 2), (70, 1))
)
RANGES = {"n": range(1, 50), "heads": range(1, 3)}
SCALE = 0.25


def _matrices(d: Draw, s: Sizes, *names: str) -> tuple[Args, tuple[int, ...]]:
    shape = (s["heads"], s["n"], D)
    strides = d.strides(*shape, last=1)
    return {name: d.floats(extent(shape, strides)) for name in names}, strides


def _of(args: Args, s: Sizes, name: str) -> Array:
    """One argument as (heads, n, D), in float64."""
    return args[name][_places(args, s)].astype(np.float64)


def _places(args: Args, s: Sizes) -> Array:
    return places((s["heads"], s["n"], D), (args["stride_head"], args["stride_row"], 1))


def _draw_forward(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    args, strides = _matrices(d, s, "q_ptr", "k_ptr", "v_ptr")
    args |= {
        "out_ptr": d.empty(len(args["q_ptr"])),
        "lse_ptr": np.full(s["heads"] * s["n"], 777.0, np.float32),
    }
    numbers = {"scale": SCALE, "stride_head": strides[0], "stride_row": strides[1], "n_ctx": s["n"]}
    return {**args, **numbers}, (cdiv(s["n"], BLOCK_M), s["heads"], 1)


def _draw_causal(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    args, grid = _draw_forward(d, s)
    del args["lse_ptr"]
    return args, grid


def _weights(args: Args, s: Sizes, causal: bool) -> tuple[Array, Array]:
    scores = SCALE * _of(args, s, "q_ptr") @ _of(args, s, "k_ptr").transpose(0, 2, 1)
    if causal:
        scores = np.where(np.tril(np.ones(scores.shape[1:], bool)), scores, -np.inf)
    weights = np.exp(scores)
    return weights, weights.sum(axis=2, keepdims=True)


def _forward(args: Args, s: Sizes) -> dict[str, Array]:
    weights, total = _weights(args, s, causal=False)
    out = weights / total @ _of(args, s, "v_ptr")
    return {
        "out_ptr": written(args["out_ptr"], _places(args, s), out),
        "lse_ptr": np.log2(total).ravel(),
    }


def _causal(args: Args, s: Sizes) -> dict[str, Array]:
    weights, total = _weights(args, s, causal=True)
    return {"out_ptr": written(args["out_ptr"], _places(args, s), weights / total @ _of(args, s, "v_ptr"))}


def _draw_backward(*outputs: str, block: int) -> object:
    def draw(d: Draw, s: Sizes) -> tuple[Args, Grid]:
        args, strides = _matrices(d, s, "q_ptr", "k_ptr", "v_ptr", "dout_ptr")
        args |= {name: d.floats(s["heads"] * s["n"]).astype(np.float32) for name in ("lse_ptr", "delta_ptr")}
        args |= {name: d.empty(len(args["q_ptr"])) for name in outputs}
        numbers = {"scale": SCALE, "stride_head": strides[0], "stride_row": strides[1], "n_ctx": s["n"]}
        return {**args, **numbers}, (cdiv(s["n"], block), s["heads"], 1)

    return draw


def _gradients(args: Args, s: Sizes) -> tuple[Array, Array]:
    """P and dS, of all queries and keys."""
    shape = (s["heads"], s["n"], 1)
    scores = SCALE * np.log2(np.e) * _of(args, s, "q_ptr") @ _of(args, s, "k_ptr").transpose(0, 2, 1)
    p = np.exp2(scores - args["lse_ptr"].astype(np.float64).reshape(shape))
    dp = _of(args, s, "dout_ptr") @ _of(args, s, "v_ptr").transpose(0, 2, 1)
    return p, p * (dp - args["delta_ptr"].astype(np.float64).reshape(shape))


def _queries(args: Args, s: Sizes) -> dict[str, Array]:
    _, ds = _gradients(args, s)
    return {"dq_ptr": written(args["dq_ptr"], _places(args, s), SCALE * ds @ _of(args, s, "k_ptr"))}


def _values(args: Args, s: Sizes) -> dict[str, Array]:
    p, ds = _gradients(args, s)
    dk = SCALE * ds.transpose(0, 2, 1) @ _of(args, s, "q_ptr")
    dv = p.transpose(0, 2, 1) @ _of(args, s, "dout_ptr")
    where = _places(args, s)
    return {"dk_ptr": written(args["dk_ptr"], where, dk), "dv_ptr": written(args["dv_ptr"], where, dv)}


_FORWARD = Example(
    "flash_attention",
    "attention.flash_attention",
    signature(
        "q_ptr k_ptr v_ptr out_ptr: *T, lse_ptr: *fp32, scale: fp32, stride_head stride_row n_ctx: i32"
    ),
    BLOCKS,
    _draw_forward,
    _forward,
    LENGTHS,
    RANGES,
    tolerance=1e-4,
    mutants={
        "keys_past_the_end": "keys past the end score 0 instead of -inf",
        "output_not_rescaled": "the output so far is not rescaled when the maximum grows",
    },
)
_BACKWARD = (
    "q_ptr k_ptr v_ptr dout_ptr: *T, lse_ptr delta_ptr: *fp32, {}: *T, "
    "scale: fp32, stride_head stride_row n_ctx: i32"
)

EXAMPLES = (
    _FORWARD,
    _FORWARD.f16(tolerance=6e-3),
    Example(
        "flash_attention_causal",
        "attention.flash_attention_causal",
        signature("q_ptr k_ptr v_ptr out_ptr: *T, scale: fp32, stride_head stride_row n_ctx: i32"),
        BLOCKS,
        _draw_causal,
        _causal,
        LENGTHS,
        RANGES,
        tolerance=1e-4,
        mutants={"without_the_diagonal": "a query does not see its own key"},
    ),
    Example(
        "attention_backward_queries",
        "attention.attention_backward_queries",
        signature(_BACKWARD.format("dq_ptr")),
        BLOCKS,
        _draw_backward("dq_ptr", block=BLOCK_M),
        _queries,
        LENGTHS,
        RANGES,
        tolerance=1e-4,
        mutants={"row_sums_added": "the row sums of dO∘O are added"},
    ),
    Example(
        "attention_backward_values",
        "attention.attention_backward_values",
        signature(_BACKWARD.format("dk_ptr dv_ptr")),
        BLOCKS,
        _draw_backward("dk_ptr", "dv_ptr", block=BLOCK_N),
        _values,
        LENGTHS,
        RANGES,
        tolerance=1e-4,
        mutants={"row_sums_added": "the row sums of dO∘O are added"},
    ),
)
