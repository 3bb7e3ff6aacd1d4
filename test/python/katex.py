"""KaTeX itself, in strict mode: what LaTeX would not take is an error. It runs in an engine inside this process."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import quickjs

_CHECK = """
globalThis.problem = text => {
    try {
        katex.renderToString(text, {displayMode: true, strict: "error", throwOnError: true});
        return "";
    } catch (e) { return String(e.message); }
}
"""
_DISPLAY = re.compile(r"\\\[(.*)\\\]|\$\$(.*)\$\$", re.DOTALL)


@cache
def _engine() -> tuple[quickjs.Context, Callable[[str], str]]:
    # A Sphinx extension brings KaTeX along as one file; nothing of Sphinx is run.
    script = distribution("sphinxcontrib-katex").locate_file("sphinxcontrib/katex.min.js")
    engine = quickjs.Context()
    engine.eval(Path(str(script)).read_text())
    engine.eval(_CHECK)
    return engine, engine.get("problem")


def problem(text: str) -> str:
    """What is wrong with a formula, or with a display in its delimiters; nothing if it is typeset."""
    display = _DISPLAY.fullmatch(text.strip())
    inner = text if display is None else display[1] or display[2]
    return _engine()[1](inner)
