"""The summary of a kernel whose loads say what masked-off lanes hold, made from that of one whose loads do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Filler = float


@dataclass(frozen=True)
class Gap:
    """A load that leaves something undefined: what it lacks (`other`, `padding`), the type of its elements, its place
    (`file:line`, or None)."""

    missing: str
    type: str
    location: str | None


def gaps(summary: Mapping[str, Any]) -> list[Gap]:
    """The loads that leave lanes undefined, in the order of the kernel."""
    found = (gap_of(*term) for term in summary["terms"])
    return list(dict.fromkeys(gap for gap in found if gap is not None))


def gap_of(op: str, kind: str, _: Any, attrs: Mapping[str, Any], location: str | None) -> Gap | None:
    """The load that this term is an undefined lane of, if it is one."""
    missing = attrs.get("missing") if op == "arbitrary" else None
    return Gap(missing, kind, location) if missing else None


def others(gap: Gap) -> list[Filler]:
    """What the lanes might hold besides 0: what maxima, minima and products do not see. Padding can only be 0."""
    if gap.missing != "other" or gap.type == "i1":
        return []
    if not gap.type.startswith("i"):
        return [float("-inf"), float("inf"), 1.0]
    half = 1 << (int(gap.type[1:]) - 1)
    return [-half, half - 1, 1]


def given(gap: Gap, filler: Filler) -> str:
    """How a kernel's author says so."""
    if gap.missing != "other":
        return 'padding_option="zero"'
    return f"other={filler}" if isinstance(filler, int) else f"other={filler:g}"


def filled(summary: dict[str, Any], chosen: Mapping[Gap, Filler]) -> dict[str, Any]:
    """The summary in which the undefined lanes of these loads hold this."""
    terms = []
    for term in summary["terms"]:
        gap = gap_of(*term)
        if gap is not None and gap in chosen:
            _, kind, _, _, location = term
            value: Any = chosen[gap]
            if not kind.startswith("i"):
                value = {"value": float(value), "bits": 0}
            term = ("const", kind, (), {"value": value}, location)
        terms.append(term)
    return {**summary, "terms": terms}
