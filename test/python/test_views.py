"""Kernels shown in the tensors that they are launched with: the same values at the same places, or not shown."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("triton")

from hypothesis import given
from hypothesis import strategies as st

import triton_lift
import view_kernels as kernels
from triton_lift.evaluation import Program
from triton_lift.evaluation.terms import Evaluator
from triton_lift.lifted import Lifted
from triton_lift.terms import integers as ints
from triton_lift.terms.term import make, var
from triton_lift.views.coordinates import Splitting, run_of
from triton_lift.views.launch import Launch, Tensor, read_launch, read_launches
from triton_lift.views.observed import Observed
from triton_lift.views.stage import tensors_of, view_of
from triton_lift.views.symbols import Symbols
from triton_lift.views.view import LaunchView


@cache
def lifted(name: str) -> Lifted:
    kernel = getattr(kernels, name)
    integers = ("n", "N", "M", "D", "stride")
    signature = {p: "i32" if p in integers else "*i32" if p == "index" else "*fp32" for p in kernel.arg_names}
    signature.pop("B")
    (result,) = triton_lift.lift(kernel, signature=signature, constexprs={"B": 16})
    assert result.status == "verified", result.reason
    return result


def tensor(*shape: int, strides: tuple[int, ...] = ()) -> Tensor:
    contiguous = tuple(int(np.prod(shape[d + 1 :], dtype=int)) for d in range(len(shape)))
    return Tensor(shape, strides or contiguous)


def launch(grid: int = 100, **arguments: Any) -> Launch:
    return Launch(
        (grid, 1, 1),
        tuple((n, v) for n, v in arguments.items() if not isinstance(v, Tensor)),
        tuple((n, v) for n, v in arguments.items() if isinstance(v, Tensor)),
    )


def view(name: str, *launches: Launch) -> LaunchView:
    program = lifted(name).program
    assert program is not None
    return view_of(program, launches)


def formulas(found: LaunchView) -> list[str]:
    return [f"{o.array}[{', '.join(o.indices)}] = {o.formula} for {o.domain}" for o in found.outputs]


def of(name: str, *shape: int, **more: Any) -> Launch:
    """A launch of an elementwise kernel on contiguous tensors."""
    arrays = [p for p in getattr(kernels, name).arg_names if p in ("x", "y", "out")]
    numbers = {"n": int(np.prod(shape)), **more}
    return launch(1000, **{a: tensor(*shape) for a in arrays}, **numbers)


SHOWN: dict[str, tuple[Launch, str]] = {
    "add": (of("add", 3, 5), "out[i, j] = x[i, j] + y[i, j] for 0 ≤ i < M, 0 ≤ j < K"),
    "bias": (of("bias", 3, 5, N=5, b=tensor(5)), "out[i, j] = x[i, j] + b[j] for 0 ≤ i < M, 0 ≤ j < N"),
    "bias_of_64": (
        of("bias_of_64", 2, 3, 64, b=tensor(64)),
        "out[i, j, l] = x[i, j, l] + b[l] for 0 ≤ i < M, 0 ≤ j < N, 0 ≤ l < 64",
    ),
    "transpose": (
        launch(9, x=tensor(3, 5), out=tensor(5, 3), M=3, N=5, n=15),
        "out[i, j] = x[j, i] for 0 ≤ i < N, 0 ≤ j < M",
    ),
    "softmax": (
        launch(6, x=tensor(2, 3, 5), out=tensor(2, 3, 5), stride=5, n=5),
        "out[i, j, l] = exp(x[i, j, l]) / (Σ[k<n] exp(x[i, j, k])) for 0 ≤ i < M, 0 ≤ j < N, 0 ≤ l < n",
    ),
    "total": (
        launch(1, x=tensor(3, 5), out=tensor(1), n=15),
        "out[0] = Σ[k<M, r<N] x[k, r] for ",
    ),
    "rows_of_1024": (
        launch(2, x=tensor(2, 1024), out=tensor(2, 1024), n=16),
        "out[i, j] = 2·x[i, j] for 0 ≤ i < num_programs(0), 0 ≤ j < n",
    ),
}
SHOWN["add"] = (SHOWN["add"][0], SHOWN["add"][1].replace("K", "N"))


@pytest.mark.parametrize("name", SHOWN)
def test_as_the_tensors_they_are(name: str) -> None:
    observed, formula = SHOWN[name]
    found = view(name, observed)
    assert formulas(found) == [formula] and found.unmet == ()


def test_what_it_presupposes_is_said() -> None:
    found = view("add", of("add", 3, 5))
    assert found.given == ("n = M·N",)
    assert found.tensor_line() == "x, y, out (M, N)"
    assert view("softmax", SHOWN["softmax"][0]).given == ("num_programs(0) = M·N",)
    assert view("softmax", SHOWN["softmax"][0]).outputs[0].named == "out = softmax(x, axis=2)"


def test_sizes_that_vary_have_one_name_and_constants_stay() -> None:
    found = view("bias_of_64", *(of("bias_of_64", m, 64, b=tensor(64)) for m in (2, 3, 7)))
    assert (found.launches, found.alike, found.tensor_line()) == (3, 3, "x, out (M, 64); b (64,)")


def test_most_launches_decide() -> None:
    found = view("add", of("add", 3, 5), of("add", 15), of("add", 4, 5))
    assert (found.launches, found.alike) == (3, 2) and found.tensor_line() == "x, y, out (M, N)"
    assert "2 of 3 launches" in found.lines()[0]


def swapped(*shape: int) -> Tensor:
    """A matrix stored by columns."""
    return tensor(*shape, strides=(1, shape[0]))


NOT_SHOWN = {
    "flat": ("add", launch(x=tensor(15), y=tensor(15), out=tensor(15), n=15)),
    "gaps between rows": (
        "add",
        launch(**dict.fromkeys(("x", "y", "out"), tensor(3, 5, strides=(8, 1))), n=15),
    ),
    "not all of it": ("add", launch(**dict.fromkeys(("x", "y", "out"), tensor(3, 5)), n=14)),
    "sizes that are not there": ("add", Launch((1, 1, 1), (), (("out", tensor(3, 5)),))),
    "fewer dimensions than the kernel's own": (
        "softmax",
        launch(3, x=tensor(15), out=tensor(15), stride=5, n=5),
    ),
    "no more than a dimension of one element": (
        "add",
        launch(**dict.fromkeys(("x", "y", "out"), tensor(15, 1)), n=15),
    ),
    "the kernel's own dimensions would be lost": (
        "softmax",
        launch(6, x=tensor(2, 3, 5), out=tensor(2, 3, 5, strides=(32, 10, 1)), stride=5, n=5),
    ),
    "already in these indices": (
        "softmax",
        launch(3, x=tensor(3, 5), out=tensor(3, 5), stride=5, n=5),
    ),
}


@pytest.mark.parametrize("case", NOT_SHOWN)
def test_nothing_is_gained(case: str) -> None:
    name, observed = NOT_SHOWN[case]
    assert view(name, observed).outputs == ()


def test_an_array_that_is_laid_out_otherwise_stays_flat() -> None:
    found = view("add", launch(x=tensor(3, 5), y=swapped(3, 5), out=tensor(3, 5), n=15))
    assert formulas(found) == ["out[i, j] = x[i, j] + y[i·N + j] for 0 ≤ i < M, 0 ≤ j < N"]
    # A neighbour may lie in the next row: x[i, j + 1] would be outside.
    found = view("shifted", launch(x=tensor(3, 5), out=tensor(3, 5), n=15))
    assert "= x[i·N + j + 1] for" in formulas(found)[0]
    # An expanded tensor has several indices for one element.
    found = view("add", launch(x=tensor(3, 5), y=tensor(3, 5, strides=(0, 1)), out=tensor(3, 5), n=15))
    assert "y[i·N + j]" in formulas(found)[0]


def test_an_unmet_precondition_is_said() -> None:
    found = view("add", replace(of("add", 30, 5), grid=(2, 1, 1)))
    assert found.unmet == ("n ≤ 16·num_programs(0): not with n = 150, grid (2, 1, 1)",)
    assert "precondition not met" in found.lines()[-1]
    assert view("softmax", launch(3, x=tensor(3, 17), out=tensor(3, 17), stride=17, n=17)).unmet


@pytest.mark.parametrize("name", [*SHOWN, "shifted", "gather"])
def test_the_same_memory(name: str) -> None:
    """Both forms are evaluated on one launch, and each index tuple is an element of its tensor with that offset."""
    gathers = launch(4, w=tensor(6, 5), index=tensor(4), out=tensor(4, 5), D=5)
    others = {"gather": gathers, "shifted": launch(x=tensor(3, 5), out=tensor(3, 5), n=15)}
    observed = others[name] if name in others else SHOWN[name][0]
    program = lifted(name).program
    assert program is not None
    found = tensors_of(program, [observed])
    assert found is not None
    random = np.random.default_rng(0)
    args: dict[str, Any] = dict(observed.numbers)
    for array, t in observed.tensors:
        args[array] = random.standard_normal(t.length + 1)
    if "index" in args:
        args["index"] = random.integers(0, 6, 5)
    extra = dict(found.symbols.params[len(program.params) :])
    letters = {t.attr[1]: numbers[0] for numbers, t in found.symbols.made.items()}
    assert letters.keys() == extra.keys()
    other = Program(
        tuple(found.symbols.params),
        (),
        tuple(
            replace(o, variables=tuple(v for v, _, _ in s.box), constraints=tuple(s.facts()), offset=s.offset,
                    value=s.value)
            for o, s in zip(program.outputs, found.shown, strict=True)
        ),
    )  # fmt: skip
    before = program.evaluate(args, observed.grid)
    after = other.evaluate({**args, **letters}, observed.grid)
    for array in before:
        np.testing.assert_allclose(after[array], before[array])
    check_indices(found, args)


def check_indices(found: Any, args: dict[str, Any]) -> None:
    leaves = dict(found.observed.leaves[0])
    for s in found.shown:
        sizes = [int(Evaluator(leaves, {})(high)) for _, _, high in s.box]
        layout = found.layouts.tensors.get(s.array)
        if layout is None:
            continue
        (t,) = found.observed.tensors[s.array]
        for point in product(*map(range, sizes)):
            at = Evaluator({**leaves, **{v: n for (v, _, _), n in zip(s.box, point, strict=True)}}, {})
            indices = [int(at(i)) for i in layout.indices(s.offset)]
            assert all(0 <= i < n for i, n in zip(indices, t.shape, strict=True))
            assert sum(i * n for i, n in zip(indices, t.strides, strict=True)) == int(at(s.offset))


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(1, 3))
def test_the_change_of_coordinates_is_a_bijection(shape: list[int], step: int) -> None:
    """For all small shapes: the new indices name each of the old one's values once."""
    n = int(np.prod(shape))
    t = Tensor(tuple(shape), tuple(step * s for s in tensor(*shape).strides))
    program = Program((("x", "ptr<f32>"), ("n", "i32")), (), ())
    observed = Observed(program, [launch(x=t, n=n)])
    size, v = make("param", (), (1, "n"), "int"), var("i")
    offset = ints.scale(v, step)
    run = run_of(v, size, 0, offset, observed)
    assert len(run) == sum(d > 1 for d in shape)
    assert run_of(v, ints.add(size, ints.ONE), 0, offset, observed) == []
    splitting = Splitting(observed, Symbols(list(program.params), [], observed))
    found = splitting._new(v, ints.ZERO, size, [(0, offset)])
    assert (found is not None) == (len(run) > 1)
    if found is not None:
        new, flat = found
        leaves = observed.leaves[0]
        sizes = [int(Evaluator(leaves, {})(high)) for _, _, high in new]
        points = product(*map(range, sizes))
        values = [
            int(Evaluator({**leaves, **dict(zip([u for u, _, _ in new], p, strict=True))}, {})(flat))
            for p in points
        ]
        assert sorted(values) == list(range(n))


