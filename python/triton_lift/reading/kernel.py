"""A kernel as terms: parameters, loops as recurrences, and effects."""

from __future__ import annotations

from dataclasses import dataclass, field

from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term

# Among the loops of a read: it is known to see what there was before the kernel; and: it comes after its program knew
# that all others had arrived.
INITIAL, LATE = -2, -3


class Unsupported(Exception):
    """Something that has no semantics here. `op` names it, `location` is its source line, if known."""

    def __init__(self, op: str, reason: str, location: str | None = None) -> None:
        super().__init__(f"{op}: {reason}")
        self.op, self.reason, self.location = op, reason, location


@dataclass(frozen=True)
class Parameter:
    """A kernel argument. `type` is as the compiler spells it, e.g. `ptr<f32>` or `i32`.

    `table`: it is no argument of its own, but what the entries of that argument point to, one row for each entry; the
    parameter after it is the rows' size.
    """

    index: int
    name: str
    type: str
    divisibility: int | None = None
    term: Term | None = None
    table: int | None = None
    descriptor: bool = False  # the array behind a descriptor that was passed

    @property
    def is_array(self) -> bool:
        """Whether this argument is a pointer."""
        return self.type.startswith("ptr")


@dataclass(frozen=True)
class Carry:
    """One loop-carried value: init and next as functions of the tensor index `coords`."""

    pos: int
    coords: tuple[Term, ...]
    init: Term
    next: Term


@dataclass
class Loop:
    """A counted loop. `var` counts iterations from 0 to `trips` − 1; `guard` is the condition under which it runs.

    What the kernel itself counts with goes from `low` by `step`.
    """

    id: int
    var: Term
    step: Term
    trips: Term
    guard: Term
    location: str | None
    carries: dict[int, Carry] = field(default_factory=dict)
    low: Term = ints.ZERO


@dataclass(frozen=True)
class WrapRisk:
    """An integer operation that is exact only while `term` fits into `width` signed bits."""

    term: Term
    width: int
    location: str | None


@dataclass(frozen=True)
class Effect:
    """A write: for all lanes (with their extents) and iterations of `loops`, under `guard`, array[offset] := value.

    `version`: how many writes of the array precede it in program order.
    The integer operations that it depends on, as the kernel does them (before any simplification): those that decide
    whether it happens, by loop (`loop_risks`) and by conjunct of the guard (`guards`), and all others (`risks`).
    """

    kind: str
    array: int
    lanes: tuple[tuple[Term, int], ...]
    loops: tuple[int, ...]
    offset: Term
    guard: Term
    value: Term
    order: int
    location: str | None
    risks: tuple[WrapRisk, ...] = ()
    loop_risks: tuple[tuple[WrapRisk, ...], ...] = ()
    guards: tuple[tuple[Term, tuple[WrapRisk, ...]], ...] = ()
    version: int = 0


@dataclass(frozen=True)
class Rounding:
    """A place where the machine's answer differs from the real one."""

    text: str
    location: str | None


@dataclass(frozen=True)
class Arrival:
    """A counter that each of `programs` programs increments once (`counter`), after all of its own effects, and
    what only the last of them does (`effects`).

    `loaded`: whoever finds all of them in the counter does it, and that may be several; otherwise it is one program.
    """

    counter: Effect
    programs: Term
    loaded: bool
    effects: tuple[Effect, ...]


@dataclass
class Kernel:
    """Everything symbolic interpretation found out about one kernel.

    `places`: of each value that float operations compute, the type it is computed in and the source line.
    `visited_once`: arrays of which some reads are marked INITIAL, given that no two points of their store share an
    address. `read_back`: arrays that it both reads and writes; `passed`: those through
    which iterations pass values to themselves. `owed`: what has to hold in every program, and the source line.
    """

    name: str
    location: str | None
    params: list[Parameter]
    loops: dict[int, Loop] = field(default_factory=dict)
    folds: dict[int, tuple[Term, ...]] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    assumes: list[tuple[str, Term, tuple[Term, ...], str | None]] = field(default_factory=list)
    extents: dict[Term, int] = field(default_factory=dict)
    shift_widths: dict[Term, int] = field(default_factory=dict)
    roundings: list[Rounding] = field(default_factory=list)
    places: dict[Term, tuple[str, str | None]] = field(default_factory=dict)
    unsupported: list[Unsupported] = field(default_factory=list)
    arrival: Arrival | None = None
    visited_once: frozenset[int] = frozenset()
    read_back: frozenset[int] = frozenset()
    passed: frozenset[int] = frozenset()
    owed: tuple[tuple[Term, str | None], ...] = ()

    def element_type(self, array: int) -> str:
        """The type of an array's elements, as the IR spells it."""
        return self.params[array].type.removeprefix("ptr<").removesuffix(">")
