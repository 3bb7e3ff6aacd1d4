"""The page, and one kernel's part of it. Everything from a kernel is escaped by the templates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from triton_lift.lifted import Lifted
from triton_lift.report.page.formulas import display
from triton_lift.report.page.pictures import pictures
from triton_lift.report.page.proofs import proof_of
from triton_lift.report.page.sources import sides
from triton_lift.report.text import HEADLINES, headline

_MANY = 4  # kernels from which on each is closed at first


@cache
def environment() -> Environment:
    """The templates."""
    return Environment(
        loader=PackageLoader("triton_lift.report.page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def to_page(results: Iterable[Lifted]) -> str:
    """All results as one page: an index, then each kernel."""
    kernels = [view(lifted) for lifted in results]
    counts = Counter(k["lifted"].status for k in kernels)
    summary = ", ".join(f"{n} {HEADLINES[status]}" for status, n in counts.most_common())
    names = {k["lifted"].kernel for k in kernels}
    title = names.pop() if len(names) == 1 else f"{len(kernels)} kernels"
    return (
        environment()
        .get_template("page.html")
        .render(
            kernels=kernels, title=title, summary=summary, opened=len(kernels) < _MANY, style=style(page=True)
        )
    )


def fragment(lifted: Lifted, *, styled: bool = True) -> str:
    """One result for a notebook or another page: headline, formulas, and the lists below them."""
    sheet = style() if styled else None
    return environment().get_template("fragment.html").render(k=view(lifted, brief=True), style=sheet)


@cache
def style(*, page: bool = False) -> Markup:
    """The style sheet of results, or with `page` that of a whole page too."""
    loader = environment().loader
    assert loader is not None
    names = ("style.css", "page.css") if page else ("style.css",)
    return Markup("".join(loader.get_source(environment(), name)[0] for name in names))  # our own files


def view(lifted: Lifted, *, brief: bool = False) -> dict[str, Any]:
    """What the templates show of one result."""
    lists = [
        ("paths", [line for table in lifted.paths for line in table.lines()]),
        ("launched", lifted.launched.lines() if lifted.launched is not None else []),
        ("given", lifted.preconditions),
        ("wraps", [lifted.wraps_from.line()] if lifted.wraps_from is not None else []),
        ("assuming", lifted.assumptions),
        ("reads real arithmetic", lifted.real_arithmetic),
        ("numerics", [f.line() for f in lifted.numerics]),
    ]
    judged = [("guess", g) for g in lifted.guesses] + [("sketch", g) for g in lifted.sketches]
    illustration = None if brief else lifted.illustration
    return {
        "lifted": lifted,
        "name": lifted.kernel or lifted.file,
        "headline": headline(lifted),
        "verdict": HEADLINES[lifted.status],
        "verdicts": [
            ("values", lifted.values),
            ("coverage", lifted.coverage),
            ("single writer", lifted.single_writer),
        ],
        "formulas": tried(lambda: display(lifted), None),
        "lists": [(label, items) for label, items in lists if items],
        "judged": [(label, g, list(g.lines())) for label, g in judged],
        "witness": list(lifted.witness.lines()) if lifted.witness is not None else [],
        "remedy": None
        if lifted.remedy is None
        else {"line": lifted.remedy.line(), "k": view(lifted.remedy.lifted, brief=True)},
        "spellings": [] if brief else spellings(lifted),
        "pictures": [] if illustration is None else tried(lambda: pictures(illustration), []),
        "launch": None if illustration is None or illustration.grid is None else launch(illustration),
        "sides": None
        if illustration is None
        else tried(lambda: sides(illustration.ir, lifted.location), None),
        "proof": None if brief or lifted.proof is None else proof_of(lifted.proof),
    }


def tried(make: Callable[[], Any], otherwise: Any) -> Any:
    """A part of the page; the rest stands without it."""
    try:
        return make()
    except Exception:
        return otherwise


def launch(illustration: Any) -> str:
    """`grid 2 × 1 × 1; n = 11`."""
    parts = [f"grid {' × '.join(map(str, illustration.grid))}"]
    return "; ".join([*parts, *(f"{name} = {value}" for name, value in illustration.scalars.items())])


def spellings(lifted: Lifted) -> list[tuple[str, str]]:
    """The formula in other languages, to be copied."""
    if not lifted.outputs:
        return []
    from triton_lift.report.latex import to_latex
    from triton_lift.report.text import formulas
    from triton_lift.report.torch import to_torch

    found = [("text", "\n".join(formulas(lifted))), ("LaTeX", to_latex(lifted))]
    if lifted.program is not None:
        found.append(("PyTorch", to_torch(lifted)))
    return found
