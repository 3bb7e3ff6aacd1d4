"""A small launch, looked at: which program writes which element. For pages that show it; nothing is proved by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triton_lift.illustration.model import Illustration, Panel, Run

__all__ = ["Illustration", "Panel", "Run"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from triton_lift.illustration import model

    return getattr(model, name)
