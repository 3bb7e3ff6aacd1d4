"""The pytest plugin. Without `--triton-lift` it offers the fixture `assert_formula`, and does nothing else.

With it, every kernel that the tests compile is lifted beside them, in worker processes, and a table of what was found
ends the report; files of IR that are given to pytest are tests themselves.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from triton_lift.testing.formula import AssertFormula

FAIL = ("refuted", "undecided", "never")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("triton-lift", "what Triton kernels compute")
    group.addoption(
        "--triton-lift",
        action="store_true",
        dest="triton_lift",
        help="lift every kernel that the tests compile; collect .ttir and .ttgir files as tests",
    )
    group.addoption(
        "--triton-lift-fail",
        choices=FAIL,
        default="refuted",
        help="which kernels make the run fail: refuted ones (default), all that are not verified, none",
    )
    group.addoption(
        "--triton-lift-timeout",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="time limit for lifting one kernel (default: 60)",
    )
    group.addoption(
        "--triton-lift-wait",
        type=float,
        default=None,
        metavar="SECONDS",
        help="how long to go on lifting when the tests are done (default: to the end)",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("triton_lift"):
        from triton_lift.testing.watch import Watch

        config.pluginmanager.register(Watch(config), "triton-lift-watch")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Any:
    if not parent.config.getoption("triton_lift") or file_path.suffix not in (".ttir", ".ttgir"):
        return None
    from triton_lift.testing.items import IRFile

    return IRFile.from_parent(parent, path=file_path)


@pytest.fixture(scope="session")
def assert_formula(pytestconfig: pytest.Config) -> AssertFormula:
    """A function that lifts a kernel and asserts what it computes: `triton_lift.testing.formula.AssertFormula`."""
    from triton_lift.testing.formula import AssertFormula

    return AssertFormula(timeout=pytestconfig.getoption("triton_lift_timeout"))
