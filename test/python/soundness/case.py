"""What a case is: a kernel, its types, and arguments that bring out what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from benchmarks.draws import Draw
from examples.specs.model import signature

SMALL = tuple(range(6))
EDGES = (-(2**31), 2**31 - 1, -7, -1, 0, 1, 5, 8)
BYTES = (-128, 127, -7, -1, 0, 3, 100)
MIXED = (-2.5, -1.0, 0.0, 0.5, 3.0)
TAME = (1, 2, 3)
COUNT = 2048
GRIDS = ((1, 1, 1), (3, 1, 1), (2, 2, 1))
NUMPY = {
    "fp16": np.float16,
    "fp32": np.float32,
    "i1": np.bool_,
    "i8": np.int8,
    "i32": np.int32,
    "i64": np.int64,
}


@dataclass(frozen=True)
class Case:
    """`numbers` are tried for every scalar, `pools` are choices by name: an array's contents, or a scalar."""

    kernel: Any
    types: dict[str, str]
    constexprs: dict[str, int]
    numbers: tuple[int, ...]
    pools: dict[str, tuple[float, ...]]

    @cached_property
    def ir(self) -> str:
        """The kernel's TTIR, compiled offline."""
        from examples.dump import compile_to_ttgir

        return compile_to_ttgir(self.kernel, self.types, dict(self.constexprs), ())["ttir"]

    def draws(self) -> Iterator[Draw]:
        """Every choice of scalars, on every grid, over arrays that are large enough."""
        names = [n for n, kind in self.types.items() if not kind.startswith("*")]
        choices = product(*(self.pools.get(n, self.numbers) for n in names))
        for seed, (numbers, grid) in enumerate(product(choices, GRIDS)):
            rng = np.random.default_rng(seed)
            args: dict[str, Any] = dict(zip(names, numbers, strict=True))
            for name, kind in self.types.items():
                if kind.startswith("*"):
                    pool = self.pools.get(name, MIXED if kind == "*fp32" else SMALL)
                    args[name] = rng.choice(np.array(pool), COUNT).astype(NUMPY[kind[1:]])
            yield Draw(seed, args, grid)

    @property
    def tame(self) -> Case:
        """The same kernel on the numbers 1, 2 and 3: nothing wraps, nothing is divided by zero."""
        pools = {n: TAME for n, kind in self.types.items() if kind != "*i1"}
        return replace(self, pools=pools, numbers=TAME)


CASES: dict[str, Case] = {}


def case(
    types: str,
    numbers: tuple[int, ...] = (0, 1, 3, 8, 13, -2),
    block: int | dict[str, int] = 8,
    **pools: tuple[float, ...],
) -> Callable[[Any], Any]:
    """Registers a kernel, with its types as `"x y: *fp32, n: i32"` and one block size or several."""

    def register(kernel: Any) -> Any:
        constexprs = block if isinstance(block, dict) else {"BLOCK": block}
        CASES[kernel.__name__] = Case(kernel, signature(types), constexprs, numbers, pools)
        return kernel

    return register
