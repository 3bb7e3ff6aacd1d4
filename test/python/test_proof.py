"""Proofs as objects: every example's is accepted, by cvc5 too; nothing is searched for; another's is not accepted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from proof_files import IR, Remembering, lifted, proof_of
from triton_lift import proof as proof_package
from triton_lift.egraph import EgraphRewriter
from triton_lift.lifting import lift_summary
from triton_lift.proof import ProofError, Undecided, check
from triton_lift.proof.origin import check_origin, summaries
from triton_lift.proof.solvers import Answer, solver
from triton_lift.proof.writing import claims
from triton_lift.proving import Context
from triton_lift.proving.samples import Samples
from triton_lift.untiling import search

EXAMPLES = sorted([*IR.glob("*.ttir"), *IR.glob("*.ttgir")])
MUTANTS = sorted((IR / "mutants").glob("*.ttir"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_every_example(path: Path) -> None:
    """Whatever is verified has a proof, cvc5 accepts it, and it proves what was printed."""
    result = lifted(path)
    if result.status != "verified":
        assert result.proof is None
        return
    proof = proof_of(path.name)
    checked = check(proof, solver("cvc5", 20))
    assert checked.result == json.loads(json.dumps(claims(result)))
    assert checked.obligations == len(proof["obligations"]) + len(proof["agreements"])


@pytest.mark.parametrize("name", ["softmax.ttir", "matmul.ttir", "row_argmax.ttir", "int4_dequantise.ttgir"])
def test_z3(name: str) -> None:
    assert check(proof_of(name), solver("z3", 20)).steps > 0


def test_nothing_is_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the prover, nor random points, changes of coordinates, an e-graph: they would end the test."""
    proofs = [proof_of("matmul.ttir"), proof_of("softmax.ttir")]

    def never(*_: object, **__: object) -> Any:
        raise AssertionError("recheck searches")

    for owner, name in (
        (Context, "ask"),
        (Context, "satisfiable"),
        (Context, "products"),
        (Samples, "refutes"),
        (search, "find_move"),
        (EgraphRewriter, "propose"),
    ):
        monkeypatch.setattr(owner, name, never)
    assert [check(p, solver("cvc5", 20)).kernel for p in proofs] == ["matmul", "softmax"]


@pytest.mark.parametrize("path", MUTANTS, ids=lambda p: p.name)
def test_a_proof_is_about_one_kernel(path: Path) -> None:
    """The proof of an example does not prove the same of its mutant."""
    proof = proof_of(f"{path.name.split('__')[0]}.ttir")
    (found,) = summaries(str(path)).values()
    mutant = {**proof, "summary": {**found["summary"], "kernel": proof["summary"]["kernel"]}}
    with pytest.raises(ProofError):
        check(mutant, Remembering("z3"))
    with pytest.raises(ProofError):
        check_origin(proof, {proof["result"]["kernel"]: found})


def test_origin() -> None:
    """A proof is about the IR that it came from, and no other."""
    proof = proof_of("softmax.ttir")
    check_origin(proof, summaries(str(IR / "softmax.ttir")))
    for other in ("softmax_128.ttir", "softmax.ttgir"):
        with pytest.raises(ProofError, match="other IR"):
            check_origin(proof, summaries(str(IR / other)))
    with pytest.raises(ProofError, match="no kernel"):
        check_origin(proof, summaries(str(IR / "matmul.ttir")))


class Mute:
    """A solver that knows nothing."""

    name = "mute"

    def check(self, script: str) -> Answer:
        return "unknown"


def test_undecided_is_not_accepted() -> None:
    with pytest.raises(Undecided, match="obligation 0 was not decided by mute"):
        check(proof_of("vector_add.ttir"), Mute())


def forged(rows: list[list[Any]]) -> Any:
    """The proof of an example with more terms, the last one as a precondition."""
    proof = proof_of("vector_add.ttir")
    terms = [*proof["terms"]]
    for op, sort, args, attr in rows:
        # Arguments of new rows are given relative to the end.
        terms.append([op, sort, [len(terms) + a for a in args], attr])
    return {**proof, "terms": terms, "preconditions": [*proof["preconditions"], len(terms) - 1]}


def test_no_precondition_about_a_variable() -> None:
    """`i ≤ −1` for the index i would make everything provable."""
    proof = proof_of("vector_add.ttir")
    number = next(t[3][1] for t in proof["terms"] if t[0] == "var")
    rows = [["var", "int", [], ["q", number]], ["lin", "int", [-1], [1, 1]], ["le0", "bool", [-1], None]]
    with pytest.raises(ProofError, match="not about arguments and the grid alone"):
        check(forged(rows), Remembering("z3"))


def test_no_contradictory_preconditions() -> None:
    """A precondition that nothing meets proves nothing."""
    for impossible in ([["bool", "bool", [], False]], [["int", "int", [], 5], ["le0", "bool", [-1], None]]):
        with pytest.raises(ProofError, match="contradict|malformed"):
            check(forged(impossible), Remembering("z3"))


