"""What each operator of the `lift` dialect means as a term. One entry an operator; adding one is adding an entry."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from triton_lift.reading import libdevice
from triton_lift.reading.floats import as_stored
from triton_lift.reading.kernel import Unsupported
from triton_lift.terms import bits, reals
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Sort, Term, by_order, make


@dataclass(frozen=True)
class Call:
    """One application: argument terms with their types, result type, attributes, and a way to report wrap risks."""

    args: tuple[Term, ...]
    arg_types: tuple[str, ...]
    type: str
    attrs: dict[str, Any]
    location: str | None
    may_wrap: Callable[[Term, int, Term], None]
    rounds: Callable[[str], None]
    shifts: Callable[[Term, int], None]
    element_type: Callable[[int], str]
    refuse_if_used: Callable[[Term, Unsupported], None]


Meaning = Callable[[Call], Term]
MEANINGS: dict[str, Meaning] = {}


def meaning(*names: str) -> Callable[[Meaning], Meaning]:
    """Registers the function as the meaning of these operators."""

    def register(function: Meaning) -> Meaning:
        for name in names:
            MEANINGS[name] = function
        return function

    return register


def width_of(type_name: str) -> int:
    """Bits of an integer type."""
    return int(type_name[1:])


def sort_of(type_name: str) -> Sort:
    """The sort of a scalar type."""
    if type_name == "i1":
        return "bool"
    return "int" if type_name[0] == "i" else "real"


def _wrapping(function: Callable[..., Term]) -> Meaning:
    """An integer operation that owes `fits its width`; or that wraps, with a constant which no size or index has."""

    def apply(call: Call) -> Term:
        result = function(*call.args)
        width = width_of(call.type)
        # Hashes multiply and add constants that use all bits: those mean to wrap.
        if width >= 32 and any(abs(ints.value_of(a) or 0) >> (width - 8) for a in call.args):
            return ints.wrap(result, width)
        call.may_wrap(result, width_of(call.type), result)
        return result

    return apply


def _plain(function: Callable[..., Term]) -> Meaning:
    return lambda call: function(*call.args)


def _on_unsigned(function: Callable[..., Term]) -> Meaning:
    """An operation on the unsigned readings of its operands; the result is read as signed again."""

    def apply(call: Call) -> Term:
        width = width_of(call.arg_types[0])
        result = function(*(ints.unsigned(a, width) for a in call.args))
        return ints.wrap(result, width)

    return apply


MEANINGS.update(
    sub=_wrapping(ints.sub),
    abs=_wrapping(lambda x: make("iabs", (x,))),
    divs=_plain(ints.tdiv),
    rems=_plain(ints.trem),
    divu=_on_unsigned(ints.fdiv),
    remu=_on_unsigned(ints.fmod),
    mins=_plain(ints.minimum),
    maxs=_plain(ints.maximum),
    minu=_on_unsigned(ints.minimum),
    maxu=_on_unsigned(ints.maximum),
    addf=_plain(reals.add),
    subf=_plain(reals.sub),
    mulf=_plain(reals.mul),
    divf=_plain(reals.div),
    negf=_plain(reals.negate),
    maxf=_plain(reals.maximum),
    minf=_plain(reals.minimum),
    select=_plain(reals.select),
    extf=_plain(lambda x: x),
)


@meaning("add")
def _add(call: Call) -> Term:
    if call.type == "i1":
        return _xor_bool(*call.args)
    return _wrapping(ints.add)(call)


@meaning("mul")
def _mul(call: Call) -> Term:
    if call.type == "i1":
        return bools.conjunction(*call.args)
    return _wrapping(ints.mul)(call)


def _named(name: str) -> Meaning:
    return lambda call: reals.apply(name, *call.args)


for _name in (
    "exp",
    "exp2",
    "log",
    "log2",
    "sqrt",
    "rsqrt",
    "sin",
    "cos",
    "tan",
    "tanh",
    "erf",
    "floor",
    "ceil",
):
    MEANINGS[_name] = _named(_name)
MEANINGS.update(absf=_named("abs"), powf=_named("pow"), remf=_named("fmod"))


@meaning("call")
def _call(call: Call) -> Term:
    name = str(call.attrs["callee"])
    if part := libdevice.integer_part(name):
        return _whole(call, part(call.args[0]))
    function = libdevice.function(name)
    if function is None or any(a.sort == "bool" for a in call.args):
        raise Unsupported(name, "not a function of real numbers that is known here", call.location)
    if name.endswith(("_rz", "_ru", "_rd")) or name.startswith(("__nv_fast_", "__ocml_native_")):
        call.rounds(f"the precision of {name}")
    result = function(*(reals.from_int(a) if a.sort == "int" else a for a in call.args))
    if result.sort != sort_of(call.type):
        raise Unsupported(name, f"a result of type {call.type}", call.location)
    return result


@meaning("round")
def _round(call: Call) -> Term:
    call.rounds(str(call.attrs["to"]))
    return call.args[0]


# Bits of the significand; integers of more bits are rounded.
_SIGNIFICANDS = {"f64": 53, "f32": 24, "f16": 11, "bf16": 8}


def _rounds_integers(call: Call, magnitude: int) -> None:
    """Lists a conversion of integers up to 2^magnitude that need not be exact."""
    exact = _SIGNIFICANDS.get(call.type, 0)
    if magnitude > exact and _largest(call.args[0]) > 1 << exact:
        call.rounds(f"{call.type} (integers above 2^{exact})")


def _largest(x: Term) -> float:
    """A bound of the integer's magnitude."""
    match x.op:
        case "int":
            return float(abs(x.attr))
        case "select":
            return max(_largest(a) for a in x.args[1:])
        case "fmod" if (ints.value_of(x.args[1]) or 0) > 0:
            return float(x.args[1].attr)
        case "lin":
            products = (abs(c) * _largest(m) for m, c in zip(x.args, x.attr, strict=False) if c)
            return float(sum(products) + abs(x.attr[-1]))
        case "prod":
            return math.prod(_largest(a) for a in x.args)
        case _:
            return math.inf


