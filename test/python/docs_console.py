"""The commands that the documentation shows, and what they print: `python docs_console.py` rewrites the pages.

In a ```console block each `$ triton-lift …` is run from the project's root; the lines up to the next `$` are what it
must print. Times and the number of obligations are left out of the comparison; a line `…` is any number of lines.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}

_BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SHOWN = re.compile(r"^\$ (triton-lift .*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def examples(page: Path) -> Iterator[tuple[str, str]]:
    """Each command of the page, with the output shown."""
    for block in _BLOCK.findall(page.read_text()):
        yield from _SHOWN.findall(block)


def printed(command: str) -> str:
    """What the command prints on standard output."""
    arguments = [sys.executable, "-m", "triton_lift.cli", *shlex.split(command)[1:]]
    done = subprocess.run(
        arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT, timeout=120, check=False
    )
    return done.stdout


def comparable(text: str) -> list[str]:
    """The lines without times and numbers of obligations."""
    return [
        re.sub(r"\d+(\.\d+)?(?= s\b| obligation)", "N", line).rstrip() for line in text.strip().splitlines()
    ]


def matches(shown: str, output: str) -> bool:
    """Whether `output` is what is shown."""
    lines = comparable(shown)
    pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + "\n" for line in lines)
    return re.fullmatch(pattern, "".join(line + "\n" for line in comparable(output))) is not None


def rewritten(page: Path) -> str:
    """The page with what the commands print now; outputs that match, and abridged ones, stay."""

    def rewrite(found: re.Match[str]) -> str:
        command, shown = found[1], found[2]
        output = printed(command)
        keep = matches(shown, output) or "…" in shown.splitlines()
        return f"$ {command}\n{shown if keep else output}"

    return _BLOCK.sub(lambda block: _SHOWN.sub(rewrite, block[0]), page.read_text())


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(rewritten(page))
