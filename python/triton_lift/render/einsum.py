"""Formulas that are an einsum: a sum of products of elements whose indices are plain.

What is told from the form of the formula is the formula itself in another notation, so nothing is left to prove.
"""

from __future__ import annotations

from triton_lift.formulas import ast


def einsum(statement: ast.Statement) -> str | None:
    """`c_ptr = einsum("ik,kj->ij", a_ptr, b_ptr)`, in the letters of the formula; None where it is none.

    An array's dimensions are those of its accesses, and as long as the indices' ranges.
    A copy whose indices keep their order is no einsum worth mentioning.
    """
    target = _letters(statement.target)
    if target is None or statement.condition is not None or len(set(target)) < len(target):
        return None
    names = {r.name for r in _ranges(statement)}
    if not all(_plain(r, names) for r in _ranges(statement)) or {r.name for r in statement.ranges} != set(
        target
    ):
        return None
    bound: list[str] = []
    body = statement.body
    while isinstance(body, ast.Reduction):
        if body.kind != "add" or body.condition is not None:
            return None
        bound += [r.name for r in body.ranges]
        body = body.body
    operands: list[tuple[str, list[str]]] = []
    for factor in body.factors if isinstance(body, ast.Product) else (body,):
        base, repeat = _power(factor)
        letters = _letters(base) if isinstance(base, ast.Access) else None
        if letters is None or not isinstance(base, ast.Access):
            return None
        operands += [(base.array, letters)] * repeat
    used = {letter for _, letters in operands for letter in letters}
    if used != {*target, *bound} or (not bound and [letters for _, letters in operands] == [target]):
        return None
    inputs = ",".join("".join(letters) for _, letters in operands)
    arrays = ", ".join(array for array, _ in operands)
    return f'{statement.target.array} = einsum("{inputs}->{"".join(target)}", {arrays})'


def _power(factor: ast.Expression) -> tuple[ast.Expression, int]:
    """(x, n) of xⁿ."""
    if isinstance(factor, ast.Power) and isinstance(factor.exponent, ast.Number):
        exponent = factor.exponent.value
        if exponent.denominator == 1:
            return factor.base, exponent.numerator
    return factor, 1


def _letters(access: ast.Access) -> list[str] | None:
    """The names of its indices, if each is a letter."""
    names = [i.text for i in access.indices if isinstance(i, ast.Name) and len(i.text) == 1]
    return names if len(names) == len(access.indices) else None


def _ranges(statement: ast.Statement) -> list[ast.Range]:
    """Its ranges, and those of the sums that its body begins with."""
    found, body = list(statement.ranges), statement.body
    while isinstance(body, ast.Reduction):
        found += body.ranges
        body = body.body
    return found


def _plain(r: ast.Range, indices: set[str]) -> bool:
    """Whether it begins at 0 and ends at a size that has a name: an array's dimension, one would think."""
    begins = r.low is None or (isinstance(r.low, ast.Number) and r.low.value == 0)
    match r.high:
        case ast.Name(name):
            return begins and name not in indices
        case ast.Call(name):
            return begins and name == "num_programs"
    return begins and isinstance(r.high, ast.Number)
