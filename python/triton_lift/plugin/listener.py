"""What Triton's documented hooks tell of a kernel.

`knobs.compilation.listener` is called when it is compiled or found in the cache, `knobs.runtime.launch_enter_hook` is
used for its first launch only, so that later launches cost nothing. Inductor makes other launchers where there is a
hook when a kernel has been compiled, so of its kernels no launch is noted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from triton_lift.capture.arguments import all_described, described

Send = Callable[[dict[str, Any]], None]
# A kernel that is compiled ahead may never be launched: after so many launches of others the hook is taken off.
PATIENCE = 1000
DEPTH = 8


class Listener:
    """A `CompilationListener`; what came before it is still called."""

    def __init__(self, send: Send, previous: Callable[..., Any] | None = None) -> None:
        self._send = send
        self.previous = previous
        self._known: set[str] = set()
        self._awaited: set[str] = set()
        self._launches = 0
        self._hooked = False

    def __call__(self, **told: Any) -> None:
        if self.previous is not None:
            self.previous(**told)
        try:
            self._note(told["src"], told["metadata"], told["metadata_group"], bool(told.get("cache_hit")))
        except Exception:  # nothing of ours may reach the program
            return

    def _note(self, source: Any, metadata: dict[str, Any], group: dict[str, str], cache_hit: bool) -> None:
        identity = str(metadata["hash"])
        if identity in self._known:
            return
        self._known.add(identity)
        function = getattr(source, "fn", None)
        code = getattr(getattr(function, "fn", None), "__code__", None)
        names = list(getattr(function, "arg_names", ()))
        paths = {name.rpartition(".")[2]: path for name, path in group.items()}
        target = metadata.get("target")
        self._send(
            {
                "event": "kernel",
                "hash": identity,
                "kernel": str(metadata.get("name", getattr(source, "name", ""))),
                "ttir": paths.get("ttir"),
                "ttgir": paths.get("ttgir"),
                "cache_hit": cache_hit,
                "test": os.environ.get("PYTEST_CURRENT_TEST"),
                "source": f"{code.co_filename}:{code.co_firstlineno}" if code is not None else None,
                "target": f"{getattr(target, 'backend', '')}:{getattr(target, 'arch', '')}",
                "signature": {n: str(t) for n, t in source.signature.items() if t != "constexpr"},
                "constexprs": {
                    _name(names, path): described(value)
                    for path, value in getattr(source, "constants", {}).items()
                },
            }
        )
        if not launched_by_inductor(function):
            self._awaited.add(identity)
            self._hook()

    def _hook(self) -> None:
        """Be told of the next launches."""
        if self._hooked:
            return
        self._hooked = True
        self._launches = 0
        _chain().add(self._launched)

    def unhook(self) -> None:
        _chain().remove(self._launched)
        self._hooked = False

    def _launched(self, metadata: Any) -> None:
        try:
            self._launches += 1
            frame: FrameType | None = sys._getframe(1)
            for _ in range(DEPTH):
                if frame is None or self._first_launch(frame):
                    break
                frame = frame.f_back
            if not self._awaited or self._launches > PATIENCE:
                self._awaited.clear()
                self.unhook()
        except Exception:
            return

    def _first_launch(self, frame: FrameType) -> bool:
        """Whether the frame is that of a launch; an awaited kernel's grid and arguments are sent."""
        if frame.f_code.co_name not in ("run", "runner"):
            return False
        local = frame.f_locals
        kernel: Any = local.get("kernel", local.get("self"))
        identity = getattr(kernel, "hash", None)
        if not isinstance(identity, str) or "bound_args" not in local and "args" not in local:
            return False
        if identity not in self._awaited:
            return True
        self._awaited.discard(identity)
        arguments = local.get("bound_args")
        if arguments is None:
            names = kernel.src.fn.arg_names
            arguments = dict(zip(names, local["args"], strict=False))
        grid = [local[f"grid_{n}"] for n in range(3)] if "grid_0" in local else list(local.get("grid", ()))
        self._send(
            {
                "event": "launch",
                "hash": identity,
                "grid": [int(n) for n in grid],
                "arguments": all_described(arguments),
            }
        )
        return True


def launched_by_inductor(function: Any) -> bool:
    """Whether this is a kernel that `torch.compile` has generated."""
    return "triton_heuristics" in getattr(getattr(function, "fn", None), "__globals__", {})


def _chain() -> Any:
    """Triton's chain of launch hooks, or what stands in for it where there is a single hook (3.4)."""
    from triton import knobs

    chain = knobs.runtime.launch_enter_hook
    if hasattr(chain, "add") and hasattr(chain, "remove"):
        return chain
    return _SingleHook(knobs.runtime)


class _SingleHook:
    """Triton 3.4's only launch hook, used while it is free."""

    def __init__(self, runtime: Any) -> None:
        self._runtime = runtime

    def add(self, hook: Any) -> None:
        if self._runtime.launch_enter_hook is None:
            self._runtime.launch_enter_hook = hook

    def remove(self, hook: Any) -> None:
        if self._runtime.launch_enter_hook == hook:
            self._runtime.launch_enter_hook = None


def _name(names: list[str], path: Any) -> str:
    first, *rest = path if isinstance(path, tuple) else (path,)
    return ".".join([names[first] if isinstance(first, int) else str(first), *map(str, rest)])
