"""Where results of runs differ."""

from __future__ import annotations

import numpy as np

from triton_lift.interpreter.elements import Array


def different(a: Array, b: Array) -> Array:
    """Where two contents of an array differ; a NaN is like another."""
    result: Array = (a != b) & ~((a != a) & (b != b))
    return result


def first_difference(results: list[dict[str, Array]]) -> tuple[str, int] | None:
    """The first element, by array and number, that the first two results differ in, the others being like these two
    by turns."""
    for array, contents in results[0].items():
        apart = different(contents, results[1][array])
        for i, result in enumerate(results):
            apart &= ~different(result[array], results[i % 2][array])
        places = np.flatnonzero(apart)
        if places.size:
            return array, int(places[0])
    return None
