"""The examples through the whole house: each is verified with the formula that a person expects, no mutant is.

`PYTHONPATH=. python test/python/test_examples.py` writes the formulas anew, for a person to read
before they are committed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from examples.specs import EXAMPLES
from examples.specs.claims import is_killed, text
from triton_lift import Lifted, lift


@cache
def lifted(path: Path) -> Lifted:
    results = lift(path)
    assert len(results) == 1
    return results[0]


@pytest.mark.parametrize("name", EXAMPLES)
def test_verified(name: str) -> None:
    result = lifted(EXAMPLES[name].ir())
    assert result.status == "verified", f"{result.reason} at {result.location}"
    assert result.values == "proved"
    assert result.outputs
    assert result.obligations.total == result.obligations.proved


@pytest.mark.parametrize("name", EXAMPLES)
def test_formula(name: str) -> None:
    assert text(lifted(EXAMPLES[name].ir())) == EXAMPLES[name].formula().read_text().rstrip("\n")


@pytest.mark.parametrize(("name", "mutation"), [(n, m) for n, e in EXAMPLES.items() for m in e.mutants])
def test_mutant(name: str, mutation: str) -> None:
    """A mutant is not verified, or it is verified as something else than the original."""
    original, mutant = lifted(EXAMPLES[name].ir()), lifted(EXAMPLES[name].mutant_ir(mutation))
    assert is_killed(mutant, original), mutant.reason or f"verified like the original: {text(mutant)}"


if __name__ == "__main__":
    for expected in EXAMPLES.values():
        expected.formula().write_text(text(lifted(expected.ir())) + "\n")
