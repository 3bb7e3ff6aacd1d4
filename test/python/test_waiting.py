"""The queue of kernels whose launches are worth a moment's wait."""

from __future__ import annotations

import threading
import time

import pytest

from triton_lift.plugin import waiting
from triton_lift.plugin.waiting import MAX_LAUNCHES, Waiting


def test_launched_ones_come_first() -> None:
    queue = Waiting()
    for kernel in ("a", "b"):
        queue.put(kernel)
    queue.launched("b", {"grid": [1]})
    assert queue.get() == ("b", [{"grid": [1]}])
    start = time.monotonic()
    threading.Timer(0.1, queue.launched, ("a", {"grid": [2]})).start()
    assert queue.get() == ("a", [{"grid": [2]}])
    assert time.monotonic() - start < waiting.PATIENCE


def test_one_that_is_never_launched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.1)
    queue = Waiting()
    queue.put("a")
    assert queue.get() == ("a", [])


def test_at_the_end_nothing_is_waited_for() -> None:
    queue = Waiting()
    queue.put("a")
    queue.close()
    start = time.monotonic()
    assert queue.get() == ("a", []) and queue.get() is None
    assert time.monotonic() - start < waiting.PATIENCE / 2


def test_many_launches_are_not_all_kept() -> None:
    queue = Waiting()
    for n in range(2 * MAX_LAUNCHES):
        queue.launched("a", {"grid": [n]})
    queue.put("a")
    found = queue.get()
    assert found is not None and len(found[1]) == MAX_LAUNCHES


def test_several_threads_share_the_work() -> None:
    queue = Waiting()
    taken: list[str] = []

    def work() -> None:
        while (found := queue.get()) is not None:
            taken.append(found[0])

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(50):
        queue.put(str(n))
        queue.launched(str(n), {})
    queue.close()
    for thread in threads:
        thread.join(10)
    assert sorted(taken, key=int) == [str(n) for n in range(50)]
