"""Where IR comes from: each kind of input is one reader.

The readers are loaded when something is to be found: a worker process is given what was found, and needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triton_lift.sources.source import IRSource, IRSourceError, Notice

if TYPE_CHECKING:
    from triton_lift.sources.find import READERS, find_sources, text_source
    from triton_lift.sources.python_kernel import CompileRequest, PythonReader

__all__ = [
    "READERS",
    "CompileRequest",
    "IRSource",
    "IRSourceError",
    "Notice",
    "PythonReader",
    "find_sources",
    "text_source",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from triton_lift.sources import find, python_kernel

    return getattr(python_kernel if name in ("CompileRequest", "PythonReader") else find, name)
