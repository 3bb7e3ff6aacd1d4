"""The examples as each version of Triton compiles them: `python benchmarks/triton_versions.py FOLDER [VERSION…]`.

For each version: installed into FOLDER if it is not there (pip, 200 MB each), the examples compiled offline to TTIR and
TTGIR, all of it lifted; and from 3.4 on, a program run under the plugin and another captured. Prints a table.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "test" / "python")]
VERSIONS = (
    "2.1.0",
    "2.2.0",
    "2.3.1",
    "3.0.0",
    "3.1.0",
    "3.2.0",
    "3.3.1",
    "3.4.0",
    "3.5.1",
    "3.6.0",
    "3.7.0",
    "3.8.0",
    "3.9.0",
)


def compile_examples(folder: Path) -> None:
    """Write every example's TTIR and TTGIR, compiled by the Triton that this process finds."""
    import triton

    if triton.__version__.startswith("2."):
        import triton_two

        return triton_two.compile_examples(folder)
    from triton._C.libtriton import ir
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource
    from triton.compiler.compiler import make_backend

    from examples.specs import EXAMPLES

    target = GPUTarget("cuda", 90, 32)
    for name, example in EXAMPLES.items():
        module, function = example.kernel.rsplit(".", 1)
        kernel = getattr(importlib.import_module(f"examples.{module}"), function)
        source = source_of(ASTSource, kernel, example)
        backend = make_backend(target)
        options = backend.parse_options(source.parse_options())
        context = ir.context()
        ir.load_dialects(context)
        backend.load_dialects(context)
        stages: dict[str, Any] = {}
        language = getattr(source, "language", None)
        called(backend.add_stages, stages=stages, options=options, language=language)
        module_map = backend.get_module_map() if hasattr(backend, "get_module_map") else None
        code = called(
            source.make_ir,
            target=target,
            options=options,
            codegen_fns=called(backend.get_codegen_implementation, options=options),
            module_map=module_map,
            context=context,
        )
        metadata: dict[str, Any] = {"target": target, **options.__dict__}
        for stage in ("ttir", "ttgir"):
            code = stages[stage](code, metadata)
            (folder / stage).mkdir(exist_ok=True)
            (folder / stage / f"{name}.{stage}").write_text(str(code))


def source_of(kind: Any, kernel: Any, example: Any) -> Any:
    """An ASTSource: before 3.3, constants are not in the signature."""
    import triton

    names, constants = kernel.arg_names, dict(example.constexprs)
    if tuple(map(int, triton.__version__.split(".")[:2])) < (3, 3):
        return kind(kernel, {n: t for n, t in example.types.items() if n in names}, constants)
    attributes = {(names.index(n),): [["tt.divisibility", 16]] for n in example.divisible_by_16}
    types = {name: example.types.get(name, "constexpr") for name in names}
    return kind(kernel, types, {(names.index(n),): v for n, v in constants.items()}, attributes)


def called(function: Any, **given: Any) -> Any:
    """Call with those of the arguments that this version's function has."""
    short = {"opt": "options", "opts": "options", "ctx": "context"}
    return function(**{n: given[short.get(n, n)] for n in inspect.signature(function).parameters})


def run(command: list[str], folder: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """A command of ours with another Triton first on the path."""
    ours = [str(path), str(ROOT / "python")]
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(ours), "TRITON_CACHE_DIR": str(folder / "cache")}
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)


def row_of(version: str, folder: Path) -> list[str]:
    """The cells of a version's row."""
    import capture_programs
    import plugin_programs

    installed, work = folder / version, folder / f"work-{version}"
    work.mkdir(exist_ok=True)
    if not (installed / "triton").exists():
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(installed)]
        subprocess.run([*pip, f"triton=={version}"], check=True)
    ours = [sys.executable, "-m", "triton_lift.cli"]
    done = run([sys.executable, __file__, "--compile", str(work)], work, installed)
    if done.returncode:
        return [version, "", done.stderr.strip().splitlines()[-1], "", ""]
    cells = [version]
    for stage in ("ttir", "ttgir"):
        told = run(
            [*ours, "corpus", "--no-cache", "--format", "json", "--jobs", "2", str(work / stage)],
            work,
            installed,
        )
        counts = json.loads(told.stdout)
        cells.append(f"{counts['status']['verified']} of {counts['kernels']}")
    (work / "simple.py").write_text(plugin_programs.SIMPLE)
    told = run([*ours, "run", "simple.py"], work, installed)
    cells.append("works" if "3 kernels, 3 lifted, 3 verified" in told.stderr else last(told.stderr))
    (work / "add.py").write_text(capture_programs.ADD)
    told = run([*ours, "capture", "-o", "captured", "add.py"], work, installed)
    cells.append("works" if told.returncode == 0 else last(told.stderr))
    return cells


def last(text: str) -> str:
    """The last thing that was said, in short."""
    if "3.4 or newer" in text:
        return "needs 3.4"
    lines = text.strip().splitlines() or ["nothing said"]
    return lines[-1].removeprefix("triton-lift: ")[:60]


def main(
    folder: Annotated[Path, typer.Argument(help="Where the versions of Triton are installed.")],
    versions: Annotated[list[str] | None, typer.Argument(help="Which; all when none is given.")] = None,
    compile: Annotated[bool, typer.Option("--compile", hidden=True)] = False,
) -> None:
    """Measure, and print a table."""
    if compile:
        compile_examples(folder)
        return
    table = Table(
        title="examples verified, by the version of Triton that compiled them", title_justify="left"
    )
    for column in ("Triton", "TTIR", "TTGIR (sm_90)", "run", "capture"):
        table.add_column(column)
    for version in versions or VERSIONS:
        table.add_row(*row_of(version, folder.resolve()))
    Console(width=140).print(table)


if __name__ == "__main__":
    typer.run(main)
