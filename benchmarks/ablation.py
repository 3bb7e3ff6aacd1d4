"""What rules and search contribute: `python -m benchmarks.ablation PATH… [--timeout S] [--jobs N] [--output FILE]`.

Every kernel with a loop is lifted three times: with the rules that close loops but no search, with the search but no
rules, and with both. Prints, for each, how many carried values have a closed form, how many kernels are verified and
how long it took; then the kernels that rules alone do not verify, with what the search found.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

STACK = 512 << 20


def settings() -> dict[str, Callable[[Any], Any]]:
    """Name → what makes a kernel's loop closer."""
    from triton_lift.closing import LoopCloser
    from triton_lift.synthesis import Search

    return {
        "rules only": lambda kernel: LoopCloser(kernel),
        "search only": lambda kernel: LoopCloser(kernel, rules=[], joint_rules=[], search=Search()),
        "both": lambda kernel: LoopCloser(kernel, search=Search()),
    }


@dataclass
class Outcome:
    """One kernel under one setting; `seconds` of processor time."""

    kernel: str
    file: str
    setting: str
    status: str
    reason: str | None
    seconds: float
    carried: int
    closed: int
    searched: list[str] = field(default_factory=list)


def outcomes(file: str, timeout: float) -> list[Outcome]:
    """All kernels of one file that have loops, under every setting."""
    from triton_lift import _native
    from triton_lift.ir import parse_module
    from triton_lift.lifting import lift_summary
    from triton_lift.reading import read_summary

    found = []
    parsed = parse_module(Path(file).read_text(), file)
    for summary in _native.summarize(parsed.module):
        if not summary["loops"]:
            continue
        for name, close in settings().items():
            deadline = time.monotonic() + timeout
            start = time.process_time()
            result = lift_summary(summary, file, parsed.stage, deadline, close=close)
            seconds = time.process_time() - start
            closer = close(read_summary(summary))
            values = list(closed_values(closer, time.monotonic() + timeout))
            searched = [rule for rule in values if rule and rule.startswith(("search", "unrolled"))]
            found.append(
                Outcome(
                    summary["kernel"],
                    Path(file).name,
                    name,
                    result.status,
                    result.reason,
                    seconds,
                    len(values),
                    sum(rule is not None for rule in values),
                    searched,
                )
            )
    return found


def closed_values(closer: Any, deadline: float) -> Iterator[str | None]:
    """For each carried value of a kernel the rule that closes it, if one does."""
    from triton_lift.closing import NotClosed
    from triton_lift.reading import Unsupported

    for loop in closer.kernel.loops.values():
        for pos in loop.carries:
            try:
                yield closer.close(loop, pos).rule if time.monotonic() < deadline else None
            except (NotClosed, Unsupported, RecursionError):
                yield None


def with_stack(file: str, timeout: float) -> list[Outcome]:
    """`outcomes` on a thread whose stack deep terms do not exhaust."""
    result: list[Outcome] = []
    sys.setrecursionlimit(200_000)
    threading.stack_size(STACK)
    thread = threading.Thread(target=lambda: result.extend(outcomes(file, timeout)))
    thread.start()
    thread.join()
    return result


def files_of(paths: list[Path]) -> list[str]:
    """The TTIR below the paths that has a loop."""
    files = [f for p in paths for f in (sorted(p.rglob("*.ttir")) if p.is_dir() else [p])]
    return [str(f) for f in files if any(op in f.read_text() for op in ("scf.for", "scf.while"))]


def measure(paths: list[Path], timeout: float, jobs: int) -> list[Outcome]:
    """All outcomes, in the order of the files."""
    found: list[Outcome] = []
    files = files_of(paths)
    with ProcessPoolExecutor(jobs) as pool:
        pending = {pool.submit(with_stack, f, timeout): f for f in files}
        for done in as_completed(pending):
            try:
                found += done.result()
            except BrokenProcessPool:
                print(f"a worker died of {pending[done]} or beside it", file=sys.stderr)
    return sorted(found, key=lambda o: (o.file, o.kernel))


def summary_table(found: list[Outcome]) -> Table:
    """One line for each setting."""
    table = Table(title="how loops are closed")
    for title in (
        "setting",
        "kernels with loops",
        "carried values",
        "closed",
        "verified",
        "CPU s",
        "median",
    ):
        table.add_column(title, justify="left" if title == "setting" else "right")
    for name in settings():
        mine = [o for o in found if o.setting == name]
        times = sorted(o.seconds for o in mine)
        carried, closed = sum(o.carried for o in mine), sum(o.closed for o in mine)
        share = f"{closed} {closed / max(carried, 1):.1%}"
        verified = sum(o.status == "verified" for o in mine)
        median = f"{times[len(times) // 2]:.3f}" if times else "–"
        table.add_row(name, str(len(mine)), str(carried), share, str(verified), f"{sum(times):.1f}", median)
    return table


def needing_search(found: list[Outcome]) -> list[Outcome]:
    """The kernels that are verified with both and not with the rules alone."""
    alone = {(o.file, o.kernel) for o in found if o.setting == "rules only" and o.status == "verified"}
    both = [o for o in found if o.setting == "both" and o.status == "verified"]
    return [o for o in both if (o.file, o.kernel) not in alone]


def main(
    paths: Annotated[list[Path], typer.Argument(help="TTIR files, or folders of them")],
    timeout: Annotated[float, typer.Option(help="seconds for one lift")] = 10.0,
    jobs: Annotated[int, typer.Option(help="worker processes")] = 1,
    output: Annotated[Path | None, typer.Option(help="writes all outcomes, one JSON object a line")] = None,
) -> None:
    """Rules only, search only, both."""
    found = measure(paths, timeout, jobs)
    console = Console(soft_wrap=True)
    console.print(summary_table(found))
    needed = needing_search(found)
    console.print(f"{len(needed)} kernels are verified only because of the search")
    for o in needed:
        console.print(
            f"  {o.kernel} ({o.file}): {', '.join(sorted(set(o.searched)))}", markup=False, highlight=False
        )
    if output is not None:
        output.write_text("".join(json.dumps(asdict(o), ensure_ascii=False) + "\n" for o in found))


if __name__ == "__main__":
    typer.run(main)
