"""IR that each minor version of Triton from 2.1 on really wrote for our examples: the same formula, and a wrong twin
of each that does not get it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import triton_lift
from docs_console import ROOT
from examples.specs import EXAMPLES

DUMPS = sorted((Path(__file__).parent / "data" / "versions").glob("*/*.tt*ir"))
VERSIONS = [
    "2.1.0",
    "2.2.0",
    "2.3.1",
    "3.0.0",
    "3.1.0",
    "3.2.0",
    "3.3.1",
    "3.4.0",
    "3.5.1",
    "3.6.0",
    "3.7.0",
    "3.8.0",
]


def claims(text: str, kernel: str) -> list[tuple[str, str]]:
    """What is claimed of each output; versions before 3.5 write `%arg2` for the second parameter but one. What indices
    are called depends on what the IR says of the source, so they are numbered."""
    (lifted,) = triton_lift.lift(text)
    names = list(EXAMPLES[kernel].signature)

    def named(formula: str, indices: list[str]) -> str:
        formula = re.sub(r"\barg(\d+)\b", lambda found: names[int(found[1])], formula)
        for number, index in enumerate(indices):
            formula = re.sub(rf"\b{re.escape(index)}\b", f"index{number}", formula)
        return formula

    verified = lifted.status == "verified"
    return (
        [(named(o.formula, o.indices), named(o.domain, o.indices)) for o in lifted.outputs]
        if verified
        else []
    )


def test_every_version_is_there() -> None:
    assert sorted({dump.parent.name for dump in DUMPS}) == VERSIONS


@pytest.mark.parametrize("dump", DUMPS, ids=lambda d: f"{d.parent.name}-{d.name}")
def test_same_formula_and_a_mutant_without_it(dump: Path) -> None:
    today = claims((ROOT / "examples" / "ir" / dump.name).read_text(), dump.stem)
    text = dump.read_text()
    assert claims(text, dump.stem) == today != []
    wrong = text.replace("arith.cmpi slt", "arith.cmpi sle").replace("<{predicate = 2 :", "<{predicate = 3 :")
    assert wrong != text and claims(wrong, dump.stem) != today
