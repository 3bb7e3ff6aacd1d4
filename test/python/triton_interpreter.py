"""Runs examples in Triton's own interpreter: a server for the tests, in a process of its own.

`TRITON_INTERPRET` must be set before the kernels are defined, and an access out of bounds ends the process; so this
file runs as a script: pickled (name, args, grid) on standard input, pickled (arrays, error) on standard output.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np


class TritonInterpreter:
    """The client: starts the server at once, and again when it died."""

    def __init__(self) -> None:
        self.server = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "TRITON_INTERPRET": "1"}
        return subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )

    def run(self, name: str, args: dict[str, Any], grid: tuple[int, int, int]) -> dict[str, np.ndarray]:
        """The arrays after a launch of the example's kernel. Raises RuntimeError when the launch fails."""
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        pickle.dump((name, args, grid), self.server.stdin)
        self.server.stdin.flush()
        try:
            arrays, error = pickle.load(self.server.stdout)
        except EOFError:
            self.server.wait()
            self.server = self._start()
            raise RuntimeError(f"{name}: Triton's interpreter died") from None
        if error is not None:
            raise RuntimeError(f"{name}: {error}")
        return arrays

    def close(self) -> None:
        assert self.server.stdin is not None
        self.server.stdin.close()
        self.server.wait()


def launch(name: str, args: dict[str, Any], grid: tuple[int, int, int]) -> dict[str, np.ndarray]:
    """One launch, on CPU tensors."""
    import torch

    from examples.dump import kernel_of
    from examples.specs import EXAMPLES

    example = EXAMPLES[name]
    names = set(kernel_of(example.kernel).arg_names)
    values = {k: torch.from_numpy(v.copy()) if isinstance(v, np.ndarray) else v for k, v in args.items()}
    if 0 not in grid:
        passed = {k: v for k, v in values.items() if k in names}
        kernel_of(example.kernel)[grid](**{**passed, **example.constexprs})
    return {k: v.numpy() for k, v in values.items() if isinstance(v, torch.Tensor)}


def serve() -> None:
    """Answers requests until standard input ends."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    answers, sys.stdout = os.fdopen(os.dup(1), "wb"), sys.stderr
    while True:
        try:
            request = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            answer: tuple[Any, str | None] = (launch(*request), None)
        except Exception as error:
            answer = (None, f"{type(error).__name__}: {error}")
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    serve()
