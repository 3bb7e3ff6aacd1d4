"""Unmodified programs under `capture` and under the plugin: `python -m benchmarks.programs [NAME…]`.

The names are those of `drivers`; the packages they use (flag-gems, conch-triton-kernels, helion) are yours to install,
beside torch and a Triton that they work with. Needs no GPU: `capture` needs none, and for the plugin the programs run
on a stand-in for one, on which Triton compiles as ever and launches do nothing. What the plugin costs is a ratio of
the same program's time without it, in turns, medians of `--repeats`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from triton_lift.capture.store import Log, events, read_log

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PACKAGES = {
    "all_examples": "triton-lift",
    "flag_gems_operators": "flag-gems",
    "conch_operators": "conch-triton-kernels",
    "helion_kernels": "helion",
}
# flag-gems asks the machine itself which GPU it has.
TOLD = {"GEMS_VENDOR": "nvidia", "TRITON_DEFAULT_FP_FUSION": "1", "PYTHONWARNINGS": "ignore"}


@dataclass
class Figures:
    """What is counted of one program, one way."""

    kernels: int
    specialisations: int
    launches: int
    refused: int
    unreached: int
    statuses: Counter[str] = field(default_factory=Counter)
    tensors: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def verified(self) -> int:
        return self.statuses["verified"]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Ours, with Triton's cache and the kept results in the folder."""
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, **TOLD, "PYTHONPATH": paths, "TRITON_CACHE_DIR": str(folder / "cache"), **more}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "triton_lift.cli", *arguments]


def run(arguments: list[str], variables: dict[str, str]) -> tuple[float, str]:
    """Seconds and output; what went wrong is shown."""
    start = time.monotonic()
    done = subprocess.run(arguments, env=variables, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):  # 3: something is not verified, or does not compile
        print(done.stderr[-2000:], file=sys.stderr)
    return time.monotonic() - start, done.stdout


def counted(log: Log) -> Figures:
    kernels = log.kernels.values()
    return Figures(
        len({k.kernel for k in kernels}),
        len(kernels),
        sum(len(k.launches) for k in kernels),
        len(log.failed),
        len(log.unreached),
    )


def add_results(figures: Figures, results: Iterable[dict[str, Any]]) -> None:
    for result in results:
        figures.statuses[result["status"]] += 1
        figures.tensors += bool(result.get("launched", {}).get("tensors"))


def captured(program: Path, folder: Path, timeout: float) -> Figures:
    """The program captured, and what was captured lifted."""
    output, variables = folder / "captured", environment(folder, TRITON_LIFT_CACHE="off")
    seconds, _ = run(command("capture", "-o", str(output), str(program)), variables)
    figures = counted(read_log(output))
    options = ("--format", "json", "--timeout", str(timeout), "--no-cache")
    lifting, said = run(command("lift", str(output), *options), variables)
    add_results(figures, map(json.loads, said.splitlines()))
    figures.seconds = {"capture": seconds, "lift": lifting}
    return figures


def plugged(program: Path, folder: Path, timeout: float, repeats: int) -> Figures:
    """The program on the stand-in, without and with the plugin, each with an empty and a full cache of Triton's."""
    stand_in = [sys.executable, "-m", "benchmarks.programs.stand_in", str(program)]
    with_plugin = command(
        "run", "-o", "{}", "--no-cache", "--wait", "{}", "--timeout", str(timeout), *stand_in
    )
    times: dict[str, list[dict[str, float]]] = {}
    figures = None
    folder.mkdir(exist_ok=True)
    for number in range(repeats):
        for plugin in (False, True):
            own = folder / f"{number}-{plugin}"
            for cache in ("empty", "full"):
                told = folder / "times.json"
                output = own / cache
                own.mkdir(exist_ok=True)
                first = number == 0 and cache == "empty"
                # Only once is waited for the results.
                fill = iter([str(output), "100000" if first else "0"])
                words = [next(fill) if word == "{}" else word for word in with_plugin]
                run(words if plugin else stand_in, environment(own, PROGRAM_TIMES=str(told)))
                times.setdefault(f"{cache} {plugin}", []).append(json.loads(told.read_text()))
                if plugin and first:
                    figures = counted(read_log(output))
                    add_results(figures, (e for e in events(output) if e["event"] == "result"))
    assert figures is not None
    for cache in ("empty", "full"):
        for kind in ("wall", "processor"):
            without, with_it = (median(t[kind] for t in times[f"{cache} {p}"]) for p in (False, True))
            figures.seconds |= {f"{cache} {kind}": with_it / without}
            if kind == "wall":
                figures.seconds |= {f"{cache} without": without, f"{cache} with": with_it}
    return figures


