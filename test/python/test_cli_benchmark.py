"""The benchmark runs, and says what it measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_benchmark_of_one_example(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [
        sys.executable,
        "benchmarks/run.py",
        "vector_add",
        "--repeats",
        "1",
        "--output",
        str(tmp_path / "b.json"),
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=environment, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    data = json.loads((tmp_path / "b.json").read_text())
    row = data["examples"]["vector_add"]
    assert row["status"] == "verified" and row["triton_stage"] == "cubin"
    assert row["ratio"] == row["total"] / row["triton"] == data["summary"]["median_ratio"]
    assert {"parse", "interpret", "close", "prove", "peak_mb"} <= row.keys()
    assert "vector_add" in done.stdout
