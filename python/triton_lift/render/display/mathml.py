"""MathML, of the core that browsers draw themselves."""

from __future__ import annotations

from html import escape

from triton_lift.render.display.notation import FENCES

NO_BREAK = "\N{NO-BREAK SPACE}"


class MathML:
    """A `Notation`. Text from a kernel is escaped."""

    def name(self, text: str) -> str:
        style = "" if len(text) == 1 else " class='name'"
        return f"<mi{style}>{escape(text)}</mi>"

    def function(self, text: str) -> str:
        return (
            f"<mi>{escape(text)}</mi>" if len(text) > 1 else f"<mi mathvariant='normal'>{escape(text)}</mi>"
        )

    def number(self, text: str) -> str:
        if "e" in text:
            mantissa, exponent = text.split("e")
            power = self.power("<mn>10</mn>", self.number(str(int(exponent))))
            return power if mantissa == "1" else f"<mn>{mantissa}</mn><mo>·</mo>{power}"
        return f"<mn>{text.replace('-', '−')}</mn>"

    def sign(self, text: str) -> str:
        if text == "mod":
            return "<mspace width='.3em'/><mi>mod</mi><mspace width='.3em'/>"
        return f"<mo>{escape(text.replace('-', '−'))}</mo>"

    def prefix(self, text: str) -> str:
        return f"<mo form='prefix'>{escape(text.replace('-', '−'))}</mo>"

    def constant(self, text: str) -> str:
        return f"<mi>{text}</mi>"

    def space(self) -> str:
        return "<mspace width='1.5em'/>"

    def thin_space(self) -> str:
        return "<mspace width='.17em'/>"

    def comma(self) -> str:
        return "<mo separator='true'>,</mo>"

    def word(self, text: str) -> str:
        return f"<mtext>{escape(text).replace(' ', NO_BREAK)}</mtext>"

    def row(self, parts: list[str]) -> str:
        return "".join(parts)

    def fenced(self, opening: str, inner: str, *, tall: bool) -> str:
        stretchy = "" if tall else " stretchy='false'"
        left = f"<mo form='prefix'{stretchy}>{opening}</mo>"
        return f"<mrow>{left}{inner}<mo form='postfix'{stretchy}>{FENCES[opening]}</mo></mrow>"

    def fraction(self, above: str, below: str) -> str:
        style = "<mstyle displaystyle='true'>"
        return f"<mfrac>{style}{above}</mstyle>{style}{below}</mstyle></mfrac>"

    def root(self, inner: str) -> str:
        return f"<msqrt>{inner}</msqrt>"

    def power(self, base: str, exponent: str) -> str:
        return f"<msup><mrow>{base}</mrow><mrow>{exponent}</mrow></msup>"

    def index(self, base: str, index: str) -> str:
        return f"<msub>{base}<mrow>{index}</mrow></msub>"

    def limits(self, sign: str, below: list[str], above: str | None, *, big: bool) -> str:
        if big:
            head = f"<mo largeop='true' movablelimits='false'>{sign}</mo>"
        else:
            head = f"<mo movablelimits='false' lspace='0' rspace='.1em'>{escape(sign)}</mo>"
        under = f"<mrow>{below[0]}</mrow>" if len(below) == 1 else self._stacked(below)
        if above is None:
            return f"<munder>{head}{under}</munder>"
        return f"<munderover>{head}{under}<mrow>{above}</mrow></munderover>"

    def cases(self, branches: list[tuple[str, str | None]]) -> str:
        rows = "".join(
            f"<mtr><mtd class='left'>{value}</mtd><mtd class='left'><mtext>"
            + ("otherwise</mtext>" if condition is None else f"if{NO_BREAK}</mtext>{condition}")
            + "</mtd></mtr>"
            for value, condition in branches
        )
        return f"<mrow><mo form='prefix' stretchy='true'>{{</mo><mtable>{rows}</mtable></mrow>"

    def rows(self, lines: list[str]) -> str:
        rows = "".join(f"<mtr><mtd class='left'>{line}</mtd></mtr>" for line in lines)
        return f"<mtable displaystyle='true'>{rows}</mtable>"

    def _stacked(self, lines: list[str]) -> str:
        rows = "".join(f"<mtr><mtd>{line}</mtd></mtr>" for line in lines)
        return f"<mtable class='stacked'>{rows}</mtable>"
