"""A folder that `triton-lift capture` wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from triton_lift.capture.store import LOG, read_log
from triton_lift.sources.source import IRSource, IRSourceError
from triton_lift.views.launch import read_launches


class CaptureFolderReader:
    """Each captured kernel; those that did not compile are errors in their place."""

    def accepts(self, path: str) -> bool:
        return (Path(path) / LOG).is_file()

    def sources(self, path: str) -> Iterator[IRSource]:
        log = read_log(Path(path))
        if not log.kernels:
            raise IRSourceError("no kernel was captured in this folder", path)
        for kernel in log.kernels.values():
            yield IRSource(str(kernel.file), launches=read_launches(kernel.launches))
