"""One result as text, to be read at a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable

from triton_lift.lifted import Lifted

WIDTH = 110

HEADLINES = {
    "verified": "verified for all sizes",
    "refuted": "REFUTED",
    "unknown": "unknown",
    "unsupported": "not supported",
    "error": "error",
    "timeout": "out of time",
}


def to_text(lifted: Lifted, *, file: bool = False) -> str:
    """Headline, formulas, where they hold, and what was taken for granted; or the reason why there is none.

    With `file` the headline names the file too, for a reader of several.
    """
    lines = [headline(lifted)]
    if file and lifted.kernel:
        lines[0] += f" · {lifted.file}"
    if lifted.reason is not None:
        place = f" ({lifted.location})" if lifted.location else ""
        lines.append(f"  why   {lifted.reason}{place}")
    lines += witness(lifted)
    lines += remedy(lifted)
    lines += [f"  {line}" for line in formulas(lifted)]
    lines += paths(lifted)
    if lifted.launched is not None:
        lines += below("launched", lifted.launched.lines())
    lines += labelled("given", lifted.preconditions)
    if lifted.wraps_from is not None:
        lines += labelled("wraps", [lifted.wraps_from.line()])
    lines += labelled("assuming", lifted.assumptions)
    lines += labelled("reads real arithmetic:", lifted.real_arithmetic)
    lines += labelled("numerics", [f.line() for f in lifted.numerics])
    for label, results in (("guess", lifted.guesses), ("sketch", lifted.sketches)):
        for result in results:
            first, *rest = result.lines()
            lines.append(f"  {label} {first}")
            for line in rest:
                start, *more = filled(line, WIDTH - 6) if len(line) > WIDTH else [line]
                lines += [f"    {start}", *(f"      {part}" for part in more)]
    return "\n".join(lines)


def witness(lifted: Lifted) -> list[str]:
    """The launch on which a property fails, and what was seen there."""
    if lifted.witness is None:
        return []
    found = lifted.witness
    lines = [] if found.claim == lifted.reason else [f"  but   {found.claim}"]
    lead = "  when  "
    for item in found.lines():
        first, *rest = filled(item, WIDTH - len(lead))
        lines.append(lead + first)
        lines += [" " * (len(lead) + 2) + line for line in rest]
        lead = "        "
    return lines


def remedy(lifted: Lifted) -> list[str]:
    """The change with which the kernel would be verified, and what it would compute."""
    if lifted.remedy is None:
        return []
    _, *body = to_text(lifted.remedy.lifted).split("\n")
    return [*labelled("fix", [lifted.remedy.line()]), *(f"  {line}" for line in body)]


def headline(lifted: Lifted) -> str:
    """`kernel · verdict · other properties · obligations · time`."""
    parts = [lifted.kernel or lifted.file, HEADLINES[lifted.status], *open_properties(lifted)]
    count = lifted.obligations
    if count.total:
        proved = (
            f"{count.proved} obligations"
            if count.proved == count.total
            else f"{count.proved} of {count.total}"
        )
        parts.append(f"{proved} proved")
    if lifted.kernel:
        parts.append(f"{lifted.seconds:.2g} s" if lifted.seconds < 1 else f"{lifted.seconds:.1f} s")
    return " · ".join(parts)


def open_properties(lifted: Lifted) -> list[str]:
    """The properties beside the status that a reader must not take for proved; none where nothing is known."""
    verdicts = {"values": lifted.values, "coverage": lifted.coverage, "single writer": lifted.single_writer}
    if set(verdicts.values()) == {"unknown"}:
        return []
    return [f"{name} {verdict}" for name, verdict in verdicts.items() if verdict != "proved"]


def formulas(lifted: Lifted) -> list[str]:
    """Each formula, named first, and its domain; neighbours with one domain share its line."""
    heads = [f"{o.array}[{', '.join(o.indices)}]" for o in lifted.outputs]
    width = max(map(len, heads), default=0)
    lines = []
    for number, (head, output) in enumerate(zip(heads, lifted.outputs, strict=True)):
        if output.named is not None:
            lines.append(output.named)
        lines.append(f"{head:<{width}} = {output.formula}")
        if output.einsum is not None and output.named is None and "," in output.einsum.partition("->")[0]:
            lines.append(output.einsum)
        following = lifted.outputs[number + 1 :]
        if output.domain and not (following and following[0].domain == output.domain):
            lines.append(f"for   {output.domain}")
    return lines


def paths(lifted: Lifted) -> list[str]:
    """Outputs case by case, one line a case."""
    cases = [line for table in lifted.paths for line in table.lines()]
    return [f"  {'paths' if number == 0 else '     '} {line}" for number, line in enumerate(cases)]


def labelled(label: str, items: Iterable[str]) -> list[str]:
    """The items behind their label, as many on a line as fit; a long one goes on below, after a comma."""
    lead = f"  {label:<5} "
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) + 2 <= WIDTH:
            lines[-1] += f"; {item}"
            continue
        if lines:
            lines[-1] += ";"
        first, *rest = filled(item, WIDTH - len(lead))
        lines.append((" " * len(lead) if lines else lead) + first)
        lines += [" " * (len(lead) + 2) + line for line in rest]
    return lines


def below(label: str, items: Iterable[str]) -> list[str]:
    """The items below each other behind their label."""
    lead = f"  {label} "
    lines: list[str] = []
    for item in items:
        first, *rest = filled(item, WIDTH - len(lead))
        lines.append((" " * len(lead) if lines else lead) + first)
        lines += [" " * (len(lead) + 2) + line for line in rest]
    return lines


def filled(item: str, width: int) -> list[str]:
    """The item on lines of about this width, broken after commas only."""
    lines = [""]
    for part in re.split(r"(?<=,) ", item):
        if lines[-1] and len(lines[-1]) + 1 + len(part) > width - (2 if len(lines) > 1 else 0):
            lines.append(part)
        else:
            lines[-1] = f"{lines[-1]} {part}".lstrip()
    return lines
