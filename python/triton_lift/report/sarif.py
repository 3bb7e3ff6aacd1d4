"""A run as SARIF 2.1.0, for code scanning: findings at the lines of the Python source."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from triton_lift import __version__
from triton_lift.lifted import Lifted
from triton_lift.report.outcome import place, refuted, said
from triton_lift.report.text import remedy, witness

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

# A finding's rule: its identity, what it is about, its level and SARIF's kind of result.
_RULES: dict[str, tuple[str, str, str]] = {
    "refuted": ("A launch was found on which the kernel does not do what it should", "error", "fail"),
    "unknown": ("Neither proved nor refuted", "note", "review"),
    "unsupported": ("The kernel has an operation that the lifter has no semantics for", "note", "review"),
    "timeout": ("The time limit was reached", "note", "review"),
    "error": ("The input could not be read, or lifting it failed", "warning", "review"),
    "guess-refuted": (
        "A launch was found on which the kernel does not do what a formula says",
        "error",
        "fail",
    ),
    "guess-undecided": (
        "A formula was neither proved nor refuted of a kernel, or cannot be read",
        "note",
        "review",
    ),
    "wraps": ("An integer operation wraps from some size on", "note", "informational"),
}


def to_sarif(results: Iterable[Lifted]) -> str:
    """One document, with one run, for all results."""
    found = [finding for lifted in results for finding in findings(lifted)]
    rules = [rule(name) for name in _RULES]
    driver = {"name": "triton-lift", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"uri": Path.cwd().as_uri().rstrip("/") + "/"}},
        "results": found,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def rule(name: str) -> dict[str, Any]:
    text, level, _ = _RULES[name]
    return {"id": name, "shortDescription": {"text": text}, "defaultConfiguration": {"level": level}}


def findings(lifted: Lifted) -> Iterable[dict[str, Any]]:
    """What keeps the kernel from being verified, formulas that are not proved of it, and where its integers wrap.

    A verified kernel is no finding.
    """
    name = lifted.kernel or lifted.file
    verdict = "refuted" if refuted(lifted) else lifted.status
    if verdict in _RULES:
        lines = [f"{name}: {said(lifted)}", *(line.strip() for line in [*witness(lifted), *remedy(lifted)])]
        yield finding(verdict, "\n".join(lines), place(lifted) or (lifted.file, 1), lifted)
    for judged in (*lifted.guesses, *lifted.sketches):
        if judged.status != "proved":
            kind = "guess-refuted" if judged.status == "refuted" else "guess-undecided"
            text = "\n".join([f"{name}: {judged.text}", *judged.lines()])
            found = finding(kind, text, place(lifted) or (lifted.file, 1), lifted)
            found["partialFingerprints"]["guess/v1"] = judged.text
            yield found
    if lifted.wraps_from is not None:
        file, _, line = (lifted.wraps_from.location or "").rpartition(":")
        where = (file, int(line)) if file not in ("", "-") and line.isdigit() else (lifted.file, 1)
        yield finding("wraps", f"{name}: {lifted.wraps_from.line()}", where, lifted)


def finding(verdict: str, text: str, where: tuple[str, int], lifted: Lifted) -> dict[str, Any]:
    """One result. `kernel` and IR file are what makes it the same finding in the next run. SARIF has no level but
    `none` for what is no failure."""
    kind = _RULES[verdict][2]
    told: dict[str, Any] = {
        "ruleId": verdict,
        "ruleIndex": list(_RULES).index(verdict),
        "kind": kind,
        "level": _RULES[verdict][1] if kind == "fail" else "none",
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact(where[0]),
                    "region": {"startLine": max(1, where[1])},
                },
                "logicalLocations": [{"name": lifted.kernel or lifted.file, "kind": "function"}],
            }
        ],
        "partialFingerprints": {"kernel/v1": f"{lifted.kernel}:{verdict}:{Path(lifted.file).name}"},
    }
    return told


def artifact(file: str) -> dict[str, str]:
    """The file, relative to the folder that we run in where it lies below it: so it is in other checkouts too."""
    path = Path(file)
    if not path.is_absolute():
        return {"uri": quote(path.as_posix()), "uriBaseId": "ROOT"}
    try:
        return {"uri": quote(path.relative_to(Path.cwd()).as_posix()), "uriBaseId": "ROOT"}
    except ValueError:
        return {"uri": path.as_uri()}
