"""Formulas as MathML, in rows that are aligned where they say `=`."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from triton_lift.formulas import ast
from triton_lift.lifted import Lifted

WIDTH = 80
_LONGEST_READ = 4_000  # letters of text, which are read to be typeset
_LONGEST = 40_000  # letters of MathML; what is longer is not read but copied


def display(lifted: Lifted) -> Markup | None:
    """All formulas and their domains; None where there are none, or one cannot be typeset."""
    from triton_lift.render.display import MathML, Typesetter

    statements = statements_of(lifted)
    if not statements:
        return None
    typesetter = Typesetter(MathML(), WIDTH)
    rows = []
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


def statements_of(lifted: Lifted) -> Sequence[ast.Statement]:
    """What is printed, as formulas; of a result that came without its program they are read from the text, in which
    nothing but the form counts here. None at all where that cannot be."""
    if lifted.program is not None:
        return lifted.program.statements
    from triton_lift.formulas.errors import FormulaError
    from triton_lift.formulas.parsing import parse

    found: list[ast.Statement] = []
    for o in lifted.outputs:
        line = f"{o.array}[{', '.join(o.indices)}] = {o.formula}" + (f" for {o.domain}" if o.domain else "")
        if len(line) > _LONGEST_READ:
            return ()
        try:
            found += parse(line)
        except (FormulaError, RecursionError):
            return ()
    return found


def text(lifted: Lifted) -> str:
    """The formulas as text."""
    from triton_lift.report.text import formulas

    return "\n".join(formulas(lifted))
