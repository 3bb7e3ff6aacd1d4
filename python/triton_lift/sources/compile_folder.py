"""Triton's cache (`~/.triton/cache`) and dump (`TRITON_KERNEL_DUMP=1`) folders.

Each compile has a folder of its own, with one file for each stage. The TTIR and the TTGIR in it are one kernel, so
only the earlier stage is lifted; a plain folder of IR files serves every file.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from triton_lift.sources.folder import ir_files
from triton_lift.sources.source import IRSource

LATER_STAGES = (".llir", ".ptx", ".cubin", ".amdgcn", ".hsaco", ".spv", ".zebin")


def is_compile(file: Path) -> bool:
    """Whether `file` lies among the other stages of its own compile."""
    if any(file.with_suffix(suffix).exists() for suffix in LATER_STAGES):
        return True
    return (file.parent / f"__grp__{file.stem}.json").exists()


class CompileFolderReader:
    """A folder in which every IR file belongs to a compile."""

    def accepts(self, path: str) -> bool:
        if not Path(path).is_dir():
            return False
        files = ir_files(Path(path))
        return bool(files) and all(is_compile(file) for file in files)

    def sources(self, path: str) -> Iterator[IRSource]:
        for file in ir_files(Path(path)):
            if file.suffix == ".ttgir" and file.with_suffix(".ttir").is_file():
                continue
            yield IRSource(str(file))
