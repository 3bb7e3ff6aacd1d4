"""Differential test: `python benchmarks/differential.py FOLDER… [--draws N] [--seconds S] [--jobs N]`.

Each kernel that lifting calls verified is run on random arguments in two ways, the IR executed and the formula
evaluated, and all memory is compared: what the formula writes, and that nothing else was written. Exit code 1 where
some kernel differs. What is proved of a value only if what is read is such and such counts where that is so. A kernel
that would be verified with `other=…` in its loads is compared with that in its masked-off lanes.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.comparing import Difference, differences, exclude_sensitive  # noqa: E402
from benchmarks.draws import LARGE_ARRAY, SMALL_ARRAY, Draw, Launch, Parameter, draw  # noqa: E402
from benchmarks.repairs import repaired  # noqa: E402

TOLERANCES = {"f64": 1e-6, "f32": 2e-4, "tf32": 2e-2, "f16": 2e-2, "bf16": 1e-1, "f8": 5e-1}
LIFT_SECONDS = 10.0
STACK = 512 << 20


@dataclass
class Outcome:
    """What came out for one kernel. `verdict`: `equal`, `differs`, `not comparable` or `not verified`; `sensitive`
    if it differs only where the formula itself moves as far when its inputs are rounded, in so many draws."""

    kernel: str
    file: str
    verdict: str = "not comparable"
    reason: str = ""
    compared: int = 0
    elements: int = 0
    sensitive: int = 0
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def compare_file(file: Path, record: dict[str, Any] | None, draws: int, seconds: float) -> list[Outcome]:
    """Lifts and compares every kernel of one file."""
    from triton_lift import _native
    from triton_lift.ir import parse_module
    from triton_lift.lifting import lift_summary
    from triton_lift.remedies.stage import remedy

    text = file.read_text()
    parsed = parse_module(text, file.name)
    outcomes = []
    for summary in _native.summarize(parsed.module):
        outcome = Outcome(summary["kernel"], file.name)
        outcomes.append(outcome)
        found = lift_summary(summary, file.name, deadline=time.monotonic() + LIFT_SECONDS)
        masked = None
        if found.status != "verified":
            mended = remedy(summary, found, time.monotonic() + LIFT_SECONDS)
            if mended is None:
                outcome.verdict, outcome.reason = "not verified", f"{found.status}: {found.reason}"
                continue
            found, masked = mended.lifted, fillers(mended)
        parameters = [Parameter(p["name"], p["type"], p["divisibility"] or 1) for p in summary["params"]]
        tolerance = max((t for kind, t in TOLERANCES.items() if kind in text), default=0.0)
        _compare(
            outcome, found, parsed, parameters, Launch.from_record(record), tolerance, draws, seconds, masked
        )
    return outcomes


def _compare(
    outcome: Outcome,
    found: Any,
    parsed: Any,
    parameters: list[Parameter],
    launch: Launch,
    tolerance: float,
    draws: int,
    seconds: float,
    masked: Callable[[str | None], tuple[float, ...] | None] | None = None,
) -> None:
    from triton_lift.interpreter import InterpreterError, Options, UnsupportedOp, interpret

    start = time.monotonic()
    reasons: Counter[str] = Counter()
    elements = SMALL_ARRAY
    for seed in range(4 * draws):
        if outcome.compared >= draws or time.monotonic() - start > seconds:
            break
        if any("too small" in r or "out of bounds" in r for r in reasons):
            elements = LARGE_ARRAY
        try:
            chosen = draw(parameters, launch, seed, elements)
            clear_counters(found.program, chosen)
            chosen = repaired(found.program, chosen)
            by_formula = found.evaluate(chosen.args, chosen.grid)
            unclear, writes = ambiguous(found.program, chosen)
            unsupposed = unsupposed_elements(found.program, chosen)
            clashing = any(places - unsupposed.get(name, set()) for name, places in unclear.items())
            if clashing and not outcome.notes and rests_on_nothing(found):
                outcome.notes.append(
                    f"single writer is proved, yet different values are written (seed {seed})"
                )
            for name, places in unsupposed.items():
                unclear.setdefault(name, set()).update(places)
        except (ValueError, KeyError, OverflowError, MemoryError) as problem:
            reasons[f"evaluate: {type(problem).__name__} {problem}"] += 1
            if "writes outside" in str(problem) and runs(parsed, chosen, outcome.kernel):
                outcome.notes.append(f"the formula writes outside an array, the IR does not (seed {seed})")
            continue
        try:
            options = Options(masked=masked)
            by_ir = interpret(parsed, chosen.args, chosen.grid, kernel=outcome.kernel, options=options)
            if any("division by zero" in a for a in found.assumptions):
                other = Options(garbage_int=~Options.garbage_int, masked=masked)
                again = interpret(parsed, chosen.args, chosen.grid, kernel=outcome.kernel, options=other)
                exclude_undefined(by_ir, again, unclear)
        except UnsupportedOp as problem:
            reasons[f"interpreter: {problem}"] += 1
            break
        except InterpreterError as problem:
            reasons[f"interpreter: {problem}"] += 1
            continue
        if not writes:
            reasons["the formula writes nothing for these arguments"] += 1
        outcome.compared += bool(writes)
        outcome.elements += writes
        different = differences(chosen, by_ir, by_formula, unclear, tolerance)
        if different:
            exclude_sensitive(found, chosen, by_ir, by_formula, unclear)
            different = differences(chosen, by_ir, by_formula, unclear, tolerance)
            outcome.sensitive += 0 if different else 1
        outcome.differences += different
    if outcome.differences:
        outcome.verdict = "differs"
    elif outcome.sensitive:
        outcome.verdict = "sensitive"
        outcome.notes.append(
            f"differs in {outcome.sensitive} draws, only where the formula moves as far if its inputs are rounded"
        )
    elif outcome.compared:
        outcome.verdict = "equal"
    else:
        outcome.reason = reasons.most_common(1)[0][0] if reasons else "timeout"


def clear_counters(program: Any, chosen: Draw) -> None:
    """Puts 0 where a precondition says that an element is 0: no draw would do so by chance."""
    for _, fact in program.preconditions:
        if fact.op not in ("eq0", "req") or fact.args[0].op != "read" or fact.args[0].args[0].op != "int":
            continue
        array, place = chosen.args[program.params[fact.args[0].attr[0]][0]], fact.args[0].args[0].attr
        if place < len(array):
            array[place] = 0


def runs(parsed: Any, chosen: Draw, kernel: str) -> bool:
    """Whether the IR can be executed on these arguments."""
    from triton_lift.interpreter import InterpreterError, interpret

    try:
        interpret(parsed, chosen.args, chosen.grid, kernel=kernel)
    except InterpreterError:
        return False
    return True


def rests_on_nothing(found: Any) -> bool:
    """Whether it is proved without a precondition that no two programs write different values to one element."""
    return found.single_writer == "proved" and not any("distinct" in p for p in found.preconditions)


def exclude_undefined(one: dict[str, Any], other: dict[str, Any], unclear: dict[str, set[int]]) -> None:
    """Adds the elements that depend on what is filled in where the IR defines no integer."""
    for name, values in one.items():
        places = np.flatnonzero((values != other[name]) & ((values == values) | (other[name] == other[name])))
        if places.size:
            unclear.setdefault(name, set()).update(places.tolist())


def fillers(mended: Any) -> Callable[[str | None], tuple[float, ...] | None]:
    """What masked-off lanes of the load at a place hold in the mended kernel."""
    held = {
        place: (float(given.partition("=")[2]),)
        for given, places in mended.changes.items()
        for place in places
        if given.startswith("other=")
    }
    return held.get


def unsupposed_elements(program: Any, chosen: Draw) -> dict[str, set[int]]:
    """The elements whose values are proved only if something holds of what is read, which does not hold."""
    from triton_lift.terms import booleans as bools
    from triton_lift.terms import reals
    from triton_lift.terms.term import subterms

    found: dict[str, set[int]] = {}
    for output in program.outputs:
        provided = [u for u in subterms([output.value]) if u.op == "provided" and u.args[1].sort == "bool"]
        closed = [u.args[1] for u in provided if u.args[1].free <= frozenset(output.variables)]
        if closed:
            value = reals.select(bools.conjunction(*closed), reals.ONE, reals.ZERO)
            output = replace(output, value=value, distinct=False)
            alone = replace(program, preconditions=(), outputs=(output,))
            places = {offset for offset, holds in points(alone, chosen) if not holds}
            found.setdefault(program.params[output.array][0], set()).update(places)
    return found


def ambiguous(program: Any, chosen: Draw) -> tuple[dict[str, set[int]], int]:
    """The elements to which the formula writes different values, by array; and how many writes there are."""
    values: dict[int, dict[int, float]] = {}
    unclear: dict[str, set[int]] = {}
    count = 0
    for output in program.outputs:
        alone = replace(program, preconditions=(), outputs=(replace(output, distinct=False),))
        name = program.params[output.array][0]
        for offset, value in points(alone, chosen):
            seen = values.setdefault(output.array, {})
            count += 1
            if offset in seen and not (
                seen[offset] == value or (value != value and seen[offset] != seen[offset])
            ):
                unclear.setdefault(name, set()).add(offset)
            seen[offset] = value
    return unclear, count


def points(program: Any, chosen: Draw) -> Iterator[tuple[int, float]]:
    """(offset, value) at every point of a program's one output."""
    from triton_lift.evaluation import program as evaluation

    (output,) = program.outputs
    found: list[tuple[Any, Any]] = []

    class Recorder:
        """Stands for the array that is written."""

        def __len__(self) -> int:
            return 1 << 62

        def __setitem__(self, offsets: Any, written: Any) -> None:
            found.append((offsets, written))

        def copy(self) -> Recorder:
            return self

    original = evaluation._run
    recorder = Recorder()

    def run_recorded(output: Any, leaves: Any, arrays: Any, target: Any) -> Any:
        return original(output, leaves, arrays, recorder)

    evaluation._run = run_recorded
    try:
        program.evaluate(chosen.args, chosen.grid)
    finally:
        evaluation._run = original
    for offsets, written in found:
        yield from zip(offsets.tolist(), written.tolist(), strict=True)