def test_polynomials_are_normal() -> None:
    """2·n written n + n would be read as n by whoever looks up its coefficient."""
    rows = [
        ["nprogs", "int", [], 1],
        ["nprogs", "int", [], 2],
        ["lin", "int", [-1, -1], [1, 1, 0]],
        ["le0", "bool", [-1], None],
    ]
    with pytest.raises(ProofError, match="malformed"):
        check(forged(rows), Remembering("z3"))


@pytest.mark.parametrize(
    "row",
    [
        ["le0", "bool", [0, 0], None],
        ["le0", "int", [0], None],
        ["not", "bool", [0], None],
        ["lin", "int", [0], [1]],
        ["lin", "int", [0], [True, 1]],
        ["int", "int", [], 1.5],
        ["select", "real", [0, 0, 0], None],
        ["reduce", "real", [0, 0, 0, 0, 0], ["add", 1]],
        ["var", "int", [], ["i"]],
        ["le0", "bool", [1000], None],
        ["x Int) (assert false) (declare-const y", "int", [], None],
        ["le0", "bool", [-1], None],
    ],
)
def test_terms_are_well_formed(row: list[Any]) -> None:
    proof = proof_of("vector_add.ttir")
    with pytest.raises(ProofError, match="malformed"):
        check({**proof, "terms": [["nprogs", "int", [], 0], row]}, Remembering("z3"))


def test_no_circles() -> None:
    """A step that is its own premise, or a later one's."""
    proof = proof_of("softmax.ttir")
    steps = proof["steps"]
    for i in range(len(steps)):
        for later in {i, len(steps) - 1}:
            premises = sorted({*steps[i]["premises"], later})
            changed = [*steps[:i], {**steps[i], "premises": premises}, *steps[i + 1 :]]
            with pytest.raises(ProofError, match="malformed"):
                check({**proof, "steps": changed}, Remembering("z3"))


@pytest.mark.parametrize("change", ["without an obligation", "another formula"])
def test_what_would_be_rejected_is_not_written(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original = proof_package.record

    def wrong(*args: Any) -> Any:
        data = original(*args)
        if change == "without an obligation":
            data["statement"]["obligations"].pop()
        else:
            data["result"]["outputs"][0]["formula"] = "x_ptr[i]"
        return data

    (found,) = summaries(str(IR / "softmax.ttir")).values()
    assert lift_summary(found["summary"], "", proof=True).proof is not None
    monkeypatch.setattr(proof_package, "record", wrong)
    result = lift_summary(found["summary"], "", proof=True)
    assert result.status == "verified" and result.proof is None
    reasons = {"without an obligation": "would not accept it", "another formula": "of another statement"}
    assert result.no_proof is not None and reasons[change] in result.no_proof


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "triton_lift.cli", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def test_command(tmp_path: Path) -> None:
    """What `lift --proof` writes, `recheck` accepts; the exit code tells what was wrong."""
    source = str(IR / "vector_add.ttir")
    assert run("lift", source, "--proof", "p.json", cwd=tmp_path).returncode == 0
    accepted = run("recheck", "p.json", "--solver", "cvc5", "--source", source, cwd=tmp_path)
    assert accepted.returncode == 0, accepted.stderr
    assert "vector_add · proof accepted" in accepted.stdout
    assert "out_ptr[i] = x_ptr[i] + y_ptr[i]" in accepted.stdout

    proof = json.loads((tmp_path / "p.json").read_text())
    proof["result"]["outputs"][0]["formula"] = "x_ptr[i]"
    (tmp_path / "t.json").write_text(json.dumps(proof))
    rejected = run("recheck", "t.json", "--format", "json", cwd=tmp_path)
    assert rejected.returncode == 1
    assert "what is printed is something else" in json.loads(rejected.stdout)["reason"]

    other = run("recheck", "p.json", "--source", str(IR / "softmax.ttir"), cwd=tmp_path)
    assert (other.returncode, "REJECTED" in other.stdout) == (1, True)
    assert run("recheck", "missing.json", cwd=tmp_path).returncode == 2
    assert run("recheck", "p.json", "--solver", "nobody", cwd=tmp_path).returncode == 2
    (tmp_path / "text.json").write_text("no JSON\n")
    assert run("recheck", "text.json", cwd=tmp_path).returncode == 2
    (tmp_path / "number.json").write_text("17\n")
    assert run("recheck", "number.json", cwd=tmp_path).returncode == 1


def test_several_kernels_in_one_file(tmp_path: Path) -> None:
    paths = [str(IR / name) for name in ("vector_add.ttir", "softmax.ttir")]
    assert run("lift", *paths, "--proof", "p.json", cwd=tmp_path).returncode == 0
    answers = run("recheck", "p.json", "--format", "json", cwd=tmp_path)
    records = [json.loads(line) for line in answers.stdout.splitlines()]
    assert sorted((r["kernel"], r["accepted"]) for r in records) == [("softmax", True), ("vector_add", True)]
