"""Simplification of terms under what is known at their place: masks, divisions, guarded reductions, tiles."""

from triton_lift.simplification.contextual import PreconditionRequest, Simplifier

__all__ = ["PreconditionRequest", "Simplifier"]
