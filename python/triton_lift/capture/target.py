"""The GPU that a kernel is compiled for, written `cuda:90` or `hip:gfx942`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

KNOWN = ("cuda:80", "cuda:90", "cuda:100", "hip:gfx942", "hip:gfx950")
_FORM = re.compile(r"cuda:(\d{2,3})|hip:(gfx[0-9a-f]{3,4})")


@dataclass(frozen=True)
class Target:
    """A backend and its architecture; `warp_size` follows from them."""

    backend: str
    arch: int | str

    @property
    def warp_size(self) -> int:
        """64 on AMD's CDNA (gfx9…), else 32."""
        return 64 if str(self.arch).startswith("gfx9") else 32

    def __str__(self) -> str:
        return f"{self.backend}:{self.arch}"

    def for_triton(self) -> Any:
        """The same as Triton's GPUTarget."""
        from triton.backends.compiler import GPUTarget

        return GPUTarget(self.backend, self.arch, self.warp_size)


DEFAULT = Target("cuda", 90)


def parse_target(text: str) -> Target:
    """The target of that name. Raises ValueError, saying which there are."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"no such target: {text} (like {', '.join(KNOWN)})")
    return Target("cuda", int(found[1])) if found[1] else Target("hip", found[2])
