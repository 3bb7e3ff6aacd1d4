"""Closing recurrences: loops and reductions with their own combine become closed forms."""

from triton_lift.closing.loops import LoopCloser, NotClosed

__all__ = ["LoopCloser", "NotClosed"]
