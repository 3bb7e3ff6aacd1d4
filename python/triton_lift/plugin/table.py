"""What the plugin says at the end: one row for each kernel and each different formula of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING

from triton_lift.lifted import Lifted

if TYPE_CHECKING:
    from triton_lift.plugin.service import Service

NOT_YET = "not lifted yet"
MOST_VIEWS = 2  # ways in which one kernel was launched that the table shows


@dataclass
class Row:
    """Specialisations of one kernel with one and the same outcome."""

    kernel: str
    status: str
    what: str
    identities: list[str] = field(default_factory=list)
    launched: dict[str, None] = field(default_factory=dict)

    def text(self) -> str:
        """What is said of it, and in which tensors it was launched."""
        views = list(self.launched)
        more = [f"and in {len(views) - MOST_VIEWS} more shapes"] if len(views) > MOST_VIEWS else []
        return "\n".join([self.what, *views[:MOST_VIEWS], *more])


def rows(service: Service) -> list[Row]:
    """In the order in which the kernels came."""
    found: dict[tuple[str, str, str], Row] = {}
    for identity, name in list(service.kernels.items()):
        lifted = service.results.get(identity)
        key = (name, lifted.status if lifted else NOT_YET, outcome(lifted))
        row = found.setdefault(key, Row(*key))
        row.identities.append(identity)
        if lifted is not None and lifted.launched is not None and (lines := lifted.launched.lines()):
            row.launched["launched with " + "\n  ".join(lines)] = None
    return list(found.values())


def outcome(lifted: Lifted | None) -> str:
    """The formulas, or why there are none."""
    if lifted is None:
        return ""
    if lifted.status == "verified":
        return "\n".join(f"{o.array}[{', '.join(o.indices)}] = {o.formula}" for o in lifted.outputs)
    place = f" ({lifted.location})" if lifted.location else ""
    return f"{lifted.reason or ''}{place}"


def agreements(service: Service) -> list[str]:
    """Of each kernel that was compiled in several ways (an autotuner's configurations, specialisations): whether all
    of them compute the same."""
    by_kernel: dict[str, list[Row]] = {}
    for row in rows(service):
        by_kernel.setdefault(row.kernel, []).append(row)
    told = []
    for kernel, found in by_kernel.items():
        count = sum(len(row.identities) for row in found)
        verified = [row for row in found if row.status == "verified"]
        if count < 2:
            continue
        if len(verified) == len(found) == 1:
            told.append(f"{kernel}: all {count} ways in which it was compiled compute the same")
        elif len(verified) > 1:
            told.append(f"{kernel}: compiled in {count} ways, which have {len(verified)} different formulas")
    return told


def headline(service: Service) -> str:
    """`5 kernels, 4 lifted, 3 verified`."""
    verified = sum(result.status == "verified" for result in list(service.results.values()))
    count = len(service.kernels)
    return f"{count} kernel{'' if count == 1 else 's'}, {len(service.results)} lifted, {verified} verified"


def table(service: Service, *, width: int | None = None) -> str:
    """The summary of a run."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=StringIO(), width=width or max(100, Console(stderr=True).width), highlight=False)
    shown = Table(title=f"triton-lift: {headline(service)}", title_justify="left")
    for column in ("kernel", "compiled", "verdict", "formula, or why not"):
        shown.add_column(column, overflow="fold", justify="right" if column == "compiled" else "left")
    for row in rows(service):
        shown.add_row(row.kernel, str(len(row.identities)), row.status, Text(row.text()))
    lines = [f"triton-lift: {told}" for told in (*agreements(service), *service.problems)]
    if service.lost:
        lines.append(f"triton-lift: {service.lost} records lost")
    if service.kernels:
        console.print(shown)
    else:
        lines.insert(0, "triton-lift: no kernel was compiled")
    assert isinstance(console.file, StringIO)
    return "\n".join(filter(None, [console.file.getvalue().rstrip("\n"), *lines]))
