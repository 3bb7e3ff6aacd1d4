"""`triton-lift recheck`: proofs checked again, by the solver of choice and without the search that found them."""

from __future__ import annotations

import json
import sys
import threading
import time
from enum import StrEnum
from typing import Annotated, Any

import typer

from triton_lift.cli.exit_codes import ExitCode, merge
from triton_lift.cli.output import ReaderGone, complain, write
from triton_lift.cli.proofs import ProofFileError, proofs_in

_STACK_BYTES = 256 << 20
_DEPTH = 20_000


class SolverName(StrEnum):
    Z3 = "z3"
    CVC5 = "cvc5"


class RecheckFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


def recheck(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Proofs that `lift --proof` wrote.")],
    solver: Annotated[
        SolverName, typer.Option("--solver", help="Who decides the obligations.")
    ] = SolverName.Z3,
    source: Annotated[
        str | None,
        typer.Option(
            "--source", metavar="IR", help="The IR that the proofs must be about: it is read again."
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.01, help="Time limit for each obligation.")
    ] = 20.0,
    format: Annotated[
        RecheckFormat, typer.Option("--format", help="How answers are written.")
    ] = RecheckFormat.TEXT,
) -> None:
    """Check proofs again. Nothing is searched for: every step and every obligation is in the file.

    Exit code: 0 all accepted; 1 one is rejected; 2 usage, an unreadable file, or the solver is not installed;
    3 the solver did not decide an obligation in time.
    """
    codes: list[ExitCode] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            codes.append(_recheck(files, solver.value, source, timeout, format))
        except BaseException as problem:
            failed.append(problem)

    # Terms can be nested deeply; the main thread's stack is the system's.
    sys.setrecursionlimit(_DEPTH)
    threading.stack_size(_STACK_BYTES)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        thread.join()
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    if failed:
        raise failed[0]
    raise typer.Exit(codes[0])


def _recheck(
    files: list[str], name: str, source: str | None, timeout: float, format: RecheckFormat
) -> ExitCode:
    from triton_lift.proof import ProofError
    from triton_lift.proof.origin import summaries
    from triton_lift.proof.solvers import SolverMissing, solver

    code = ExitCode.VERIFIED
    try:
        judge = solver(name, timeout)
        found = None if source is None else summaries(source)
        for file in files:
            for proof in proofs_in(file):
                start = time.monotonic()
                answer = _judged(proof, judge, found)
                answer["seconds"] = round(time.monotonic() - start, 3)
                code = merge(code, answer.pop("code"))
                write(
                    json.dumps(answer, ensure_ascii=False) if format is RecheckFormat.JSON else _text(answer)
                )
    except (ProofFileError, SolverMissing, ProofError) as problem:
        complain(str(problem))
        return ExitCode.UNREADABLE
    except ReaderGone:
        return merge(code, ExitCode.UNKNOWN)
    return code


def _judged(proof: Any, judge: Any, found: dict[str, Any] | None) -> dict[str, Any]:
    from triton_lift.proof import ProofError, Undecided, check
    from triton_lift.proof.origin import check_origin

    answer: dict[str, Any] = {"kernel": None, "solver": judge.name, "accepted": False, "reason": None}
    try:
        checked = check(proof, judge)
        answer["kernel"] = checked.kernel
        if found is not None:
            check_origin(proof, found)
    except ProofError as problem:
        undecided = isinstance(problem, Undecided)
        code = ExitCode.UNKNOWN if undecided else ExitCode.REFUTED
        return {**answer, "reason": str(problem), "code": code}
    return {
        **answer,
        "accepted": True,
        "source": found is not None,
        "obligations": checked.obligations,
        "steps": checked.steps,
        "result": checked.result,
        "code": ExitCode.VERIFIED,
    }


def _text(answer: dict[str, Any]) -> str:
    if not answer["accepted"]:
        return f"{answer['kernel'] or 'proof'} · REJECTED · {answer['reason']}"
    lines = [
        f"{answer['kernel']} · proof accepted · {answer['obligations']} obligations ({answer['solver']}), "
        f"{answer['steps']} steps · {answer['seconds']:.2g} s"
    ]
    result = answer["result"]
    for output in result["outputs"]:
        domain = f"    for {output['domain']}" if output["domain"] else ""
        lines.append(f"  {output['array']}[{', '.join(output['indices'])}] = {output['formula']}{domain}")
    for label in ("preconditions", "assumptions"):
        if result[label]:
            lines.append(
                f"  {'given' if label == 'preconditions' else 'assuming'} {'; '.join(result[label])}"
            )
    open_ones = [p.replace("_", " ") for p in ("coverage", "single_writer") if result[p] != "proved"]
    lines += [f"  not proved: {', '.join(open_ones)}"] if open_ones else []
    if not answer["source"]:
        lines.append("  the proof's own summary was checked; --source IR compares it with the IR")
    return "\n".join(lines)
