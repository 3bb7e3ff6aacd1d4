"""Pictures of a small launch: who writes what. One rectangle for each run of cells; colours are programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from triton_lift.illustration import Illustration, Panel, Run

WIDTH, HEIGHT = 500.0, 320.0
_SMALLEST, _LARGEST = 0.12, 22.0  # of a cell


@dataclass(frozen=True)
class Picture:
    """An SVG with what it shows in words."""

    svg: Markup
    caption: str


def pictures(illustration: Illustration) -> list[Picture]:
    """A picture for each panel."""
    programs: dict[object, int] = {}
    for panel in illustration.panels:
        for run in panel.runs:
            if run.program is not None:
                programs.setdefault(run.program, len(programs))
    order = sorted(programs, key=lambda p: tuple(reversed(p)) if isinstance(p, tuple) else ())
    numbers = {program: number for number, program in enumerate(order)}
    return [Picture(svg(panel, numbers), caption(panel)) for panel in illustration.panels]


def caption(panel: Panel) -> str:
    """What rows and columns are."""
    more = f" ({panel.left_out} more rows are not shown)" if panel.left_out else ""
    if any(run.together > 1 for run in panel.runs):
        more += "; grey: updated by several programs"
    if panel.kind == "memory":
        how = f", {panel.columns} in a row" if panel.rows > 1 else ""
        return f"memory of {panel.array}: elements in the order of their addresses{how}{more}"
    rows = f"{panel.row_name} from top to bottom, " if panel.row_name else ""
    columns = f"{panel.column_name} from left to right" if panel.column_name else "one point"
    return f"domain of {panel.array}: {rows}{columns}{more}"


def svg(panel: Panel, numbers: dict[object, int]) -> Markup:
    """The panel drawn."""
    across = max(_SMALLEST, min(_LARGEST, WIDTH / panel.columns))
    down = max(2.0, min(_LARGEST, HEIGHT / panel.rows, max(across, 8.0)))
    width, height = across * panel.columns, down * panel.rows
    fine = " class='fine'" if down < 6 else ""
    parts = [
        f"<svg{fine} viewBox='0 0 {width:.1f} {height:.1f}' width='{width:.0f}' height='{height:.0f}' role='img'>",
        f"<title>{escape(caption(panel))}</title>",
    ]
    grid = across >= 6
    for run in panel.runs:
        parts.append(_rectangle(run, across, down, numbers, len(numbers), grid))
    parts.append("</svg>")
    return Markup("".join(parts))  # numbers and escaped text only


def _rectangle(
    run: Run, across: float, down: float, numbers: dict[object, int], count: int, grid: bool
) -> str:
    x, y = run.first * across, run.row * down
    wide = (run.last - run.first + 1) * across
    where = f"x='{x:.2f}' y='{y:.2f}' width='{wide:.2f}' height='{down:.2f}'"
    if run.program is None:
        return f"<rect {where} class='nobody'><title>nobody writes here</title></rect>"
    number = numbers[run.program]
    hue = (210 + number * 360 / max(count, 1) if count <= 12 else 210 + number * 137.508) % 360
    last_lane = run.lane + run.step * (run.last - run.first)
    lanes = f"store element {run.lane}" + (f" to {last_lane}" if last_lane != run.lane else "")
    title = f"program ({', '.join(map(str, run.program))}), {lanes}"
    if run.clash:
        title += "; another program writes here too"
    if run.together > 1:
        title = f"{run.together} programs update this"
    marks = " clash" if run.clash else " shared" if run.together > 1 else ""
    cell = f"<rect {where} class='cell{marks}' style='--hue:{hue:.0f}'><title>{title}</title></rect>"
    if not grid:
        return cell
    lines = "".join(
        f"<path d='M{x + i * across:.2f} {y:.2f}v{down:.2f}' class='line'/>"
        for i in range(1, run.last - run.first + 1)
    )
    return cell + lines
