"""A proof that is changed anywhere is rejected.

What is not counted as a change: another order of writing the same things down, and other hints (see
`proof_tampering.content`); the test counts on both being accepted as well as rejected.
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from proof_files import Remembering, proof_of
from proof_tampering import replaced, same, tampered
from triton_lift.proof import ProofError, check
from triton_lift.proof.origin import check_origin

PARTS = 4  # so that several processes share the work


@pytest.mark.parametrize("part", range(PARTS))
def test_everywhere(part: int) -> None:
    """Every place of one proof."""
    mutants = list(tampered(proof_of("vector_add.ttir")))
    assert rejected("vector_add.ttir", mutants[part::PARTS]) > 900


@pytest.mark.parametrize(
    "name",
    ["softmax.ttir", "softmax_grid_stride.ttir", "int4_dequantise.ttir", "row_argmax.ttir", "rotary.ttir"],
)
def test_anywhere(name: str) -> None:
    """Places drawn by chance."""
    mutants = list(tampered(proof_of(name)))
    assert rejected(name, random.Random(name).sample(mutants, 300)) > 200


@pytest.mark.parametrize("name", ["softmax.ttir", "layer_norm.ttir", "cross_entropy.ttir"])
def test_every_field_of_every_step(name: str) -> None:
    proof = proof_of(name)
    mutants = [m for m in tampered(proof) if m[0][:1] == ("steps",)]
    assert {m[0][1] for m in mutants if len(m[0]) > 1} == set(range(len(proof["steps"])))
    assert rejected(name, mutants) > 20 * len(proof["steps"])


def rejected(name: str, mutants: list[tuple[Any, str, Any]]) -> int:
    """How many changed proofs are rejected; fails where another proof is accepted."""
    proof = proof_of(name)
    solver = Remembering("z3")
    check(proof, solver)
    found = {proof["result"]["kernel"]: {"origin": proof["origin"], "summary": proof["summary"]}}
    count = 0
    for place, what, value in mutants:
        changed = replaced(proof, place, value)
        try:
            check(changed, solver)
            check_origin(changed, found)
        except ProofError:
            count += 1
        else:
            assert same(proof, changed), f"accepted: {what} at {place}"
    return count
