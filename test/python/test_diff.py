"""`triton-lift diff`: what became of each kernel, and that equal and different formulas are told apart."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import triton_lift
from docs_console import ENVIRONMENT, ROOT
from triton_lift.difference.changes import changes
from triton_lift.difference.equality import compare
from triton_lift.difference.parameters import correspondence
from triton_lift.lifted import Lifted, OutputFormula

IR = ROOT / "examples" / "ir"
ADD = (IR / "vector_add.ttir").read_text()
SUM = "%2 = arith.addf %x_7, %y_9 : tensor<1024xf32> loc(#loc9)\n"


def add_with(*operations: str) -> str:
    """The IR of `vector_add` with something else in place of the sum (`x`, `y` and `v1`, `v2`, … are values)."""
    lines = []
    for number, operation in enumerate(operations, 1):
        name = "%2" if number == len(operations) else f"%v{number}"
        text = operation.replace("x", "%x_7").replace("y", "%y_9").replace("v", "%v")
        lines.append(f"{name} = arith.{text} : tensor<1024xf32>\n")
    assert SUM in ADD
    return ADD.replace(SUM, "".join(lines))


def program(text: str) -> Any:
    (lifted,) = triton_lift.lift(text)
    assert lifted.status == "verified" and lifted.program is not None, lifted.reason
    return lifted.program


DIFFERENCE_OF_SQUARES = add_with("mulf x, x", "mulf y, y", "subf v1, v2")
PRODUCT = add_with("addf x, y", "subf x, y", "mulf v1, v2")
SQUARE = add_with("subf x, y", "mulf v1, v1")


def test_equal_however_it_is_written() -> None:
    assert compare(program(DIFFERENCE_OF_SQUARES), program(PRODUCT)).equal is True
    assert compare(
        program((IR / "softmax.ttir").read_text()), program((IR / "softmax.ttgir").read_text())
    ).equal


@pytest.mark.parametrize("other", [SQUARE, ADD, add_with("addf x, x"), add_with("addf y, y")])
def test_different_with_numbers(other: str) -> None:
    found = compare(program(PRODUCT), program(other))
    assert found.equal is False and "became" in found.detail and "n = " in found.detail


def test_what_rounding_may_do_is_no_difference() -> None:
    """Both are x/0, or x over what rounding left of 0: never called a change, whether or not it is proved equal."""
    zero = add_with("addf x, y", "subf v1, y", "subf v2, x", "divf x, v3")
    exact = add_with("subf x, x", "divf x, v1")
    results = [triton_lift.lift(text)[0] for text in (zero, exact)]
    assert (
        all(r.program is None for r in results)
        or compare(*(program(t) for t in (zero, exact))).equal is not False
    )


def test_another_domain() -> None:
    mutant = (IR / "mutants" / "vector_add__mask_off_by_one.ttir").read_text()
    found = compare(program(ADD), program(mutant))
    assert found.equal is False and "was not written, and is where" in found.detail


def test_other_elements() -> None:
    mutant = (IR / "mutants" / "copy_2d__wrong_stride.ttir").read_text()
    assert compare(program((IR / "copy_2d.ttir").read_text()), program(mutant)).equal is False


def test_other_parameters() -> None:
    found = compare(program(ADD), program((IR / "softmax.ttir").read_text()))
    assert found.equal is None
    assert found.detail.startswith(
        "parameters: new stride_x, stride_out, n_cols; gone y_ptr, n; out_ptr has another"
    )


RENAMED = ADD.replace('"x_ptr"', '"a"').replace('"n"', '"size"')


def test_renamed_parameters() -> None:
    """They are named, and compared by their types and places; a mutant of the renamed kernel is still another one."""
    assert "size" in RENAMED and '"x_ptr"' not in RENAMED
    found = compare(program(ADD), program(RENAMED))
    assert found.equal is True and found.detail == "parameters: renamed x_ptr → a, n → size; proved equal"
    wrong = add_with("subf x, y").replace('"x_ptr"', '"a"')
    found = compare(program(ADD), program(wrong))
    assert found.equal is False and "renamed x_ptr → a" in found.detail and "became" in found.detail
    (change,) = changes(triton_lift.lift(ADD), triton_lift.lift(RENAMED))
    assert change.kind == "rewritten" and (change.lost, change.gained) == ([], [])


def test_which_parameter_stands_for_which() -> None:
    old = (("x", "ptr<f32>"), ("n", "i32"), ("a", "f32"))
    found = correspondence(old, (("n", "i64"), ("x", "ptr<f32>"), ("eps", "f32"), ("m", "i32")))
    assert found.new == (1, 0, 2, 3) and found.names == {"a": "eps"}
    assert found.params == (*old, ("m", "i32"))
    said = "parameters: renamed a → eps; of another type n: i32 → i64; new m; in another order"
    assert found.said == said
    assert correspondence(old, old).said == ""
    assert correspondence(old, old[:2]).said == "parameters: gone a"
    assert found.renamed("a·n ≥ 1, |a_1| < 2^31") == "eps·n ≥ 1, |a_1| < 2^31"


def test_parameters_in_another_order() -> None:
    """x − y, with the parameters x and y exchanged: by their names it is the same, by their places it would not be."""
    minus = add_with("subf x, y")
    first, second = "%x_ptr: !tt.ptr<f32>", "%y_ptr: !tt.ptr<f32>"
    assert first in minus and second in minus
    exchanged = exchanged_parameters(minus)
    found = compare(program(minus), program(exchanged))
    assert found.equal is True and "in another order" in found.detail, found


def exchanged_parameters(text: str) -> str:
    """The kernel with its first two parameters in the other order."""
    start = text.index("(", text.index("tt.func public")) + 1
    end = text.index(") attributes", start)
    first, second, *rest = text[start:end].split(", %")
    return text[:start] + ", ".join([f"%{second}", first, *(f"%{r}" for r in rest)]) + text[end:]


@pytest.mark.parametrize("mutant", sorted(p.stem for p in (IR / "mutants").glob("r*.ttir")))
def test_no_mutant_is_proved_equal(mutant: str) -> None:
    """A wrong twin of an example is never said to compute the same."""
    (wrong,) = triton_lift.lift(IR / "mutants" / f"{mutant}.ttir")
    (right,) = triton_lift.lift(IR / f"{mutant.partition('__')[0]}.ttir")
    (found,) = changes([right], [replace(wrong, kernel=right.kernel)])
    assert found.kind in ("changed", "newly refuted", "newly unproved"), found


def verified(kernel: str, formula: str = "x[i]", *preconditions: str) -> Lifted:
    outputs = [OutputFormula("y", ["i"], "0 ≤ i < n", formula, "")]
    properties: dict[str, Any] = {"values": "proved", "coverage": "proved", "single_writer": "proved"}
    return Lifted(
        kernel,
        f"{kernel}.ttir",
        status="verified",
        outputs=outputs,
        preconditions=[*preconditions],
        **properties,
    )


def kinds(old: list[Lifted], new: list[Lifted]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for change in changes(old, new):
        found.setdefault(change.kernel, []).append(change.kind)
    return found


def test_what_becomes_of_verdicts() -> None:
    unknown, wrong = (
        Lifted("k", "k.ttir", reason="?"),
        Lifted("k", "k.ttir", status="refuted", values="refuted"),
    )
    race = replace(verified("k"), single_writer="refuted")
    for old, new, kind in [
        (verified("k"), verified("k"), "same"),
        (verified("k"), unknown, "newly unproved"),
        (verified("k"), wrong, "newly refuted"),
        (verified("k"), race, "newly refuted"),
        (unknown, wrong, "newly refuted"),
        (wrong, wrong, "still refuted"),
        (unknown, unknown, "still unproved"),
        (wrong, unknown, "still unproved"),
        (unknown, verified("k"), "newly verified"),
        (race, verified("k"), "newly verified"),
        (verified("k"), verified("k", "-x[i]"), "differs"),  # without a program nothing can be shown
    ]:
        assert kinds([old], [new]) == {"k": [kind]}
    assert kinds([verified("a")], [verified("b")]) == {"a": ["removed"], "b": ["added"]}


def test_layouts_are_part_of_the_formula() -> None:
    transposed = [replace(verified("k"), assumptions=[f"x[i] is element {s}·i"]) for s in "st"]
    assert kinds([transposed[0]], [transposed[1]]) == {"k": ["differs"]}


def test_specialisations_are_paired_by_what_is_known() -> None:
    one, two, three = (verified("k", f"{n}·x[i]") for n in (1, 2, 3))
    assert kinds([one, two, two], [two, one]) == {"k": ["same", "same"]}
    assert kinds([one, two], [two, one, three]) == {"k": ["added", "same", "same"]}
    assert kinds([one, two], [three, one]) == {"k": ["differs", "same"]}
    (found,) = changes([verified("k", "x[i]", "n ≥ 1", "m ≥ 1")], [verified("k", "x[i]", "n ≥ 1", "m ≥ 2")])
    assert (found.kind, found.lost, found.gained) == ("same", ["m ≥ 1"], ["m ≥ 2"])


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "triton_lift.cli", "diff", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=120,
        check=False,
    )


def test_the_command(tmp_path: Path) -> None:
    for name, text in {"old": PRODUCT, "new": DIFFERENCE_OF_SQUARES, "square": SQUARE}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "add.ttir").write_text(text)
        (tmp_path / name / "softmax.ttir").write_bytes((IR / "softmax.ttir").read_bytes())
    done = run(tmp_path / "old", tmp_path / "new")
    assert done.returncode == 0 and done.stdout.startswith("2 kernels: "), done.stdout + done.stderr
    done = run(tmp_path / "old", tmp_path / "square", "--all")
    assert (
        done.returncode == 1 and "vector_add · changed · " in done.stdout and "softmax · same" in done.stdout
    )
    assert "  was   out_ptr[i] = " in done.stdout and "became" in done.stdout
    done = run(tmp_path / "old", tmp_path / "square", "--format", "json")
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["change"], second["change"]) == ("changed", "same")
    assert first["new"]["kernel"] == "vector_add" and first["old"]["status"] == "verified"
    done = run(tmp_path / "old", tmp_path / "square", "--format", "html")
    assert done.returncode == 1 and done.stdout.count("<math") == 2
    done = run(tmp_path / "old", tmp_path / "gone")
    assert done.returncode == 2 and "no such file or folder" in done.stderr
    done = run(tmp_path / "old", tmp_path / "new", "--kernel", "none")
    assert done.returncode == 2 and "no kernel named none" in done.stderr


def test_newly_unproved(tmp_path: Path) -> None:
    (tmp_path / "old.ttir").write_text(ADD)
    (tmp_path / "new.ttir").write_text(add_with("remf x, y").replace("arith.remf", "math.frob"))
    done = run(tmp_path / "old.ttir", tmp_path / "new.ttir")
    assert done.returncode in (2, 3), done.stdout
