"""How formulas look: Unicode text and LaTeX."""

from __future__ import annotations

from fractions import Fraction

from triton_lift.formulas.spelling import TextStyle
from triton_lift.formulas.style import ATOM, PRODUCT, SELECT, SUM, Spelled, Style, decimal

__all__ = ["LatexStyle", "Style", "TextStyle"]


class LatexStyle:
    """LaTeX mathematics."""

    infinity = r"\infty"
    minus = "-"
    conjunction = r"\wedge"
    disjunction = r"\vee"
    negation = r"\neg "
    relations = {"<": "<", "≤": r"\le", "=": "=", "≠": r"\neq", "≥": r"\ge", ">": ">"}
    at_most = relations["≤"]
    _SIGNS = {"add": r"\sum", "mul": r"\prod", "max": r"\max", "min": r"\min"}
    _FUNCTIONS = {"exp", "log", "sin", "cos", "tan", "tanh"}

    def parentheses(self, text: str) -> str:
        return rf"\left({text}\right)"

    def name(self, text: str) -> str:
        return text if len(text) == 1 else r"\mathit{" + text.replace("_", r"\_") + "}"

    def is_short(self, value: Fraction) -> bool:
        return len(decimal(value) or "too long") <= 5

    def number(self, value: Fraction) -> str:
        text = decimal(value)
        if text is None:
            return rf"\frac{{{value.numerator}}}{{{value.denominator}}}"
        if "e" in text:
            mantissa, exponent = text.split("e")
            power = f"10^{{{int(exponent)}}}"
            return power if mantissa == "1" else rf"{mantissa} \cdot {power}"
        return text

    def times(self, factors: list[str]) -> str:
        return r" \cdot ".join(factors)

    def divide(self, a: str, bare_a: str, b: str, bare_b: str) -> Spelled:
        return rf"\frac{{{bare_a}}}{{{bare_b}}}", ATOM

    def power(self, base: str, exponent: int | str) -> str:
        return f"{base}^{{{exponent}}}"

    def floor(self, a: str, b: str) -> Spelled:
        return rf"\left\lfloor {a} / {b} \right\rfloor", ATOM

    def ceiling(self, a: str, b: str) -> Spelled:
        return rf"\left\lceil {a} / {b} \right\rceil", ATOM

    def modulo(self, a: str, b: str) -> Spelled:
        return rf"{a} \bmod {b}", SUM

    def call(self, name: str, args: list[str]) -> str:
        if name == "abs":
            return rf"\left|{args[0]}\right|"
        if name == "sqrt":
            return rf"\sqrt{{{args[0]}}}"
        if name == "exp2":
            return f"2^{{{args[0]}}}"
        if name in self._FUNCTIONS:
            return rf"\{name}\left({', '.join(args)}\right)"
        escaped = name.replace("_", r"\_")
        return rf"\operatorname{{{escaped}}}({', '.join(args)})"

    def access(self, array: str, indices: list[str]) -> str:
        return f"{self.name(array)}_{{{', '.join(indices)}}}"

    def select(self, condition: str, then: str, other: str) -> str:
        return rf"\begin{{cases}} {then} & {condition} \\ {other} & \text{{else}} \end{{cases}}"

    def range(self, name: str, low: str | None, high: str | None) -> str:
        return rf"{low or '0'} \le {name}" + ("" if high is None else f" < {high}")

    def domain(self, name: str, low: str | None, high: str | None) -> str:
        return self.range(name, low, high)

    def body_strength(self, kind: str) -> int:
        return PRODUCT if kind in ("add", "mul") else SELECT

    def reduction(self, kind: str, conditions: list[str], body: str, index: str | None) -> Spelled:
        under = r" \\ ".join(conditions)
        if len(conditions) > 1:
            under = rf"\substack{{{under}}}"
        sign = self._SIGNS.get(kind, rf"\operatorname*{{{kind.replace('_', ' ')}}}")
        text = rf"{sign}_{{{under}}} {body}"
        return (text if index is None else rf"{text} \mapsto {index}"), (
            SUM if kind in ("add", "mul") else ATOM
        )

    def matrix_product(self, condition: str, names: list[str], body: str, place: list[str]) -> str:
        factor = rf"\left({body}\right)_{{{','.join(names)}}}"
        return rf"\left(\prod_{{{condition}}} {factor}\right)_{{{','.join(place)}}}"

    def hole(self, name: str | None) -> str:
        return rf"\square_{{{name}}}" if name else r"\square"

    def statement(self, target: str, body: str, domain: list[str]) -> str:
        return f"{target} = {body}" + (rf" \qquad {', '.join(domain)}" if domain else "")
