"""One result as HTML, for a notebook or a part of another page."""

from __future__ import annotations

from triton_lift.lifted import Lifted
from triton_lift.report.page import fragment


def to_html(lifted: Lifted, *, styled: bool = True) -> str:
    """Headline, formulas and the lists below them; everything from the kernel is escaped. The style sheet comes with
    it, unless the page has it already."""
    return fragment(lifted, styled=styled)
