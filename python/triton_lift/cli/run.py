"""`triton-lift run`: a program with the plugin in it, and in every Python that it starts."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from triton_lift import DEFAULT_TIMEOUT
from triton_lift.capture.store import Store
from triton_lift.cli.exit_codes import ExitCode, code_of, merge
from triton_lift.cli.options import NoCache
from triton_lift.cli.output import complain
from triton_lift.plugin.channel import VARIABLE
from triton_lift.plugin.service import Service
from triton_lift.plugin.table import headline, table
from triton_lift.store import open_store

SITE = Path(__file__).parent.parent / "plugin" / "site"


def run(
    program: Annotated[
        list[str],
        typer.Argument(
            metavar="SCRIPT [ARGS]...", help="A Python script, -m MODULE, or a command, and its arguments."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="Keep the kernels' IR and the results in this folder."
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a report with all details here.")
    ] = None,
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", min=0.01, help="Time limit for lifting one kernel."),
    ] = DEFAULT_TIMEOUT,
    jobs: Annotated[int, typer.Option("--jobs", metavar="N", min=1, help="Worker processes.")] = 1,
    wait: Annotated[
        float | None,
        typer.Option(
            "--wait", metavar="SECONDS", min=0, help="How long to go on lifting when the program has ended."
        ),
    ] = None,
    no_cache: NoCache = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with the verdict's code if the program's is 0.")
    ] = False,
) -> None:
    """Run a program; lift every kernel that it compiles meanwhile, and print a table at its end.

    The exit code is the program's.
    """
    command = command_of(program)
    with tempfile.TemporaryDirectory(prefix="tl-") as folder:
        store = Store(output or Path(folder) / "kernels")
        try:
            store.begin(command=program)
        except OSError as error:
            complain(f"{output}: {error.strerror}")
            raise typer.Exit(ExitCode.UNREADABLE) from None
        kept = None if no_cache else open_store(complain)
        try:
            service = Service(str(Path(folder) / "s"), store, jobs=jobs, timeout=timeout, kept=kept)
        except OSError as error:  # a socket's path has 107 bytes at most
            complain(f"no socket can be made in the folder for temporary files, {folder}: {error}")
            raise typer.Exit(ExitCode.UNREADABLE) from None
        service.start()
        code = supervised(command, environment(str(Path(folder) / "s")), service)
        try:
            service.finish(wait)
        except KeyboardInterrupt:
            complain("interrupted; this is what is known")
        clear_line()
        print(table(service), file=sys.stderr, flush=True)
        if html is not None:
            from triton_lift.plugin.page import page

            try:
                html.write_text(page(service))
            except OSError as error:
                complain(f"{html}: {error.strerror}")
        if check and code == 0:
            for lifted in service.results.values():
                code = merge(ExitCode(code), code_of(lifted))
            code = merge(ExitCode(code), ExitCode.UNKNOWN) if service.open else code
    sys.stdout.flush()
    raise typer.Exit(code)


def command_of(program: list[str]) -> list[str]:
    """What to execute: a Python file by this Python, a module likewise, else a command of the shell's path."""
    if program[0] == "-m" and len(program) > 1:
        return [sys.executable, *program]
    if Path(program[0]).is_file() and (program[0].endswith(".py") or not os.access(program[0], os.X_OK)):
        return [sys.executable, *program]
    if shutil.which(program[0]):
        return program
    complain(f"{program[0]}: no such script or command")
    raise typer.Exit(ExitCode.UNREADABLE)


def environment(path: str) -> dict[str, str]:
    """Ours, with the socket and the folder of our sitecustomize."""
    before = os.environ.get("PYTHONPATH")
    return {
        **{name: value for name, value in os.environ.items() if name != "TRITON_LIFT"},
        VARIABLE: path,
        "PYTHONPATH": f"{SITE}{os.pathsep}{before}" if before else str(SITE),
    }


def supervised(command: list[str], variables: dict[str, str], service: Service) -> int:
    """Run the program to its end; its exit code as a shell gives it. Signals are the program's."""
    process = subprocess.Popen(command, env=variables)
    with suppress(OSError):
        os.nice(5)  # what we start from now on gives way to the program

    def forward(number: int, frame: object) -> None:
        with suppress(OSError):
            process.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, forward)
    live, last = sys.stderr.isatty(), ""
    while True:
        try:
            code = process.wait(0.5 if live else None)
            break
        except subprocess.TimeoutExpired:
            now = headline(service)
            if service.kernels and now != last:
                last = now
                print(f"\r\x1b[2Ktriton-lift: {now}", end="", file=sys.stderr, flush=True)
        except KeyboardInterrupt:  # the program got it as well: it decides
            time.sleep(0.05)
    return code if code >= 0 else 128 - code


def clear_line() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[2K", end="", file=sys.stderr, flush=True)
