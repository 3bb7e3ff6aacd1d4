"""Kernels lifted from their Python source: compiled offline, wrong signatures explained."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import triton_lift
from docs_console import ENVIRONMENT, ROOT
from triton_lift.capture.signature import Parameter, SignatureError, parse_type, resolve
from triton_lift.capture.target import Target, parse_target

pytest.importorskip("triton")
POINTWISE = ROOT / "examples" / "pointwise.py"
TYPES = {"x_ptr": "*fp32", "y_ptr": "*fp32", "out_ptr": "*fp32", "n": "i32"}
SCRIPT = """
import triton, triton.language as tl

@triton.jit
def double(x, out, n, BLOCK: tl.constexpr = 64):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + i, tl.load(x + i, i < n){op}, i < n)

print("chatter")
{end}
"""


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "triton_lift.cli", "lift", *arguments]
    return subprocess.run(
        line, cwd=ROOT, capture_output=True, text=True, env=ENVIRONMENT, timeout=120, check=False
    )


def options(types: dict[str, str], **constants: Any) -> list[str]:
    return [
        *(f"--arg={n}={t}" for n, t in types.items()),
        *(f"--const={n}={v}" for n, v in constants.items()),
    ]


SMALL = {"x": "*fp32", "out": "*fp32", "n": "i32"}


@pytest.mark.parametrize(
    ("op", "formula"), [(" * 2", "out[i] = 2·x[i]"), (" * 3", "out[i] = 3·x[i]")], ids=["double", "mutant"]
)
def test_a_kernel_of_a_file(tmp_path: Path, op: str, formula: str) -> None:
    # The script launches at its end, as scripts do; without a GPU that fails, and does not matter.
    (tmp_path / "k.py").write_text(SCRIPT.format(op=op, end="double[(1,)](1, 2, 3)"))
    done = command(f"{tmp_path / 'k.py'}:double", *options(SMALL, BLOCK=128))
    assert done.returncode == 0, done.stderr
    assert formula in done.stdout and "128·num_programs(0)" in done.stdout and "chatter" not in done.stdout


def test_the_only_kernel_needs_no_name_and_defaults_count(tmp_path: Path) -> None:
    (tmp_path / "k.py").write_text(SCRIPT.format(op="", end=""))
    done = command(str(tmp_path / "k.py"), *options(SMALL))
    assert done.returncode == 0 and "64·num_programs(0)" in done.stdout


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        (":double", ["--arg=x=*fp32"], "double also needs --arg out=TYPE --arg n=TYPE"),
        (":double", options({**SMALL, "m": "i32"}), "double has no parameter `m`"),
        (":double", options({**SMALL, "BLOCK": "i32"}), "`BLOCK` is a compile-time constant"),
        (":double", options({**SMALL, "n": "i33"}), "`n`: i33 is no type (did you mean i32?)"),
        (":double", options(SMALL, BLOCK=100), "power of 2"),
        (":double", options({**SMALL, "x": "fp32"}), "k.py:7"),
        (":dubble", options(SMALL), "no `dubble` in this file; it has the kernels double"),
        (":tl", options(SMALL), "`tl` is no Triton kernel"),
    ],
)
def test_what_is_wrong_is_explained(tmp_path: Path, name: str, given: list[str], message: str) -> None:
    (tmp_path / "k.py").write_text(SCRIPT.format(op="", end=""))
    done = command(f"{tmp_path / 'k.py'}{name}", *given)
    assert done.returncode == 2 and message in done.stderr, done.stderr


@pytest.mark.parametrize(
    ("end", "message"),
    [("import os; os._exit(7)", "ended with code 7"), ("import os; os.abort()", "code -6")],
)
def test_a_file_that_kills_its_process(tmp_path: Path, end: str, message: str) -> None:
    (tmp_path / "k.py").write_text(SCRIPT.format(op="", end=end))
    done = command(str(tmp_path / "k.py"), *options(SMALL))
    assert done.returncode == 2 and message in done.stderr


def test_a_file_that_never_ends(tmp_path: Path) -> None:
    (tmp_path / "k.py").write_text(SCRIPT.format(op="", end="while True: pass"))
    done = command(str(tmp_path / "k.py"), *options(SMALL), "--timeout", "2")
    assert done.returncode in (2, 3) and "within 2 s" in done.stdout + done.stderr


def test_usage_errors() -> None:
    for wrong in (["--arg", "x"], ["--target", "cuda:9"], ["--const", "B=1", "--const", "B=2"]):
        assert command(f"{POINTWISE}:vector_add", *wrong).returncode == 2
    assert "no such file" in command("nowhere.py:k").stderr


def test_in_python() -> None:
    from examples.pointwise import vector_add

    names = vector_add.arg_names
    types = dict(zip(names[:4], ("*fp32", "*fp32", "*fp32", "i32"), strict=True))
    constants = {names[4]: 256}
    (lifted,) = triton_lift.lift(vector_add, signature=types, constexprs=constants)
    assert lifted.status == "verified" and "256·num_programs" in lifted.preconditions[0]
    with pytest.raises(ValueError, match="also needs"):
        triton_lift.lift(vector_add)
    with pytest.raises(ValueError, match="this is no kernel"):
        triton_lift.lift("somewhere.ttir", signature=types)


def test_types() -> None:
    assert parse_type("*float32:16") == ("*fp32", True)
    assert parse_type("i64") == ("i64", False)
    assert parse_type("*kfp16") == ("*kfp16", False)
    assert parse_type("tensordesc<fp16[64, 32]>")[0] == "tensordesc<fp16[64, 32]>"
    for wrong in ("", "*", "**fp32", "i32:8", "fp31", "tensor"):
        with pytest.raises(SignatureError):
            parse_type(wrong)


def test_a_run_time_argument_may_be_fixed() -> None:
    got = resolve("k", [Parameter("x"), Parameter("s")], {"x": "*fp32"}, {"s": 1})
    assert got.types == {"x": "*fp32", "s": "constexpr"} and got.constants == {"s": 1}


def test_targets() -> None:
    assert parse_target("cuda:100") == Target("cuda", 100) and parse_target("cuda:80").warp_size == 32
    assert parse_target("hip:gfx950").warp_size == 64 and parse_target("hip:gfx1100").warp_size == 32
    for wrong in ("cuda", "cuda:gfx942", "rocm:gfx942", "hip:90"):
        with pytest.raises(ValueError, match="no such target"):
            parse_target(wrong)


TUNED = """
import triton, triton.language as tl

