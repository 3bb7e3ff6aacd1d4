"""pytest with our plugin, in a process of its own, on tests that compile kernels."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import plugin_programs as programs
from docs_console import ENVIRONMENT, ROOT
from pytest_plugin_options import OPTIONS

REFUTED = """
@triton.jit
def racy(x, out):
    tl.store(out, tl.program_id(0) + tl.load(x))

def launch_racy():
    out = Tensor(10)
    out.dtype = "int32"
    racy[(4,)](out, out)
"""


def run(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    plugin = [
        *OPTIONS,
        "-p",
        "no:cacheprovider",
        "-c",
        "/dev/null",
        "--rootdir",
        ".",
    ]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "TRITON_CACHE_DIR": str(folder / "cache"), **more},
        timeout=300,
        check=False,
    )


@pytest.fixture
def kernels(tmp_path: Path) -> Path:
    pytest.importorskip("triton")
    (tmp_path / "kernels.py").write_text(programs.HEAD + REFUTED)
    (tmp_path / "test_good.py").write_text(
        "from kernels import *\n"
        "def test_add(): launch_add(128); launch_add(256)\n"
        "def test_scale(): launch_scale()\n"
    )
    return tmp_path


def test_without_the_option_nothing_happens(kernels: Path) -> None:
    (kernels / "a.ttir").write_text("rubbish")
    done = run(kernels, "-q")
    assert (
        done.returncode == 0 and "2 passed" in done.stdout and "triton-lift" not in done.stdout + done.stderr
    )


def test_kernels_that_tests_compile(kernels: Path) -> None:
    done = run(kernels, "--triton-lift")
    assert done.returncode == 0 and "2 passed" in done.stdout, done.stdout
    assert "3 kernels, 3 lifted, 3 verified" in done.stdout and "out[i] = x[i] + y[i]" in done.stdout


def test_workers_of_xdist(kernels: Path) -> None:
    pytest.importorskip("xdist")
    done = run(kernels, "--triton-lift", "-n", "2")
    assert done.returncode == 0 and "3 kernels, 3 lifted, 3 verified" in done.stdout, done.stdout


@pytest.mark.parametrize(("fail", "code"), [((), 1), (("never",), 0), (("undecided",), 1)])
def test_a_refuted_kernel_fails_the_run(kernels: Path, fail: tuple[str, ...], code: int) -> None:
    (kernels / "test_bad.py").write_text("from kernels import *\ndef test_racy(): launch_racy()\n")
    done = run(kernels, "--triton-lift", *(f"--triton-lift-fail={f}" for f in fail))
    assert done.returncode == code and "3 passed" in done.stdout, done.stdout
    told = "FAILED racy: refuted, compiled in test_bad.py::test_racy (call)" in done.stdout
    assert told is (code == 1)


def test_undecided_kernels(kernels: Path) -> None:
    program = programs.OPAQUE.replace("opaque[(1,)](x)", "def test_it(): opaque[(1,)](x)")
    (kernels / "test_opaque.py").write_text(program)
    assert run(kernels, "--triton-lift", "test_opaque.py").returncode == 0
    done = run(kernels, "--triton-lift", "--triton-lift-fail=undecided", "test_opaque.py")
    assert done.returncode == 1 and "FAILED opaque: un" in done.stdout, done.stdout


def test_files_of_ir(tmp_path: Path) -> None:
    for name in ("softmax.ttir", "mutants/softmax__mask_off_by_one.ttir"):
        (tmp_path / Path(name).name).write_bytes((ROOT / "examples" / "ir" / name).read_bytes())
    (tmp_path / "broken.ttir").write_text("module {")
    done = run(tmp_path, "--triton-lift", "-v")
    assert done.returncode == 1, done.stdout
    outcomes = dict(re.findall(r"^(\S+)::\S+ (\w+)", done.stdout, re.MULTILINE))
    assert outcomes == {
        "softmax.ttir": "PASSED",
        "softmax__mask_off_by_one.ttir": "PASSED",
        "broken.ttir": "FAILED",
    }


def test_the_fixture(tmp_path: Path) -> None:
    softmax = ROOT / "examples" / "ir" / "vector_add.ttir"
    (tmp_path / "test_formula.py").write_text(
        f"""
import pytest
FILE = {str(softmax)!r}

def test_right(assert_formula):
    lifted = assert_formula(FILE, "out_ptr[i] = x_ptr[i] + y_ptr[i]")
    assert lifted.status == "verified"
    assert_formula(lifted)

def test_wrong(assert_formula):
    assert_formula(FILE, "out_ptr[i] = x_ptr[i] - y_ptr[i]")

def test_written_otherwise(assert_formula):
    assert_formula(FILE, "out_ptr[k] = y_ptr[k] + 2·x_ptr[k] - x_ptr[k]")

def test_not_verified(assert_formula):
    assert_formula("module {{\\n}}")
"""
    )
    done = run(tmp_path)
    assert "2 failed, 2 passed" in done.stdout, done.stdout
    assert "refuted: out_ptr[i] = x_ptr[i] - y_ptr[i]" in done.stdout and "it is not verified" in done.stdout
    assert "the kernel writes" in done.stdout
