"""Proofs of loops that the search closed: rechecked without searching, and rejected where the recipe is changed."""

from __future__ import annotations

import copy
import json
from functools import cache, partial
from importlib import import_module
from typing import Any

import pytest

from proof_files import Remembering
from soundness.case import CASES
from triton_lift import _native
from triton_lift.closing import LoopCloser
from triton_lift.ir import parse_module
from triton_lift.lifting import lift_summary
from triton_lift.proof import ProofError, check
from triton_lift.proof.origin import origin
from triton_lift.proof.solvers import solver
from triton_lift.proving import Context
from triton_lift.proving.samples import Samples
from triton_lift.synthesis import PREFIX, Search

for _module in ("searched", "extrema"):
    import_module(f"soundness.{_module}")
SEARCHED = """
    slot_of_a_ring kahan_sum permuted_by_loaded_sizes doubling_strides halved_each_time buffers_swapped found_anywhere
    latest_positive kept_below stepped_up running_argmax_of_another
""".split()


@cache
def recorded(name: str) -> str:
    ir = CASES[name].ir
    (summary,) = _native.summarize(parse_module(ir, name).module)
    search_alone = partial(LoopCloser, rules=[], joint_rules=[], search=Search())
    result = lift_summary(summary, name, proof=True, close=search_alone)
    assert result.status == "verified" and result.proof is not None, result.reason
    return json.dumps({"origin": origin("ttir", ir), **result.proof})


def proof_of(name: str) -> Any:
    return json.loads(recorded(name))


def recipes(proof: Any) -> list[Any]:
    """The closed forms that were searched for."""
    return [f for f in proof["closed_forms"] if f["rule"].startswith(PREFIX)]


@pytest.mark.parametrize("name", SEARCHED)
def test_rechecked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By cvc5, with the search, the prover and the random points switched off."""
    proof = proof_of(name)
    assert recipes(proof)

    def never(*_: object, **__: object) -> Any:
        raise AssertionError("recheck searches")

    for owner, method in (
        (Search, "close"), (Context, "ask"), (Context, "satisfiable"), (Context, "products"), (Samples, "refutes"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, method, never)
    assert check(proof, solver("cvc5", 20)).kernel == name


OTHER = [
    "x0",
    "t",
    "(+ x0 t)",
    "(sum g0)",
    "false",
    "r0",
    "i0",
    "(previous g0)",
    "(",
    "",
    "x0; x0",
    "(% t i3)",
]


@pytest.mark.parametrize("name", SEARCHED)
def test_another_recipe(name: str) -> None:
    """A recipe in the place of the right one does not close the loop, or gives another value."""
    remembering = Remembering("z3")
    check(proof_of(name), remembering)
    for number in range(len(recipes(proof_of(name)))):
        for other in (*OTHER, "nothing of the kind"):
            proof = copy.deepcopy(proof_of(name))
            form = recipes(proof)[number]
            if form["rule"] == PREFIX + other:
                continue
            form["rule"] = PREFIX + other if other != "nothing of the kind" else other
            with pytest.raises(ProofError):
                check(proof, remembering)
