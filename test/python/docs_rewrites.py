"""The table of rewrites in the documentation: `python docs_rewrites.py` writes it from the entries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triton_lift.egraph import Equality
from triton_lift.egraph.rewrites import FAMILIES, Rewrite
from triton_lift.egraph.rewrites.statement import parse, statements
from triton_lift.proving import Context, Session

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "rewrites.md"
_NUMBERS = {"zero": "0", "one": "1", "two": "2", "half": "½", "minus-one": "-1"}
_SUM, _PRODUCT, _ATOM = range(3)
_INFIX = {
    "Add": (" + ", _SUM),
    "Mul": ("·", _PRODUCT),
    "Div": (" / ", _PRODUCT),
    "+": (" + ", _SUM),
    "*": ("·", _PRODUCT),
}
_BINDERS = {"Sum": "Σᵣ ", "Sup": "maxᵣ ", "Inf": "minᵣ ", "Var": "varᵣ "}
_SUBSCRIPTS = {"r": "ᵣ", "s": "ₛ", "t": "ₜ"}
_OF_RANGES = {
    "moved": "{1} is {0} shifted, {2} turns back",
    "renamed": "{1} is {0} shifted, with its own index, {2} turns back",
    "joined": "{2} is {0} and, where it ends, {1}",
    "extended": "{1} is {0} and a point more at an end, {2} is at that point",
    "nested": "{0} is of pairs from {1} and {2}",
}
_RELATIONS = {"positive": "{} > 0", "nonnegative": "{} ≥ 0", "nonzero": "{} ≠ 0", "nonempty": "{} not empty"}
_HEAD = """# Rewrites of the simplifier

{total} rewrites: {proved} proved, {tested} tested. `python test/python/docs_rewrites.py` writes this page from the
entries in `python/triton_lift/egraph/rewrites`; a test compares it.

**Proved**: what the rewrite states, of letters that stand for any finite reals and ranges of any size, is shown by the
normal form of [simplification](../explanation/simplification.md), which knows none of the rewrites. In the test-suite
each is also tried on random points and edge values, and wrong variants of them must fail both. **Tested** means that
the prover does not show it: then it is tried on a million points. Either way no formula rests on a rewrite: what comes
out is proved equal in each run.

Both sides are equal wherever the left one is defined (for ⇔: wherever either is). Letters are finite reals, r, s and t
ranges, p and q numbers; `varᵣ x` is the mean of (x - mean of x)² over r, `a[m]` is a at another index (m says which),
`mix(t, x, y)` is t·x + (1 - t)·y. Of related ranges, the indices are one variable. An empty sum is 0;
extrema are rewritten only over ranges that are not empty.
"""


def proved(rewrite: Rewrite) -> bool:
    """Whether everything that a rewrite states is shown by the normal form."""
    return all(Equality().holds(s.left, s.right, Context(Session(), s.facts)) for s in statements(rewrite))


def page() -> str:
    """The page."""
    rows, counts = [], {True: 0, False: 0}
    for family, rewrites in FAMILIES.items():
        rows += [f"\n## {family}\n", "| rewrite | | where | established |", "|---|---|---|---|"]
        for r in rewrites:
            found = proved(r)
            counts[found] += 1
            arrow = "⇔" if r.both else "⇒"
            equality = f"`{shown(parse(r.left))}` {arrow} `{shown(parse(r.right))}`"
            where = ", ".join(condition(parse(c)) for c in r.when)
            rows.append(f"| {r.name} | {equality} | {where} | {'proved' if found else 'tested'} |")
    return (
        _HEAD.format(total=sum(counts.values()), proved=counts[True], tested=counts[False])
        + "\n".join(rows)
        + "\n"
    )


def condition(c: Any) -> str:
    """A side condition in words."""
    head, *args = c
    if head == "independent":
        return f"{args[0]} does not speak of {args[1]}"
    if head == "apart":
        return f"the bounds of {args[0]} do not speak of {args[1]}"
    if head == "counts":
        return f"{args[0]} has {args[1]} points"
    if head == "!=":
        return f"{args[0]} ≠ {shown(args[1])}"
    if head in _OF_RANGES:
        return _OF_RANGES[head].format(*args)
    return _RELATIONS[head].format(args[0])


def shown(p: Any, strength: int = _SUM) -> str:
    """A pattern as a formula."""
    text, own = _shown(p)
    return text if own >= strength else f"({text})"


def _shown(p: Any) -> tuple[str, int]:
    if isinstance(p, str):
        return p, _ATOM
    head, *args = p
    if head == "bigrat":
        return args[0][1], _ATOM
    if head == "Num":
        named = isinstance(args[0], str) and args[0] in _NUMBERS
        return (_NUMBERS[args[0]], _ATOM) if named else _shown(args[0])
    if head in _BINDERS:
        return _BINDERS[head].replace("ᵣ", _SUBSCRIPTS[args[0]]) + shown(args[1], _PRODUCT), _PRODUCT
    if head == "Subst":
        return f"{shown(args[1], _ATOM)}[{args[0]}]", _ATOM
    if head == "Add" and isinstance(args[1], list) and args[1][0] == "Neg":
        return f"{shown(args[0])} - {shown(args[1][1], _PRODUCT)}", _SUM
    if head in _INFIX:
        sign, own = _INFIX[head]
        strengths = [own, own + 1]
        return sign.join(shown(a, n) for a, n in zip(args, strengths, strict=True)), own
    if head in ("Neg", "neg"):
        return f"-{shown(args[0], _PRODUCT)}", _SUM
    if head == "/":
        return f"{shown(args[0], _ATOM)}/{shown(args[1], _ATOM)}", _PRODUCT
    if head in ("Sq", "Cube"):
        return shown(args[0], _ATOM) + ("²" if head == "Sq" else "³"), _ATOM
    if head in ("Lt", "Le"):
        return f"{shown(args[0])} {'<' if head == 'Lt' else '≤'} {shown(args[1])}", _SUM
    if head == "Sel":
        return f"{shown(args[1])} if {shown(args[0])} else {shown(args[2])}", _SUM
    if head == "Abs":
        return f"❘{shown(args[0])}❘", _ATOM
    return f"{head.lower()}({', '.join(shown(a) for a in args)})", _ATOM


if __name__ == "__main__":
    PAGE.write_text(page())
