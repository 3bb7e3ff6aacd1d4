"""The plugin within a program: hooks put on as soon as triton is imported, and the service that lifts beside it."""

from __future__ import annotations

import atexit
import importlib.util
import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from triton_lift.plugin.channel import VARIABLE, Channel, connect
from triton_lift.plugin.listener import Listener

if TYPE_CHECKING:
    import subprocess

START_SECONDS = 10.0


class Session:
    """One process's part."""

    def __init__(self) -> None:
        self.listener: Listener | None = None
        self.channel: Channel | None = None
        self.service: subprocess.Popen[bytes] | None = None
        self.folder: str | None = None
        self.failed = False
        self.owner = os.getpid()

    def send(self, record: dict[str, Any]) -> None:
        """To the service; the first record starts one where there is none."""
        if self.channel is None and not self.failed:
            self.channel = self._connected()
            self.failed = self.channel is None  # once is enough: a program may compile thousands of kernels
        if self.channel is not None:
            self.channel.send(record)

    def _connected(self) -> Channel | None:
        path = os.environ.get(VARIABLE)
        if path and (channel := connect(path)) is not None:
            return channel
        import subprocess  # not needed in most processes that have the plugin
        import tempfile

        self.owner = os.getpid()  # a forked child that compiles what its parent did not
        self.folder = tempfile.mkdtemp(prefix="tl-")
        path = os.path.join(self.folder, "s")
        root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        self.service = subprocess.Popen(
            [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r})\n{_SERVE}", path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={n: v for n, v in os.environ.items() if n not in ("TRITON_LIFT", VARIABLE)},
        )
        os.environ[VARIABLE] = path  # processes that this one starts report to the same service
        atexit.register(self.finish)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.service.poll() is None:
            if (channel := connect(path)) is not None:
                return channel
            time.sleep(0.005)
        return None

    def finish(self) -> None:
        """At the program's end: wait until the service has said what it knows."""
        if os.getpid() != self.owner or self.service is None:
            return
        if self.channel is not None:
            self.channel.send({"event": "end", "dropped": self.channel.dropped})
            self.channel.close()
        try:
            self.service.wait()
        except KeyboardInterrupt:
            self.service.terminate()
            self.service.wait()
        self.service = None
        if os.environ.get(VARIABLE, "").startswith(self.folder or "?"):
            del os.environ[VARIABLE]
        if self.folder is not None:
            import shutil

            shutil.rmtree(self.folder, ignore_errors=True)


_SERVE = "from triton_lift.plugin.service import main; main(sys.argv[1])"
_session: Session | None = None


def install() -> None:
    """Lift every kernel that this process compiles from now on. Doing it twice is doing it once.

    Raises ImportError where triton is imported already, and older than 3.4.
    """
    global _session
    if _session is not None and _session.owner == os.getpid():
        return
    _session = Session()
    if "triton" in sys.modules:
        attach(_session)
    else:
        after_import("triton", lambda: attach(_session) if _session is not None else None)


def uninstall() -> None:
    """Take the hooks off; kernels that were noted are lifted all the same."""
    global _session
    session, _session = _session, None
    if session is None:
        return
    if session.listener is not None:
        from triton import knobs

        session.listener.unhook()
        if knobs.compilation.listener is session.listener:
            knobs.compilation.listener = session.listener.previous
    session.finish()


def listener(**told: Any) -> None:
    """For who sets `triton.knobs.compilation.listener` by hand: a listener that does what `install` does."""
    global _session
    if _session is None:
        _session = Session()
    if _session.listener is None:
        _session.listener = Listener(_session.send)
    _session.listener(**told)


def attach(session: Session) -> None:
    """Put the listener where Triton calls it. Raises ImportError for a Triton that has no such place."""
    try:
        from triton import knobs

        previous = knobs.compilation.listener
    except (ImportError, AttributeError):
        import triton

        raise ImportError(
            f"triton-lift's plugin needs Triton 3.4 or newer; this is {triton.__version__}. "
            "Its cache can be lifted all the same: triton-lift lift ~/.triton/cache"
        ) from None
    session.listener = Listener(session.send, previous)
    knobs.compilation.listener = session.listener


def after_import(name: str, then: Callable[[], None]) -> None:
    """Call `then` once the module of that name has been imported."""

    class Finder:
        def find_spec(self, wanted: str, path: Any = None, target: Any = None) -> Any:
            if wanted != name:
                return None
            sys.meta_path.remove(self)
            spec = importlib.util.find_spec(name)
            loader = spec.loader if spec is not None else None
            if loader is None:
                return spec
            execute = loader.exec_module

            def executed(module: Any) -> None:
                del loader.exec_module
                execute(module)
                then()

            loader.exec_module = executed  # type: ignore[method-assign]
            return spec

    sys.meta_path.insert(0, Finder())
