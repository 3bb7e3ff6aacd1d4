"""What is shown of a kernel's launches."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triton_lift.lifted import OutputFormula


@dataclass(frozen=True)
class TensorView:
    """A tensor behind a pointer: its sizes and strides as formulas, one for each dimension."""

    array: str
    shape: tuple[str, ...]
    strides: tuple[str, ...]
    contiguous: bool

    def line(self) -> str:
        """`x (M, N)`, with its strides where they do not follow from the shape."""
        return f"{self.array} {_tuple(self.shape)}" + (
            "" if self.contiguous else f" with strides {_tuple(self.strides)}"
        )


@dataclass(frozen=True)
class LaunchView:
    """The formulas in the tensors' own indices, for launches with such tensors.

    `launches`: how many different ones were observed; `alike`: how many of them these tensors are about. `tensors`,
    `outputs`: empty where nothing is gained by showing tensors. `given`: what the observed launches have in common that
    the formulas presuppose. `unmet`: preconditions that an observed launch does not meet, each with the launch.
    """

    launches: int
    alike: int = 0
    tensors: tuple[TensorView, ...] = ()
    outputs: tuple[OutputFormula, ...] = ()
    given: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()

    def tensor_line(self) -> str:
        """`x, y (M, N); bias (N)`: tensors that are alike share their shape."""
        alike: dict[str, list[str]] = {}
        for t in self.tensors:
            alike.setdefault(t.line().removeprefix(t.array), []).append(t.array)
        return "; ".join(f"{', '.join(names)}{shape}" for shape, names in alike.items())

    def lines(self) -> list[str]:
        """For a reader: the tensors, the formulas with where they hold, and what some launch does not meet."""
        found = []
        if self.outputs:
            some = f" ({self.alike} of {self.launches} launches)" if self.alike < self.launches else ""
            found.append("; ".join([self.tensor_line(), *self.given]) + some)
        for number, o in enumerate(self.outputs):
            found.append(f"{o.array}[{', '.join(o.indices)}] = {o.formula}")
            if o.named is not None:
                found[-1] = f"{o.named}; {found[-1]}"
            following = self.outputs[number + 1 :]
            if o.domain and not (following and following[0].domain == o.domain):
                found.append(f"for {o.domain}")
        return [*found, *(f"precondition not met: {line}" for line in self.unmet)]

    def to_json(self) -> dict[str, Any]:
        """As in the reference of the JSON."""
        data = asdict(self)
        for output in data["outputs"]:
            for optional in ("einsum", "named"):
                if output[optional] is None:
                    del output[optional]
        return data


def _tuple(parts: tuple[str, ...]) -> str:
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
