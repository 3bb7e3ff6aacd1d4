"""What is said beside the indices' ranges supposes these."""

from __future__ import annotations

import pytest

from triton_lift import lift

# The index is loaded under a mask; whether it is within the array is asked of what the masked lanes hold, too.
TAKEN = """
module {{
  tt.func public @taken(%x: !tt.ptr<f32>, %idx: !tt.ptr<i32>, %out: !tt.ptr<f32>, %n: i32, %m: i32) {{
    %c64 = arith.constant 64 : i32
    %zero = arith.constant dense<0> : tensor<64xi32>
    %pid = tt.get_program_id x : i32
    %first = arith.muli %pid, %c64 : i32
    %lane = tt.make_range {{end = 64 : i32, start = 0 : i32}} : tensor<64xi32>
    %base = tt.splat %first : i32 -> tensor<64xi32>
    %i = arith.addi %base, %lane : tensor<64xi32>
    %size = tt.splat %n : i32 -> tensor<64xi32>
    %inside = arith.cmpi slt, %i, %size : tensor<64xi32>
    %indices = tt.splat %idx : !tt.ptr<i32> -> tensor<64x!tt.ptr<i32>>
    %place = tt.addptr %indices, %i : tensor<64x!tt.ptr<i32>>, tensor<64xi32>
    %k = tt.load %place, %inside, %zero : tensor<64x!tt.ptr<i32>>
    %length = tt.splat %m : i32 -> tensor<64xi32>
    %low = arith.cmpi sge, %k, %zero : tensor<64xi32>
    %high = arith.cmpi slt, %k, %length : tensor<64xi32>
    %valid = arith.andi %low, %high : tensor<64xi1>
    %mask = arith.andi %valid, %{other} : tensor<64xi1>
    %elements = tt.splat %x : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
    %from = tt.addptr %elements, %k : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
    %value = tt.load %from, %valid : tensor<64x!tt.ptr<f32>>
    %results = tt.splat %out : !tt.ptr<f32> -> tensor<64x!tt.ptr<f32>>
    %to = tt.addptr %results, %i : tensor<64x!tt.ptr<f32>>, tensor<64xi32>
    tt.store %to, %value, %mask : tensor<64x!tt.ptr<f32>>
    tt.return
  }}
}}
"""


@pytest.mark.parametrize(
    ("other", "value", "domain"),
    [
        ("inside", "arg0[arg1[i]]", "0 ≤ i < arg3, 0 ≤ arg1[i] < arg4"),
        # Nothing but the grid bounds i: what the masked lanes hold counts.
        (
            "valid",
            "arg0[arg1[i] if i < arg3 else 0]",
            "0 ≤ i < 64·num_programs(0), (arg1[i] if i < arg3 else 0) < arg4 ∧ (arg3 ≤ i ∨ 0 ≤ arg1[i] ∧ i < arg3)",
        ),
    ],
)
def test_conditions_suppose_the_ranges(other: str, value: str, domain: str) -> None:
    (found,) = lift(TAKEN.format(other=other))
    assert found.status == "verified"
    assert [(o.formula, o.domain) for o in found.outputs] == [(value, domain)]
