"""What would make a kernel verified is named; the changed kernel, when it is run, computes what is printed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import triton
import triton.language as tl

from refutation_kernels import ir, mean_of_garbage, product_of_garbage
from triton_lift import Lifted, _native, lift
from triton_lift.interpreter import Options, interpret
from triton_lift.ir import parse_module
from triton_lift.lifting import lift_summary
from triton_lift.remedies.filling import filled, gaps
from triton_lift.remedies.stage import remedy
from triton_lift.report.html import to_html
from triton_lift.report.latex import to_latex
from triton_lift.report.sarif import to_sarif
from triton_lift.report.terminal import to_terminal
from triton_lift.report.text import to_text

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples" / "ir"
FORGOTTEN = sorted(EXAMPLES.glob("mutants/*__missing_other.ttir"))
SUMS = "x y: *fp32, n: i32"
FILLERS = {"other=0": 0.0, "other=-inf": float("-inf"), "other=inf": float("inf"), "other=1": 1.0}


@triton.jit
def product_of_rows(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    a = tl.load(x + tl.program_id(0) * n + i, mask=i < n)
    tl.store(y + tl.program_id(0), tl.reduce(a, 0, multiplied))


@triton.jit
def multiplied(a, b):
    return a * b


@triton.jit
def smallest_number(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + tl.program_id(0), tl.min(tl.load(x + tl.program_id(0) * n + i, mask=i < n), 0))


@triton.jit
def sum_beside_a_copy(x, z, y, n, BLOCK: tl.constexpr):
    """What the second load leaves undefined is not stored."""
    i = tl.arange(0, BLOCK)
    total = tl.sum(tl.load(x + i, mask=i < n), 0)
    p = tl.program_id(0)
    tl.store(y + p * n + i, total + tl.load(z + p * n + i, mask=i < n), mask=i < n)


@triton.jit
def sums_of_garbage_in_one_place(x, y, n, BLOCK: tl.constexpr):
    """With zeros in its masked lanes two programs still write two values to one element."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y, tl.sum(tl.load(x + i, mask=i < n), 0))


@triton.jit
def sums_of_garbage_for_the_next(x, y, n, BLOCK: tl.constexpr):
    """With zeros in its masked lanes a program still reads what the one before it writes."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x + (tl.program_id(0) + 1) * BLOCK, tl.sum(tl.load(x + i, mask=i < n), 0))


@triton.jit
def sums_of_garbage_apart(x, y, n, BLOCK: tl.constexpr):
    """All that it lacks are the zeros."""
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(y + tl.program_id(0), tl.sum(tl.load(x + i, mask=i < n), 0))


# Block pointers are of earlier versions of Triton.
BLOCK_READ_UNCHECKED = """
module {
  tt.func public @kernel(%x: !tt.ptr<f32>, %y: !tt.ptr<f32>, %n: i32) {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i64
    %size = arith.extsi %n : i32 to i64
    %p = tt.make_tensor_ptr %x, [%size], [%c1], [%c0] {order = array<i32: 0>} : <tensor<16xf32>>
    %a = tt.load %p {boundaryCheck = array<i32: 0>} : !tt.ptr<tensor<16xf32>>
    %s = "tt.reduce"(%a) <{axis = 0 : i32}> ({
    ^bb0(%l: f32, %r: f32):
      %z = arith.addf %l, %r : f32
      tt.reduce.return %z : f32
    }) : (tensor<16xf32>) -> f32
    tt.store %y, %s : !tt.ptr<f32>
    tt.return
  }
}
"""
KERNELS: dict[str, tuple[Any, str]] = {
    "mean_of_garbage": (mean_of_garbage, SUMS),
    "product_of_garbage": (product_of_garbage, "x z y: *fp32, n: i32"),
    "product_of_rows": (product_of_rows, SUMS),
    "smallest_number": (smallest_number, SUMS),
    "sum_beside_a_copy": (sum_beside_a_copy, "x z y: *fp32, n: i32"),
    "sums_of_garbage_in_one_place": (sums_of_garbage_in_one_place, SUMS),
    "sums_of_garbage_for_the_next": (sums_of_garbage_for_the_next, SUMS),
    "sums_of_garbage_apart": (sums_of_garbage_apart, SUMS),
}


@cache
def text_of(name: str) -> str:
    return ir(*KERNELS[name])


@cache
def lifted(name: str) -> Lifted:
    return lift(text_of(name))[0]


def lines_of(name: str, what: str) -> list[int]:
    """The lines of this file, from the kernel's on, that have this."""
    lines = Path(__file__).read_text().split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith(f"def {name}("))
    end = next(n for n in range(start, len(lines)) if lines[n] == "")
    return [n + 1 for n in range(start, end) if what in lines[n]]


@pytest.mark.parametrize(
    ("name", "given", "formula"),
    [
        ("mean_of_garbage", "other=0", "(Σ[k<n] x[k]) / n"),
        ("product_of_garbage", "other=0", "Σ[k<n] x[k]·z[k]"),
        ("product_of_rows", "other=1", "Π[k<n] x[i, k]"),
        ("smallest_number", "other=inf", "min[k<n](x[i, k])"),
        ("sum_beside_a_copy", "other=0", "z[i, j] + Σ[k<n] x[k]"),
    ],
)
def test_the_change_and_the_formula_are_told(name: str, given: str, formula: str) -> None:
    found = lifted(name)
    assert found.status in ("refuted", "unknown") and not found.outputs and found.remedy is not None
    assert list(found.remedy.changes) == [given]
    assert found.remedy.lifted.status == "verified"
    assert [o.formula for o in found.remedy.lifted.outputs] == [formula]


