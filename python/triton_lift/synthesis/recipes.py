"""Recipes: closed forms as expressions over a system's atoms, in a text that can be read back.

A recipe is a function of a moment: `t` is the moment, `g3` atom 3 at that moment, `x0` the start value of state 0.
`(sum e)` is Σ_{u<t} e(u), and so on; `(previous e)` is e at t − 1. `(chain add mul e f)` is
⊕_{u<t} e(u) ⊗ ⊗_{u<v<t} f(v): what remains at t of what was added at u, if each later step multiplies by f.
`(latest c e other)` is e at the latest u < t at which c holds, and `other` if there is none; `(maximum x0 e)` is the
greatest of the integers x0 and e(u) for u < t.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from triton_lift.simplification.reductions import unit
from triton_lift.synthesis.system import System
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, var


class RecipeError(Exception):
    """A text that is no recipe for this system."""


@dataclass(frozen=True)
class Recipe:
    """An operator and its arguments; a leaf has none."""

    op: str
    args: tuple[Recipe, ...] = ()

    @property
    def size(self) -> int:
        """How many operators and leaves it has."""
        return 1 + sum(a.size for a in self.args)

    def __str__(self) -> str:
        return f"({' '.join([self.op, *map(str, self.args)])})" if self.args else self.op


def parse(text: str) -> Recipe:
    """The recipe of a text. Raises RecipeError."""
    tokens = re.findall(r"[()]|[^\s()]+", text)

    def one() -> Recipe:
        if not tokens:
            raise RecipeError("it ends too early")
        token = tokens.pop(0)
        if token == ")":
            raise RecipeError("too many parentheses")
        if token != "(":
            return Recipe(token)
        if not tokens or tokens[0] in "()":
            raise RecipeError("an operator is needed")
        op = tokens.pop(0)
        args = []
        while tokens and tokens[0] != ")":
            args.append(one())
        if not tokens:
            raise RecipeError("it ends too early")
        tokens.pop(0)
        return Recipe(op, tuple(args))

    found = one()
    if tokens:
        raise RecipeError("something follows")
    return found


def build(recipe: Recipe, at: Term, system: System, atoms: list[Term]) -> Term:
    """The term of a recipe at a moment. Raises RecipeError where it has none."""
    if not recipe.args:
        return _leaf(recipe.op, at, system, atoms)
    op, args = recipe.op, recipe.args
    if op in KINDS and len(args) == 1:
        u = var("u")
        body = build(args[0], u, system, atoms)
        if op == "sum" and body.sort == "int" and u not in body.free:
            return ints.mul(body, at)
        if op == "product" and body is ints.const(2):
            return ints.pow2(at)
        return _reduce(KINDS[op], u, ints.ZERO, at, body)
    if op in ("maximum", "minimum") and len(args) == 2:
        # Integers have no ±∞: the start value takes part, as the element for u = −1.
        u = var("u")
        start, later = (build(a, u, system, atoms) for a in args)
        if start.sort != "int":
            raise RecipeError("a start value is for integers")
        body = _select(bools.lt(u, ints.ZERO), start, later)
        return make("reduce", (u, ints.const(-1), at, bools.TRUE, body), (KINDS[op], 1), "int")
    if op == "previous" and len(args) == 1:
        return build(args[0], ints.sub(at, ints.ONE), system, atoms)
    if op == "start" and len(args) == 2:
        start, later = (build(a, at, system, atoms) for a in args)
        return _select(bools.le(at, ints.ZERO), start, later)
    if op == "latest" and len(args) == 3:
        u = var("u")
        holds = build(args[0], u, system, atoms)
        if holds.sort != "bool":
            raise RecipeError("a condition is needed")
        none = bools.disjunction(bools.lt(u, ints.ZERO), bools.negate(holds))
        moments = reals.select(none, ints.const(-1), u)
        latest = make("reduce", (u, ints.const(-1), at, bools.TRUE, moments), ("max", 1), "int")
        value = build(args[1], latest, system, atoms)
        return _select(bools.lt(latest, ints.ZERO), build(args[2], at, system, atoms), value)
    if op == "chain" and len(args) == 4:
        outer, inner, e, f = args
        u, v = var("u"), var("v")
        if inner.op not in _COMBINE:
            raise RecipeError(inner.op)
        factor = build(f, v, system, atoms)
        later = _reduce(inner.op, v, ints.add(u, ints.ONE), at, factor)
        body = _apply(_COMBINE[inner.op], [build(e, u, system, atoms), later])
        return _reduce(outer.op, u, ints.ZERO, at, body)
    if op not in OPERATORS:
        raise RecipeError(f"{op} is no operator")
    return _apply(OPERATORS[op], [build(a, at, system, atoms) for a in args])


def _leaf(op: str, at: Term, system: System, atoms: list[Term]) -> Term:
    if op == "t":
        return at
    if op == "true":
        return bools.TRUE
    if op == "false":
        return bools.FALSE
    if op in ("rinf", "r-inf"):
        return reals.INF if op == "rinf" else reals.NEG_INF
    kind, digits = op[0], op[1:]
    if kind in "xgir" and re.fullmatch(r"-?\d{1,9}", digits):
        number = int(digits)
        if kind == "i":
            return ints.const(number)
        if kind == "r":
            return reals.const(number)
        if kind == "x" and 0 <= number < len(system.inits):
            return system.inits[number]
        if kind == "g" and 0 <= number < len(atoms):
            return substitute(atoms[number], {system.var: at})
    raise RecipeError(f"{op} is no leaf")


KINDS = {"sum": "add", "product": "mul", "maximum": "max", "minimum": "min", "all": "and", "any": "or"}

Build = Callable[..., Term]


def _reduce(kind: str, u: Term, low: Term, high: Term, body: Term) -> Term:
    neutral = unit(kind, body.sort)
    if neutral is None:
        raise RecipeError(f"{kind} of nothing has no value")
    if body is neutral:
        return body
    return make("reduce", (u, low, high, bools.TRUE, body), (kind, 1), body.sort)


def _select(c: Term, a: Term, b: Term) -> Term:
    if c.sort != "bool" or a.sort != b.sort:
        raise RecipeError("a choice between two sorts")
    return reals.select(c, a, b)


# Operator → by the sort of its arguments.
OPERATORS: dict[str, dict[str, Build]] = {
    "+": {"int": ints.add, "real": reals.add},
    "-": {"int": ints.sub, "real": reals.sub},
    "*": {"int": ints.mul, "real": reals.mul},
    "/": {"real": reals.div, "int": ints.tdiv},
    "//": {"int": ints.fdiv},
    "%": {"int": ints.fmod},
    "max": {"real": reals.maximum, "int": ints.maximum},
    "min": {"real": reals.minimum, "int": ints.minimum},
    "and": {"bool": bools.conjunction},
    "or": {"bool": bools.disjunction},
    "not": {"bool": bools.negate},
    "pow2": {"int": ints.pow2},
    "real": {"int": reals.from_int},
    "=": {"int": bools.eq},
    "<=": {"int": bools.le},
    "if": {"bool": _select},
}
_COMBINE: dict[str, dict[str, Build]] = {
    "mul": OPERATORS["*"],
    "add": OPERATORS["+"],
    "and": OPERATORS["and"],
    "or": OPERATORS["or"],
}


def _apply(operators: dict[str, Build], args: list[Term]) -> Term:
    sort = args[0].sort
    if sort not in operators or any(a.sort != sort for a in args[1:]) and operators is not OPERATORS["if"]:
        raise RecipeError("an operator for another sort")
    try:
        return operators[sort](*args)
    except TypeError:
        raise RecipeError("the wrong number of arguments") from None
