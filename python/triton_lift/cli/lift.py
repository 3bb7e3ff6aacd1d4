"""`triton-lift lift`: results one by one, in the format asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from pathlib import Path
from typing import Annotated

import typer

from triton_lift import DEFAULT_TIMEOUT
from triton_lift.cli.exit_codes import ExitCode, code_of, merge, unreadable
from triton_lift.cli.guesses import GuessFileError, read_guesses
from triton_lift.cli.options import (
    Args,
    Cluster,
    Consts,
    Jobs,
    Kernel,
    NoCache,
    Paths,
    Target,
    Timeout,
    compile_request,
)
from triton_lift.cli.output import ReaderGone, complain, to_file, write
from triton_lift.cli.proofs import ProofFileError, proofs_to
from triton_lift.cli.work import Work
from triton_lift.lifted import Lifted
from triton_lift.report.formats import Format, document, needs_program, writer
from triton_lift.sources.folder import PACKED
from triton_lift.sources.python_kernel import DEFAULT_TARGET


def lift(
    paths: Paths,
    format: Annotated[Format, typer.Option("--format", help="How results are written.")] = Format.TEXT,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write results here, not to standard output."),
    ] = None,
    kernel: Kernel = None,
    timeout: Timeout = DEFAULT_TIMEOUT,
    jobs: Jobs = None,
    proof: Annotated[
        str | None,
        typer.Option("--proof", metavar="FILE", help="Write the proofs here, for `triton-lift recheck`."),
    ] = None,
    guess: Annotated[
        str | None,
        typer.Option(
            "--guess",
            metavar="FILE",
            help="Judge candidate formulas, one a line: proved, refuted or unknown.",
        ),
    ] = None,
    sketch: Annotated[
        list[str] | None,
        typer.Option("--sketch", metavar="FORMULA", help="Fill the holes ?? of a formula, and prove it."),
    ] = None,
    arg: Args = None,
    const: Consts = None,
    target: Target = DEFAULT_TARGET,
    executor: Cluster = None,
    no_cache: NoCache = False,
) -> None:
    """Lift kernels to formulas and prove them.

    Exit code: 0 all verified, guesses proved; 1 something refuted; 2 usage or unreadable input; 3 something
    unknown or unsupported.
    """
    with to_file(output):
        several = len(paths) > 1 or Path(paths[0]).is_dir() or Path(paths[0]).suffix in PACKED
        whole = document(format)
        render = writer(format, several=several) if whole is None else None
        request = compile_request(arg, const, target)
        try:
            guesses = read_guesses(guess) if guess is not None else []
        except GuessFileError as problem:
            complain(str(problem))
            raise typer.Exit(ExitCode.UNREADABLE) from None
        work = Work(
            timeout,
            jobs,
            kernel,
            executor,
            cache=not no_cache,
            proof=proof is not None or format is Format.HTML,
            executable=needs_program(format),
            illustrated=format is Format.HTML,
            guesses=tuple(guesses),
            sketches=tuple(sketch or ()),
            request=request,
        )
        # At a terminal the results are the progress, and a bar would be in their way.
        came = work.results(paths, progress=not sys.stdout.isatty())
        try:
            came = came if proof is None else proofs_to(proof, came)
            if whole is not None:
                code = report_whole(came, whole)
            else:
                assert render is not None
                code = report(came, render, lines=format is Format.JSON)
        except KeyboardInterrupt:
            work.interrupted()
            raise typer.Exit(130) from None
        except ProofFileError as problem:
            complain(str(problem))
            raise typer.Exit(ExitCode.UNREADABLE) from None
        if code is None:
            complain(f"no kernel named {kernel}" if kernel else "nothing to lift")
            code = ExitCode.UNREADABLE
        raise typer.Exit(code)


def report_whole(came: Iterator[Lifted], whole: Callable[[Iterable[Lifted]], str]) -> ExitCode | None:
    """Write all results as one document; the exit code of them all, None if there were none."""
    results = list(came)
    if not results:
        return None
    code = reduce(merge, map(code_of, results))
    for lifted in results:
        if unreadable(lifted):
            complain(f"{lifted.location or lifted.file}: {lifted.reason}")
    try:
        write(whole(results))
    except ReaderGone:
        code = merge(code, ExitCode.UNKNOWN)
    return code


def report(came: Iterator[Lifted], render: Callable[[Lifted], str], *, lines: bool) -> ExitCode | None:
    """Write each result; the exit code of them all, None if there were none.

    With `lines` each is a line, unreadable inputs included; otherwise those are messages only, and an empty
    line parts the others.
    """
    codes: list[ExitCode] = []
    written = False
    try:
        for lifted in came:
            codes.append(code_of(lifted))
            if unreadable(lifted):
                complain(f"{lifted.location or lifted.file}: {lifted.reason}")
            if lines or not unreadable(lifted):
                write(render(lifted), apart=written and not lines)
                written = True
    except ReaderGone:
        codes.append(ExitCode.UNKNOWN)  # nothing is claimed of what was not waited for
    return reduce(merge, codes) if codes else None
