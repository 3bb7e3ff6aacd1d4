"""The Python entry `triton_lift.lift` and how a result shows itself; with a stub in place of the lifter."""

from __future__ import annotations

import pickle
import threading
from pathlib import Path

import pytest

import triton_lift
from triton_lift.lifted import Lifted, OutputFormula
from triton_lift.report.html import to_html
from triton_lift.report.text import to_text
from triton_lift.workers import pool


@pytest.fixture(autouse=True)
def stub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "LIFT_TASK", "stub_tasks:scripted")
    monkeypatch.setattr("triton_lift.workers.lift._free", {})


def test_text_and_path(tmp_path: Path) -> None:
    (tmp_path / "k.ttgir").write_text("a verified\nb unsupported")
    for source in ("a verified\nb unsupported\n", tmp_path, str(tmp_path), tmp_path / "k.ttgir"):
        assert [(r.kernel, r.status) for r in triton_lift.lift(source)] == [
            ("a", "verified"),
            ("b", "unsupported"),
        ]
    assert [r.kernel for r in triton_lift.lift(tmp_path, kernel="b")] == ["b"]


def test_order_is_that_of_the_input(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.ttir").write_text(f"k{number} {'abort' if number % 2 else 'verified'}")
    assert [r.kernel for r in triton_lift.lift(tmp_path, jobs=3)] == [f"k{n}" for n in range(6)]


def test_bad_input_is_a_result(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.ttir"):
        (result,) = triton_lift.lift(path)
        assert (result.status, result.kernel, result.file) == ("error", "", str(path))
        assert result.reason is not None


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match="timeout"):
        triton_lift.lift("a verified\n", timeout=0)
    with pytest.raises(ValueError, match="jobs"):
        triton_lift.lift("a verified\n", jobs=0)


def test_two_threads_at_once() -> None:
    results: list[str] = []

    def work(name: str) -> None:
        results.extend(r.kernel for r in triton_lift.lift(f"{name} verified\n" * 2))

    threads = [threading.Thread(target=work, args=(f"k{n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["k0", "k0", "k1", "k1", "k2", "k2"]


def test_a_result_pickles() -> None:
    (result,) = triton_lift.lift("a verified\n")
    assert pickle.loads(pickle.dumps(result)) == result


def outputs(*domains: str) -> list[OutputFormula]:
    return [OutputFormula("y" * (n + 1), ["i"], domain, "x[i]", "") for n, domain in enumerate(domains)]


def test_text_aligns_formulas_and_says_each_domain_once() -> None:
    lifted = Lifted(
        "k", "k.ttir", status="verified", values="proved", outputs=outputs("0 ≤ i < n", "0 ≤ i < n", "i = 0")
    )
    assert to_text(lifted).splitlines() == [
        "k · verified for all sizes · coverage unknown · single writer unknown · 0 s",
        "  y[i]   = x[i]",
        "  yy[i]  = x[i]",
        "  for   0 ≤ i < n",
        "  yyy[i] = x[i]",
        "  for   i = 0",
    ]


def test_long_lists_break_between_items() -> None:
    items = [f"{letter * 24} ≥ 1" for letter in "abcdef"]
    lines = to_text(Lifted("k", "k.ttir", preconditions=items)).splitlines()[1:]
    assert lines == [
        f"  given {items[0]}; {items[1]}; {items[2]};",
        f"        {items[3]}; {items[4]}; {items[5]}",
    ]


def test_html_escapes_what_comes_from_the_kernel() -> None:
    lifted = Lifted("<script>", "k.ttir", reason="a < b", outputs=outputs("0 ≤ i < n"))
    html = to_html(lifted)
    assert "<script>" not in html and "&lt;script&gt;" in html and "a &lt; b" in html
    assert "<mi>i</mi><mo>&lt;</mo><mi>n</mi>" in html
    assert lifted._repr_html_() == html
