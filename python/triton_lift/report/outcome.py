"""A result in one sentence, for reports that have room for one."""

from __future__ import annotations

from triton_lift.lifted import Lifted
from triton_lift.report.text import HEADLINES, formulas


def refuted(lifted: Lifted) -> bool:
    """Whether anything that the kernel should do is shown not to hold."""
    return "refuted" in (lifted.status, lifted.values, lifted.coverage, lifted.single_writer)


def said(lifted: Lifted) -> str:
    """What is wrong with it, or the formulas where nothing is."""
    if refuted(lifted) and lifted.witness is not None:
        return f"refuted: {lifted.witness.claim}"
    if lifted.status == "verified" and not refuted(lifted):
        return "; ".join(formulas(lifted))
    return f"{HEADLINES[lifted.status]}: {lifted.reason or 'no reason given'}"


def place(lifted: Lifted) -> tuple[str, int] | None:
    """File and line of what the result is about: of the Python source where it is known, else of the IR."""
    for location in (lifted.witness.location if lifted.witness else None, lifted.location):
        file, _, line = (location or "").rpartition(":")
        if file and line.isdigit():
            return (lifted.file if file == "-" else file), max(1, int(line))
    return None
