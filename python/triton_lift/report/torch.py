"""One result as a PyTorch function that stands alone."""

from __future__ import annotations

from triton_lift.lifted import Lifted
from triton_lift.report.text import formulas, headline


def to_torch(lifted: Lifted) -> str:
    """A module of Python with the kernel as a function; a comment that says why, where there is none."""
    from triton_lift.render.torch import TorchError, torch_function

    lines = [f"# {line}" for line in headline(lifted).splitlines()]
    if lifted.program is None:
        why = f"{lifted.reason} ({lifted.location})" if lifted.location else f"{lifted.reason}"
        return "\n".join([*lines, *(f"# {line}" for line in why.splitlines())]) + "\n"
    try:
        found = torch_function(lifted.kernel, lifted.program, docstring(lifted))
    except TorchError as problem:
        return "\n".join([*lines, f"# no PyTorch rendering: {problem}"]) + "\n"
    except Exception as error:  # one kernel's rendering never costs the others theirs
        why = f"internal error: {type(error).__name__}: {error}"
        return "\n".join([*lines, *(f"# {line}" for line in why.splitlines())]) + "\n"
    head = "\n".join([*lines, "", "import torch", ""])
    return "\n\n".join([head, *found.helpers.values(), found.text])


def docstring(lifted: Lifted) -> list[str]:
    """The formulas, and what they presuppose."""
    layouts = [a for a in lifted.assumptions if " is element " in a]
    given = [f"given {briefly(p)}" for p in lifted.preconditions]
    return [*formulas(lifted), "", "Arrays are flat tensors, written in place.", *layouts, *given]


def briefly(precondition: str) -> str:
    """Bounds against wrapping may fill a page: then only that there are some."""
    if len(precondition) < 200:
        return precondition
    return f"{precondition.partition(':')[0]} (the bounds: --format text)"
