"""Terms as text in some style: terms become formulas (`formulas.from_terms`), formulas become text."""

from __future__ import annotations

from triton_lift.formulas.from_terms import BOUND_NAMES, FromTerms
from triton_lift.formulas.printing import Printer
from triton_lift.formulas.style import SELECT, Style
from triton_lift.render.accesses import Layouts
from triton_lift.terms.term import Term, subterms

__all__ = ["BOUND_NAMES", "FormulaPrinter"]


class FormulaPrinter(FromTerms):
    """Prints terms of one kernel: `arrays` gives array names, `names` the variables that name indices."""

    def __init__(self, style: Style, arrays: dict[int, str], layouts: Layouts, taken: set[str]) -> None:
        super().__init__(arrays, layouts, taken)
        self.style = style
        self.printer = Printer(style)

    def show(self, t: Term, strength: int = SELECT) -> str:
        """`t` as text, in parentheses if it binds less tightly than `strength`."""
        return self.printer.show(self.expression(t), strength)

    def show_briefly(self, t: Term, longest: int) -> str:
        """The beginning of `t` as text; of a term that fills pages, only how large it is."""
        size: dict[Term, int] = {}
        for u in subterms([t]):
            size[u] = 1 + sum(size[a] for a in u.args)
        if size[t] > 10 * longest:
            return f"an expression of {size[t]} operations"
        shown = self.show(t)
        return shown if len(shown) <= longest else shown[:longest] + "…"

    def access(self, array: int, offset: Term) -> str:
        """An element of an array, as text."""
        return self.printer.show(self.element(array, offset))
