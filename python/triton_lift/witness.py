"""A launch on which a property fails: what is printed of it, and how to get its arguments back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Number = int | float | bool
_DTYPES = {"i1": "bool", "f16": "float16", "f64": "float64", "i8": "int8", "i16": "int16", "i64": "int64"}


@dataclass(frozen=True)
class ArrayArgument:
    """The contents of an array: element i is values[i mod P] + step·⌊i/P⌋, where P = len(values)."""

    type: str
    length: int
    values: list[Number]
    step: int = 0

    def at(self, elements: Any) -> Any:
        """The contents of these elements, as a numpy array (of f32 for formats that numpy lacks)."""
        import numpy as np

        period = len(self.values)
        if self.type[0] != "i":
            result = np.asarray(self.values, np.float64)[elements % period]
            dtype = np.dtype(_DTYPES.get(self.type, "float32"))
        else:
            result = np.asarray(self.values, np.int64)[elements % period] + self.step * (elements // period)
            dtype = np.dtype(_DTYPES.get(self.type, "int32"))
        return result.astype(dtype)

    def array(self) -> Any:
        """The array itself."""
        import numpy as np

        return self.at(np.arange(self.length))


def arguments(args: Mapping[str, Number | ArrayArgument]) -> dict[str, Any]:
    """Arguments as `triton_lift.interpret` takes them."""
    return {n: a.array() if isinstance(a, ArrayArgument) else a for n, a in args.items()}


def plain(number: Number) -> Number | str:
    """A number as JSON has it: what is not finite as text, which `float` reads."""
    return number if number - number == 0 else str(number)


@dataclass(frozen=True)
class Observation:
    """What was found in the witness's element: `value`, written by `program` at `location` where that matters.

    `masked`: what masked-off lanes of the loads without `other` hold by turns, by the loads' locations; `backwards`:
    the programs run in the opposite order; `when` says so in words.
    """

    value: Number | str
    program: list[int] | None = None
    location: str | None = None
    when: str | None = None
    masked: dict[str, list[Number | str]] | None = None
    backwards: bool = False


@dataclass(frozen=True)
class Witness:
    """A launch on which `property` fails, as seen when the IR was executed on it: `array[element]` was observed to be
    different things. `claim` says in words what is wrong."""

    property: Literal["values", "coverage", "single_writer"]
    claim: str
    grid: list[int]
    args: dict[str, Number | ArrayArgument]
    array: str
    element: int
    observed: list[Observation] = field(default_factory=list)
    location: str | None = None

    def arguments(self) -> dict[str, Any]:
        """The arguments as `triton_lift.interpret` takes them."""
        return arguments(self.args)

    def lines(self) -> Iterable[str]:
        """The witness for a reader: the launch, then what was observed."""
        shown = [f"grid = ({', '.join(map(str, self.grid))})"]
        for name, value in self.args.items():
            if isinstance(value, ArrayArgument):
                shown.append(f"{name}: {value.length} × {value.type}")
            else:
                shown.append(f"{name} = {value}")
        yield ", ".join(shown)
        place = f"{self.array}[{self.element}]"
        values = [f"{s.value:.6g}" if isinstance(s.value, float) else str(s.value) for s in self.observed]
        if len(set(values)) < len({str(s.value) for s in self.observed}):
            values = [str(s.value) for s in self.observed]  # too close to be told apart in few digits
        for seen, text in zip(self.observed, values, strict=True):
            what = f"{place} is {text}"
            if seen.program is not None:
                what = f"program ({', '.join(map(str, seen.program))}) writes {text} to {place}"
            what += f" where {seen.when}" if seen.when else ""
            yield what + (f" ({seen.location})" if seen.location else "")


@dataclass(frozen=True)
class WrapWitness:
    """Integer arguments, as small as they come, at which an operation of `width` bits has the exact result `value` and
    the kernel goes on with `wrapped`. The other arguments are the least possible, 1 or what they are a multiple of;
    `grid` is the smallest that covers the domain."""

    sizes: dict[str, int]
    grid: list[int]
    width: int
    value: int
    wrapped: int
    location: str | None

    def line(self) -> str:
        """In words: the sizes that matter, and what happens there."""
        shown = [f"{name} = {size}" for name, size in self.sizes.items()]
        shown += [f"num_programs({axis}) = {count}" for axis, count in enumerate(self.grid) if count > 1]
        where = f" ({self.location})" if self.location else ""
        return f"from {', '.join(shown)} on, {self.value} becomes {self.wrapped} in int{self.width}{where}"
