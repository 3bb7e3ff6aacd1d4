"""The examples as Triton 2.1 to 2.3 compile them: TTIR and TTGIR, written below a folder.

Those versions have no backends to ask; their passes are functions of the compiler's module, found by name.
`python benchmarks/triton_versions.py` calls this in a process that has one of them on its path. Kernels that use what
Triton 2 does not have are left out, and named.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

Stages = dict[str, Any]


def compile_examples(folder: Path) -> None:
    """Write every example's IR. Prints the name of each that this Triton does not compile."""
    import triton

    from examples.specs import EXAMPLES

    minor = int(triton.__version__.split(".")[1])
    stages_of: Callable[..., Stages] = {1: two_one, 2: two_two, 3: two_three}[minor]
    for name, example in EXAMPLES.items():
        module, function = example.kernel.rsplit(".", 1)
        kernel = getattr(importlib.import_module(f"examples.{module}"), function)
        names = list(kernel.arg_names)
        types = {i: example.types[n] for i, n in enumerate(names) if n in example.types}
        constants = {names.index(n): value for n, value in example.constexprs.items()}
        divisible = {names.index(n) for n in example.divisible_by_16}
        try:
            texts = stages_of(kernel, types, constants, divisible)
        except triton.CompilationError as error:
            print(f"{name}: {type(error).__name__}")
            continue
        for stage, text in texts.items():
            (folder / stage).mkdir(exist_ok=True)
            (folder / stage / f"{name}.{stage}").write_text(text)


def two_one(kernel: Any, types: dict[int, str], constants: dict[int, Any], divisible: set[int]) -> Stages:
    from triton.compiler import compiler as c

    described = c.instance_descriptor(divisible, set())
    module = c.ast_to_ttir(kernel, types, described, constants, debug=False, arch=90)
    ttir = str(c.optimize_ttir(module, 90))
    return {"ttir": ttir, "ttgir": str(c.optimize_ttgir(c.ttir_to_ttgir(module, 4), 3, 90))}


def two_two(kernel: Any, types: dict[int, str], constants: dict[int, Any], divisible: set[int]) -> Stages:
    from triton._C.libtriton.triton import ClusterInfo
    from triton.compiler import compiler as c

    target = c.CudaTargetDescriptor(capability=80, num_warps=4, enable_fp_fusion=True)
    described = c.instance_descriptor(divisible, set(), set(), set())
    module = c.ast_to_ttir(kernel, types, described, constants, debug=False, target=target)
    ttir = str(c.optimize_ttir(module, target))
    lowered = c.ttir_to_ttgir(module, 4, 1, target)
    return {
        "ttir": ttir,
        "ttgir": str(c.optimize_ttgir(lowered, 3, 4, 1, target, ClusterInfo(), False, False, False)),
    }


def two_three(kernel: Any, types: dict[int, str], constants: dict[int, Any], divisible: set[int]) -> Stages:
    from triton.compiler.backends.cuda import CUDABackend
    from triton.compiler.compiler import ASTSource, AttrsDescriptor

    source = ASTSource(kernel, types, constants, AttrsDescriptor(tuple(divisible), ()))
    backend = CUDABackend(("cuda", 90))
    options = backend.parse_options(source.parse_options())
    passes: dict[str, Any] = {}
    backend.add_stages(passes, options)
    module, texts = source.make_ir(options), {}
    for stage in ("ttir", "ttgir"):
        module = passes[stage](module, {**options.__dict__, "target": ("cuda", 90)})
        texts[stage] = str(module)
    return texts
