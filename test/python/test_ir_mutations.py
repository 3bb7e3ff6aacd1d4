"""Broken IR is refused with a message: it neither crashes nor hangs the process, nor raises anything else.

Longer than by default, with the seconds to spend: TRITON_LIFT_MUTATE=600 pytest test/python/test_ir_mutations.py
"""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

import pytest

from ir_mutations import hunt, mutant, process

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "ir").rglob("*.ttir"))
SECONDS = float(os.environ.get("TRITON_LIFT_MUTATE", "20"))


def test_mutants_of_the_examples_do_not_crash() -> None:
    count, failures = hunt(SECONDS, EXAMPLES)
    assert not failures
    assert count > 5 * SECONDS


def test_mutants_are_the_same_every_time_and_often_readable() -> None:
    from triton_lift.ir import IRError, parse_module

    texts = [mutant(n, EXAMPLES) for n in range(200)]
    assert texts == [mutant(n, EXAMPLES) for n in range(200)]
    readable = 0
    for text in texts:
        try:
            parse_module(text, "mutant")
        except IRError:
            continue
        readable += 1
    assert 10 < readable < 190


@pytest.mark.parametrize(("end", "cause"), [("os.abort()", "SIGABRT"), ("raise KeyError", "KeyError")])
def test_a_failure_is_seen(tmp_path: Path, end: str, cause: str) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        textwrap.dedent(f"""
        import os, sys
        for n in range(int(sys.argv[2]), 9):
            os.write(1, b"%d\\n" % n)
            if n == 5:
                {end}
        """)
    )
    count, failures = hunt(20, [], script=str(script))
    assert count == 9 and [f.seed for f in failures] == [5] and cause in failures[0].cause


@pytest.mark.parametrize(
    "operation",
    [
        "%r = tt.splat %t : tensor<8xi32> -> tensor<8xi32>",
        "%r = tt.make_tensor_descriptor %p, [%n], [%s] : <i32>, <8xindex>",
        '%r = "tt.map_elementwise"(%t) <{pack = 1 : i32}> ({ ^bb0: tt.map_elementwise.return }) : '
        "(tensor<8xi32>) -> tensor<8xi32>",
        "%r = tt.bitcast %t : tensor<8xi32> -> tensor<8x!tt.ptr<i32>>",
        "%r = tt.trans %t {order = array< index : 0>} : tensor<8xi32> -> tensor<8xi32>",
    ],
)
def test_operands_of_the_wrong_type(operation: str) -> None:
    process(
        "tt.func public @k(%p: !tt.ptr<i32>, %n: i32, %s: i64) {\n"
        "  %t = tt.make_range {end = 8 : i32, start = 0 : i32} : tensor<8xi32>\n"
        f"  {operation}\n  tt.return\n}}\n"
    )
