"""Reading modules: what is said about them, and about text that is none."""

from __future__ import annotations

import pytest

from triton_lift.ir import IRError, parse_module
from triton_lift.ir.module import MAX_DEPTH

KERNEL = """\
module {
  tt.func public @kernel(%p: !tt.ptr<f32>, %n: i32) attributes {noinline = false} {
    %0 = tt.get_program_id x : i32
    %1 = tt.call @helper(%0) : (i32) -> i32
    tt.return
  }
  tt.func private @helper(%x: i32) -> i32 {
    tt.return %x : i32
  }
}
"""


def test_functions_and_kernels() -> None:
    parsed = parse_module(KERNEL, "k.ttir")
    assert parsed.kernels == ("kernel",)
    assert parsed.functions == ("kernel", "helper")
    assert parsed.stage == "ttir"


def test_several_kernels_and_none() -> None:
    several = KERNEL.replace("private @helper", "public @helper")
    assert parse_module(several, "k.ttir").kernels == ("kernel", "helper")
    assert parse_module("module {}", "k.ttir").kernels == ()


@pytest.mark.parametrize("prefix", ["ttg", "triton_gpu"])
def test_stage_follows_the_module(prefix: str) -> None:
    text = KERNEL.replace("module {", f'module attributes {{"{prefix}.num-warps" = 4 : i32}} {{')
    assert parse_module(text.encode(), "k.ttir").stage == "ttgir"


def test_unknown_operations_in_generic_form_are_read() -> None:
    text = KERNEL.replace("tt.return\n", '"future.op"(%0) : (i32) -> ()\n    tt.return\n', 1)
    assert parse_module(text, "k.ttir").kernels == ("kernel",)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "empty", None),
        (b" \n\t\n", "empty", None),
        (b"\x7fELF\x02\x01", "ELF binary", None),
        (b"ML\xefR\x0d", "MLIR bytecode of version 6, in which properties have no names", None),
        (b"ML\xefR\x0b", "MLIR bytecode of version 5", None),
        (b"ML\xefR", "no whole MLIR bytecode", None),
        (b"ML\xefR\x09cut off", "null-terminated", None),
        (b"module {\n\xff\xfe}", "binary data", 2),
        ("module {\n\n\0}", "binary data", 3),
        ("not IR\n", "custom op 'not' is unknown", 1),
        (KERNEL[:120], "truncated", 2),
        (KERNEL.replace("x : i32\n", 'x : i32 loc("kernel.py\n', 1), "string is not closed", 3),
        (KERNEL.replace("(%0)", "(%zero)"), "undeclared SSA value name", 4),
        (KERNEL.replace("program_id x", "program_id w"), "expected axis x, y or z", 3),
        (KERNEL.replace("@helper(%0)", "@missing(%0)"), "calls 'missing', which is not defined", 4),
        (KERNEL.replace("tt.get_program_id x", "future.op x"), "Dialect `future' not found", 3),
        ("x" * 1_000_000, "xxx ...", 1),
    ],
)
def test_bad_text_is_an_error_with_its_line(text: str | bytes, message: str, line: int | None) -> None:
    with pytest.raises(IRError) as caught:
        parse_module(text, "bad.ttir")
    assert message in caught.value.message
    assert len(caught.value.message) < 1000
    assert (caught.value.file, caught.value.line) == ("bad.ttir", line)
    assert str(caught.value).startswith("bad.ttir:")


def test_verifier_errors_tell_the_line_of_the_source() -> None:
    text = """module {
  tt.func @f() {
    %0 = tt.make_range {end = 5 : i32, start = 0 : i32} : tensor<4xi32> loc("kernel.py":7:3)
    tt.return
  }
}"""
    with pytest.raises(IRError, match=r"must be a tensor<5xi32> \(from kernel.py:7\)"):
        parse_module(text, "bad.ttir")


@pytest.mark.parametrize("opening, closing", [("module {", "}"), ("(", ")"), ("[", "]"), ("!tt.ptr<", ">")])
@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, 10_000])
def test_deep_nesting_is_refused_before_the_parser(opening: str, closing: str, levels: int) -> None:
    with pytest.raises(IRError, match="levels deep"):
        parse_module(opening * levels + closing * levels, "deep.ttir")


def test_nesting_up_to_the_limit_is_read() -> None:
    levels = MAX_DEPTH
    assert parse_module("module {" * levels + "}" * levels, "deep.ttir").kernels == ()
    attribute = "[" * (levels - 1) + "]" * (levels - 1)
    assert parse_module(f"module attributes {{a.b = {attribute}}} {{}}", "deep.ttir").kernels == ()


def test_brackets_in_strings_and_comments_do_not_count() -> None:
    text = KERNEL.replace("tt.return\n", 'tt.print "(((" {hex = false} // {{{ "\n    tt.return\n', 1)
    assert parse_module(text, "k.ttir").kernels == ("kernel",)
