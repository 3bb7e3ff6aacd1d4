"""triton-lift: what a Triton kernel computes, read from its IR, proved for all sizes.

`lift` reads IR and returns one `Lifted` per kernel; `interpret` executes the same IR concretely. Importing this
package is cheap: everything else is loaded on first use, and never triton or torch.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triton_lift.expectations import ExpectationError as ExpectationError
    from triton_lift.expectations import ExpectationWarning as ExpectationWarning
    from triton_lift.expectations import expects as expects
    from triton_lift.guess_result import GuessResult as GuessResult
    from triton_lift.guesses import check as check
    from triton_lift.guesses import sketch as sketch
    from triton_lift.interpreter import interpret as interpret
    from triton_lift.lifted import Lifted as Lifted
    from triton_lift.lifted import OutputFormula as OutputFormula
    from triton_lift.plugin import install as install
    from triton_lift.sources import IRSource
    from triton_lift.sources import IRSourceError as IRSourceError

    __version__: str

__all__ = [
    "ExpectationError",
    "ExpectationWarning",
    "GuessResult",
    "IRSourceError",
    "Lifted",
    "OutputFormula",
    "__version__",
    "check",
    "expects",
    "install",
    "interpret",
    "lift",
    "sketch",
]

DEFAULT_TIMEOUT = 60.0

_LAZY = {
    "ExpectationError": "triton_lift.expectations",
    "ExpectationWarning": "triton_lift.expectations",
    "expects": "triton_lift.expectations",
    "check": "triton_lift.guesses",
    "GuessResult": "triton_lift.guess_result",
    "install": "triton_lift.plugin",
    "sketch": "triton_lift.guesses",
    "interpret": "triton_lift.interpreter",
    "Lifted": "triton_lift.lifted",
    "OutputFormula": "triton_lift.lifted",
    "IRSourceError": "triton_lift.sources",
}


def lift(
    source: Any,
    *,
    signature: Mapping[str, str] | None = None,
    constexprs: Mapping[str, Any] | None = None,
    target: str = "cuda:90",
    kernel: str | None = None,
    timeout: float | None = DEFAULT_TIMEOUT,
    jobs: int = 1,
    proof: bool = False,
    cache: bool = False,
) -> list[Lifted]:
    """Lift every kernel of `source`, in the order of the input.

    `source` is the path of a `.ttir` or `.ttgir` file, of a folder of them, of a Triton cache or dump folder, the IR
    itself as text (recognised by its line breaks), or a kernel: a function decorated with `@triton.jit`, which is
    compiled with the types in `signature` and the values in `constexprs` for `target`, or what its launch returned.
    `kernel` keeps only kernels of that name; `timeout` is in seconds for each kernel (None: no limit); `jobs` is the
    number of worker processes. With `proof`, a verified result carries its proof for `triton_lift.proof.check`.
    Of a kernel with `@triton_lift.expects`, `guesses` has the verdict on its formula.
    With `cache`, results are kept for the next time, and taken from an earlier one, as the command line does.

    Never raises for bad input: what cannot be read is a result with status `error`, the reason and the place.
    Raises ValueError for a `timeout` or `jobs` that is not positive, and for a signature that does not fit the kernel;
    `triton_lift.capture.offline.CompileError` where Triton does not compile it.
    """
    from triton_lift.workers import lift_sources

    store = None
    if cache:
        from triton_lift.store import open_store

        store = open_store()
    sources = _sources(source, signature, constexprs, target)
    expected: list[str] = []
    if hasattr(source, "run") and hasattr(source, "fn"):
        from triton_lift.expectations.decorator import formulas_of

        expected = formulas_of(source)
    results = list(
        lift_sources(
            sources,
            kernel=kernel,
            timeout=timeout,
            jobs=jobs,
            keep_workers=True,
            proof=proof,
            guesses=tuple(expected),
            store=store,
        )
    )
    results.sort(key=lambda pair: pair[0])
    return [lifted for _, lifted in results]


def _sources(
    source: Any, signature: Mapping[str, str] | None, constexprs: Mapping[str, Any] | None, target: str
) -> Iterable[IRSource | IRSourceError]:
    """The IR that `lift` was given, or given the way to."""
    from triton_lift.sources import find_sources, text_source

    if hasattr(source, "run") and hasattr(source, "fn"):
        from triton_lift.capture.offline import compile_kernel
        from triton_lift.capture.target import parse_target

        text = compile_kernel(source, signature or {}, constexprs or {}, parse_target(target))
        return [text_source(text, getattr(source, "__name__", "<kernel>"))]
    if signature is not None or constexprs is not None:
        raise ValueError(
            "signature and constexprs belong to a kernel that is to be compiled; this is no kernel"
        )
    if hasattr(source, "asm"):
        return [text_source(source.asm["ttir"], getattr(source, "name", "<kernel>"))]
    if isinstance(source, str) and "\n" in source:
        return [text_source(source)]
    return find_sources([os.fspath(source)])


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("triton-lift")
        except PackageNotFoundError:  # run from a source tree that was never installed
            return "0+unknown"
    if name in _LAZY:
        from importlib import import_module

        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
