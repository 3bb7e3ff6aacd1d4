"""The library of named functions: each definition is found, what is close to it is not, its forms are equal to it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import triton_lift
from triton_lift.definitions import naming
from triton_lift.definitions.fillings import Filling
from triton_lift.definitions.library import Definition, library
from triton_lift.definitions.matching import Found
from triton_lift.definitions.naming import Namer
from triton_lift.definitions.page import page
from triton_lift.definitions.stage import named_form
from triton_lift.evaluation.terms import Evaluator
from triton_lift.formulas import ast
from triton_lift.formulas.functions import as_real
from triton_lift.formulas.parsing import parse, parse_expression
from triton_lift.formulas.to_terms import ToTerms
from triton_lift.formulas.vocabulary import Vocabulary
from triton_lift.proving import Context, Deadline, DeadlineError, Session
from triton_lift.render.accesses import Layouts
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, subterms, var

ROOT = Path(__file__).resolve().parent.parent.parent
ROWS = 64  # elements between the rows of a matrix
LARGEST = 5


class Kernel:
    """A kernel that computes a formula: arrays and scalars for its names."""

    def __init__(self, statement: ast.Statement, body: ast.Expression, definition: Definition) -> None:
        self.indices = {n: var(n) for n in definition.indices}
        arrays: dict[str, int] = {}
        for node in ast.nodes(ast.Statement(statement.target, body)):
            if isinstance(node, ast.Access) and node.array != definition.name:
                arrays[node.array] = len(node.indices)
        for n in ("x", "y"):
            if n in definition.arguments and _is_array(definition, n):
                arrays.setdefault(n, 1)
        integers = {"n", "h", "d", "target", "window", "m"} - set(arrays) - set(self.indices)
        names = {n.text for n in ast.nodes(body) if isinstance(n, ast.Name)} - set(self.indices)
        scalars = (names | integers) - set(arrays) - {"pi", "e"}
        kinds = {
            n: "i1" if n in definition.conditions else "i32" if n in integers else "f32" for n in scalars
        }
        of_truth = definition.conditions
        params = [(n, "ptr<i1>" if n in of_truth else "ptr<f32>") for n in sorted(arrays)] + sorted(
            kinds.items()
        )
        layouts = Layouts()
        row = make("param", (), (99, "row"))
        for number, (name, kind) in enumerate(params):
            if kind.startswith("ptr"):
                layouts.strides[number] = [(row,), ()] if arrays[name] == 2 else [()]
        self.params, self.layouts, self.row, self.arrays = params, layouts, row, arrays
        vocabulary = Vocabulary(params, layouts)
        self.scalars = vocabulary.scalars
        term = _Translation(vocabulary, definition).term(body, self.indices)
        self.value = term if term.op == "argreduce" else as_real(term)
        size = self.scalars["n"]
        facts = [bools.le(ints.ONE, size)]
        for v in self.indices.values():
            limit = self.scalars["h"] if "rotary" in definition.name else size
            facts += [bools.le(ints.ZERO, v), bools.lt(v, limit)]
        self.context = Context(Session(), facts)

    def evaluate(self, seed: int) -> Any:
        """Its value at random arguments."""

        def draw(name: str, pool: Any, size: Any = None) -> Any:
            return np.random.default_rng([seed, *name.encode()]).choice(pool, size)

        leaves: dict[Term, Any] = {self.row: np.int64(ROWS)}
        for name, term in self.scalars.items():
            if term.sort == "int":
                leaves[term] = np.int64(LARGEST if name in ("n", "h") else draw(name, LARGEST))
            elif term.sort == "bool":
                leaves[term] = np.bool_(seed % 2)
            else:
                leaves[term] = np.float64(draw(name, [-2.0, -0.5, 0.0, 0.7, 1.3, 9.0]))
        for name, v in self.indices.items():
            leaves[v] = np.int64(draw(name, LARGEST))
        pool = [0.3, 0.5, 1.2, 2.0] if "p" in self.arrays else [-1.5, -0.3, 0.0, 0.4, 2.0]
        pools = {"ptr<f32>": pool, "ptr<i1>": [False, True]}
        arrays = {i: draw(n, pools[kind], 4096) for i, (n, kind) in enumerate(self.params) if kind in pools}
        with np.errstate(all="ignore"):
            return Evaluator(leaves, arrays)(self.value)

    def names(self) -> list[str]:
        """The functions that are found in it."""
        found = Namer(library(), list(self.indices.values())).named(self.value, self.context)
        return [u.attr.definition.name for u in subterms([found]) if u.op == "named"]

    def whole(self) -> str | None:
        """The function that all of it is."""
        found = Namer(library(), list(self.indices.values())).named(self.value, self.context)
        return found.attr.definition.name if found.op == "named" else None


def _is_array(definition: Definition, name: str) -> bool:
    text = " ".join((definition.formula, *definition.forms, definition.near))
    return re.search(rf"\b{name}\[", text) is not None or f"({name})" in text and "[k]" in text


class _Translation(ToTerms):
    """With earlier definitions written out, and irrational constants as the floats that kernels have."""

    def __init__(self, vocabulary: Vocabulary, definition: Definition) -> None:
        super().__init__(vocabulary)
        self.definition = definition

    def _term(self, e: ast.Expression, names: Any) -> Term:
        from triton_lift.definitions.constants import irrational, is_short
        from triton_lift.definitions.patterns import renamed
        from triton_lift.reading.floats import shortest_decimal
        from triton_lift.terms import reals

        value = irrational(e)
        if isinstance(e, ast.Number) and not is_short(e.value):
            value = float(e.value)
        if value is not None:
            return reals.const(shortest_decimal(float(np.float32(value)), "f32"))
        if isinstance(e, ast.Call) and e.name in self.definition.earlier:
            known = self.definition.earlier[e.name]
            arguments = [a.text for a in e.arguments if isinstance(a, ast.Name)]
            if arguments and arguments[0] in self.vocabulary.arrays:
                return self._term(renamed(known, arguments), names)
        return super()._term(e, names)


@cache
def kernel(definition: Definition, text: str) -> Kernel:
    body = parse_expression(text, indices=definition.indices)
    return Kernel(definition.statement, body, definition)


def form(definition: Definition) -> str:
    return definition.formula.partition(" = ")[2].partition(" for ")[0]


CASES = [
    pytest.param(d, text, id=f"{d.name}{list(d.indices) or ''} = {text[:50]}")
    for d in library()
    for text in (form(d), *d.forms)
]


@pytest.mark.parametrize(("definition", "text"), CASES)
def test_is_found(definition: Definition, text: str) -> None:
    assert kernel(definition, text).whole() == definition.name


@pytest.mark.parametrize("definition", library(), ids=lambda d: d.formula[:40])
def test_near_miss_is_not(definition: Definition) -> None:
    near = kernel(definition, definition.near)
    assert near.whole() != definition.name
    ours = kernel(definition, form(definition))
    apart = [abs(near.evaluate(s) - ours.evaluate(s)) > 1e-3 for s in range(40)]
    assert any(apart), "what is called close is equal"


@pytest.mark.parametrize(("definition", "text"), CASES)
def test_forms_are_equal(definition: Definition, text: str) -> None:
    ours, other = kernel(definition, form(definition)), kernel(definition, text)
    compared = 0
    for seed in range(60):
        a, b = ours.evaluate(seed), other.evaluate(seed)
        if np.isfinite(a):
            assert b == pytest.approx(a, rel=1e-6, abs=1e-9)
            compared += 1
    assert compared > 5


def test_every_definition_is_complete() -> None:
    for d in library():
        assert d.near and d.source and d.arguments, d.formula


def test_a_match_that_is_wrong_names_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the matcher proposes, it is the proof that counts."""
    relu = next(d for d in library() if d.name == "relu")
    right = kernel(relu, "max(x, 0)").value
    wrong = kernel(relu, "min(x, 0)").value

    def proposes(pattern: Any, t: Term, *_: Any, **__: Any) -> Any:
        return iter([Found(Filling(holes={"x": ((), scalar)}), t)])

    scalar = next(u for u in subterms([right]) if u.op == "param")
    monkeypatch.setattr(naming, "matches", proposes)
    assert Namer((relu,)).named(right, Context(Session())).op == "named"
    assert Namer((relu,)).named(wrong, Context(Session())).op != "named"


