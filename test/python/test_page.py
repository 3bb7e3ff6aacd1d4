"""The page: one file that needs nothing else, well formed, and nothing from a kernel is markup."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from examples.specs import EXAMPLES
from triton_lift import Lifted
from triton_lift.difference.changes import Change, changes
from triton_lift.guess_result import GuessResult
from triton_lift.illustration import Illustration
from triton_lift.illustration.drawing import Owners, memory_panel
from triton_lift.interpreter import Write
from triton_lift.report.latex import to_latex
from triton_lift.report.page import fragment, to_page
from triton_lift.report.page.difference import to_page as difference_page
from triton_lift.report.page.formulas import display
from triton_lift.report.page.pictures import pictures
from triton_lift.report.page.sources import sides, stripped
from triton_lift.sources import find_sources
from triton_lift.workers import lift_sources

VOID = {"meta", "br", "mspace", "link", "img", "hr"}


class Checked(HTMLParser):
    """Reads a page strictly: every element is closed where it was opened; collects what links to somewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()


def checked(page: str) -> Checked:
    reader = Checked()
    reader.feed(page)
    assert not reader.open, reader.open
    return reader


@cache
def illustrated(path: Path) -> Lifted:
    sources = find_sources([str(path)])
    ((_, found),) = lift_sources(sources, keep_workers=True, illustrated=True, proof=True)
    return found


def example(name: str) -> Lifted:
    return illustrated(EXAMPLES[name].ir())


def test_a_page_needs_nothing_else() -> None:
    page = to_page(
        [example("softmax"), example("matmul"), illustrated(EXAMPLES["softmax"].mutant_ir("missing_other"))]
    )
    read = checked(page)
    assert all(link.startswith("#") for link in read.links)
    assert "http" not in page.replace("http-equiv", "") and "@import" not in page and "url(" not in page
    assert read.names.count("article") == 3 and read.names.count("math") == 3
    assert "munderover" in read.names and "svg" in read.names
    assert "REFUTED" in page and "prefers-color-scheme: dark" in page


def test_what_is_there() -> None:
    found = example("softmax")
    page = to_page([found])
    for text in (
        *found.preconditions,
        *found.assumptions,
        *found.real_arithmetic,
        "PyTorch",
        "LaTeX",
        "13 of 13" if 0 else "Proof",
    ):
        assert text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in page
    assert "obligations proved" in page and "simplify reduce" in page
    assert found.proof is not None
    assert page.count('<details><summary class="soft">from') >= 1


def test_guesses_are_shown() -> None:
    found = replace(
        example("softmax"),
        guesses=[GuessResult(EVIL, "error", "what is that?"), GuessResult("out_ptr[i, j] = 1", "refuted")],
        sketches=[GuessResult("??", "proved", filled="out_ptr[i, j] = 2", holes={"??": "2"})],
    )
    for page in (to_page([found]), fragment(found)):
        checked(page)
        assert '<span class="badge refuted">refuted</span>' in page and "what is that?" in page
        assert "<script>alert" not in page and "out_ptr[i, j] = 2" in page and "?? = 2" in page
    shown = to_latex(found)
    assert "% guess refuted: out_ptr[i, j] = 1" in shown and "% numerics: " in shown
    assert "% out_ptr = softmax(x_ptr, axis=1)" in shown


def test_both_sides_of_a_difference_are_shown() -> None:
    old, new = example("softmax"), replace(example("row_sum"), kernel="softmax")
    gone = Lifted(EVIL, EVIL, status="unknown", reason=EVIL)
    page = difference_page([*changes([old, gone], [new]), Change("same", new, new)])
    reader = checked(page)
    assert reader.names.count("math") == 2 and not [link for link in reader.links if link[:1] != "#"]
    assert ">was</h3>" in page and ">is</h3>" in page and "removed" in page and "1 same" in page
    assert "<script>alert" not in page
    assert "math" in difference_page([Change("same", new, new)], everything=True)


def test_without_a_program_the_text_is_typeset() -> None:
    for name in ("softmax", "flash_attention_causal", "int4_dequantise"):
        found = example(name)
        bare = replace(found, program=None)
        assert display(bare) == display(found) and "<math" in fragment(bare)
    odd = replace(bare, outputs=[replace(o, formula="mix1(") for o in bare.outputs])
    assert display(odd) is None and "mix1(" in fragment(odd)