def versions(name: str) -> str:
    parts = []
    for package in dict.fromkeys(("triton", PACKAGES[name])):
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return ", ".join(parts)


def rest(figures: Figures) -> str:
    return ", ".join(f"{n} {status}" for status, n in figures.statuses.most_common() if status != "verified")


def capture_table(found: dict[str, Figures]) -> Table:
    table = Table(title="under `triton-lift capture`, then `triton-lift lift`", title_justify="left")
    heads = ("program", "kernels", "specialisations", "launches", "verified", "others", "shown as tensors",
             "not compiled", "not reached", "capture s", "lift s")  # fmt: skip
    for head in heads:
        table.add_column(head, justify="left" if head in ("program", "others") else "right")
    for name, f in found.items():
        counts = (f.kernels, f.specialisations, f.launches, f.verified)
        more = (str(f.tensors), str(f.refused), str(f.unreached))
        seconds = (f"{f.seconds[n]:.0f}" for n in ("capture", "lift"))
        table.add_row(f"{name} ({versions(name)})", *map(str, counts), rest(f), *more, *seconds)
    return table


def plugin_table(found: dict[str, Figures]) -> Table:
    table = Table(title="under `triton-lift run`, on a stand-in for a GPU", title_justify="left")
    heads = ("program", "kernels", "specialisations", "verified", "others", "Triton's cache", "without s",
             "with s", "ratio", "processor's ratio")  # fmt: skip
    for head in heads:
        table.add_column(head, justify="left" if head in ("program", "others", "Triton's cache") else "right")
    for name, f in found.items():
        lead = [
            f"{name} ({versions(name)})",
            str(f.kernels),
            str(f.specialisations),
            str(f.verified),
            rest(f),
        ]
        for cache in ("empty", "full"):
            s = f.seconds
            times = [f"{s[f'{cache} {side}']:.1f}" for side in ("without", "with")]
            ratios = [f"{s[f'{cache} {kind}']:.2f}" for kind in ("wall", "processor")]
            table.add_row(*lead, cache, *times, *ratios)
            lead = [""] * len(lead)
    return table


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Programs; all when none is given.")] = None,
    timeout: Annotated[float, typer.Option(help="Seconds for each kernel.")] = 20.0,
    repeats: Annotated[int, typer.Option(min=0, help="Runs without and with the plugin; 0: none.")] = 3,
) -> None:
    """Measure, and print two tables."""
    chosen = names or list(PACKAGES)
    if unknown := set(chosen) - set(PACKAGES):
        raise typer.BadParameter(f"no program {', '.join(sorted(unknown))}; there are {', '.join(PACKAGES)}")
    captures: dict[str, Figures] = {}
    plugins: dict[str, Figures] = {}
    for name in chosen:
        program = HERE / "drivers" / f"{name}.py"
        with tempfile.TemporaryDirectory() as folder:
            captures[name] = captured(program, Path(folder), timeout)
            print(f"{name}, captured: {captures[name]}", file=sys.stderr, flush=True)
        if repeats:
            with tempfile.TemporaryDirectory() as folder:
                plugins[name] = plugged(program, Path(folder), timeout, repeats)
                print(f"{name}, under the plugin: {plugins[name]}", file=sys.stderr, flush=True)
    console = Console(width=180)
    console.print(capture_table(captures))
    if plugins:
        console.print(plugin_table(plugins))


if __name__ == "__main__":
    typer.run(main)
