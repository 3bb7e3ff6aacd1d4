"""Kernels a small change away from good ones: what is verified of them is true of them, as execution shows.

`TRITON_LIFT_CHANGE=2000 python -m pytest test/python/test_semantic_mutations.py` tries that many instead of the few
that every run tries; `TRITON_LIFT_CHANGE_FROM` is the first. A failure names its number, and
`python test/python/semantic_mutations.py show NUMBER FILE...` prints that kernel.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from semantic_mutations import examine, mutant
from triton_lift.ir import IRError

COUNT = int(os.environ.get("TRITON_LIFT_CHANGE", "60"))
FIRST = int(os.environ.get("TRITON_LIFT_CHANGE_FROM", "0"))
IR = Path(__file__).parents[2] / "examples" / "ir"
NAMES = """
    broadcast_add dropout exponential_average fused_pointwise gated_scan kahan_sum rms_norm row_argmax row_max row_mean
    row_sum row_variance softmax_128 softmax_grid_stride vector_add_128
"""
FILES = [IR / f"{name}.ttir" for name in NAMES.split()]


def test_what_is_verified_of_a_changed_kernel_is_true() -> None:
    verdicts: Counter[str] = Counter()
    for number in range(FIRST, FIRST + COUNT):
        try:
            verdict, compared, wrong = examine(mutant(number, FILES), seconds=8.0, count=12, seed=number)
        except IRError:
            continue
        verdicts[verdict] += 1
        verdicts["compared"] += bool(compared)
        assert not wrong, (number, wrong[0])
    # Refusing everything, or comparing nothing, is no success.
    assert verdicts["verified"] > COUNT // 4 and verdicts["compared"] > COUNT // 6, verdicts


def test_mutants_are_the_same_every_time_and_differ_from_what_they_were_made_of() -> None:
    originals = {file.read_text() for file in FILES}
    found = []
    for number in range(40):
        try:
            found.append(mutant(number, FILES))
        except IRError:
            continue
        assert mutant(number, FILES) == found[-1]
    assert len([text for text in found if text not in originals]) > 20
