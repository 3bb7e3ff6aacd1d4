"""Formulas and sentences on several lines: broken before the loosest operator outside of brackets, never in a name."""

from __future__ import annotations

import re

# What a line may begin with, the loosest first; a comma stays where it is.
_FORMULA = (
    re.compile(r" (?:if|else|for) |(?<=[,;]) "),
    re.compile(r" (?:∧|∨|and|or) "),
    re.compile(r" [≤<≥>≠] "),
    re.compile(r" [-+] "),
    re.compile(r" (?:/|mod) "),
    re.compile(r"·"),
)
# In a sentence also between words, but not behind an operator.
_SENTENCE = (re.compile(r"(?<=[,;:]) "), re.compile(r"(?<![-+/=≤<≥>≠∧∨·]) (?!…)"), re.compile(r"·"))
_OPENING, _CLOSING = "([⌊⌈", ")]⌋⌉"


def wrapped(text: str, width: int, indent: int = 2, *, sentence: bool = False) -> list[str]:
    """The text on lines of at most `width` letters where that can be; lines after the first are to be indented."""
    lines: list[str] = []
    room = width
    while len(text) > room:
        place = _break(text, room, _SENTENCE if sentence else _FORMULA)
        if place is None:
            break
        lines.append(text[:place].rstrip())
        text = text[place:].lstrip()
        room = max(20, width - indent)
    return [*lines, text]


def _break(text: str, room: int, operators: tuple[re.Pattern[str], ...]) -> int | None:
    """Where to go on below: at the outermost operator, of several the last that leaves a line of some length."""
    depths = _depths(text)
    found = {
        m.start(): (depths[m.start()], rank)
        for rank, operator in reversed(list(enumerate(operators)))
        for m in operator.finditer(text)
        if m.start() > 0
    }
    fitting = [at for at in found if at <= room]
    if not fitting:
        return min(found, default=None)
    long_enough = [at for at in fitting if at >= room // 2] or fitting
    loosest = min(found[at] for at in long_enough)
    return max(at for at in long_enough if found[at] == loosest)


def _depths(text: str) -> list[int]:
    """In how many brackets each letter stands."""
    depth, result = 0, []
    for c in text:
        depth -= c in _CLOSING
        result.append(depth)
        depth += c in _OPENING
    return result
