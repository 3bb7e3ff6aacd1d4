"""The functions of the formula language, by name: what each is as a term. Adding one is adding an entry."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from triton_lift.formulas.errors import FormulaError
from triton_lift.reading import libdevice
from triton_lift.terms import bits, reals
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, by_order, make

Function = Callable[..., Term]

_ONE_ARGUMENT = (
    "acos acosh asin asinh atan atanh cbrt ceil cos cosh cospi erf erfc erfcinv erfcx erfinv exp exp10 exp2 expm1 "
    "floor "
    "j0 j1 lgamma log log10 log1p log2 normcdf normcdfinv rint round rsqrt sin sinh sinpi sqrt tan tanh tgamma y0 y1"
).split()
_TWO_ARGUMENTS = "atan2 fmod hypot pow remainder rhypot".split()


def as_real(t: Term) -> Term:
    """An integer is a real number; a truth value is none. Raises FormulaError."""
    if t.sort == "bool":
        raise FormulaError("a condition stands where a number is needed")
    return reals.from_int(t) if t.sort == "int" else t


def as_integer(t: Term, place: str = "here") -> Term:
    """Raises FormulaError for what is no integer by its form."""
    if t.sort == "int":
        return t
    if t.op == "real" and t.attr.denominator == 1:
        return ints.const(t.attr.numerator)
    if t.op == "toreal":
        return t.args[0]
    if t.op == "hole":
        return make("hole", t.args, t.attr, "int")
    raise FormulaError(
        f"an integer is needed {place}; integers are divided with a // b, or rounded with trunc(x)"
    )


def as_condition(t: Term) -> Term:
    """Raises FormulaError for what is no condition."""
    if t.op == "hole":
        return make("hole", t.args, t.attr, "bool")
    if t.sort != "bool":
        raise FormulaError("a condition is needed here, like x[i] > 0")
    return t


def same_sort(*terms: Term) -> tuple[Term, ...]:
    """All integers, all conditions, or all as reals."""
    if len({t.sort for t in terms}) == 1:
        return terms
    return tuple(map(as_real, terms))


def _named(name: str) -> Function:
    return lambda *args: reals.apply(name, *map(as_real, args))


def _extremum(on_integers: Function, on_reals: Function) -> Function:
    def apply(*args: Term) -> Term:
        args = same_sort(*args)
        if args[0].sort == "bool":
            raise FormulaError("conditions have no maximum: use or, and")
        return (on_integers if args[0].sort == "int" else on_reals)(*args)

    return apply


def _abs(x: Term) -> Term:
    if x.sort == "int":
        return ints.const(abs(x.attr)) if x.op == "int" else make("iabs", (x,))
    return reals.apply("abs", as_real(x))


def _rounded(on_integers: Function, name: str) -> Function:
    """⌊a / b⌋ of integers; of reals a function."""

    def apply(x: Term) -> Term:
        if x.sort == "int":
            return x
        if x.op == "rdiv" and all(a.op == "toreal" for a in x.args):
            return on_integers(*(a.args[0] for a in x.args))
        if x.op == "rmul" and len(x.args) == 2 and x.args[0].op == "real" and x.args[1].op == "toreal":
            c: Fraction = x.args[0].attr
            if c > 0:
                return on_integers(ints.scale(x.args[1].args[0], c.numerator), ints.const(c.denominator))
        return reals.apply(name, as_real(x))

    return apply


def ceiling(a: Term, b: Term) -> Term:
    """⌈a / b⌉ as it is printed: ⌊(a + b − 1) / b⌋, for b > 0."""
    return ints.fdiv(ints.add(a, b, ints.const(-1)), b)


def _wrapped(width: int) -> Function:
    return lambda x: ints.wrap(as_integer(x), width)


def _integers(function: Function) -> Function:
    return lambda *args: function(*map(as_integer, args))


def _bitand(a: Term, b: Term) -> Term:
    if ints.value_of(a) is not None:
        a, b = b, a
    mask = ints.value_of(b)
    if mask is not None and mask >= 0 and mask & (mask + 1) == 0:
        return ints.fmod(a, ints.const(mask + 1))
    return make("bitand", tuple(sorted((a, b), key=by_order)))


def _commuting(name: str) -> Function:
    return lambda a, b: make(name, tuple(sorted((a, b), key=by_order)))


def _trunc(x: Term) -> Term:
    return x if x.sort == "int" else make("fptoint", (x,))


def _clamp(*args: Term) -> Term:
    function = libdevice.function("clamp")
    assert function is not None
    return function(*map(as_real, args))


def _axis(op: str) -> Function:
    def apply(axis: Term) -> Term:
        number = ints.value_of(axis)
        if number not in (0, 1, 2):
            raise FormulaError("an axis of the grid is 0, 1 or 2")
        return make(op, (), number)

    return apply


def _xor(a: Term, b: Term) -> Term:
    return bools.disjunction(bools.conjunction(a, bools.negate(b)), bools.conjunction(bools.negate(a), b))


# Name → (number of arguments, None: any from one on; the term).
FUNCTIONS: dict[str, tuple[int | None, Function]] = {
    **{name: (1, _named(name)) for name in _ONE_ARGUMENT},
    **{name: (2, _named(name)) for name in _TWO_ARGUMENTS},
    "abs": (1, _abs),
    "max": (None, _extremum(ints.maximum, reals.maximum)),
    "min": (None, _extremum(ints.minimum, reals.minimum)),
    "floor": (1, _rounded(ints.fdiv, "floor")),
    "ceil": (1, _rounded(ceiling, "ceil")),
    "trunc": (1, _trunc),
    "clamp": (3, _clamp),
    "div": (2, _integers(ints.tdiv)),
    "rem": (2, _integers(ints.trem)),
    "bitand": (2, _integers(_bitand)),
    "bitor": (2, _integers(_commuting("bitor"))),
    "bitxor": (2, _integers(_commuting("bitxor"))),
    "xor": (2, lambda a, b: _xor(as_condition(a), as_condition(b))),
    "num_programs": (1, _axis("nprogs")),
    "old": (1, lambda x: x),
    **{f"int{w}": (1, _wrapped(w)) for w in (8, 16, 32, 64)},
    **{f"bits_{f}": (1, lambda x, f=f: bits.to_bits(as_real(x), f)) for f in ("f16", "bf16", "f32", "f64")},
    **{
        f"{f}_of_bits": (1, lambda n, f=f: bits.from_bits(as_integer(n), f))
        for f in ("f16", "bf16", "f32", "f64")
    },
}
