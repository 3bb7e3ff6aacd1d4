"""Simplification: textbook forms are reached, what is wrong is refused, nothing is captured, nothing costs much."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from benchmarks.textbook_forms import (
    ABS,
    COUNT,
    EPS,
    MEAN,
    ONE,
    TEXTBOOK,
    TWO,
    ZERO,
    J,
    N,
    X,
    Y,
    a,
    b,
    exp,
    given,
    greatest,
    log,
    over,
    square,
    text,
    total,
)
from proof_files import Remembering
from triton_lift import _native
from triton_lift.egraph import EgraphRewriter, Equality, Rewriter, simplified
from triton_lift.egraph.classical import ClassicalRewriter
from triton_lift.egraph.cost import weight
from triton_lift.ir import parse_module
from triton_lift.lifted import Lifted
from triton_lift.lifting import lift_summary
from triton_lift.proof import ProofError, check
from triton_lift.proof import recording as proof_recording
from triton_lift.proving import Context
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, subterms

IR = Path(__file__).resolve().parents[2] / "examples" / "ir"


@pytest.mark.parametrize("name", TEXTBOOK)
def test_textbook_forms(name: str) -> None:
    raw, expected = TEXTBOOK[name]
    found = simplified(raw, given(), EgraphRewriter())
    assert text(found) == expected
    assert Equality().holds(raw, found, given())


class Fixed:
    """Proposes what it was given."""

    def __init__(self, proposed: Term) -> None:
        self.proposed = proposed

    def propose(self, value: Term, context: Context) -> Term:
        return self.proposed


CHANGED = {
    "another array": lambda t: reals.div(exp(b(J)), total(lambda k: exp(a(k)))),
    "another range": lambda t: reals.div(exp(a(J)), over("add", lambda k: exp(a(k)), ints.sub(N, ints.ONE))),
    "shifted": lambda t: reals.div(exp(a(J, ints.ONE)), total(lambda k: exp(a(k)))),
    "twice": lambda t: reals.mul(TWO, t),
    "nearly": lambda t: reals.div(exp(a(J)), reals.add(total(lambda k: exp(a(k))), EPS)),
    "captured": lambda t: total(lambda k: reals.div(exp(a(k)), exp(a(k)))),
}


@pytest.mark.parametrize("change", CHANGED)
def test_wrong_proposals_are_refused(change: str) -> None:
    """Whatever a simplifier proposes: what is not equal is not used."""
    raw, _ = TEXTBOOK["softmax"]
    right = simplified(raw, given(), EgraphRewriter())
    assert simplified(raw, given(), Fixed(right)) is right
    assert simplified(raw, given(), Fixed(CHANGED[change](right))) is raw


UNEQUAL = {
    "no division by what may be 0": (X, reals.div(square(X), X)),
    "the sign of a root": (X, reals.apply("sqrt", square(X))),
    "a logarithm of a negative": (reals.mul(TWO, log(ABS)), log(square(reals.add(X, ONE)))),
    "Σ x² and (Σ x)²": (square(total(a)), total(lambda k: square(a(k)))),
    "a product of sums": (total(lambda k: reals.mul(a(k), total(a))), total(lambda k: square(a(k)))),
    "max of a product": (greatest(lambda k: reals.mul(X, a(k))), reals.mul(X, greatest(a))),
    "max and sum": (greatest(lambda k: reals.add(a(k), b(k))), reals.add(greatest(a), greatest(b))),
    "a weak and a strict comparison": (
        reals.select(reals.compare("rlt", ZERO, X), ONE, ZERO), reals.select(reals.compare("rle", ZERO, X), ONE, ZERO)
    ),
    "relu": (reals.maximum(X, ZERO), ABS),
    "exp of a product": (exp(reals.mul(X, Y)), reals.mul(exp(X), exp(Y))),
}  # fmt: skip


@pytest.mark.parametrize("name", UNEQUAL)
def test_unequal(name: str) -> None:
    assert not Equality().holds(*UNEQUAL[name], given())


def test_empty_ranges() -> None:
    """What is true of nonempty ranges alone needs a nonempty range."""
    constant = greatest(lambda k: reals.add(a(k), X))
    outside = reals.add(X, greatest(a))
    assert Equality().holds(constant, outside, given())
    assert not Equality().holds(constant, outside, Context(given().session))
    average = total(lambda k: reals.div(a(k), COUNT))
    assert Equality().holds(average, MEAN, given())
    assert not Equality().holds(average, MEAN, Context(given().session))  # 0 of no elements; 0/0


def test_definedness_of_the_raw_value_is_used() -> None:
    """x²/x is x where it is defined at all; but only there, and only for that side."""
    assert Equality().holds(reals.div(square(X), X), X, given())
    chosen = reals.select(reals.compare("rlt", ZERO, Y), reals.div(square(X), X), X)
    assert Equality().holds(chosen, X, given())
    elsewhere = reals.select(reals.compare("rlt", ZERO, Y), reals.div(ONE, X), Y)
    wrong = reals.select(reals.compare("rlt", ZERO, Y), reals.div(ONE, X), reals.div(reals.mul(X, Y), X))
    assert not Equality().holds(elsewhere, wrong, given())


@pytest.mark.parametrize("rewriter", [EgraphRewriter(), ClassicalRewriter()], ids=["egglog", "classical"])
def test_large_values_cost_little(rewriter: Rewriter) -> None:
    t = X
    for i in range(700):
        t = reals.add(reals.mul(reals.apply("tanh", t), X), reals.const(i % 7 + 1))
    start = time.monotonic()
    found = simplified(t, given(), rewriter)
    assert time.monotonic() - start < 5
    assert found is t or Equality().holds(t, found, given())


def test_nothing_to_do_loads_nothing() -> None:
    """A sum of elements needs no e-graph."""
    program = (
        "import sys, triton_lift.egraph.engine as e\n"
        "from triton_lift import _native\n"
        "from triton_lift.ir import parse_module\n"
        "from triton_lift.lifting import lift_summary\n"
        f"m = parse_module(open({str(IR / 'matmul.ttir')!r}, 'rb').read(), 'x')\n"
        "(s,) = _native.summarize(m.module)\n"
        "assert lift_summary(s, 'x', m.stage).status == 'verified'\n"
        "assert not e._bindings.cache_info().currsize and 'egglog' not in sys.modules\n"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def lift(name: str, rewriter: Rewriter | None = None, proof: bool = False) -> Lifted:
    module = parse_module((IR / name).read_bytes(), name)
    (summary,) = _native.summarize(module.module)
    return lift_summary(summary, name, module.stage, proof=proof, rewriter=rewriter)


def plain(proof: dict[str, Any] | None) -> Any:
    """A proof as a file has it."""
    assert proof is not None
    return json.loads(json.dumps({**proof, "origin": {"stage": "ttir", "sha256": "0" * 64}}))


class Wrong:
    """Drops the divisor of every quotient."""

    def propose(self, value: Term, context: Context) -> Term:
        return value.args[0] if value.op == "rdiv" else value


def test_a_wrong_rewrite_is_caught_in_each_run(monkeypatch: pytest.MonkeyPatch) -> None:
    result = lift("softmax.ttir", Wrong())
    assert result.status == "verified"
    assert "max[" in result.outputs[0].formula  # as the kernel computes it
    monkeypatch.setattr(proof_recording.Equality, "holds", lambda *_: True)
    forged = lift("softmax.ttir", Wrong(), proof=True)
    assert "/" not in forged.outputs[0].formula
    monkeypatch.undo()
    with pytest.raises(ProofError, match="not shown to be equal"):
        check(plain(forged.proof), Remembering("z3"))


def test_the_proof_has_the_simplified_value() -> None:
    proof = plain(lift("softmax.ttir", proof=True).proof)
    (printed,) = proof["formulas"]
    assert printed["formula"] != printed["value"]
    assert check(proof, Remembering("z3")).kernel == "softmax"
    remembering = Remembering("z3")
    for other in range(len(proof["terms"])):
        if other != printed["formula"]:
            with pytest.raises(ProofError):
                check({**proof, "formulas": [{**printed, "formula": other}]}, remembering)


@pytest.mark.parametrize("name", TEXTBOOK)
def test_classical(name: str) -> None:
    """The same interface: what it proposes is equal, and no longer."""
    raw, _ = TEXTBOOK[name]
    found = simplified(raw, given(), ClassicalRewriter())
    assert weight(found) <= weight(raw)
    assert not any(u.op == "var" and u.attr[1] < -1_000 for u in subterms([found]) if u in found.free)


def test_threads() -> None:
    """An e-graph belongs to a thread; each thread has its own."""
    raw, expected = TEXTBOOK["softmax"]
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: text(simplified(raw, given(), EgraphRewriter())), range(6)))
    assert found == [expected] * 6