def _child(pipe: Connection, file: Path, record: dict[str, Any] | None, draws: int, seconds: float) -> None:
    def work() -> None:
        try:
            pipe.send(compare_file(file, record, draws, seconds))
        except Exception as problem:
            pipe.send([Outcome(file.stem, file.name, reason=f"crash: {type(problem).__name__}: {problem}")])

    sys.setrecursionlimit(20_000)
    threading.stack_size(STACK)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def compare_all(
    files: list[Path], records: dict[str, dict[str, Any]], draws: int, seconds: float, jobs: int
) -> Iterator[Outcome]:
    """Each file in a process of its own, a few at a time, each with a time limit."""
    import triton_lift.interpreter
    import triton_lift.lifting  # noqa: F401  (loaded once, before the processes fork)

    context = multiprocessing.get_context("fork")
    waiting = list(reversed(files))
    running: dict[Connection, tuple[Any, Path, float]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            file = waiting.pop()
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(
                target=_child, args=(theirs, file, records.get(file.stem), draws, seconds)
            )
            process.start()
            theirs.close()
            running[ours] = (process, file, time.monotonic() + LIFT_SECONDS + 3 * seconds)
        ready = wait(list(running), timeout=0.5)
        for pipe, (process, file, deadline) in list(running.items()):
            if pipe in ready:
                try:
                    yield from pipe.recv()
                except EOFError:
                    yield Outcome(file.stem, file.name, reason="crash: the process died")
            elif time.monotonic() > deadline:
                process.kill()
                yield Outcome(file.stem, file.name, reason="timeout")
            else:
                continue
            process.join()
            del running[pipe]


def report(outcomes: list[Outcome], console: Console) -> None:
    """The table of verdicts, why kernels could not be compared, and every difference."""
    table = Table(title="IR executed and formula evaluated")
    table.add_column("verdict")
    table.add_column("kernels", justify="right")
    for verdict, count in Counter(o.verdict for o in outcomes).most_common():
        table.add_row(verdict, str(count))
    console.print(table)
    reasons = Counter(o.reason[:110] for o in outcomes if o.verdict == "not comparable")
    for reason, count in reasons.most_common(30):
        console.print(f"  not comparable {count:4d}  {reason}", markup=False)
    for o in outcomes:
        for note in o.notes:
            console.print(f"{o.file}: {note}", markup=False)
        for d in o.differences[:3]:
            console.print(
                f"DIFFERS {o.file}: {d.array}[{d.index}] is {d.by_ir} by the IR, {d.by_formula} by the formula "
                f"(seed {d.seed}, grid {d.grid}, {d.count} elements, {d.scalars})",
                markup=False,
            )
    compared = sum(o.elements for o in outcomes)
    console.print(f"{sum(o.compared for o in outcomes)} draws, {compared} elements compared")


def main(
    paths: Annotated[
        list[Path], typer.Argument(help="Dumps, or folders of them with or without an index.jsonl.")
    ],
    draws: Annotated[int, typer.Option(min=1, help="Draws for each kernel.")] = 4,
    seconds: Annotated[float, typer.Option(min=0.1, help="Time for one kernel's draws.")] = 10.0,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    output: Annotated[Path | None, typer.Option(help="Write the outcomes here as JSON lines.")] = None,
) -> None:
    """Compare IR and formula on random arguments, for each kernel that lifting calls verified."""
    files: list[Path] = []
    records: dict[str, dict[str, Any]] = {}
    for path in paths:
        files += sorted(path.glob("*.ttir")) if path.is_dir() else [path]
        index = (path if path.is_dir() else path.parent) / "index.jsonl"
        if index.exists():
            for line in index.read_text().splitlines():
                record = json.loads(line)
                records[record["id"].split("/")[-1]] = record
    console = Console(width=None if Console().is_terminal else 160)
    outcomes = []
    for outcome in compare_all(files, records, draws, seconds, jobs):
        outcomes.append(outcome)
        if outcome.verdict == "differs" or outcome.notes:
            typer.echo(f"{outcome.verdict}: {outcome.file} {outcome.notes or ''}", err=True)
    report(outcomes, console)
    if output is not None:
        output.write_text("".join(json.dumps(o, default=vars) + "\n" for o in outcomes))
    raise typer.Exit(int(any(o.verdict == "differs" for o in outcomes)))


if __name__ == "__main__":
    typer.run(main)
