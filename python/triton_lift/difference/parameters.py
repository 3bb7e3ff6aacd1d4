"""Kernels whose parameters differ: which stands for which, so that the rest can be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from triton_lift.evaluation.program import Program, ProgramOutput
from triton_lift.terms.substitution import rewrite
from triton_lift.terms.term import Term, make

Params = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Correspondence:
    """Parameters that are matched: `params` are the old kernel's, then those that only the new one has.

    `new`: the number in `params` of each parameter of the new kernel. `said`: how the parameters differ, in words;
    empty where they do not.
    """

    params: Params
    new: tuple[int, ...]
    names: dict[str, str]  # old → new, where they differ
    said: str

    def moved(self, program: Program) -> Program:
        """The new kernel with its parameters numbered and named as in `params`."""

        def visit(t: Term) -> Term | None:
            if t.op == "param":
                number = self.new[t.attr[0]]
                return make("param", (), (number, self.params[number][0]), t.sort)
            if t.op == "read":
                return make("read", t.args, (self.new[t.attr[0]], *t.attr[1:]), t.sort)
            if t.op == "length":
                return make("length", (), self.new[t.attr], t.sort)
            return None

        def put(t: Term) -> Term:
            return rewrite(t, visit)

        def output(o: ProgramOutput) -> ProgramOutput:
            return replace(
                o,
                array=self.new[o.array],
                constraints=tuple(map(put, o.constraints)),
                offset=put(o.offset),
                value=put(o.value),
                domain=None if o.domain is None else tuple(map(put, o.domain)),
                formula=None,
                box=None,
            )

        return Program(
            self.params,
            tuple((text, put(fact)) for text, fact in program.preconditions),
            tuple(map(output, program.outputs)),
        )

    def renamed(self, text: str) -> str:
        """A line about the old kernel with the new names."""
        return re.sub(r"\w+", lambda found: self.names.get(found[0], found[0]), text)


def correspondence(old: Params, new: Params) -> Correspondence:
    """Parameters correspond by name; those left over, one after the other of each type if they are equally many."""
    partner: dict[int, int] = {}  # new → old
    for n, (name, kind) in enumerate(new):
        same = [o for o, (other, its) in enumerate(old) if other == name and sort(its) == sort(kind)]
        if same:
            partner[n] = same[0]
    left = [o for o in range(len(old)) if o not in partner.values()]
    for kind in {old[o][1] for o in left}:
        theirs = [o for o in left if old[o][1] == kind]
        ours = [n for n in range(len(new)) if n not in partner and new[n][1] == kind]
        if len(theirs) == len(ours):
            partner |= dict(zip(ours, theirs, strict=True))
    params = list(old)
    for n, (name, kind) in enumerate(new):
        if n not in partner:
            partner[n] = len(params)
            params.append((name if name not in dict(params) else f"{name} (new)", kind))
        elif partner[n] < len(old) and narrower(kind, old[partner[n]][1]):
            params[partner[n]] = (params[partner[n]][0], kind)
    numbers = tuple(partner[n] for n in range(len(new)))
    names = {old[o][0]: new[n][0] for n, o in partner.items() if o < len(old) and old[o][0] != new[n][0]}
    return Correspondence(tuple(params), numbers, names, difference(old, new, numbers))


def difference(old: Params, new: Params, numbers: Sequence[int]) -> str:
    """In words."""
    pairs = [(old[o], new[n]) for n, o in enumerate(numbers) if o < len(old)]
    renamed = [f"{a} → {b}" for (a, _), (b, _) in pairs if a != b]
    retyped = [f"{b}: {k} → {kind}" for (_, k), (b, kind) in pairs if k != kind]
    added = [new[n][0] for n, o in enumerate(numbers) if o >= len(old)]
    removed = [name for o, (name, _) in enumerate(old) if o not in numbers]
    kept = [o for o in numbers if o < len(old)]
    parts = [
        f"{label} {', '.join(names)}"
        for label, names in (
            ("renamed", renamed),
            ("of another type", retyped),
            ("new", added),
            ("gone", removed),
        )
        if names
    ]
    if kept != sorted(kept):
        parts.append("in another order")
    return f"parameters: {'; '.join(parts)}" if parts else ""


def sort(kind: str) -> str:
    """What a parameter is, whatever its width."""
    if kind.startswith("ptr"):
        inner = kind[3:].strip("<>")
        return f"array of {'integers' if inner[:1] == 'i' else 'numbers'}"
    return "bool" if kind == "i1" else "integer" if kind[0] == "i" else "number"


def narrower(kind: str, other: str) -> bool:
    """Whether an integer type holds less: both theorems are about what fits the narrower one."""
    return kind[0] == other[0] == "i" and int(kind[1:]) < int(other[1:])
