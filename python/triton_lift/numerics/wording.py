"""Expressions for a reader who has the formula before him: arrays without their indices, sums without their ranges."""

from __future__ import annotations

from triton_lift.formulas import ast
from triton_lift.formulas.spelling import TextStyle
from triton_lift.formulas.style import ATOM, SUM, Spelled
from triton_lift.reading import Kernel
from triton_lift.render.accesses import Layouts
from triton_lift.render.formula import FormulaPrinter
from triton_lift.terms.term import Term

_LONGEST = 48
_CARRIED = ast.Name("…")


class _BriefStyle(TextStyle):
    def name(self, text: str) -> str:
        return text

    def reduction(self, kind: str, conditions: list[str], body: str, index: str | None) -> Spelled:
        sign = self._SIGNS.get(kind)
        return (f"{sign} {body}", SUM) if sign is not None else (f"{kind}({body})", ATOM)


class _BriefPrinter(FormulaPrinter):
    """Masked values stand for themselves, values that loops carry are left out."""

    def _read(self, t: Term) -> ast.Expression:
        return ast.Name(self.arrays[t.attr[0]])

    def _select(self, t: Term) -> ast.Expression:
        _, a, b = t.args
        return self.expression(a) if b.op in ("inf", "arbitrary", "real") else super()._select(t)

    def _state(self, t: Term) -> ast.Expression:
        return _CARRIED

    _final = _foldresult = _state


class Wording:
    """Names of one kernel's values."""

    def __init__(self, kernel: Kernel) -> None:
        arrays = {p.index: p.name for p in kernel.params if p.is_array}
        self.printer = _BriefPrinter(_BriefStyle(), arrays, Layouts(), {p.name for p in kernel.params})

    def of(self, t: Term) -> str:
        """The term in a few words."""
        return self.printer.show_briefly(t, _LONGEST)
