"""A worker that loads the native code while the command line itself still loads."""

from __future__ import annotations

import atexit
from collections.abc import Sequence

from triton_lift.workers import Pool

_pools: list[Pool] = []


def start(arguments: Sequence[str]) -> None:
    """Start a worker if this command line will need one."""
    if arguments[1:2] in (["lift"], ["corpus"], ["diff"]) and "--help" not in arguments:
        pool = Pool()
        atexit.register(pool.close)
        pool.warm()
        _pools.append(pool)


def take() -> Pool:
    """The pool of that worker, or a new one."""
    return _pools.pop() if _pools else Pool()
