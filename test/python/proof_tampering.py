"""Every way of changing one place of a proof: each number, name and truth value, each entry and each field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

Place = tuple[Any, ...]
_COMMUTATIVE = {"radd", "rmul", "rmin", "rmax", "prod", "imin", "imax"}


def tampered(data: Any, place: Place = ()) -> Iterator[tuple[Place, str, Any]]:
    """`(place, what was done, the value instead)` for everything inside `data`."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from tampered(value, (*place, key))
            yield place, f"without {key}", {k: v for k, v in data.items() if k != key}
        yield place, "another field", {**data, "extra": 1}
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from tampered(value, (*place, i))
            yield place, f"without {i}", data[:i] + data[i + 1 :]
            yield place, f"twice {i}", [*data[: i + 1], *data[i:]]
            if i and data[i - 1] != value:
                yield place, f"swapped {i}", [*data[: i - 1], value, data[i - 1], *data[i + 1 :]]
    else:
        for other in _others(data):
            yield place, f"{data!r} to {other!r}", other


def _others(value: Any) -> list[Any]:
    match value:
        case bool():
            return [not value, None]
        case int():
            return [value + 1, value - 1, -value - 1, None, str(value)]
        case float():
            return [value + 1.0]
        case str():
            return [value + "x", value[:-1] or "y", None]
        case None:
            return [0, "", True]
    raise TypeError(type(value))


def replaced(data: Any, place: Place, value: Any) -> Any:
    """A copy of `data` with another value at a place; what is not on the way to it is shared."""
    if not place:
        return value
    first, *rest = place
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[first] = replaced(data[first], tuple(rest), value)
    return copy


def content(proof: Any) -> Any:
    """What a proof says, whatever its entries are numbered: numbers replaced by what they stand for, sets as sets.

    Two documents with the same content are one proof, written down in two orders. Left out are the products that an
    obligation tells the solver, which are no claim: p ≥ 0 ∧ q ≥ 0 → p·q ≥ 0 holds whatever p and q are, so that a
    change there may cost the answer but cannot make it wrong.
    """
    terms: list[str] = []
    for op, sort, args, attr in proof["terms"]:
        inner: list[Any] = [terms[i] for i in args]
        if op == "lin":
            inner, attr = sorted([c, m] for c, m in zip(attr[:-1], inner, strict=True)), attr[-1:]
        elif op in _COMMUTATIVE:
            inner.sort()
        terms.append(_digest([op, sort, inner, attr]))
    hints = {i for o in proof["obligations"] for pair in o["products"] for i in pair}
    said = _reachable(proof, hints)
    contexts = [_digest(sorted(terms[i] for i in c)) for c in proof["contexts"]]
    obligations = [
        _digest(
            [
                sorted(terms[i] for i in o["facts"]),
                terms[o["goal"]],
                sorted(o),
            ]
        )
        for o in proof["obligations"]
    ]
    steps: list[str] = []
    mentioned = {attr[1] for op, _, _, attr in proof["terms"] if op == "var"}

    def frame(data: Any) -> list[Any]:
        return [
            sorted(obligations[i] for i in data["obligations"]),
            sorted(steps[i] for i in data["premises"]),
            # A variable that is drawn and then mentioned nowhere may have any number that no other one has.
            [n if n in mentioned else None for n in data["fresh"]],
            sorted(data),
        ]

    for s in proof["steps"]:
        after = None if s["after"] is None else terms[s["after"]]
        steps.append(_digest([s["rule"], contexts[s["context"]], terms[s["before"]], after, frame(s)]))
    named = {
        "terms": sorted(terms[i] for i in said),
        "contexts": sorted(contexts),
        "obligations": sorted(obligations),
        "steps": sorted(steps),
        "preconditions": [terms[i] for i in proof["preconditions"]],
        "agreements": sorted([terms[i] for i in pair] for pair in proof["agreements"]),
        "closed_forms": sorted(
            _digest({k: terms[v] if k in ("time", "init", "value") else v for k, v in form.items()})
            for form in proof["closed_forms"]
        ),
        # Resting once more before a move only simplifies the value sooner.
        "statement": [frame(proof["statement"]), [m for m in proof["statement"]["moves"] if m != "rest"]],
        "formulas": [
            {
                k: terms[v]
                if k in ("offset", "value")
                else [terms[i] for i in v]
                if isinstance(v, list)
                else v
                for k, v in formula.items()
            }
            for formula in proof["formulas"]
        ],
    }
    return {**proof, **named}


def _reachable(proof: Any, hints: set[int]) -> set[int]:
    """The numbers of terms that are there for more than hints."""
    only_hints: set[int] = set()
    firm = set(proof["preconditions"])
    firm.update(*proof["contexts"], *(o["facts"] for o in proof["obligations"]), *proof["agreements"])
    firm.update(o["goal"] for o in proof["obligations"])
    for s in proof["steps"]:
        firm.update({s["before"], s["before"] if s["after"] is None else s["after"]})
    for form in proof["closed_forms"]:
        firm.update((form["time"], form["init"], form["value"]))
    for formula in proof["formulas"]:
        firm.update((formula["offset"], formula["value"], *formula["variables"], *formula["conditions"]))
    firm.update(m["split"][1] for m in proof["statement"]["moves"] if isinstance(m, dict) and "split" in m)
    # Everything that only hints lead to is left out; what nothing leads to stays.
    pending, firm = list(firm), set()
    while pending:
        i = pending.pop()
        if i not in firm:
            firm.add(i)
            pending.extend(proof["terms"][i][2])
    pending = list(hints)
    while pending:
        i = pending.pop()
        if i not in firm and i not in only_hints:
            only_hints.add(i)
            pending.extend(proof["terms"][i][2])
    return set(range(len(proof["terms"]))) - only_hints


def same(proof: Any, other: Any) -> bool:
    """Whether two documents have the same content; one that cannot be followed has another."""
    try:
        return json.dumps(content(proof), sort_keys=True) == json.dumps(content(other), sort_keys=True)
    except (LookupError, TypeError, ValueError, AttributeError):
        return False


def _digest(data: Any) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
