"""Running rendered PyTorch functions, for the tests of the renderer."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from triton_lift import Lifted
from triton_lift.report.torch import to_torch


def compiled(text: str) -> SimpleNamespace:
    """The functions of a rendered module."""
    namespace: dict[str, Any] = {}
    exec(compile(text, "<rendered>", "exec"), namespace)  # what we have just written ourselves
    return SimpleNamespace(**namespace)


def run(
    lifted: Lifted, args: Mapping[str, Any], grid: tuple[int, ...], text: str | None = None
) -> dict[str, np.ndarray]:
    """The arrays that the rendered function writes, after it has run on copies in float64 (integers: int64)."""
    text = to_torch(lifted) if text is None else text
    assert lifted.program is not None and "\ndef " in text, text
    name = text.rpartition("\ndef ")[2].partition("(")[0]
    function = getattr(compiled(text), name)
    tensors = [_tensor(args[param]) for param, _ in lifted.program.params]
    extra = {"grid": grid} if "grid" in function.__code__.co_varnames[: len(tensors) + 1] else {}
    function(*tensors, **extra)
    params = [param for param, _ in lifted.program.params]
    written = {params[o.array] for o in lifted.program.outputs}
    return {n: t.numpy() for n, t in zip(params, tensors, strict=True) if n in written}


def run_as_it_is(
    lifted: Lifted, args: Mapping[str, Any], grid: tuple[int, ...], dtype: Any
) -> dict[str, np.ndarray]:
    """As `run`, on arrays of the kernel's own types, computed in `dtype`."""
    text = to_torch(lifted)
    assert lifted.program is not None
    function = getattr(compiled(text), text.rpartition("\ndef ")[2].partition("(")[0])
    values = {n: torch.from_numpy(v.copy()) if isinstance(v, np.ndarray) else v for n, v in args.items()}
    params = [param for param, _ in lifted.program.params]
    extra = {"grid": grid} if "grid" in function.__code__.co_varnames[: len(params) + 1] else {}
    function(*(values[param] for param in params), **extra, dtype=dtype)
    return {params[o.array]: values[params[o.array]].numpy() for o in lifted.program.outputs}


def _tensor(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value.item() if isinstance(value, np.generic) else value
    wide = np.int64 if value.dtype.kind in "iu" else np.float64 if value.dtype.kind == "f" else value.dtype
    return torch.from_numpy(value.astype(wide))


def difference(got: Mapping[str, np.ndarray], want: Mapping[str, np.ndarray]) -> float:
    """The largest error relative to 1 + |expected|; what is not a number has to be so on both sides."""
    assert got.keys() == want.keys()
    worst = 0.0
    for name, expected in want.items():
        a, b = got[name].astype(np.float64), expected.astype(np.float64)
        assert a.shape == b.shape
        with np.errstate(all="ignore"):
            error = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b) / (1 + np.abs(b)))
        worst = max(worst, float(np.nan_to_num(error, nan=np.inf).max(initial=0.0)))
    return worst
