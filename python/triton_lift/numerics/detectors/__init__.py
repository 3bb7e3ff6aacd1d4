"""What is looked for: a detector is a file with a function from a place to a finding, and its entry here."""

from __future__ import annotations

from collections.abc import Callable

from triton_lift.numerics.detectors import (
    cancellation,
    division,
    exponentials,
    logarithms,
    narrow_sums,
    roots,
)
from triton_lift.numerics.finding import Finding
from triton_lift.numerics.place import Place

Detector = Callable[[Place], Finding | None]
DETECTORS: tuple[Detector, ...] = (
    exponentials.find,
    logarithms.find,
    roots.find,
    division.find,
    cancellation.find,
    narrow_sums.find,
)
