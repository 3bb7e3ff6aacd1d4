"""Path by path: where whole programs choose between formulas, one formula for each choice, with its condition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triton_lift.paths.stage import path_tables
    from triton_lift.paths.table import Case, PathTable

__all__ = ["Case", "PathTable", "path_tables"]


def __getattr__(name: str) -> Any:
    """Who is only handed tables, by a worker, does not load what makes them."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from triton_lift.paths import stage, table

    return getattr(stage if name == "path_tables" else table, name)
