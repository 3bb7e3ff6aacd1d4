"""Small kernels in TTIR around a few operations, for the tests of the interpreter."""

from __future__ import annotations

from typing import Any

import numpy as np

from triton_lift.interpreter import interpret


def kernel(parameters: str, body: str) -> str:
    """A module with one kernel."""
    return f"module {{\n  tt.func public @k({parameters}) {{\n{body}\n    tt.return\n  }}\n}}\n"


def named(parameters: dict[str, str]) -> str:
    """Parameters that keep their names, as the compiler prints them."""
    return ", ".join(f'%{name}: {kind} loc("{name}")' for name, kind in parameters.items())


def load(name: str, kind: str, n: int) -> str:
    """Loads the n elements of an array as `%name_v`."""
    return f"""
    %{name}_r = tt.make_range {{end = {n} : i32, start = 0 : i32}} : tensor<{n}xi32>
    %{name}_s = tt.splat %{name} : !tt.ptr<{kind}> -> tensor<{n}x!tt.ptr<{kind}>>
    %{name}_p = tt.addptr %{name}_s, %{name}_r : tensor<{n}x!tt.ptr<{kind}>>, tensor<{n}xi32>
    %{name}_v = tt.load %{name}_p : tensor<{n}x!tt.ptr<{kind}>>"""


def store(name: str, kind: str, n: int, value: str) -> str:
    """Stores a tensor to the first n elements of an array."""
    return f"""
    %{name}_r = tt.make_range {{end = {n} : i32, start = 0 : i32}} : tensor<{n}xi32>
    %{name}_s = tt.splat %{name} : !tt.ptr<{kind}> -> tensor<{n}x!tt.ptr<{kind}>>
    %{name}_p = tt.addptr %{name}_s, %{name}_r : tensor<{n}x!tt.ptr<{kind}>>, tensor<{n}xi32>
    tt.store %{name}_p, {value} : tensor<{n}x!tt.ptr<{kind}>>"""


def compute(
    body: str,
    kinds: tuple[str, ...],
    out: str,
    arrays: tuple[Any, ...],
    result: Any = None,
    width: int | None = None,
) -> np.ndarray:
    """Runs `body`, which makes `%r` of `%a_v`, `%b_v`, …; what was stored. `result` is the output array before."""
    names = "abcd"[: len(arrays)]
    size = len(arrays[0])
    size_out = width or size
    parameters = {n: f"!tt.ptr<{k}>" for n, k in zip(names, kinds, strict=True)} | {"out": f"!tt.ptr<{out}>"}
    text = "".join(load(n, k, len(a)) for n, k, a in zip(names, kinds, arrays, strict=True))
    text += "\n" + body + store("out", out, size_out, "%r")
    if result is None:
        floats = {"f16": np.float16, "f64": np.float64}
        result = np.zeros(size_out, floats.get(out, np.float32) if "f" in out else np.int64)
    args = {**dict(zip(names, arrays, strict=True)), "out": result}
    return interpret(kernel(named(parameters), text), args, (1, 1, 1))["out"]


def binary(
    op: str, kind: str, a: list[Any], b: list[Any], out: str | None = None, dtype: Any = np.int64
) -> list[Any]:
    """One operation of two tensors; `op` is the text before the operands."""
    n = len(a)
    body = f"    %r = {op} %a_v, %b_v : tensor<{n}x{kind}>"
    return compute(body, (kind, kind), out or kind, (np.array(a, dtype), np.array(b, dtype))).tolist()


def unary(op: str, source: str, out: str, a: Any, result: Any = None) -> np.ndarray:
    """One conversion of a tensor."""
    n = len(a)
    body = f"    %r = {op} %a_v : tensor<{n}x{source}> to tensor<{n}x{out}>"
    return compute(body, (source,), out, (np.asarray(a),), result)