def test_launches_are_read_as_they_were_written() -> None:
    record = {
        "grid": [4],
        "arguments": {"x": {"dtype": "f", "shape": [2, 3], "strides": [3, 1]}, "n": 6, "t": "text"},
    }
    assert read_launch(record) == Launch((4, 1, 1), (("n", 6),), (("x", tensor(2, 3)),))
    assert read_launch({"grid": "no"}) is None and read_launch({}) is None
    assert len(read_launches([record, record, {**record, "grid": [0]}])) == 1


def test_a_capture_folder(tmp_path: Path) -> None:
    """From the folder to the result, the text and the JSON; without launches there is nothing."""
    from triton_lift.capture.store import Store
    from triton_lift.report.text import to_text

    text = add_ttir()
    store = Store(tmp_path)
    store.begin()
    identity = store.kernel("add", text)
    (plain,) = triton_lift.lift(tmp_path)
    assert plain.launched is None and "launched" not in plain.to_json()
    shape = {"dtype": "float32", "shape": [3, 5], "strides": [5, 1]}
    store.launch(identity, [9, 1, 1], {"x": shape, "y": shape, "out": shape, "n": 15})
    (found,) = triton_lift.lift(tmp_path)
    assert "launched x, y, out (M, N); n = M·N" in to_text(found)
    told = json.loads(json.dumps(found.to_json()))["launched"]
    assert told["tensors"][0] == {
        "array": "x",
        "shape": ["M", "N"],
        "strides": ["N", "1"],
        "contiguous": True,
    }
    assert told["outputs"][0]["formula"] == "x[i, j] + y[i, j]" and told["given"] == ["n = M·N"]


def add_ttir() -> str:
    from triton_lift.capture.offline import compile_kernel

    return compile_kernel(kernels.add, {"x": "*fp32", "y": "*fp32", "out": "*fp32", "n": "i32"}, {"B": 16})
