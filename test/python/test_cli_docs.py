"""What the documentation shows is what the command prints, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs_console import PAGES, ROOT, examples, matches, printed

SHOWN = [(str(page.relative_to(ROOT)), *shown) for page in PAGES for shown in examples(page)]


@pytest.mark.parametrize(("page", "command", "shown"), SHOWN, ids=[f"{p}: {c}" for p, c, _ in SHOWN])
def test_shown_output_is_real(page: str, command: str, shown: str) -> None:
    output = printed(command)
    assert matches(shown, output), f"{page} shows something else; docs_console.py rewrites it\n{output}"


@pytest.mark.parametrize(
    "page", [page for page in PAGES if "```python\n" in page.read_text()], ids=lambda p: p.name
)
def test_python_blocks_run(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for block in re.findall(r"^```python\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE):
        exec(block, {})


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        prose = re.sub(
            r"^```.*?^```|^    .*?$|`[^`\n]*`", "", page.read_text(), flags=re.DOTALL | re.MULTILINE
        )
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", prose):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"


@pytest.mark.parametrize(
    ("shown", "output", "same"),
    [
        ("k · 0.4 s\n", "k · 12 s\n", True),
        ("a\n…\nz\n", "a\nb\nc\nz\n", True),
        ("a\n…\nz\n", "a\nb\nc\n", False),
        ("x = 1\n", "x = 2\n", False),
    ],
)
def test_comparison(shown: str, output: str, same: bool) -> None:
    assert matches(shown, output) is same
