"""How formulas look: Unicode text and LaTeX."""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

_PRODUCT, _ATOM = 5, 7  # binding strengths, as in `formula`


class Style(Protocol):
    """Spelling of each construct; arguments are already spelled."""

    infinity: str
    minus: str
    mod: str
    conjunction: str
    disjunction: str
    negation: str
    unequal: str
    at_most: str
    at_least: str

    def parentheses(self, text: str) -> str: ...
    def name(self, text: str) -> str: ...
    def number(self, value: Fraction) -> str: ...
    def is_short(self, value: Fraction) -> bool: ...
    def times(self, factors: list[str]) -> str: ...
    def divide(self, a: str, bare_a: str, b: str, bare_b: str | None = None) -> tuple[str, int]: ...
    def power(self, base: str, exponent: int | str) -> str: ...
    def floor(self, a: str, b: str) -> str: ...
    def ceiling(self, a: str, b: str) -> str: ...
    def call(self, name: str, args: list[str]) -> str: ...
    def function(self, name: str, args: list[str]) -> str: ...
    def access(self, array: str, indices: list[str]) -> str: ...
    def select(self, condition: str, then: str, other: str) -> str: ...
    def range(self, name: str, low: str, high: str) -> str: ...
    def reduction(
        self, kind: str, names: list[str], conditions: list[str], body: str, index: str | None
    ) -> str: ...

    def matrix_product(self, condition: str, names: list[str], body: str, place: list[str]) -> str: ...


def _decimal(value: Fraction) -> str | None:
    """A finite decimal of at most 12 significant digits, if the value is one."""
    text = f"{float(value):.12g}"
    return text if Fraction(text) == value else None


class TextStyle:
    """Unicode text for a terminal."""

    infinity = "∞"
    minus = "-"
    mod = "mod"
    conjunction = "∧"
    disjunction = "∨"
    negation = "¬"
    unequal = "≠"
    at_most = "≤"
    at_least = "≥"
    _SIGNS = {"add": "Σ", "mul": "Π", "and": "∀", "or": "∃"}
    _POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

    def parentheses(self, text: str) -> str:
        return f"({text})"

    def name(self, text: str) -> str:
        return text

    def is_short(self, value: Fraction) -> bool:
        return len(_decimal(value) or "too long") <= 5

    def number(self, value: Fraction) -> str:
        return _decimal(value) or f"{value.numerator}/{value.denominator}"

    def times(self, factors: list[str]) -> str:
        return "·".join(factors)

    def divide(self, a: str, bare_a: str, b: str, bare_b: str | None = None) -> tuple[str, int]:
        return f"{a} / {b}", _PRODUCT

    def power(self, base: str, exponent: int | str) -> str:
        if isinstance(exponent, int):
            return base + str(exponent).translate(self._POWERS)
        return f"{base}^{exponent}"

    def floor(self, a: str, b: str) -> str:
        return f"⌊{a} / {b}⌋"

    def ceiling(self, a: str, b: str) -> str:
        return f"⌈{a} / {b}⌉"

    def call(self, name: str, args: list[str]) -> str:
        return f"{name}({', '.join(args)})"

    def function(self, name: str, args: list[str]) -> str:
        return f"|{args[0]}|" if name == "abs" else self.call(name, args)

    def access(self, array: str, indices: list[str]) -> str:
        return f"{array}[{', '.join(indices)}]"

    def select(self, condition: str, then: str, other: str) -> str:
        return f"{then} if {condition} else {other}"

    def range(self, name: str, low: str, high: str) -> str:
        return f"{name}<{high}" if low == "0" else f"{low}≤{name}<{high}"

    def reduction(
        self, kind: str, names: list[str], conditions: list[str], body: str, index: str | None
    ) -> str:
        under = ", ".join(conditions)
        sign = self._SIGNS.get(kind)
        if sign is not None:
            return f"{sign}[{under}] {body}"
        if index is not None and index != names[0]:
            return f"{kind}[{under}]({body}; {index})"
        return f"{kind}[{under}]({body})"

    def matrix_product(self, condition: str, names: list[str], body: str, place: list[str]) -> str:
        return f"(Π[{condition}] matrix[{', '.join(names)}]({body}))[{', '.join(place)}]"


