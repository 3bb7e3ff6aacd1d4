"""What is certain of a real term, for finite elements and scalars: whether it is finite, a number at all, ≥ 0, > 0."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from triton_lift.terms.memory import remembered
from triton_lift.terms.term import Term, make

_ONE = make("real", (), Fraction(1), "real")

# log₂ e and log 2, as terms: what kernels that compute in base 2 multiply by.
LOG2_E = make("rfun", (make("rfun", (_ONE,), "exp", "real"),), "log2", "real")
LOG_2 = make("rfun", (make("real", (), Fraction(2), "real"),), "log", "real")

_FINITE_FUNCTIONS = {"exp", "exp2", "sqrt", "abs", "sin", "cos", "tanh", "erf", "floor", "ceil"}


@remembered
def finite(t: Term, nonempty: Callable[[Term], bool] | None = None) -> bool:
    """Whether `t` is certainly neither ±inf nor undefined, given that array elements and scalars are finite.

    `nonempty` answers whether a max/min reduction ranges over at least one element (default: unknown).
    """
    match t.op:
        case "inf" | "arbitrary" | "state" | "final" | "elem":
            return False
        case "rmax":
            return all(map(below_infinity, t.args)) and any(finite(a, nonempty) for a in t.args)
        case "radd" | "rmul" | "rmin":
            return all(finite(a, nonempty) for a in t.args)
        case "rdiv":
            return (
                finite(t.args[0], nonempty) and finite(t.args[1], nonempty) and positive(t.args[1], nonempty)
            )
        case "rfun":
            if t.attr in ("rsqrt", "log", "log2"):
                return finite(t.args[0], nonempty) and positive(t.args[0], nonempty)
            if t.attr == "sqrt" and not nonnegative(t.args[0]):
                return False
            return t.attr in _FINITE_FUNCTIONS and all(finite(a, nonempty) for a in t.args)
        case "select":
            return finite(t.args[1], nonempty) and finite(t.args[2], nonempty)
        case "provided" if t.args[1].sort == "bool":
            return finite(t.args[0], nonempty)
        case "ranked":
            return finite(t.args[-2], nonempty)
        case "previous":
            return bool(t.attr[1])
        case "iterate":
            return all(finite(a, nonempty) for a in _first_and_next(t))
        case "matprod":  # finitely many sums of finitely many products; of no matrices it is the identity
            return finite(t.args[3 * t.attr[1] + 1], nonempty)
        case "reduce":
            kind, count = t.attr
            if not finite(t.args[3 * count + 1], nonempty):
                return False
            return kind in ("add", "mul") or (nonempty is not None and nonempty(t))
        case _:
            return t.op in ("real", "read", "toreal", "param")


def _first_and_next(t: Term) -> tuple[Term, Term]:
    """What an iterate's state is at first, and what it is next, where what is said of the states before is known."""
    (which, dims), count = t.attr
    values = t.args[3 * count + 1 :]
    return values[which], values[len(dims) + which]


@remembered
def number(t: Term) -> bool:
    """Whether `t` is certainly not undefined (NaN): finite or ±inf."""
    match t.op:
        case "inf":
            return True
        case "select":
            return number(t.args[1]) and number(t.args[2])
        case "rmax" | "rmin":
            return all(number(a) for a in t.args)
        case "ranked":
            return number(t.args[-2])
        case "reduce":
            kind, count = t.attr
            return kind in ("max", "min") and number(t.args[3 * count + 1])
        case _:
            return finite(t)


@remembered
def may_be_infinite(t: Term, sign: int, nonempty: Callable[[Term], bool] | None = None) -> bool:
    """Whether `t` could be sign·∞ where it is defined at all (`nonempty` as in `finite`)."""
    if finite(t, nonempty):
        return False
    match t.op:
        case "inf":
            return bool(t.attr == sign)
        case "frombits" | "iterate" | "previous":
            return True
        case "select":
            return any(may_be_infinite(a, sign, nonempty) for a in t.args[1:])
        case "radd" | "rmax" | "rmin":
            return any(may_be_infinite(a, sign, nonempty) for a in t.args)
        case "rmul" | "rdiv":
            return any(may_be_infinite(a, s, nonempty) for a in t.args for s in (1, -1))
        case "rfun" if t.attr in ("exp", "exp2", "abs", "sqrt", "rsqrt"):
            signs = (1, -1) if t.attr == "abs" else (1,)
            return sign == 1 and any(may_be_infinite(a, s, nonempty) for a in t.args for s in signs)
        case "rfun":
            return any(may_be_infinite(a, s, nonempty) for a in t.args for s in (1, -1))
        case "ranked":
            return may_be_infinite(t.args[-2], sign, nonempty)
        case "reduce":
            kind, count = t.attr
            if (kind, sign) in (("max", -1), ("min", 1)) and not (nonempty is not None and nonempty(t)):
                return True
            return may_be_infinite(t.args[3 * count + 1], sign, nonempty)
        case _:
            return False


