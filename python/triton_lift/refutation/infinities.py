"""Values: a running maximum that is still -∞ when it is subtracted from itself makes a NaN of finite inputs.

A NaN counts only if it comes of several contents of the arrays, so that no root or logarithm of what we chose is taken
for it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from triton_lift.interpreter.elements import Array
from triton_lift.refutation.launches import Launch
from triton_lift.refutation.subject import GARBAGE, Subject
from triton_lift.witness import ArrayArgument, Observation, Witness

SUSPECTED = "a running maximum may stay -inf"


def search(subject: Subject) -> Witness | None:
    """A launch with finite inputs on which a stored element is a NaN."""
    if not (subject.lifted.reason or "").startswith(SUSPECTED):
        return None
    for size, grid in subject.ordinary(several=False):
        found = subject.everywhere(size, grid, lambda launch: on_launch(subject, launch))
        if found is not None:
            return found
    return None


def on_launch(subject: Subject, launch: Launch) -> Witness | None:
    """The first element that is a NaN whatever the arrays hold."""
    always: dict[str, Array] = {}
    witness: Witness | None = None
    for contents in (launch, positive(launch, 1), positive(launch, 3)):
        for options in GARBAGE:
            result = subject.run(contents, options)
            if result is None:
                return None
            for array, values in result.items():
                always[array] = always.get(array, np.True_) & np.isnan(values.astype(np.float64))
    for array, places in always.items():
        if witness is None and places.any():
            claim = "the stored value is a NaN of finite inputs: -∞ - -∞"
            seen = Observation("nan", when="all inputs are finite")
            element = int(np.flatnonzero(places)[0])
            witness = Witness("values", claim, list(launch.grid), dict(launch.args), array, element, [seen])
    return witness


def positive(launch: Launch, step: int) -> Launch:
    """The launch with small positive numbers in the arrays of floats."""
    args = {
        n: replace(a, values=[(1 + step * i % 7) / 4 for i in range(7)])
        if isinstance(a, ArrayArgument) and a.type[0] != "i"
        else a
        for n, a in launch.args.items()
    }
    return Launch(launch.grid, args)
