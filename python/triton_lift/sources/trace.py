"""Traces of TritonParse: a JSON object a line, one for each compile (with the text of its stages) and each launch."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from triton_lift.sources.archive import head
from triton_lift.sources.source import IR_SUFFIXES, Found, IRSource, IRSourceError, Notice


class TraceReader:
    """A file whose first line is a JSON object with an `event_type`."""

    def accepts(self, path: str) -> bool:
        start = head(path, 1 << 20).lstrip()
        return start.startswith(b"{") and b'"event_type"' in start.split(b"\n", 1)[0]

    def sources(self, path: str) -> Iterator[Found]:
        skipped: Counter[str] = Counter()
        known: set[str] = set()
        with open(path, encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    event = json.loads(line)
                    kind = str(event["event_type"])
                except (ValueError, KeyError, TypeError):
                    skipped["broken line"] += 1
                    continue
                if kind != "compilation":
                    skipped[kind] += 1
                    continue
                stage = ir_of(event)
                if stage is None:
                    skipped["compilation without IR"] += 1
                elif stage[1] in known:
                    skipped["compilation seen before"] += 1
                else:
                    known.add(stage[1])
                    yield IRSource(f"{path}!{number}-{stage[0]}", stage[1])
        if not known:
            raise IRSourceError(f"no compilation with TTIR or TTGIR in this trace ({listed(skipped)})", path)
        if skipped:
            yield Notice(f"not lifted: {listed(skipped)}", path)


def ir_of(event: dict[str, Any]) -> tuple[str, str] | None:
    """Name and text of the earliest stage of a compilation."""
    payload = event.get("payload")
    contents = payload.get("file_content") if isinstance(payload, dict) else None
    for suffix in IR_SUFFIXES:
        for name, text in (contents or {}).items():
            if name.endswith(suffix) and isinstance(text, str) and "tt.func" in text:
                return name, text
    return None


def listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} × {what}" for what, count in counts.most_common()) or "it is empty"
