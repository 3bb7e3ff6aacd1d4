"""Terms have an order of their own: it is total, and the same in every process, whatever was made before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, by_order, make, subterms, var

IR = Path(__file__).resolve().parents[2] / "examples" / "ir"
N, M = (make("param", (), (i, name)) for i, name in enumerate("nm"))


def some(variables: list[Term]) -> list[Term]:
    """All small terms of some variables: sums, divisions, elements, reductions, comparisons of them."""
    found = [*variables, N, M, ints.ONE, ints.const(-1), ints.const(-2), make("pid", (), 0)]
    for a, b in product(list(found), repeat=2):
        found += [
            ints.add(a, b),
            ints.mul(a, b),
            ints.fdiv(a, b),
            ints.maximum(a, b),
            ints.sub(a, ints.mul(b, b)),
        ]
        found += [bools.le(a, b), bools.eq(a, b), make("read", (ints.add(a, b),), (0, 0, ()), "real")]
    elements = [t for t in dict.fromkeys(found) if t.op == "read"][:20]
    for x, y in product(elements, repeat=2):
        found += [
            reals.add(x, y),
            reals.mul(x, y),
            reals.maximum(x, y),
            reals.div(x, y),
            reals.mul(reals.const(2), x),
        ]
    for v in variables:
        for x in elements:
            found.append(make("reduce", (v, ints.ZERO, N, bools.TRUE, x), ("add", 1), "real"))
    return list(dict.fromkeys(found))


def test_total() -> None:
    """No two terms are equal in it, and none comes before what it is made of."""
    terms = subterms(some([var("i"), var("j"), var("k")]))
    assert len(terms) > 500
    assert len({t.order for t in terms}) == len(terms)
    for t in terms:
        assert all(a.order < t.order for a in t.args)


def test_only_the_order_of_variables_counts() -> None:
    """The same terms of later variables, however many lie between, come in the same order."""
    first = [var("i"), var("j"), var("k")]
    later = []
    for v in first:
        for _ in range(7):
            var("unused")
        later.append(var(v.attr[0] + "_later"))
    names = dict(zip(first, later, strict=True))
    terms = [t for t in some(first) if t.free]
    renamed = [substitute(t, names) for t in sorted(terms, key=by_order)]
    kept = [t for t in renamed if t.op != "reduce"]  # bound variables stay as they are
    assert len(kept) > 300
    assert kept == sorted(kept, key=by_order)


def test_the_order_of_variables_counts() -> None:
    i, j = var("i"), var("j")
    at = [make("read", (v,), (0, 0, ()), "real") for v in (i, j)]
    assert at[0].order < at[1].order
    assert reals.add(at[1], at[0]).args == tuple(at)


PRINTED = """
import json, sys
sys.path.insert(0, {tests!r})
history = {history!r}
from triton_lift.terms.term import var, make
for n in range(history):
    make("read", (make("param", (), (n % 7, "other")),), (n, 0, ()), "real"), var("v")
from test_order_of_terms import some
from triton_lift.terms.term import by_order
terms = some([var("i"), var("j")])
print(json.dumps([terms.index(t) for t in sorted(terms, key=by_order)]))
"""


def test_the_same_in_every_process() -> None:
    answers = set()
    for seed, history in (("0", 0), ("1", 50), ("2", 3)):
        code = PRINTED.format(tests=str(Path(__file__).parent), history=history)
        env = {**os.environ, "PYTHONHASHSEED": seed}
        answers.add(
            subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout
        )
    assert len(answers) == 1


PROVED = """
import json, sys, threading
sys.setrecursionlimit(10**6); threading.stack_size(256 << 20)
from triton_lift.terms import term
salt = int(sys.argv[1])
if salt:  # another order in every set of terms
    term.Term.__hash__ = lambda self: hash((salt, self.order))
    made = list(term._table.items())
    term._table.clear()
    term._table.update(made)
from triton_lift import _native
from triton_lift.ir import parse_module
from triton_lift.lifting import lift_summary
def proofs():
    for path in sys.argv[2:]:
        (summary,) = _native.summarize(parse_module(open(path).read(), path).module)
        proof = lift_summary(summary, "", proof=True).proof
    print(json.dumps(proof))
thread = threading.Thread(target=proofs); thread.start(); thread.join()
"""


@pytest.mark.parametrize("name", ["matmul", "softmax", "layer_norm", "row_argmax"])
def test_proofs_do_not_depend_on_history(name: str) -> None:
    """A fresh process writes the proof that another one writes after other kernels, whatever order sets have."""
    answers = []
    for seed, before in (("0", []), ("1", ["rotary", "vector_add"]), ("2", [])):
        paths = [str(IR / f"{n}.ttir") for n in (*before, name)]
        env = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", PROVED, seed, *paths], env=env, capture_output=True, check=True
        )
        answers.append(json.loads(done.stdout))
    first, *others = answers
    assert first is not None
    for other in others:
        for part in first:
            assert first[part] == other[part], part
