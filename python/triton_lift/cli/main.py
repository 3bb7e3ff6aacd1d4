"""The commands and what all of them share: usage errors, Ctrl-C, a closed pipe."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from triton_lift.cli.capture import capture
from triton_lift.cli.corpus import corpus
from triton_lift.cli.diff import diff
from triton_lift.cli.lift import lift
from triton_lift.cli.recheck import recheck
from triton_lift.cli.run import run as run_program

app = typer.Typer(
    name="triton-lift",
    help="Reads Triton's IR, works out what the kernel computes, and proves it for all sizes.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(lift)
app.command()(corpus)
app.command()(diff)
app.command()(recheck)
# What follows the program's name is the program's.
PROGRAM = {"ignore_unknown_options": True, "allow_interspersed_args": False}
app.command(context_settings=PROGRAM)(capture)
app.command("run", context_settings=PROGRAM)(run_program)


def show_version(wanted: bool) -> None:
    if wanted:
        import triton_lift

        typer.echo(f"triton-lift {triton_lift.__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    pass


def run() -> None:
    """Run the command that the process was called with."""
    try:
        app()
    except BrokenPipeError:
        # Who read us has gone (`| head`), while we were writing something that is no result, like --help.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
