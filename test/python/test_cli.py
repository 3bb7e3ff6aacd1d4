"""The command line: formats, exit codes, selection; with a stub in place of the lifter."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


def run(*arguments: str | Path, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE / "stub_cli.py"), *map(str, arguments)]
    return subprocess.run(
        command,
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=120,
        check=False,
    )


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, script in {
        "good.ttir": "double verified",
        "bad.ttir": "triple refuted",
        "odd.ttir": "magic unsupported",
        "crash.ttir": "boom abort",
        "empty.ttir": "open raise",
    }.items():
        (tmp_path / name).write_text(script)
    return tmp_path


def test_text(folder: Path) -> None:
    done = run("lift", "good.ttir", cwd=folder)
    assert done.stdout == (
        "double · verified for all sizes · 3 obligations proved · 0.02 s\n"
        "  y[i] = 2·x[i]\n"
        "  for   0 ≤ i < n\n"
        "  given n ≥ 1\n"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_text_of_a_failure_names_the_line(folder: Path) -> None:
    done = run("lift", "odd.ttir", cwd=folder)
    assert "magic · not supported · 0 s\n" in done.stdout
    assert "why   `tt.magic` has no semantics (k.py:9)" in done.stdout


def test_text_of_several_names_their_files(folder: Path) -> None:
    done = run("lift", "empty.ttir", "odd.ttir", "good.ttir", "--jobs", "1", cwd=folder)
    assert done.stdout.startswith("magic · not supported · 0 s · odd.ttir\n")
    assert "\n\ndouble · verified for all sizes · 3 obligations proved · 0.02 s · good.ttir\n" in done.stdout


def test_unreadable_input_is_a_message_and_in_json_a_result_too(folder: Path) -> None:
    done = run("lift", "empty.ttir", cwd=folder)
    message = "triton-lift: empty.ttir: internal error: ZeroDivisionError: by design\n"
    assert (done.stdout, done.stderr) == ("", message)
    done = run("lift", "--format", "json", "empty.ttir", cwd=folder)
    assert (len(objects(done)), done.stderr) == (1, message)


def test_json_has_the_fields_of_the_contract(folder: Path) -> None:
    (record,) = objects(run("lift", "--format", "json", "good.ttir", cwd=folder))
    assert list(record) == [
        "kernel",
        "file",
        "stage",
        "status",
        "values",
        "coverage",
        "single_writer",
        "outputs",
        "preconditions",
        "assumptions",
        "real_arithmetic",
        "obligations",
        "reason",
        "location",
        "seconds",
        "numerics",
        "paths",
    ]
    assert list(record["outputs"][0]) == ["array", "indices", "domain", "formula", "latex"]
    assert set(record["obligations"]) == {"total", "proved", "seconds"}


def test_latex(folder: Path) -> None:
    done = run("lift", "--format", "latex", "good.ttir", cwd=folder)
    assert "\\[\\begin{aligned}\n  y_{i} = 2 x_{i}\n\\end{aligned}\\]" in done.stdout


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (["good.ttir"], 0),
        (["good.ttir", "bad.ttir"], 1),
        (["good.ttir", "odd.ttir"], 3),
        (["good.ttir", "crash.ttir"], 3),
        (["good.ttir", "empty.ttir"], 2),
        (["good.ttir", "missing.ttir"], 2),
        (["odd.ttir", "empty.ttir"], 2),
        (["bad.ttir", "empty.ttir", "odd.ttir"], 1),
        (["good.ttir", "--kernel", "nobody"], 2),
        (["good.ttir", "--proof", "p.json"], 0),
        (["good.ttir", "--proof", "nowhere/p.json"], 2),
        (["good.ttir", "--format", "nonsense"], 2),
        (["good.ttir", "--timeout", "-1"], 2),
        ([], 2),
    ],
)
def test_exit_codes(folder: Path, files: list[str], code: int) -> None:
    assert run("lift", *files, cwd=folder).returncode == code


def test_folder_and_kernel(folder: Path) -> None:
    done = run("lift", "--format", "json", ".", cwd=folder)
    assert {record["file"]: record["status"] for record in objects(done)} == {
        "bad.ttir": "refuted",
        "crash.ttir": "error",
        "empty.ttir": "error",
        "good.ttir": "verified",
        "odd.ttir": "unsupported",
    }
    done = run("lift", "--format", "json", ".", "--kernel", "double", cwd=folder)
    assert {r["kernel"] for r in objects(done)} == {
        "",
        "double",
    }  # unreadable files have no name to be selected by


def test_standard_input(folder: Path) -> None:
    (record,) = objects(run("lift", "--format", "json", "-", cwd=folder, stdin="k verified"))
    assert (record["file"], record["kernel"]) == ("<stdin>", "k")


def test_compile_folder_serves_each_kernel_once(tmp_path: Path) -> None:
    compiled = tmp_path / "cache" / "ABCD"
    compiled.mkdir(parents=True)
    for suffix in ("ttir", "ttgir", "llir", "ptx"):
        (compiled / f"k.{suffix}").write_text("k verified")
    (record,) = objects(run("lift", "--format", "json", "cache", cwd=tmp_path))
    assert record["file"] == "cache/ABCD/k.ttir"
    (tmp_path / "cache" / "other.ttgir").write_text("o verified")  # now a plain folder: every file counts
    assert len(objects(run("lift", "--format", "json", "cache", cwd=tmp_path))) == 3


def test_corpus(folder: Path) -> None:
    done = run("corpus", ".", "--format", "json", cwd=folder)
    data = json.loads(done.stdout)
    assert data["kernels"] == data["files"] == 5
    assert data["status"] == {
        "verified": 1, "refuted": 1, "unknown": 0, "unsupported": 1, "error": 2, "timeout": 0
    }  # fmt: skip
    assert data["values"] == {"proved": 1, "refuted": 1, "unknown": 3}
    assert sum(reason["count"] for reason in data["reasons"]) == 4
    assert (data["parsed"], data["interpreted"], data["verified"], data["all_proved"]) == (4, 2, 1, 1)
    assert data["peak_mb"] > 0
    table = run("corpus", ".", cwd=folder)
    assert "5 kernels in 5 files" in table.stdout and "\x1b" not in table.stdout
    assert table.returncode == done.returncode == 1


def test_version() -> None:
    done = run("--version", cwd=HERE)
    assert done.stdout.startswith("triton-lift ") and done.returncode == 0


def test_import_is_cheap_and_brings_neither_triton_nor_torch() -> None:
    code = (
        "import sys; before = set(sys.modules); import triton_lift, triton_lift.cli;"
        "heavy = {'triton', 'torch', 'numpy', 'z3', 'mlir'};"
        "print(sorted({m.split('.')[0] for m in set(sys.modules) - before} & heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT, timeout=60, check=False
    )
    assert done.stdout == "[]\n", done.stderr


def at_terminal(*arguments: str, cwd: Path, stdout: int | None) -> tuple[str, str]:
    """Run with a pseudo-terminal as standard error, and as standard output unless given; what each got."""
    ours, theirs = os.openpty()
    command = [sys.executable, str(HERE / "stub_cli.py"), *arguments]
    done = subprocess.run(
        command, cwd=cwd, stdout=stdout or theirs, stderr=theirs, env=ENVIRONMENT, timeout=60, check=False
    )
    os.close(theirs)
    shown = os.read(ours, 1 << 16).decode() if stdout is None else ""
    if stdout is not None:
        os.set_blocking(ours, False)
        with contextlib.suppress(OSError):
            shown = os.read(ours, 1 << 16).decode()
    os.close(ours)
    return (done.stdout or b"").decode(), shown


def test_progress_goes_to_the_terminal_and_results_to_the_pipe(folder: Path) -> None:
    piped, seen = at_terminal("lift", "good.ttir", "odd.ttir", cwd=folder, stdout=subprocess.PIPE)
    assert "2·x[i]" in piped and "\x1b" not in piped
    assert "/2" in seen and "1 verified" in seen and "2·x[i]" not in seen


def test_no_bar_between_results_on_a_terminal(folder: Path) -> None:
    _, seen = at_terminal("lift", "good.ttir", "odd.ttir", cwd=folder, stdout=None)
    assert "2·x[i]" in seen and "/2" not in seen


def test_interrupt(folder: Path) -> None:
    (folder / "slow.ttir").write_text("a verified\nb hang")
    command = [sys.executable, str(HERE / "stub_cli.py"), "lift", "slow.ttir"]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith("a · verified")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert process.stderr.read() == ""
