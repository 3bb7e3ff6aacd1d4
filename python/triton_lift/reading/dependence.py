"""Which carried values of a loop depend on each other."""

from __future__ import annotations

from collections.abc import Mapping


def component(after: Mapping[int, set[int]], pos: int) -> list[int]:
    """The positions that `pos` reaches and that reach it, itself among them. `after`: what each depends on."""

    def reached(start: int) -> set[int]:
        seen: set[int] = set()
        pending = [start]
        while pending:
            for p in after[pending.pop()] - seen:
                seen.add(p)
                pending.append(p)
        return seen

    return sorted({pos} | {p for p in reached(pos) if pos in reached(p)})