def test_what_was_found_before_the_deadline_stays() -> None:
    """However early the moment comes, there is an answer, and with time there is all of it."""
    relu = next(d for d in library() if d.name == "relu")
    one = kernel(relu, "max(x, 0)").value
    x = next(u for u in subterms([one]) if u.op == "param")
    other = reals.apply("exp", reals.maximum(reals.mul(x, x, x), reals.ZERO))

    class Passing(Deadline):
        """A moment that comes after so many looks at the clock."""

        def __init__(self, looks: int) -> None:
            self.looks = iter(range(looks))

        def check(self) -> None:
            if next(self.looks, None) is None:
                raise DeadlineError

    counts = []
    for looks in range(40):
        found = Namer((relu,), deadline=Passing(looks)).named(reals.mul(one, other), Context(Session()))
        counts.append(sum(u.op == "named" for u in subterms([found])))
    assert counts == sorted(counts)
    assert set(counts) == {0, 1, 2}


def test_page_is_generated() -> None:
    assert (ROOT / "docs/reference/definitions.md").read_text() == page(library()), (
        "python -m triton_lift.definitions.page > docs/reference/definitions.md"
    )


EXAMPLES = {
    "softmax": ["out_ptr = softmax(x_ptr, axis=1)"],
    "layer_norm": ["out_ptr = layer_norm(x_ptr, axis=1, eps=eps)·weight_ptr + bias_ptr"],
    "rms_norm_blocks": ["out_ptr = rms_norm(x_ptr, axis=1, eps=eps)·weight_ptr"],
    "cross_entropy": ["loss_ptr = cross_entropy(logits_ptr, axis=1, target=target_ptr)"],
    "batched_matmul": ["c_ptr = matmul(a_ptr, b_ptr)"],
    "matmul_bias_leaky_relu": ["c_ptr = leaky_relu(matmul(a_ptr, b_ptr) + bias_ptr, slope=0.01)"],
    "flash_attention_causal": ["out_ptr = causal_attention(q_ptr, k_ptr, v_ptr, scale=scale)"],
    "rotary": [
        "out_ptr[i, h, j] = rotary(x_ptr[i, h, :], cos_ptr[i, :], sin_ptr[i, :])[j]",
        "out_ptr[i, h, j + half] = rotary(x_ptr[i, h, :], cos_ptr[i, :], sin_ptr[i, :])[j + half]",
    ],
    "row_argmax": ["out_ptr = argmax(x_ptr, axis=1)"],
    "vector_add": [None],
    "mutants/softmax__mask_off_by_one": ["out_ptr[i, j] = softmax(x_ptr[i, :n_cols + 1])[j]"],
    "mutants/matmul__short_k_loop": [None],
    "mutants/layer_norm__eps_outside_root": None,
    "mutants/softmax_grid_stride__starts_late": None,
    "mutants/rotary__wrong_sign": [
        None,
        "out_ptr[i, h, j + half] = rotary(x_ptr[i, h, :], cos_ptr[i, :], sin_ptr[i, :])[j + half]",
    ],
    "mutants/rotary__sine_of_cosine": None,
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name: str) -> None:
    (result,) = triton_lift.lift(ROOT / f"examples/ir/{name}.ttir")
    named = [o.named for o in result.outputs]
    expected = EXAMPLES[name]
    if expected is not None:
        assert named == expected
    else:
        assert not any(n and re.search(r"layer_norm|rotary\(", n) for n in named), named


