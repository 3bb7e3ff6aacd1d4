"""What a lift claims, in a form that other formulas can be compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from triton_lift.evaluation.program import Program
from triton_lift.formulas.from_terms import FromTerms
from triton_lift.formulas.vocabulary import Vocabulary, layouts_of
from triton_lift.lifted import Lifted
from triton_lift.proving import Context, Deadline, Session
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.substitution import rewrite
from triton_lift.terms.term import Term, keep_apart, make


@dataclass(frozen=True)
class Store:
    """One store as it was lifted: array[offset] = value at the points that satisfy the facts.

    `reached` are the points that the kernel reaches, `facts` those of the printed domain; `shown` is the value as it is
    printed. `names` are the printed names of the indices.
    """

    array: int
    variables: tuple[Term, ...]
    names: tuple[str, ...]
    offset: Term
    value: Term
    shown: Term
    facts: tuple[Term, ...]
    reached: tuple[Term, ...]


class Claims:
    """The stores of a verified lift, the vocabulary in which they are spoken of, and what may be presupposed.

    Raises ValueError where there is no formula.
    """

    def __init__(self, lifted: Lifted, deadline: float | None = None) -> None:
        if lifted.status != "verified" or lifted.program is None:
            raise ValueError(f"the kernel has no verified formula ({lifted.reason or lifted.status})")
        self.lifted = lifted
        self.program: Program = lifted.program
        outputs = self.program.outputs
        terms = [t for o in outputs for t in (o.value, o.formula or o.value, *(o.domain or ()))]
        keep_apart([*terms, *(t for o in outputs for t in (o.offset, *o.variables, *o.constraints))])
        layouts = layouts_of([(o.array, o.offset) for o in outputs], terms)
        self.vocabulary = Vocabulary(self.program.params, layouts)
        self.session = Session(Deadline(deadline))
        self.stores: list[Store] = []
        for o in outputs:
            nonnegative = [bools.le(ints.ZERO, v) for v in o.variables]
            names = dict(o.indices)
            shown = tuple(names[v] for v in o.variables)
            value = comparable(o.value)
            printed = value if o.formula is None else comparable(o.formula)
            reached = tuple(comparable(c) for c in (*nonnegative, *o.constraints))
            facts = reached if o.domain is None else tuple(comparable(c) for c in (*nonnegative, *o.domain))
            self.stores.append(
                Store(o.array, o.variables, shown, comparable(o.offset), value, printed, facts, reached)
            )

    @cached_property
    def base(self) -> Context:
        """What holds in every launch: types of scalars, the printed preconditions, a grid that is large enough."""
        facts: list[Term] = []
        for axis in range(3):
            grid = make("nprogs", (), axis)
            facts += [bools.le(ints.ONE, grid), bools.lt(grid, ints.const(1 << 31))]
        for number, (name, kind) in enumerate(self.program.params):
            if kind[0] == "i" and kind != "i1":
                scalar, half = make("param", (), (number, name)), 1 << (int(kind[1:]) - 1)
                facts += [bools.le(ints.const(-half), scalar), bools.lt(scalar, ints.const(half))]
        facts += map(comparable, (*(f for _, f in self.program.preconditions), *self.program.grid))
        return Context(self.session, facts)

    @cached_property
    def syntax(self) -> FromTerms:
        """How terms are shown."""
        arrays = {a.number: name for name, a in self.vocabulary.arrays.items()}
        return FromTerms(arrays, self.vocabulary.layouts, {name for name, _ in self.program.params})

    def shown(self, t: Term, names: Mapping[Term, str] | None = None) -> str:
        """A term as text, its variables named."""
        self.syntax.names = dict(names or {})
        return self.syntax.text.show(self.syntax.expression(t))

    def shown_access(self, store: Store) -> str:
        """The element that a store writes, as text."""
        self.syntax.names = dict(zip(store.variables, store.names, strict=True))
        return self.syntax.text.show(self.syntax.element(store.array, store.offset))

    def context(self, facts: Iterable[Term]) -> Context:
        """The base with more facts."""
        return self.base.extend(*facts)


def comparable(t: Term) -> Term:
    """`t` without what a formula does not say: on what condition a value is defined, which loops a read is in; bound
    variables by depth."""

    def visit(u: Term) -> Term | None:
        if u.op == "provided":
            return u.args[0]
        if u.op == "read":
            return make("read", u.args, (u.attr[0], 0, ()), u.sort)
        if u.op == "toreal" and u.args[0].op == "fptoint":
            return reals.apply("trunc", *u.args[0].args)
        if u.op == "toreal" and u.args[0].op in ("imax", "imin"):
            combine = reals.maximum if u.args[0].op == "imax" else reals.minimum
            return combine(*map(reals.from_int, u.args[0].args))
        return None

    return canonical_names(rewrite(t, visit))
