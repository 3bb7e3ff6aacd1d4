"""Kept results: found again by content, never when anything that matters is different, never where they are broken."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import triton_lift.store.key as keys
from docs_console import ENVIRONMENT, ROOT
from triton_lift.lifted import Lifted
from triton_lift.sources import IRSource, text_source
from triton_lift.store.results import NAME, ResultStore, folder, open_store
from triton_lift.workers import Pool, lift_sources
from triton_lift.workers.protocol import Request

HERE = Path(__file__).parent
STUB = "stub_tasks:scripted"
VERIFIED = Lifted(
    "k", "old.ttir", status="verified", values="proved", coverage="proved", single_writer="proved"
)
UNKNOWN = Lifted("k", "old.ttir", reason="the solver gave up")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, said: list[str]) -> ResultStore:
    return ResultStore(tmp_path / "cache", warn=said.append)


def lift(store: ResultStore | None, *scripts: str, timeout: float = 20.0, **options: Any) -> list[str]:
    """The statuses of the kernels in these stub scripts."""
    with Pool(1, task=STUB) as pool:
        sources = [text_source(script, f"{n}.ttir") for n, script in enumerate(scripts)]
        came = lift_sources(sources, pool=pool, store=store, timeout=timeout, **options)
        return [lifted.status for _, lifted in came]


def test_a_second_time_nothing_is_lifted(
    store: ResultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_LOG", str(tmp_path / "log"))
    script = "a log\nb log\nc unsupported"
    assert lift(store, script) == lift(store, script) == ["verified", "verified", "unsupported"]
    assert (tmp_path / "log").read_text().count("done") == 2 and store.hits == 1
    lift(None, script)
    assert (tmp_path / "log").read_text().count("done") == 4  # without a store, it is done again


def test_the_same_content_twice_is_lifted_once(
    store: ResultStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUB_LOG", str(tmp_path / "log"))
    scripts = ["a log", "b log", "a log", "a log"]
    with Pool(1, task=STUB) as pool:
        sources = [text_source(script, f"{n}.ttir") for n, script in enumerate(scripts)]
        came = list(lift_sources(sources, pool=pool, store=store, timeout=20.0))
    assert sorted((n, r.kernel, r.file) for n, r in came) == [
        (n, script[0], f"{n}.ttir") for n, script in enumerate(scripts)
    ]
    assert (tmp_path / "log").read_text().count("done") == 2
    # Where the first cannot be kept, the others are lifted themselves.
    assert lift(store, "a hang", "a hang", "b unsupported", timeout=1.0) == [
        "timeout",
        "unsupported",
        "timeout",
    ]
    (tmp_path / "log").unlink()
    assert lift(None, "a log", "a log") == ["verified"] * 2  # nothing is kept: each for itself
    assert (tmp_path / "log").read_text().count("done") == 2


def test_a_result_comes_back_whole_under_its_files_new_name(store: ResultStore) -> None:
    kept = replace(VERIFIED, proof={"steps": [1, 2]}, preconditions=["n ≥ 1"], seconds=1.5)
    store.put("key", [kept], 10.0)
    assert store.get("key", 10.0, "new.ttir") == [replace(kept, file="new.ttir")]


def test_what_matters_is_in_the_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    request = Request(0, IRSource("a.ttir"))
    first = keys.key_of(request, "text", STUB)
    assert keys.key_of(replace(request, number=7, timeout=3.0), b"text", STUB) == first
    assert keys.key_of(replace(request, source=IRSource("b.ttir")), "text", STUB) == first
    others = [
        keys.key_of(request, "text ", STUB),
        keys.key_of(request, "text", STUB + "x"),
        keys.key_of(replace(request, kernel="k"), "text", STUB),
        keys.key_of(replace(request, proof=True), "text", STUB),
        keys.key_of(replace(request, guesses=("y[i] = 1",)), "text", STUB),
        keys.key_of(replace(request, executable=False), "text", STUB),
        keys.key_of(replace(request, source=IRSource("a.ttgir")), "text", STUB),
    ]
    monkeypatch.setattr(keys, "tool", lambda: "another lifter")
    others.append(keys.key_of(request, "text", STUB))
    assert len({first, *others}) == len(others) + 1


def test_the_lifters_own_files_are_in_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever edits a rule gets no result from before."""
    (tmp_path / "store").mkdir()
    (tmp_path / "rule.py").write_text("x = 1")
    monkeypatch.setattr(keys, "__file__", str(tmp_path / "store" / "key.py"))
    digests = []
    for name, text in [
        ("rule.py", "x = 1"),
        ("rule.py", "x = 2"),
        ("a.so", "x"),
        ("note.pyc", "left out"),
        (".c/x", "so"),
    ]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        keys.tool.cache_clear()
        digests.append(keys.tool())
    keys.tool.cache_clear()
    assert len(set(digests)) == 3 and digests[2] == digests[3] == digests[4]


