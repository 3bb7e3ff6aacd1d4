"""The process in which a program is captured.

    python -m triton_lift.capture.program FOLDER TARGET CONFIGS (FILE|-m MODULE) ARGUMENTS…

Set up what stands in for the GPU, then run the program as Python would. What it prints and how it ends is its own.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import runpy
import sys
import traceback
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import CodeType
from typing import Any

from triton_lift.capture.driver import activate
from triton_lift.capture.offline import CompileError, check_version
from triton_lift.capture.recorder import Recorder
from triton_lift.capture.store import Store
from triton_lift.capture.target import parse_target
from triton_lift.capture.unreached import source_of

CANNOT = 4  # exit code: nothing was run


def main(folder: str, target: str, configs: str, *command: str) -> int:
    """Run the program; its exit code."""
    store, gpu = Store(Path(folder)), parse_target(target)
    try:
        check_version()
    except CompileError as error:
        store.append("end", status="cannot", message=error.message)
        return CANNOT
    recorder = Recorder(store, gpu, all_configs=configs == "all")
    mode: AbstractContextManager[Any] = nullcontext()
    if importlib.util.find_spec("torch") is not None:
        from triton_lift.capture import torch_cuda

        mode = torch_cuda.install(gpu)
    activate(gpu)
    recorder.install()
    owner = os.getpid()
    code, message = 0, None
    with mode:
        try:
            run(command)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1 if end.code else 0
            message = f"it exited with code {code}" if code else None
        except BaseException as error:
            code, message = 1, f"{type(error).__name__}: {error}"
            traceback.print_exception(error)
    if os.getpid() == owner:
        with contextlib.suppress(Exception):
            for function in recorder.registry.unreached():
                store.append("unreached", kernel=function.__name__, source=source_of(function))
        store.append("end", status="raised" if message else "finished", message=message)
    return code


def run(command: tuple[str, ...]) -> None:
    """As `python FILE …` or `python -m MODULE …`."""
    if command[0] == "-m":
        sys.argv = ["-m", *command[2:]]
        sys.path.insert(0, os.getcwd())
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
        return
    file = Path(command[0])
    sys.argv = list(command)
    sys.path.insert(0, str(file.resolve().parent))
    main_module = type(sys)("__main__")
    main_module.__file__ = str(file)
    main_module.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = main_module
    exec(checked_less(file), main_module.__dict__)


def checked_less(file: Path) -> CodeType:
    """The script's code without its own `assert`s: most compare results of kernels, which are not computed."""
    code = compile(file.read_bytes(), str(file), "exec", dont_inherit=True, optimize=1)
    assert isinstance(code, CodeType)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
