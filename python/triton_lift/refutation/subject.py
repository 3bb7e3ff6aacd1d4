"""The kernel that is to be refuted: run on launches of our choice, within a time budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from triton_lift.interpreter import Executable, InterpreterError, Options, OutOfTime, Write
from triton_lift.interpreter.code import Op
from triton_lift.interpreter.elements import Array
from triton_lift.lifted import Lifted
from triton_lift.refutation.launches import (
    ORDERS,
    SMALL,
    Launch,
    Parameter,
    axes_of,
    grids,
    largest_block,
    launch_of,
    parameters_of,
)
from triton_lift.refutation.roles import Roles, operations, roles_of
from triton_lift.refutation.virtual import VirtualMemory
from triton_lift.witness import ArrayArgument, Witness

MAX_ELEMENTS = 1 << 22
# Two choices for what has no defined value: a launch on which they make a difference proves nothing.
GARBAGE = (Options(), Options(garbage_int=0x0123_4567_0123_4567, garbage_float=1.5))


@dataclass
class Subject:
    """A kernel, what the lifter said of it, and how long it may take to contradict."""

    executable: Executable
    summary: Mapping[str, Any]
    lifted: Lifted
    deadline: float

    @cached_property
    def parameters(self) -> list[Parameter]:
        return parameters_of(self.summary)

    @cached_property
    def operations(self) -> list[Op]:
        """All operations of the kernel and of the functions that it may call."""
        return [op for f in self.executable.functions.values() for op in operations(f.body)]

    @cached_property
    def roles(self) -> Roles:
        return roles_of(self.executable.entry)

    @cached_property
    def axes(self) -> list[int]:
        return axes_of(self.operations)

    @cached_property
    def block(self) -> int:
        """The largest extent of a tile."""
        return largest_block(self.operations)

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() > self.deadline

    def options(self, base: Options) -> Options:
        """Options of a run that stops when the time is over."""
        return replace(base, deadline=self.deadline)

    def ordinary(self, *, several: bool) -> Iterator[tuple[int, tuple[int, int, int]]]:
        """Sizes with grids to launch them on. Two programs get sizes that need two: that more programs than that do
        nothing sensible proves nothing."""
        part = min(SMALL, self.block // 2 + 1)  # of a block, and odd where blocks are not tiny
        for grid in grids(self.axes, several=several):
            if grid == (1, 1, 1):
                yield max(2, part), grid
                yield self.block + part, grid
            else:
                yield 2 * self.block + part, grid

    def launches(self, size: int, grid: tuple[int, int, int], apart: bool) -> list[Launch]:
        """Launches on this grid whose sizes are about `size` and stand in different orders: the ordinary one first."""
        found: list[Launch] = []
        for order in ORDERS:
            launch = launch_of(self.parameters, self.roles, size, order, self.block, apart).on(grid)
            if launch not in found:
                found.append(launch)
        return found

    def everywhere(
        self,
        size: int,
        grid: tuple[int, int, int],
        find: Callable[[Launch], Witness | None],
        *,
        runs: Sequence[Options] = GARBAGE,
        shows: Callable[[Launch], bool] | None = None,
        apart: bool = False,
    ) -> Witness | None:
        """The witness that `find` gives on the ordinary launch, if the failure `shows` on every launch that can be run;
        the arrays of the launches are large enough for all these `runs`.

        What shows only for some order of the sizes may show that the sizes do not go together. With `apart` the same
        goes for other numbers.
        """
        witness: Witness | None = None
        for launch in self.launches(size, grid, apart):
            realised = self.realise(launch, runs)
            if realised is None:
                continue
            if witness is None:
                witness = find(realised)
                if witness is None:
                    return None
            elif not (shows(realised) if shows is not None else find(realised)):
                return None
        return witness

    def realise(self, launch: Launch, runs: Sequence[Options]) -> Launch | None:
        """The launch with arrays just large enough for all these runs; None where one goes out of bounds, asserts, or
        needs too much."""
        contents = {n: a for n, a in launch.args.items() if isinstance(a, ArrayArgument)}
        arguments = {n: () if n in contents else a for n, a in launch.args.items()}
        sizes = dict.fromkeys(contents, 1)
        for options in runs:
            memory = VirtualMemory(contents)
            try:
                self.executable.run(arguments, launch.grid, self.options(options), memory)
            except OutOfTime:
                raise
            except InterpreterError:
                return None
            sizes = {n: max(size, memory.reach.get(n, (0, 0))[1] + 1) for n, size in sizes.items()}
        if sum(sizes.values()) > MAX_ELEMENTS:
            return None
        sized = {n: replace(a, length=sizes[n]) for n, a in contents.items()}
        return Launch(launch.grid, {**launch.args, **sized})

    def run(
        self, launch: Launch, options: Options, log: Callable[[Write], None] | None = None
    ) -> dict[str, Array] | None:
        """What memory holds afterwards, `log` told of every write; None where the run has no result."""
        try:
            settings = replace(self.options(options), on_store=log)
            return self.executable.run(launch.arguments(), launch.grid, settings)
        except OutOfTime:
            raise
        except InterpreterError:
            return None
