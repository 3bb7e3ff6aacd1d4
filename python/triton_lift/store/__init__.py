"""Results kept by content: what was lifted once, by this very lifter, is not lifted again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triton_lift.store.results import ResultStore, open_store

__all__ = ["ResultStore", "open_store"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from triton_lift.store import results

    return getattr(results, name)
