"""Whatever happens in a worker, the caller gets a result for each kernel, in time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from triton_lift.lifted import Lifted
from triton_lift.sources import text_source
from triton_lift.workers import Pool
from triton_lift.workers.protocol import Request

STUB = "stub_tasks:scripted"


def lift(*scripts: str, timeout: float | None = 20.0, jobs: int = 1, memory: int = 0) -> list[Lifted]:
    with Pool(jobs, task=STUB, memory_bytes=memory) as pool:
        requests = [
            Request(n, text_source(script, f"{n}.ttir"), timeout=timeout) for n, script in enumerate(scripts)
        ]
        return [lifted for _, lifted in pool.run(requests)]


def statuses(results: list[Lifted]) -> dict[str, str]:
    return {r.kernel: r.status for r in results}


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        ("abort", "killed by SIGABRT: stub: Assertion `isa<To>(Val)' failed."),
        ("killed", "killed by SIGKILL"),
        ("exit", "exited with code 7"),
        ("raise", "ZeroDivisionError: by design"),
    ],
)
def test_a_crash_costs_one_kernel(behaviour: str, said: str) -> None:
    results = lift(f"a verified\nb {behaviour}\nc verified", "d verified")
    assert statuses(results) == {"a": "verified", "b": "error", "c": "verified", "d": "verified"}
    reason = next(r.reason for r in results if r.kernel == "b")
    assert reason is not None and said in reason


@pytest.mark.parametrize("behaviour", ["abort", "killed", "hang"])
def test_what_comes_after_a_result_does_not_cost_it(behaviour: str) -> None:
    results = lift(f"a then-{behaviour}\nb verified\nc {behaviour}", timeout=1.0)
    lost = "timeout" if behaviour == "hang" else "error"
    assert statuses(results) == {"a": "verified", "b": "verified", "c": lost}


def test_a_crash_while_opening_is_an_error_of_the_file() -> None:
    results = lift("open abort\na verified", "b verified")
    assert [(r.kernel, r.file, r.status) for r in results] == [
        ("", "0.ttir", "error"),
        ("b", "1.ttir", "verified"),
    ]


@pytest.mark.parametrize("behaviour", ["hang", "spin"])
def test_time_limit_within_ten_percent(behaviour: str) -> None:
    with Pool(1, task=STUB) as pool:
        list(pool.run([Request(0, text_source("warm verified"))]))
        start = time.monotonic()
        requests = [Request(0, text_source(f"a {behaviour}\nb verified"), timeout=2.0)]
        results = []
        for _, lifted in pool.run(requests):
            results.append(lifted)
            if lifted.kernel == "a":
                assert 1.8 <= time.monotonic() - start <= 2.2
    assert statuses(results) == {"a": "timeout", "b": "verified"}
    assert results[0].reason == "no result within 2 s"


def test_each_kernel_has_its_own_time() -> None:
    assert statuses(lift("a hang\nb hang\nc verified", timeout=0.7)) == {
        "a": "timeout",
        "b": "timeout",
        "c": "verified",
    }


def test_memory_limit() -> None:
    (result,) = lift("a eat", memory=256 << 20)
    assert (result.status, result.reason) == ("error", "out of memory")


def test_jobs_run_side_by_side() -> None:
    start = time.monotonic()
    results = lift(*["a hang"] * 4, timeout=2.0, jobs=4)
    assert [r.status for r in results] == ["timeout"] * 4
    assert time.monotonic() - start < 7.0


def test_workers_are_reused_and_idle_ones_replaced() -> None:
    with Pool(1, task=STUB) as pool:
        for _ in range(3):
            assert [r.status for _, r in pool.run([Request(0, text_source("a verified"))])] == ["verified"]
        (worker,) = pool._idle
        os.kill(worker._process.pid, 9)
        worker._process.wait()
        results = [r for _, r in pool.run([Request(0, text_source("a verified"), timeout=20.0)])]
    assert [r.status for r in results] == ["verified"]


@pytest.mark.parametrize("size", [1, 10_000_000])
def test_a_worker_that_cannot_start(size: int) -> None:
    with Pool(1, task="no_such_module:task") as pool:
        results = [
            r for _, r in pool.run([Request(n, text_source("a" * size), timeout=20.0) for n in range(2)])
        ]
    assert [r.status for r in results] == ["error", "error"]
    assert "No module named 'no_such_module'" in str(results[0].reason)


def test_large_requests_and_results() -> None:
    name = "a" * 3_000_000
    (result,) = lift(f"{name} verified")
    assert (result.kernel, result.status) == (name, "verified")


def test_leaving_early_leaves_no_process() -> None:
    with Pool(2, task=STUB) as pool:
        requests = [Request(n, text_source(s)) for n, s in enumerate(["a verified\nb hang", "c hang"])]
        running = pool.run(requests)
        assert next(running)[1].kernel == "a"
        processes = [worker._process for worker in pool._busy]
        running.close()
        assert all(process.poll() is not None for process in processes)


def test_jobs_must_be_positive() -> None:
    with pytest.raises(ValueError, match="jobs"):
        Pool(0)


def test_a_script_without_main_guard_is_not_run_twice(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import triton_lift, triton_lift.workers.pool as p\n"
        f"p.LIFT_TASK = {STUB!r}\n"
        "print('once', [r.status for r in triton_lift.lift('a verified\\nb abort\\n')])\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (0, "once ['verified', 'error']\n"), done.stderr


def test_an_orphan_ends_by_itself() -> None:
    """A worker whose caller was killed must not go on for ever; here it notices that its socket is closed."""
    code = (
        "import os, sys; from triton_lift.sources import text_source; from triton_lift.workers import Pool;"
        "from triton_lift.workers.protocol import Request;"
        f"pool = Pool(1, task={STUB!r}); list(pool.run([Request(0, text_source('a verified'))]));"
        "print(pool._idle[0]._process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )
    pid = int(done.stdout)
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its caller")
