"""Compiles the examples offline (no GPU) and writes their TTIR and TTGIR to examples/ir.

    python -m examples.dump [NAME…]

Arguments are compiled without the specialisation of a launch (no divisibility, no stride folded to 1) unless
the example asks for it. Paths in locations are made relative: `examples/…` and `triton/…`.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Annotated, Any

import triton
import typer
from triton._C.libtriton import ir
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource, make_backend

from examples.specs import EXAMPLES, Example
from examples.specs.model import IR_FOLDER

TARGET = GPUTarget("cuda", 90, 32)
ROOT = Path(__file__).resolve().parent.parent
SITE = Path(triton.__file__).resolve().parent.parent


def compile_to_ttgir(
    kernel: Any,
    types: dict[str, str],
    constexprs: dict[str, Any],
    divisible: tuple[str, ...],
    target: GPUTarget = TARGET,
) -> dict[str, str]:
    """The text of the first two stages, `{"ttir": …, "ttgir": …}`: `triton.compile` without code generation."""
    names = kernel.arg_names
    attributes = {(names.index(name),): [["tt.divisibility", 16]] for name in divisible}
    full = {name: types.get(name, "constexpr") for name in names}
    source = ASTSource(kernel, full, constexprs, attributes)
    backend = make_backend(target)
    options = backend.parse_options(source.parse_options())
    context = ir.context()
    ir.load_dialects(context)
    backend.load_dialects(context)
    stages: dict[str, Any] = {}
    backend.add_stages(stages, options, source.language)
    implementation = backend.get_codegen_implementation(options)
    module = source.make_ir(target, options, implementation, backend.get_module_map(), context)
    metadata: dict[str, Any] = {"target": target, **options.__dict__}
    texts = {}
    for stage in ("ttir", "ttgir"):
        module = stages[stage](module, metadata)
        texts[stage] = portable(str(module))
    return texts


def portable(text: str) -> str:
    """The IR with no path of this machine in its locations."""
    return re.sub(rf'loc\("(?:{re.escape(str(ROOT))}|{re.escape(str(SITE))})/', 'loc("', text)


def kernel_of(dotted: str) -> Any:
    """The Triton function `module.function` within `examples`."""
    module, function = dotted.rsplit(".", 1)
    return getattr(importlib.import_module(f"examples.{module}"), function)


def dump(example: Example) -> None:
    """Writes one example's dumps and those of its mutants."""
    for stage, text in compile_to_ttgir(
        kernel_of(example.kernel), example.types, dict(example.constexprs), example.divisible_by_16
    ).items():
        example.ir(stage).write_text(text)
    for mutation in example.mutants:
        kernel = kernel_of(f"mutants.{example.kernel}__{mutation}")
        texts = compile_to_ttgir(kernel, example.types, dict(example.constexprs), example.divisible_by_16)
        example.mutant_ir(mutation).write_text(texts["ttir"])


def main(
    names: Annotated[
        list[str] | None, typer.Argument(help="Examples to dump; all when none is given.")
    ] = None,
) -> None:
    """Compile the examples and write examples/ir."""
    (IR_FOLDER / "mutants").mkdir(parents=True, exist_ok=True)
    for name in names or EXAMPLES:
        dump(EXAMPLES[name])
        typer.echo(f"{name}: {1 + len(EXAMPLES[name].mutants)} kernels")


if __name__ == "__main__":
    typer.run(main)