def test_many_kernels_have_an_index_and_are_closed() -> None:
    kernels = [example(n) for n in ("softmax", "row_sum", "vector_add", "copy_2d")]
    page = to_page(kernels)
    assert page.count('class="index"') == 1 and "<details open>" not in page
    for number in range(1, 5):
        assert f'href="#k{number}"' in page and f'id="k{number}"' in page


EVIL = '<script>alert("x")</script>&'


def test_nothing_from_a_kernel_is_markup() -> None:
    found = example("softmax")
    bad = Lifted(
        EVIL,
        EVIL,
        status="unknown",
        reason=EVIL,
        location=f"{EVIL}:3",
        preconditions=[EVIL],
        assumptions=[EVIL],
    )
    illustration = found.illustration
    assert illustration is not None
    bad.illustration = type(illustration)(
        f"{EVIL}\n{illustration.ir}", illustration.grid, {EVIL: 3}, illustration.panels
    )
    for page in (to_page([bad]), fragment(bad)):
        checked(page)
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_a_result_without_anything() -> None:
    """A kernel that could not be read has a page too."""
    checked(to_page([Lifted("", "nowhere.ttir", status="error", reason="no such file")]))
    checked(to_page([]))
    checked(fragment(Lifted("", "nowhere.ttir", status="error", reason="no such file")))


