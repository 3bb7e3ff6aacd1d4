"""Triton's IR as text, read into MLIR."""

from triton_lift.ir.module import IRError, ParsedModule, parse_module

__all__ = ["IRError", "ParsedModule", "parse_module"]
