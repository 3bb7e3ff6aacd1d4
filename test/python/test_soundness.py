"""Kernels that look like others: each is refused, or lifted to a formula that is what the IR computes.

Where the formula holds under a condition that no argument check can see (nothing wraps, no divisor is 0), the
condition must be printed, and the formula must hold on arguments that satisfy it.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import pytest

import soundness
from agreement import faults
from soundness.case import CASES, Case
from triton_lift import Lifted, lift
from triton_lift.ir import parse_module

# Every file of kernels; one may say in VERIFIED and NEVER_VERIFIED what must come of some of its own.
_MODULES = [import_module(f"soundness.{m.name}") for m in pkgutil.iter_modules(soundness.__path__)]


def said(name: str) -> list[str]:
    """What the files of kernels list under `name`."""
    return [kernel for module in _MODULES for kernel in getattr(module, name, "").split()]


# What must be printed where the formula need not hold for all of a case's arguments.
STATED = {
    "divide_by_loaded": "no division by zero",
    "weighted_by_loaded_counts": "of what is read: .*0 ≤ counts",
    "groups_of_negative_sizes": r"of what is read: ∀\[\w<n\] 0 ≤ sizes",
    "narrow_sum": "no int8 wrap",
    "narrow_product_in_sum": "no int8 wrap",
    "narrow_product_in_loop": "no int8 wrap",
    "accumulator_wraps": "no int32 wrap",
    "sum_wraps": "no int32 wrap",
    "product_wraps_64": "64-bit integer arithmetic does not wrap",
    "mask_wraps": "no int32 wrap",
    "integer_cumsum": "no int32 wrap",
    "absolute_of_minimum": "no int8 wrap",
    "negate_minimum": "no int8 wrap",
    "strided_sum_offsets_wrap": "no int32 wrap",
    "shift_by_loaded": "shift amounts",
    "large_float_to_byte": "no int8 wrap",
    "rounds_between": "rounds to bf16",
    "overflow_to_infinity": "rounds to f16",
    "narrow_product_widened": "no int32 wrap",
    "wide_and_narrow_product": "no int32 wrap",
    "cancelled_before_widening": "no int32 wrap",
    "compared_after_wrapping": "no int32 wrap",
    "total_compared_after_wrapping": "no int32 wrap",
    "atomic_wraps": "atomic sums of integers do not wrap",
    "wraps_and_comes_back": r"\|x\[i\]·z\[i\]\|",
    "greatest_wrapped": "no int32 wrap",
    "integer_to_float": r"integers above 2\^24",
    "negative_to_unsigned": r"0 ≤ trunc\(x\[i\]\) < 2\^8",
    "clamped": "low ≤ high",
    "quotient_overflows": "quotients fit",
    "maximum_of_wrapped": "no int32 wrap",
    "lane_offset_wraps": "no int32 wrap",
    "ceiling_wraps": "no int32 wrap",
    "ceiling_of_a_mask_wraps": "no int32 wrap",
    "trip_count_wraps": "no int32 wrap",
    "maximum_ignores_nan": "log is taken of positive numbers",
    "in_place_reverse": "take effect in program order",
    "two_slots": "no element of x is written twice",
    "neighbours_in_a_row": "take effect in program order",
    "stored_row_then_summed": "take effect in program order",
    "zero_times_filler_hidden": "0·∞ does not occur",
    "ragged_rows_read_back": r"distinct \(.*\) have distinct offsets .*cu\[",
    "ragged_chunks_stored_again": r"distinct \(.*\) have distinct offsets .*cu\[",
    "steps_of_a_byte": "loop step is positive",
    "running_sum_of_bytes": "no int8 wrap",
    "greatest_running_sum_of_bytes": "no int8 wrap",
    "loop_that_wraps_late": "no int8 wrap",
    "stored_again_beside_an_unused_axis": r"num_programs\(1\) ≤ 1",
}

# What these compute has no formula, or none that does not depend on undefined values or on who comes first.
NEVER_VERIFIED = (
    """
    two_results_shifted two_results_across_programs halves_by_stride_overlapping in_place_shift
    read_another_programs_store broadcast_store colliding_blocks zero_times_undefined
    undefined_minus_itself undefined_equals_itself undefined_in_sum undefined_trip_count
    undefined_accumulation undefined_address argmax_any_tie reduce_difference reduce_saturating
    grid_stride_too_short sum_of_axes_disagreeing halved_addresses_disagreeing overlapping_blocks_in_place
    pairs_swapped_in_place linear_scan_wrong almost_argmax negative_zero matmul_partial_sums
    atomic_count_returned store_then_atomic persistent_tiles_stuck head_and_tail_overlapping bits_of_a_product
    bits_of_a_narrowed_element fibonacci
