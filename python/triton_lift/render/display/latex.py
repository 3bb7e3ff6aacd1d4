"""LaTeX mathematics: what amsmath and KaTeX both understand."""

from __future__ import annotations

_SIGNS = {
    "·": r"\cdot",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "∧": r"\wedge",
    "∨": r"\vee",
    "¬": r"\neg",
    "∞": r"\infty",
    "∑": r"\sum",
    "∏": r"\prod",
    "⋀": r"\bigwedge",
    "⋁": r"\bigvee",
    "⨁": r"\bigoplus",
    "□": r"\square",
    "↦": r"\mapsto",
    "↓": r"\downarrow",
    "mod": r"\bmod",
}
_FENCES = {
    "(": ("(", ")"),
    "[": ("[", "]"),
    "|": (r"\lvert ", r"\rvert "),
    "⌊": (r"\lfloor ", r"\rfloor "),
    "⌈": (r"\lceil ", r"\rceil "),
}
_OWN = {"exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arccos", "arcsin", "arctan", "min", "max"}
_NEWLINE, _THIN = r" \\ ", r"\,"
_SPECIAL = {
    "\\": r"\backslash ",
    "{": r"\{",
    "}": r"\}",
    "_": r"\_",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "$": r"\$",
}
_IN_TEXT = {**_SPECIAL, "\\": r"\textbackslash ", "^": r"\^{}", "~": r"\~{}"}


def escaped(text: str, special: dict[str, str] = _SPECIAL) -> str:
    """Text that may hold anything, such as a name in a kernel."""
    plain = "".join(special.get(c, c) for c in text)
    return plain.replace("^", r"\hat{}").replace("~", r"\sim ") if special is _SPECIAL else plain


class Latex:
    """A `Notation`."""

    def name(self, text: str) -> str:
        return text if len(text) == 1 and text.isalpha() else rf"\mathit{{{escaped(text)}}}"

    def function(self, text: str) -> str:
        return rf"\{text}" if text in _OWN else rf"\operatorname{{{escaped(text)}}}"

    def number(self, text: str) -> str:
        if "e" in text:
            mantissa, exponent = text.split("e")
            power = f"10^{{{int(exponent)}}}"
            return power if mantissa == "1" else rf"{mantissa} \cdot {power}"
        return text

    def sign(self, text: str) -> str:
        return f" {_SIGNS.get(text, text)} "

    def prefix(self, text: str) -> str:
        return f"{{{_SIGNS.get(text, text)}}}"

    def constant(self, text: str) -> str:
        return f"{_SIGNS[text]} "

    def space(self) -> str:
        return r"\quad "

    def thin_space(self) -> str:
        return r"\, "

    def comma(self) -> str:
        return ", "

    def word(self, text: str) -> str:
        return rf"\text{{{escaped(text, _IN_TEXT)}}}"

    def row(self, parts: list[str]) -> str:
        text = ""
        for part in parts:
            # A command ends where something else than a letter follows.
            if text and part[:1].isalpha() and _ends_in_command(text):
                text += " "
            text += part
        return text

    def fenced(self, opening: str, inner: str, *, tall: bool) -> str:
        left, right = _FENCES[opening]
        return rf"\left{left}{inner}\right{right}" if tall else f"{left}{inner}{right}"

    def fraction(self, above: str, below: str) -> str:
        return rf"\frac{{{above}}}{{{below}}}"

    def root(self, inner: str) -> str:
        return rf"\sqrt{{{inner}}}"

    def power(self, base: str, exponent: str) -> str:
        return f"{{{base}}}^{{{exponent}}}" if "^" in base else f"{base}^{{{exponent}}}"

    def index(self, base: str, index: str) -> str:
        return f"{base}_{{{index}}}"

    def limits(self, sign: str, below: list[str], above: str | None, *, big: bool) -> str:
        if big:
            head = _SIGNS[sign]
        else:
            head = rf"\{sign}" if sign in _OWN else rf"\operatorname*{{{sign.replace(' ', _THIN)}}}"
        under = below[0] if len(below) == 1 else rf"\substack{{{_NEWLINE.join(below)}}}"
        return f"{head}_{{{under}}}" + (f"^{{{above}}}" if above is not None else "") + " "

    def cases(self, branches: list[tuple[str, str | None]]) -> str:
        lines = [
            f"{value} & " + (r"\text{otherwise}" if condition is None else rf"\text{{if }} {condition}")
            for value, condition in branches
        ]
        return rf"\begin{{cases}} {_NEWLINE.join(lines)} \end{{cases}}"

    def rows(self, lines: list[str]) -> str:
        return rf"\begin{{aligned}} {_NEWLINE.join(f'& {line}' for line in lines)} \end{{aligned}}"


def _ends_in_command(text: str) -> bool:
    end = len(text)
    while end and text[end - 1].isalpha():
        end -= 1
    return 0 < end < len(text) and text[end - 1] == "\\"
