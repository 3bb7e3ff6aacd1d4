"""Single writer: two programs, or two lanes of one store, write different values to one element.

What one program writes one after the other is in order and no conflict; nor are atomic updates, which are not logged.
"""

from __future__ import annotations

import numpy as np

from triton_lift.interpreter import Options, Write
from triton_lift.refutation.comparing import different
from triton_lift.refutation.launches import Launch
from triton_lift.refutation.subject import GARBAGE, Subject
from triton_lift.witness import Observation, Witness, plain

# How the lifter says that it found writes that nothing keeps apart. Elsewhere a clash may come of arguments that do
# not go together, except where there are not two that could.
SUSPECTED = ("several programs, iterations or lanes may write", "two stores to one array may overlap")
# Programs that wait for each other, or pass on what an update found, may write in an order of their own.
SYNCHRONISING = ("tt.atomic_cas", "tt.atomic_rmw")


def search(subject: Subject) -> Witness | None:
    """A launch on which who comes last decides what an element holds."""
    numbers = [p for p in subject.parameters if p.type[0] == "i"]
    if len(numbers) > 1 and not (subject.lifted.reason or "").startswith(SUSPECTED):
        return None
    if any(op.name in SYNCHRONISING for op in subject.operations):
        return None
    for size, grid in subject.ordinary(several=True):
        found = subject.everywhere(size, grid, lambda launch: on_launch(subject, launch), apart=True)
        if found is not None:
            return found
    return None


def on_launch(subject: Subject, launch: Launch) -> Witness | None:
    """The first conflict of this launch that does not depend on undefined values."""
    found = [conflicts(subject, launch, options) for options in GARBAGE]
    for key, (first, second) in found[0].items():
        if found[1].get(key) == (first, second):
            array, element = key
            claim = "several programs, or lanes of one store, write different values to one element"
            arguments = dict(launch.args)
            return Witness(
                "single_writer", claim, list(launch.grid), arguments, array, element, [first, second]
            )
    return None


def conflicts(
    subject: Subject, launch: Launch, options: Options
) -> dict[tuple[str, int], tuple[Observation, Observation]]:
    """The elements that are written differently, by array and number, with two of the writes."""
    log: list[Write] = []
    if subject.run(launch, options, log.append) is None:
        return {}
    found: dict[tuple[str, int], tuple[Observation, Observation]] = {}
    for array in dict.fromkeys(write.array for write in log):
        _in_array([write for write in log if write.array == array], array, found)
    return found


def _in_array(
    writes: list[Write], array: str, found: dict[tuple[str, int], tuple[Observation, Observation]]
) -> None:
    elements = np.concatenate([w.elements for w in writes])
    values = np.concatenate([w.values for w in writes])
    number = np.repeat(np.arange(len(writes)), [w.elements.size for w in writes])
    order = np.argsort(elements, kind="stable")
    elements, values, number = elements[order], values[order], number[order]
    # Of an element's writes, neighbours are compared: if any two differ, some neighbours do.
    same = (elements[1:] == elements[:-1]) & different(values[1:], values[:-1])
    for place in np.flatnonzero(same).tolist():
        first, second = writes[number[place]], writes[number[place + 1]]
        if first.program != second.program or first.number == second.number:
            key = (array, int(elements[place]))
            found.setdefault(key, (_seen(first, values[place]), _seen(second, values[place + 1])))


def _seen(write: Write, value: np.generic) -> Observation:
    return Observation(plain(value.item()), list(write.program), write.location)
