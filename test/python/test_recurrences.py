"""Kernels whose loops have no closed form: the recurrence is stated, rechecked, counted, and held against guesses."""

from __future__ import annotations

import json
from functools import cache
from xml.etree import ElementTree

import pytest

import soundness.iterated
import soundness.searched
from katex import problem
from proof_files import lifted as with_proof
from soundness.case import CASES
from triton_lift import Lifted, lift
from triton_lift.formulas.parsing import parse
from triton_lift.proof import ProofError, check
from triton_lift.proof.solvers import solver
from triton_lift.render.display import MathML, Typesetter
from triton_lift.report.corpus import Tally, to_json
from triton_lift.report.torch import to_torch

STATED = soundness.iterated.VERIFIED.split()
SINKHORN = (
    "y[4*i + j] = S[max(n, 0)][i, j] where S[0][a < 4, b < 4] = exp(x[4*a + b]), "
    "S[t + 1][a, b] = S[t][a, b]/sum(k < 4, S[t][a, k])/sum(k < 4, S[t][k, b]/sum(r < 4, S[t][k, r]))"
)


@cache
def lifted(name: str) -> Lifted:
    return lift(CASES[name].ir, timeout=60)[0]


@pytest.mark.parametrize("name", STATED)
def test_it_is_said(name: str) -> None:
    """The report says that a formula is a recurrence, and its text is one, readable in every notation."""
    found = lifted(name)
    assert found.status == "verified"
    recurrent = [o for o in found.outputs if o.recurrent]
    assert recurrent and all("[t + 1]" in o.formula for o in recurrent)
    assert [o.get("recurrent", False) for o in found.to_json()["outputs"]] == [
        o.recurrent for o in found.outputs
    ]
    assert found.program is not None
    for o, shown in zip(found.outputs, found.program.statements, strict=True):
        scalars = [name for name, kind in found.program.params if not kind.startswith("ptr")]
        (back,) = parse(f"{o.array}[{', '.join(o.indices)}] = {o.formula}", scalars)
        assert back.body == shown.body
    assert not any(problem(o.latex) for o in found.outputs)
    for shown in found.program.statements:
        for left, right in Typesetter(MathML(), 60).lines(shown):
            ElementTree.fromstring(f"<math>{left}{right}</math>")
    text = to_torch(found)
    assert (
        "    for " in text and "no PyTorch rendering" not in text
    )  # compared with others in test_torch_rendering


def test_closed_forms_are_not_said_to_be_recurrences() -> None:
    found = lifted("kahan_sum")
    assert found.status == "verified" and not any(o.recurrent for o in found.outputs)
    assert all("recurrent" not in o for o in found.to_json()["outputs"])


def test_counted_apart() -> None:
    tally = Tally()
    for name in ("kahan_sum", "rows_then_columns", "lanes_of_tiles"):
        tally.add(lifted(name))
    counted = json.loads(to_json(tally, 5))
    assert (counted["verified"], counted["recurrent"]) == (2, 1)


def test_what_divides_is_shown_not_to_be_zero() -> None:
    assert not any("division" in a for a in lifted("rows_then_columns").assumptions)


def test_a_guess_is_proved_and_others_are_refuted() -> None:
    found = lifted("rows_then_columns")
    ir = CASES["rows_then_columns"].ir
    assert found.check(SINKHORN, source=ir).status == "proved"
    for mutant in (
        SINKHORN.replace("S[t][a, b]/", "2*S[t][a, b]/"),
        SINKHORN.replace("exp(x", "2 + exp(x"),
        SINKHORN.replace("S[max(n, 0)][i, j]", "S[max(n, 0)][j, i]"),
        SINKHORN.replace("S[max(n, 0)]", "S[max(n, 0) + 1]"),
        SINKHORN.replace("S[t][a, k]", "S[t][k, a]"),
    ):
        assert mutant != SINKHORN
        assert found.check(mutant, source=ir).status == "refuted", mutant


@pytest.mark.parametrize("name", ["rows_then_columns", "bisection"])
def test_rechecked(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("proofs") / f"{name}.ttir"
    path.write_text(CASES[name].ir)
    found = with_proof(path)
    assert found.status == "verified"
    proof = json.loads(json.dumps(found.proof))
    check(proof, solver("cvc5", 20))
    # Another closed form than the one that the rule gives is none.
    changed = json.loads(json.dumps(proof).replace('"recurrence"', '"accumulator"'))
    with pytest.raises(ProofError):
        check(changed, solver("cvc5", 20))
