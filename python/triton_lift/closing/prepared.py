"""What is done to a kernel before its loops are closed."""

from __future__ import annotations

from triton_lift.closing.memory import carry_memory
from triton_lift.closing.segments import joined
from triton_lift.reading import Kernel


def prepared(kernel: Kernel) -> Kernel:
    """The kernel with what it keeps in memory as carried values, and segments of one range as one loop."""
    return joined(carry_memory(kernel))
