"""One result at a terminal: the text of `text`, coloured, and no wider than the window."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO

from rich.console import Console
from rich.text import Text

from triton_lift.lifted import Lifted
from triton_lift.report.text import HEADLINES, headline
from triton_lift.report.wrapping import wrapped

WIDEST = 120
_COLOURS = {"verified": "green", "refuted": "red"}


def to_terminal(lifted: Lifted, *, file: bool = False, width: int | None = None) -> str:
    """Headline, formulas, where they hold, and what was taken for granted, with the codes of a terminal."""
    here = Console()
    width = min(width or here.width, WIDEST)
    console = Console(
        file=StringIO(), force_terminal=True, color_system="auto", width=width + 1,
        highlight=False, no_color=here.no_color,
    )  # fmt: skip
    for line in _Writer(lifted, width).lines(file):
        console.print(line, soft_wrap=True)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().rstrip("\n")


class _Writer:
    def __init__(self, lifted: Lifted, width: int) -> None:
        self.lifted, self.width = lifted, width

    def lines(self, file: bool) -> Iterable[Text]:
        yield from self._headline(file)
        yield from self.body()

    def body(self) -> Iterable[Text]:
        """All below the headline."""
        lifted = self.lifted
        if lifted.reason is not None:
            place = f" ({lifted.location})" if lifted.location else ""
            yield from self._labelled("why", [lifted.reason + place], _COLOURS.get(lifted.status, "yellow"))
        if lifted.witness is not None:
            if lifted.witness.claim != lifted.reason:
                yield from self._labelled("but", [lifted.witness.claim], "red")
            yield from self._labelled("when", lifted.witness.lines())
        if lifted.remedy is not None:
            yield from self._labelled("fix", [lifted.remedy.line()], "green")
            for told in _Writer(lifted.remedy.lifted, self.width - 2).body():
                yield Text("  ").append_text(told)
        yield from self._formulas()
        yield from self._labelled("paths", [line for table in lifted.paths for line in table.lines()])
        if lifted.launched is not None:
            yield from self._labelled("launched", lifted.launched.lines())
        yield from self._labelled("given", lifted.preconditions)
        yield from self._labelled("wraps", [lifted.wraps_from.line()] if lifted.wraps_from else [])
        yield from self._labelled("assuming", lifted.assumptions)
        yield from self._labelled("reads real arithmetic", lifted.real_arithmetic)
        yield from self._labelled("numerics", [f.line() for f in lifted.numerics])
        for label, results in (("guess", lifted.guesses), ("sketch", lifted.sketches)):
            for result in results:
                first, *rest = result.lines()
                yield from self._labelled(label, [first])
                for line in rest:
                    yield from self._labelled("", [line])

    def _headline(self, file: bool) -> Iterable[Text]:
        lifted = self.lifted
        name, verdict, *rest = headline(lifted).split(" · ")
        text = Text().append(name, "bold")
        text.append(" · ", "dim").append(verdict, f"bold {_COLOURS.get(lifted.status, 'yellow')}")
        assert verdict == HEADLINES[lifted.status]
        for part in [*rest, *([lifted.file] if file and lifted.kernel else [])]:
            if len(text) + 3 + len(part) > self.width:
                yield text
                text = Text("   ")
            text.append(" · ", "dim").append(part, "red" if "refuted" in part else "dim")
        yield text

    def _formulas(self) -> Iterable[Text]:
        outputs = self.lifted.outputs
        for number, output in enumerate(outputs):
            head = f"{output.array}[{', '.join(output.indices)}]"
            if output.named is not None:
                yield from self._broken(output.named, "bold cyan", 2)
            # A formula that does not fit beside its left side goes on below it, not far to the right.
            hanging = len(head) + 7 if len(head) + len(output.formula) + 5 <= self.width else 6
            yield from self._broken(
                f"{head} = {output.formula}", "bold" if output.named is None else "", 2, hanging
            )
            if output.einsum is not None and output.named is None and "," in output.einsum.partition("->")[0]:
                yield from self._broken(output.einsum, "cyan", 2)
            following = outputs[number + 1 :]
            if output.domain and not (following and following[0].domain == output.domain):
                yield from self._labelled("for", [output.domain])

    def _broken(self, text: str, style: str, indent: int, hanging: int = 6) -> Iterable[Text]:
        for i, line in enumerate(wrapped(text, self.width - indent, hanging - indent)):
            yield Text(" " * (hanging if i else indent)).append(line, style)

    def _labelled(self, label: str, items: Iterable[str], style: str = "") -> Iterable[Text]:
        """The items below each other behind their label; a long label stands alone."""
        lead = f"  {label:<9} "
        first = True
        if len(lead) > 14 and (items := list(items)):
            yield Text(lead.rstrip(), "dim")
            lead, first = " " * 12, False
        for item in items:
            for i, line in enumerate(wrapped(item, self.width - len(lead), 2, sentence=True)):
                text = Text().append(lead if first else " " * len(lead), "dim")
                yield text.append(("  " if i else "") + line, style or "none")
                first = False
