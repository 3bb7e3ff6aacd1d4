"""One result as LaTeX: an `aligned` display, the rest as comments."""

from __future__ import annotations

from triton_lift.lifted import Lifted
from triton_lift.report.text import headline, remedy


def to_latex(lifted: Lifted) -> str:
    """The formulas as one display, ready to paste; a kernel without formulas is a comment that says why."""
    lines = [comment(headline(lifted))]
    if lifted.reason is not None:
        lines.append(comment(f"{lifted.reason} ({lifted.location})" if lifted.location else lifted.reason))
    if lifted.remedy is not None:
        lines.append(comment("\n".join(line.strip() for line in remedy(lifted))))
    lines += [comment(o.named) for o in lifted.outputs if o.named is not None]
    lines += [comment(f"given {p}") for p in lifted.preconditions]
    lines += [comment(f"assuming {a}") for a in lifted.assumptions]
    lines += [comment(f"reads real arithmetic: {r}") for r in lifted.real_arithmetic]
    lines += [comment(f"numerics: {f.line()}") for f in lifted.numerics]
    lines += [comment(f"path: {line}") for table in lifted.paths for line in table.lines()]
    for label, results in (("guess", lifted.guesses), ("sketch", lifted.sketches)):
        lines += [comment(f"{label} " + "\n  ".join(result.lines())) for result in results]
    if lifted.outputs:
        try:
            shown = display(lifted)
        except Exception:  # the lines are there already
            shown = [output.latex for output in lifted.outputs]
        rows = " \\\\\n  ".join(shown)
        lines.append(f"\\[\\begin{{aligned}}\n  {rows}\n\\end{{aligned}}\\]")
    return "\n".join(lines)


def display(lifted: Lifted) -> list[str]:
    """The lines of an `aligned`: each formula on as many as it needs, then its domain unless the next has the same."""
    if lifted.program is None:  # it was not asked for
        return [output.latex for output in lifted.outputs]
    from triton_lift.render.display import Latex, Typesetter

    typesetter = Typesetter(Latex())
    statements = lifted.program.statements
    rows = []
    for number, statement in enumerate(statements):
        lines = typesetter.lines(statement)
        following = statements[number + 1 :]
        if following and typesetter.domain(following[0]) == typesetter.domain(statement) != "":
            lines.pop()
        rows += [f"{left} &{right}" for left, right in lines]
    return rows


def comment(text: str) -> str:
    return "\n".join(f"% {line}" for line in text.splitlines())
