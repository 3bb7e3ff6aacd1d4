"""The plugin: what a program compiles is lifted beside it, and the program does not notice."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import plugin_programs as programs
from docs_console import ENVIRONMENT
from triton_lift.capture.store import LOG, Log, read_log

pytest.importorskip("triton")


class Result:
    def __init__(self, done: subprocess.CompletedProcess[str], folder: Path) -> None:
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.folder = folder

    @property
    def log(self) -> Log:
        return read_log(self.folder / "kernels")

    @property
    def blocks(self) -> list[tuple[str, int]]:
        """Each kernel with its block size."""
        return sorted((k.kernel, k.details["constexprs"]["BLOCK"]) for k in self.log.kernels.values())


def variables(folder: Path, **more: str) -> dict[str, str]:
    return {**ENVIRONMENT, "TRITON_CACHE_DIR": str(folder / "cache"), "TRITON_DEFAULT_FP_FUSION": "1", **more}


def python(folder: Path, program: str, *command: str, arguments: tuple[str, ...] = (), **more: str) -> Result:
    """Run the program with `command` (options of Python) before it."""
    (folder / "program.py").write_text(program)
    done = subprocess.run(
        [sys.executable, *command, "program.py", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=variables(folder, **more),
        timeout=300,
        check=False,
    )
    return Result(done, folder)


RUN = ("-m", "triton_lift.cli", "run", "-o", "kernels")


def test_run(tmp_path: Path) -> None:
    done = python(tmp_path, programs.SIMPLE, *RUN, arguments=("0", "--flag"))
    assert done.code == 0 and done.out == "arguments ['0', '--flag'] __main__\n"
    assert done.blocks == [("add", 128), ("add", 256), ("scale", 256)]
    assert "3 kernels, 3 lifted, 3 verified" in done.err
    (row,) = [line for line in done.err.splitlines() if "│ add" in line]
    assert row.split("│")[2:5] == ["        2 ", " verified ", " out[i] = x[i] + y[i] "]
    scale = next(k for k in done.log.kernels.values() if k.kernel == "scale")
    assert scale.launches[0]["grid"] == [4, 2, 1]
    assert scale.launches[0]["arguments"]["x"] == {"dtype": "fp32", "shape": [25, 40], "strides": [40, 1]}
    assert scale.details["signature"]["a"] == "fp32" and scale.details["target"] == "cuda:90"
    add = next(k for k in done.log.kernels.values() if k.details["constexprs"]["BLOCK"] == 128)
    assert add.launches[0]["grid"] == [8, 1, 1] and add.details["cache_hit"] is False

    keys = sorted(os.listdir(tmp_path / "cache"))
    again = python(tmp_path, programs.SIMPLE, *RUN, arguments=("7",))
    assert again.code == 7 and again.blocks == done.blocks, again.err
    assert all(k.details["cache_hit"] for k in again.log.kernels.values())
    # Without the plugin the same entries of the cache serve: its keys are not changed.
    python(tmp_path, programs.SIMPLE)
    assert sorted(os.listdir(tmp_path / "cache")) == keys


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(tmp_path: Path, closed: str) -> None:
    """No file or socket of ours takes a closed stream's place."""
    (tmp_path / "program.py").write_text(programs.SIMPLE)
    command = f"{sys.executable} -m triton_lift.cli run --html page.html program.py 7 {closed}"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=variables(tmp_path),
        timeout=300,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    assert "verified" in (tmp_path / "page.html").read_text()
    assert ("3 kernels" not in done.stdout) and ("arguments" in done.stdout) is (
        ">&-" not in closed.replace("2>&-", "")
    )


def test_launches_sharpen_the_answer(tmp_path: Path) -> None:
    """Flat pointers are shown as the matrices they are; specialisations with one formula still share a row."""
    done = python(tmp_path, programs.MATRICES, *RUN, "--html", "report.html")
    assert "2 kernels, 2 lifted, 2 verified" in done.err
    assert "launched with x, y, out (M, N); n = M·N" in done.err
    assert "out[i, j] = x[i, j] + y[i, j]" in done.err and "all 2 ways" in done.err
    assert "x, y, out (M, N)" in (tmp_path / "report.html").read_text()
    events = [json.loads(line) for line in (tmp_path / "kernels" / LOG).read_text().splitlines()]
    results = [event["launched"] for event in events if event["event"] == "result"]
    assert sorted(len(result["tensors"]) for result in results) == [0, 3]