def test_a_block_read_beyond_its_array_wants_padding() -> None:
    (found,) = lift(BLOCK_READ_UNCHECKED)
    assert found.status == "unknown" and found.remedy is not None
    assert list(found.remedy.changes) == ['padding_option="zero"']
    assert [o.formula for o in found.remedy.lifted.outputs] == ["Σ[k<arg2] arg0[k]"]


def test_only_loads_that_matter_are_named() -> None:
    found = lifted("sum_beside_a_copy").remedy
    (line,) = lines_of("sum_beside_a_copy", "tl.load(x + i")
    assert found is not None and found.changes["other=0"] == [f"test/python/{Path(__file__).name}:{line}"]


@pytest.mark.parametrize("path", FORGOTTEN, ids=lambda p: p.stem)
def test_a_forgotten_filler_is_found(path: Path) -> None:
    """The formulas are those of the example from which `other` was taken."""
    (found,) = lift(path)
    (original,) = lift(EXAMPLES / f"{path.stem.removesuffix('__missing_other')}.ttir")
    assert found.status == "refuted" and found.remedy is not None
    changed = found.remedy.lifted
    assert [(o.named, o.formula, o.domain) for o in changed.outputs] == [
        (o.named, o.formula, o.domain) for o in original.outputs
    ]


@pytest.mark.parametrize("n", [1, 2, 15, 16])
@pytest.mark.parametrize("name", ["mean_of_garbage", "product_of_garbage", "product_of_rows"])
def test_the_changed_kernel_computes_it(name: str, n: int) -> None:
    """Run with the named contents of masked-off lanes, and, to see that this can fail, with others."""
    found = lifted(name).remedy
    assert found is not None
    (given,) = found.changes
    draw = np.random.default_rng(n)
    args: dict[str, Any] = {p: draw.normal(size=16).astype(np.float32) for p in ("x", "z")}
    args |= {"y": np.zeros(1, np.float32), "n": n}
    if name != "product_of_garbage":
        del args["z"]
    expected = found.lifted.evaluate(args, (1, 1, 1))["y"]

    def run(filler: float) -> Any:
        options = Options(masked=lambda place: (filler,))
        return interpret(text_of(name), args, (1, 1, 1), options=options)["y"]

    np.testing.assert_allclose(run(FILLERS[given]), expected, rtol=1e-5)
    assert n == 16 or not np.allclose(run(3.0), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "twin", "reason"),
    [
        (
            "sums_of_garbage_in_one_place",
            "sums_of_garbage_apart",
            "may write different values to one element",
        ),
        ("sums_of_garbage_for_the_next", "sums_of_garbage_apart", "reads 'x', which the kernel also writes"),
    ],
)
def test_what_other_changes_would_mend_has_no_remedy(name: str, twin: str, reason: str) -> None:
    """With zeros in its masked-off lanes it is refused for something else; its twin, which lacks that, has a remedy."""
    found = lifted(name)
    assert found.status != "verified" and found.remedy is None and "remedy" not in found.to_json()
    (summary,) = _native.summarize(parse_module(text_of(name), "text").module)
    zeros = lift_summary(filled(summary, dict.fromkeys(gaps(summary), 0)), "text")
    assert gaps(summary) and zeros.status != "verified" and reason in (zeros.reason or "")
    mended = lifted(twin).remedy
    assert mended is not None and list(mended.changes) == ["other=0"]
    assert [o.formula for o in mended.lifted.outputs] == ["Σ[k<min(n - 16·i, 16)] x[16·i + k]"]
    assert mended.lifted.single_writer == "proved"


def test_a_verified_kernel_has_none() -> None:
    (found,) = lift(EXAMPLES / "row_sum.ttir")
    assert found.remedy is None and "remedy" not in found.to_json()


def test_only_the_lanes_of_the_chosen_loads_are_filled() -> None:
    (summary,) = _native.summarize(parse_module(text_of("sum_beside_a_copy"), "text").module)
    first, second = gaps(summary)
    assert gaps(filled(summary, {first: 0})) == [second]
    assert gaps(filled(summary, {first: 0, second: 0})) == []
    half = Lifted("k", "text", status="unknown")
    assert remedy(filled(summary, {first: 0, second: 0}), half) is None  # nothing is left to change


def test_every_output_tells_it() -> None:
    found = lifted("mean_of_garbage")
    assert found.remedy is not None
    told = "with `other=0` in the load at"
    formula = "(Σ[k<n] x[k]) / n"
    (line,) = lines_of_mean()
    for text in (to_text(found), to_latex(found), to_terminal(found, width=400)):
        assert told in text and formula in text and f"refutation_kernels.py:{line}" in text
    assert told in to_sarif([found]) and told in to_html(found) and "<math" in to_html(found)
    data = json.loads(json.dumps(found.to_json()))["remedy"]
    assert data["changes"] == [{"given": "other=0", "location": found.remedy.changes["other=0"][0]}]
    assert data["values"] == "proved" and data["outputs"][0]["formula"] == formula
    assert found.to_json()["outputs"] == []


def lines_of_mean() -> list[int]:
    import refutation_kernels

    lines = Path(refutation_kernels.__file__).read_text().split("\n")
    start = lines.index("def mean_of_garbage(x, y, n, BLOCK: tl.constexpr):")
    return [n + 1 for n in range(start, start + 4) if "tl.load" in lines[n]]
