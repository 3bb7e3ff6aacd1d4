"""Values: the result depends on what a load leaves in lanes that are masked off and have no `other`.

The same launch is run with two contents of those lanes. Where a stored element differs, no function of the arguments
is what the kernel computes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from triton_lift.interpreter.elements import Array
from triton_lift.refutation.comparing import first_difference
from triton_lift.refutation.launches import Launch
from triton_lift.refutation.subject import GARBAGE, Subject
from triton_lift.witness import Observation, Witness, plain

Fill = tuple[float, ...]
# Operations that load, and their number of operands with a mask and no `other`.
MASKED = {"tt.load": 2, "ttg.async_copy_global_to_local": 3}
ZERO, ONE, NAN = (0.0,), (1.0,), (float("nan"),)
# The lanes of one load differ, and those of two loads, and a NaN shows through a factor of 0: nothing stays hidden.
TELLING: tuple[Fill, ...] = ((1.0, 0.0, 2.0), NAN)


@dataclass(frozen=True)
class Choice:
    """Fills masked-off lanes: those of the loads at `places` with `fill`, those of other loads with `others`. With
    `shifted` the n-th place begins with the n-th number."""

    places: tuple[str, ...]
    fill: Fill
    others: Fill = ZERO
    shifted: bool = False

    def __call__(self, location: str | None) -> Fill:
        place = location or ""
        if place not in self.places:
            return self.others
        first = self.places.index(place) % len(self.fill) if self.shifted else 0
        return self.fill[first:] + self.fill[:first]


def search(subject: Subject) -> Witness | None:
    """A launch on which masked-off lanes are seen in the result."""
    places = unfilled(subject)
    if not places:
        return None
    choices = (Choice(places, ZERO), *(Choice(places, fill, shifted=True) for fill in TELLING))
    runs = [replace(GARBAGE[0], masked=c) for c in choices]
    for size, grid in subject.ordinary(several=False):
        found = subject.everywhere(
            size,
            grid,
            lambda launch: on_launch(subject, launch, places),
            runs=runs,
            shows=lambda launch: any(compare(subject, launch, choices[0], c) for c in choices[1:]),
        )
        if found is not None:
            return found
    return None


def unfilled(subject: Subject) -> tuple[str, ...]:
    """The places of masked loads without `other`."""
    found = (op for op in subject.operations if len(op.operands) == MASKED.get(op.name))
    return tuple(dict.fromkeys(op.location or "" for op in found))


def on_launch(subject: Subject, launch: Launch, places: tuple[str, ...]) -> Witness | None:
    """The witness that this launch is, with the load that it is about where it is one alone."""
    for fill in TELLING:
        together = Choice(places, fill, shifted=True)
        if compare(subject, launch, Choice(places, ZERO), together) is None:
            continue
        for base, choice in [*_alone(places, fill), (Choice(places, ZERO), together)]:
            found = compare(subject, launch, base, choice)
            if found is not None:
                return found
    return None


def _alone(places: tuple[str, ...], fill: Fill) -> Iterator[tuple[Choice, Choice]]:
    """Each load by itself, with the simplest contents first; the others hold 0 or 1, as 0 may hide a factor."""
    for other, others in product((ONE, fill), (ZERO, ONE)):
        for place in places:
            yield Choice((place,), ZERO, others), Choice((place,), other, others)


def compare(subject: Subject, launch: Launch, first: Choice, second: Choice) -> Witness | None:
    """The first element on which the two choices lead to different values, whatever else is undefined."""
    results: list[dict[str, Array]] = []
    for garbage in GARBAGE:
        for choice in (first, second):
            result = subject.run(launch, replace(garbage, masked=choice))
            if result is None:
                return None
            results.append(result)
        if first_difference(results) is None:
            return None
    found = first_difference(results)
    assert found is not None
    array, element = found
    values = [r[array][element].item() for r in results[:2]]
    return _witness(
        launch, array, element, list(zip(values, (first, second), strict=True)), unfilled(subject)
    )


def _witness(
    launch: Launch, array: str, element: int, seen: list[tuple[float, Choice]], places: tuple[str, ...]
) -> Witness:
    choice = seen[1][1]
    alone = choice.places[0] if len(choice.places) == 1 else None
    which = "this load" if alone else "masked loads without `other`"
    observed = []
    for value, chosen in seen:
        held = f"{', '.join(f'{n:g}' for n in chosen.fill)}{' by turns' if len(chosen.fill) > 1 else ''}"
        masked = {place: [plain(n) for n in chosen(place)] for place in places}
        observed.append(
            Observation(plain(value), when=f"masked-off lanes of {which} hold {held}", masked=masked)
        )
    return Witness(
        "values",
        "the stored value depends on what a load without `other` leaves in masked-off lanes",
        list(launch.grid),
        dict(launch.args),
        array,
        element,
        observed,
        alone or None,
    )
