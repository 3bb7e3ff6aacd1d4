"""What the tests compile: noted by the plugin's listener, lifted by a service in this process, told at the end."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from triton_lift.capture.store import Kernel, Store, read_log
from triton_lift.lifted import Lifted
from triton_lift.plugin import session as plugin
from triton_lift.plugin.channel import VARIABLE
from triton_lift.plugin.quiet import install_quietly
from triton_lift.plugin.service import Service
from triton_lift.plugin.table import table
from triton_lift.report.outcome import refuted
from triton_lift.store import open_store

SHOWN = 20  # tests that are named


class Watch:
    """One run of pytest. What it starts, pytest-xdist's workers too, reports to the service of the first process."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._service: Service | None = None
        self._kernels: dict[str, Kernel] = {}
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if not os.environ.get(VARIABLE):
            self._serve()
        install_quietly()

    def _serve(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tl-")
        store = Store(Path(self._folder.name) / "kernels")
        store.begin()
        path = str(Path(self._folder.name) / "s")
        timeout = self._config.getoption("triton_lift_timeout")
        try:
            self._service = Service(path, store, timeout=timeout, kept=open_store())
        except OSError as error:  # a socket's path has 107 bytes at most
            raise pytest.UsageError(f"--triton-lift: no socket can be made in {path}: {error}") from None
        self._service.start()
        os.environ[VARIABLE] = path

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Wait for what is still being lifted; fail the run where a kernel is not as it should be."""
        plugin.uninstall()
        if self._service is None:
            return
        with suppress(KeyboardInterrupt):
            self._service.finish(self._config.getoption("triton_lift_wait"))
        os.environ.pop(VARIABLE, None)
        if self.failures() and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._service is None or self._folder is None:
            return
        terminalreporter.section("triton-lift")
        terminalreporter.write_line(table(self._service, width=max(100, terminalreporter._tw.fullwidth)))
        failures = self.failures()
        for name, lifted in failures[:SHOWN]:
            where = f", compiled in {name}" if name else ""
            what = "refuted" if refuted(lifted) else lifted.status
            terminalreporter.write_line(f"FAILED {lifted.kernel}: {what}{where}", red=True)
        self._folder.cleanup()
        self._folder = None

    def failures(self) -> list[tuple[str, Lifted]]:
        """The kernels that make the run fail, each with the test that compiled it first."""
        fail = self._config.getoption("triton_lift_fail")
        if self._service is None or fail == "never":
            return []
        with suppress(OSError):
            self._kernels = read_log(self._service.store.folder).kernels
        found = []
        for identity, lifted in self._service.results.items():
            if refuted(lifted) or (fail == "undecided" and lifted.status != "verified"):
                kernel = self._kernels.get(identity)
                found.append((str(kernel.details.get("test") or "") if kernel else "", lifted))
        return found
