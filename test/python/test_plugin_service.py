"""The service: records that are no records, workers that die or hang, more than it may hold."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

import triton_lift.workers.pool
from triton_lift.capture.store import Store, read_log
from triton_lift.plugin import service as service_module
from triton_lift.plugin.channel import Channel, connect
from triton_lift.plugin.listener import PATIENCE, Listener
from triton_lift.plugin.page import page
from triton_lift.plugin.service import Service
from triton_lift.plugin.table import agreements, table


@pytest.fixture(autouse=True)
def _stub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triton_lift.workers.pool, "LIFT_TASK", "stub_tasks:scripted")


def started(folder: Path, **options: Any) -> tuple[Service, Channel]:
    store = Store(folder / "store")
    store.begin()
    service = Service(str(folder / "s"), store, **options)
    service.start()
    channel = connect(str(folder / "s"))
    assert channel is not None
    return service, channel


def kernel(folder: Path, name: str, text: str) -> dict[str, Any]:
    file = folder / f"{name}.ttir"
    file.write_text(text)
    return {"event": "kernel", "kernel": name, "hash": name, "ttir": str(file)}


def test_workers_that_die_or_hang(tmp_path: Path) -> None:
    service, channel = started(tmp_path, timeout=2.0)
    channel.send(kernel(tmp_path, "good", "good verified"))
    channel.send(kernel(tmp_path, "crash", "open abort"))
    channel.send(kernel(tmp_path, "hang", "hang hang"))
    channel.send(kernel(tmp_path, "after", "after verified"))
    channel.close()
    assert service.finish(60)
    status = {service.kernels[i]: r.status for i, r in service.results.items()}
    assert status == {"good": "verified", "crash": "error", "hang": "timeout", "after": "verified"}
    assert "the worker process was killed by SIGABRT" in table(service)


def test_each_kernel_once_and_its_launches(tmp_path: Path) -> None:
    service, channel = started(tmp_path)
    record = kernel(tmp_path, "k", "k verified")
    launch = {"event": "launch", "hash": "k", "grid": [1, 1, 1], "arguments": {"n": 3}}
    for sent in (record, {**record, "hash": "other"}, launch, launch, {**launch, "hash": "unknown"}):
        channel.send(sent)
    channel.close()
    assert service.finish(60) and len(service.results) == 1
    (stored,) = read_log(tmp_path / "store").kernels.values()
    assert len(stored.launches) == 1


def test_whether_specialisations_agree(tmp_path: Path) -> None:
    service, channel = started(tmp_path)
    for name, scripts in {
        "same": ["a verified", "b verified"],
        "one": ["c verified"],
        "open": ["d verified", "e unsupported"],
        "other": ["f verified", "g double"],
    }.items():
        for number, script in enumerate(scripts):
            record = kernel(tmp_path, f"{name}{number}", script)
            channel.send({**record, "kernel": name})
    channel.close()
    assert service.finish(60)
    assert agreements(service) == [
        "same: all 2 ways in which it was compiled compute the same",
        "other: compiled in 2 ways, which have 2 different formulas",
    ]
    assert "triton-lift: same: all 2 ways" in table(service)


def test_the_page(tmp_path: Path) -> None:
    service, channel = started(tmp_path)
    record = kernel(tmp_path, "k", "<k> verified")
    channel.send({**record, "kernel": "<k>", "source": "k.py:3", "constexprs": {"B": "<64>"}})
    x = {"dtype": "float32", "shape": [25, 40], "strides": [40, 1]}
    channel.send({"event": "launch", "hash": "k", "grid": [4, 1, 1], "arguments": {"x": x, "n": 3}})
    channel.close()
    assert service.finish(60)
    html = page(service)
    assert "&lt;k&gt;" in html and "<k>" not in html and "B = &lt;64&gt;" in html
    assert "grid 4 × 1 × 1; x: float32 25 × 40 (strides 40 × 1); n = 3" in html


def test_what_is_no_record(tmp_path: Path) -> None:
    service, channel = started(tmp_path)
    raw = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    raw.connect(str(tmp_path / "s"))
    for data in (b"{", b"[]", b"\xff", b'{"event": "kernel"}', b'{"event": "launch"}', b'{"event": "what"}'):
        raw.send(data)
    raw.close()
    channel.send({"event": "kernel", "kernel": "gone", "hash": "g", "ttir": str(tmp_path / "gone.ttir")})
    channel.send({"event": "kernel", "kernel": "binary", "hash": "b"})
    channel.send(kernel(tmp_path, "k", "k verified"))
    channel.close()
    assert service.finish(60) and list(service.kernels.values()) == ["k"]
    said = table(service)
    assert "gone: its IR cannot be read" in said and "binary: Triton keeps no IR" in said
    assert "4 records lost" in said


def test_no_more_than_it_may_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "MAX_KERNELS", 3)
    monkeypatch.setattr(service_module, "MAX_IR_BYTES", 100)
    service, channel = started(tmp_path)
    for number in range(5):
        channel.send(kernel(tmp_path, f"k{number}", f"k{number} verified"))
    channel.send(kernel(tmp_path, "large", "l verified\n" + "#" * 200))
    channel.close()
    assert service.finish(60) and len(service.results) == 3 and service.lost == 2
    assert "large: its IR is larger" in table(service)


def test_many_at_once(tmp_path: Path) -> None:
    service, channel = started(tmp_path, jobs=2)
    records = [kernel(tmp_path, f"k{number}", f"k{number} verified") for number in range(500)]
    for record in records:
        channel.send({**record, "constexprs": {"text": "x" * 1000}})
    channel.close()
    assert service.finish(120) and len(service.results) == 500 and channel.dropped == 0


def test_a_record_that_is_too_long_goes_without_its_details(tmp_path: Path) -> None:
    service, channel = started(tmp_path)
    channel.send({**kernel(tmp_path, "k", "k verified"), "constexprs": {"table": ["x" * 200] * 1000}})
    channel.close()
    assert service.finish(60) and list(service.kernels.values()) == ["k"]


def test_nobody_listens(tmp_path: Path) -> None:
    assert connect(str(tmp_path / "nowhere")) is None
    service, channel = started(tmp_path)
    service.finish(10)
    for _ in range(3):
        channel.send({"event": "kernel"})  # says nothing, raises nothing


def test_out_of_patience(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    channel = Channel(ours)
    for _ in range(2000):
        channel.send({"event": "launch", "text": "x" * 1000})  # nobody reads: it must not wait for long
    assert channel.dropped > 0
    theirs.close()


def test_a_deadline(tmp_path: Path) -> None:
    service, channel = started(tmp_path, timeout=30.0)
    channel.send(kernel(tmp_path, "hang", "hang hang"))
    channel.close()
    assert not service.finish(1.0) and "not lifted yet" in table(service)


def test_the_listener_raises_nothing_of_its_own() -> None:
    def broken(record: dict[str, Any]) -> None:
        raise RuntimeError

    for told in (
        {},
        {"src": None, "metadata": {}, "metadata_group": {}},
        {"src": 1, "metadata": {"hash": "h"}},
    ):
        Listener(broken)(**told)
    heard: list[dict[str, Any]] = []
    Listener(broken, lambda **told: heard.append(told))(src=1)
    assert heard == [{"src": 1}]
    with pytest.raises(
        ZeroDivisionError
    ):  # what the program's own listener raises, it raises without us as well
        Listener(broken, lambda **told: 1 / 0)()


def test_a_launch_hook_that_waits_in_vain_goes() -> None:
    pytest.importorskip("triton")
    from triton import knobs

    chain = knobs.runtime.launch_enter_hook
    listener = Listener(lambda record: None)
    listener._awaited.add("never launched")
    listener._hook()
    for _ in range(PATIENCE + 2):
        chain(None)
    assert listener._launched not in chain.calls
