"""A kernel in a Python file, `file.py:kernel`: compiled to TTIR by the installed Triton, nothing is launched."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from triton_lift.sources.archive import head
from triton_lift.sources.source import IRSource, IRSourceError, Opened

DEFAULT_TARGET = "cuda:90"
MAX_GENERATED = 64 << 20
_SPEC = re.compile(r"(?P<file>.+\.py)(?::(?P<kernel>[A-Za-z_][\w.]*))?")


@dataclass(frozen=True)
class CompileRequest:
    """What the kernel is compiled for: a type for each run-time argument, a value (as text) for each constant."""

    types: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    target: str = DEFAULT_TARGET


@dataclass(frozen=True)
class PythonSource(IRSource):
    """The TTIR of a kernel, made when it is read."""

    python_file: str = ""
    kernel: str | None = None
    request: CompileRequest = CompileRequest()

    def read(self) -> str | bytes:
        """Compile, in a process of its own. Raises IRSourceError with what is wrong with file or signature."""
        return self.opened().content

    def opened(self) -> Opened:
        return compiled(self.python_file, self.kernel, self.request, self.file)


def compiled(python_file: str, kernel: str | None, request: CompileRequest, name: str) -> Opened:
    """The TTIR of a kernel in a Python file, and the formula that it is expected to compute. Raises IRSourceError about
    `name`."""
    asked = {
        "file": python_file,
        "kernel": kernel,
        "types": dict(request.types),
        "constants": dict(request.constants),
        "target": request.target,
    }
    done = subprocess.run(
        [sys.executable, "-m", "triton_lift.capture.compile_child"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env=_environment(),
    )
    try:
        reply = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise IRSourceError(f"compiling it ended with code {done.returncode}: {said}", name) from None
    if reply.get("error"):
        place = f" ({reply['location']})" if reply.get("location") else ""
        raise IRSourceError(f"{reply['error']}{place}", name)
    return Opened(str(reply["ttir"]), tuple(reply.get("expected") or ()))


def is_generated(path: str) -> bool:
    """Whether Inductor wrote this Python file: it has a reader of its own."""
    if not path.endswith(".py") or b"torch._inductor" not in head(path):
        return False
    text = head(path, MAX_GENERATED)
    return b"triton_heuristics." in text and (b"async_compile.triton(" in text or b"\n@triton.jit" in text)


def _environment() -> dict[str, str]:
    """Ours, with a path on which the child finds this package."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


class PythonReader:
    """`file.py:kernel`, or `file.py` with one kernel in it."""

    def __init__(self, request: CompileRequest | None = None) -> None:
        self.request = request or CompileRequest()

    def accepts(self, path: str) -> bool:
        found = _SPEC.fullmatch(path)
        # `x.py:k` may be the name of a file, too
        return found is not None and not (found["kernel"] and Path(path).exists()) and not is_generated(path)

    def sources(self, path: str) -> Iterator[IRSource]:
        found = _SPEC.fullmatch(path)
        assert found is not None
        if not Path(found["file"]).is_file():
            raise IRSourceError("no such file", found["file"])
        yield PythonSource(
            path, python_file=str(Path(found["file"]).resolve()), kernel=found["kernel"], request=self.request
        )