def _sitofp(call: Call) -> Term:
    (x,) = call.args
    if x.sort == "bool":
        return reals.select(x, reals.MINUS_ONE, reals.ZERO)
    _rounds_integers(call, width_of(call.arg_types[0]) - 1)
    return reals.from_int(x)


def _uitofp(call: Call) -> Term:
    (x,) = call.args
    if x.sort == "bool":
        return reals.select(x, reals.ONE, reals.ZERO)
    width = width_of(call.arg_types[0])
    _rounds_integers(call, width)
    return reals.from_int(ints.unsigned(x, width))


MEANINGS.update(sitofp=_sitofp, uitofp=_uitofp)


@meaning("fptosi")
def _float_to_int(call: Call) -> Term:
    if call.type == "i1":
        return bools.negate(reals.compare("req", call.args[0], reals.ZERO))
    return _whole(call, call.args[0])


def _whole(call: Call, x: Term) -> Term:
    """The integer part of x, as a signed integer."""
    result = make("fptoint", (x,))
    call.may_wrap(result, width_of(call.type), result)
    return result


def _float_to_unsigned(call: Call) -> Term:
    if call.type == "i1":
        return _float_to_int(call)
    width = width_of(call.type)
    result = make("fptoint", call.args)
    # 0 ≤ x < 2^w exactly if x − 2^(w−1) fits w signed bits.
    call.may_wrap(result, width, ints.sub(result, ints.const(1 << (width - 1))))
    return ints.wrap(result, width)


MEANINGS["fptoui"] = _float_to_unsigned


@meaning("zext")
def _zext(call: Call) -> Term:
    (x,) = call.args
    if x.sort == "bool":
        return reals.select(x, ints.ONE, ints.ZERO)
    return ints.unsigned(x, width_of(call.arg_types[0]))


def _sext(call: Call) -> Term:
    (x,) = call.args
    return reals.select(x, ints.const(-1), ints.ZERO) if x.sort == "bool" else x


MEANINGS["sext"] = _sext


@meaning("trunc")
def _trunc(call: Call) -> Term:
    if call.type == "i1":
        return bools.eq(ints.fmod(call.args[0], ints.const(2)), ints.ONE)
    return ints.wrap(call.args[0], width_of(call.type))


@meaning("bitcast")
def _bitcast(call: Call) -> Term:
    if call.type == call.arg_types[0]:
        return call.args[0]
    source = call.arg_types[0]
    if {source, call.type} == {"i1", "i8"}:
        (x,) = call.args
        if call.type == "i8":
            return reals.select(x, ints.ONE, ints.ZERO)
        return bools.eq(ints.fmod(x, ints.const(2)), ints.ONE)
    if any(t not in _SIGNIFICANDS and t[0] != "i" for t in (source, call.type)) or "i1" in (
        source,
        call.type,
    ):
        raise Unsupported("tt.bitcast", f"reads the bits of {source} as {call.type}", call.location)
    number = call.args[0]
    if number.sort == "real":
        if not as_stored(number, source, call.element_type):
            reason = f"reads the bits of a computed {source}, which may be rounded"
            call.refuse_if_used(
                bits.to_bits(number, source), Unsupported("tt.bitcast", reason, call.location)
            )
        if number.op != "frombits":
            call.rounds(f"{source} to take its bits (-0 has those of 0)")
        number = bits.to_bits(number, source)
    return number if call.type[0] == "i" else bits.from_bits(number, call.type)


@meaning("mulhiu")
def _mulhiu(call: Call) -> Term:
    width = width_of(call.type)
    a, b = (ints.unsigned(x, width) for x in call.args)
    return ints.wrap(ints.fdiv(ints.mul(a, b), ints.const(1 << width)), width)


# Bit operations, exact on two's complement.


@meaning("and")
def _and(call: Call) -> Term:
    a, b = call.args
    if a.sort == "bool":
        return bools.conjunction(a, b)
    if ints.value_of(a) is not None:
        a, b = b, a
    mask = ints.value_of(b)
    if mask is not None and mask >= 0 and mask & (mask + 1) == 0:
        return ints.fmod(a, ints.const(mask + 1))
    return make("bitand", tuple(sorted((a, b), key=by_order)))


