"""Products and quotients as what they have above and below the line, sums as what they have with its coefficient.

rsqrt(x) = 1 / sqrt(x), so that either spelling matches
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term


@dataclass
class Fractional:
    """coefficient·∏ constants·∏ above / ∏ below; `constants` are a pattern's irrational ones, each to the power ±1."""

    coefficient: Fraction = Fraction(1)
    above: list[Term] = field(default_factory=list)
    below: list[Term] = field(default_factory=list)
    constants: list[tuple[float, int]] = field(default_factory=list)

    def term(self) -> Term:
        """The value again."""
        top = reals.mul(*self.above)
        return reals.mul(
            reals.const(self.coefficient), reals.div(top, reals.mul(*self.below)) if self.below else top
        )


def fractional(t: Term) -> Fractional:
    """The parts of a product or quotient; anything else is a product of one factor."""
    found = Fractional()
    _collect(t, found, 1)
    return found


def _collect(t: Term, found: Fractional, power: int) -> None:
    match t.op:
        case "real" if t.attr:
            found.coefficient *= t.attr if power > 0 else 1 / t.attr
        case "constant":
            found.constants.append((t.attr, power))
        case "rmul":
            for a in t.args:
                _collect(a, found, power)
        case "rdiv":
            _collect(t.args[0], found, power)
            _collect(t.args[1], found, -power)
        case "toreal" if (whole := _scaled(t)) is not None:
            found.coefficient *= whole[0] if power > 0 else 1 / Fraction(whole[0])
            (found.above if power > 0 else found.below).append(whole[1])
        case "rfun" if t.attr == "rsqrt":
            _collect(reals.apply("sqrt", t.args[0]), found, -power)
        case _:
            (found.above if power > 0 else found.below).append(t)


def summands(t: Term) -> list[Term]:
    """The parts of a sum, constants included; c·(a + b) is c·a + c·b."""
    c, base = reals.coefficient(t)
    if t.op == "rmul" and base.op == "radd":
        return [reals.mul(reals.const(c), a) for a in base.args]
    if t.op == "toreal" and t.args[0].op == "lin":
        parts = ints.polynomial(t.args[0]).items()
        return [reals.scaled(reals.from_int(ints.from_polynomial({m: 1})), Fraction(c)) if m else reals.const(c)
                for m, c in parts]  # fmt: skip
    return list(t.args) if t.op == "radd" else [t]


def _scaled(t: Term) -> tuple[int, Term] | None:
    """c and x of an integer c·x, c ≠ 1, that is read as a real."""
    parts = ints.polynomial(t.args[0])
    if len(parts) != 1:
        return None
    ((monomial, c),) = parts.items()
    return (c, reals.from_int(ints.from_polynomial({monomial: 1}))) if monomial and c not in (0, 1) else None


def is_product(t: Term) -> bool:
    """Whether `t` has factors."""
    return (
        t.op in ("rmul", "rdiv")
        or (t.op == "rfun" and t.attr == "rsqrt")
        or (t.op == "toreal" and _scaled(t) is not None)
    )


def without(items: list[Term], taken: list[Term]) -> list[Term]:
    """The items less those taken, each as often as it is taken."""
    result = list(items)
    for t in taken:
        if t in result:
            result.remove(t)
    return result


def divided(whole: Fractional, by: Fractional, above: bool) -> Fractional | None:
    """whole / by (or ·by for what stands below), if all its factors are there."""
    tops, bottoms = (by.above, by.below) if above else (by.below, by.above)
    up, down = without(whole.above, tops), without(whole.below, bottoms)
    if len(up) != len(whole.above) - len(tops) or len(down) != len(whole.below) - len(bottoms):
        return None
    c = whole.coefficient / by.coefficient if above else whole.coefficient * by.coefficient
    return Fractional(c, up, down)
