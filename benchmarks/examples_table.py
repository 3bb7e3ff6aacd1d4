"""The examples at a glance: `python -m benchmarks.examples_table [--f16] [--output FILE]` prints a Markdown table.

Kernel, verdict, formula, obligations, time, and how many of its mutants are told from it. Exit code 1 where an
example is not verified or a mutant passes for the original.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from examples.specs import EXAMPLES, Example
from examples.specs.claims import is_killed, text
from triton_lift import Lifted, lift

HEADER = ("kernel", "verdict", "formula", "obligations", "time", "mutants killed")


@dataclass
class Row:
    """One line of the table."""

    example: Example
    result: Lifted
    killed: int

    @property
    def good(self) -> bool:
        return self.result.status == "verified" and self.killed == len(self.example.mutants)

    def cells(self) -> tuple[str, ...]:
        found = self.result
        count = found.obligations
        open_parts = [n for n in ("coverage", "single_writer") if getattr(found, n) != "proved"]
        verdict = ", ".join(
            [found.status, *(f"{n.replace('_', ' ')} {getattr(found, n)}" for n in open_parts)]
        )
        formula = "<br>".join(f"`{line.replace('|', chr(92) + '|')}`" for line in text(found).splitlines())
        proved = str(count.total) if count.proved == count.total else f"{count.proved} of {count.total}"
        mutants = f"{self.killed} of {len(self.example.mutants)}" if self.example.mutants else "–"
        return (
            self.example.name,
            verdict,
            formula or found.reason or "",
            proved,
            f"{found.seconds:.2f} s",
            mutants,
        )


@cache
def lifted(path: Path) -> Lifted:
    (result,) = lift(path)
    return result


def row(example: Example) -> Row:
    """Lifts the example and its mutants."""
    original = lifted(example.ir())
    return Row(
        example, original, sum(is_killed(lifted(example.mutant_ir(m)), original) for m in example.mutants)
    )


def main(
    f16: Annotated[bool, typer.Option(help="The f16 versions as well.")] = False,
    output: Annotated[Path | None, typer.Option(help="Write the table here too.")] = None,
) -> None:
    """Print the table."""
    lifted(next(iter(EXAMPLES.values())).ir())  # a worker's start is no kernel's time
    lifted.cache_clear()
    rows = [row(e) for e in EXAMPLES.values() if f16 or e.dtype != "fp16"]
    lines = ["| " + " | ".join(HEADER) + " |", "|" + "---|" * len(HEADER)]
    lines += ["| " + " | ".join(r.cells()) + " |" for r in rows]
    mutants = sum(len(r.example.mutants) for r in rows)
    lines += [
        "",
        f"{sum(r.result.status == 'verified' for r in rows)} of {len(rows)} verified; "
        f"{sum(r.killed for r in rows)} of {mutants} mutants killed",
    ]
    print("\n".join(lines))
    if output is not None:
        output.write_text("\n".join(lines) + "\n")
    raise typer.Exit(int(not all(r.good for r in rows)))


if __name__ == "__main__":
    typer.run(main)
