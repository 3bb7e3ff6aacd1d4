"""What a notation has to say: how parts are put together, not which parts."""

from __future__ import annotations

from typing import Protocol

FENCES = {"(": ")", "[": "]", "|": "|", "⌊": "⌋", "⌈": "⌉"}

# Signs of reductions that stand before their body with limits below and above.
SIGNS = {"add": "∑", "mul": "∏", "and": "⋀", "or": "⋁", "xor": "⨁"}
NAMED = {"max": "max", "min": "min", "argmax": "arg max", "argmin": "arg min"}

# Elements by rank: the name of the order, and the direction where it is not ascending.
RANKED: dict[str, tuple[str, str | None]] = {
    "smallest": ("sort", None),
    "largest": ("sort", "↓"),
    "argsmallest": ("arg sort", None),
    "arglargest": ("arg sort", "↓"),
}

# Functions that have a name of their own in mathematics, with its subscript if it has one.
FUNCTIONS: dict[str, tuple[str, str | None]] = {
    **{
        name: (name, None)
        for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "min", "max", "erf")
    },
    "acos": ("arccos", None),
    "asin": ("arcsin", None),
    "atan": ("arctan", None),
    "log2": ("log", "2"),
    "log10": ("log", "10"),
}


class Notation(Protocol):
    """Parts are text in the notation already; words and signs are plain text."""

    def name(self, text: str) -> str:
        """A variable or an array."""

    def function(self, text: str) -> str:
        """The name of a function."""

    def number(self, text: str) -> str:
        """Digits."""

    def sign(self, text: str) -> str:
        """An operator between two parts, or before one."""

    def prefix(self, text: str) -> str:
        """A sign that belongs to what follows, like that of a negative number."""

    def constant(self, text: str) -> str:
        """A sign that is a value, like ∞."""

    def space(self) -> str:
        """What parts a formula from what is said of it."""

    def thin_space(self) -> str:
        """Between factors that stand side by side."""

    def comma(self) -> str:
        """Between the parts of a list."""

    def word(self, text: str) -> str:
        """Prose."""

    def row(self, parts: list[str]) -> str:
        """One after the other."""

    def fenced(self, opening: str, inner: str, *, tall: bool) -> str:
        """In parentheses or the like, which grow with what is `tall`."""

    def fraction(self, above: str, below: str) -> str: ...
    def root(self, inner: str) -> str: ...
    def power(self, base: str, exponent: str) -> str: ...
    def index(self, base: str, index: str) -> str: ...

    def limits(self, sign: str, below: list[str], above: str | None, *, big: bool) -> str:
        """A sign (big: one that grows; else a name) with what stands below and above it."""

    def cases(self, branches: list[tuple[str, str | None]]) -> str:
        """Values with their conditions; the last has none."""

    def rows(self, lines: list[str]) -> str:
        """Lines below each other that are one part of something, flush left."""
