"""What the names in a formula may stand for: a kernel's scalars and arrays, and the dimensions of the latter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from triton_lift.formulas.errors import FormulaError
from triton_lift.render.accesses import Layouts
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Sort, Term, make, subterms


@dataclass(frozen=True)
class ArrayName:
    """An array argument: its number, and the sort of its elements."""

    number: int
    element: Sort


class Vocabulary:
    """Names of one kernel's arguments, given as (name, type) in their order; `layouts` are the arrays' dimensions."""

    def __init__(self, params: Sequence[tuple[str, str]], layouts: Layouts) -> None:
        self.layouts = layouts
        self.scalars: dict[str, Term] = {}
        self.arrays: dict[str, ArrayName] = {}
        for number, (name, kind) in enumerate(params):
            if kind.startswith("ptr"):
                element = kind[len("ptr<") : -1].split(",")[0].removeprefix("!tt.")
                self.arrays[name] = ArrayName(number, _sort(element))
            else:
                self.scalars[name] = make("param", (), (number, name), _sort(kind))

    def offset(self, array: str, indices: Sequence[Term]) -> Term:
        """The element number that an access means: Σ index·stride, or the one index itself.

        Raises FormulaError for another number of indices than there are dimensions.
        """
        strides = self.layouts.strides.get(self.arrays[array].number, [()])
        if len(indices) == len(strides):
            return ints.add(
                ints.ZERO, *(ints.mul(i, *stride) for i, stride in zip(indices, strides, strict=True))
            )
        if len(indices) == 1:
            return indices[0]
        wanted = "1 index" if len(strides) == 1 else f"{len(strides)} indices, or 1 for the flat array"
        raise FormulaError(f"{array} takes {wanted}; here are {len(indices)}")

    def unknown(self, name: str, among: Iterable[str]) -> str:
        """What to say of a name that is none of these."""
        close = get_close_matches(name, list(among), 1)
        return f"; did you mean {close[0]}?" if close else ""


def layouts_of(accesses: Iterable[tuple[int, Term]], roots: Iterable[Term]) -> Layouts:
    """The dimensions of arrays, from what is written (array, offset) and all that is read inside of the terms."""
    layouts = Layouts()
    for array, offset in accesses:
        layouts.note(array, offset)
    for u in subterms(roots):
        if u.op == "read":
            layouts.note(u.attr[0], u.args[0])
    return layouts


def _sort(type_name: str) -> Sort:
    if type_name == "i1":
        return "bool"
    return "int" if type_name[0] == "i" else "real"
