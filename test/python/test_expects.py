"""`@triton_lift.expects`: what is not as expected is told at the kernel's first compile, everything else goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import plugin_programs as programs
import triton_lift
from docs_console import ENVIRONMENT
from triton_lift.capture.store import read_log
from triton_lift.expectations.decorator import mode_of

pytest.importorskip("triton")

import expected_kernels as kernels

QUIET = {"TRITON_DEFAULT_FP_FUSION": "1"}  # unset, it is a warning
JIT = "@triton.jit\ndef add"


def run(
    folder: Path, decorator: str, *lines: str, command: tuple[str, ...] = (), **more: str
) -> subprocess.CompletedProcess[str]:
    """A program whose kernel `add` has this decorator; it launches it with two block sizes."""
    program = programs.HEAD.replace(JIT, f"{decorator}\n{JIT}").replace(
        "import os, sys", "import os, sys, triton_lift"
    )
    launches = "\n".join(lines) or "launch_add(128), launch_add(256), launch_scale()"
    (folder / "program.py").write_text(f"{program}\n{launches}\nprint('went on')\n")
    return subprocess.run(
        [sys.executable, *command, "program.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "TRITON_CACHE_DIR": str(folder / "cache"), **QUIET, **more},
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize(
    "formula", ["out[i] = x[i] + y[i]", "out[k] = y[k] + 2·x[k] - x[k]", "\\n out[i] = x[i] + y[i] \\n"]
)
def test_as_expected(tmp_path: Path, formula: str) -> None:
    done = run(tmp_path, f"@triton_lift.expects('{formula}')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "went on\n", "")


def test_not_as_expected(tmp_path: Path) -> None:
    decorator = "@triton_lift.expects('out[i] = x[i] - y[i]')"
    for _ in range(2):  # a second time it comes from Triton's cache
        done = run(tmp_path, decorator)
        assert done.returncode == 1 and done.stdout == ""
        assert "ExpectationError: add (program.py:" in done.stderr.replace(f"{tmp_path}/", "")
        for line in ("expected  out[i] = x[i] - y[i]", "computes  out[i] = x[i] + y[i]", "the kernel writes"):
            assert line in done.stderr


@pytest.mark.parametrize(
    ("decorator", "variables"),
    [
        ("@triton_lift.expects('out[i] = x[i] - y[i]', mode='warn')", {}),
        ("@triton_lift.expects('out[i] = x[i] - y[i]')", {"TRITON_LIFT_EXPECTS": "warn"}),
    ],
)
def test_only_a_warning(tmp_path: Path, decorator: str, variables: dict[str, str]) -> None:
    done = run(tmp_path, decorator, **variables)
    assert done.returncode == 0 and done.stdout == "went on\n"
    assert "ExpectationWarning: add" in done.stderr and "the kernel writes" in done.stderr


@pytest.mark.parametrize(
    ("decorator", "variables"),
    [
        ("@triton_lift.expects('out[i] = x[i] - y[i]', mode='off')", {}),
        ("@triton_lift.expects('out[i] = x[i] - y[i]')", {"TRITON_LIFT_EXPECTS": "off"}),
    ],
)
def test_off(tmp_path: Path, decorator: str, variables: dict[str, str]) -> None:
    unhooked = "assert triton.knobs.compilation.listener is None; launch_add(128)"
    done = run(tmp_path, decorator, unhooked, **variables)
    assert (done.returncode, done.stdout, done.stderr) == (0, "went on\n", "")


@pytest.mark.parametrize("formula", ["out[i] = ", "nothing[i] = x[i]"])
def test_what_cannot_be_read_or_decided_does_not_raise(tmp_path: Path, formula: str) -> None:
    done = run(tmp_path, f"@triton_lift.expects('{formula}')")
    assert done.returncode == 0 and "not decided whether it computes" in done.stderr, done.stderr


def test_an_autotuned_kernel_and_another_listener(tmp_path: Path) -> None:
    decorator = (
        "heard = []\ntriton.knobs.compilation.listener = lambda **told: heard.append(1)\n"
        "@triton_lift.expects('out[i] = x[i] - y[i]')\n"
        "@triton.autotune([triton.Config({'BLOCK': 128})], key=['n'])"
    )
    launch = "add[lambda m: (8,)](Tensor(1000), Tensor(1000), Tensor(1000), 1000)"
    done = run(tmp_path, decorator, f"try:\n    {launch}\nfinally:\n    print(heard)")
    assert done.returncode == 1 and "ExpectationError" in done.stderr and done.stdout == "[1]\n"


def test_beside_the_plugin(tmp_path: Path) -> None:
    for line in ("triton_lift.install()\n", ""):
        decorator = f"{line}@triton_lift.expects('out[i] = x[i] - y[i]', mode='warn')"
        done = run(tmp_path, decorator, "triton_lift.install()\nlaunch_add(64)")
        assert done.returncode == 0 and "1 verified" in done.stderr and "ExpectationWarning" in done.stderr


REFERENCE = """
def reference(x, y, out, n):
    out[:n] = x[:n] {} y[:n]
