"""The two simplifiers: `python -m benchmarks.simplifiers [PATH…] [--timeout S] [--output FILE]`.

Each value of each verified kernel (by default of the examples) goes to the e-graph and to the classical rewriter.
Prints for both how often something changed, how often the proof refused it, the weight of all formulas
(`egraph/cost.py`), the time of search and proof together, and how many of the textbook forms (`textbook_forms.py`) are
reached.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.textbook_forms import TEXTBOOK, given, text
from triton_lift import _native
from triton_lift.egraph import EgraphRewriter, Equality, Rewriter, simplified
from triton_lift.egraph.classical import ClassicalRewriter
from triton_lift.egraph.cost import weight
from triton_lift.ir import IRError, parse_module
from triton_lift.lifting import lift_summary
from triton_lift.proving import Context
from triton_lift.terms.term import Term

STACK = 512 << 20
EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "ir"


def simplifiers() -> dict[str, Rewriter]:
    """Name → simplifier."""
    return {"egglog": EgraphRewriter(), "classical": ClassicalRewriter()}


@dataclass
class Tally:
    """What one simplifier did; `seconds` for each value, search and proof together."""

    seconds: list[float] = field(default_factory=list)
    changed: int = 0
    refused: int = 0
    before: int = 0
    after: int = 0
    textbook: int = 0

    def row(self) -> dict[str, Any]:
        """Figures to print."""
        times = sorted(self.seconds) or [0.0]
        return {
            "values": len(self.seconds),
            "changed": self.changed,
            "refused": self.refused,
            "weight before": self.before,
            "weight after": self.after,
            "median ms": round(1000 * median(times), 1),
            "95th percentile ms": round(1000 * times[int(0.95 * (len(times) - 1))], 1),
            "longest ms": round(1000 * times[-1], 1),
            "textbook forms": f"{self.textbook} of {len(TEXTBOOK)}",
        }


class Observed:
    """Asks every simplifier about every value, and proposes nothing."""

    def __init__(self, tallies: dict[str, Tally]) -> None:
        self.tallies = tallies
        self.asked = simplifiers()

    def propose(self, value: Term, context: Context) -> Term:
        for name, simplifier in self.asked.items():
            tally = self.tallies[name]
            start = time.perf_counter()
            proposed = simplifier.propose(value, context)
            equal = proposed is value or Equality().holds(value, proposed, context)
            tally.seconds.append(time.perf_counter() - start)
            tally.changed += equal and proposed is not value
            tally.refused += not equal
            tally.before += weight(value)
            tally.after += weight(proposed if equal else value)
        return value


def measured(files: list[Path], timeout: float) -> dict[str, Tally]:
    """What each simplifier did with the values of these files, and with the textbook forms."""
    tallies = {name: Tally() for name in simplifiers()}
    for file in files:
        try:
            module = parse_module(file.read_bytes(), str(file))
        except IRError:
            continue
        for summary in _native.summarize(module.module):
            deadline = time.monotonic() + timeout
            lift_summary(summary, str(file), module.stage, deadline, rewriter=Observed(tallies))
    for name, simplifier in simplifiers().items():
        for raw, expected in TEXTBOOK.values():
            tallies[name].textbook += text(simplified(raw, given(), simplifier)) == expected
    return tallies


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.glob("*.tt*ir")) if path.is_dir() else [path]


def main(
    paths: Annotated[list[Path] | None, typer.Argument(help="IR files or folders of them")] = None,
    timeout: Annotated[float, typer.Option(help="seconds for one kernel")] = 20,
    output: Annotated[Path | None, typer.Option(help="figures as JSON")] = None,
) -> None:
    """Compares the simplifiers on the values of kernels."""
    rows = {name: t.row() for name, t in measured(list(_files(paths or [EXAMPLES])), timeout).items()}
    table = Table("", *rows)
    for figure in next(iter(rows.values())):
        table.add_row(figure, *(str(r[figure]) for r in rows.values()))
    Console().print(table)
    if output is not None:
        output.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    sys.setrecursionlimit(100_000)
    threading.stack_size(STACK)
    thread = threading.Thread(target=typer.run, args=(main,))
    thread.start()
    thread.join()
