"""Undoing the tiling: from programs, iterations and lanes to the indices of the written array."""

from triton_lift.untiling.coordinates import Coordinates, Output
from triton_lift.untiling.search import untile

__all__ = ["Coordinates", "Output", "untile"]
