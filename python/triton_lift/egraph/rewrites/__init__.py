"""Rewrites, one file for each family. `FAMILIES` is all of them, by the name of the family."""

from triton_lift.egraph.rewrites import (
    activations,
    arithmetic,
    binders,
    exponentials,
    extrema,
    moments,
    roots,
)
from triton_lift.egraph.rewrites.entry import Rewrite

FAMILIES: dict[str, tuple[Rewrite, ...]] = {
    module.__name__.rsplit(".", 1)[-1]: module.REWRITES
    for module in (arithmetic, exponentials, binders, roots, extrema, activations, moments)
}

__all__ = ["FAMILIES", "Rewrite"]
