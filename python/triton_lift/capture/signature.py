"""What a kernel's arguments are compiled as: a type for each run-time argument, a value for each constant.

Types are written as Triton writes them (`*fp32`, `i32`); `:16` says that a pointer or an integer is a multiple of 16.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

# Triton's names; what people write instead is translated.
SCALARS = (
    *("i1", "u1", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"),
    *("fp16", "bf16", "fp32", "fp64", "fp8e4nv", "fp8e5", "fp8e4b15", "fp8e4b8", "fp8e5b16"),
)
ALIASES = {
    **{"bool": "i1", "half": "fp16", "float": "fp32", "double": "fp64", "int": "i32", "bfloat16": "bf16"},
    **{f"float{bits}": f"fp{bits}" for bits in (16, 32, 64)},
    **{f"f{bits}": f"fp{bits}" for bits in (16, 32, 64)},
    **{f"int{bits}": f"i{bits}" for bits in (1, 8, 16, 32, 64)},
    **{f"uint{bits}": f"u{bits}" for bits in (1, 8, 16, 32, 64)},
    **{"float8_e4m3fn": "fp8e4nv", "float8_e5m2": "fp8e5", "float8e4nv": "fp8e4nv", "float8e5": "fp8e5"},
}
_POINTER = re.compile(r"\*k?(.+)|(.+)\*")
_DESCRIPTOR = re.compile(r"tensordesc<\w+\[\d+(,\s*\d+)*\](,.*)?>")


class SignatureError(ValueError):
    """A signature that does not fit the kernel; the message says why and what would."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of the Python function."""

    name: str
    constexpr: bool = False
    default: Any = None
    has_default: bool = False


@dataclass(frozen=True)
class Signature:
    """What Triton is asked to compile: `types` names every parameter, constants as `constexpr`."""

    types: dict[str, str]
    constants: dict[str, Any]
    divisible_by_16: tuple[str, ...] = ()


def resolve(
    kernel: str,
    parameters: Sequence[Parameter],
    types: Mapping[str, str],
    constants: Mapping[str, Any],
) -> Signature:
    """The full signature, defaults filled in, in the order of the parameters.

    Raises SignatureError, listing everything that is wrong.
    """
    names = [p.name for p in parameters]
    problems = [_unknown(kernel, name, names) for name in (*types, *constants) if name not in names]
    full: dict[str, str] = {}
    values: dict[str, Any] = {}
    divisible = []
    missing: list[Parameter] = []
    for p in parameters:
        if p.name in constants and p.name in types:
            problems.append(f"`{p.name}` has both a type and a value")
        elif p.name in constants:
            full[p.name], values[p.name] = "constexpr", constants[p.name]
        elif p.constexpr and p.name in types:
            problems.append(
                f"`{p.name}` is a compile-time constant (tl.constexpr): it needs a value "
                f"(--const {p.name}=…), not a type"
            )
        elif p.name in types:
            try:
                full[p.name], multiple = parse_type(types[p.name])
            except SignatureError as error:
                problems.append(f"`{p.name}`: {error}")
            else:
                divisible += [p.name] * multiple
        elif p.has_default and (p.constexpr or p.default is None):
            full[p.name], values[p.name] = "constexpr", p.default
        else:
            missing.append(p)
    if missing:
        problems.append(_missing(kernel, missing))
    if problems:
        raise SignatureError("; ".join(problems))
    return Signature(full, values, tuple(divisible))


def parse_type(text: str) -> tuple[str, bool]:
    """Triton's name of a type, and whether `:16` follows it. Raises SignatureError for what is no type."""
    written, _, hint = text.strip().partition(":")
    if hint not in ("", "16"):
        raise SignatureError(
            f"`:{hint}` is no hint that Triton knows; only `:16` is (a constant 1 is a value: --const)"
        )
    if _DESCRIPTOR.fullmatch(written):
        return written, bool(hint)
    found = _POINTER.fullmatch(written)
    element = (found[1] or found[2]) if found else written
    scalar = ALIASES.get(element.strip().lower(), element.strip())
    if scalar not in SCALARS:
        near = get_close_matches(scalar, [*SCALARS, *ALIASES], n=1)
        guess = f" (did you mean {'*' if found else ''}{ALIASES.get(near[0], near[0])}?)" if near else ""
        raise SignatureError(
            f"{text} is no type{guess}; types are T, or *T for a pointer, T one of {', '.join(SCALARS)}"
        )
    constant = "k" if written.startswith("*k") and written[2:] == element else ""
    return (f"*{constant}{scalar}" if found else scalar), bool(hint)


def _unknown(kernel: str, name: str, names: Sequence[str]) -> str:
    near = get_close_matches(name, names, n=1)
    guess = f" (did you mean `{near[0]}`?)" if near else ""
    return f"{kernel} has no parameter `{name}`{guess}; it has {', '.join(names)}"


def _missing(kernel: str, missing: Sequence[Parameter]) -> str:
    asked = [f"--const {p.name}=VALUE" if p.constexpr else f"--arg {p.name}=TYPE" for p in missing]
    return f"{kernel} also needs {' '.join(asked)}"
