"""Refutation of the adversarial kernels: what is right is not refuted, what is refuted can be run again."""

from __future__ import annotations

import pytest

from soundness.case import CASES
from test_soundness import VERIFIED, lifted
from triton_lift.refutation.replay import replay

# One of each kind, so that something is refuted here.
REFUTED = {
    "broadcast_store": "single_writer",
    "colliding_blocks": "single_writer",
    "matmul_partial_sums": "single_writer",
    "colliding_squares": "single_writer",
    "zero_times_undefined": "values",
    "undefined_equals_itself": "values",
    "undefined_address": "values",
    "online_softmax_masked_first": "values",
    "read_another_programs_store": "values",
}


@pytest.mark.parametrize("name", CASES)
def test_refuted_by_a_launch_or_not_at_all(name: str) -> None:
    found = lifted(name)
    verdicts = (found.values, found.coverage, found.single_writer)
    if found.witness is None:
        assert "refuted" not in (found.status, *verdicts)
        assert name not in REFUTED, found.reason
        return
    assert name not in VERIFIED
    assert getattr(found, found.witness.property) == "refuted"
    assert REFUTED.get(name, found.witness.property) == found.witness.property
    assert replay(CASES[name].ir, found.witness)
