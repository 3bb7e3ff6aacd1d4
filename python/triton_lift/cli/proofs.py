"""Files of proofs: one JSON object a line, one line for each kernel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from triton_lift.cli.output import complain
from triton_lift.lifted import Lifted


class ProofFileError(Exception):
    """A file of proofs that cannot be written or read."""


def proofs_to(path: str, came: Iterator[Lifted]) -> Iterator[Lifted]:
    """The same results; their proofs go to a file, each as it comes.

    A kernel that is not verified has none. Raises ProofFileError where the file cannot be written.
    """
    try:
        with Path(path).open("w", encoding="utf-8") as file:
            for lifted in came:
                if lifted.proof is not None:
                    text = json.dumps(
                        lifted.proof, ensure_ascii=False, separators=(",", ":"), allow_nan=False
                    )
                    file.write(text + "\n")
                    file.flush()
                elif lifted.status == "verified":
                    complain(f"{lifted.kernel}: no proof was written: {lifted.no_proof}")
                yield lifted
    except OSError as error:
        raise ProofFileError(f"{path}: {error.strerror or error}") from None


def proofs_in(path: str) -> Iterator[Any]:
    """The proofs of a file. Raises ProofFileError where it is none."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ProofFileError(f"{path}: {error}") from None
    for number, line in enumerate(lines, 1):
        try:
            yield json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ProofFileError(f"{path}:{number}: not JSON: {error}") from None
    if not lines:
        raise ProofFileError(f"{path}: it holds no proof")
