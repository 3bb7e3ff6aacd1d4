"""The operator table: `python -m benchmarks.operators FOLDER… [--jobs N] [--timeout S] [--output FILE]`.

Looks through folders of IR for the kernels that `operators.toml` names, lifts them, and prints Markdown: operator,
kernel, verdict, our formula or the reason why there is none. An operator counts as verified where each of its kernels
that was found is.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from triton_lift import Lifted
from triton_lift.sources import find_sources
from triton_lift.sources.source import IRSource
from triton_lift.workers import lift_sources

DATA = Path(__file__).with_name("operators.toml")
PUBLIC = re.compile(rb'tt\.func public @"?([^\s("]+)')


@dataclass
class Operator:
    """One operator: the kernels that compute it, and what a textbook says of it."""

    name: str
    kernels: list[str]
    formula: str
    results: dict[str, list[Lifted]] = field(default_factory=lambda: defaultdict(list))

    @property
    def all_results(self) -> list[Lifted]:
        return [r for kernel in self.kernels for r in self.results[kernel]]

    @property
    def verdict(self) -> str:
        """`verified`, the first other verdict, or `no kernel found`."""
        found = [r.status for r in self.all_results]
        return next((s for s in found if s != "verified"), "verified" if found else "no kernel found")


def operators() -> list[Operator]:
    """All of them, as the data file has them."""
    return [Operator(**entry) for entry in tomllib.loads(DATA.read_text())["operator"]]


def find_kernels(paths: list[str], wanted: set[str]) -> list[IRSource]:
    """The IR below the paths that has one of the kernels."""
    found = []
    for source in find_sources(paths):
        if not isinstance(source, IRSource):
            raise typer.BadParameter(str(source))
        content = source.read()
        names = PUBLIC.findall(content if isinstance(content, bytes) else content.encode())
        if source.stage == "ttir" and any(name.decode() in wanted for name in names):
            found.append(source)
    return found


def lines(found: list[Operator]) -> list[str]:
    """The table, textbook formula first."""
    result = ["| operator | kernel | verdict | time | formula, or why not |", "|---|---|---|---|---|"]
    for operator in found:
        result.append(f"| **{operator.name}** | | **{operator.verdict}** | | *{cell(operator.formula)}* |")
        for r in operator.all_results:
            properties = "".join(
                f", {name.replace('_', ' ')} {getattr(r, name)}"
                for name in ("coverage", "single_writer")
                if r.status == "verified" and getattr(r, name) != "proved"
            )
            place = f" ({r.location})" if r.location else ""
            shown = formulas(r) if r.status == "verified" else cell(f"{r.reason}{place}")
            if r.remedy is not None:
                shown += f"; {cell(r.remedy.line())} {formulas(r.remedy.lifted)}"
            result.append(
                f"| | {r.kernel} ({Path(r.file).stem}) | {r.status}{properties} | {r.seconds:.2f} s | {shown} |"
            )
    return result


def formulas(lifted: Lifted) -> str:
    """What its stores write, one below the other."""
    return "<br>".join(
        f"`{cell(o.array)}[{', '.join(map(cell, o.indices))}] = {cell(o.formula)}`" for o in lifted.outputs
    )


def cell(text: str) -> str:
    """Text that may stand in a cell of a Markdown table."""
    return text.replace("|", "\\|")


def summary(found: list[Operator]) -> str:
    """How many operators and kernels are verified."""
    present = [o for o in found if o.all_results]
    good = [o for o in present if o.verdict == "verified"]
    results = [r for o in present for r in o.all_results]
    kernels = {r.kernel for r in results}
    verified = kernels - {r.kernel for r in results if r.status != "verified"}
    text = f"{len(good)} of {len(present)} operators verified; {len(verified)} of {len(kernels)} kernels"
    mended = [
        o for o in present if o not in good and all(r.remedy or r.status == "verified" for r in o.all_results)
    ]
    if mended:
        text += f"; {len(mended)} more with `other=…` in loads that lack it"
    absent = [o.name for o in found if not o.all_results]
    return f"{text}; no kernel found for {', '.join(absent)}" if absent else text


def main(
    paths: Annotated[list[str], typer.Argument(help="Folders of IR.")],
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 2,
    timeout: Annotated[float, typer.Option(help="Seconds for each kernel.")] = 60.0,
    output: Annotated[Path | None, typer.Option(help="Write the table here too.")] = None,
) -> None:
    """Print the table; exit code 1 unless every operator found is verified."""
    found = operators()
    by_kernel = {kernel: o for o in found for kernel in o.kernels}
    sources = find_kernels(paths, set(by_kernel))
    results = [r for _, r in lift_sources(sources, timeout=timeout, jobs=jobs, executable=False)]
    for r in sorted(results, key=lambda r: r.file):
        if r.kernel in by_kernel:
            by_kernel[r.kernel].results[r.kernel].append(r)
    table = [*lines(found), "", summary(found)]
    print("\n".join(table))
    if output is not None:
        output.write_text("\n".join(table) + "\n")
    raise typer.Exit(int(any(o.verdict != "verified" for o in found)))


if __name__ == "__main__":
    typer.run(main)
