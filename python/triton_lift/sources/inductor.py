"""Modules that Inductor generated (`output_code.py` of its debug folders, the files of its cache): the Triton kernels
in them, compiled as `file.py:kernel` is.

The module is not executed. Of each kernel's text only the imports of Triton and Inductor's runtime and the functions
are kept, without Inductor's decorators, in their lines: locations in the IR are those of the generated file.
"""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triton_lift.sources.python_kernel import (
    DEFAULT_TARGET,
    CompileRequest,
    compiled,
    is_generated,
)
from triton_lift.sources.source import Found, IRSource, IRSourceError, Notice

# Blocks that Inductor chooses as it runs. What is proved is proved for these.
BLOCKS = {"XBLOCK": 64, "YBLOCK": 32, "ZBLOCK": 8, "RBLOCK": 64, "R0_BLOCK": 64, "R1_BLOCK": 8}
_MODULES = ("triton", "torch._inductor.runtime", "math")


@dataclass(frozen=True)
class InductorSource(IRSource):
    """The TTIR of one generated kernel, made when it is read."""

    kernel: str = ""
    text: str = ""
    generated_file: str = ""
    request: CompileRequest = CompileRequest()

    def read(self) -> str:
        """Compile, in a process of its own. Raises IRSourceError as `file.py:kernel` does."""
        with tempfile.TemporaryDirectory(prefix="triton-lift-") as folder:
            file = Path(folder) / "generated.py"
            file.write_text(self.text)
            try:
                made = compiled(str(file), self.kernel, self.request, self.file)
            except IRSourceError as error:
                raise IRSourceError(
                    error.message.replace(str(file), self.generated_file), self.file
                ) from None
            return str(made.content).replace(str(file), self.generated_file)


class InductorReader:
    """A Python file that Inductor wrote."""

    def accepts(self, path: str) -> bool:
        return is_generated(path)

    def sources(self, path: str) -> Iterator[Found]:
        try:
            text = Path(path).read_text(encoding="utf-8")
            module = ast.parse(text)
        except (
            SyntaxError,
            ValueError,
            RecursionError,
        ) as error:  # ValueError: not text, or with a null byte
            raise IRSourceError(f"not Python: {error}", path) from None
        found = unusable = 0
        for code, lines_before in kernel_texts(module, text):
            source = source_of(code, lines_before, path)
            if source is None:
                unusable += 1
            else:
                found += 1
                yield source
        if not found:
            raise IRSourceError(f"no kernel of Inductor's in this file ({unusable} not understood)", path)
        if unusable:
            yield Notice(f"{unusable} kernels of {found + unusable} not understood", path)


def kernel_texts(module: ast.Module, text: str) -> Iterator[tuple[str, int]]:
    """The text of each kernel's own module, and the number of lines before it in the file."""
    for node in ast.walk(module):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "triton"
            and len(node.args) > 1
            and isinstance(code := node.args[1], ast.Constant)
            and isinstance(code.value, str)
        ):
            yield code.value, code.lineno - 1
    if any(isinstance(node, ast.FunctionDef) and heuristics(node) for node in module.body):
        yield text, 0  # a file of the cache: the kernel's own module


def heuristics(function: ast.FunctionDef) -> ast.Call | None:
    """Inductor's decorator of a kernel."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and "triton_heuristics" in ast.unparse(decorator.func):
            return decorator
    return None


def source_of(code: str, lines_before: int, path: str) -> InductorSource | None:
    """The kernel in its own module's text; None where it is not as Inductor writes it."""
    try:
        module = ast.parse(code)
        kernel = next(n for n in module.body if isinstance(n, ast.FunctionDef) and heuristics(n))
        decorator = heuristics(kernel)
        assert decorator is not None
        request = request_of(kernel, {k.arg: k.value for k in decorator.keywords})
    except (SyntaxError, StopIteration, KeyError, ValueError, IndexError, TypeError, RecursionError):
        return None
    name = f"{path}!{kernel.name}"
    text = "\n" * lines_before + reduced(module, code)
    return InductorSource(name, kernel=kernel.name, text=text, generated_file=path, request=request)


