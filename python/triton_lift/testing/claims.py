"""Whether a lifted kernel computes a formula that somebody wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass

from triton_lift.lifted import Lifted


@dataclass(frozen=True)
class Verdict:
    """`holds`: shown to be so (True), shown not to be so (False), or neither (None); why."""

    holds: bool | None
    reason: str


def check(lifted: Lifted, formula: str) -> Verdict:
    """Whether each line of `formula` is what one of the kernel's outputs holds, and each output has its line."""
    wanted = {plain(line) for line in formula.splitlines() if line.strip()}
    printed = {plain(f"{o.array}[{', '.join(o.indices)}] = {o.formula}") for o in lifted.outputs}
    if wanted == printed:
        return Verdict(True, "it is printed so")
    return Verdict(None, "the formula that was found is written otherwise")


def plain(text: str) -> str:
    return re.sub(r"\s+", "", text)
