"""One result as HTML for notebooks."""

from __future__ import annotations

from html import escape

from triton_lift.lifted import Lifted
from triton_lift.report.text import formulas, headline


def to_html(lifted: Lifted) -> str:
    """Headline, formulas and the lists below them; everything from the kernel is escaped."""
    parts = [f"<p><b>{escape(headline(lifted))}</b></p>"]
    if lifted.reason is not None:
        place = f" <code>{escape(lifted.location)}</code>" if lifted.location else ""
        parts.append(f"<p>{escape(lifted.reason)}{place}</p>")
    if lifted.witness is not None:
        parts.append(f"<pre>{escape(chr(10).join(lifted.witness.lines()))}</pre>")
    if lifted.outputs:
        parts.append(f"<pre>{escape(chr(10).join(formulas(lifted)))}</pre>")
    for label, items in (
        ("given", lifted.preconditions),
        ("wraps", [lifted.wraps_from.line()] if lifted.wraps_from is not None else []),
        ("assuming", lifted.assumptions),
        ("reads real arithmetic", lifted.real_arithmetic),
    ):
        if items:
            parts.append(f"<p>{label}</p><ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>")
    return f"<div class='triton-lift'>{''.join(parts)}</div>"
