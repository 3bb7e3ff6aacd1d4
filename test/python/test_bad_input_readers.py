"""Inputs that are not there, and readers of our output that go away: with a stub in place of the lifter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from triton_lift.sources import IRSource, IRSourceError, find_sources

HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


def error_of(path: Path) -> IRSourceError:
    (source,) = find_sources([str(path)])
    if isinstance(source, IRSourceError):
        return source
    with pytest.raises(IRSourceError) as caught:
        source.read()
    return caught.value


def test_missing(tmp_path: Path) -> None:
    assert str(error_of(tmp_path / "k.ttir")) == f"{tmp_path}/k.ttir: no such file or folder"


def test_empty_folder(tmp_path: Path) -> None:
    assert error_of(tmp_path).message == "no .ttir or .ttgir file in this folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    (tmp_path / "k.ttir").write_text("module {}")
    (tmp_path / "k.ttir").chmod(0)
    assert error_of(tmp_path / "k.ttir").message == "Permission denied"


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "k.ttir").mkdir()
    (tmp_path / "l.ttir").write_text("module {}")
    assert list(find_sources([str(tmp_path)])) == [IRSource(str(tmp_path / "l.ttir"))]


def test_a_broken_link(tmp_path: Path) -> None:
    (tmp_path / "k.ttir").symlink_to(tmp_path / "nowhere.ttir")
    assert error_of(tmp_path / "k.ttir").message == "no such file or folder"


def test_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "deeper").symlink_to(tmp_path)
    assert error_of(tmp_path).message == "no .ttir or .ttgir file in this folder"


def test_good_inputs_beside_bad_ones_are_served(tmp_path: Path) -> None:
    (tmp_path / "good.ttir").write_text("k verified")
    (tmp_path / "none").mkdir()
    (tmp_path / "crash.ttir").write_text("open abort")
    command = [sys.executable, str(HERE / "stub_cli.py"), "lift", "--format", "json"]
    command += ["missing.ttir", "none", "crash.ttir", "good.ttir"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, env=ENVIRONMENT, timeout=60, check=False
    )
    records = {r["file"]: r for r in map(json.loads, done.stdout.splitlines())}
    assert {f: r["status"] for f, r in records.items()} == {
        "missing.ttir": "error",
        "none": "error",
        "crash.ttir": "error",
        "good.ttir": "verified",
    }
    assert done.returncode == 2
    for message in (
        "missing.ttir: no such file",
        "none: no .ttir",
        "crash.ttir: the worker process was killed",
    ):
        assert message in done.stderr


@pytest.mark.parametrize("format", ["text", "json"])
def test_closed_pipe_is_quiet(tmp_path: Path, format: str) -> None:
    (tmp_path / "many.ttir").write_text("\n".join(f"k{n} verified" for n in range(5000)))
    command = [sys.executable, str(HERE / "stub_cli.py"), "lift", "--format", format, "many.ttir"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert b"k0" in process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 3  # most kernels were never reported: nothing is claimed of them


def test_help_into_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    command = f"{sys.executable} {HERE / 'stub_cli.py'} lift --help | true"
    done = subprocess.run(
        command,
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
