"""The two spellings of the formula language: Unicode, as the tool prints it, and ASCII, as a person types it."""

from __future__ import annotations

import re
from fractions import Fraction

from triton_lift.formulas.style import ATOM, COMPARE, PRODUCT, SELECT, SUM, Spelled, decimal

# Words that mean something of their own; a kernel's argument of that name stands in backquotes.
RESERVED = frozenset({"if", "else", "and", "or", "not", "mod", "for", "true", "false", "inf"})
_IDENTIFIER = re.compile(r"(?![\dΣΠ])[^\W⁰¹²³⁴⁵⁶⁷⁸⁹]+")

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


class Spelling:
    """What both have in common."""

    minus = "-"

    def parentheses(self, text: str) -> str:
        return f"({text})"

    def name(self, text: str) -> str:
        return text if _IDENTIFIER.fullmatch(text) and text not in RESERVED else f"`{text}`"

    def is_short(self, value: Fraction) -> bool:
        """Whether a coefficient is read more easily than a division."""
        return len(decimal(value) or "too long") <= 5

    def number(self, value: Fraction) -> str:
        return decimal(value) or f"{value.numerator}/{value.denominator}"

    def divide(self, a: str, bare_a: str, b: str, bare_b: str) -> Spelled:
        return f"{a} / {b}", PRODUCT

    def call(self, name: str, args: list[str]) -> str:
        return f"{name}({', '.join(args)})"

    def access(self, array: str, indices: list[str]) -> str:
        return f"{self.name(array)}[{', '.join(indices)}]"

    def select(self, condition: str, then: str, other: str) -> str:
        return f"{then} if {condition} else {other}"

    def hole(self, name: str | None) -> str:
        return f"?{name}" if name else "??"

    def statement(self, target: str, body: str, domain: list[str]) -> str:
        return f"{target} = {body}" + (f"  for {', '.join(domain)}" if domain else "")


class TextStyle(Spelling):
    """Unicode text for a terminal."""

    infinity = "∞"
    conjunction = "∧"
    disjunction = "∨"
    negation = "¬"
    relations = {r: r for r in "<≤=≠≥>"}
    at_most = "≤"
    _SIGNS = {"add": "Σ", "mul": "Π", "and": "∀", "or": "∃"}
    _POWERS = str.maketrans("0123456789", SUPERSCRIPTS)

    def times(self, factors: list[str]) -> str:
        return "·".join(factors)

    def power(self, base: str, exponent: int | str) -> str:
        if isinstance(exponent, int):
            return base + str(exponent).translate(self._POWERS)
        return f"{base}^{exponent}"

    def floor(self, a: str, b: str) -> Spelled:
        return f"⌊{a} / {b}⌋", ATOM

    def ceiling(self, a: str, b: str) -> Spelled:
        return f"⌈{a} / {b}⌉", ATOM

    def modulo(self, a: str, b: str) -> Spelled:
        return f"{a} mod {b}", SUM

    def call(self, name: str, args: list[str]) -> str:
        return f"|{args[0]}|" if name == "abs" and len(args) == 1 else super().call(name, args)

    def range(self, name: str, low: str | None, high: str | None) -> str:
        start = "" if low in (None, "0") and high is not None else f"{low}≤" if low is not None else ""
        return start + self.name(name) + ("" if high is None else f"<{high}")

    def domain(self, name: str, low: str | None, high: str | None) -> str:
        return f"{low or '0'} ≤ {self.name(name)}" + ("" if high is None else f" < {high}")

    def body_strength(self, kind: str) -> int:
        return PRODUCT if kind in ("add", "mul") else COMPARE if kind in ("and", "or") else SELECT

    def reduction(self, kind: str, conditions: list[str], body: str, index: str | None) -> Spelled:
        under = ", ".join(conditions)
        sign = self._SIGNS.get(kind)
        if sign is not None:
            return f"{sign}[{under}] {body}", SUM if kind in ("add", "mul") else COMPARE
        return f"{kind}[{under}]({body}" + (f"; {index})" if index is not None else ")"), ATOM

    def matrix_product(self, condition: str, names: list[str], body: str, place: list[str]) -> str:
        return f"(Π[{condition}] matrix[{', '.join(names)}]({body}))[{', '.join(place)}]"


class AsciiStyle(Spelling):
    """Plain text for a keyboard: `sum(k < K, a[i, k]*b[k, j])`."""

    infinity = "inf"
    conjunction = "and"
    disjunction = "or"
    negation = "not "
    relations = {"<": "<", "≤": "<=", "=": "==", "≠": "!=", "≥": ">=", ">": ">"}
    at_most = "<="
    SIGNS = {"add": "sum", "mul": "prod", "and": "all", "or": "any"}

    def times(self, factors: list[str]) -> str:
        return "*".join(factors)

    def power(self, base: str, exponent: int | str) -> str:
        return f"{base}^{exponent}"

    def floor(self, a: str, b: str) -> Spelled:
        return f"{a} // {b}", PRODUCT

    def ceiling(self, a: str, b: str) -> Spelled:
        return f"cdiv({a}, {b})", ATOM

    def modulo(self, a: str, b: str) -> Spelled:
        return f"{a} % {b}", SUM

    def range(self, name: str, low: str | None, high: str | None) -> str:
        start = "" if low in (None, "0") and high is not None else f"{low} <= " if low is not None else ""
        return start + self.name(name) + ("" if high is None else f" < {high}")

    def domain(self, name: str, low: str | None, high: str | None) -> str:
        return f"{low or '0'} <= {self.name(name)}" + ("" if high is None else f" < {high}")

    def body_strength(self, kind: str) -> int:
        return SELECT

    def reduction(self, kind: str, conditions: list[str], body: str, index: str | None) -> Spelled:
        inner = ", ".join([*conditions, body])
        return f"{self.SIGNS.get(kind, kind)}({inner}" + (f"; {index})" if index is not None else ")"), ATOM

    def matrix_product(self, condition: str, names: list[str], body: str, place: list[str]) -> str:
        return f"matprod({', '.join([condition, *names, body])}; {', '.join(place)})"
