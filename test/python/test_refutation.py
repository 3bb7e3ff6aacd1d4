"""A refutation is a launch that anybody can run again, and correct kernels are not refuted."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from functools import cache
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from refutation_kernels import (
    PAIRS,
    ROWS,
    both_halves,
    ir,
    last_tile,
    last_tile_wide,
    many_programs_too_many,
    partial_sums_of_one_program,
    rows_by_stride,
    rows_without_columns,
)
from triton_lift import Lifted, _native, lift
from triton_lift.cli.exit_codes import ExitCode, code_of
from triton_lift.interpreter import Executable, InterpreterError, Options, Write, interpret
from triton_lift.ir import parse_module
from triton_lift.refutation.replay import reproduces
from triton_lift.refutation.stage import refute
from triton_lift.refutation.virtual import VirtualMemory
from triton_lift.report.text import to_text
from triton_lift.witness import ArrayArgument, Observation, Witness

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples" / "ir"


@cache
def text_of(name: str) -> str:
    kernel, _, types, _ = PAIRS[name]
    return ir(kernel, types)


@cache
def lifted(name: str) -> Lifted:
    return lift(text_of(name))[0]


def from_json(found: Lifted) -> Witness:
    """The witness as a reader of the JSON has it."""
    data = json.loads(json.dumps(found.to_json()))["witness"]
    args = {n: ArrayArgument(**a) if isinstance(a, dict) else a for n, a in data["args"].items()}
    return Witness(**{**data, "args": args, "observed": [Observation(**o) for o in data["observed"]]})


def rerun(text: str, witness: Witness) -> list[list[float]]:
    """Every value that each observation finds, by the public interpreter and nothing of the search."""
    x, y, z = witness.grid
    found = []
    for seen in witness.observed:
        log: list[Write] = []
        fill = {place: [float(n) for n in numbers] for place, numbers in (seen.masked or {}).items()}
        options = Options(
            masked=lambda place, fill=fill: fill.get(place or ""),
            on_store=log.append,
            backwards=seen.backwards,
        )
        after = interpret(text, witness.arguments(), (x, y, z), options=options)
        if seen.program is None:
            found.append([float(after[witness.array][witness.element])])
            continue
        writes = [w for w in log if w.array == witness.array and list(w.program) == seen.program]
        found.append([float(v) for w in writes for v in w.values[w.elements == witness.element]])
    return found


@pytest.mark.parametrize("name", PAIRS)
def test_a_bug_is_refuted_by_a_launch_that_shows_it(name: str) -> None:
    found = lifted(name)
    assert found.status == "refuted" and getattr(found, PAIRS[name][3]) == "refuted", found.reason
    assert code_of(found) is ExitCode.REFUTED
    witness = from_json(found)
    assert witness == found.witness
    values = rerun(text_of(name), witness)
    for seen, got in zip(witness.observed, values, strict=True):
        expected = float(seen.value)
        assert any(v == expected or (isnan(v) and isnan(expected)) for v in got)
    shown = {float(seen.value) for seen in witness.observed}
    assert len(shown) > 1 or all(map(isnan, shown))


@pytest.mark.parametrize("name", PAIRS)
def test_the_twin_without_the_bug_is_not_refuted(name: str) -> None:
    _, twin, types, _ = PAIRS[name]
    (found,) = lift(ir(twin, types))
    assert found.witness is None and "refuted" not in (found.status, found.values, found.single_writer)


def test_what_a_kernel_assumes_is_no_launch_against_it() -> None:
    (found,) = lift(ir(partial_sums_of_one_program, "x y: *fp32, n: i32"))
    assert found.witness is None and found.status != "refuted"


@pytest.mark.parametrize(("kernel", "clashes"), [(both_halves, False), (rows_without_columns, True)])
def test_strides_are_chosen_to_keep_rows_apart(kernel: Any, clashes: bool) -> None:
    """Whatever the lifter suspects: a clash must not come of rows that are too short for what they hold."""
    module = parse_module(ir(kernel, ROWS), "text").module
    (summary,) = _native.summarize(module)
    suspected = Lifted(kernel.__name__, "text", reason="two stores to one array may overlap")
    refute(module, summary, suspected)
    assert (suspected.witness is not None) is clashes


def test_programs_that_nobody_launches_refute_nothing() -> None:
    (found,) = lift(ir(many_programs_too_many, "x y: *fp32, n: i32"))
    assert found.witness is None and found.status != "refuted"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.ttir")), ids=lambda p: p.stem)
def test_examples_are_not_refuted(path: Path) -> None:
    for found in lift(path):
        assert found.witness is None


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("mutants/*missing_other.ttir")), ids=lambda p: p.stem)
def test_forgotten_fillers_are_refuted(path: Path) -> None:
    (found,) = lift(path)
    assert found.status == "refuted" and found.witness is not None
    values = rerun(path.read_text(), found.witness)
    assert values[0] != values[1]


@pytest.mark.parametrize("name", ["partial_sums_in_one_place", "mean_of_garbage", "neighbours_in_place"])
def test_a_witness_tampered_with_does_not_reproduce(name: str) -> None:
    executable = Executable(parse_module(text_of(name), name))
    witness = lifted(name).witness
    assert witness is not None and reproduces(executable, witness, Options())
    first, second = witness.observed
    array = next(n for n, a in witness.args.items() if isinstance(a, ArrayArgument))
    contents = witness.args[array]
    assert isinstance(contents, ArrayArgument)
    wrong = [
        replace(witness, element=witness.element + 1),
        replace(witness, observed=[first, first]),
        replace(witness, observed=[first, replace(second, value=1234.5)]),
        replace(witness, args={**witness.args, array: replace(contents, length=1)}),
        replace(witness, args={**witness.args, array: replace(contents, values=[0.0])}),
    ]
    assert not any(reproduces(executable, w, Options()) for w in wrong)


def test_contents_are_as_documented() -> None:
    argument = ArrayArgument("i32", 7, [3, 1, 2], 10)
    assert argument.array().tolist() == [3, 1, 2, 13, 11, 12, 23]
    assert argument.array().dtype == np.int32
    assert ArrayArgument("bf16", 3, [0.5, -1.0]).array().tolist() == [0.5, -1.0, 0.5]


def test_the_report_shows_the_launch() -> None:
    shown = to_text(lifted("mean_of_garbage"))
    assert "REFUTED · values refuted" in shown
    assert "when  grid = (1, 1, 1), x: 5 × f32, y: 1 × f32, n = 5" in shown
    assert shown.count("y[0] is") == 2


def test_json_without_a_witness_has_no_such_field() -> None:
    _, twin, types, _ = PAIRS["mean_of_garbage"]
    (found,) = lift(ir(twin, types))
    assert "witness" not in found.to_json() and "wraps_from" not in found.to_json()


def int32(value: int) -> int:
    return (value + 2**31) % 2**32 - 2**31


def lowest_element(kernel: Any, n: int) -> int:
    """The lowest element of x that the kernel reads, executed on arrays that no machine holds."""
    executable = Executable(parse_module(ir(kernel, "x y: *fp32, n: i32"), "text"))
    contents = {name: ArrayArgument("f32", 1, [0.0]) for name in ("x", "y")}
    memory = VirtualMemory(contents, anywhere=True)
    executable.run({"x": (), "y": (), "n": n}, (1, 1, 1), Options(), memory)
    return memory.reach["x"][0]


def test_the_smallest_size_that_wraps() -> None:
    """(n + 15) / 16 is computed in 32 bits."""
    (found,) = lift(ir(last_tile, "x y: *fp32, n: i32"))
    assert found.status == "verified" and found.wraps_from is not None
    n = found.wraps_from.sizes["n"]
    assert n == 2**31 - 15
    with np.errstate(over="ignore"):
        assert np.int32(n - 1) + np.int32(15) > 0 > np.int32(n) + np.int32(15)
    assert found.wraps_from.wrapped == int32(found.wraps_from.value) == -(2**31)
    assert lowest_element(last_tile, n) < 0 < lowest_element(last_tile, n - 1)
    shown = " ".join(to_text(found).split())
    assert "wraps from n = 2147483633 on, 2147483648 becomes -2147483648 in int32" in shown
    assert json.loads(json.dumps(found.to_json()))["wraps_from"] == asdict(found.wraps_from)


def test_64_bits_do_not_wrap() -> None:
    (found,) = lift(ir(last_tile_wide, "x y: *fp32, n: i32"))
    assert found.status == "verified" and found.wraps_from is None
    assert lowest_element(last_tile_wide, 2**31 - 1) > 0


def test_sizes_that_wrap_together() -> None:
    """The product of a row and a stride: none of the sizes could be smaller."""
    (found,) = lift(ir(rows_by_stride, ROWS))
    assert found.wraps_from is not None
    sizes = found.wraps_from.sizes

    def largest(sizes: dict[str, Any]) -> int:
        return (sizes["rows"] - 1) * sizes["stride"] + min(sizes.get("cols", 1), 16) - 1

    assert largest(sizes) >= 2**31
    for name in sizes:
        assert largest({**sizes, name: sizes[name] - 1}) < 2**31


def test_memory_without_an_end_is_like_any_other() -> None:
    """A kernel that reads what it wrote leaves the same on both, and no element beyond those reported is touched."""
    kernel, _, types, _ = PAIRS["neighbours_in_place"]
    executable = Executable(parse_module(ir(kernel, types), "text"))
    contents = {"x": ArrayArgument("f32", 60, [0.5, -1.0, 2.0]), "y": ArrayArgument("f32", 1, [0.0])}
    virtual = VirtualMemory(contents)
    grid, args = (4, 1, 1), {"n": 55}
    executable.run({**args, "x": (), "y": ()}, grid, Options(backwards=True), virtual)
    assert virtual.reach == {"x": (0, 55)}
    arrays = {n: a.array() for n, a in contents.items()}
    real = executable.run({**args, **arrays}, grid, Options(backwards=True))["x"]
    everything = np.arange(60)
    seen = virtual.written["x"].over(everything, contents["x"].at(everything))
    assert seen.tolist() == real.tolist() != arrays["x"].tolist()
    short = {**args, **arrays, "x": arrays["x"][:55]}
    with pytest.raises(InterpreterError, match="out of bounds"):
        executable.run(short, grid, Options())
