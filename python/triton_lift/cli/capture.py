"""`triton-lift capture`: the kernels that a program would launch, collected on a machine without a GPU."""

from __future__ import annotations

import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from triton_lift.capture.store import LOG, Log, Store, read_log
from triton_lift.capture.target import parse_target
from triton_lift.cli.exit_codes import ExitCode
from triton_lift.cli.output import complain
from triton_lift.sources.python_kernel import DEFAULT_TARGET

MOST = 20  # kernels that are listed on the terminal; the log has all


class Configs(StrEnum):
    FIRST = "first"
    ALL = "all"


def capture(
    program: Annotated[
        list[str],
        typer.Argument(metavar="SCRIPT [ARGS]...", help="A Python script, or -m MODULE, and its arguments."),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="The folder to write, for `triton-lift lift`."),
    ] = Path("captured"),
    target: Annotated[
        str,
        typer.Option("--target", metavar="GPU", help="The GPU to pretend: cuda:90, cuda:80, hip:gfx942, …"),
    ] = DEFAULT_TARGET,
    configs: Annotated[
        Configs, typer.Option("--configs", help="How many configurations of an autotuner are compiled.")
    ] = Configs.FIRST,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", metavar="SECONDS", min=0.01, help="Stop the program after this."),
    ] = None,
) -> None:
    """Run a program without a GPU, and collect every kernel it would launch.

    Its tensors are CPU tensors that claim to be on the GPU; kernels are compiled to TTIR, launches do nothing.
    Exit code: 0 the program ran to its end; 1 a kernel is not what `@triton_lift.expects` says; 2 nothing captured;
    3 it did not run to its end, or a kernel does not compile.
    """
    try:
        gpu = parse_target(target)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--target") from None
    if program[0] != "-m" and not Path(program[0]).is_file():
        complain(f"{program[0]}: no such file")
        raise typer.Exit(ExitCode.UNREADABLE)
    if program == ["-m"]:
        raise typer.BadParameter("-m needs the name of a module")
    try:
        Store(output).begin(command=program, target=str(gpu))
    except OSError as error:
        complain(f"{output}: {error.strerror}")
        raise typer.Exit(ExitCode.UNREADABLE) from None
    ended = run_program([str(output), str(gpu), configs.value, *program], timeout)
    log = read_log(output)
    summarise(log, output, ended)
    if any(e.get("verdict") == "refuted" and e.get("mode") == "raise" for e in log.expectations):
        raise typer.Exit(ExitCode.REFUTED)
    if not log.kernels:
        raise typer.Exit(ExitCode.UNREADABLE)
    raise typer.Exit(ExitCode.UNKNOWN if ended or log.failed else ExitCode.VERIFIED)


def run_program(arguments: list[str], timeout: float | None) -> str | None:
    """Run it; how it ended, if not well."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    environment.pop("TRITON_INTERPRET", None)  # an interpreted kernel has no IR
    command = [sys.executable, "-m", "triton_lift.capture.program", *arguments]
    try:
        code = subprocess.run(command, env=environment, timeout=timeout, check=False).returncode
    except subprocess.TimeoutExpired:
        return f"it was stopped after {timeout:g} s"
    except KeyboardInterrupt:
        return "it was interrupted"
    if code < 0:
        return f"it was killed by signal {-code}"
    return f"it ended with code {code}" if code else None


def summarise(log: Log, output: Path, ended: str | None) -> None:
    """What was captured and what was not, on standard error: standard output is the program's."""
    launches = sum(len(kernel.launches) for kernel in log.kernels.values())
    names = {kernel.kernel for kernel in log.kernels.values()}
    complain(
        f"captured {counted(len(names), 'kernel')} in {counted(len(log.kernels), 'specialisation')}, "
        f"{counted(launches, 'different launch', 'different launches')} → {output}"
    )
    reasons: dict[str, list[dict[str, Any]]] = {}
    for failure in log.failed:
        reasons.setdefault(failure["reason"], []).append(failure)
    for reason, failures in reasons.items():
        who = ", ".join(dict.fromkeys(f["kernel"] for f in failures))
        complain(f"{shortened(who)} does not compile: {reason} ({failures[0]['source']})")
    for expectation in log.expectations:
        if expectation.get("message"):
            complain(str(expectation["message"]))
    met = sum(e.get("verdict") == "met" for e in log.expectations)
    if met:
        complain(f"{met} of {counted(len(log.expectations), 'expectation')} met")
    for missed in log.unreached[:MOST]:
        complain(f"not reached: {missed['kernel']} ({missed['source']})")
    if len(log.unreached) > MOST:
        complain(f"not reached: {len(log.unreached) - MOST} more, in {output / LOG}")
    message = (log.end or {}).get("message")
    if ended or message:
        complain(f"the program did not run to its end: {message or ended}")
    if log.kernels:
        complain(f"next: triton-lift lift {output}")


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 kernel`, `2 kernels`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def shortened(names: str) -> str:
    """A list of names that fits on a line or two."""
    return names if len(names) <= 200 else names[:200].rpartition(",")[0] + ", …"
