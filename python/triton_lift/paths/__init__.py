"""Path by path: where whole programs choose between formulas, one formula for each choice, with its condition."""

from triton_lift.paths.stage import path_tables
from triton_lift.paths.table import Case, PathTable

__all__ = ["Case", "PathTable", "path_tables"]
