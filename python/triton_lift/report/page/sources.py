"""The kernel's Python source beside its IR, each line of the one with its lines of the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_DEFINITION = re.compile(r"^(#loc\d*) = loc\((.*)\)$")
_PLACE = re.compile(r'"([^"]+)":(\d+):\d+')
_ALIAS = re.compile(r"#loc\d*")
_LONGEST = 4_000  # lines of IR
_AROUND = 2


@dataclass(frozen=True)
class Line:
    """A line of text: its number, and the line of the source that it belongs to (None: none)."""

    number: int
    text: str
    source: int | None


@dataclass(frozen=True)
class Sides:
    """Source and IR. Without a source that could be read, its name is still there if the IR says it."""

    file: str | None
    source: list[Line]
    ir: list[Line]


def sides(ir: str, location: str | None) -> Sides:
    """The IR without its locations, and the lines of the source that these name."""
    file = location.rpartition(":")[0] if location else None
    lines = ir.splitlines()
    definitions = {m[1]: m[2] for line in lines if (m := _DEFINITION.match(line))}
    shown: list[Line] = []
    for line in lines[:_LONGEST]:
        if not _DEFINITION.match(line):
            text, place = stripped(line)
            shown.append(Line(len(shown) + 1, text, line_in(file, place, definitions) if place else None))
    named = {line.source for line in shown if line.source is not None}
    if location and location.rpartition(":")[2].isdigit():
        named.add(int(location.rpartition(":")[2]))
    return Sides(file, source_lines(file, named) if file and named else [], shown)


def stripped(line: str) -> tuple[str, str]:
    """A line without its locations, and the last of these."""
    place, start = "", line.find(" loc(")
    while start >= 0:
        depth, end = 0, start + 4
        for end in range(start + 4, len(line)):
            depth += {"(": 1, ")": -1}.get(line[end], 0)
            if depth == 0:
                break
        place = line[start + 5 : end]
        line = line[:start] + line[end + 1 :]
        start = line.find(" loc(")
    return line, place


def line_in(file: str | None, place: str, definitions: dict[str, str], depth: int = 0) -> int | None:
    """The line of `file` that a location speaks of, at any depth of calls."""
    for found in _PLACE.finditer(place):
        if file is None or found[1] == file or Path(found[1]).name == Path(file).name:
            return int(found[2])
    if depth > 20:
        return None
    for alias in _ALIAS.findall(place):
        line = line_in(file, definitions.get(alias, ""), definitions, depth + 1)
        if line is not None:
            return line
    return None


def source_lines(file: str, named: set[int]) -> list[Line]:
    """The lines of a source file from the first that is named to the last; none where it cannot be read."""
    try:
        text = Path(file).read_text(errors="replace").splitlines()
    except OSError:
        return []
    if max(named) > len(text):
        return []  # another version of it
    first, last = max(1, min(named) - _AROUND), min(len(text), max(named) + _AROUND)
    return [Line(n, text[n - 1], n if n in named else None) for n in range(first, last + 1)]