@pytest.mark.parametrize("script", ["a hang", "a abort", "a raise", "open abort", "a verified\nb killed"])
def test_what_says_nothing_of_the_kernel_is_not_kept(store: ResultStore, script: str) -> None:
    lift(store, script, timeout=1.0)
    lift(store, script, timeout=1.0)
    assert store.hits == 0


def test_a_result_cut_short_by_a_crash_is_not_kept(store: ResultStore) -> None:
    assert lift(store, "a then-abort") == lift(store, "a then-abort") == ["verified"]
    assert store.hits == 0


def test_undecided_with_more_time_is_tried_again(store: ResultStore) -> None:
    store.put("open", [VERIFIED, UNKNOWN], 10.0)
    store.put("settled", [VERIFIED], 10.0)
    store.put("half", [replace(VERIFIED, single_writer="unknown")], 10.0)
    for limit, kept in [(1.0, True), (10.0, True), (11.0, False), (None, False)]:
        assert (store.get("open", limit, "f") is not None) is kept
        assert (store.get("half", limit, "f") is not None) is kept
        assert store.get("settled", limit, "f") is not None
    store.put("open", [UNKNOWN], None)
    assert store.get("open", None, "f") and store.get("open", 5.0, "f")


def test_a_broken_entry_is_lifted_again(store: ResultStore, said: list[str]) -> None:
    store.put("key", [VERIFIED], 1.0)
    with sqlite3.connect(store.file) as database:
        database.execute("UPDATE result SET value = substr(value, 1, 60)")
    assert store.get("key", 1.0, "f") is None and "broken" in said[0]
    store.put("key", [VERIFIED], 1.0)
    assert store.get("key", 1.0, "f") and len(said) == 1


