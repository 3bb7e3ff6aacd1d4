"""Which sorts and attributes each operator takes: what is loaded from a file is held against this."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import iterates
from triton_lift.terms.term import BINDERS, Term


def _none(attr: Any, count: int) -> bool:
    return attr is None


def _whole(attr: Any, count: int) -> bool:
    return type(attr) is int


def _truth(attr: Any, count: int) -> bool:
    return type(attr) is bool


def _fraction(attr: Any, count: int) -> bool:
    return type(attr) is Fraction


def _sign(attr: Any, count: int) -> bool:
    return type(attr) is int and attr in (1, -1)


def _coefficients(attr: Any, count: int) -> bool:
    return type(attr) is tuple and len(attr) == count + 1 and all(type(c) is int for c in attr)


def _several(attr: Any, count: int) -> bool:
    return type(attr) is tuple


def _named_number(attr: Any, count: int) -> bool:
    return type(attr) is tuple and [type(a) for a in attr] == [str, int]


def _anything(attr: Any, count: int) -> bool:
    return True


def _format(attr: Any, count: int) -> bool:
    return attr in ("f16", "bf16", "f32", "f64")


# Operator → sorts of the arguments (a final `*` repeats the one before), result (None: any) and attribute.
_SIGNATURES: dict[str, tuple[str, str | None, Callable[[Any, int], bool]]] = {
    "int": ("", "int", _whole),
    "bool": ("", "bool", _truth),
    "real": ("", "real", _fraction),
    "inf": ("", "real", _sign),
    "param": ("", None, _several),
    "pid": ("", "int", _whole),
    "nprogs": ("", "int", _whole),
    "var": ("", "int", _named_number),
    "elem": ("", None, _several),
    "arbitrary": ("int*", None, _anything),
    "state": ("int*", None, _several),
    "final": ("int*", None, _several),
    "read": ("int", None, _several),
    "lin": ("int*", "int", _coefficients),
    "prod": ("int*", "int", _none),
    **dict.fromkeys(("fdiv", "fmod", "tdiv", "trem"), ("int int", "int", _none)),
    **dict.fromkeys(("imin", "imax"), ("int*", "int", _none)),
    **dict.fromkeys(("bitand", "bitor", "bitxor", "mulhi"), ("int*", "int", _anything)),
    "iabs": ("int", "int", _none),
    "pow2": ("int", "int", _none),
    "wrap": ("int", "int", _whole),
    "fptoint": ("real", "int", _anything),
    "tobits": ("real", "int", _format),
    "frombits": ("int", "real", _format),
    "toreal": ("int", "real", _none),
    **dict.fromkeys(("radd", "rmul", "rmin", "rmax"), ("real*", "real", _none)),
    "rdiv": ("real real", "real", _none),
    **dict.fromkeys(("and", "or"), ("bool*", "bool", _none)),
    "not": ("bool", "bool", _none),
    **dict.fromkeys(("le0", "eq0"), ("int", "bool", _none)),
    **dict.fromkeys(("rlt", "rle", "req"), ("real real", "bool", _none)),
}
_BINDERS = {"reduce": 1, "argreduce": 2, "ranked": 2, "argranked": 2}


def check_sorts(t: Term) -> None:
    """Raises ValueError where a term is not what its operator takes."""
    if not _fits(t):
        raise ValueError(f"{t.op} is not well formed")


def _fits(t: Term) -> bool:
    sorts: list[str] = [a.sort for a in t.args]
    if t.sort not in ("int", "real", "bool") or not (t.op.isascii() and t.op.isalnum()):
        return False
    if t.op == "select":
        return len(sorts) == 3 and sorts[0] == "bool" and sorts[1] == sorts[2] == t.sort and t.attr is None
    if t.op == "rfun":
        return t.sort == "real" and type(t.attr) is str
    if t.op in BINDERS:
        return _binder(t, sorts)
    if t.op == "provided":
        return sorts in (["real", "real"], [t.sort, "bool"]) and t.sort != "bool" and t.attr is None
    if t.op == "previous":
        known = type(t.attr) is tuple and [type(a) for a in t.attr] == [int, bool, int]
        return known and sorts == ["int"] * max(1, len(sorts)) and t.args[0].op == "var"
    if t.op not in _SIGNATURES:
        # Operators that the rules do not look into: equal arguments, equal values.
        return True
    spelled, result, attribute = _SIGNATURES[t.op]
    if result is not None and t.sort != result or not attribute(t.attr, len(sorts)):
        return False
    if spelled.endswith("*"):
        return all(s == spelled[:-1] for s in sorts)
    return sorts == spelled.split()


def _binder(t: Term, sorts: list[str]) -> bool:
    if type(t.attr) is not tuple or len(t.attr) != 2 or type(t.attr[1]) is not int or t.attr[1] < 0:
        return False
    _, count = t.attr
    if len(sorts) <= 3 * count + 1 or sorts[: 3 * count] != ["int"] * (3 * count):
        return False
    if sorts[3 * count] != "bool" or any(v.op != "var" for v in t.args[0 : 3 * count : 3]):
        return False
    bodies = sorts[3 * count + 1 :]
    if t.op == "foldresult":
        return True
    if t.op == "matprod":
        return count == 3 and t.attr[0] == "matprod" and bodies == ["real", "int", "int"] and t.sort == "real"
    if t.op == "iterate":
        return _iterate(t, bodies)
    if len(bodies) != _BINDERS[t.op]:
        return False
    if t.op == "argranked" and count != 1:
        return False
    if t.op in ("ranked", "argranked"):
        return bodies[1] == "int" and t.sort == ("int" if t.op == "argranked" else bodies[0])
    return bodies[0] == t.sort if t.op == "reduce" else bodies[1] == t.sort == "int"


def _iterate(t: Term, sorts: list[str]) -> bool:
    what, count = t.attr
    if not (type(what) is tuple and len(what) == 2 and type(what[0]) is int and type(what[1]) is tuple):
        return False
    which, dims = what
    if not dims or any(type(d) is not int or d < 0 for d in dims) or not 0 <= which < len(dims):
        return False
    states = len(dims)
    if count != 1 + sum(dims) or len(sorts) != 2 * states + dims[which] or t.sort != sorts[which]:
        return False
    first, following = sorts[:states], sorts[states : 2 * states]
    if first != following or any(s != "int" for s in sorts[2 * states :]) or t.args[1] is not ints.ZERO:
        return False
    return t.args[3 * count] is bools.TRUE and iterates.iterate(iterates.parts_of(t)) is t