PARAMS = [(a, "ptr<f32>") for a in ("x", "y", "w", "out")] + [(s, "i32") for s in ("n", "m", "s")]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("out[i, j] = x[i, j] - sum(k < n, x[i, k]) / n", "out = x - mean(x, axis=1, keepdims=True)"),
        ("out[i, j] = exp(x[i, j] + y[i, j]) / sum(k < n, exp(x[i, k] + y[i, k]))", "out = softmax(x + y, axis=1)"),
        ("out[i, j] = exp(x[i, j]) / sum(k < m, exp(x[k, j]))", "out = softmax(x, axis=0)"),
        ("out[i, j] = exp(x[j, i]) / sum(k < n, exp(x[k, i]))", "out[i, j] = softmax(x[:n, i])[j]"),
        ("out[i, j] = y[i, j]*x[i, j] / (1 + exp(-x[i, j]))", "out = silu(x)·y"),
        ("out[i, j] = max(x[i, j], 0)^2", "out = relu(x)²"),
        ("out[i, j] = sum(k < n, x[i, k]*y[j, k])", "out = matmul(x, y.T)"),
        ("out[i, j] = sum(k < n, x[k, i]*y[k, j])", "out = matmul(x.T, y)"),
        ("out[i, j] = max(sum(k < n, x[i, k]*y[k, j]), 0)", "out = relu(matmul(x, y))"),
        ("out[i, j] = x[i, 2*j] / (1 + exp(-x[i, 2*j]))", "out[i, j] = silu(x[i, 2·j])"),
        ("out[i, j] = sum(k < j + 1, x[i, k])", "out = cumsum(x, axis=1)"),
        ("out[i, j] = max(x[i, j] - w[i], 0)", "out = relu(x - w[:, None])"),
        ("out[i, j] = max(x[i, j] - w[j], 0)", "out = relu(x - w)"),
        ("out[i, j] = sum(k < n, (x[i, k] + y[i, k])^2) / n", "out = mean((x + y)², axis=1, keepdims=True)"),
        ("out[i, j] = (y[i, j] - x[i, j]*sum(k < n, y[i, k]*x[i, k])*w[i]^2 / n)*w[i]",
         "out = rms_norm_backward(y, x, axis=1, rstd=w)"),
        ("out[i, j] = sum(k < j, x[i, k])", None),
        ("out[i, j] = x[i, j] + y[i, j]", None),
        ("out[i, j] = exp(x[i, j]) / sum(k < n - 1, exp(x[i, k]))", None),
        ("out[i, j] = max(x[i, j] - sum(k < n - 1, x[i, k]), 0)", "out[i, j] = relu(x[i, j] - (Σ[k<n - 1] x[i, k]))"),
    ],
)  # fmt: skip
def test_notation(text: str, named: str | None) -> None:
    row = make("param", (), (6, "s"))
    layouts = Layouts({a: [()] if a == 2 else [(row,), ()] for a in range(4)})
    vocabulary = Vocabulary(PARAMS, layouts)
    (statement,) = parse(text, scalars=["n", "m", "s"])
    i, j = var("i"), var("j")
    n, m = vocabulary.scalars["n"], vocabulary.scalars["m"]
    translation = ToTerms(vocabulary)
    value = as_real(translation.term(statement.body, {"i": i, "j": j}))
    rows = n if "x[j, i]" in text else m
    facts = [bools.le(ints.ZERO, i), bools.lt(i, rows), bools.le(ints.ZERO, j), bools.lt(j, n)]
    offset = vocabulary.offset("out", [i, j])
    found = named_form(
        3, ((i, "i"), (j, "j")), offset, value, PARAMS, layouts, facts, Context(Session(), facts)
    )
    assert found == named
