"""The report of a run as one HTML page: each kernel with its launches and what is known of it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from triton_lift.capture.store import Kernel, read_log
from triton_lift.lifted import Lifted
from triton_lift.plugin.table import NOT_YET, headline, rows

if TYPE_CHECKING:
    from triton_lift.plugin.service import Service


def page(service: Service) -> str:
    """The whole page; everything from the program is escaped."""
    from triton_lift.report.html import to_html
    from triton_lift.report.page.document import style

    kernels = read_log(service.store.folder).kernels
    parts, table = [], []
    for number, row in enumerate(rows(service)):
        link = f"<a href='#k{number}'>{escape(row.kernel)}</a>"
        status = f"<td class={escape(row.status)!r}>{escape(row.status)}</td>"
        table.append(
            f"<tr class='triton-lift'><td>{link}</td><td>{len(row.identities)}</td>{status}"
            f"<td class='what'>{escape(brief(service.results.get(row.identities[0]), row.what))}</td></tr>"
        )
        parts.append(f"<article class='triton-lift' id='k{number}'>")
        result = service.results.get(row.identities[0])
        parts.append(to_html(result, styled=False) if result is not None else not_yet(row.kernel))
        parts += [specialisation(kernels[i]) for i in row.identities if i in kernels]
        parts.append("</article>")
    problems = "".join(f"<p>{escape(problem)}</p>" for problem in service.problems)
    head = "<tr><th>kernel</th><th>compiled</th><th>verdict</th><th>formula, or why not</th></tr>"
    title = f"triton-lift: {headline(service)}"
    return (
        f"<!doctype html><meta charset='utf-8'><title>{escape(title)}</title><style>{style(page=True)}</style>"
        f"<body class='triton-lift-page'><main><h1>{escape(title)}</h1>{problems}"
        f"<table class='index'>{head}{''.join(table)}</table>{''.join(parts)}</main>\n"
    )


def brief(result: Lifted | None, what: str) -> str:
    """A line of what is known: the function by its name, if it has one."""
    named = next((o.named for o in result.outputs if o.named), None) if result is not None else None
    return named or what.partition("\n")[0]


def not_yet(kernel: str) -> str:
    """What is said of a kernel that is still being lifted."""
    return f"<p><b>{escape(kernel)}</b> {NOT_YET}</p>"


def specialisation(kernel: Kernel) -> str:
    """What it was compiled for, and how it was first launched."""
    details = kernel.details
    constants = ", ".join(f"{n} = {v}" for n, v in details.get("constexprs", {}).items())
    lines = [
        f"{escape(str(details.get('source')))} · {escape(str(details.get('target')))} · {escape(constants)}"
    ]
    lines += [escape(described(launch)) for launch in kernel.launches[:1]]
    return f"<p>{'<br>'.join(lines)}</p>"


def described(launch: dict[str, Any]) -> str:
    """`grid 8 × 1 × 1; x: float32 1000 (strides 1); n = 1000`."""
    parts = [f"grid {' × '.join(map(str, launch['grid']))}"]
    for name, value in launch["arguments"].items():
        if isinstance(value, dict) and "shape" in value:
            shape, strides = (" × ".join(map(str, value[key])) for key in ("shape", "strides"))
            parts.append(f"{name}: {value['dtype']} {shape} (strides {strides})")
        else:
            parts.append(f"{name} = {value}")
    return "; ".join(parts)
