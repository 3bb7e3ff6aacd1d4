"""A PyTorch function held against what a kernel does on small launches: a test, no proof."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from triton_lift.expectations.trials import Trial
from triton_lift.lifted import Lifted

# How far results may be apart, relative to the larger one or 1, where the kernel rounds to these formats.
_APART = {"bf16": 5e-2, "f16": 1e-2, "tf32": 1e-2}
_ELSE = 1e-4


class Unsuitable(Exception):
    """A reference that cannot be called with the kernel's arguments."""


def disagreement(reference: Callable[..., Any], lifted: Lifted, trials: Iterable[Trial]) -> str | None:
    """The first element that the reference leaves different, in words; None where there is none.

    The reference is called with those of the kernel's run-time arguments that it has parameters for (and `grid`): flat
    tensors, in which it writes what the kernel should, and numbers. Raises Unsuitable, and what the reference raises.
    """
    import torch

    apart = max(
        [d for name, d in _APART.items() if any(name in r for r in lifted.real_arithmetic)], default=_ELSE
    )
    for trial in trials:
        tensors = {
            n: torch.from_numpy(a.copy()) if isinstance(a, np.ndarray) else a for n, a in trial.args.items()
        }
        reference(**called_with(reference, {**tensors, "grid": trial.grid}))
        for name, contents in trial.after.items():
            wanted = tensors[name].to(torch.float64).numpy()
            done = np.asarray(contents, dtype=np.float64)
            size = np.maximum(1.0, np.maximum(np.abs(wanted), np.abs(done)))
            with np.errstate(all="ignore"):
                wrong = ~(np.abs(wanted - done) <= apart * size) & (np.isfinite(wanted) | np.isfinite(done))
            if wrong.any():
                place = int(np.flatnonzero(wrong)[0])
                numbers = ", ".join(
                    f"{n} = {a}" for n, a in trial.args.items() if not isinstance(a, np.ndarray)
                )
                where = f"grid = {trial.grid}" + (f", {numbers}" if numbers else "")
                return (
                    f"{name}[{place}] is {done[place]:.6g} and should be {wanted[place]:.6g}, where {where}"
                )
    return None


def called_with(reference: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """Those of the arguments that the reference has parameters for. Raises Unsuitable for a parameter that is none of
    them."""
    chosen = {}
    for name, parameter in inspect.signature(reference).parameters.items():
        if name in arguments:
            chosen[name] = arguments[name]
        elif parameter.default is inspect.Parameter.empty:
            raise Unsuitable(f"the kernel has no run-time argument {name!r}; it has {', '.join(arguments)}")
    return chosen