@remembered
def below_infinity(t: Term) -> bool:
    """Whether `t` is certainly finite or −inf."""
    match t.op:
        case "inf":
            return bool(t.attr == -1)
        case "select":
            return below_infinity(t.args[1]) and below_infinity(t.args[2])
        case "rmax" | "radd":
            return all(below_infinity(a) for a in t.args)
        case "rmul":  # at most one factor is −inf, the others are positive
            rest = [a for a in t.args if not (finite(a) and positive(a))]
            return finite(t) or (len(rest) == 1 and below_infinity(rest[0]))
        case "ranked":
            return below_infinity(t.args[-2])
        case "reduce":
            kind, count = t.attr
            return finite(t) or (kind == "max" and below_infinity(t.args[3 * count + 1]))
        case _:
            return finite(t)


@remembered
def nonnegative(t: Term) -> bool:
    """Whether `t` is certainly ≥ 0 (for finite inputs)."""
    match t.op:
        case "real":
            return bool(t.attr >= 0)
        case "rfun":
            return t.attr in ("exp", "exp2", "abs", "sqrt", "rsqrt")
        case "radd" | "rmin":
            return all(nonnegative(a) for a in t.args)
        case "rmax":
            return any(nonnegative(a) for a in t.args)
        case "rmul":
            odd = [a for a in set(t.args) if t.args.count(a) % 2]
            return all(nonnegative(a) for a in odd)
        case "rdiv":
            return nonnegative(t.args[0]) and nonnegative(t.args[1])
        case "previous":
            return bool(t.attr[2] >= 1)
        case "iterate":
            return all(map(nonnegative, _first_and_next(t)))
        case "select":
            return nonnegative(t.args[1]) and nonnegative(t.args[2])
        case "ranked":
            return nonnegative(t.args[-2])
        case "reduce":
            kind, count = t.attr
            return kind in ("add", "mul") and nonnegative(t.args[3 * count + 1])
        case _:
            return False


@remembered
def positive(t: Term, nonempty: Callable[[Term], bool] | None = None) -> bool:
    """Whether `t` is certainly > 0 (for finite inputs)."""
    match t.op:
        case "real":
            return bool(t.attr > 0)
        case "toreal":
            return nonempty is not None and nonempty(t)
        case "rfun":
            if t.attr in ("exp", "exp2"):
                return finite(t.args[0], nonempty)  # exp(-inf) is 0
            if t is LOG2_E or t is LOG_2:
                return True
            if t.attr == "rsqrt" and not finite(t.args[0], nonempty):
                return False  # rsqrt(∞) is 0
            return t.attr in ("sqrt", "rsqrt") and positive(t.args[0], nonempty)
        case "radd":
            return all(nonnegative(a) for a in t.args) and any(positive(a, nonempty) for a in t.args)
        case "rmul" | "rmin":
            return all(positive(a, nonempty) for a in t.args)
        case "rmax":
            return any(positive(a, nonempty) for a in t.args)
        case "rdiv":
            a, b = t.args
            return positive(a, nonempty) and positive(b, nonempty) and finite(b, nonempty)
        case "previous":
            return bool(t.attr[2] >= 2)
        case "iterate":
            return all(positive(a, nonempty) for a in _first_and_next(t))
        case "ranked":
            return positive(t.args[-2], nonempty)
        case "reduce":
            kind, count = t.attr
            ranged = nonempty is not None and nonempty(t)
            return (
                kind in ("add", "mul", "max", "min") and ranged and positive(t.args[3 * count + 1], nonempty)
            )
        case "select":
            return positive(t.args[1], nonempty) and positive(t.args[2], nonempty)
        case _:
            return False
