"""A run as JUnit's XML, as CI systems show it: a test case for each kernel, a test suite for each input."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from triton_lift.lifted import Lifted, Status
from triton_lift.report.outcome import refuted, said
from triton_lift.report.text import to_text

# What XML 1.0 cannot hold.
_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What is not decided is no failure of the kernel: it is a test that was not made.
_SKIPPED: tuple[Status, ...] = ("unknown", "unsupported", "timeout")


def to_junit(results: Iterable[Lifted]) -> str:
    """One document for all results."""
    files: dict[str, list[Lifted]] = {}
    for lifted in results:
        files.setdefault(lifted.file, []).append(lifted)
    everything = [lifted for kernels in files.values() for lifted in kernels]
    root = Element("testsuites", {"name": "triton-lift", **counts(everything)})
    for file, kernels in files.items():
        suite = SubElement(root, "testsuite", {"name": clean(file), **counts(kernels)})
        suite.set("skipped", str(sum(outcome(k) == "skipped" for k in kernels)))
        for lifted in kernels:
            add(suite, lifted)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def outcome(lifted: Lifted) -> str | None:
    """The element that tells it; None for a test that passed."""
    if refuted(lifted):
        return "failure"
    if lifted.status == "verified":
        return None
    return "skipped" if lifted.status in _SKIPPED else "error"


def counts(kernels: list[Lifted]) -> dict[str, str]:
    """The attributes that suites have."""
    told = [outcome(k) for k in kernels]
    return {
        "tests": str(len(told)),
        "failures": str(told.count("failure")),
        "errors": str(told.count("error")),
        "time": f"{sum(k.seconds for k in kernels):.3f}",
    }


def add(suite: Element, lifted: Lifted) -> None:
    case = SubElement(
        suite,
        "testcase",
        name=clean(lifted.kernel or "(no kernel)"),
        classname=clean(lifted.file),
        time=f"{lifted.seconds:.3f}",
    )
    kind = outcome(lifted)
    if kind is not None:
        element = SubElement(case, kind, type=lifted.status, message=clean(said(lifted)))
        element.text = clean(to_text(lifted))
    else:
        SubElement(case, "system-out").text = clean(to_text(lifted))


def clean(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
