"""Verdicts counted over a collection of kernels."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any, get_args

from triton_lift.lifted import Lifted, Status, Verdict

PROPERTIES = ("values", "coverage", "single_writer")


@dataclass
class Tally:
    """What is counted: results by status and property, reasons, seconds per kernel. Peak of memory, seconds of
    the whole run and the number of sources whose results were kept from an earlier one are filled in at its end."""

    kernels: int = 0
    files: set[str] = field(default_factory=set)
    status: Counter[str] = field(default_factory=Counter)
    properties: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in PROPERTIES}
    )
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    unreadable: int = 0
    all_proved: int = 0
    remedied: int = 0
    recurrent: int = 0
    seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0
    wall_seconds: float = 0.0
    from_cache: int = 0

    def add(self, lifted: Lifted) -> None:
        self.kernels += 1
        self.files.add(lifted.file)
        self.status[lifted.status] += 1
        for name in PROPERTIES:
            self.properties[name][getattr(lifted, name)] += 1
        self.unreadable += lifted.status == "error" and not lifted.kernel
        self.all_proved += all(getattr(lifted, name) == "proved" for name in PROPERTIES)
        self.remedied += lifted.remedy is not None
        self.recurrent += any(o.recurrent for o in lifted.outputs)
        if lifted.reason is not None:
            self.reasons[lifted.status, general(lifted.reason)] += 1
        self.seconds.append(lifted.seconds)

    def stages(self) -> dict[str, int]:
        """How many kernels get how far: read by the parser, understood by the symbolic interpreter, verified, and
        verified with coverage and single writer proved as well."""
        return {
            "parsed": self.kernels - self.unreadable,
            "interpreted": self.kernels - self.status["error"] - self.status["unsupported"],
            "verified": self.status["verified"],
            "all_proved": self.all_proved,
        }

    def times(self) -> dict[str, float]:
        """Median, 95th percentile, maximum and sum of the seconds."""
        if not self.seconds:
            return {}
        cuts = (
            quantiles(self.seconds, n=20, method="inclusive") if len(self.seconds) > 1 else self.seconds * 19
        )
        return {"median": cuts[9], "p95": cuts[18], "max": max(self.seconds), "total": sum(self.seconds)}


def general(reason: str) -> str:
    """The reason without this kernel's own names and numbers, so that like reasons are counted together."""
    reason = re.sub(r"`[^`]*`|'[^']*'", lambda quoted: quoted[0] if "." in quoted[0] else "…", reason)
    return re.sub(r"\d+", "N", reason)[:110]


def to_json(tally: Tally, reasons: int) -> str:
    """One JSON object, for scripts."""
    data: dict[str, Any] = {
        "files": len(tally.files),
        "kernels": tally.kernels,
        **tally.stages(),
        "remedied": tally.remedied,
        "recurrent": tally.recurrent,
        "status": {status: tally.status[status] for status in get_args(Status)},
        **{name: {v: tally.properties[name][v] for v in get_args(Verdict)} for name in PROPERTIES},
        "reasons": [
            {"count": n, "status": status, "reason": reason}
            for (status, reason), n in tally.reasons.most_common(reasons)
        ],
        "seconds": {name: round(value, 4) for name, value in tally.times().items()},
        "wall_seconds": round(tally.wall_seconds, 2),
        "peak_mb": round(tally.peak_bytes / 2**20),
        "from_cache": tally.from_cache,
    }
    return json.dumps(data, ensure_ascii=False)


def to_table(tally: Tally, reasons: int) -> str:
    """Tables for a person, coloured when standard output is a terminal."""
    from io import StringIO

    from rich.console import Console
    from rich.table import Table

    here = Console()
    console = Console(
        file=StringIO(), force_terminal=here.is_terminal, width=max(here.width, 100), highlight=False
    )
    stages = Table(title=f"{tally.kernels} kernels in {len(tally.files)} files", title_justify="left")
    stages.add_column("get as far as")
    stages.add_column("kernels", justify="right")
    for stage, count in tally.stages().items():
        stages.add_row(stage.replace("_", " "), f"{count}  {count / max(1, tally.kernels):>4.0%}")
    verdicts = Table()
    verdicts.add_column("status")
    verdicts.add_column("kernels", justify="right")
    for status in get_args(Status):
        share = f"{tally.status[status] / max(1, tally.kernels):.0%}"
        verdicts.add_row(status, f"{tally.status[status]}  {share:>4}")
    properties = Table()
    properties.add_column("property")
    for verdict in get_args(Verdict):
        properties.add_column(verdict, justify="right")
    for name in PROPERTIES:
        counts = tally.properties[name]
        properties.add_row(name.replace("_", " "), *(str(counts[v]) for v in get_args(Verdict)))
    console.print(stages, verdicts, properties)
    if tally.recurrent:
        console.print(f"of the verified ones, {tally.recurrent} with a recurrence in place of a closed form")
    if tally.reasons and reasons:
        why = Table()
        for column in ("count", "status", "reason"):
            why.add_column(column, justify="right" if column == "count" else "left", overflow="fold")
        for (status, reason), count in tally.reasons.most_common(reasons):
            why.add_row(str(count), status, reason.replace("[", "\\["))
        console.print(why)
    if tally.remedied:
        console.print(f"{tally.remedied} more would be verified with `other=0` in loads that lack it")
    times = tally.times()
    if times:
        console.print(
            "seconds per kernel: " + ", ".join(f"{name} {value:.3f}" for name, value in times.items())
        )
        whole = f"whole run: {tally.wall_seconds:.1f} s; one worker's peak {tally.peak_bytes >> 20} MB"
        console.print(whole + (f"; {tally.from_cache} inputs from the cache" if tally.from_cache else ""))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().rstrip("\n")
