"""Ranges that a formula leaves out: those over which the lift runs through the same dimension of the same array."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from triton_lift.formulas import ast
from triton_lift.guesses.claims import Claims, Store
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, ranges, subterms


class Ranges:
    """Answers for one store; `back` gives its variables in terms of the formula's. With `open_ranges` (of a sketch) a
    range that cannot be told is a hole itself."""

    def __init__(
        self, claims: Claims, store: Store, back: Mapping[Term, Term], *, open_ranges: bool = False
    ) -> None:
        self.claims, self.store, self.back, self.open = claims, store, back, open_ranges

    @cached_property
    def known(self) -> dict[tuple[str, int, int], set[tuple[Term, Term]]]:
        """(array, number of indices, dimension) → bounds of the variables that stand there in the lift."""
        found: dict[tuple[str, int, int], set[tuple[Term, Term]]] = {}
        layouts = self.claims.vocabulary.layouts
        for value in (self.store.value, self.store.shown):
            for t in subterms([value]):
                if t.op not in ("reduce", "argreduce"):
                    continue
                box = {v: (low, high) for v, low, high in ranges(t)}
                for u in subterms(t.args):
                    if u.op != "read":
                        continue
                    array = self.claims.program.params[u.attr[0]][0]
                    places = [layouts.indices(u.attr[0], u.args[0]), [u.args[0]]]
                    for indices in places:
                        for d, index in enumerate(indices):
                            if index in box and all(
                                f in self.store.variables for b in box[index] for f in b.free
                            ):
                                found.setdefault((array, len(indices), d), set()).add(box[index])
        return found

    def __call__(
        self, reduction: ast.Reduction, name: str, names: Mapping[str, Term]
    ) -> tuple[Term, Term] | None:
        """The one range that fits all places where the name is an index by itself."""
        candidates: set[tuple[Term, Term]] | None = None
        for node in ast.nodes(reduction.body):
            if isinstance(node, ast.Access):
                for d, index in enumerate(node.indices):
                    if index == ast.Name(name):
                        here = self.known.get((node.array, len(node.indices), d), set())
                        candidates = here if candidates is None else candidates & here or candidates | here
        if candidates is None or len(candidates) != 1:
            return (range_hole(name, "low"), range_hole(name, "high")) if self.open else None
        ((low, high),) = candidates
        return substitute(low, self.back), substitute(high, self.back)


def range_hole(name: str, end: str) -> Term:
    """The bound of a sketch's range that was left out."""
    return make("hole", (), f"{name}.{end}", "int")