def test_children(tmp_path: Path) -> None:
    done = python(tmp_path, programs.CHILDREN, *RUN)
    assert done.code == 0, done.err
    assert done.blocks == [*(("add", b) for b in (64, 128, 512, 1024, 2048, 4096)), ("scale", 256)]


def test_processes_of_torch(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    done = python(tmp_path, programs.TORCH_CHILDREN, *RUN)
    assert done.code == 0, done.err
    assert done.blocks == [("add", b) for b in (64, 128, 256)] and "3 verified" in done.err


def test_torchrun(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    done = python(tmp_path, programs.TORCHRUN, *RUN, *launcher)
    assert done.code == 0, done.err
    assert done.blocks == [("add", 128), ("add", 256)] and "2 verified" in done.err


def test_a_kernel_that_torch_compile_has_written(tmp_path: Path) -> None:
    """It is captured, and launched as it would be without the plugin."""
    pytest.importorskip("torch")
    written = (Path(__file__).parent / "data" / "inductor_output_code.txt").read_text()
    found = re.search(r"async_compile\.triton\('triton_per_fused_0', \'\'\'(.*?)\'\'\'", written, re.DOTALL)
    assert found is not None
    (tmp_path / "written_kernel.py").write_text(found[1])
    cache = {"TORCHINDUCTOR_CACHE_DIR": str(tmp_path / "inductor"), "TORCHINDUCTOR_COMPILE_THREADS": "1"}
    done = python(tmp_path, programs.INDUCTOR, *RUN, **cache)
    assert done.code == 0 and done.out == "went on\n", done.err
    assert [k.kernel for k in done.log.kernels.values()] == ["triton_per_fused_0"]
    assert "1 verified" in done.err and "exp(" in done.err


def test_modules_commands_and_what_is_neither(tmp_path: Path) -> None:
    (tmp_path / "tool.py").write_text(programs.SIMPLE)
    for command in (["-m", "tool"], ["sh", "-c", f"{sys.executable} tool.py 0 x"]):
        done = subprocess.run(
            [sys.executable, *RUN, *command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env=variables(tmp_path),
            check=False,
        )
        assert done.returncode == 0 and "__main__" in done.stdout and "3 verified" in done.stderr
    missing = subprocess.run(
        [sys.executable, *RUN, "nowhere.py"], capture_output=True, text=True, env=ENVIRONMENT, check=False
    )
    assert missing.returncode == 2 and "no such script or command" in missing.stderr


@pytest.mark.parametrize(
    ("program", "options", "code"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", (), 143),
        ("raise ValueError", ("--check",), 1),
        ("print('nothing')", ("--check",), 0),
    ],
)
def test_exit_codes(tmp_path: Path, program: str, options: tuple[str, ...], code: int) -> None:
    done = python(tmp_path, program, *RUN, *options)
    assert done.code == code and "no kernel was compiled" in done.err


def test_check(tmp_path: Path) -> None:
    done = python(tmp_path, programs.OPAQUE, *RUN, "--check")
    assert done.code == 3 and "opaque" in done.err, done.err


def test_signals_are_the_programs(tmp_path: Path) -> None:
    program = """
import signal, time
signal.signal(signal.SIGTERM, lambda *a: exit(5))
print("up", flush=True)
time.sleep(60)
"""
    (tmp_path / "p.py").write_text(program)
    with subprocess.Popen(
        [sys.executable, *RUN, "p.py"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env=variables(tmp_path),
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "up\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 5


def test_by_environment(tmp_path: Path) -> None:
    program = "import triton_lift.plugin\n" + programs.SIMPLE
    off = python(tmp_path, program)
    assert off.code == 0 and off.err == ""
    on = python(tmp_path, program, TRITON_LIFT="1", TRITON_LIFT_OUTPUT=str(tmp_path / "kernels"))
    assert on.code == 0 and on.out == off.out and "3 verified" in on.err
    assert on.blocks == [("add", 128), ("add", 256), ("scale", 256)]


def test_children_of_an_installed_one(tmp_path: Path) -> None:
    program = "import triton_lift.plugin\n" + programs.CHILDREN
    done = python(tmp_path, program, TRITON_LIFT="1", TRITON_LIFT_OUTPUT=str(tmp_path / "kernels"))
    assert done.code == 0, done.err
    assert len(done.blocks) == 7 and done.err.count("kernels, ") == 1


def test_beside_another_listener(tmp_path: Path) -> None:
    done = python(tmp_path, programs.OWN_LISTENER)
    assert done.code == 0, done.err
    assert "1 kernel, 1 lifted, 1 verified" in done.err and "scale" not in done.err


def test_configurations_of_an_autotuner(tmp_path: Path) -> None:
    done = python(tmp_path, programs.TUNED, *RUN)
    assert done.code == 0, done.err
    (row,) = [line for line in done.err.splitlines() if "│ add" in line]  # all compute the same
    assert done.blocks == [("add", 128), ("add", 256)] and " 2 " in row
    assert "add: all 2 ways in which it was compiled compute the same" in done.err


def test_the_program_outlives_the_service(tmp_path: Path) -> None:
    done = python(tmp_path, programs.LOSES_ITS_SERVICE)
    assert done.code == 0 and done.out == "unharmed\n" and "Traceback" not in done.err


def test_a_program_that_is_killed(tmp_path: Path) -> None:
    program = programs.SIMPLE.replace("print(", "import signal; os.kill(os.getpid(), signal.SIGKILL); print(")
    done = python(tmp_path, program, *RUN)
    assert done.code == 137 and "3 verified" in done.err
    output = tmp_path / "again"
    python(tmp_path, "import triton_lift\ntriton_lift.install()\n" + program, TRITON_LIFT_OUTPUT=str(output))
    deadline = time.monotonic() + 60  # the service sees it by itself
    while time.monotonic() < deadline and (output / LOG).read_text().count('"result"') < 3:
        time.sleep(0.2)
    assert (output / LOG).read_text().count('"result"') == 3


def test_a_sitecustomize_of_the_programs_own(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sitecustomize.py").write_text("import builtins; builtins.CUSTOM = 1")
    path = f"{tmp_path / 'own'}{os.pathsep}{ENVIRONMENT['PYTHONPATH']}"
    program = "import sys; print(CUSTOM, [p for p in sys.path if 'plugin' in p])"
    done = python(tmp_path, program, *RUN, PYTHONPATH=path)
    assert done.code == 0 and done.out == "1 []\n", done.err


def test_a_triton_that_is_too_old(tmp_path: Path) -> None:
    (tmp_path / "triton.py").write_text("__version__ = '3.1.0'")
    done = python(tmp_path, "import triton\nprint('fine')", *RUN)
    assert done.code == 0 and done.out == "fine\n"
    assert "needs Triton 3.4 or newer; this is 3.1.0" in done.err
    done = python(tmp_path, "import triton, triton_lift\ntriton_lift.install()")
    assert done.code == 1 and "ImportError: triton-lift's plugin needs Triton 3.4" in done.err


def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "kernels").mkdir()
    (tmp_path / "kernels" / "mine").write_text("")
    done = python(tmp_path, "print('not run')", *RUN)
    assert done.code == 2 and "something else in this folder" in done.err and not done.out
    (tmp_path / "file").write_text("")
    done = python(tmp_path, "print('not run')", *RUN[:-1], "file")
    assert done.code == 2 and "File exists" in done.err and not done.out


def test_a_service_that_cannot_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    program = "import triton_lift\ntriton_lift.install()\n" + programs.SIMPLE
    done = python(tmp_path, program, TRITON_LIFT_OUTPUT=str(tmp_path / "file"))
    assert done.code == 0 and "__main__" in done.out
    assert done.err.count("File exists") == 1 and "Traceback" not in done.err


def test_results_are_kept(tmp_path: Path) -> None:
    done = python(tmp_path, programs.SIMPLE, *RUN, "--wait", "120")
    lines = (done.folder / "kernels" / LOG).read_text().splitlines()
    results = [r for r in map(json.loads, lines) if r["event"] == "result"]
    assert sorted(r["kernel"] for r in results) == ["add", "add", "scale"]
    assert {r["status"] for r in results} == {"verified"}
