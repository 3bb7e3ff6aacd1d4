"""A kernel taken from a Python file, by name; the file is executed as an import would."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from triton_lift.capture.signature import SignatureError


class LoadError(Exception):
    """The file, or the kernel in it, cannot be loaded."""


def is_kernel(value: Any) -> bool:
    """Whether this is a JIT function, or one within an autotuner or the like."""
    return hasattr(value, "fn") and hasattr(value, "arg_names") and hasattr(value, "run")


def load_module(file: Path) -> tuple[ModuleType, Exception | None]:
    """The module, executed, and what it raised: what was defined before is there all the same (scripts launch
    their kernels at the end, which without a GPU fails). Files of a package are imported as its modules."""
    file = file.resolve()
    top, dotted = file.parent, [file.stem]
    while (top / "__init__.py").exists():
        dotted.insert(0, top.name)
        top = top.parent
    sys.path.insert(0, str(top))
    name = ".".join(dotted)
    if len(dotted) > 1:
        importlib.import_module(name.rpartition(".")[0])
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise LoadError("not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        return module, error if isinstance(error, Exception) else RuntimeError("it called sys.exit")
    return module, None


def load_kernel(file: Path, name: str | None) -> tuple[Any, ModuleType]:
    """The kernel of that (dotted) name, or the file's only one, and its module. Raises LoadError."""
    module, raised = load_module(file)
    because = f" (executing the file raised {type(raised).__name__}: {raised})" if raised else ""
    if name is None:
        own = [n for n, v in vars(module).items() if is_kernel(v) and _module_of(v) == module.__name__]
        if len(own) != 1:
            which = f"has several: {', '.join(own)}; name one, FILE.py:NAME" if own else "has no kernel"
            raise LoadError(f"this file {which}{because}")
        name = own[0]
    value: Any = module
    for part in name.split("."):
        try:
            value = getattr(value, part)
        except AttributeError:
            there = [n for n, v in vars(module).items() if is_kernel(v)]
            rest = f"; it has the kernels {', '.join(there)}" if there else ""
            raise LoadError(f"no `{name}` in this file{because}{rest}") from None
    if not is_kernel(value):
        raise LoadError(f"`{name}` is no Triton kernel (it is not decorated with @triton.jit)")
    return value, module


def _module_of(kernel: Any) -> str | None:
    while hasattr(kernel, "fn"):
        kernel = kernel.fn
    return getattr(kernel, "__module__", None)


def constant(text: str, module: ModuleType) -> Any:
    """What `--const NAME=TEXT` means: a Python literal, `tl.…`, a name of the kernel's module, else the text."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        pass
    first, _, rest = text.partition(".")
    value: Any
    if first in vars(module):
        value = getattr(module, first)
    elif first == "tl":
        value = importlib.import_module("triton.language")
    else:
        return text
    for part in filter(None, rest.split(".")):
        if not hasattr(value, part):
            raise SignatureError(f"`{text}`: there is no {part}")
        value = getattr(value, part)
    return value


def constants(texts: Mapping[str, str], module: ModuleType) -> dict[str, Any]:
    """All of them by name."""
    return {name: constant(text, module) for name, text in texts.items()}
