"""The kernels of two dumps, paired, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from triton_lift.difference.parameters import correspondence
from triton_lift.lifted import Lifted
from triton_lift.report.outcome import refuted, said

Kind = Literal[
    "same",
    "rewritten",
    "changed",
    "differs",
    "newly verified",
    "newly unproved",
    "newly refuted",
    "still unproved",
    "still refuted",
    "added",
    "removed",
]
# As they are listed: what needs a look first.
KINDS: tuple[Kind, ...] = (
    "newly refuted",
    "changed",
    "differs",
    "newly unproved",
    "removed",
    "added",
    "still refuted",
    "still unproved",
    "newly verified",
    "rewritten",
    "same",
)
# What is only counted: nothing is to be done about it.
QUIET: tuple[Kind, ...] = ("same", "rewritten", "still unproved", "still refuted")


@dataclass(frozen=True)
class Change:
    """What became of one kernel; `old` or `new` is None where it is only in the other dump.

    `detail`: how that is known. `lost` and `gained`: preconditions of the old and the new theorem only.
    """

    kind: Kind
    old: Lifted | None
    new: Lifted | None
    detail: str = ""
    lost: list[str] = field(default_factory=list)
    gained: list[str] = field(default_factory=list)

    @property
    def kernel(self) -> str:
        one = self.new or self.old
        assert one is not None
        return one.kernel

    def to_json(self) -> dict[str, Any]:
        """For scripts: the members are documented in docs/reference/cli.md."""
        return {
            "kernel": self.kernel,
            "change": self.kind,
            "detail": self.detail,
            "old": self.old.to_json() if self.old else None,
            "new": self.new.to_json() if self.new else None,
            "preconditions_lost": self.lost,
            "preconditions_gained": self.gained,
        }


def changes(old: Iterable[Lifted], new: Iterable[Lifted]) -> list[Change]:
    """What became of each kernel, kernels by name; unreadable inputs are not asked for here."""
    before, after = by_name(old), by_name(new)
    found: list[Change] = []
    for name in dict.fromkeys([*before, *after]):
        for one, other in paired(before.get(name, []), after.get(name, [])):
            found.append(change(one, other))
    return sorted(found, key=lambda c: KINDS.index(c.kind))


def by_name(results: Iterable[Lifted]) -> dict[str, list[Lifted]]:
    """The kernels of each name, one of those about which the very same is known."""
    found: dict[str, dict[object, Lifted]] = {}
    for lifted in sorted(results, key=lambda r: r.file):
        found.setdefault(lifted.kernel, {}).setdefault((lifted.stage, *known(lifted)), lifted)
    return {name: list(kernels.values()) for name, kernels in found.items()}


def known(lifted: Lifted) -> tuple[object, ...]:
    """What makes two specialisations of a kernel one."""
    return (lifted.status, claims(lifted), tuple(lifted.preconditions), lifted.reason)


def claims(lifted: Lifted) -> tuple[object, ...]:
    """The formulas as they are printed, with the layouts that give their names a meaning."""
    printed = tuple((o.array, tuple(o.indices), o.domain, o.formula) for o in lifted.outputs)
    return printed, tuple(a for a in lifted.assumptions if " is element " in a)


def paired(old: list[Lifted], new: list[Lifted]) -> Iterator[tuple[Lifted | None, Lifted | None]]:
    """The specialisations of one kernel: those about which the same is known, then those with one formula, then the
    rest in their order."""
    left, right = list(old), list(new)
    for key in (known, claims):
        for one in list(left):
            other = next((r for r in right if r.stage == one.stage and key(r) == key(one)), None)
            if other is not None:
                left.remove(one)
                right.remove(other)
                yield one, other
    for number in range(max(len(left), len(right))):
        yield (
            left[number] if number < len(left) else None,
            right[number] if number < len(right) else None,
        )


def change(old: Lifted | None, new: Lifted | None) -> Change:
    """What became of one kernel."""
    if old is None or new is None:
        return Change("removed" if new is None else "added", old, new)
    if refuted(new):
        return Change("still refuted" if refuted(old) else "newly refuted", old, new, said(new))
    if new.status != "verified":
        was = old.status == "verified"
        return Change("newly unproved" if was else "still unproved", old, new, said(new))
    if old.status != "verified" or refuted(old):
        return Change("newly verified", old, new)
    which = None
    if old.program is not None and new.program is not None:
        which = correspondence(old.program.params, new.program.params)
    before = {p: p if which is None else which.renamed(p) for p in old.preconditions}
    lost = [p for p, now in before.items() if now not in new.preconditions]
    gained = [p for p in new.preconditions if p not in before.values()]
    if claims(old) == claims(new):
        return Change("same", old, new, "" if which is None else which.said, lost, gained)
    from triton_lift.difference.equality import compare

    if old.program is None or new.program is None:
        return Change("differs", old, new, "it cannot be computed", lost, gained)
    found = compare(old.program, new.program)
    kinds: dict[bool | None, Kind] = {True: "rewritten", False: "changed", None: "differs"}
    return Change(kinds[found.equal], old, new, found.detail, lost, gained)
