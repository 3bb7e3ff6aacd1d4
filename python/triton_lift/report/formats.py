"""The formats of `triton-lift lift --format`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import partial

from triton_lift.lifted import Lifted


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    LATEX = "latex"
    TORCH = "torch"
    HTML = "html"
    JUNIT = "junit"
    SARIF = "sarif"


def needs_program(kind: Format) -> bool:
    """Whether a format shows what the executable formula says, and not only the printed one."""
    return kind in (Format.TORCH, Format.LATEX, Format.HTML)


def document(kind: Format) -> Callable[[Iterable[Lifted]], str] | None:
    """The function that writes all results as one document; None for a format in which each is written by itself."""
    if kind is Format.HTML:
        from triton_lift.report.page import to_page

        return to_page
    if kind is Format.JUNIT:
        from triton_lift.report.junit import to_junit

        return to_junit
    if kind is Format.SARIF:
        from triton_lift.report.sarif import to_sarif

        return to_sarif
    return None


def writer(kind: Format, *, several: bool = False) -> Callable[[Lifted], str]:
    """The function that writes one result in this format.

    `several`: results of more than one input are expected. Raises ValueError for the format of a whole document.
    """
    if kind is Format.JSON:
        from triton_lift.report.json import to_json_line

        return to_json_line
    if kind is Format.LATEX:
        from triton_lift.report.latex import to_latex

        return to_latex
    if kind is Format.TEXT and sys.stdout.isatty():
        from triton_lift.report.terminal import to_terminal

        return partial(to_terminal, file=several)
    if kind is Format.TEXT:
        from triton_lift.report.text import to_text

        return partial(to_text, file=several)
    if kind is Format.TORCH:
        from triton_lift.report.torch import to_torch

        return to_torch
    raise ValueError(f"{kind.value} is one document for all results")
