"""One kernel compiled to TTIR by the installed Triton, without a GPU and without code generation."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

from triton_lift.capture.signature import Parameter, Signature, resolve
from triton_lift.capture.target import DEFAULT, Target

OLDEST = (3, 4)


class CompileError(Exception):
    """Triton does not compile the kernel: `message`, at `location` (`file:line`, where it is known)."""

    def __init__(self, message: str, location: str | None = None) -> None:
        self.message, self.location = message, location
        super().__init__(f"{location}: {message}" if location else message)


def check_version() -> None:
    """Raises CompileError where the installed Triton is missing, or older than what this knows how to drive."""
    try:
        import triton
    except ImportError as error:
        raise CompileError(f"compiling from source needs the package triton ({error})") from None
    numbers = tuple(int(n) for n in re.findall(r"\d+", triton.__version__)[:2])
    if numbers < OLDEST:
        raise CompileError(
            f"compiling from source needs Triton {OLDEST[0]}.{OLDEST[1]} or newer; this is {triton.__version__}. "
            "Its cache folders and dumps can be lifted all the same"
        )


def jit_function(kernel: Any) -> tuple[Any, dict[str, Any]]:
    """The JITFunction within decorators (autotune, heuristics, others with `fn`), and the constants that an
    autotuner's first configuration gives."""
    constants: dict[str, Any] = {}
    seen = 0
    while not hasattr(kernel, "arg_names") or hasattr(kernel, "configs") or hasattr(kernel, "values"):
        configs = getattr(kernel, "configs", None)
        if configs:
            constants = {**getattr(configs[0], "kwargs", {}), **constants}
        kernel, seen = getattr(kernel, "fn", None), seen + 1
        if kernel is None or seen > 16:
            raise TypeError("not a Triton kernel: nothing in it is decorated with @triton.jit")
    return kernel, constants


def parameters(function: Any) -> Iterator[Parameter]:
    """The parameters of a JITFunction."""
    for p in function.params:
        default = p.default if p.has_default else None
        yield Parameter(p.name, p.is_constexpr, default, p.has_default)


def compile_kernel(
    kernel: Any,
    types: Mapping[str, str],
    constants: Mapping[str, Any],
    target: Target = DEFAULT,
) -> str:
    """The TTIR of `kernel` for these types and constants.

    Raises SignatureError where they do not fit the kernel, CompileError where Triton refuses it.
    """
    check_version()
    function, tuned = jit_function(kernel)
    known = {name: value for name, value in tuned.items() if name in function.arg_names and name not in types}
    signature = resolve(function.__name__, list(parameters(function)), types, {**known, **dict(constants)})
    return compile_signature(function, signature, target)


def compile_signature(function: Any, signature: Signature, target: Target) -> str:
    """As `compile_kernel`, for a JITFunction and a resolved signature."""
    from triton.compiler import ASTSource

    names = list(function.arg_names)
    attributes = {(names.index(name),): [["tt.divisibility", 16]] for name in signature.divisible_by_16}
    constants = {(names.index(name),): value for name, value in signature.constants.items()}
    source = ASTSource(function, signature.types, constants, attributes)
    return compile_source(source, target)["ttir"]


def compile_source(
    source: Any, target: Target, options: Mapping[str, Any] | None = None, *, last: str = "ttir"
) -> dict[str, str]:
    """The text of each stage up to `last` of an ASTSource. Raises CompileError."""
    from triton._C.libtriton import ir
    from triton.compiler import make_backend

    gpu = target.for_triton()
    try:
        backend = make_backend(gpu)
    except Exception as error:
        raise CompileError(f"this Triton has no backend for {target}: {error}") from error
    known = backend.parse_options({**dict(options or {}), **source.parse_options()})
    context = ir.context()
    ir.load_dialects(context)
    backend.load_dialects(context)
    stages: dict[str, Any] = {}
    _call(backend.add_stages, stages=stages, options=known, language=getattr(source, "language", None))
    given = {
        "target": gpu,
        "options": known,
        "codegen_fns": _call(backend.get_codegen_implementation, options=known),
        "module_map": backend.get_module_map(),
        "context": context,
    }
    texts: dict[str, str] = {}
    try:
        module = _call(source.make_ir, **given)
        metadata: dict[str, Any] = {"target": gpu, **known.__dict__}
        for stage, lower in stages.items():
            module = lower(module, metadata)
            texts[stage] = str(module)
            if stage == last:
                break
    except Exception as error:
        raise explained(error, source.fn) from error
    return texts


def _call(function: Any, **given: Any) -> Any:
    """Call with those of the given arguments that this version's function has, by name; some have shorter names."""
    short = {"opt": "options", "opts": "options", "ctx": "context"}
    wanted = inspect.signature(function).parameters
    return function(**{name: given[short.get(name, name)] for name in wanted})


def explained(error: BaseException, function: Any) -> CompileError:
    """What Triton says, without its excerpts, and the line of the kernel that it is about."""
    reasons, line, seen = [], None, error
    while seen is not None:  # errors in called functions nest: the innermost says why
        node = getattr(seen, "node", None)
        if node is not None and hasattr(node, "lineno"):
            line = line or node.lineno
        own = node is None and not isinstance(
            seen, AssertionError | ValueError | TypeError | NotImplementedError
        )
        said = getattr(seen, "error_message", None) or _without_excerpt(str(seen))
        reasons.append(f"{type(seen).__name__}: {said}" if own else said)
        seen = seen.__cause__  # type: ignore[assignment]
    message = next((text for text in reversed(reasons) if text), type(error).__name__)
    location = None
    try:
        lines, first = inspect.getsourcelines(function.fn)
        decorators = next(n for n, text in enumerate(lines) if text.lstrip().startswith("def "))
        location = f"{inspect.getsourcefile(function.fn)}:{first + decorators + (line or 1) - 1}"
    except (AttributeError, TypeError, OSError, StopIteration):
        pass
    return CompileError(message.strip(), location)


def _without_excerpt(text: str) -> str:
    """A CompilationError shows the source around it, a line of `^`, then what is wrong."""
    lines = text.strip().splitlines()
    marks = [number for number, line in enumerate(lines) if line.strip() == "^"]
    return "\n".join(lines[marks[-1] + 1 :]) if marks else text.strip()
