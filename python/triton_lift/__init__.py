"""triton-lift: what a Triton kernel computes, read from its IR, proved for all sizes.

`lift` reads IR and returns one `Lifted` per kernel; `interpret` executes the same IR concretely. Importing this
package is cheap: everything else is loaded on first use, and never triton or torch.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triton_lift.interpreter import interpret as interpret
    from triton_lift.lifted import Lifted as Lifted
    from triton_lift.lifted import OutputFormula as OutputFormula
    from triton_lift.sources import IRSourceError as IRSourceError

    __version__: str

__all__ = ["IRSourceError", "Lifted", "OutputFormula", "__version__", "interpret", "lift"]

DEFAULT_TIMEOUT = 60.0

_LAZY = {
    "interpret": "triton_lift.interpreter",
    "Lifted": "triton_lift.lifted",
    "OutputFormula": "triton_lift.lifted",
    "IRSourceError": "triton_lift.sources",
}


def lift(
    source: str | os.PathLike[str],
    *,
    kernel: str | None = None,
    timeout: float | None = DEFAULT_TIMEOUT,
    jobs: int = 1,
) -> list[Lifted]:
    """Lift every kernel of `source`, in the order of the input.

    `source` is the path of a `.ttir` or `.ttgir` file, of a folder of them, of a Triton cache or dump folder, or the
    IR itself as text (recognised by its line breaks). `kernel` keeps only kernels of that name; `timeout` is in
    seconds for each kernel (None: no limit); `jobs` is the number of worker processes.

    Never raises for bad input: what cannot be read is a result with status `error`, the reason and the place.
    Raises ValueError for a `timeout` or `jobs` that is not positive.
    """
    from triton_lift.sources import find_sources, text_source
    from triton_lift.workers import lift_sources

    is_text = isinstance(source, str) and "\n" in source
    sources = [text_source(str(source))] if is_text else find_sources([os.fspath(source)])
    results = list(lift_sources(sources, kernel=kernel, timeout=timeout, jobs=jobs, keep_workers=True))
    results.sort(key=lambda pair: pair[0])
    return [lifted for _, lifted in results]


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
