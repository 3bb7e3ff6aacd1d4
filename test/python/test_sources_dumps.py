"""Dumps of every kind: cache and dump folders, logs of passes, traces, archives; what is left aside is said."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import triton_lift
from docs_console import ENVIRONMENT, ROOT
from triton_lift.sources import IRSource, IRSourceError, Notice, find_sources

IR = ROOT / "examples" / "ir"
TRACE = Path(__file__).parent / "data" / "tritonparse.bin.ndjson"  # three compiles, three launches, gzip
PROGRAM = """
import torch, triton, triton.language as tl
from triton_lift.capture.driver import activate
from triton_lift.capture.target import parse_target
activate(parse_target("cuda:90"))

@triton.jit
def add(x, y, out, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + i, tl.load(x + i, i < n) + tl.load(y + i, i < n), i < n)

@triton.jit
def scale(x, out, a, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + i, tl.load(x + i, i < n) * a, i < n)

x = torch.zeros(1000)
add[(8,)](x, x, x, 1000, BLOCK=128)
add[(8,)](x, x, x, 1000, BLOCK=256)
scale[(8,)](x, x, 2.0, 1000, BLOCK=128)
"""


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Triton writes of three compiles: `cache`, `dump` and `passes.log`."""
    pytest.importorskip("triton")
    pytest.importorskip("torch")
    folder = tmp_path_factory.mktemp("dumps")
    (folder / "program.py").write_text(PROGRAM)
    environment = {
        **ENVIRONMENT,
        "TRITON_CACHE_DIR": str(folder / "cache"),
        "TRITON_DUMP_DIR": str(folder / "dump"),
        "TRITON_KERNEL_DUMP": "1",
        "TRITON_ALWAYS_COMPILE": "1",
        "MLIR_ENABLE_DUMP": "1",
    }
    command = [sys.executable, "program.py"]
    done = subprocess.run(
        command, cwd=folder, stderr=subprocess.PIPE, text=True, env=environment, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    (folder / "passes.log").write_text(done.stderr)
    return folder


def found(*paths: Path) -> tuple[list[IRSource], list[IRSourceError], list[Notice]]:
    notices: list[Notice] = []
    everything = list(find_sources(map(str, paths), notice=notices.append))
    sources = [s for s in everything if isinstance(s, IRSource)]
    return sources, [e for e in everything if isinstance(e, IRSourceError)], notices


def kernels(*paths: Path) -> list[tuple[str, str]]:
    """Each kernel's name and block size, as its IR says."""
    sources, errors, _ = found(*paths)
    assert not errors, errors
    texts = [s.read() for s in sources]
    plain = [t if isinstance(t, str) else t.decode() for t in texts]
    return sorted((re.search(r"public @(\w+)", t)[1], re.search(r"end = (\d+)", t)[1]) for t in plain)  # type: ignore[index]


THREE = [("add", "128"), ("add", "256"), ("scale", "128")]


@pytest.mark.parametrize("kind", ["cache", "dump", "passes.log"])
def test_what_triton_writes(dumps: Path, kind: str) -> None:
    assert kernels(dumps / kind) == THREE
    results = triton_lift.lift(dumps / kind)
    assert {r.kernel: r.outputs[0].formula for r in results} == {"add": "x[i] + y[i]", "scale": "a·x[i]"}
    assert all(r.status == "verified" and r.stage == "ttir" for r in results)


def test_of_a_log_the_lowered_ttir_is_taken(dumps: Path) -> None:
    sources, _, notices = found(dumps / "passes.log")
    assert "of 3 compiles" in notices[0].message and "hold no Triton kernel" in notices[0].message
    cached = {s.read() for s in found(dumps / "cache")[0]}
    for source in sources:
        # the cache's file has the same module, maybe with other numbers of locations
        text = re.sub(r"loc\(.*|#loc.*", "", str(source.read())).split()
        assert text in [
            re.sub(r"loc\(.*|#loc.*", "", c.decode()).split() for c in cached if isinstance(c, bytes)
        ]


def test_a_log_with_other_output_in_between_and_cut_off(dumps: Path, tmp_path: Path) -> None:
    log = (dumps / "passes.log").read_text()
    noisy = re.sub(r"^}(.*)$", r"}\1\nINFO: step 3 took 4 s\n{'a': 1}", log, flags=re.MULTILINE)
    (tmp_path / "noisy.log").write_text("Epoch 1\n" + noisy)
    assert kernels(tmp_path / "noisy.log") == THREE
    last = log.rindex("IR Dump Before ConvertTritonToTritonGPU")
    (tmp_path / "cut.log").write_text(log[: last + 900])
    assert kernels(tmp_path / "cut.log") == THREE  # of the last one, the dump before
    (tmp_path / "none.log").write_text(
        "// -----// IR Dump Before X: x ('y' operation) //----- //\nllvm.func\n"
    )
    assert "none of the 1 dumps" in str(found(tmp_path / "none.log")[1][0])


def test_a_real_trace(tmp_path: Path) -> None:
    assert kernels(TRACE) == THREE
    _, _, notices = found(TRACE)
    assert notices[0].message == "not lifted: 3 × launch"
    (tmp_path / "plain.ndjson").write_bytes(gzip.decompress(TRACE.read_bytes()))
    assert kernels(tmp_path / "plain.ndjson") == THREE


def test_zstd_of_several_frames(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    lines = gzip.decompress(TRACE.read_bytes()).splitlines(keepends=True)
    packed = b"".join(zstandard.ZstdCompressor().compress(line) for line in lines)
    (tmp_path / "t.ndjson.zst").write_bytes(packed)
    assert kernels(tmp_path / "t.ndjson.zst") == THREE
    (tmp_path / "cut.ndjson.zst").write_bytes(packed[:4] + b"\xff" * 40)
    assert "broken archive" in str(found(tmp_path / "cut.ndjson.zst")[1][0])


def test_what_a_trace_does_not_hold(tmp_path: Path) -> None:
    text = (IR / "softmax.ttir").read_text()
    one = json.dumps({"event_type": "compilation", "payload": {"file_content": {"softmax.ttir": text}}})
    empty = json.dumps({"event_type": "compilation", "payload": {"file_content": {"k.ptx": "…"}}})
    (tmp_path / "t.ndjson").write_text("\n".join([one, one, empty, "{broken", '{"event_type": "launch"}']))
    sources, _, notices = found(tmp_path / "t.ndjson")
    assert len(sources) == 1 and sources[0].file.endswith("t.ndjson!1-softmax.ttir")
    for part in ("seen before", "1 × compilation without IR", "1 × broken line", "1 × launch"):
        assert part in notices[0].message
    (tmp_path / "none.ndjson").write_text(empty)
    assert "no compilation with TTIR or TTGIR" in str(found(tmp_path / "none.ndjson")[1][0])


def packed(kind: str, folder: Path, target: Path) -> Path:
    """`folder` as an archive of that kind."""
    path = target / f"dumps.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for file in folder.rglob("*"):
                archive.write(file, file.relative_to(folder))
        return path
    mode = "w:gz" if kind.endswith("gz") else "w"
    with tarfile.open(path, mode) as tar:
        tar.add(folder, arcname=".")
    return path


@pytest.mark.parametrize("kind", ["zip", "tar", "tgz", "tar.gz"])
def test_archives(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    for name in ("softmax.ttir", "matmul.ttgir"):
        (folder / "deep" / name).write_bytes((IR / name).read_bytes())
    (folder / "t.bin.ndjson").write_bytes(TRACE.read_bytes())  # not by its suffix: a trace, and packed itself
    archive = packed(kind, folder, tmp_path)
    sources, errors, _ = found(archive)
    assert not errors and len(sources) == 5
    names = [s.file.removeprefix(f"{archive}!") for s in sources]
    assert "deep/softmax.ttir" in names and any(name.startswith("t.bin.ndjson!") for name in names)
    (lifted,) = [r for r in triton_lift.lift(archive) if r.kernel == "softmax"]
    assert lifted.status == "verified" and lifted.file == f"{archive}!deep/softmax.ttir"


def test_one_compressed_file(tmp_path: Path) -> None:
    (tmp_path / "softmax.ttir.gz").write_bytes(gzip.compress((IR / "softmax.ttir").read_bytes()))
    assert triton_lift.lift(tmp_path / "softmax.ttir.gz")[0].status == "verified"


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08\x00rubbish", b"PK\3\4rubbish", b"\x1f\x8b"])
def test_broken_archives(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    (tmp_path / "good.ttir").write_bytes((IR / "softmax.ttir").read_bytes())
    sources, errors, _ = found(tmp_path)
    assert len(sources) == 1 and "broken archive" in str(errors[0])


def test_an_archive_that_leads_elsewhere(tmp_path: Path) -> None:
    for name in ("../evil.ttir", "/evil.ttir"):
        with tarfile.open(tmp_path / "evil.tar", "w") as tar:
            info = tarfile.TarInfo(name)
            data = b"module {}"
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        sources, errors, _ = found(tmp_path / "evil.tar")
        assert errors or all("triton-lift-" in str(s.path) for s in sources)
        assert not (tmp_path / "evil.ttir").exists() and not Path("/evil.ttir").exists()


def test_python_in_an_archive_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "k.py").write_text("raise SystemExit")
    with zipfile.ZipFile(tmp_path / "k.zip", "w") as archive:
        archive.write(tmp_path / "k.py", "k.py")
    assert "no .ttir" in str(found(tmp_path / "k.zip")[1][0])
    (tmp_path / "k.py.gz").write_bytes(gzip.compress(b"raise SystemExit"))
    assert triton_lift.lift(tmp_path / "k.py.gz")[0].status == "error"


def test_what_a_folder_holds_beside_ir(tmp_path: Path) -> None:
    (tmp_path / "softmax.ttir").write_bytes((IR / "softmax.ttir").read_bytes())
    (tmp_path / "notes.ptx").write_text("a companion")
    (tmp_path / "weights.bin").write_text("something else")
    _, errors, notices = found(tmp_path)
    assert not errors and notices == [Notice("not read, no IR by their names: .bin 1", str(tmp_path))]


def test_the_generic_form(tmp_path: Path) -> None:
    command = """
from mlir._mlir_libs._mlir import ir
from triton_lift import _native
import sys
context = ir._Context()
_native.register_dialects(context)
module = ir.Module.parse(open(sys.argv[1]).read(), context)
print(module.operation.get_asm(print_generic_op_form=True, enable_debug_info=True))
"""
    done = subprocess.run(
        [sys.executable, "-c", command, str(IR / "softmax.ttir")],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=True,
    )
    assert '"tt.load"' in done.stdout
    (tmp_path / "generic.mlir").write_text(done.stdout)
    (lifted,) = triton_lift.lift(tmp_path)
    assert lifted.status == "verified" and "exp(x_ptr[i, j]" in lifted.outputs[0].formula


@pytest.mark.parametrize("name", ["softmax.ttir", "matmul.ttgir"])
def test_bytecode(tmp_path: Path, name: str) -> None:
    """It says what the text says; where properties have no names, it is refused instead of misread."""
    command = """
import sys
from mlir._mlir_libs._mlir import ir
from triton_lift import _native
context = ir._Context()
_native.register_dialects(context)
module = ir.Module.parse(open(sys.argv[1]).read(), context)
for version in (0, 4, 6):
    with open(f"{sys.argv[2]}/{version}.mlirbc", "wb") as file:
        module.operation.write_bytecode(file, desired_version=version)
"""
    subprocess.run(
        [sys.executable, "-c", command, str(IR / name), str(tmp_path)],
        env=ENVIRONMENT,
        check=True,
        timeout=60,
    )
    (text,) = triton_lift.lift(IR / name)
    old, newer, newest = sorted(triton_lift.lift(tmp_path), key=lambda r: r.file)
    assert text.status == "verified" and newest.status == "error" and "version 6" in str(newest.reason)
    for binary in (old, newer):
        assert (binary.status, binary.outputs, binary.stage) == ("verified", text.outputs, text.stage)


def test_a_pipe_is_not_looked_into(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (source,), _, _ = found(tmp_path / "pipe")  # does not wait for a writer
    assert source == IRSource(str(tmp_path / "pipe"))


def test_notices_go_to_standard_error(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "triton_lift.cli", "lift", "--format", "json", str(TRACE)]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert done.returncode == 0 and "not lifted: 3 × launch" in done.stderr
    assert len(done.stdout.splitlines()) == 3