@meaning("or")
def _or(call: Call) -> Term:
    a, b = call.args
    if a.sort == "bool":
        return bools.disjunction(a, b)
    return a if a is b else make("bitor", tuple(sorted((a, b), key=by_order)))


def _xor_bool(a: Term, b: Term) -> Term:
    return bools.disjunction(bools.conjunction(a, bools.negate(b)), bools.conjunction(bools.negate(a), b))


@meaning("xor")
def _xor(call: Call) -> Term:
    a, b = call.args
    if a.sort == "bool":
        return _xor_bool(a, b)
    if ints.value_of(b) == -1:
        return ints.sub(ints.const(-1), a)
    return make("bitxor", tuple(sorted((a, b), key=by_order)))


def _power(call: Call, op: str, amount: Term) -> Term:
    """2 to a shift amount, which must be below the width."""
    result, width = ints.pow2(amount), width_of(call.type)
    known = ints.value_of(amount)
    if known is not None and not 0 <= known < width:
        raise Unsupported(op, f"a number of {width} bits shifted by {known}", call.location)
    if result.op == "pow2":
        call.shifts(result, width)
    return result


@meaning("shl")
def _shl(call: Call) -> Term:
    a, s = call.args
    return ints.wrap(ints.mul(a, _power(call, "arith.shli", s)), width_of(call.type))


@meaning("shrs")
def _shrs(call: Call) -> Term:
    return ints.fdiv(call.args[0], _power(call, "arith.shrsi", call.args[1]))


@meaning("shru")
def _shru(call: Call) -> Term:
    width = width_of(call.type)
    x, count = call.args
    if x.op == "tobits" and ints.value_of(count) == width - 1:
        return reals.select(reals.compare("rlt", x.args[0], reals.ZERO), ints.ONE, ints.ZERO)
    power = _power(call, "arith.shrui", count)
    return ints.wrap(ints.fdiv(ints.unsigned(x, width), power), width)


# Comparisons.

_SIGNED: dict[str, Callable[[Term, Term], Term]] = {
    "eq": bools.eq,
    "ne": lambda a, b: bools.negate(bools.eq(a, b)),
    "slt": bools.lt,
    "sle": bools.le,
    "sgt": lambda a, b: bools.lt(b, a),
    "sge": lambda a, b: bools.le(b, a),
}
_UNSIGNED = {"ult": "slt", "ule": "sle", "ugt": "sgt", "uge": "sge"}


@meaning("cmp")
def _cmp(call: Call) -> Term:
    predicate = str(call.attrs["pred"])
    a, b = call.args
    if a.sort == "bool":
        differ = _xor_bool(a, b)
        if predicate in ("eq", "ne"):
            return differ if predicate == "ne" else bools.negate(differ)
        as_int = -1 if predicate in _SIGNED else 1
        a, b = (reals.select(x, ints.const(as_int), ints.ZERO) for x in (a, b))
        return _SIGNED[_UNSIGNED.get(predicate, predicate)](a, b)
    flag = a.op == "select" and a.args[1:] == (ints.ONE, ints.ZERO)
    if flag and predicate in ("eq", "ne") and b in (ints.ZERO, ints.ONE):
        holds = (b is ints.ONE) == (predicate == "eq")  # a condition that was made a number
        return a.args[0] if holds else bools.negate(a.args[0])
    if predicate in _UNSIGNED:
        width = width_of(call.arg_types[0])
        a, b = ints.unsigned(a, width), ints.unsigned(b, width)
        predicate = _UNSIGNED[predicate]
    return _SIGNED[predicate](a, b)


@meaning("cmpf")
def _cmpf(call: Call) -> Term:
    """`rlt`, `rle`, `req` are false of undefined values, as ordered predicates are; unordered ones negate."""
    predicate = str(call.attrs["pred"])
    a, b = call.args
    if predicate in ("false", "true"):
        return bools.const(predicate == "true")
    if predicate in ("ord", "uno"):
        defined = bools.conjunction(*(reals.compare("req", x, x) for x in (a, b)))
        return defined if predicate == "ord" else bools.negate(defined)
    if predicate[0] == "u" and predicate != "une":
        return bools.negate(_ordered(_COMPLEMENTS[predicate[1:]], a, b))
    return bools.negate(_ordered("eq", a, b)) if predicate == "une" else _ordered(predicate[1:], a, b)


_COMPLEMENTS = {"eq": "ne", "lt": "ge", "le": "gt", "gt": "le", "ge": "lt"}


def _ordered(relation: str, a: Term, b: Term) -> Term:
    match relation:
        case "eq":
            return reals.compare("req", a, b)
        case "ne":
            return bools.disjunction(reals.compare("rlt", a, b), reals.compare("rlt", b, a))
        case "lt":
            return reals.compare("rlt", a, b)
        case "le":
            return reals.compare("rle", a, b)
        case "gt":
            return reals.compare("rlt", b, a)
        case _:
            return reals.compare("rle", b, a)
