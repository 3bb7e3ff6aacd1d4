"""Numbers that terms have in each of the observed launches."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from triton_lift.evaluation.program import Program
from triton_lift.evaluation.terms import Evaluator
from triton_lift.terms.term import Sort, Term, make, subterms
from triton_lift.views.launch import Launch, Tensor

Numbers = tuple[int, ...]  # one for each launch


class Observed:
    """The launches of one kernel. `tensors`: for each array, what it was in each launch, of one rank in all of them."""

    def __init__(self, program: Program, launches: Sequence[Launch]) -> None:
        self.launches = launches
        self.leaves: list[dict[Term, int | float]] = []
        kinds = [dict(launch.tensors) for launch in launches]
        self.tensors: dict[int, list[Tensor]] = {}
        for index, (name, kind) in enumerate(program.params):
            if kind.startswith("ptr") and all(name in known for known in kinds):
                tensors = [known[name] for known in kinds]
                if {len(t.shape) for t in tensors} == {len(tensors[0].shape)} != {0}:
                    self.tensors[index] = tensors
        for launch in launches:
            numbers = dict(launch.numbers)
            leaves: dict[Term, int | float] = {make("nprogs", (), n): launch.grid[n] for n in range(3)}
            for index, (name, kind) in enumerate(program.params):
                if not kind.startswith("ptr") and name in numbers:
                    sort: Sort = "bool" if kind == "i1" else "int" if kind[0] == "i" else "real"
                    leaves[make("param", (), (index, name), sort)] = numbers[name]
            self.leaves.append(leaves)

    def learn(self, t: Term, numbers: Numbers) -> None:
        """`t` stands for these numbers."""
        for leaves, number in zip(self.leaves, numbers, strict=True):
            leaves[t] = number

    def numbers(self, t: Term) -> Numbers | None:
        """What the integer `t` is in each launch; None where that is not known."""
        known = [t in leaves or _known(t, leaves) for leaves in self.leaves]
        if not all(known):
            return None
        return tuple(int(Evaluator(leaves, {})(t)) for leaves in self.leaves)

    def holds(self, fact: Term, number: int) -> bool | None:
        """Whether `fact` holds in one launch; None where that cannot be told."""
        leaves = self.leaves[number]
        return bool(Evaluator(leaves, {})(fact)) if _known(fact, leaves) else None

    def sizes(self, array: int, dimension: int) -> Numbers:
        """The sizes of one dimension of a tensor."""
        return tuple(t.shape[dimension] for t in self.tensors[array])

    def strides(self, array: int, dimension: int) -> Numbers:
        """The strides of one dimension of a tensor."""
        return tuple(t.strides[dimension] for t in self.tensors[array])

    def dimensions(self, array: int) -> list[int]:
        """Those along which there is more than one element, the slowest first."""
        rank = len(self.tensors[array][0].shape)
        found = [d for d in range(rank) if any(n > 1 for n in self.sizes(array, d))]
        return sorted(found, key=lambda d: tuple(-s for s in self.strides(array, d)))


def alike(launches: Sequence[Launch]) -> list[Launch]:
    """Those that most of them are like: the same arguments are tensors, of the same ranks."""
    groups: dict[tuple[tuple[str, int], ...], list[Launch]] = {}
    for launch in launches:
        groups.setdefault(tuple((n, len(t.shape)) for n, t in launch.tensors), []).append(launch)
    return max(groups.values(), key=len, default=[])


def times(*factors: Numbers) -> Numbers:
    """Products, launch by launch."""
    return tuple(prod(parts) for parts in zip(*factors, strict=True))


def _known(t: Term, leaves: dict[Term, int | float]) -> bool:
    if t.free:
        return False
    return all(u.args or u in leaves or u.op in ("int", "bool", "real") for u in subterms([t])) and not any(
        u.op in ("read", "foldresult", "length") for u in subterms([t])
    )
