"""A run as JUnit's XML, as CI systems show it: a test case for each kernel and guess, a test suite for each input."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from triton_lift.lifted import Lifted, Status
from triton_lift.report.outcome import refuted, said
from triton_lift.report.text import to_text

# What XML 1.0 cannot hold.
_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What is not decided is no failure of the kernel: it is a test that was not made.
_SKIPPED: tuple[Status, ...] = ("unknown", "unsupported", "timeout")


@dataclass(frozen=True)
class Case:
    """A test case: a kernel, or a guess or sketch of it. `outcome`: the element that tells it, None if it passed."""

    lifted: Lifted
    name: str
    outcome: str | None
    kind: str
    message: str
    text: str
    seconds: float


def to_junit(results: Iterable[Lifted]) -> str:
    """One document for all results."""
    files: dict[str, list[Case]] = {}
    for lifted in results:
        files.setdefault(lifted.file, []).extend(cases(lifted))
    everything = [case for found in files.values() for case in found]
    root = Element("testsuites", {"name": "triton-lift", **counts(everything)})
    for file, found in files.items():
        suite = SubElement(root, "testsuite", {"name": clean(file), **counts(found)})
        suite.set("skipped", str(sum(case.outcome == "skipped" for case in found)))
        for case in found:
            add(suite, case)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def cases(lifted: Lifted) -> Iterator[Case]:
    """The kernel, then what was asked of it."""
    name = lifted.kernel or "(no kernel)"
    judged = [*lifted.guesses, *lifted.sketches]
    seconds = max(0.0, lifted.seconds - sum(g.seconds for g in judged))
    yield Case(lifted, name, outcome(lifted), lifted.status, said(lifted), to_text(lifted), seconds)
    for g in judged:
        lines = list(g.lines())
        told = {"proved": None, "refuted": "failure", "unknown": "skipped", "error": "error"}[g.status]
        yield Case(lifted, f"{name}: {g.text}", told, g.status, lines[0], "\n".join(lines), g.seconds)


def outcome(lifted: Lifted) -> str | None:
    """The element that tells a kernel's verdict; None for a test that passed."""
    if refuted(lifted):
        return "failure"
    if lifted.status == "verified":
        return None
    return "skipped" if lifted.status in _SKIPPED else "error"


def counts(found: list[Case]) -> dict[str, str]:
    """The attributes that suites have."""
    told = [case.outcome for case in found]
    return {
        "tests": str(len(told)),
        "failures": str(told.count("failure")),
        "errors": str(told.count("error")),
        "time": f"{sum(case.seconds for case in found):.3f}",
    }


def add(suite: Element, case: Case) -> None:
    element = SubElement(
        suite,
        "testcase",
        name=clean(case.name),
        classname=clean(case.lifted.file),
        time=f"{case.seconds:.3f}",
    )
    if case.outcome is not None:
        told = SubElement(element, case.outcome, type=case.kind, message=clean(case.message))
        told.text = clean(case.text)
    else:
        SubElement(element, "system-out").text = clean(case.text)


def clean(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
