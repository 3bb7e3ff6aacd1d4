"""The benchmarks run, and say what they measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=environment, timeout=300, check=False
    )


def test_benchmark_of_one_example(tmp_path: Path) -> None:
    done = run("benchmarks/run.py", "vector_add", "--repeats", 1, "--output", tmp_path / "b.json")
    assert done.returncode == 0, done.stderr
    data = json.loads((tmp_path / "b.json").read_text())
    row = data["examples"]["vector_add"]
    assert row["status"] == "verified" and row["triton_stage"] == "cubin"
    assert row["ratio"] == row["total"] / row["triton"] == data["summary"]["median_ratio"]
    assert {"parse", "interpret", "close", "prove", "peak_mb"} <= row.keys()
    assert "vector_add" in done.stdout


def test_operators(tmp_path: Path) -> None:
    """Kernels are found by the name that the IR has; what is not there is said, and is no success."""
    for name in ("outer_product", "softmax"):
        (tmp_path / f"{name}.ttir").write_text((ROOT / "examples" / "ir" / f"{name}.ttir").read_text())
    done = run("-m", "benchmarks.operators", tmp_path)
    assert done.returncode == 1, done.stderr
    assert "| **outer** | | **verified** |" in done.stdout
    assert "| **mm** | | **no kernel found** |" in done.stdout
    assert "1 of 1 operators verified; 1 of 1 kernels; no kernel found for abs, exp," in done.stdout


def test_scaling(tmp_path: Path) -> None:
    small = ROOT / "examples" / "ir" / "vector_add.ttir"
    done = run(
        "-m", "benchmarks.scaling", small, "--repeats", 1, "--timeout", 20, "--output", tmp_path / "s.json"
    )
    assert done.returncode == 0, done.stderr
    data = json.loads((tmp_path / "s.json").read_text())
    assert {row["status"] for row in data["length"]} == {"verified"}
    assert [row["stopped"] for row in data["timeouts"]] == [0]
