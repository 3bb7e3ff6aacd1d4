"""Programs captured without a GPU: what they would launch, and what is said of the rest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import capture_programs as programs
import triton_lift
from docs_console import ENVIRONMENT
from triton_lift.capture.isolation import Lost, isolated
from triton_lift.capture.store import LOG, Log, Store, read_log

pytest.importorskip("triton")
pytest.importorskip("torch")


def run(folder: Path, program: str, *options: str, arguments: tuple[str, ...] = ()) -> tuple[Log, int, str]:
    script = folder / "program.py"
    script.write_text(program)
    command = [sys.executable, "-m", "triton_lift.cli", "capture", "-o", "captured", *options, "program.py"]
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=300,
        check=False,
    )
    return read_log(folder / "captured"), done.returncode, done.stdout + done.stderr


def kernels(log: Log) -> list[str]:
    return sorted(kernel.kernel for kernel in log.kernels.values())


def test_a_script(tmp_path: Path) -> None:
    log, code, said = run(tmp_path, programs.ADD)
    assert code == 0 and kernels(log) == ["add"], said
    (add,) = log.kernels.values()
    assert [launch["grid"] for launch in add.launches] == [[97, 1, 1], [262144, 1, 1], [524288, 1, 1]]
    assert add.launches[0]["arguments"]["x"] == {"dtype": "float32", "shape": [98432], "strides": [1]}
    assert add.details["signature"] == {"x": "*fp32", "y": "*fp32", "out": "*fp32", "n": "i32"}
    assert add.details["constexprs"] == {"BLOCK": 1024} and add.details["source"].endswith("program.py:5")
    assert [missed["kernel"] for missed in log.unreached] == ["never_launched"]
    assert "not reached: never_launched (program.py:14)" in said and "[1.0, 1.0, 1.0]" in said
    (lifted,) = triton_lift.lift(tmp_path / "captured")
    assert lifted.status == "verified" and lifted.outputs[0].formula == "x[i] + y[i]"


def test_captured_again_nothing_old_is_left(tmp_path: Path) -> None:
    run(tmp_path, programs.ADD)
    log, _, _ = run(tmp_path, programs.PERSISTENT)
    assert kernels(log) == ["copy"] and len(list((tmp_path / "captured").glob("*.ttir"))) == 1
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine").write_text("")
    command = [sys.executable, "-m", "triton_lift.cli", "capture", "-o", "other", "program.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert done.returncode == 2 and "something else in this folder" in done.stderr


def test_occupancy_and_warmup(tmp_path: Path) -> None:
    log, code, said = run(tmp_path, programs.PERSISTENT)
    assert code == 0 and kernels(log) == ["copy"], said


@pytest.mark.parametrize(("configs", "count"), [("first", 2), ("all", 6)])
def test_autotuning(tmp_path: Path, configs: str, count: int) -> None:
    log, code, said = run(tmp_path, programs.TUNED, "--configs", configs)
    assert code == 0 and kernels(log) == ["fill"] * count, said


def test_modules_autograd_streams(tmp_path: Path) -> None:
    log, code, said = run(tmp_path, programs.MODULE)
    assert code == 0 and kernels(log) == ["backward", "scale"], said


def test_operators_registered_for_the_gpu(tmp_path: Path) -> None:
    log, code, said = run(tmp_path, programs.OPERATOR)
    assert code == 0 and kernels(log) == ["double"], said


def test_a_compiler_that_traces_with_fake_tensors(tmp_path: Path) -> None:
    log, code, said = run(tmp_path, programs.TRACED)
    assert code == 0 and kernels(log) == ["double"], said


def test_threads(tmp_path: Path) -> None:
    log, code, said = run(tmp_path, programs.THREADS)
    assert code == 0 and kernels(log) == ["fill"] * 3, said


def test_amd(tmp_path: Path) -> None:
    check = """
if not torch.version.hip or triton.runtime.driver.active.get_current_target().backend != "hip":
    raise RuntimeError
"""
    log, code, said = run(tmp_path, programs.PERSISTENT + check, "--target", "hip:gfx942")
    assert code == 0 and kernels(log) == ["copy"], said
    assert next(iter(log.kernels.values())).details["target"] == "hip:gfx942"


@pytest.mark.parametrize(
    ("end", "message"),
    [
        ("raise KeyError('no')", "KeyError: 'no'"),
        ("raise SystemExit(7)", "code 7"),
        ("import os; os.abort()", "signal 6"),
        ("while True: pass", "stopped after 20 s"),
    ],
)
def test_what_was_met_before_a_bad_end_is_kept(tmp_path: Path, end: str, message: str) -> None:
    limit = ("--timeout", "20") if "while" in end else ()
    log, code, said = run(tmp_path, programs.ENDS_BADLY.format(end=end), *limit)
    assert code == 3 and kernels(log) == ["right"] and message in said, said
    assert "wrong does not compile: arange's range must be a power of 2 (program.py:7)" in said


def test_a_module_and_its_arguments(tmp_path: Path) -> None:
    (tmp_path / "tool.py").write_text("import sys; print(__name__, sys.argv[1:])" + programs.PERSISTENT)
    command = [sys.executable, "-m", "triton_lift.cli", "capture", "-m", "tool", "--size", "3"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("__main__ ['--size', '3']") and (tmp_path / "captured" / LOG).exists()


def test_nothing_launched(tmp_path: Path) -> None:
    _, code, said = run(tmp_path, "print('no kernel')")
    assert code == 2 and "captured 0 kernels" in said


def test_an_unfinished_line_of_the_log(tmp_path: Path) -> None:
    store = Store(tmp_path / "c")
    store.begin()
    store.kernel("k", "module {}")
    with (tmp_path / "c" / LOG).open("a") as log:
        log.write('{"event": "ker')
    assert kernels(read_log(tmp_path / "c")) == ["k"]


def test_a_log_that_is_none_of_ours(tmp_path: Path) -> None:
    lines = [
        '{"event": "kernel"}',
        '{"event": "launch"}',
        '{"event": "kernel", "id": [], "kernel": 1, "file": "x"}',
        "[]",
    ]
    lines += ['{"event": "kernel", "id": "a", "kernel": "k", "file": "../../outside.ttir"}', "\xff"]
    (tmp_path / LOG).write_bytes("\n".join(lines).encode("latin-1"))
    (kernel,) = read_log(tmp_path).kernels.values()
    assert kernel.file == tmp_path / "outside.ttir"
    (lifted,) = triton_lift.lift(tmp_path)
    assert lifted.status == "error" and "No such file" in str(lifted.reason)


def test_isolation() -> None:
    assert isolated(lambda: {"a": 1}, 10) == {"a": 1}
    with pytest.raises(Lost, match="SIGKILL"):
        isolated(lambda: os.kill(os.getpid(), signal.SIGKILL), 10)
    with pytest.raises(Lost, match=r"within 0\.2 s"):
        isolated(lambda: time.sleep(60), 0.2)
