"""Refutation: launches on which a property fails, found and executed; it runs after lifting and changes no proof."""

from triton_lift.refutation.stage import refute

__all__ = ["refute"]