"""


@pytest.mark.parametrize(
    ("operator", "mode", "code", "said"),
    [
        ("+", "raise", 0, ""),
        ("-", "raise", 1, "does not compute what is expected"),
        ("-", "warn", 0, "ExpectationWarning: add"),
    ],
)
def test_a_function(tmp_path: Path, operator: str, mode: str, code: int, said: str) -> None:
    pytest.importorskip("torch")
    decorator = f"{REFERENCE.format(operator)}\n@triton_lift.expects(reference, mode={mode!r})"
    done = run(tmp_path, decorator, "launch_add(128)")
    assert done.returncode == code, done.stderr
    if not said:
        assert done.stderr == ""
        return
    for line in (said, "expected  reference", "computes  out[i] = x[i] + y[i]", "should be", "n = "):
        assert line in done.stderr


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("lambda x, wrong: None", "no run-time argument 'wrong'; it has x, y, out, n, grid"),
        ("lambda x: 1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_function_that_cannot_be_called(tmp_path: Path, reference: str, said: str) -> None:
    pytest.importorskip("torch")
    done = run(tmp_path, f"@triton_lift.expects({reference})", "launch_add(128)")
    assert done.returncode == 0 and "could not be checked" in done.stderr and said in done.stderr


@pytest.mark.parametrize(
    ("formula", "code", "said"),
    [
        ("out[i] = x[i] + y[i]", 0, "2 of 2 expectations met"),
        ("out[i] = x[i] - y[i]", 1, "expected  out[i] = x[i] - y[i]"),
    ],
)
def test_under_capture(tmp_path: Path, formula: str, code: int, said: str) -> None:
    """Checked where the kernel would be launched; the program goes on, and the exit code tells."""
    decorator = f"@triton_lift.expects('{formula}')"
    launches = "launch_add(128), launch_add(256), launch_scale()"
    capture = ("-m", "triton_lift.cli", "capture", "-o", "captured")
    done = run(tmp_path, decorator, launches, command=capture)
    assert (done.returncode, done.stdout) == (code, "went on\n") and said in done.stderr, done.stderr
    log = read_log(tmp_path / "captured")
    assert [e["verdict"] for e in log.expectations] == ["met" if code == 0 else "refuted"] * 2


def test_under_lift(tmp_path: Path) -> None:
    """Of a kernel that is lifted from its source, the formula is a guess that came with it."""
    signature = {"x": "*fp32", "y": "*fp32", "out": "*fp32", "n": "i32"}
    (found,) = triton_lift.lift(kernels.expected_sum, signature=signature, constexprs={"B": 16})
    assert [(g.text, g.status) for g in found.guesses] == [("out[i] = y[i] + x[i]", "proved")]
    program = Path(kernels.__file__).read_text().replace("= y[i] + x[i]", "= y[i] - x[i]")
    (tmp_path / "program.py").write_text(program)
    options = [part for n, t in signature.items() for part in ("--arg", f"{n}={t}")]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "triton_lift.cli",
            "lift",
            "program.py:expected_sum",
            *options,
            "--const",
            "B=16",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=300,
        check=False,
    )
    assert done.returncode == 1 and "guess refuted: out[i] = y[i] - x[i]" in done.stdout, done.stderr


def test_a_triton_that_is_too_old(tmp_path: Path) -> None:
    (tmp_path / "triton.py").write_text("__version__ = '3.1.0'\n")
    program = """
import triton_lift
class Kernel:
    cache_key = "x"
triton_lift.expects("y[i] = x[i]")(Kernel())
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
    )
    assert done.returncode == 0 and "needs Triton 3.4" in done.stderr


def test_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="mode must be one of raise, warn, off"):
        triton_lift.expects("y[i] = x[i]", mode="loud")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="put it above @triton.jit"):
        triton_lift.expects("y[i] = x[i]")(lambda: None)
    monkeypatch.setenv("TRITON_LIFT_EXPECTS", "warn")
    modes: list[Any] = ["raise", None, "off"]
    assert [mode_of(m) for m in modes] == ["warn"] * 3
