"""The PyTorch functions that are rendered, against `Lifted.evaluate`, on small launches of the kernels below paths.

    python -m benchmarks.rendering [PATH…]

For each verified kernel up to three launches that its preconditions allow, with arrays of random numbers. Kernels that
are not rendered, or whose function differs or fails, are listed with the reason; then the counts. Arrays may hold what
is only assumed not to occur (a divisor that is read, and is 0): such a failure names itself. Needs torch.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

import triton_lift
from triton_lift import _native
from triton_lift.illustration.launching import launches
from triton_lift.interpreter import Executable, Options
from triton_lift.ir import IRError, parse_module
from triton_lift.lifted import Lifted
from triton_lift.refutation.subject import Subject
from triton_lift.report.torch import to_torch

EXAMPLES = Path(__file__).parents[1] / "examples" / "ir"
_LAUNCHES, _TRIED, _SECONDS = 3, 8, 4.0
_TOLERANCE = 1e-6


def main(paths: list[str]) -> int:
    counts: Counter[str] = Counter()
    for path in files(paths or [str(EXAMPLES)]):
        try:
            results = triton_lift.lift(path)
        except (ValueError, OSError):
            continue
        for lifted in results:
            kind, why = judged(lifted, path)
            counts[kind] += 1
            if kind not in ("same", "not verified"):
                print(f"{path.name} · {lifted.kernel} · {kind} · {why}", flush=True)
    print(", ".join(f"{n} {kind}" for kind, n in counts.most_common()))
    return int(counts["differs"] > 0)


def files(paths: list[str]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        found += sorted(path.glob("*.ttir")) if path.is_dir() else [path]
    return found


def judged(lifted: Lifted, path: Path) -> tuple[str, str]:
    """What became of one kernel, and why."""
    if lifted.status != "verified" or lifted.program is None:
        return "not verified", ""
    text = to_torch(lifted)
    if "\ndef " not in text:
        return "not rendered", text.rpartition("no PyTorch rendering: ")[2].strip()
    compared = 0
    for args, grid in islice(small_launches(lifted, path), _LAUNCHES):
        try:
            difference = compare(lifted, text, args, grid)
        except Exception as error:
            return "fails", f"{type(error).__name__}: {str(error)[:120]} on {scalars(args)}, grid {grid}"
        if not difference <= _TOLERANCE:
            return "differs", f"by {difference:.2g} on {scalars(args)}, grid {grid}"
        compared += 1
    return ("same", "") if compared else ("no launch", "none was found that evaluates")


def small_launches(lifted: Lifted, path: Path) -> Any:
    """Arguments and grids on which the formula has a value."""
    module = parse_module(path.read_bytes(), str(path)).module
    summary = next(s for s in _native.summarize(module) if s["kernel"] == lifted.kernel)
    subject = Subject(Executable(module, lifted.kernel), summary, lifted, time.monotonic() + _SECONDS)
    for launch in islice(launches(subject), _TRIED):
        realised = subject.realise(launch, (Options(),))
        if realised is None:
            continue
        args = realised.arguments()
        try:
            lifted.evaluate(args, launch.grid)
        except ValueError:
            continue
        yield args, launch.grid


def compare(lifted: Lifted, text: str, args: Mapping[str, Any], grid: tuple[int, int, int]) -> float:
    """The largest difference between what the function and the formula leave in memory, relative to 1 + the latter."""
    import torch

    assert lifted.program is not None
    scope: dict[str, Any] = {}
    exec(compile(text, "<rendered>", "exec"), scope)  # what we have just written ourselves
    function = scope[text.rpartition("\ndef ")[2].partition("(")[0]]
    tensors = [
        torch.from_numpy(wide(v)) if isinstance(v := args[n], np.ndarray) else v
        for n, _ in lifted.program.params
    ]
    takes_grid = "grid" in function.__code__.co_varnames[: len(tensors) + 1]
    function(*tensors, **({"grid": grid} if takes_grid else {}))
    worst = 0.0
    got = dict(zip((n for n, _ in lifted.program.params), tensors, strict=True))
    for name, expected in lifted.evaluate(args, grid).items():
        a, b = got[name].numpy().astype(np.float64), expected.astype(np.float64)
        with np.errstate(all="ignore"):
            error = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b) / (1 + np.abs(b)))
        worst = max(worst, float(np.nan_to_num(error, nan=np.inf).max(initial=0.0)))
    return worst


def wide(array: Any) -> Any:
    kind = array.dtype.kind
    return array.astype(np.int64 if kind in "iu" else np.float64 if kind == "f" else array.dtype)


def scalars(args: Mapping[str, Any]) -> str:
    return ", ".join(f"{n} = {v}" for n, v in args.items() if not isinstance(v, np.ndarray)) or "no scalars"


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except IRError as problem:
        raise SystemExit(str(problem)) from None
