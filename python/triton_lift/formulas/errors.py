"""What is wrong with a formula, said so that its author can mend it."""

from __future__ import annotations


class FormulaError(ValueError):
    """A formula that cannot be read. `line` and `column` (from 1) say where, if that is known; `text` is the source."""

    def __init__(
        self, message: str, text: str | None = None, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.line = line
        self.column = column

    def __str__(self) -> str:
        """The message; with the line and a caret below the place, if that is known."""
        if self.text is None or self.line is None or self.column is None:
            return self.message
        source = (self.text.splitlines() or [""])[min(self.line, len(self.text.splitlines()) or 1) - 1]
        start = max(0, self.column - 60)
        shown = source[start : start + 100]
        caret = " " * (self.column - 1 - start) + "^"
        return f"{self.message} (line {self.line}, column {self.column})\n  {shown}\n  {caret}"
