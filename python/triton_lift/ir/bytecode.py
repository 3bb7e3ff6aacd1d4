"""MLIR bytecode: which of it may be read.

From version 5 of the format on, an operation's properties are written one after the other, in an order that only the
declarations of the writer's dialect tell. Ours are not Triton's, and what is read in another order is not always
noticed. Before, they are a dictionary with names, as in the text.
"""

from __future__ import annotations

MAGIC = b"ML\xefR"
_PROPERTIES = 5


def version(data: bytes) -> int | None:
    """The version of the format; None where the data end before it. Versions are small: one byte tells."""
    return data[4] >> 1 if len(data) > 4 and data[4] & 1 else None


def problem(data: bytes) -> str | None:
    """Why this bytecode is not read; None for what may be."""
    found = version(data)
    if found is None:
        return "this is no whole MLIR bytecode"
    if found >= _PROPERTIES:
        return (
            f"this is MLIR bytecode of version {found}, in which properties have no names: "
            f"write it as text, or with --emit-bytecode-version={_PROPERTIES - 1}"
        )
    return None
