"""Loops over segments of one range: the theorem, point by point."""

from __future__ import annotations

from itertools import product

import pytest


def segments(start: int, end: int, size: int) -> list[tuple[int, int, int]]:
    """`(iteration, first, end)` of `while i < n: …; i = min((i / s + 1) · s, n)`, by doing it."""
    found = []
    while start < end:
        tile = int(start / size)  # toward zero
        following = min((tile + 1) * size, end)
        found.append((tile, start, following))
        start = following
    return found


@pytest.mark.parametrize("size", range(1, 6))
def test_the_counted_loop_visits_the_same_tiles(size: int) -> None:
    """Of the theorem of lib/Interpretation/SegmentLoops.cpp: for all starts, negative ones too."""
    for start, end in product(range(-13, 14), repeat=2):
        tile = int(start / size)
        first = tile * size
        counted = [
            (tile + u, start if base == first else base)
            for u, base in enumerate(range(first, max(end, first + 1), size))
            if start < end
        ]
        assert counted == [(t, i) for t, i, _ in segments(start, end, size)]


@pytest.mark.parametrize("size", range(1, 6))
def test_each_step_is_in_one_segment(size: int) -> None:
    """Of the theorem of closing/segments.py: for starts from 0 on."""
    for start, end in product(range(14), repeat=2):
        found = [(t, s) for t, i, following in segments(start, end, size) for s in range(i, following)]
        assert found == [(s // size, s) for s in range(start, end)]


def test_steps_before_0_are_in_other_segments() -> None:
    """Why the range has to begin at 0 or later."""
    found = [(t, s) for t, i, following in segments(-3, 2, 2) for s in range(i, following)]
    assert found != [(s // 2, s) for s in range(-3, 2)]
