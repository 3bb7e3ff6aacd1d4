"""An order of terms that does not depend on when they were made: recipes number their atoms in it."""

from __future__ import annotations

import hashlib

from triton_lift.terms.term import Term, bound_vars, subterms

_UNORDERED = {
    "radd",
    "rmul",
    "rmin",
    "rmax",
    "imin",
    "imax",
    "prod",
    "and",
    "or",
    "bitand",
    "bitor",
    "bitxor",
}
_BINDERS = ("reduce", "argreduce", "ranked", "argranked", "foldresult", "iterate")


class Ranking:
    """Labels of the terms of one system: equal for equal terms, whatever the ages and numbers of their variables."""

    def __init__(self, roots: list[Term]) -> None:
        everything = subterms(roots)
        variables = {u for u in everything if u.op == "var"}
        ordered = sorted(variables, key=lambda v: int(v.attr[1]))
        self._labels: dict[Term, str] = {v: f"v{i}" for i, v in enumerate(ordered)}
        self._sizes: dict[Term, int] = {}
        self._bound = {v for u in everything if u.op in _BINDERS for v in bound_vars(u)}

    def label(self, t: Term) -> str:
        """The term's label."""
        for u in subterms([t]) if t not in self._labels else ():
            if u not in self._labels:
                self._labels[u] = self._made(u)
        return self._labels[t]

    def key(self, t: Term) -> tuple[int, str]:
        """Small terms first."""
        return self.size(t), self.label(t)

    def size(self, t: Term) -> int:
        """How many distinct subterms it has."""
        found = self._sizes.get(t)
        if found is None:
            found = self._sizes[t] = len(subterms([t]))
        return found

    def _made(self, t: Term) -> str:
        parts = [self._labels[a] for a in t.args]
        attr = str(t.attr)
        if t.op == "lin":
            *coefficients, constant = t.attr
            parts = [f"{c}*{p}" for c, p in zip(coefficients, parts, strict=True)]
            attr = str(constant)
        if t.op == "lin" or t.op in _UNORDERED:
            parts.sort()
        text = f"{t.op}:{attr}:{t.sort}({','.join(parts)})"
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
