"""One result as LaTeX: an `aligned` display, the rest as comments."""

from __future__ import annotations

from triton_lift.lifted import Lifted
from triton_lift.report.text import headline


def to_latex(lifted: Lifted) -> str:
    """The formulas as one display, ready to paste; a kernel without formulas is a comment that says why."""
    lines = [comment(headline(lifted))]
    if lifted.reason is not None:
        lines.append(comment(f"{lifted.reason} ({lifted.location})" if lifted.location else lifted.reason))
    lines += [comment(f"given {p}") for p in lifted.preconditions]
    lines += [comment(f"assuming {a}") for a in lifted.assumptions]
    if lifted.outputs:
        rows = " \\\\\n  ".join(output.latex for output in lifted.outputs)
        lines.append(f"\\[\\begin{{aligned}}\n  {rows}\n\\end{{aligned}}\\]")
    return "\n".join(lines)


def comment(text: str) -> str:
    return "\n".join(f"% {line}" for line in text.splitlines())
