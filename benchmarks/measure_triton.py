"""Times Triton's own compile of the examples: `python measure_triton.py REPEATS NAME…`, one JSON object a line.

From the kernel's source to the cubin, with no cache. Needs the ptxas that Triton's wheel brings, but no GPU. The first
compile of all warms up and is not counted; the least of the repeats is reported.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main(repeats: int, names: list[str]) -> None:
    """Print name, seconds and the last stage reached, for each example."""
    os.environ["TRITON_ALWAYS_COMPILE"] = "1"
    with tempfile.TemporaryDirectory() as cache:
        os.environ["TRITON_CACHE_DIR"] = cache
        compile_once(names[0])
        for name in names:
            seconds, stage = [], ""
            for _ in range(repeats):
                start = time.perf_counter()
                stage = compile_once(name)
                seconds.append(time.perf_counter() - start)
            print(json.dumps({"name": name, "seconds": min(seconds), "stage": stage}), flush=True)


def compile_once(name: str) -> str:
    """Compile one example for sm_90; the last stage that came out."""
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    from examples.dump import kernel_of
    from examples.specs import EXAMPLES

    example = EXAMPLES[name]
    kernel: Any = kernel_of(example.kernel)
    attributes = {(kernel.arg_names.index(n),): [["tt.divisibility", 16]] for n in example.divisible_by_16}
    types = {n: example.types.get(n, "constexpr") for n in kernel.arg_names}
    source = ASTSource(kernel, types, dict(example.constexprs), attributes)
    compiled = triton.compile(source, target=GPUTarget("cuda", 90, 32))
    return str(list(compiled.asm)[-1])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
