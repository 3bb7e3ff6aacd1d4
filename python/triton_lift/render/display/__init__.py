"""Formulas typeset as on paper: one layout, in the notation of LaTeX or of MathML."""

from triton_lift.formulas import ast
from triton_lift.render.display.latex import Latex
from triton_lift.render.display.mathml import MathML
from triton_lift.render.display.typesetter import Typesetter

__all__ = ["Latex", "MathML", "Typesetter", "latex_line"]


def latex_line(statement: ast.Statement) -> str:
    """A statement as one line of LaTeX mathematics, the domain behind it."""
    return Typesetter(Latex(), width=None).line(statement)
