"""Proofs as objects, measured: `python benchmarks/proofs.py [PATH…] [--timeout S] [--tamper N]`.

For each kernel of the paths (the examples if there are none): what its proof costs to write, how large it is, and the
seconds in which z3 and cvc5 recheck it. With `--tamper` each proof is changed in N places drawn by chance, and what is
not rejected is listed.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "test" / "python")]

Row = dict[str, Any]
SOLVERS = ("z3", "cvc5")


def main(
    paths: Annotated[list[str] | None, typer.Argument(metavar="PATH...")] = None,
    timeout: float = 60.0,
    tamper: int = 0,
    every: Annotated[bool, typer.Option("--every", help="Every row, not only the summary.")] = False,
) -> None:
    """Exit code 1 where a proof is missing, not accepted, or tampered with and accepted."""
    rows = list(measured(paths or [str(ROOT / "examples" / "ir")], timeout, tamper))
    console = Console()
    if every:
        table = Table(
            "kernel", "KiB", "obligations", "steps", "lift s", "with proof s", *(f"{s} s" for s in SOLVERS)
        )
        for row in rows:
            seconds = [f"{row[s]:.2f}" if isinstance(row[s], float) else row[s] for s in SOLVERS]
            numbers = [f"{row['size'] / 1024:.0f}", str(row["obligations"]), str(row["steps"])]
            table.add_row(row["file"], *numbers, f"{row['lift']:.2f}", f"{row['write']:.2f}", *seconds)
        console.print(table)
    proved = [r for r in rows if r["size"]]
    print(f"{len(proved)} proofs of {len(rows)} verified kernels")
    middle, total = median(r["size"] for r in proved) / 1024, sum_of(proved, "size") / 2**20
    print(f"size: median {middle:.0f} KiB, {total:.1f} MiB in all")
    print(f"writing: {sum_of(proved, 'write'):.0f} s, against {sum_of(proved, 'lift'):.0f} s without")
    for name in SOLVERS:
        accepted = [r for r in proved if isinstance(r[name], float)]
        slowest = max((r[name] for r in accepted), default=0.0)
        print(
            f"{name}: {len(accepted)} accepted in {sum_of(accepted, name):.0f} s, the slowest {slowest:.1f} s"
        )
        for row in proved:
            if row not in accepted:
                print(f"  {row['file']}: {row[name]}")
    for row in rows:
        if not row["size"]:
            print(f"  {row['file']}: {row[SOLVERS[0]]}")
    tampered, wrong = sum_of(proved, "tampered"), [w for r in proved for w in r["wrong"]]
    if tamper:
        print(f"tampered with: {tampered:.0f}, accepted: {len(wrong)}", *wrong, sep="\n  ")
    fine = all(isinstance(r[s], float) for r in rows for s in SOLVERS)
    raise typer.Exit(0 if fine and not wrong else 1)


def sum_of(rows: list[Row], key: str) -> float:
    return float(sum(r[key] for r in rows))


def measured(paths: list[str], timeout: float, tamper: int) -> Any:
    """A row for each kernel that is verified."""
    from triton_lift.proof import ProofError, check
    from triton_lift.proof.solvers import solver
    from triton_lift.sources import find_sources
    from triton_lift.workers import lift_sources

    sources = list(find_sources(paths))
    plain = {
        (number, r.kernel): r.seconds
        for number, r in lift_sources(sources, timeout=timeout, keep_workers=True, executable=False)
        if r.status == "verified"
    }
    for number, result in lift_sources(
        sources, timeout=timeout, keep_workers=True, executable=False, proof=True
    ):
        if (number, result.kernel) not in plain:
            continue
        text = json.dumps(result.proof, ensure_ascii=False, separators=(",", ":")) if result.proof else ""
        row: Row = {
            "file": Path(result.file).name,
            "size": len(text.encode()),
            "lift": plain[number, result.kernel],
            "write": result.seconds,
            "obligations": 0,
            "steps": 0,
            "tampered": 0,
            "wrong": [],
            **dict.fromkeys(SOLVERS, f"no proof: {result.no_proof}"),
        }
        if text:
            proof = json.loads(text)
            for name in SOLVERS:
                start = time.perf_counter()
                try:
                    checked = check(proof, solver(name, 20))
                    row |= {name: time.perf_counter() - start}
                    row |= {"obligations": checked.obligations, "steps": checked.steps}
                except ProofError as problem:
                    row[name] = str(problem)
            if tamper:
                row |= tampering(proof, tamper, row["file"])
        yield row


def tampering(proof: Any, count: int, name: str) -> Row:
    """Changes in places drawn by chance: how many, and which of them are accepted as another proof."""
    from proof_files import Remembering
    from proof_tampering import replaced, same, tampered
    from triton_lift.proof import ProofError, check
    from triton_lift.proof.origin import check_origin

    solver = Remembering("z3")
    found = {proof["result"]["kernel"]: {"origin": proof["origin"], "summary": proof["summary"]}}
    mutants = list(tampered(proof))
    wrong, done = [], 0
    for place, what, value in random.Random(name).sample(mutants, min(count, len(mutants))):
        changed = replaced(proof, place, value)
        if same(proof, changed):
            continue
        done += 1
        try:
            check(changed, solver)
            check_origin(changed, found)
            wrong.append(f"{name}: {what} at {place}")
        except ProofError:
            pass
    return {"tampered": done, "wrong": wrong}


if __name__ == "__main__":
    typer.run(main)
