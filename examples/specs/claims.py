"""What is claimed of a lifted kernel, in the words that the examples' tests and tables compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triton_lift import Lifted


def claims(result: Lifted) -> tuple[object, ...]:
    """What is claimed of a kernel: which element is written when and with what, where elements are, and for which
    sizes and grids. Bounds against wrapping are left out: they differ with the order of additions."""
    outputs = [(o.array, tuple(o.indices), o.domain, o.formula) for o in result.outputs]
    layouts = {a for a in result.assumptions if " is element " in a}
    bounds = {p for p in result.preconditions if not p.startswith(("no int32 wrap", "distinct "))}
    return result.coverage, result.single_writer, outputs, layouts, bounds


def text(result: Lifted) -> str:
    """The formulas as `examples/formulas` has them, one line for each output."""
    return "\n".join(
        f"{o.array}[{', '.join(o.indices)}] = {o.formula}  for {o.domain}" for o in result.outputs
    )


def is_killed(mutant: Lifted, original: Lifted) -> bool:
    """Whether a mutant is told from the original: not verified with a reason, or verified as something else."""
    if mutant.status == "verified":
        return claims(mutant) != claims(original)
    return bool(mutant.reason)
