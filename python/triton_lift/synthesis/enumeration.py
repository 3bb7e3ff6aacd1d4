"""Candidates in the order of their size, by what they are worth on the samples.

Two pools: *increments*, functions of one iteration u, and *values*, functions of the number of iterations t. Reductions
over u < t turn increments into values: on the samples they are running totals. A target is looked for in the pool, and
as one operator between two of its members: the other operand is computed and looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, product
from typing import Any

import numpy as np

from triton_lift.synthesis.atoms import constants_of
from triton_lift.synthesis.pool import Budget, Entry, Pool, signature
from triton_lift.synthesis.recipes import Recipe
from triton_lift.synthesis.samples import POINTS, TIMES, Samples, Unsampled
from triton_lift.synthesis.system import System
from triton_lift.terms.term import Sort, Term, subterms

Array = Any
_NEUTRAL = {"+": 0, "-": 0, "*": 1, "/": 1}
_SHAPE = (POINTS, TIMES + 1)
_FEW, _SOME, _MANY = 10, 30, 120
_T = Recipe("t")


@dataclass(frozen=True)
class Match:
    """A recipe that behaves like state `number` from the first iteration on; `from_start`: and before it."""

    number: int
    recipe: Recipe
    from_start: bool


def _full(values: Array, sort: Sort) -> Array:
    kind = {"int": np.int64, "real": np.float64, "bool": np.bool_}[sort]
    return np.broadcast_to(np.asarray(values, dtype=kind), _SHAPE)


def _running(ufunc: Any, neutral: Any, values: Array) -> Array:
    """⊕ of the columns before each column."""
    shifted = np.concatenate([np.full((POINTS, 1), neutral, dtype=values.dtype), values[:, :-1]], axis=1)
    return ufunc.accumulate(shifted, axis=1)


_TOTALS: dict[Sort, dict[str, tuple[Any, Any]]] = {
    "real": {
        "sum": (np.add, 0.0),
        "product": (np.multiply, 1.0),
        "maximum": (np.maximum, -np.inf),
        "minimum": (np.minimum, np.inf),
    },
    "int": {"sum": (np.add, 0), "product": (np.multiply, 1)},
    "bool": {"any": (np.logical_or, False), "all": (np.logical_and, True)},
}
_OPERATIONS = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}


@dataclass(frozen=True)
class _Chain:
    """⊕ and ⊗ of which ⊗ distributes over ⊕: their operators, and how a recipe writes their reductions."""

    sort: Sort
    plus: str
    times: str
    apply_plus: Any
    apply_times: Any

    def step(self, x: Array, f: Array, e: Array) -> Array:
        """(x ⊗ f) ⊕ e."""
        return self.apply_plus(self.apply_times(x, f), e)

    def recipe(self, x: Recipe, e: Recipe, f: Recipe) -> Recipe:
        """The value after t steps."""
        plus, times = _REDUCTIONS[self.plus], _REDUCTIONS[self.times]
        kept = Recipe(self.times, (x, Recipe(times[1], (f,))))
        return Recipe(self.plus, (kept, Recipe("chain", (Recipe(plus[0]), Recipe(times[0]), e, f))))


_REDUCTIONS = {
    "+": ("add", "sum"),
    "*": ("mul", "product"),
    "max": ("max", "maximum"),
    "min": ("min", "minimum"),
    "or": ("or", "any"),
    "and": ("and", "all"),
}
_CHAINS = [
    _Chain("real", "+", "*", np.add, np.multiply),
    _Chain("int", "+", "*", np.add, np.multiply),
    _Chain("bool", "or", "and", np.logical_or, np.logical_and),
    _Chain("bool", "and", "or", np.logical_and, np.logical_or),
    _Chain("real", "max", "+", np.maximum, np.add),
    _Chain("real", "min", "+", np.minimum, np.add),
]


class Enumeration:
    """The candidates for one system."""

    def __init__(
        self,
        system: System,
        atoms: list[Term],
        ops: set[str],
        samples: Samples,
        runs: list[Array],
        budget: Budget,
    ) -> None:
        self.system, self.atoms, self.ops, self.runs, self.budget = system, atoms, ops, runs, budget
        self.samples = samples
        self.increments = Pool(budget, 0)
        self.values = Pool(budget, 1, infinite=any(r.dtype.kind == "f" and np.isinf(r).any() for r in runs))
        self.sorts = {s.sort for s in system.states}
        self.hits: list[Match] = []
        # Increments that are 0, or 1, where a condition does not hold.
        self.guarded: dict[float, list[Entry]] = {0: [], 1: []}

    def __iter__(self) -> Iterator[Match]:
        """Recipes that behave like a state, the small ones first."""
        yield from self._stages(
            self._leaves, self._increments, self._totals, self._integer_extrema, self._latest
        )
        yield from self._between()
        yield from self._stages(self._combined)
        yield from self._between()
        yield from self._stages(self._clamped, self._chains)
        yield from self._between()

    def _stages(self, *stages: Callable[[], Iterator[None]]) -> Iterator[Match]:
        for stage in stages:
            for _ in chain(stage(), (None,)):
                if self.hits:
                    yield from self.hits
                    self.hits = []

    # Values.

    def _value(self, recipe: Recipe, sort: Sort, values: Array) -> Entry | None:
        entry = self.values.add(recipe, sort, values)
        if entry is not None:
            for i, s in enumerate(self.system.states):
                if s.sort == sort and self._same(sort, values, self.runs[i]):
                    self.hits.append(self._match(i, recipe, values))
        return entry

    def _match(self, number: int, recipe: Recipe, values: Array) -> Match:
        sort = self.system.states[number].sort
        start = signature(sort, values[:, :1])
        return Match(number, recipe, start is not None and start == signature(sort, self.runs[number][:, :1]))

    @staticmethod
    def _same(sort: Sort, a: Array, b: Array) -> bool:
        mark = signature(sort, a[:, 1:])
        return mark is not None and mark == signature(sort, b[:, 1:])

    def _leaves(self) -> Iterator[None]:
        """Constants, start values, the time, atoms that make sense at the end, and atoms of the last iteration."""
        zero = np.zeros(_SHAPE, dtype=np.int64)
        time = zero + np.arange(TIMES + 1)
        self._value(_T, "int", time)
        self.increments.add(_T, "int", time)
        if "real" in self.sorts:
            self._value(Recipe("real", (_T,)), "real", time.astype(float))
        if "int" in self.sorts and self.ops & {"lin", "prod", "tdiv", "fdiv"}:
            self._value(Recipe("pow2", (_T,)), "int", 1 << time)
        yield
        for i, init in enumerate(self.system.inits):
            self._value(Recipe(f"x{i}"), init.sort, self.runs[i][:, :1] + np.zeros_like(self.runs[i]))
        for number, atom in enumerate(self.atoms):
            leaf = Recipe(f"g{number}")
            try:
                values = _full(self.samples(atom), atom.sort)
            except Unsampled:
                continue
            if atom.sort == "real" and "real" not in self.sorts:
                continue
            self.increments.add(leaf, atom.sort, values)
            if self.system.var not in atom.free or _at_the_end(atom):
                self._value(leaf, atom.sort, values)
            if self.system.var in atom.free:
                shifted = np.concatenate([values[:, :1], values[:, :-1]], axis=1)
                self._value(Recipe("previous", (leaf,)), atom.sort, shifted)
            yield
        numbers = [0, 1, -1, 2]
        if "int" in self.sorts:
            numbers += [n for n in constants_of(self.system) if n not in numbers]
        for n in numbers:
            if "int" in self.sorts:
                self._value(Recipe(f"i{n}"), "int", zero + n)
            if "real" in self.sorts and n in (0, 1, -1, 2):
                self._value(Recipe(f"r{n}"), "real", zero + float(n))
        if "bool" in self.sorts:
            self._value(Recipe("false"), "bool", zero > 0)
            self._value(Recipe("true"), "bool", zero == 0)
        yield

    # Increments.

    def _increments(self) -> Iterator[None]:
        """One operator between atoms, and what is added (multiplied by) only where a condition holds."""
        first = list(self.increments.entries)
        reals = [e for e in first if e.sort == "real"][:_FEW]
        integers = [e for e in first if e.sort == "int"][:_FEW]
        truths = [e for e in first if e.sort == "bool"][:_FEW]
        if "real" in self.sorts:
            one = self.increments.add(Recipe("r1"), "real", np.ones(_SHAPE))
            for e in reals:
                self.increments.add(Recipe("-", (Recipe("r0"), e.recipe)), "real", -e.values)
                self.increments.add(Recipe("*", (e.recipe, e.recipe)), "real", e.values * e.values)
            for a, b in product(reals, reals):
                if a is not b:
                    self.increments.add(Recipe("*", (a.recipe, b.recipe)), "real", a.values * b.values)
                    self.increments.add(Recipe("-", (a.recipe, b.recipe)), "real", a.values - b.values)
                    self.increments.add(Recipe("+", (a.recipe, b.recipe)), "real", a.values + b.values)
            chosen = [*reals, *([one] if one else [])]
            units = [("r0", 0.0), ("r1", 1.0)]
            units += [("r-inf", -np.inf)] * ("rmax" in self.ops) + [("rinf", np.inf)] * ("rmin" in self.ops)
            for c, e, (name, number) in product(truths, chosen, units):
                self._guarded(c, e, name, number)
            yield
        if "int" in self.sorts:
            for a, b in product(integers, integers):
                self.increments.add(Recipe("*", (a.recipe, b.recipe)), "int", a.values * b.values)
            one = self.increments.add(Recipe("i1"), "int", np.ones(_SHAPE, dtype=np.int64))
            for n in (0, 2, *constants_of(self.system)):
                self.increments.add(Recipe(f"i{n}"), "int", np.full(_SHAPE, n, dtype=np.int64))
            for c, e, n in product(truths, [*integers, *([one] if one else [])], (0, 1)):
                self._guarded(c, e, f"i{n}", n)
            yield
        if truths:
            for a in truths:
                self.increments.add(Recipe("not", (a.recipe,)), "bool", ~a.values)
            for a, b in product(truths, truths):
                if a is not b:
                    self.increments.add(Recipe("and", (a.recipe, b.recipe)), "bool", a.values & b.values)
                    self.increments.add(Recipe("or", (a.recipe, b.recipe)), "bool", a.values | b.values)
            yield

    def _guarded(self, c: Entry, e: Entry, otherwise: str, number: float) -> None:
        """`e` where c holds, a unit elsewhere; and the other way round."""
        other = Recipe(otherwise)
        for a, b, values in (
            (e.recipe, other, np.where(c.values, e.values, number)),
            (other, e.recipe, np.where(c.values, number, e.values)),
        ):
            entry = self.increments.add(Recipe("if", (c.recipe, a, b)), e.sort, values.astype(e.values.dtype))
            if entry is not None:
                self.guarded.setdefault(number, []).append(entry)

    # Reductions over the iterations.

    def _kinds(self, sort: Sort) -> set[str]:
        kinds = {"sum", "any", "all"}
        if self.ops & {"rmul", "prod", "rdiv", "lin", "tdiv", "fdiv", "select"}:
            kinds.add("product")
        if self.ops & {"rmax", "rmin", "select", "rlt", "rle"}:
            kinds |= {"maximum", "minimum"}
        return kinds

    def _totals(self) -> Iterator[None]:
        for e in self.increments.entries[: 2 * _MANY]:
            if e.sort not in self.sorts:
                continue
            kinds = self._kinds(e.sort)
            for name, (ufunc, neutral) in _TOTALS[e.sort].items():
                if name in kinds:
                    self._value(Recipe(name, (e.recipe,)), e.sort, _running(ufunc, neutral, e.values))
            yield

    def _integer_extrema(self) -> Iterator[None]:
        """The greatest or least of a start value and the increments so far."""
        if not self.ops & {"imax", "imin", "select"}:
            return
        entries = [e for e in self.increments.entries if e.sort == "int"][: 4 * _FEW]
        for i, state in enumerate(self.system.states):
            if state.sort != "int":
                continue
            for e, (name, ufunc) in product(entries, (("maximum", np.maximum), ("minimum", np.minimum))):
                grown = np.concatenate([self.runs[i][:, :1], e.values[:, :-1]], axis=1)
                self._value(Recipe(name, (Recipe(f"x{i}"), e.recipe)), "int", ufunc.accumulate(grown, axis=1))
            yield

    def _chains(self) -> Iterator[None]:
        """x₀ ⊗ ⊗_{u<t} f(u) ⊕ ⊕_{u<t} e(u) ⊗ ⊗_{u<v<t} f(v), which is what x' = (x ⊗ f) ⊕ e comes to."""
        if not self.ops & {"rmul", "rdiv", "prod", "lin", "and", "or", "rmax", "rmin", "select"}:
            return
        for pair in _CHAINS:
            if pair.sort not in self.sorts or (
                pair.times == "+" and not {"radd", f"r{pair.plus}"} <= self.ops
            ):
                continue
            entries = [e for e in self.increments.entries if e.sort == pair.sort and e.recipe.size <= 4]
            added, scaling = (
                [*entries[:_FEW], *(g for g in self.guarded[n] if g.sort == pair.sort), *entries[_FEW:]]
                for n in ((0, 1) if pair.times == "*" else (0, 0))
            )
            for e, f in product(added[: 2 * _FEW], scaling[: 2 * _FEW]):
                for i, state in enumerate(self.system.states):
                    if state.sort == pair.sort:
                        columns = [self.runs[i][:, 0]]
                        for t in range(TIMES):
                            columns.append(pair.step(columns[-1], f.values[:, t], e.values[:, t]))
                        recipe = pair.recipe(Recipe(f"x{i}"), e.recipe, f.recipe)
                        self._value(recipe, pair.sort, np.stack(columns, axis=1))
                yield

    def _latest(self) -> Iterator[None]:
        """An increment at the latest iteration at which a condition held."""
        if "select" not in self.ops and "or" not in self.ops:
            return
        truths = [e for e in self.increments.entries if e.sort == "bool"][: 2 * _FEW]
        for i, state in enumerate(self.system.states):
            entries = [e for e in self.increments.entries if e.sort == state.sort and e.recipe.size == 1][
                :_FEW
            ]
            if state.sort == "bool":
                continue  # (chain or and e f) says the same
            for c, e in product(truths, entries):
                columns = [self.runs[i][:, 0]]
                for t in range(TIMES):
                    columns.append(np.where(c.values[:, t], e.values[:, t], columns[-1]))
                recipe = Recipe("latest", (c.recipe, e.recipe, Recipe(f"x{i}")))
                self._value(recipe, state.sort, np.stack(columns, axis=1))
                yield

    # One operator between values.

    def _combined(self) -> Iterator[None]:
        """The smallest values, two at a time."""
        for sort in sorted(self.sorts):
            entries = list(self.values.of(sort, 6, _SOME))
            for a, b in product(entries, entries):
                for op, values in self._binary(sort, a.values, b.values):
                    self._value(Recipe(op, (a.recipe, b.recipe)), sort, values)
                yield
        yield from self._parity()

    def _clamped(self) -> Iterator[None]:
        """Extrema of sums, and extrema of these and what is small: what is counted up to a bound."""
        if not self.ops & {"select", "imax", "imin", "rmax", "rmin"}:
            return
        for sort in sorted(self.sorts & {"int", "real"}):
            small = list(self.values.of(sort, 1, _FEW))
            grown = [e for e in self.values.of(sort, 6, 1 << 20) if _grows(e.recipe)]
            first = self._extrema(sort, product(small, grown[:_MANY]))
            yield
            bounded = sorted((e for e in first if e.recipe.args[1].args), key=lambda e: e.recipe.size)
            self._extrema(sort, product(small, bounded[: 2 * _MANY]))
            yield

    def _extrema(self, sort: Sort, pairs: Iterable[tuple[Entry, Entry]]) -> list[Entry]:
        found = []
        for a, b in pairs:
            for op, apply in (("max", np.maximum), ("min", np.minimum)):
                found.append(self._value(Recipe(op, (a.recipe, b.recipe)), sort, apply(a.values, b.values)))
        return [e for e in found if e is not None]

    def _binary(self, sort: Sort, a: Array, b: Array) -> Iterator[tuple[str, Array]]:
        if sort == "bool":
            yield "and", a & b
            yield "or", a | b
            return
        yield "*", a * b
        yield "+", a + b
        yield "-", a - b
        if sort == "real" and "rdiv" in self.ops:
            yield "/", a / b
        if sort == "real" and self.ops & {"rmax", "select"}:
            yield "max", np.maximum(a, b)
        if sort == "real" and self.ops & {"rmin", "select"}:
            yield "min", np.minimum(a, b)
        if sort == "int" and self.ops & {"imax", "select"}:
            yield "max", np.maximum(a, b)
        if sort == "int" and self.ops & {"imin", "select"}:
            yield "min", np.minimum(a, b)
        if sort == "int" and (b[:, 1:] != 0).all():
            safe = np.where(b == 0, 1, b)
            if "fdiv" in self.ops:
                yield "//", a // safe
            if "tdiv" in self.ops:
                yield "/", np.sign(a) * np.sign(safe) * (np.abs(a) // np.abs(safe))
            if self.ops & {"fmod", "trem", "select"} and (b > 0).all():
                yield "%", a % safe

    def _parity(self) -> Iterator[None]:
        """What alternates: one value after an even number of iterations, another after an odd one."""
        even = Recipe("=", (Recipe("%", (_T, Recipe("i2"))), Recipe("i0")))
        held = np.arange(TIMES + 1) % 2 == 0
        for sort in sorted(self.sorts):
            entries = list(self.values.of(sort, 4, 2 * _FEW))
            for a, b in product(entries, entries):
                if a is not b:
                    self._value(
                        Recipe("if", (even, a.recipe, b.recipe)), sort, np.where(held, a.values, b.values)
                    )
            yield

    def _between(self) -> Iterator[Match]:
        """Each target as one operator between two members of the pool."""
        for i, state in enumerate(self.system.states):
            if state.sort == "bool":
                continue
            y = self.runs[i]
            if not np.isfinite(y).all():
                continue  # ∞ − ∞ would be a match of anything
            for a in list(self.values.of(state.sort, 12, 2 * _MANY)):
                if not np.isfinite(a.values[:, 1:]).all():
                    continue
                for op, first, values in self._completions(state.sort, y, a.values):
                    self.budget.make(a.recipe)
                    other = self.values.find(state.sort, values)
                    if other is None or any((e.values == _NEUTRAL[op]).all() for e in (a, other)):
                        continue
                    pair = (a, other) if first else (other, a)
                    recipe = Recipe(op, (pair[0].recipe, pair[1].recipe))
                    yield self._match(i, recipe, _OPERATIONS[op](pair[0].values, pair[1].values))

    def _completions(self, sort: Sort, y: Array, a: Array) -> Iterator[tuple[str, bool, Array]]:
        """`(op, whether a comes first, b)` with y = a op b or y = b op a."""
        with np.errstate(all="ignore"):
            yield "+", True, y - a
            yield "-", False, y + a
            if sort == "real" and (a[:, 1:] != 0).all():
                yield "*", True, y / a
                if "rdiv" in self.ops:
                    yield "/", False, y * a
            if sort == "int" and (a[:, 1:] != 0).all():
                safe = np.where(a == 0, 1, a)
                if (y % safe == 0)[:, 1:].all():
                    yield "*", True, y // safe


def _grows(recipe: Recipe) -> bool:
    """Whether it is a leaf, a sum, or a start value to which something was added."""
    if recipe.op == "+":
        return any(a.op.startswith("x") for a in recipe.args)
    return not recipe.args or recipe.op == "sum"


def _at_the_end(atom: Term) -> bool:
    """Whether an atom can be taken at t = trips: it looks at no array at a place of that iteration."""
    return not any(u.op in ("read", "arbitrary") for u in subterms([atom])) or atom.op == "reduce"
