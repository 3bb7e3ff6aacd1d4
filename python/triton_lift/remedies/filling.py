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


# What does not see an infinite operand. Sums and products always do, so that it need not be tried without one of these.
_BLIND = {"maxf", "minf", "cmpf", "exp", "exp2", "tanh", "erf", "clampf", "call", "foldresult", "scanresult"}


def others(gap: Gap, summary: Mapping[str, Any]) -> list[Filler]:
    """What the lanes might hold besides 0: what maxima, minima and products do not see, where there are any. Padding
    can only be 0."""
    if gap.missing != "other" or gap.type == "i1":
        return []
    if not gap.type.startswith("i"):
        ops, kinds = _used(summary)
        infinite = [float("-inf"), float("inf")] if ops & _BLIND or kinds & {"max", "min"} else []
        return [*infinite, *([1.0] if "mul" in kinds or ops & {"foldresult", "scanresult"} else [])]
    half = 1 << (int(gap.type[1:]) - 1)
    return [-half, half - 1, 1]


def _used(summary: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """The operators of a kernel, and by what it reduces; products that a loop carries along are such reductions."""
    terms = summary["terms"]
    kinds = {attrs.get("kind") for op, _, _, attrs, _ in terms if op in ("reduce", "scan")}
    carried = any(op == "mulf" and any(terms[a][0] == "state" for a in args) for op, _, args, _, _ in terms)
    return {term[0] for term in terms}, kinds | ({"mul"} if carried else set())


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
