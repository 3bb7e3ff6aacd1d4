"""The formats of `triton-lift lift --format`."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial

from triton_lift.lifted import Lifted


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    LATEX = "latex"
    TORCH = "torch"


def writer(kind: Format, *, several: bool = False) -> Callable[[Lifted], str]:
    """The function that writes one result in this format.

    `several`: results of more than one input are expected. Raises NotImplementedError where there is none yet.
    """
    if kind is Format.JSON:
        from triton_lift.report.json import to_json_line

        return to_json_line
    if kind is Format.LATEX:
        from triton_lift.report.latex import to_latex

        return to_latex
    if kind is Format.TEXT:
        from triton_lift.report.text import to_text

        return partial(to_text, file=several)
    raise NotImplementedError(f"--format {kind.value} is not available yet")
