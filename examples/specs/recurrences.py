"""Specs of the kernels that carry a state along: Welford, Kahan, decays, scans, linear attention."""

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

BLOCK, CHANNELS, D_K, D_V = 256, 64, 16, 32
WIDTHS = tuple(
    {"rows": r, "cols": c} for r, c in ((0, 5), (1, 1), (3, 7), (2, 255), (2, 256), (3, 257), (1, 700))
)
WIDTH = {"rows": range(4), "cols": range(1, 600)}
SHORT = tuple({"rows": r, "cols": c} for r, c in ((0, 5), (1, 1), (3, 7), (2, 255), (2, 256)))
STEPS = tuple({"steps": t, "channels": c} for t, c in ((0, 3), (1, 1), (5, 63), (7, 64), (9, 65), (4, 200)))
LENGTHS = tuple({"steps": t} for t in (0, 1, 2, 7, 20))


def _draw_rows(d: Draw, s: Sizes, *inputs: str) -> tuple[Args, int]:
    shape = (s["rows"], s["cols"])
    stride = d.strides(*shape, last=1)[0]
    return {name: d.floats(extent(shape, (stride, 1))) for name in inputs}, stride


def _rows(args: Args, s: Sizes, name: str = "x_ptr") -> Array:
    return args[name][places((s["rows"], s["cols"]), (args["stride"], 1))].astype(np.float64)


def _draw_statistics(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    args, stride = _draw_rows(d, s, "x_ptr")
    args |= {name: np.full(s["rows"], 777.0, np.float32) for name in ("mean_ptr", "var_ptr")}
    return {**args, "stride": stride, "n_cols": s["cols"]}, (s["rows"], 1, 1)


def _statistics(args: Args, s: Sizes) -> dict[str, Array]:
    x = _rows(args, s)
    return {"mean_ptr": x.mean(axis=1), "var_ptr": x.var(axis=1)}


def _draw_sum(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    args, stride = _draw_rows(d, s, "x_ptr")
    return {**args, "out_ptr": d.empty(s["rows"]), "stride": stride, "n_cols": s["cols"]}, (s["rows"], 1, 1)


def _draw_scan(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    args, stride = _draw_rows(d, s, "gate_ptr", "x_ptr")
    args["gate_ptr"] = args["gate_ptr"] / 4
    return {**args, "y_ptr": d.empty(len(args["x_ptr"])), "stride": stride, "n_cols": s["cols"]}, (
        s["rows"],
        1,
        1,
    )


def _scan(args: Args, s: Sizes) -> dict[str, Array]:
    gate, x = _rows(args, s, "gate_ptr"), _rows(args, s)
    y = np.zeros_like(x)
    for t in range(s["cols"]):
        y[:, t] = (gate[:, t] * y[:, t - 1] if t else 0) + x[:, t]
    return {"y_ptr": written(args["y_ptr"], places(x.shape, (args["stride"], 1)), y)}


def _draw_average(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    count = s["steps"] * s["channels"]
    args = {"x_ptr": d.floats(count), "y_ptr": d.empty(count), "decay": 0.75}
    return {**args, "n_steps": s["steps"], "n_channels": s["channels"]}, (cdiv(s["channels"], CHANNELS), 1, 1)


def _average(args: Args, s: Sizes) -> dict[str, Array]:
    x = args["x_ptr"].astype(np.float64).reshape(s["steps"], s["channels"])
    y = np.zeros_like(x)
    for t in range(s["steps"]):
        y[t] = (args["decay"] * y[t - 1] if t else 0) + (1 - args["decay"]) * x[t]
    return {"y_ptr": y.ravel()}


def _draw_attention(d: Draw, s: Sizes) -> tuple[Args, Grid]:
    stride_qk, stride_v = (d.strides(s["steps"], width, last=1)[0] for width in (D_K, D_V))
    keys, values = extent((s["steps"], D_K), (stride_qk, 1)), extent((s["steps"], D_V), (stride_v, 1))
    args: Args = {"q_ptr": d.floats(keys), "k_ptr": d.floats(keys), "v_ptr": d.floats(values)}
    args |= {"out_ptr": d.empty(values), "decay": 0.5, "stride_qk": stride_qk, "stride_v": stride_v}
    return {**args, "n_steps": s["steps"]}, (1, 1, 1)


def _attention(args: Args, s: Sizes) -> dict[str, Array]:
    at_qk = places((s["steps"], D_K), (args["stride_qk"], 1))
    at_v = places((s["steps"], D_V), (args["stride_v"], 1))
    q, k = (args[name][at_qk].astype(np.float64) for name in ("q_ptr", "k_ptr"))
    v = args["v_ptr"][at_v].astype(np.float64)
    ages = np.subtract.outer(np.arange(s["steps"]), np.arange(s["steps"]))
    weights = np.where(ages >= 0, args["decay"] ** np.maximum(ages, 0), 0.0) * (q @ k.T)
    return {"out_ptr": written(args["out_ptr"], at_v, weights @ v)}


EXAMPLES = (
    Example(
        "welford_variance",
        "recurrences.welford_variance",
        signature("x_ptr: *T, mean_ptr var_ptr: *fp32, stride n_cols: i32"),
        {"BLOCK": BLOCK},
        _draw_statistics,
        _statistics,
        WIDTHS,
        WIDTH,
        mutants={
            "counts_what_is_masked": "lanes outside of the row get older, too",
            "squares_of_one_difference": "squared differences from the mean before, not from both",
        },
    ),
    Example(
        "kahan_sum",
        "recurrences.kahan_sum",
        signature("x_ptr out_ptr: *T, stride n_cols: i32"),
        {"BLOCK": BLOCK},
        _draw_sum,
        lambda args, s: {"out_ptr": _rows(args, s).sum(axis=1)},
        WIDTHS,
        WIDTH,
        mutants={"sign_of_what_is_lost": "the compensation adds what was added"},
    ),
    Example(
        "exponential_average",
        "recurrences.exponential_average",
        signature("x_ptr y_ptr: *T, decay: fp32, n_steps n_channels: i32"),
        {"BLOCK": CHANNELS},
        _draw_average,
        _average,
        STEPS,
        {"steps": range(8), "channels": range(1, 150)},
        mutants={
            "weights_above_one": "the new element has weight 1",
            "one_step_late": "the average before the step is stored",
        },
    ),
    Example(
        "gated_scan",
        "recurrences.gated_scan",
        signature("gate_ptr x_ptr y_ptr: *T, stride n_cols: i32"),
        {"BLOCK": BLOCK},
        _draw_scan,
        _scan,
        SHORT,
        {"rows": range(4), "cols": range(1, 257)},
        mutants={"composed_the_other_way": "the later map is applied first"},
    ),
    Example(
        "linear_attention",
        "recurrences.linear_attention",
        signature("q_ptr k_ptr v_ptr out_ptr: *T, decay: fp32, stride_qk stride_v n_steps: i32"),
        {"D_K": D_K, "D_V": D_V},
        _draw_attention,
        _attention,
        LENGTHS,
        {"steps": range(24)},
        tolerance=2e-4,
        mutants={"decays_the_newest": "what is added decays at once"},
    ),
)
