"""Logs of MLIR's passes (`MLIR_ENABLE_DUMP=1`, `MLIR_DUMP_PATH`): the whole module before each pass.

Of each compile the last TTIR is taken, the one that is lowered to TTGIR; where there is none, the first TTGIR.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from triton_lift.sources.archive import head
from triton_lift.sources.source import Found, IRSource, IRSourceError, Notice

_HEADER = re.compile(r"// -----// IR Dump (?:Before|After) (\S+?):?\s.*//----- //\s*$")
_OTHER_HEADER = "// -----//"
_KERNEL = re.compile(r"tt\.func public @(?:\"([^\"]+)\"|([\w$.-]+))")
_GPU = re.compile(r'"?(?:ttg|triton_gpu)\.num-warps')


@dataclass
class Section:
    """One dump of a module."""

    pass_name: str
    lines: list[str]
    complete: bool = False

    @property
    def text(self) -> str:
        return "".join(self.lines)

    @property
    def kernel(self) -> str | None:
        found = _KERNEL.search(self.text)
        return (found[1] or found[2]) if found else None

    @property
    def gpu(self) -> bool:
        return _GPU.search(self.text[:20000]) is not None


@dataclass
class Compile:
    """The dumps of one compile of one kernel, as they come."""

    kernel: str
    first_pass: str
    chosen: Section
    lowered: bool = False


class PassLogReader:
    """A file with `IR Dump Before …` in it."""

    def accepts(self, path: str) -> bool:
        return b"// -----// IR Dump " in head(path, 1 << 20)

    def sources(self, path: str) -> Iterator[Found]:
        compiles: list[Compile] = []
        seen = unusable = 0
        for section in sections(path):
            seen += 1
            if not section.complete or section.kernel is None:
                unusable += 1
                # LLVM's dumps hold no Triton function; the next TTIR is another compile's
                if compiles and section.complete:
                    compiles[-1].lowered = True
                continue
            add(compiles, section)
        if not compiles:
            raise IRSourceError(f"none of the {seen} dumps in this log is a whole module with a kernel", path)
        for number, one in enumerate(compiles, 1):
            stage = "ttgir" if one.chosen.gpu else "ttir"
            yield IRSource(f"{path}!{number}-{one.kernel}.{stage}", one.chosen.text)
        yield Notice(
            f"{seen} dumps of {len(compiles)} compiles: one of each is lifted; {unusable} hold no Triton kernel",
            path,
        )


def add(compiles: list[Compile], section: Section) -> None:
    """Put a dump with the compile that it belongs to, or begin one."""
    assert section.kernel is not None
    last = compiles[-1] if compiles else None
    again = last is not None and not section.gpu and (last.lowered or section.pass_name == last.first_pass)
    if last is None or last.kernel != section.kernel or again:
        compiles.append(Compile(section.kernel, section.pass_name, section, section.gpu))
    elif section.gpu:
        last.lowered = True
    else:
        last.chosen = section


def sections(path: str) -> Iterator[Section]:
    """The dumps in a log. What other output stands between them is left out."""
    section: Section | None = None
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith(_OTHER_HEADER):
                if section is not None:
                    yield section
                found = _HEADER.match(line)
                section = Section(found[1], []) if found else None
            elif section is not None:
                if section.complete and not line.startswith("#"):
                    yield section
                    section = None
                    continue
                section.lines.append(line)
                section.complete = section.complete or line.startswith("}")
    if section is not None:
        yield section