def test_the_command(tmp_path: Path) -> None:
    source = str(EXAMPLES["vector_add"].ir())
    command = [sys.executable, "-m", "triton_lift.cli", "lift", source, "--format", "html"]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    assert checked(printed).names.count("article") == 1
    file = tmp_path / "page.html"
    done = subprocess.run([*command, "-o", str(file)], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "" and checked(file.read_text()).names == checked(printed).names
    elsewhere = [*command, "-o", str(tmp_path / "no" / "page.html")]
    nowhere = subprocess.run(elsewhere, stderr=subprocess.PIPE, check=False)
    assert nowhere.returncode == 2 and b"No such file" in nowhere.stderr


def test_a_renderer_that_fails_costs_its_part_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from triton_lift.render.display import Typesetter
    from triton_lift.render.torch import function
    from triton_lift.report.latex import to_latex
    from triton_lift.report.torch import to_torch

    def fails(*_: object) -> None:
        raise KeyError("of no use")

    found = example("row_sum")
    monkeypatch.setattr(Typesetter, "lines", fails)
    monkeypatch.setattr(function.Lines, "write", fails)
    assert "internal error: KeyError" in to_torch(found) and "def " not in to_torch(found)
    assert found.outputs[0].latex in to_latex(found)
    page = to_page([found])
    assert "<math" not in page and found.outputs[0].formula.replace("<", "&lt;") in page


# The picture.


@pytest.mark.parametrize(
    "name", ["softmax", "matmul", "flash_attention", "transpose_2d", "rotary", "row_sum"]
)
def test_every_point_of_a_domain_is_drawn_once(name: str) -> None:
    illustration = example(name).illustration
    assert illustration is not None
    domains = [p for p in illustration.panels if p.kind == "domain"]
    assert domains
    for panel in domains:
        cells = np.zeros((panel.rows, panel.columns), int)
        for run in panel.runs:
            assert not run.clash
            cells[run.row, run.first : run.last + 1] += 1
            assert run.program is not None  # all of it is written: coverage is proved
        assert (cells == 1).all()
    programs = {r.program for p in domains for r in p.runs}
    assert len(programs) > 1


def test_lanes_clashes_and_gaps() -> None:
    log = [
        Write(1, (0, 0, 0), "y", np.array([0, 1, 2, 3]), np.zeros(4), None),
        Write(2, (1, 0, 0), "y", np.array([7, 6, 3]), np.zeros(3), None),
        Write(3, (1, 0, 0), "x", np.array([9]), np.zeros(1), None),
    ]
    panel = memory_panel(Owners(log, "y", 8), "y", 8, 8)
    shown = [(r.first, r.last, r.program, r.lane, r.step, r.clash) for r in panel.runs]
    assert shown == [
        (0, 2, (0, 0, 0), 0, 1, False),
        (3, 3, (1, 0, 0), 2, 1, True),
        (4, 5, None, 0, 0, False),
        (6, 7, (1, 0, 0), 1, -1, False),
    ]


def test_updates_by_several_programs_are_no_clash() -> None:
    updates = [
        Write(n, (n, 0, 0), "y", np.array(elements), np.zeros(len(elements)), None)
        for n, elements in enumerate([[0, 1, 1, 2], [1, 2, 3], [2, 2]])
    ]
    panel = memory_panel(Owners([], "y", 5, updates), "y", 5, 5)
    shown = [(r.first, r.last, r.together, r.clash) for r in panel.runs]
    assert shown == [(0, 0, 1, False), (1, 1, 2, False), (2, 2, 3, False), (3, 3, 1, False), (4, 4, 1, False)]
    assert [r.program for r in panel.runs if r.together == 1] == [(0, 0, 0), (1, 0, 0), None]
    (picture,) = pictures(Illustration("", (3, 1, 1), {}, [panel]))
    assert "3 programs update this" in picture.svg and "grey: updated by several programs" in picture.caption
    assert "another program" not in picture.svg


@pytest.mark.parametrize(
    ("name", "turns"), [("flash_attention_causal", 1), ("softmax_grid_stride", 2), ("matmul", 1)]
)
def test_the_launch_shows_what_there_is(name: str, turns: int) -> None:
    """Several programs along each axis that is used; of a grid-stride loop, a program that comes round again."""
    illustration = example(name).illustration
    assert illustration is not None
    panel = next(p for p in illustration.panels if p.kind == "domain")
    programs = [r.program for r in panel.runs if r.program]
    used = {"flash_attention_causal": 2, "softmax_grid_stride": 1, "matmul": 1}[name]
    assert all(len({p[axis] for p in programs}) > 1 for axis in range(used))
    rows = [p for k, p in enumerate(programs) if k == 0 or programs[k - 1] != p]
    assert turns == 1 or max(map(rows.count, rows)) >= turns


def test_a_launch_that_shows_a_gap() -> None:
    """Without proved coverage there may be points that nobody writes."""
    found = illustrated(EXAMPLES["vector_add"].mutant_ir("mask_off_by_one"))
    assert found.illustration is not None and found.illustration.panels


# Source and IR.


def test_locations_are_taken_out_and_resolved() -> None:
    ir = "\n".join(
        [
            '#loc = loc("dir/k.py":3:0)',
            "  %x = op %a : f32 loc(#loc1)",
            "  %y = op %a : f32 loc(callsite(#loc2 at #loc1))",
            '  func(%a: f32 loc("a"(#loc)), %b: f32 loc("b"(#loc))) {',
            "  nowhere",
            '#loc1 = loc("x"(#loc3))',
            '#loc2 = loc("elsewhere.py":99:1)',
            '#loc3 = loc("dir/k.py":7:4)',
        ]
    )
    shown = sides(ir, "dir/k.py:3")
    assert [(line.text.strip(), line.source) for line in shown.ir] == [
        ("%x = op %a : f32", 7),
        ("%y = op %a : f32", 7),
        ("func(%a: f32, %b: f32) {", 3),
        ("nowhere", None),
    ]
    assert shown.file == "dir/k.py" and shown.source == []  # it is not there
    assert stripped("a loc(#l(x)) b loc(unknown)") == ("a b", "unknown")


def test_the_source_is_read_where_it_is(tmp_path: Path) -> None:
    file = tmp_path / "k.py"
    file.write_text("\n".join(f"line {n}" for n in range(1, 21)))
    ir = f'%x = op loc(#loc)\n#loc = loc("{file}":9:1)'
    shown = sides(ir, f"{file}:7")
    assert [line.number for line in shown.source] == list(range(5, 12))
    assert [line.number for line in shown.source if line.source] == [7, 9]
    assert re.fullmatch(r"line \d+", shown.source[0].text)
    short = sides(ir.replace(":9:", ":99:"), f"{file}:7")
    assert short.source == []  # another version of the file
