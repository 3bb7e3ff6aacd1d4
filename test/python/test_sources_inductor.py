"""What Inductor generates (torch 2.13: softmax(x·y + 1) and a sum over rows): its kernels, the module never run."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

import triton_lift
from triton_lift.sources import IRSource, IRSourceError, find_sources

pytest.importorskip("triton")
pytest.importorskip("torch")
CODE = (Path(__file__).parent / "data" / "inductor_output_code.txt").read_text()
SUM = "Σ[k<128] in_ptr0[i + 1000·k]·in_ptr1[i + 1000·k]"


def only_the_sum(code: str) -> str:
    """The module with its second kernel only: each compile takes seconds."""
    return re.sub(
        r"triton_per_fused_0 = async_compile\.triton\(.*?device_str='cuda'\)", "", code, flags=re.DOTALL
    )


def test_output_code(tmp_path: Path) -> None:
    (tmp_path / "output_code.py").write_text(CODE)
    results = {r.kernel: r for r in triton_lift.lift(tmp_path / "output_code.py", jobs=2)}
    assert {r.status for r in results.values()} == {"verified"}, results
    assert results["triton_red_fused_1"].outputs[0].formula == SUM
    assert re.match(r"exp\(.*\) / \(Σ\[k<1000\] exp\(", results["triton_per_fused_0"].outputs[0].formula)


def test_a_mutant_and_lines(tmp_path: Path) -> None:
    code = only_the_sum(CODE).replace("tmp2 = tmp0 * tmp1", "tmp2 = tmp0 + tmp1")
    path = tmp_path / "output_code.py"
    path.write_text(code)
    (source,) = find_sources([str(tmp_path)])
    assert isinstance(source, IRSource) and source.file == f"{path}!triton_red_fused_1"
    text = str(source.read())
    line = next(n for n, t in enumerate(code.splitlines(), 1) if "tl.store(out_ptr0" in t)
    assert f'loc("{path}":{line}:' in text
    (lifted,) = triton_lift.lift(text)
    assert lifted.status != "verified" or lifted.outputs[0].formula != SUM


def test_a_file_of_the_cache(tmp_path: Path) -> None:
    found = re.search(r"async_compile\.triton\('triton_red_fused_1', '''(.*?)'''", CODE, re.DOTALL)
    assert found is not None
    (tmp_path / "cabc.py").write_text(found[1])
    (lifted,) = triton_lift.lift(tmp_path / "cabc.py")
    assert lifted.status == "verified" and lifted.outputs[0].formula == SUM


def test_the_module_is_not_run(tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w')"
    code = only_the_sum(CODE).replace("async_compile = AsyncCompile()", trap)
    # … nor what is beside the kernel in its own text: statements, decorators, defaults
    code = code.replace("@triton.jit\n", f"@{trap}.write\n@triton.jit\n")
    code = code.replace("triton_helpers.set_driver_to_gpu()", f"import shutil\nx = {trap}\n")
    (tmp_path / "output_code.py").write_text(code)
    with zipfile.ZipFile(tmp_path / "dump.zip", "w") as archive:
        archive.write(tmp_path / "output_code.py", "run_1/output_code.py")
    (lifted,) = triton_lift.lift(tmp_path / "dump.zip")
    assert lifted.status == "verified" and lifted.file.endswith(
        "dump.zip!run_1/output_code.py!triton_red_fused_1"
    )
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "import torch._inductor\ntriton_heuristics.x\nasync_compile.triton('k', '''def''')",
            "1 not understood",
        ),
        ("import torch._inductor\ntriton_heuristics.x\nasync_compile.triton(", "not Python"),
        ("import torch._inductor\ntriton_heuristics.x\nasync_compile.triton(\0", "not Python"),
        (f"import torch._inductor\ntriton_heuristics.x\nasync_compile.triton(){'(' * 999}", "not Python"),
    ],
)
def test_what_is_not_understood(tmp_path: Path, code: str, message: str) -> None:
    (tmp_path / "output_code.py").write_text(code)
    (error,) = find_sources([str(tmp_path / "output_code.py")])
    assert isinstance(error, IRSourceError) and message in str(error)
