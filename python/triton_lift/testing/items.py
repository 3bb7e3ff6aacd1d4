"""Files of IR as tests: a file passes when each of its kernels is verified."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from triton_lift.lifted import Lifted
from triton_lift.report.outcome import refuted
from triton_lift.report.text import to_text
from triton_lift.sources import find_sources
from triton_lift.store import open_store
from triton_lift.workers import lift_sources


class NotVerified(Exception):
    """Kernels that are not as they should be, as text."""


class IRFile(pytest.File):
    """One `.ttir` or `.ttgir` file."""

    def collect(self) -> Iterable[pytest.Item]:
        yield IRItem.from_parent(self, name=self.path.stem)


class IRItem(pytest.Item):
    """Lifting it: failed where something is refuted or unreadable, skipped where something is left open, unless
    `--triton-lift-fail` says otherwise."""

    def runtest(self) -> None:
        results = lifted_file(self.path, self.config.getoption("triton_lift_timeout"))
        fail = self.config.getoption("triton_lift_fail")
        failed = [r for r in results if refuted(r) or not r.kernel]
        undecided = [r for r in results if r not in failed and r.status != "verified"]
        if fail == "undecided":
            failed, undecided = failed + undecided, []
        if failed and fail != "never":
            raise NotVerified("\n\n".join(map(to_text, failed)))
        if failed or undecided:
            pytest.skip("; ".join(f"{r.kernel}: {r.reason}" for r in [*failed, *undecided]))
        self.add_report_section("call", "formula", "\n\n".join(map(to_text, results)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, NotVerified):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, f"triton-lift: {self.name}"


def lifted_file(path: Path, timeout: float) -> list[Lifted]:
    """The results of one file, kept ones included."""
    came = lift_sources(
        find_sources([str(path)]), timeout=timeout, keep_workers=True, executable=False, store=open_store()
    )
    return [lifted for _, lifted in came]