@triton.autotune([triton.Config({"B": 32}), triton.Config({"B": 64})], key=["n"])
@triton.heuristics({"EVEN": lambda a: a["n"] % a["B"] == 0})
@triton.jit
def fill(x, n, B: tl.constexpr, EVEN: tl.constexpr):
    i = tl.program_id(0) * B + tl.arange(0, B)
    tl.store(x + i, 1.0, None if EVEN else i < n)
"""


def test_within_decorators(tmp_path: Path) -> None:
    (tmp_path / "k.py").write_text(TUNED)
    done = command(f"{tmp_path / 'k.py'}:fill", "--arg=x=*fp32", "--arg=n=i32")
    assert done.returncode == 2 and "fill also needs --const EVEN=VALUE" in done.stderr
    for block, given in ((32, []), (64, ["--const", "B=64"])):  # the first configuration, unless it is said
        done = command(str(tmp_path / "k.py"), "--arg=x=*fp32", "--arg=n=i32", "--const=EVEN=False", *given)
        assert done.returncode == 0 and f"{block}·num_programs(0)" in done.stdout, done.stdout + done.stderr


def test_a_file_of_a_package(tmp_path: Path) -> None:
    (tmp_path / "pack" / "deep").mkdir(parents=True)
    for folder in ("pack", "pack/deep"):
        (tmp_path / folder / "__init__.py").write_text("")
    (tmp_path / "pack" / "consts.py").write_text("TWO = 2")
    (tmp_path / "pack" / "deep" / "k.py").write_text(
        "from ..consts import TWO\n"
        + SCRIPT.format(op=" * (2 if TWO_ else 3)", end="").replace("TWO_", "BLOCK")
    )
    done = command(f"{tmp_path / 'pack' / 'deep' / 'k.py'}:double", *options(SMALL, BLOCK="TWO"))
    assert done.returncode == 0 and "out[i] = 2·x[i]" in done.stdout, done.stderr


def test_what_a_launch_returned() -> None:
    compiled = SimpleNamespace(asm={"ttir": (ROOT / "examples/ir/softmax.ttir").read_text()}, name="softmax")
    (lifted,) = triton_lift.lift(compiled)
    assert lifted.status == "verified" and lifted.file == "softmax"
