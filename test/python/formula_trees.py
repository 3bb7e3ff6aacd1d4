"""Random formulas of the formula language, as its parser gives them."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from triton_lift.formulas import ast
from triton_lift.formulas.scoping import RANKED

SCALARS = ("M", "n_cols", "scale", "mod")
ARRAYS = ("x_ptr", "a", "inf")
INDICES = ("i", "j")
_RELATIONS = ("<", "≤", "=", "≠", "≥", ">")


@st.composite
def numbers(draw):
    kind = draw(st.sampled_from(["whole", "decimal", "fraction"]))
    if kind == "whole":
        return ast.Number(Fraction(draw(st.integers(0, 10**15))))
    if kind == "decimal":
        return ast.Number(Fraction(draw(st.integers(1, 9999)), 10 ** draw(st.integers(1, 7))))
    return ast.Number(Fraction(draw(st.integers(1, 50)), draw(st.sampled_from([3, 7, 9, 11]))))


def _leaves(scope):
    return st.one_of(
        numbers(),
        st.builds(ast.Name, st.sampled_from([*SCALARS, *scope])),
        st.just(ast.Infinity()),
        st.builds(ast.Hole, st.sampled_from([None, "f", "g2"])),
    )


@st.composite
def ranges(draw, scope, depth):
    free = [n for n in "krsuvw" if n not in scope]
    low = draw(st.one_of(st.just(ast.Number(Fraction(0))), values(scope, depth)))
    return ast.Range(free[0], low, draw(values(scope, depth)))


@st.composite
def reductions(draw, scope, depth):
    kind = draw(st.sampled_from(["add", "mul", "max", "min", "argmax", "argmin", "bitxor", *RANKED]))
    box, inner = [], tuple(scope)
    for _ in range(draw(st.integers(1, 2))):
        box.append(draw(ranges(inner, depth - 1)))
        inner = (*inner, box[-1].name)
    condition = draw(st.one_of(st.none(), conditions(inner, depth - 1)))
    if kind in RANKED:
        body = draw(values(inner, depth - 1))
        return ast.Reduction(kind, tuple(box), condition, body, draw(values(scope, depth - 1)))
    index = draw(values(inner, depth - 1)) if kind.startswith("arg") and draw(st.booleans()) else None
    return ast.Reduction(kind, tuple(box), condition, draw(values(inner, depth - 1)), index)


@st.composite
def quantified(draw, scope, depth):
    box = draw(ranges(scope, depth - 1))
    inner = (*scope, box.name)
    return ast.Reduction(
        draw(st.sampled_from(["and", "or"])), (box,), None, draw(conditions(inner, depth - 1))
    )


@st.composite
def values(draw, scope=INDICES, depth=3):
    """Expressions for numbers."""
    if depth <= 0:
        return draw(_leaves(scope))
    part = values(scope, depth - 1)
    several = st.lists(part, min_size=2, max_size=3)
    kind = draw(st.integers(0, 11))
    match kind:
        case 0:
            return draw(_leaves(scope))
        case 1:
            return ast.Negative(draw(part))
        case 2:
            return ast.Sum(tuple(draw(several)))
        case 3:
            first, *rest = draw(several)
            return ast.Product((first, *rest))
        case 4:
            return draw(st.sampled_from([ast.Quotient, ast.Floor, ast.Ceiling, ast.Modulo]))(
                draw(part), draw(part)
            )
        case 5:
            exponent = draw(st.one_of(st.builds(ast.Number, st.integers(0, 12).map(Fraction)), part))
            return ast.Power(draw(part), exponent)
        case 6:
            return ast.Select(draw(conditions(scope, depth - 1)), draw(part), draw(part))
        case 7:
            return ast.Access(
                draw(st.sampled_from(ARRAYS)), tuple(draw(st.lists(part, min_size=1, max_size=3)))
            )
        case 8:
            name = draw(st.sampled_from(["exp", "sqrt", "abs", "int32", "num_programs", "bits_f32"]))
            return ast.Call(name, (draw(part),))
        case 9:
            return ast.Call(draw(st.sampled_from(["max", "min", "div", "pow"])), tuple(draw(several)))
        case _:
            return draw(reductions(scope, depth))


@st.composite
def conditions(draw, scope=INDICES, depth=2):
    """Expressions for truth values."""
    if depth <= 0:
        return ast.Comparison(draw(st.sampled_from(_RELATIONS)), draw(_leaves(scope)), draw(numbers()))
    part = conditions(scope, depth - 1)
    several = st.lists(part, min_size=2, max_size=3).map(tuple)
    return draw(
        st.one_of(
            st.builds(
                ast.Comparison,
                st.sampled_from(_RELATIONS),
                values(scope, depth - 1),
                values(scope, depth - 1),
            ),
            several.map(lambda parts: ast.both(*parts)),
            chains(scope, depth),
            st.builds(ast.Or, several),
            st.builds(ast.Not, part),
            st.builds(ast.Truth, st.booleans()),
            quantified(scope, depth),
        )
    )


@st.composite
def chains(draw, scope, depth):
    """Comparisons of which each may go on from the one before."""
    sides = draw(st.lists(values(scope, depth - 1), min_size=3, max_size=4))
    relations = draw(st.lists(st.sampled_from("<≤>"), min_size=3, max_size=3))
    pairs = zip(relations, sides, sides[1:], strict=False)
    found = tuple(ast.Comparison(relation, a, b) for relation, a, b in pairs)
    return ast.both(*found, *([draw(conditions(scope, depth - 1))] if draw(st.booleans()) else []))


@st.composite
def statements(draw):
    """Statements with or without a domain."""
    target = ast.Access("out", tuple(ast.Name(i) for i in INDICES))
    body = draw(values(INDICES, 2))
    if draw(st.booleans()):
        return ast.Statement(target, body)
    box = tuple(
        ast.Range(i, ast.Number(Fraction(0)), draw(st.one_of(st.none(), values((), 1)))) for i in INDICES
    )
    condition = draw(st.one_of(st.none(), conditions(INDICES, 1)))
    return ast.Statement(target, body, box, condition)
