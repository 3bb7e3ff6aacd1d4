"""The section `numerics` of a report: first from the terms alone, then with inputs that show it."""

from __future__ import annotations

import time

from triton_lift.closing import LoopCloser
from triton_lift.numerics.detectors import DETECTORS
from triton_lift.numerics.finding import Finding
from triton_lift.numerics.place import Place
from triton_lift.numerics.sites import sites
from triton_lift.numerics.wording import Wording
from triton_lift.proving import Context
from triton_lift.reading import Kernel
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, make

_SECONDS = 0.25
_MOST = 12


def examine(kernel: Kernel, closer: LoopCloser, base: Context) -> list[Finding]:
    """What the terms of a kernel say. Findings that are not protected are claims until an input shows them."""
    wording = Wording(kernel)
    programs = (make("pid", (), axis) for axis in range(3))
    base = base.extend(*(bools.le(ints.ZERO, p) for p in programs), *_sizes(kernel))
    limit = time.monotonic() + _SECONDS
    found: dict[tuple[str, str | None, bool], Finding] = {}
    for site in sites(kernel):
        if time.monotonic() > limit or len(found) >= _MOST:
            break
        place = Place(site, kernel, closer, base, wording)
        for detector in DETECTORS:
            finding = detector(place)
            if finding is not None:
                found.setdefault((finding.kind, finding.location, finding.protected), finding)
    return _exposed_first(found)


def _exposed_first(found: dict[tuple[str, str | None, bool], Finding]) -> list[Finding]:
    """A place that is protected on one path only is not protected."""
    kept = [f for (kind, place, ok), f in found.items() if not (ok and (kind, place, False) in found)]
    return sorted(kept, key=lambda f: (f.protected, _line(f.location)))


def _line(location: str | None) -> tuple[str, int]:
    file, _, line = (location or "").rpartition(":")
    return file, int(line) if line.isdigit() else 0


def _sizes(kernel: Kernel) -> list[Term]:
    """What is divided by, where it is a size, is at least 1: that it is not 0 is an assumption of the theorem."""
    divisors = (t.args[1] for t in kernel.places if t.op == "rdiv" and t.args[1].op == "toreal")
    return [bools.le(ints.ONE, d.args[0]) for d in divisors if d.args[0].op == "param"]
