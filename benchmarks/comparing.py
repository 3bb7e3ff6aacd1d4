"""Where memory after the IR was executed and after the formula was evaluated differ by more than rounding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.draws import Draw

NUDGES = 3
ULP = 2.0**-23


@dataclass
class Difference:
    """One element on which the IR and the formula disagree; `seed` repeats the draw."""

    array: str
    index: int
    by_ir: Any
    by_formula: Any
    seed: int
    count: int
    grid: tuple[int, int, int]
    scalars: dict[str, Any]


def differences(
    chosen: Draw,
    by_ir: dict[str, Any],
    by_formula: dict[str, Any],
    unclear: dict[str, set[int]],
    tolerance: float,
) -> list[Difference]:
    """One entry for each array on which the results disagree. An array that the formula does not mention must
    not have been written."""
    found = []
    scalars = {k: v for k, v in chosen.args.items() if not isinstance(v, np.ndarray)}
    for name, got in by_ir.items():
        expected = by_formula.get(name, chosen.args[name])
        wrong = _disagree(got, expected, tolerance)
        if name in unclear:
            wrong[list(unclear[name])] = False
        places = np.flatnonzero(wrong)
        if places.size:
            i = int(places[0])
            found.append(
                Difference(
                    name,
                    i,
                    got[i].item(),
                    expected[i].item(),
                    chosen.seed,
                    int(places.size),
                    chosen.grid,
                    scalars,
                )
            )
    return found


def _disagree(got: Any, expected: Any, tolerance: float) -> Any:
    if got.dtype.kind != "f":
        return got.astype(np.int64) != expected.astype(np.int64)
    a, b = got.astype(np.float64), expected.astype(np.float64)
    with np.errstate(all="ignore"):
        near = np.abs(a - b) <= tolerance * (1 + np.abs(b))
        rounded = expected.astype(got.dtype) == got  # beyond the format's range it is infinite
    same = near | (a == b) | rounded | (np.isnan(a) & np.isnan(b))
    return ~same


def exclude_sensitive(
    found: Any, chosen: Draw, by_ir: dict[str, Any], by_formula: dict[str, Any], unclear: dict[str, set[int]]
) -> None:
    """Adds the elements that the formula itself moves as far as the IR is away, if inputs are rounded otherwise.

    So is a function near its pole: any two ways to compute it differ there. `found` is the lifted kernel.
    """
    rng = np.random.default_rng(chosen.seed)
    moved = {name: np.zeros(len(values)) for name, values in by_formula.items()}
    for _ in range(NUDGES):
        args = {
            name: a.astype(np.float64) * (1 + ULP * rng.uniform(-1, 1, a.shape))
            if isinstance(a, np.ndarray) and a.dtype.kind == "f"
            else a
            for name, a in chosen.args.items()
        }
        for name, values in found.evaluate(args, chosen.grid).items():
            with np.errstate(all="ignore"):
                moved[name] = np.fmax(moved[name], np.abs(values.astype(np.float64) - by_formula[name]))
    for name, distance in moved.items():
        with np.errstate(all="ignore"):
            away = np.abs(by_ir[name].astype(np.float64) - by_formula[name].astype(np.float64))
        unclear.setdefault(name, set()).update(np.flatnonzero(distance >= away).tolist())
