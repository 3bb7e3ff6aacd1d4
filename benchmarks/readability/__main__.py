"""Readability: `python -m benchmarks.readability [FOLDER…] [--output FILE]`.

Lifts the examples, and below the folders those kernels that `textbook.toml` names, and holds each formula against the
textbook's: equal but for names, proved equal but written otherwise, or neither; and how long ours is, in nodes. Of
several specialisations of one kernel the one counts that comes closest.
"""

from __future__ import annotations

import re
import statistics
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.operators.__main__ import PUBLIC, cell
from benchmarks.readability.comparing import same, size
from benchmarks.readability.equality import proved_equal
from triton_lift import Lifted
from triton_lift.formulas import ast
from triton_lift.formulas.parsing import parse
from triton_lift.sources import find_sources
from triton_lift.sources.source import IRSource
from triton_lift.workers import lift_sources

DATA = Path(__file__).with_name("textbook.toml")
EXAMPLES = Path("examples/ir")
RANKS = {"equal": 0, "longer": 1, "other": 2, "no formula": 3}


@dataclass(frozen=True)
class Row:
    """One output of one kernel beside the textbook; `verdict` is a key of RANKS."""

    operator: str
    kernel: str
    verdict: str
    ratio: float
    ours: str
    textbook: str


def operators() -> list[dict[str, Any]]:
    """The entries of the data file."""
    found: list[dict[str, Any]] = tomllib.loads(DATA.read_text())["operator"]
    return found


def find_kernels(folders: list[str], wanted: set[str]) -> list[IRSource]:
    """The examples, and what else is named."""
    found = []
    for source in find_sources([str(EXAMPLES), *folders]):
        if not isinstance(source, IRSource) or source.stage != "ttir" or "mutants" in source.file:
            continue
        content = source.read()
        names = PUBLIC.findall(content if isinstance(content, bytes) else content.encode())
        if any(n.decode() in wanted for n in names) and not re.search(r"_f16|_128|_8192", source.file):
            found.append(source)
    return found


def rows(operator: dict[str, Any], kernel: str, results: list[Lifted]) -> list[Row]:
    """The rows of the specialisation that comes closest."""
    choices = [
        list(beside(operator["name"], kernel, result, formulas))
        for result in results
        for formulas in operator["formulas"]
    ]
    return min(
        choices, key=lambda found: (max((RANKS[r.verdict] for r in found), default=9), len(found)), default=[]
    )


def beside(operator: str, kernel: str, result: Lifted, formulas: list[str]) -> Iterator[Row]:
    """Each output of a kernel beside its textbook formula."""
    statements = result.program.statements if result.program is not None else ()
    for number, text in enumerate(formulas):
        if not text:
            continue
        (textbook,) = parse(text)
        if number >= len(statements):
            yield Row(operator, kernel, "no formula", float("nan"), result.reason or "no such output", text)
            continue
        ours: ast.Statement = statements[number]
        output = result.outputs[number]
        shown = f"{output.array}[{', '.join(output.indices)}] = {output.formula}"
        ratio = size(ours.body) / size(textbook.body)
        equal = same(ours, textbook)
        verdict = "equal" if equal else "longer" if proved_equal(result, number, text) else "other"
        yield Row(operator, kernel, verdict, ratio, shown, text)


def lines(found: list[Row]) -> list[str]:
    """The table."""
    result = ["| operator | kernel | verdict | size | ours | textbook |", "|---|---|---|---|---|---|"]
    for r in found:
        result.append(
            f"| {r.operator} | {r.kernel} | {r.verdict} | {r.ratio:.2f} | `{cell(r.ours)}` | `{cell(r.textbook)}` |"
        )
    return result


def summary(found: list[Row], absent: list[str]) -> str:
    """How many are equal, and the ratios of sizes."""
    present = [r for r in found if r.verdict != "no formula"]
    ratios = [r.ratio for r in present]
    counts = {v: sum(r.verdict == v for r in found) for v in RANKS}
    text = (
        f"{len(found)} formulas: {counts['equal']} equal ({100 * counts['equal'] / len(found):.0f} %), "
        f"{counts['longer']} proved equal but written otherwise, {counts['other']} not shown equal, "
        f"{counts['no formula']} without a formula; size ratio median {statistics.median(ratios):.2f}, "
        f"largest {max(ratios):.2f}"
    )
    return f"{text}; no kernel found for {', '.join(absent)}" if absent else text


def main(
    folders: Annotated[list[str] | None, typer.Argument(help="Folders of IR beside the examples.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    timeout: Annotated[float, typer.Option(help="Seconds for each kernel.")] = 60.0,
    output: Annotated[Path | None, typer.Option(help="Write the table here too.")] = None,
) -> None:
    """Print the table."""
    entries = operators()
    wanted = {kernel for o in entries for kernel in o["kernels"]}
    results: dict[str, list[Lifted]] = defaultdict(list)
    for _, lifted in lift_sources(find_kernels(folders or [], wanted), timeout=timeout, jobs=jobs):
        results[lifted.kernel].append(lifted)
    found, absent = [], []
    for operator in entries:
        present = [k for k in operator["kernels"] if results[k]]
        if not present:
            absent.append(operator["name"])
        for kernel in present:
            found += rows(operator, kernel, results[kernel])
    table = [*lines(found), "", summary(found, absent)]
    print("\n".join(table))
    if output is not None:
        output.write_text("\n".join(table) + "\n")


if __name__ == "__main__":
    typer.run(main)
