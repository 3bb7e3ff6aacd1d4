"""Proofs of kernels that count down: the change of coordinates is in them, is checked, and cannot be another one."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from soundness import ragged, visited
from soundness.case import CASES
from triton_lift import lift
from triton_lift.proof import ProofError, check
from triton_lift.proof.solvers import solver

KERNELS = [
    ragged.counted_down_then_up.__name__,
    ragged.ragged_rows_read_back.__name__,
    visited.suffix_up_to_the_last_but_one.__name__,
]


@cache
def recorded(name: str) -> str:
    (result,) = lift(CASES[name].ir, timeout=60, proof=True)
    assert result.status == "verified" and result.proof is not None, result.reason
    return json.dumps(result.proof)


def reflections(proof: Any) -> list[Any]:
    return [move["reflect"] for move in proof["statement"]["moves"] if "reflect" in move]


@pytest.mark.parametrize("name", KERNELS)
def test_rechecked(name: str) -> None:
    proof = json.loads(recorded(name))
    assert reflections(proof)
    assert check(proof, solver("cvc5", 20)).kernel == name


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("part", (0, 1))
@pytest.mark.parametrize("by", (1, 7))
def test_another_reflection_is_refused(name: str, part: int, by: int) -> None:
    proof = json.loads(recorded(name))
    reflections(proof)[0][part] += by
    with pytest.raises(ProofError):
        check(proof, solver("cvc5", 20))