""".split()
    + said("NEVER_VERIFIED")
)

# The honest twins, and others that are simple enough: refusing everything is no soundness.
VERIFIED = (
    """
    in_place_add loop_in_place_prefix unused_axis broadcast_store_of_one_value masked_reduction_fills_zero
    maximum_of_nothing last_value_of_empty_loop step_does_not_divide floor_trip_count sum_counting_down dependent_bounds
    loaded_bounds early_return store_in_branch late_accumulation running_maximum_from_zero
    truncating_remainder truncating_division narrow_sum narrow_product_in_sum sum_wraps mask_wraps
    unsigned_compare unsigned_division unsigned_minimum unsigned_maximum_of_block arithmetic_shift
    logical_shift sign_extended_bytes zero_extended_bytes nibbles overlapping_bits boolean_arithmetic
    sum_of_booleans maximum_of_booleans boolean_array float_to_int_truncates quotient_cancels mean_of_nothing
    argmax_ties argmin_masked reverse_cumsum wrong_axis reshaped transposed_mismatch joined negative_size_mask
    clamped_rows size_used_twice overlapping_tiles gaps_between_tiles mask_forgets_the_tile mask_off_by_one
    grid_stride transposing_index negative_quotient_index negative_remainder_index running_sums exclusive_sums
    starts_at_one integer_maximum any_negative mean_then_deviation online_softmax pointer_walks
    loop_under_condition clamped_by_hand shifted_by_another_maximum integer_cumsum cumulative_maximum
    ranges_start_late split_pairs permuted_three conditional_load nested_sum adds_a_constant counts_iterations
    matmul_unmasked_k matmul_masked_once matmul_wrong_stride attention attention_causal
    attention_keys_unmasked halves_of_programs tiles_of_columns persistent_tiles unrolled_rows_apart
    head_and_tail gathered_rows running_argmax running_argmax_from_zero running_argmax_of_tiles
    two_results_of_one_array halves_by_stride lanewise_log_sum_exp running_maximum_from_zero_with_total
    atomic_scatter atomic_rows atomic_overlapping_rows boolean_logic byte_as_float byte_extrema atomic_total
    counts_positive masked_average log_sum_exp bits_of_an_element random_numbers slot_of_a_ring
    slot_of_a_ring_reset_late kahan_sum permuted_by_loaded_sizes doubling_strides halved_each_time
    latest_positive buffers_swapped found_anywhere kept_below slot_in_each_row stepped_up running_argmax_of_another
    logistic_map square_root_by_newton
""".split()
    + said("VERIFIED")
)

# 32-bit products in addresses whose wrapping must be excluded in print.
OFFSETS = {
    "matmul_masked_once": ("i·n", "16·⌊i / 16⌋·k + r·k"),
    "tiles_of_columns": ("i·cols",),
    "gathered_rows": ("i·n", "rows[i]·n"),
    "attention": ("16·i",),
}

# Known to be wrong or unstated still: name → what is.
OPEN: dict[str, str] = {}


@cache
def lifted(name: str) -> Lifted:
    return lift(CASES[name].ir, timeout=60)[0]


@cache
def module(name: str) -> Any:
    return parse_module(CASES[name].ir, name)


def disagreements(name: str, case: Case) -> tuple[list[str], int]:
    """What is wrong though the preconditions hold; and how many draws could be compared."""
    wrong: list[str] = []
    compared = 0
    for draw in case.draws():
        found = faults(lifted(name), module(name), draw, tolerance=1e-4)
        compared += found is not None
        wrong += found or ()
    return wrong, compared


def marked(names: Iterable[str], known: Mapping[str, str]) -> list[Any]:
    return [
        pytest.param(name, marks=[pytest.mark.xfail(reason=known[name])] if name in known else [])
        for name in names
    ]


@pytest.mark.parametrize("name", marked(CASES, OPEN))
def test_refused_or_true(name: str) -> None:
    found = lifted(name)
    if found.status != "verified":
        assert found.reason and not found.outputs and found.program is None
        assert name not in VERIFIED, found.reason
        return
    assert name not in NEVER_VERIFIED, found.outputs
    wrong, compared = disagreements(name, CASES[name])
    if name not in STATED:
        assert not wrong, wrong[0]
        assert compared or name not in VERIFIED
        return
    printed = "\n".join((*found.preconditions, *found.assumptions, *found.real_arithmetic))
    assert re.search(STATED[name], printed), f"not stated: {STATED[name]}\n{printed}"
    wrong, compared = disagreements(name, CASES[name].tame)
    assert compared
    assert not wrong, wrong[0]


@pytest.mark.parametrize("name", OFFSETS)
def test_offsets_are_stated(name: str) -> None:
    lines = [p for p in lifted(name).preconditions if p.startswith("no int32 wrap")]
    for product in OFFSETS[name]:
        assert any(product in line for line in lines), (product, lines)


def test_names() -> None:
    """The lists speak of kernels that exist, and agree with each other."""
    listed = {*STATED, *OPEN, *OFFSETS, *NEVER_VERIFIED, *VERIFIED}
    assert listed <= CASES.keys(), listed - CASES.keys()
    assert not set(VERIFIED) & set(NEVER_VERIFIED)
