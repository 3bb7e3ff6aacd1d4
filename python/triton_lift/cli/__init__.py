"""The command line, `triton-lift`."""

from __future__ import annotations

from triton_lift.cli.main import main

__all__ = ["main"]
