"""What docs/how-to/check-kernels-in-ci.md shows is what works."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from docs_console import ENVIRONMENT, ROOT
from pytest_plugin_options import OPTIONS

PAGE = (ROOT / "docs" / "how-to" / "check-kernels-in-ci.md").read_text()
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_the_test(tmp_path: Path) -> None:
    pytest.importorskip("triton")
    found = re.search(r"^    from kernels import softmax\n.*?^        \)\n", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None
    text = textwrap.dedent(found[0]).replace("from kernels", "from examples.softmax")
    (tmp_path / "test_kernels.py").write_text(text)
    wrong = text.replace("exp(x_ptr[i, j]) /", "exp(x_ptr[i, j] + 1) /")
    assert wrong != text
    (tmp_path / "test_wrong.py").write_text(wrong)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *OPTIONS,
            "-c",
            "/dev/null",
            "--rootdir",
            ".",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "PYTHONPATH": f"{ENVIRONMENT['PYTHONPATH']}:{ROOT}"},
        timeout=200,
        check=False,
    )
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert "the kernel writes" in done.stdout


def test_the_workflow() -> None:
    yaml = pytest.importorskip("yaml")
    workflow = yaml.safe_load(BLOCKS[0])
    commands = [step.get("run", "") for step in workflow["jobs"]["lift"]["steps"]]
    assert any(c.startswith("triton-lift capture") for c in commands)
    assert any("--format sarif > kernels.sarif" in c for c in commands)


def test_the_hook(tmp_path: Path) -> None:
    pytest.importorskip("pre_commit")
    (tmp_path / "config.yaml").write_text(BLOCKS[1])
    command = [sys.executable, "-m", "pre_commit", "validate-config", "config.yaml"]
    subprocess.run(command, cwd=tmp_path, check=True, env=ENVIRONMENT)
