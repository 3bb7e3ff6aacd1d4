"""What is said of the floating-point behaviour of one place of a kernel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triton_lift.witness import ArrayArgument, Number


@dataclass(frozen=True)
class Shown:
    """A launch on which it shows: `array[element]` is `kernel` where the formula says `exact` (None: it is undefined).

    Numbers that are not finite are text, as in JSON.
    """

    args: dict[str, Number | ArrayArgument]
    grid: list[int]
    array: str
    element: int
    kernel: Number | str
    exact: Number | str | None
    text: str


@dataclass(frozen=True)
class Trial:
    """Contents to try for arrays of floats (the other arguments are ordinary)."""

    arrays: dict[str, list[float]]


@dataclass(frozen=True)
class Finding:
    """`protected`: the kernel guards itself here, `text` says how; otherwise `input` shows what happens.

    `trials`: inputs that may show it, most telling first. A finding that is not protected and for which none of
    them shows anything is dropped.
    """

    kind: str
    protected: bool
    text: str
    location: str | None
    input: Shown | None = None
    trials: tuple[Trial, ...] = field(default=(), repr=False)

    def line(self) -> str:
        """For a reader."""
        place = f" ({self.location})" if self.location else ""
        shown = f": {self.input.text}" if self.input is not None else ""
        return f"{self.text}{shown}{place}"

    def to_json(self) -> dict[str, Any]:
        """As in the JSON of a result."""
        from dataclasses import asdict

        shown = None if self.input is None else asdict(self.input)
        return {
            "kind": self.kind,
            "protected": self.protected,
            "text": self.text,
            "location": self.location,
            "input": shown,
        }
