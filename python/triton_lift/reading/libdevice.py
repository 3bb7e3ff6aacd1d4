"""Functions of the device libraries, by what they compute.

Only functions of real numbers are here: what looks at the sign of zero, at bits or at rounding modes is refused.
Adding a function is adding an entry (and one to `evaluation.terms.FUNCTIONS`, so that it can be evaluated).
"""

from __future__ import annotations

from collections.abc import Callable

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term

_NAMED = [
    "acos", "acosh", "asin", "asinh", "atan", "atanh", "atan2", "cbrt", "cosh", "cospi", "erfc",
    "erfcinv", "erfcx", "erfinv", "exp10", "expm1", "hypot", "j0", "j1", "lgamma", "log10", "log1p",
    "normcdf", "normcdfinv", "remainder", "rhypot", "rint", "round", "sinh", "sinpi", "tgamma", "trunc",
    "y0", "y1", "exp", "exp2", "log", "log2", "sqrt", "rsqrt", "sin", "cos", "tan", "tanh", "erf",
    "floor", "ceil", "pow", "fmod",
]  # fmt: skip


def _is_nan(x: Term) -> Term:
    return bools.negate(reals.compare("req", x, x))


def _is_infinite(x: Term) -> Term:
    return bools.disjunction(reals.compare("req", x, reals.INF), reals.compare("req", x, reals.NEG_INF))


def _is_finite(x: Term) -> Term:
    return bools.negate(bools.disjunction(_is_nan(x), _is_infinite(x)))


def _as_int(predicate: Callable[[Term], Term]) -> Callable[..., Term]:
    return lambda x: reals.select(predicate(x), ints.ONE, ints.ZERO)


def _clamp(x: Term, low: Term, high: Term) -> Term:
    """min(max(x, low), high) for low ≤ high; a function of its own while that is not certain."""
    a, b = reals.value_of(low), reals.value_of(high)
    if low is reals.NEG_INF or high is reals.INF or (a is not None and b is not None and a <= b):
        return reals.minimum(reals.maximum(x, low), high)
    return reals.apply("clamp", x, low, high)


_FUNCTIONS: dict[str, Callable[..., Term]] = {
    **{name: (lambda *args, name=name: reals.apply(name, *args)) for name in _NAMED},
    "powi": lambda x, n: reals.apply("pow", x, n),
    "fabs": lambda x: reals.apply("abs", x),
    "fmax": reals.maximum,
    "fmin": reals.minimum,
    "fma": lambda a, b, c: reals.add(reals.mul(a, b), c),
    "fdiv": reals.div,
    "fdivide": reals.div,
    "fadd": reals.add,
    "fsub": reals.sub,
    "fmul": reals.mul,
    "fsqrt": lambda x: reals.apply("sqrt", x),
    "frcp": lambda x: reals.div(reals.ONE, x),
    "saturate": lambda x: reals.minimum(reals.maximum(x, reals.ZERO), reals.ONE),
    "isnan": _as_int(_is_nan),
    "isinf": _as_int(_is_infinite),
    "finite": _as_int(_is_finite),
    "isfinited": _as_int(_is_finite),
}

_ROUNDINGS = ("_rn", "_rz", "_ru", "_rd")
# Conversions to signed integers, by the real number whose integer part they are.
_INTEGER_PARTS: dict[str, Callable[[Term], Term]] = {
    f"__nv_{source}2{target}_{mode}": part
    for source, target in (("float", "int"), ("float", "ll"), ("double", "int"), ("double", "ll"))
    for mode, part in {
        "rn": lambda x: reals.apply("rint", x),
        "rz": lambda x: x,
        "ru": lambda x: reals.apply("ceil", x),
        "rd": lambda x: reals.apply("floor", x),
    }.items()
}


def integer_part(symbol: str) -> Callable[[Term], Term] | None:
    """Of a conversion to integers, the real number of which the result is the integer part; None for other symbols."""
    return _INTEGER_PARTS.get(symbol)


def function(symbol: str) -> Callable[..., Term] | None:
    """The meaning of a device library's symbol on reals (and integer exponents), None if it has none here."""
    name = symbol
    if name.startswith("__nv_"):
        name = name.removeprefix("__nv_").removeprefix("fast_")
    elif name.startswith("__ocml_"):
        name = (
            name.removeprefix("__ocml_")
            .removeprefix("native_")
            .removesuffix("_f32")
            .removesuffix("_f64")
            .removesuffix("_f16")
        )
    elif name == "clamp":
        return _clamp
    else:
        return None
    for suffix in _ROUNDINGS:
        name = name.removesuffix(suffix)
    return _FUNCTIONS.get(name) or _FUNCTIONS.get(name.removesuffix("f"))
