"""What was found out about a guess or a sketch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from triton_lift.witness import ArrayArgument, Number, arguments

_LONGEST = 400
GuessStatus = Literal["proved", "refuted", "unknown", "error"]


@dataclass(frozen=True)
class Counterexample:
    """A launch, executed on the IR, after which `array[element]` is not what a formula says.

    `indices` are those of the formula's left side; `kernel` is what the run left there, `formula` what it should be.
    """

    grid: list[int]
    args: dict[str, Number | ArrayArgument]
    array: str
    indices: list[int]
    element: int
    kernel: Number | str
    formula: Number | str

    def arguments(self) -> dict[str, Any]:
        """The arguments as `triton_lift.interpret` takes them."""
        return arguments(self.args)

    def lines(self) -> Iterator[str]:
        """The launch, then the difference."""
        shown = [f"grid = ({', '.join(map(str, self.grid))})"]
        for name, value in self.args.items():
            if isinstance(value, ArrayArgument):
                shown.append(f"{name}: {value.length} × {value.type}")
            else:
                shown.append(f"{name} = {value}")
        yield ", ".join(shown)
        place = f"{self.array}[{', '.join(map(str, self.indices))}]"
        yield f"the kernel writes {_short(self.kernel)} to {place}, the formula says {_short(self.formula)}"


@dataclass(frozen=True)
class GuessResult:
    """The verdict on one guess or sketch: `text` as it was given.

    `proved`: it holds for all sizes under the lift's preconditions. `refuted`: not on the launch `counterexample`.
    `unknown` and `error` (it cannot be read) have a reason. `notes` say what goes with a verdict: what a name stands
    for, what the kernel writes besides. Of a sketch, `filled` is the formula without holes and `holes` what each
    stands for.
    """

    text: str
    status: GuessStatus
    reason: str | None = None
    notes: list[str] = field(default_factory=list)
    counterexample: Counterexample | None = None
    filled: str | None = None
    holes: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The JSON object of the contract: what does not apply is left out."""
        return {
            k: v for k, v in asdict(self).items() if k in ("text", "status", "reason") or v or k == "seconds"
        }

    def lines(self) -> Iterator[str]:
        """The verdict for a reader: the formula, what stands in its holes, why."""
        yield f"{self.status}: {_brief(self.filled or self.text)}"
        for hole, filling in self.holes.items():
            yield f"{hole} = {_brief(filling)}"
        yield from self.notes
        if self.counterexample is not None:
            launch, difference = self.counterexample.lines()
            yield difference
            yield f"where {launch}"
        elif self.reason is not None:
            yield from self.reason.splitlines()


def _brief(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _short(value: Number | str) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