def reduced(module: ast.Module, code: str) -> str:
    """The text with everything blanked but harmless imports and functions decorated with `@triton.jit` alone."""
    lines = code.splitlines()
    kept: list[str] = [""] * len(lines)
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            jit = [d for d in node.decorator_list if ast.unparse(d) in ("triton.jit", "jit")]
            if jit and not any(map(_computes, [*node.args.defaults, *filter(None, node.args.kw_defaults)])):
                for first, last in [
                    (jit[0].lineno, jit[0].lineno),
                    (node.lineno, node.end_lineno or node.lineno),
                ]:
                    kept[first - 1 : last] = lines[first - 1 : last]
        elif _harmless(node):
            kept[node.lineno - 1 : node.end_lineno] = lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(kept) + "\n"


def _harmless(node: ast.stmt) -> bool:
    """Imports of Triton and Inductor's runtime, constants."""
    if isinstance(node, ast.Import):
        return all(_known(alias.name) for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and _known(node.module or "")
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)


def _known(module: str) -> bool:
    return any(module == name or module.startswith(name + ".") for name in _MODULES)


def _computes(node: ast.expr) -> bool:
    return not isinstance(node, ast.Constant | ast.UnaryOp)


def request_of(kernel: ast.FunctionDef, told: dict[str | None, ast.expr]) -> CompileRequest:
    """Types and constants from `triton_meta`, blocks that are chosen at run time from `BLOCKS`.

    Raises KeyError, ValueError or IndexError where it is not as expected.
    """
    meta = _entries(told["triton_meta"])
    names = [a.arg for a in kernel.args.args]
    signature = {_named(n, names): str(t) for n, t in ast.literal_eval(meta["signature"]).items()}
    constants = {_named(n, names): repr(v) for n, v in ast.literal_eval(meta["constants"]).items()}
    hints = ast.literal_eval(told["size_hints"]) if "size_hints" in told else {}
    constexprs = [a.arg for a in kernel.args.args if a.annotation is not None]
    for name in names:
        if name not in constants and (name in constexprs or signature.get(name) == "constexpr"):
            hint = hints.get(name.removesuffix("BLOCK").lower()) if isinstance(hints, dict) else None
            constants[name] = str(max(1, min(BLOCKS[name], hint or BLOCKS[name])))
    divisible = _divisible(meta.get("configs"), names)
    types = {
        name: f"{kind}:16" if name in divisible else kind
        for name, kind in signature.items()
        if name not in constants and kind != "constexpr"
    }
    return CompileRequest(types, constants, _target(meta.get("device")))


def _entries(node: ast.expr) -> dict[str, ast.expr]:
    if not isinstance(node, ast.Dict):
        raise ValueError("no dictionary")
    pairs = zip(node.keys, node.values, strict=True)
    return {str(k.value): v for k, v in pairs if isinstance(k, ast.Constant)}


def _named(key: Any, names: list[str]) -> str:
    """Older versions number the parameters."""
    return names[key] if isinstance(key, int) else str(key)


def _divisible(node: ast.expr | None, names: list[str]) -> set[str]:
    """The parameters that the launch promises to be multiples of 16."""
    try:
        configs = ast.literal_eval(node) if node is not None else []
        return {
            names[path[0]]
            for path, attributes in configs[0].items()
            if ["tt.divisibility", 16] in [list(a) for a in attributes]
        }
    except (ValueError, IndexError, AttributeError, TypeError):
        return set()  # an older form: nothing is promised, which is sound


def _target(node: ast.expr | None) -> str:
    """`DeviceProperties(type='cuda', …, cc=90, …)`, or with `cc='gfx942'`."""
    if isinstance(node, ast.Call):
        known = {k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)}
        cc = known.get("cc")
        if isinstance(cc, int):
            return f"cuda:{cc}"
        if isinstance(cc, str) and cc.startswith("gfx"):
            return f"hip:{cc.partition(':')[0]}"
    return DEFAULT_TARGET
