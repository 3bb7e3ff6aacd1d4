"""Lifting on a real cluster of Dask's on this machine: machines that are killed, kernels that crash, versions."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs_console import ENVIRONMENT, ROOT
from triton_lift.sources import IRSourceError, text_source
from triton_lift.workers import cluster as module
from triton_lift.workers import lift_sources
from triton_lift.workers.cluster import Cluster, ClusterError
from triton_lift.workers.lift import Pool

distributed = pytest.importorskip("distributed")
HERE = Path(__file__).parent
STUB = "stub_tasks:scripted"


@pytest.fixture(scope="module")
def local() -> Iterator[Any]:
    """Three workers in processes of their own, each restarted by its nanny when it dies."""
    os.environ["PYTHONPATH"] = ENVIRONMENT["PYTHONPATH"]
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=60
    ) as running:
        yield running


def address(local: Any) -> str:
    return str(local.scheduler_address).removeprefix("tcp://")


def lift(local: Any, *scripts: str, timeout: float = 30.0) -> list[tuple[int, str, str]]:
    with Cluster(address(local), task=STUB) as running:
        sources = [text_source(script, f"{n}.ttir") for n, script in enumerate(scripts)]
        return sorted(
            (number, lifted.kernel, lifted.status)
            for number, lifted in lift_sources(sources, pool=running, timeout=timeout)
        )


def test_the_same_as_here(local: Any) -> None:
    scripts = ["a verified\nb abort\nc verified", "d refuted", "open abort", "e raise", "f unsupported"]
    with Pool(1, task=STUB) as pool:
        sources = [text_source(script, f"{n}.ttir") for n, script in enumerate(scripts)]
        here = sorted((n, r.kernel, r.status) for n, r in lift_sources(sources, pool=pool, timeout=30.0))
    assert lift(local, *scripts) == here


def test_a_machine_is_killed_meanwhile(local: Any) -> None:
    scripts = [f"k{n} slow\nl{n} slow" for n in range(24)]
    seen: Counter[str] = Counter()
    with Cluster(address(local), task=STUB) as running:
        victims = list(running._client.run(os.getpid).values())
        sources = [text_source(script, f"{n}.ttir") for n, script in enumerate(scripts)]
        for number, lifted in lift_sources(sources, pool=running, timeout=30.0):
            seen[lifted.kernel] += 1
            assert lifted.status == "verified" and lifted.file == f"{number}.ttir"
            if sum(seen.values()) in (5, 21):
                os.kill(victims.pop(), signal.SIGKILL)
    assert set(seen) == {f"{letter}{n}" for n in range(24) for letter in "kl"}
    assert set(seen.values()) == {1}  # nothing lost, nothing twice


def test_crashes_do_not_cost_the_clusters_machines(local: Any) -> None:
    with Cluster(address(local), task=STUB) as running:
        before = sorted(running._client.run(os.getpid).values())
    results = lift(local, *["a abort", "b killed", "c exit"] * 4)
    assert [status for _, _, status in results] == ["error"] * 12
    with Cluster(address(local), task=STUB) as running:
        assert sorted(running._client.run(os.getpid).values()) == before


def test_time_limits(local: Any) -> None:
    assert lift(local, "a hang\nb verified", timeout=1.0) == [(0, "a", "timeout"), (0, "b", "verified")]


def test_a_task_that_takes_machines_with_it(local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one of our kernels, but whatever else may kill the machine each time: the others go on."""
    monkeypatch.setattr(module, "lift_remotely", deadly)
    assert lift(local, "a verified", "deadly", "b verified") == [
        (0, "a", "verified"),
        (1, "", "error"),
        (2, "b", "verified"),
    ]


def deadly(request: Any, task: str, expected: str) -> Any:
    if request.source.content == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return ORIGINAL(request, task, expected)


ORIGINAL = module.lift_remotely


def test_sources_that_are_not_there(local: Any, tmp_path: Path) -> None:
    with Cluster(address(local), task=STUB) as running:
        from triton_lift.sources import IRSource

        gone = [IRSource(str(tmp_path / "gone.ttir"))] * 30
        sources = [*gone, IRSourceError("no such file", "x"), text_source("a verified")]
        came = sorted((n, r.status) for n, r in lift_sources(sources, pool=running))
    assert came == [*((n, "error") for n in range(31)), (31, "verified")]


def test_another_version(local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "tool", lambda: "another")
    with pytest.raises(ClusterError, match="another version"):
        lift(local, "a verified")


def test_the_scheduler_is_lost(tmp_path: Path) -> None:
    """What was done is kept, and the command says how much is left."""
    for number in range(30):
        (tmp_path / f"{number}.ttir").write_text(f"k{number} slow")
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]
    options = ["--scheduler-file", str(tmp_path / "scheduler.json")]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": ENVIRONMENT}
    worker_command = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", *options]
    with (
        subprocess.Popen([*dask, *options], **quiet) as scheduler,
        subprocess.Popen(  # type: ignore[call-overload]
            worker_command, **quiet
        ) as worker,
    ):
        try:
            while not (tmp_path / "scheduler.json").exists():
                time.sleep(0.1)
            place = json.loads((tmp_path / "scheduler.json").read_text())["address"].removeprefix("tcp://")
            command = [
                sys.executable,
                str(HERE / "stub_cli.py"),
                "lift",
                "--executor",
                f"dask://{place}",
                ".",
            ]
            environment = {**ENVIRONMENT, "TRITON_LIFT_CACHE": str(tmp_path / "cache")}
            with subprocess.Popen(
                command,
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=environment,
            ) as process:
                assert process.stdout is not None and process.stderr is not None
                assert " verified" in process.stdout.readline()
                scheduler.kill()
                said = process.stderr.read()
                assert process.wait(60) == 2, said
        finally:
            scheduler.kill(), worker.kill()
    assert "the cluster is gone" in said and "left; what is done is kept" in said and "Traceback" not in said


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT_SECONDS", 0.5)
    with pytest.raises(ClusterError, match="no scheduler answers at 127.0.0.1:9"):
        Cluster("127.0.0.1:9")


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "triton_lift.cli", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=180,
        check=False,
    )


def test_the_command(local: Any) -> None:
    """Real kernels: the cluster says what this machine says."""
    files = [f"examples/ir/{name}.ttir" for name in ("softmax", "row_sum", "vector_add")]
    outcomes = []
    for options in ([], ["--executor", f"dask://{address(local)}"]):
        done = command("lift", "--format", "json", *options, *files)
        assert done.returncode == 0, done.stderr
        records = [json.loads(line) for line in done.stdout.splitlines()]
        outcomes.append(sorted((r["file"], r["status"], r["outputs"][0]["formula"]) for r in records))
    assert outcomes[0] == outcomes[1] and len(outcomes[0]) == 3


@pytest.mark.parametrize("url", ["ray://x:1", "dask://", "here"])
def test_what_is_no_cluster(url: str) -> None:
    done = command("lift", "examples/ir/softmax.ttir", "--executor", url)
    assert done.returncode == 2 and "is not of the form dask://HOST:PORT" in done.stderr
