"""What a notation has to say: how each construct is spelled, its parts being spelled already.

A construct binds as tightly as its strength: a part that binds less tightly than its place asks for stands in
parentheses.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

# Binding strengths, loosest first.
WHERE, SELECT, OR, AND, COMPARE, SUM, PRODUCT, UNARY, ATOM = range(9)

Spelled = tuple[str, int]  # text, strength

# Reductions that are written with a sign, in notations that have one.
SIGNED = ("add", "mul", "and", "or")


class Style(Protocol):
    """Spelling of each construct. `body_strength` is how tightly the body of a reduction of some kind must bind."""

    infinity: str
    minus: str
    conjunction: str
    disjunction: str
    negation: str
    relations: dict[str, str]
    at_most: str

    def parentheses(self, text: str) -> str: ...
    def name(self, text: str) -> str: ...
    def number(self, value: Fraction) -> str: ...
    def is_short(self, value: Fraction) -> bool: ...
    def times(self, factors: list[str]) -> str: ...
    def divide(self, a: str, bare_a: str, b: str, bare_b: str) -> Spelled: ...
    def power(self, base: str, exponent: int | str) -> str: ...
    def floor(self, a: str, b: str) -> Spelled: ...
    def ceiling(self, a: str, b: str) -> Spelled: ...
    def modulo(self, a: str, b: str) -> Spelled: ...
    def call(self, name: str, args: list[str]) -> str: ...
    def access(self, array: str, indices: list[str]) -> str: ...
    def select(self, condition: str, then: str, other: str) -> str: ...
    def range(self, name: str, low: str | None, high: str | None) -> str: ...
    def domain(self, name: str, low: str | None, high: str | None) -> str: ...
    def body_strength(self, kind: str) -> int: ...
    def reduction(self, kind: str, conditions: list[str], body: str, index: str | None) -> Spelled: ...
    def matrix_product(self, condition: str, names: list[str], body: str, place: list[str]) -> str: ...
    def hole(self, name: str | None) -> str: ...
    def statement(self, target: str, body: str, domain: list[str]) -> str: ...


_MOST_DIGITS = 17


def decimal(value: Fraction) -> str | None:
    """A finite decimal of at most 12 significant digits, or an integer of any length, if the value is one; one of at
    most 17 digits, if it is shorter than the quotient."""
    try:
        text = f"{float(value):.12g}"
        if Fraction(text) == value:
            return text
    except OverflowError:
        pass
    if value.denominator == 1:
        return str(value.numerator)
    scaled = value * 10**_MOST_DIGITS
    if scaled.denominator != 1 or abs(value) >= 1:
        return None
    text = f"{'-' * (value < 0)}0.{abs(scaled.numerator):0{_MOST_DIGITS}d}".rstrip("0")
    return text if len(text) < len(f"{value.numerator}/{value.denominator}") else None