@pytest.mark.parametrize("content", [b"rubbish" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_file_is_put_aside(tmp_path: Path, said: list[str], content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    (tmp_path / NAME).chmod(0o600)
    store = ResultStore(tmp_path, warn=said.append)
    assert len(said) == 1 and "not readable" in said[0]
    store.put("key", [VERIFIED], 1.0)
    assert ResultStore(tmp_path, warn=said.append).get("key", 1.0, "f") and len(said) == 1


def test_a_file_broken_while_it_is_used(store: ResultStore, said: list[str]) -> None:
    store.put("key", [VERIFIED], 1.0)
    store.file.write_bytes(b"\xff" * store.file.stat().st_size)
    assert store.get("other", 1.0, "f") is None
    store.put("other", [VERIFIED], 1.0)
    assert len(said) == 1 and "not kept" in said[0]


def test_a_file_of_other_people_is_not_read(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRITON_LIFT_CACHE", str(tmp_path))
    (made,) = [open_store(said.append)]
    assert made is not None and (made.file.stat().st_mode & 0o077) == 0
    made.file.chmod(0o622)
    assert open_store(said.append) is None and "somebody else may write" in said[0]


def test_a_folder_that_cannot_be_written(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/triton-lift")):
        monkeypatch.setenv("TRITON_LIFT_CACHE", str(place))
        assert open_store(said.append) is None and "no results are kept" in said.pop()
    # The whole command, too: a message, and the result.
    (tmp_path / "a.ttir").write_text("a verified")
    done = command(tmp_path, tmp_path / "file", "a.ttir")
    assert done.returncode == 0 and "2·x[i]" in done.stdout and done.stderr.count("no results are kept") == 1


def test_a_store_that_is_read_only(store: ResultStore, said: list[str]) -> None:
    store.put("key", [VERIFIED], 1.0)
    store._database.execute("UPDATE result SET used = 0")
    store._database.execute("PRAGMA query_only = ON")  # what SQLite does with a file that it may not write
    assert store.get("key", 1.0, "f") and not said
    store.put("other", [VERIFIED], 1.0)
    assert store.get("other", 1.0, "f") is None and "not kept" in said[0]


def test_it_does_not_grow_without_end(tmp_path: Path) -> None:
    store = ResultStore(tmp_path, max_bytes=200_000)
    noise = [f"{os.urandom(5000).hex()}" for _ in range(60)]
    for number, text in enumerate(noise):
        store.put(f"{number:03}", [replace(VERIFIED, reason=text)], 1.0)
        store._database.execute("UPDATE result SET used = ? WHERE key = ?", (number, f"{number:03}"))
    (size,) = store._database.execute("SELECT total(length(value)) FROM result").fetchone()
    assert 100_000 < size < 230_000 and store.file.stat().st_size < 400_000
    assert store.get("059", 1.0, "f") and store.get("000", 1.0, "f") is None


def test_from_threads_and_processes_at_once(tmp_path: Path, said: list[str]) -> None:
    stores = [ResultStore(tmp_path, warn=said.append) for _ in range(2)]

    def work(number: int) -> None:
        for n in range(40):
            stores[number % 2].put(f"{number}-{n}", [VERIFIED], 1.0)
            assert stores[number % 2].get(f"{number}-{n}", 1.0, "f")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    (count,) = stores[0]._database.execute("SELECT count(*) FROM result").fetchone()
    assert count == 160 and not said


def test_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRITON_LIFT_CACHE", "/somewhere")
    assert folder() == Path("/somewhere")
    for off in ("", "0", "off", "OFF"):
        monkeypatch.setenv("TRITON_LIFT_CACHE", off)
        assert folder() is None and open_store() is None
    monkeypatch.delenv("TRITON_LIFT_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert folder() == tmp_path / "triton-lift"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folder() == tmp_path / ".cache" / "triton-lift"


def command(where: Path, cache: Path | str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(HERE / "stub_cli.py"), "lift", *arguments],
        cwd=where,
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "TRITON_LIFT_CACHE": str(cache), **more},
        timeout=120,
        check=False,
    )


def test_the_command(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.ttir").write_text(f"k{number} log")
    log, cache = tmp_path / "log", tmp_path / "cache"
    variables = {"STUB_LOG": str(log)}
    first = command(tmp_path, cache, ".", **variables)
    assert log.read_text().count("done") == 5
    again = command(tmp_path, cache, ".", **variables)
    assert (again.returncode, sorted(again.stdout.splitlines())) == (0, sorted(first.stdout.splitlines()))
    assert log.read_text().count("done") == 5
    command(tmp_path, cache, ".", "--no-cache", **variables)
    assert log.read_text().count("done") == 10
    (tmp_path / "copy.ttir").write_text("k1 log")  # the same IR in another place
    record = json.loads(command(tmp_path, cache, "copy.ttir", "--format", "json", **variables).stdout)
    assert record["file"] == "copy.ttir" and log.read_text().count("done") == 10


def test_interrupted_and_gone_on_with(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"{number}.ttir").write_text(f"k{number} log")
    (tmp_path / "x.ttir").write_text("x hang")
    log, cache = tmp_path / "log", tmp_path / "cache"
    variables = {**ENVIRONMENT, "TRITON_LIFT_CACHE": str(cache), "STUB_LOG": str(log)}
    arguments = [sys.executable, str(HERE / "stub_cli.py"), "lift", "--jobs", "1", "."]
    with subprocess.Popen(
        arguments, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=variables
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        while not process.stdout.readline().startswith("k3 "):
            pass
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        said = process.stderr.read()
    assert "interrupted: 4 of 5 inputs done, 1 left; what is done is kept" in said
    (tmp_path / "x.ttir").write_text("x log")
    assert command(tmp_path, cache, ".", STUB_LOG=str(log)).stdout.count(" · verified") == 5
    assert log.read_text().count("done") == 5


def test_a_real_kernel(tmp_path: Path) -> None:
    """The lifter's own results, in a process of their own each; who only gets them does not load the lifter."""
    program = f"""
import json, sys, time, triton_lift.store, triton_lift.workers
from triton_lift.sources import find_sources
store = triton_lift.store.open_store()
found = find_sources([{str(ROOT / "examples/ir/softmax.ttir")!r}])
came = triton_lift.workers.lift_sources(found, store=store, executable=False)
print(json.dumps([lifted.to_json() for _, lifted in came])), print(store.hits)
print([name for name in ("z3", "numpy", "egglog", "mlir") if name in sys.modules])
"""
    variables = {**ENVIRONMENT, "TRITON_LIFT_CACHE": str(tmp_path)}
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, env=variables, check=True
        ).stdout.splitlines()
        for _ in range(2)
    ]
    assert outputs[0][0] == outputs[1][0] and [lines[1:] for lines in outputs] == [["0", "[]"], ["1", "[]"]]