class LatexStyle:
    """LaTeX mathematics."""

    infinity = r"\infty"
    minus = "-"
    mod = r"\bmod"
    conjunction = r"\wedge"
    disjunction = r"\vee"
    negation = r"\neg "
    unequal = r"\neq"
    at_most = r"\le"
    at_least = r"\ge"
    _SIGNS = {"add": r"\sum", "mul": r"\prod", "max": r"\max", "min": r"\min"}
    _FUNCTIONS = {"exp", "log", "sin", "cos", "tan", "tanh"}

    def parentheses(self, text: str) -> str:
        return rf"\left({text}\right)"

    def name(self, text: str) -> str:
        return text if len(text) == 1 else r"\mathit{" + text.replace("_", r"\_") + "}"

    def is_short(self, value: Fraction) -> bool:
        return len(_decimal(value) or "too long") <= 5

    def number(self, value: Fraction) -> str:
        text = _decimal(value)
        if text is None:
            return rf"\frac{{{value.numerator}}}{{{value.denominator}}}"
        if "e" in text:
            mantissa, exponent = text.split("e")
            power = f"10^{{{int(exponent)}}}"
            return power if mantissa == "1" else rf"{mantissa} \cdot {power}"
        return text

    def times(self, factors: list[str]) -> str:
        return r" \cdot ".join(factors)

    def divide(self, a: str, bare_a: str, b: str, bare_b: str | None = None) -> tuple[str, int]:
        return rf"\frac{{{bare_a}}}{{{bare_b or b}}}", _ATOM

    def power(self, base: str, exponent: int | str) -> str:
        return f"{base}^{{{exponent}}}"

    def floor(self, a: str, b: str) -> str:
        return rf"\left\lfloor {a} / {b} \right\rfloor"

    def ceiling(self, a: str, b: str) -> str:
        return rf"\left\lceil {a} / {b} \right\rceil"

    def call(self, name: str, args: list[str]) -> str:
        escaped = name.replace("_", r"\_")
        return rf"\operatorname{{{escaped}}}({', '.join(args)})"

    def function(self, name: str, args: list[str]) -> str:
        if name == "abs":
            return rf"\left|{args[0]}\right|"
        if name == "sqrt":
            return rf"\sqrt{{{args[0]}}}"
        if name == "exp2":
            return f"2^{{{args[0]}}}"
        if name in self._FUNCTIONS:
            return rf"\{name}\left({', '.join(args)}\right)"
        return self.call(name, args)

    def access(self, array: str, indices: list[str]) -> str:
        return f"{self.name(array)}_{{{', '.join(indices)}}}"

    def select(self, condition: str, then: str, other: str) -> str:
        return rf"\begin{{cases}} {then} & {condition} \\ {other} & \text{{else}} \end{{cases}}"

    def range(self, name: str, low: str, high: str) -> str:
        return rf"{low} \le {name} < {high}"

    def reduction(
        self, kind: str, names: list[str], conditions: list[str], body: str, index: str | None
    ) -> str:
        under = r" \\ ".join(conditions)
        if len(conditions) > 1:
            under = rf"\substack{{{under}}}"
        sign = self._SIGNS.get(kind, rf"\operatorname*{{{kind.replace('_', ' ')}}}")
        text = rf"{sign}_{{{under}}} {body}"
        return text if index is None or index == names[0] else rf"{text} \mapsto {index}"

    def matrix_product(self, condition: str, names: list[str], body: str, place: list[str]) -> str:
        factor = rf"\left({body}\right)_{{{','.join(names)}}}"
        return rf"\left(\prod_{{{condition}}} {factor}\right)_{{{','.join(place)}}}"
