"""`interpret`: from IR and arguments to what memory holds afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from triton_lift.interpreter import (  # noqa: F401  (importing registers the semantics)
    arith,
    cf,
    libdevice,
    math,
    ptx,
    scf,
    tt_combine,
    tt_descriptor,
    tt_memory,
    tt_scaled,
    tt_shape,
    ttg_memory,
    ttng_descriptor,
)
from triton_lift.interpreter.code import Function, Type, functions_of
from triton_lift.interpreter.elements import Array, element
from triton_lift.interpreter.errors import InterpreterError
from triton_lift.interpreter.machine import Machine, Options
from triton_lift.interpreter.memory import Memory
from triton_lift.interpreter.registry import HANDLERS
from triton_lift.interpreter.tt_descriptor import block_of, window_on
from triton_lift.ir import ParsedModule, parse_module


@dataclass(frozen=True)
class TensorDescriptor:
    """An argument of descriptor type: a flat array with a shape and strides in elements."""

    array: Array
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def interpret(
    source: Any,
    args: Mapping[str, Any],
    grid: tuple[int, ...],
    *,
    kernel: str | None = None,
    options: Options | None = None,
) -> dict[str, Array]:
    """Runs a kernel: all programs of the grid, x fastest, one after the other.

    `source` is a path, the text of the IR (recognised by its line breaks), a `ParsedModule` or an `mlir.ir`
    module; with several kernels in it, `kernel` names one. `args` maps the parameters' names to flat arrays
    (pointers; copied; None: null), numbers, or `TensorDescriptor`s (or flat arrays, where shape and strides are
    arguments, too). An array of a format that numpy lacks (bf16, fp8)
    is given as floats or as unsigned bits. The result maps the name of each array to its contents afterwards, in the
    type it was given in. Floats are computed in the IR's own precision, integers wrap, masked lanes touch no memory;
    a lane that has no defined value holds `options.garbage_*`.

    Raises IRError for what cannot be parsed, InterpreterError for what has no result (an access out of bounds, a
    missing argument), UnsupportedOp for an operation without semantics here.
    """
    return Executable(source, kernel).run(args, grid, options or Options())


class Executable:
    """A kernel that was decoded once, to be run several times; `interpret` says what is what."""

    def __init__(self, source: Any, kernel: str | None = None) -> None:
        self.functions = {f.name: f for f in functions_of(_module(source), HANDLERS)}
        self.entry = _kernel(self.functions, kernel)

    @property
    def parameters(self) -> list[tuple[str, Type]]:
        """Names and types."""
        return list(zip(self.entry.parameters, self.entry.body.blocks[0].types, strict=True))

    def run(
        self, args: Mapping[str, Any], grid: tuple[int, ...], options: Options, memory: Memory | None = None
    ) -> dict[str, Array]:
        """What memory holds after all programs have run. `memory`: an empty one of another kind."""
        memory = Memory() if memory is None else memory
        values = [_argument(memory, name, kind, args) for name, kind in self.parameters]
        x, y, z = (*grid, 1, 1)[:3]
        machine = Machine(self.functions, memory, (int(x), int(y), int(z)), options)
        with np.errstate(all="ignore"):
            machine.run_grid(self.entry, values)
        return memory.contents()


def _module(source: Any) -> Any:
    if isinstance(source, (str, Path)):
        if isinstance(source, str) and "\n" in source:
            source = parse_module(source, "<text>")
        else:
            source = parse_module(Path(source).read_bytes(), str(source))
    return source.module if isinstance(source, ParsedModule) else source


def _kernel(functions: dict[str, Function], name: str | None) -> Function:
    kernels = [f for f in functions.values() if f.public]
    if name is not None:
        kernels = [f for f in kernels if f.name == name]
    if len(kernels) != 1:
        known = ", ".join(f.name for f in functions.values() if f.public) or "none"
        raise InterpreterError(f"one kernel is needed; there are: {known}")
    return kernels[0]


def _flat_descriptor(memory: Memory, name: str, kind: Type, args: Mapping[str, Any]) -> Any:
    """A descriptor given as a flat array: its shape and strides are arguments of their own."""
    block, of = block_of(kind.text)
    wanted = [[f"{name}.{what}.{d}" for d in range(len(block))] for what in ("shape", "stride")]
    if not all(n in args for names in wanted for n in names):
        raise InterpreterError(f"argument {name}: a TensorDescriptor is needed")
    shape, strides = (tuple(int(args[n]) for n in names) for names in wanted)
    return window_on(memory.add(name, args[name], element(of)), kind.text, shape, strides)


def _argument(memory: Memory, name: str, kind: Type, args: Mapping[str, Any]) -> Any:
    if name not in args:
        raise InterpreterError(f"no argument {name}")
    value = args[name]
    if isinstance(value, TensorDescriptor):
        base = memory.add(name, value.array, element(block_of(kind.text)[1]))
        return window_on(base, kind.text, value.shape, value.strides)
    if "tensordesc" in kind.text and value is not None:
        return _flat_descriptor(memory, name, kind, args)
    if kind.element is None:
        raise InterpreterError(f"argument {name}: no values of type {kind.text}")
    if kind.element.kind == "pointer" and value is None:
        return np.asarray(0, np.int64)
    if kind.element.kind == "pointer":
        return np.asarray(memory.add(name, value, element(kind.element.pointee or "i8")), np.int64)
    return kind.element.round(np.asarray(value))
