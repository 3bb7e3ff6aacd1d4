"""A proof for readers: which rules were applied, and what was asked of a solver."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from triton_lift.formulas.vocabulary import layouts_of
from triton_lift.proof.table import load
from triton_lift.render.formula import FormulaPrinter
from triton_lift.render.styles import TextStyle
from triton_lift.terms.term import Term, by_order

MOST = 300
_LONGEST = 160
_NO_BOUND = 1 << 200  # how a domain says that nothing bounds an index


@dataclass(frozen=True)
class Proof:
    """Rules with how often they are used, loops closed, and the obligations: facts ⊢ goal, as text."""

    rules: list[tuple[str, int]]
    closed: list[str]
    obligations: list[tuple[list[str], str]]
    left_out: int


def proof_of(data: dict[str, Any]) -> Proof | None:
    """What a proof's data says; None where it cannot be shown."""
    try:
        return _shown(data)
    except (KeyError, ValueError, IndexError, TypeError, RecursionError):
        return None


def _shown(data: dict[str, Any]) -> Proof:
    terms = load(data["terms"])
    arrays = {
        i: p["name"] for i, p in enumerate(data["summary"]["params"]) if str(p["type"]).startswith("ptr")
    }
    taken = {p["name"] for p in data["summary"]["params"]}
    printer = FormulaPrinter(TextStyle(), arrays, layouts_of([], terms), taken)

    def shown(number: int) -> str:
        term: Term = terms[number]
        inner = sorted((v for v in term.free if v.op == "var"), key=by_order)
        names = [v for v in inner if v not in printer.names]
        printer.name_inner(names)
        return printer.show_briefly(term, _LONGEST).replace(str(_NO_BOUND), "2^200")

    obligations = [([shown(f) for f in o["facts"]], shown(o["goal"])) for o in data["obligations"][:MOST]]
    rules = Counter(str(step["rule"]).partition(":")[0] for step in data["steps"])
    closed = [f"loop {c['loop']}, value {c['position']}: {c['rule']}" for c in data["closed_forms"]]
    return Proof(rules.most_common(), closed, obligations, max(0, len(data["obligations"]) - MOST))
