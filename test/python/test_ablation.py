"""The ablation tells what rules and search contribute to a kernel."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from benchmarks.ablation import files_of, needing_search, outcomes
from soundness.case import CASES

for _module in ("searched", "recurrences"):
    import_module(f"soundness.{_module}")


def test_settings(tmp_path: Path) -> None:
    """A ring's slot needs the search, running sums do not, the logistic map has no closed form; others have no loop."""
    for name in ("slot_of_a_ring", "running_sums", "logistic_map"):
        (tmp_path / f"{name}.ttir").write_text(CASES[name].ir)
    (tmp_path / "no_loop.ttir").write_text("module {\n}\n")
    files = files_of([tmp_path])
    assert len(files) == 3
    found = [o for f in files for o in outcomes(f, 20)]
    verified = {(o.kernel, o.setting) for o in found if o.status == "verified"}
    assert ("slot_of_a_ring", "rules only") not in verified
    assert {("slot_of_a_ring", s) for s in ("search only", "both")} <= verified
    assert ("running_sums", "rules only") in verified
    assert not any(kernel == "logistic_map" for kernel, _ in verified)
    assert [o.kernel for o in needing_search(found)] == ["slot_of_a_ring"]
    (ring,) = needing_search(found)
    assert ring.searched and ring.closed == ring.carried == 2
