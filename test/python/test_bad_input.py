"""Bad input through the whole command: a message with file and line, the exit code, other inputs served."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = (ROOT / "examples" / "ir" / "vector_add.ttir").read_text()
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}

SIMPLE = """\
module {
  tt.func public @KERNEL(%out: !tt.ptr<f32>, %n: i32) attributes {noinline = false} {
    %pid = tt.get_program_id x : i32
    %inside = arith.cmpi slt, %pid, %n : i32
    %p = tt.addptr %out, %pid : !tt.ptr<f32>, i32
    %v = arith.constant 1.0 : f32
    tt.store %p, %v, %inside : !tt.ptr<f32>
    tt.return
  }
}
"""


@dataclass
class Outcome:
    """What one run of the command gave."""

    code: int
    records: list[dict[str, Any]]
    complaints: str
    seconds: float

    def of(self, file: str) -> dict[str, Any]:
        (record,) = (r for r in self.records if r["file"] == file)
        return record


def lift(folder: Path, *arguments: str) -> Outcome:
    """Run `triton-lift lift --format json` in `folder`."""
    start = time.monotonic()
    command = [sys.executable, "-m", "triton_lift.cli", "lift", "--format", "json", *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=ENVIRONMENT, timeout=200, check=False
    )
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return Outcome(done.returncode, records, done.stderr, time.monotonic() - start)


def check_unreadable(folder: Path, content: str | bytes, *said: str, line: int | None = None) -> None:
    """`content` is an error with these words, beside a good file that is still verified."""
    data = content if isinstance(content, bytes) else content.encode()
    (folder / "bad.ttir").write_bytes(data)
    (folder / "good.ttir").write_text(GOOD)
    outcome = lift(folder, "bad.ttir", "good.ttir", "--jobs", "1")
    bad = outcome.of("bad.ttir")
    assert bad["status"] == "error", bad
    for words in said:
        assert words in bad["reason"]
    if line is not None:
        assert bad["location"] == f"bad.ttir:{line}"
    assert f"{bad['location'] or 'bad.ttir'}: {bad['reason']}" in outcome.complaints
    assert outcome.of("good.ttir")["status"] == "verified"
    assert outcome.code == 2


def test_truncated(tmp_path: Path) -> None:
    check_unreadable(tmp_path, GOOD[: GOOD.index("tt.store") + 12], "truncated")


def test_truncated_between_operations(tmp_path: Path) -> None:
    lines = SIMPLE.splitlines(keepends=True)
    check_unreadable(tmp_path, "".join(lines[:5]), "truncated")


def test_binary(tmp_path: Path) -> None:
    check_unreadable(tmp_path, b"\x7fELF\x02\x01\x01\x00" * 100, "an ELF binary")


@pytest.mark.parametrize("content", [b"module {\n\x00}\n", b"module {\n\xff\xfe}\n"])
def test_stray_bytes(tmp_path: Path, content: bytes) -> None:
    check_unreadable(tmp_path, content, line=2)


@pytest.mark.parametrize("content", ["", " \n\n"])
def test_empty(tmp_path: Path, content: str) -> None:
    check_unreadable(tmp_path, content, "empty")


def test_prose(tmp_path: Path) -> None:
    check_unreadable(tmp_path, "Dear compiler,\nplease lift this.\n", line=1)


def test_large_nonsense(tmp_path: Path) -> None:
    check_unreadable(tmp_path, "module {\n" + "nonsense " * 5_600_000)


def test_large_but_good(tmp_path: Path) -> None:
    """50 MB of comments around a kernel: slow to read, but there is nothing wrong with it."""
    (tmp_path / "large.ttir").write_text(
        "// padding, and more padding, and yet more of it\n" * 1_070_000 + GOOD
    )
    outcome = lift(tmp_path, "large.ttir")
    assert outcome.of("large.ttir")["status"] in ("verified", "error")
    assert outcome.seconds < 30


@pytest.mark.parametrize(
    "text",
    [
        "module {\n" * 10_000,
        "module {\n" * 10_000 + "}\n" * 10_000,
        "module attributes {a = " + "[" * 10_000 + "]" * 10_000 + "} {}",
        "module attributes {a = " + "tuple<" * 10_000 + ">" * 10_000 + "} {}",
        "#loc = " + "loc(callsite(" * 10_000,
    ],
    ids=["open", "regions", "arrays", "types", "locations"],
)
def test_deep_nesting(tmp_path: Path, text: str) -> None:
    check_unreadable(tmp_path, text, "nested more than")


def test_no_kernel(tmp_path: Path) -> None:
    check_unreadable(tmp_path, "module {\n}\n", "no kernel")


def test_only_private_functions(tmp_path: Path) -> None:
    check_unreadable(tmp_path, SIMPLE.replace("public", "private").replace("@KERNEL", "@helper"), "no kernel")


def test_several_kernels(tmp_path: Path) -> None:
    body = "\n".join(SIMPLE.splitlines()[1:-1])
    text = "module {\n" + "\n".join(body.replace("KERNEL", f"k{n}") for n in range(3)) + "\n}\n"
    (tmp_path / "three.ttir").write_text(text)
    outcome = lift(tmp_path, "three.ttir")
    assert [(r["kernel"], r["status"]) for r in outcome.records] == [(f"k{n}", "verified") for n in range(3)]
    chosen = lift(tmp_path, "three.ttir", "--kernel", "k1")
    assert [r["kernel"] for r in chosen.records] == ["k1"]
    assert outcome.code == chosen.code == 0
    assert lift(tmp_path, "three.ttir", "--kernel", "k9").code == 2


def test_operation_without_semantics(tmp_path: Path) -> None:
    text = SIMPLE.replace(
        "%v = arith.constant 1.0 : f32", '%v = "tt.from_the_future"() : () -> f32 loc("model.py":41:7)'
    )
    (tmp_path / "future.ttir").write_text(text)
    outcome = lift(tmp_path, "future.ttir")
    record = outcome.of("future.ttir")
    assert record["status"] == "unsupported" and record["values"] == "unknown"
    assert "tt.from_the_future" in record["reason"]
    assert record["location"] == "model.py:41"
    assert outcome.code == 3


def test_version_that_nobody_knows(tmp_path: Path) -> None:
    """Unknown attributes on the module, the function and its operations do not matter."""
    text = SIMPLE.replace(
        "module {", 'module attributes {tt.version = "99.1", tt.future = #tt.kind<a, b = 3>} {'
    )
    text = text.replace("{noinline = false}", '{noinline = false, "ttg.unheard-of" = 7 : i32}')
    (tmp_path / "future.ttir").write_text(text)
    assert lift(tmp_path, "future.ttir").of("future.ttir")["status"] == "verified"


def test_many_bad_inputs_and_a_good_one(tmp_path: Path) -> None:
    (tmp_path / "empty.ttir").write_bytes(b"")
    (tmp_path / "cut.ttir").write_text(GOOD[:700])
    (tmp_path / "nothing").mkdir()
    (tmp_path / "good.ttir").write_text(GOOD)
    outcome = lift(tmp_path, "missing.ttir", "empty.ttir", "nothing", "good.ttir", "cut.ttir")
    assert outcome.of("good.ttir")["status"] == "verified"
    assert sum(r["status"] == "error" for r in outcome.records) == 4
    assert outcome.code == 2
