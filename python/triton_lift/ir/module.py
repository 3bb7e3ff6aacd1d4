"""Parsing of TTIR and TTGIR, and what can be said about the module as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from mlir._mlir_libs._mlir import ir

from triton_lift import _native
from triton_lift.ir import bytecode

Stage = Literal["ttir", "ttgir"]

# Real kernels stay below 30 levels and 30 MB (fully unrolled loops). MLIR's parser recurses with the nesting.
MAX_DEPTH = 256
MAX_BYTES = 256 << 20
MAX_MESSAGE = 500  # messages may quote what they are about, however long

_BINARIES = {
    b"BC\xc0\xde": "LLVM bitcode",
    b"\x7fELF": "an ELF binary (a compiled kernel)",
}
# Triton 2.1 has three operations of `arith` once more in TTGIR, as those did not take its layouts: the same operands,
# attributes and meaning.
_OWN_NAMES = re.compile(r'"triton_gpu\.(cmpi|cmpf|select)"\(%')
_GPU_PREFIXES = ("ttg.", "triton_gpu.")


class IRError(Exception):
    """Text that is not IR as Triton prints it: `message`, in `line` (from 1, None where unknown) of `file`."""

    def __init__(self, message: str, file: str, line: int | None = None) -> None:
        self.message, self.file, self.line = message, file, line
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")


@dataclass(frozen=True)
class ParsedModule:
    """A parsed and verified module.

    `module` is an `mlir.ir.Module`; `kernels` names its public functions that have a body, in the module's order;
    `functions` all functions. `stage` is `ttgir` when the module says how many warps it is compiled for.
    """

    module: ir.Module
    file: str
    stage: Stage
    kernels: tuple[str, ...]
    functions: tuple[str, ...]


def parse_module(text: str | bytes, filename: str) -> ParsedModule:
    """Parse the TTIR or TTGIR in `text` (or MLIR bytecode); `filename` is for messages only.

    A module may have any number of functions, none included. Raises IRError for what cannot be parsed or verified,
    with the line where it is known.
    """
    source = _checked(text, filename)
    # A bare context: a full one loads a hundred dialects, some of which clash with what Triton prints.
    context = ir._Context()
    _native.register_dialects(context)
    # Operations of unknown dialects are read (generic form only), to be refused where a kernel needs them.
    context.allow_unregistered_dialects = True
    try:
        module = ir.Module.parse(source, context)
    except ir.MLIRError as error:
        raise _explained(error, filename) from None
    return _described(module, filename)


def _checked(text: str | bytes, filename: str) -> str | bytes:
    if isinstance(text, bytes):
        if text.startswith(bytecode.MAGIC):
            problem = bytecode.problem(text)
            if problem is not None:
                raise IRError(problem, filename)
            return text
        for magic, name in _BINARIES.items():
            if text.startswith(magic):
                raise IRError(f"this is {name}, not the text of TTIR or TTGIR", filename)
        try:
            decoded = text.decode()
        except UnicodeDecodeError as error:
            line = text.count(b"\n", 0, error.start) + 1
            raise IRError("binary data, not text", filename, line) from None
        return _checked(decoded, filename)
    if len(text) > MAX_BYTES:
        raise IRError(f"{len(text) >> 20} MB of text: the limit is {MAX_BYTES >> 20} MB", filename)
    if not text.strip():
        raise IRError("the input is empty", filename)
    found = _native.scan(text, MAX_DEPTH)
    if found:
        raise IRError(found[0], filename, found[1])
    return _OWN_NAMES.sub(r'"arith.\1"(%', text)


def _explained(error: ir.MLIRError, filename: str) -> IRError:
    """The first error that MLIR reports. It calls the text `-`; other places are those of the kernel's source."""
    diagnostics = error.error_diagnostics
    if not diagnostics:
        return IRError(str(error), filename)
    message, place = diagnostics[0].message.strip(), _file_line(diagnostics[0].location)
    if len(message) > MAX_MESSAGE:
        message = message[:MAX_MESSAGE] + " ..."
    if place is None:
        return IRError(message, filename)
    if place[0] == "-":
        return IRError(message, filename, place[1] or None)  # bytecode has no lines
    return IRError(f"{message} (from {place[0]}:{place[1]})", filename)


def _file_line(location: ir.Location) -> tuple[str, int] | None:
    """The file and line of a location: of a call its caller's, of several the first's."""
    if location.is_a_file():
        return location.filename, location.start_line
    if location.is_a_name():
        return _file_line(location.child_loc)
    if location.is_a_callsite():
        return _file_line(location.caller) or _file_line(location.callee)
    if location.is_a_fused():
        return next(filter(None, map(_file_line, location.locations)), None)
    return None


def _described(module: ir.Module, filename: str) -> ParsedModule:
    functions, kernels = [], []
    for operation in module.body.operations:
        if operation.operation.name != "tt.func":
            continue
        attributes = operation.attributes
        name = ir.StringAttr(attributes["sym_name"]).value
        private = (
            "sym_visibility" in attributes and ir.StringAttr(attributes["sym_visibility"]).value != "public"
        )
        functions.append(name)
        if not private and len(operation.regions[0].blocks):
            kernels.append(name)
    stage: Stage = (
        "ttgir" if any(name.startswith(_GPU_PREFIXES) for name in module.operation.attributes) else "ttir"
    )
    return ParsedModule(module, filename, stage, tuple(kernels), tuple(functions))
