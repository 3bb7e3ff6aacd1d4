"""The C++ part: reading Triton's IR and interpreting it symbolically."""

from typing import Any

from mlir._mlir_libs._mlir import ir

def register_dialects(context: ir.Context) -> None:
    """Makes an `mlir.ir` context able to parse TTIR and TTGIR."""

def scan(text: str, max_depth: int) -> tuple[str, int] | None:
    """What keeps a text from MLIR's parser, as (message, line): binary data, too deep nesting, truncation."""

def summarize(module: ir.Module) -> list[dict[str, Any]]:
    """The summary of each public kernel, as docs/reference/lift-dialect.md describes it."""
