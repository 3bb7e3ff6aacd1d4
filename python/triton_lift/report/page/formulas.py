"""Formulas as MathML, in rows that are aligned where they say `=`."""

from __future__ import annotations

from markupsafe import Markup, escape

from triton_lift.lifted import Lifted

WIDTH = 80
_LONGEST = 40_000  # letters of MathML; what is longer is not read but copied


def display(lifted: Lifted) -> Markup | None:
    """All formulas and their domains; None where there are none, or no program that has them."""
    if lifted.program is None or not lifted.program.statements:
        return None
    from triton_lift.render.display import MathML, Typesetter

    typesetter = Typesetter(MathML(), WIDTH)
    rows = []
    statements = lifted.program.statements
    for number, statement in enumerate(statements):
        lines = typesetter.lines(statement)
        following = statements[number + 1 :]
        if following and typesetter.domain(following[0]) == typesetter.domain(statement) != "":
            lines.pop()
        for left, right in lines:
            rows.append(f"<mtr><mtd class='right'>{left}</mtd><mtd class='left'>{right}</mtd></mtr>")
    table = "".join(rows)
    if len(table) > _LONGEST:
        return Markup(f"<pre class='long'>{escape(text(lifted))}</pre>")
    math = f"<math display='block'><mtable displaystyle='true' class='rows'>{table}</mtable></math>"
    return Markup(math)  # the notation escapes what comes from the kernel


def text(lifted: Lifted) -> str:
    """The formulas as text."""
    from triton_lift.report.text import formulas

    return "\n".join(formulas(lifted))
