"""Terms in the language of the e-graph, and back.

What the rewrites do not speak of is an atom. Bound variables keep names, and each binder is told by its range: a name
belongs to a range, two binders over the same range share it unless the variable of one occurs inside the other. So
equal sums look alike wherever they stand; what a rewrite may move across a binder is a question of `independent`, and
reading back gives each binder a variable of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from triton_lift.egraph.cost import FUNCTIONS
from triton_lift.egraph.relations import Relations
from triton_lift.proving import Context
from triton_lift.simplification.reductions import lower_corner
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, bound_vars, make, ranges, reduce_body, reduce_guard, subterms

_NAMES = -2_000_000  # numbers of the variables of ranges; below them, those of terms that are read back
_READ_BACK = -3_000_000
_CHAINS = {"radd": "Add", "rmul": "Mul", "rmax": "Max", "rmin": "Min"}
_BINDERS = {"add": "Sum", "max": "Sup", "min": "Inf"}
_KINDS = {name: kind for kind, name in _BINDERS.items()}
_LARGEST = 64  # beyond, a number is one that somebody chose: it is not multiplied by others

Node = tuple[object, ...]  # constructor and arguments: numbers of nodes, or an integer, or a Fraction


@dataclass(frozen=True)
class Range:
    """What a binder runs over: variables with bounds, and a guard."""

    box: tuple[tuple[Term, Term, Term], ...]
    guard: Term

    @property
    def variables(self) -> frozenset[Term]:
        """The variables that it binds."""
        return frozenset(v for v, _, _ in self.box)

    @property
    def free(self) -> frozenset[Term]:
        """What its bounds and guard speak of, beside its own variables."""
        inner = frozenset[Term]().union(*(lo.free | hi.free for _, lo, hi in self.box), self.guard.free)
        return inner - self.variables


class Encoding:
    """Nodes, atoms, conditions and ranges of some terms."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.nodes: dict[Node, int] = {}
        self.atoms: dict[Term, int] = {}
        self.conditions: dict[Term, int] = {}
        self.ranges: dict[Range, int] = {}
        self.facts: dict[tuple[object, ...], None] = {}
        self.terms: dict[int, Term] = {}  # node → a term that it stands for, for questions about its sign
        self._labels: dict[Term, tuple[Term, ...]] = {}
        self._memo: dict[tuple[Term, frozenset[tuple[Term, Term]]], int] = {}
        self._families: dict[tuple[Term, ...], int] = {}
        self._read = 0
        self._range_list: list[Range] = []
        self._node_list: list[Node] = []
        self._by_number: dict[str, list[Term]] = {}
        self._counts: dict[int, int] = {}

    # Writing.

    def write(self, t: Term, names: dict[Term, Term] | None = None) -> int:
        """The node of a real term whose bound variables have canonical names."""
        names = {v: w for v, w in (names or {}).items() if v in t.free}
        key = (t, frozenset(names.items()))
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._written(t, names)
            self.terms.setdefault(found, substitute(t, names))
        return found

    def node(self, *node: object) -> int:
        """The number of a node."""
        return self.nodes.setdefault(node, len(self.nodes))

    def _written(self, t: Term, names: dict[Term, Term]) -> int:
        if t.op == "real" and abs(t.attr.numerator) <= _LARGEST and t.attr.denominator <= _LARGEST:
            return self.node("Num", t.attr)
        if t.op == "rmul" and reals.value_of(t.args[0]) == -1:
            return self.node("Neg", self.write(reals.mul(*t.args[1:]), names))
        if t.op == "rmul" and t.args[0].op == "real":
            means = self._means(t, names)
            if means is not None:
                return means
        if t.op in _CHAINS:
            parts = [self.write(a, names) for a in t.args]
            *front, last = self._powers(parts) if t.op == "rmul" else parts
            for a in reversed(front):
                last = self.node(_CHAINS[t.op], a, last)
            return last
        if t.op == "rdiv":
            above, below = (self.write(a, names) for a in t.args)
            self.facts["nonzero", below] = None  # as the raw value is defined
            return self.node("Div", above, below)
        if t.op == "rfun" and t.attr in FUNCTIONS:
            inner = self.write(t.args[0], names)
            if t.attr in ("log", "log2", "rsqrt"):
                self.facts["positive", inner] = None
            elif t.attr == "sqrt":
                self.facts["nonnegative", inner] = None
            return self.node(FUNCTIONS[t.attr], inner)
        if t.op == "select":
            return self._choice(t, names)
        if t.op == "reduce" and t.attr[0] in _BINDERS:
            return self._binder(t, names)
        return self._atom(substitute(t, names))

    def _means(self, t: Term, names: dict[Term, Term]) -> int | None:
        """1/4096·(Σ x)·(Σ x) as ((Σ x)/64)·((Σ x)/64): a number that was multiplied out, by the sizes of the ranges."""
        value, parts = t.args[0].attr, []
        for a in t.args[1:]:
            size = _size(a)
            if size is None or value.denominator % size:
                parts.append(self.write(a, names))
                continue
            value *= size
            count = self.write(reals.const(size))
            self.facts["nonzero", count] = None
            parts.append(self.node("Div", self.write(a, names), count))
        if value == t.args[0].attr or value not in (1, -1):
            return None
        *front, last = self._powers(parts)
        for other in reversed(front):
            last = self.node("Mul", other, last)
        return self.node("Neg", last) if value < 0 else last

    def _powers(self, factors: list[int]) -> list[int]:
        """Factors with squares and cubes for those that repeat."""
        result = []
        for a in dict.fromkeys(factors):
            n = factors.count(a)
            while n > 3:
                if n % 2:
                    result.append(a)
                a, n = self.node("Sq", a), n // 2
            result.append(a if n == 1 else self.node("Sq" if n == 2 else "Cube", a))
        return result

    def _atom(self, t: Term) -> int:
        return self.node("Atom", self.atoms.setdefault(t, len(self.atoms)))

    def _choice(self, t: Term, names: dict[Term, Term]) -> int:
        c, a, b = t.args
        negated = c.op == "not" and c.args[0].op in ("rlt", "rle")
        comparison = c.args[0] if negated else c
        if comparison.op in ("rlt", "rle") and all(map(reals.finite, comparison.args)):
            low, high = (self.write(x, names) for x in comparison.args)
            weak = (comparison.op == "rle") != negated
            condition = self.node("Le" if weak else "Lt", *((high, low) if negated else (low, high)))
        else:
            condition = self.node(
                "Is", self.conditions.setdefault(substitute(c, names), len(self.conditions))
            )
        return self.node("Sel", condition, self.write(a, names), self.write(b, names))

    def _binder(self, t: Term, names: dict[Term, Term]) -> int:
        own = dict(zip(bound_vars(t), self.label(t), strict=True))
        inner = {**names, **own}
        box = tuple((own[v], substitute(lo, inner), substitute(hi, inner)) for v, lo, hi in ranges(t))
        over = Range(box, substitute(reduce_guard(t), inner))
        return self.node(_BINDERS[t.attr[0]], self.range_number(over), self.write(reduce_body(t), inner))

    def range_number(self, over: Range) -> int:
        """The number of a range; what is known of it is noted when it is first met."""
        if over not in self.ranges:
            number = self.ranges[over] = len(self.ranges)
            flat = tuple(x for triple in over.box for x in triple)
            probe = make("reduce", (*flat, over.guard, reals.ZERO), ("add", len(over.box)), "real")
            if self.context.proves(lower_corner(probe)):
                self.facts["nonempty", number] = None
            ((_, low, high), *more) = over.box
            if not more and over.guard is bools.TRUE and self.context.proves(bools.le(low, high)):
                self.facts["counts", number, self.write(reals.from_int(ints.sub(high, low)))] = None
        return self.ranges[over]

    def label(self, t: Term) -> tuple[Term, ...]:
        """The names of a binder's variables: those of its range that mean nothing else where they occur."""
        found = self._labels.get(t)
        if found is None:
            own = bound_vars(t)
            inside = [
                u for u in subterms([*t.args[len(own) * 3 :]]) if u.op == "reduce" and u.free & set(own)
            ]
            taken = {v for u in inside for v in self.label(u)}
            place = {v: make("var", (), ("k", i)) for i, v in enumerate(own)}
            family = tuple(substitute(a, place) for a in t.args[: 3 * len(own) + 1])
            number = self._families.setdefault(family, len(self._families))
            for shift in range(64):
                first = _NAMES - (number * 64 + shift) * 8
                found = tuple(make("var", (), ("k", first - i)) for i in range(len(own)))
                if not taken & set(found):
                    break
            assert found is not None
            self._labels[t] = found
        return found

    # Facts about what was written.

    def all_facts(self) -> Iterator[tuple[object, ...]]:
        """Relations: signs of what was written, which atoms and ranges speak of which variables."""
        related = list(Relations(self).facts())
        nonempty = self._nonempty()
        for number, t in list(self.terms.items()):
            if reals.positive(t, nonempty):
                yield "positive", number
            elif reals.nonnegative(t):
                yield "nonnegative", number
        yield from related
        yield from self.facts
        for over, r in self.ranges.items():
            yield "range", r
            for a, i in self.atoms.items():
                if not a.free & over.variables:
                    yield "independent", self.node("Atom", i), r
            for c, i in self.conditions.items():
                if not c.free & over.variables:
                    yield "unaffected", self.node("Is", i), r
            for other, s in self.ranges.items():
                if not other.free & over.variables:
                    yield ("shadows" if over.variables <= other.variables else "apart"), s, r

    def _nonempty(self) -> Callable[[Term], bool]:
        def check(t: Term) -> bool:
            if t.op == "toreal":
                return self.context.proves(bools.lt(ints.ZERO, t.args[0]))
            return self.context.proves(lower_corner(t))

        return check

    # Reading back.

    def read(self, expression: object) -> Term:
        """The term of an expression `(constructor, *arguments)`, bound variables with canonical names."""
        self._by_number = {"Atom": list(self.atoms), "Is": list(self.conditions)}
        self._range_list = list(self.ranges)
        self._counts = {f[1]: f[2] for f in self.facts if f[0] == "counts"}  # type: ignore[misc]
        self._node_list = list(self.nodes)
        return canonical_names(self._reading(expression, {}))

    def _reading(self, e: Any, names: dict[Term, Term]) -> Term:
        name, *args = e
        if name == "Num":
            assert isinstance(args[0], Fraction)
            return reals.const(args[0])
        if name in ("Atom", "Is"):
            return substitute(self._by_number[name][args[0]], names)
        if name in _KINDS:
            return self._bound(_KINDS[name], args[0], names, lambda inner: self._reading(args[1], inner))
        if name == "Var":
            return self._variance(args[0], args[1], names)
        return _BUILD[name](*(self._reading(a, names) for a in args))

    def _bound(
        self, kind: str, number: int, names: dict[Term, Term], body: Callable[[dict[Term, Term]], Term]
    ) -> Term:
        over = self._range_list[number]
        inner = dict(names)
        for v, _, _ in over.box:
            self._read += 1
            inner[v] = make("var", (), ("k", _READ_BACK - self._read))
        outer = {v: w for v, w in names.items() if v not in over.variables}
        bounds = {**outer, **{v: inner[v] for v in over.variables}}
        flat: list[Term] = []
        for v, low, high in over.box:
            flat += [inner[v], substitute(low, bounds), substitute(high, bounds)]
        flat.append(substitute(over.guard, bounds))
        element = body(inner)
        if kind != "add":
            return make("reduce", (*flat, element), (kind, len(over.box)), "real")
        return self._sum(flat, len(over.box), frozenset(inner[v] for v in over.variables), element)

    def _sum(self, flat: list[Term], count: int, bound: frozenset[Term], element: Term) -> Term:
        """A sum with the factors and the positive divisors that do not vary beside it."""
        above, under = element.args if element.op == "rdiv" else (element, reals.ONE)
        outer = [f for f in _factors(above) if not f.free & bound]
        below = [f for f in _factors(under) if not f.free & bound and reals.positive(f, self._nonempty())]
        inner = reals.mul(*(f for f in _factors(above) if f not in outer))
        rest = [f for f in _factors(under) if f not in below and f is not reals.ONE]
        result = make(
            "reduce", (*flat, reals.div(inner, reals.mul(*rest)) if rest else inner), ("add", count), "real"
        )
        below = [f for f in below if f is not reals.ONE]
        result = reals.mul(result, *outer)
        return reals.div(result, reals.mul(*below)) if below else result

    def _variance(self, number: int, x: object, names: dict[Term, Term]) -> Term:
        count = self._reading(self._unfolded(self._counts[number]), names)
        mean = reals.div(self._bound("add", number, names, lambda inner: self._reading(x, inner)), count)

        def square(inner: dict[Term, Term]) -> Term:
            difference = reals.sub(self._reading(x, inner), mean)
            return reals.mul(difference, difference)

        return reals.div(self._bound("add", number, names, square), count)

    def _unfolded(self, number: int) -> object:
        name, *args = self._node_list[number]
        if name in ("Num", "Atom", "Is"):
            return (name, *args)
        first = args[:1] if name in _KINDS else []
        return (name, *first, *(self._unfolded(a) for a in args[len(first) :]))  # type: ignore[arg-type]


def _size(t: Term) -> int | None:
    """How many summands a sum has, where that is a number."""
    if t.op != "reduce" or t.attr[0] != "add" or t.sort != "real" or reduce_guard(t) is not bools.TRUE:
        return None
    sizes = [ints.value_of(ints.sub(high, low)) for _, low, high in ranges(t)]
    if len(sizes) != 1 or sizes[0] is None or sizes[0] < 2:
        return None
    return sizes[0]


def _function(name: str) -> Callable[[Term], Term]:
    return lambda x: reals.apply(name, x)


def _factors(t: Term) -> tuple[Term, ...]:
    return t.args if t.op == "rmul" else (t,)


def _quotient(a: Term, b: Term) -> Term:
    """a/b with the sign in front, and one fraction bar."""
    c, base = reals.coefficient(a)
    if c < 0:
        return reals.negate(_quotient(reals.mul(reals.const(-c), base), b))
    if a.op == "rdiv":
        return _quotient(a.args[0], reals.mul(a.args[1], b))
    return reals.div(a, b)


def _product(a: Term, b: Term) -> Term:
    """a·b, a quotient's numerator with the other factors."""
    for x, y in ((a, b), (b, a)):
        if x.op == "rdiv" and y.op != "rdiv":
            return _quotient(reals.mul(x.args[0], y), x.args[1])
    return reals.mul(a, b)


_BUILD: dict[str, Callable[..., Term]] = {
    "Add": reals.add,
    "Mul": _product,
    "Sq": lambda a: reals.mul(a, a),
    "Mix": lambda t, x, y: reals.add(reals.mul(t, x), reals.mul(reals.sub(reals.ONE, t), y)),
    "Cube": lambda a: reals.mul(a, a, a),
    "Div": _quotient,
    "Neg": reals.negate,
    "Max": reals.maximum,
    "Min": reals.minimum,
    "Sel": reals.select,
    "Lt": lambda a, b: reals.compare("rlt", a, b),
    "Le": lambda a, b: reals.compare("rle", a, b),
    **{constructor: _function(name) for name, constructor in FUNCTIONS.items()},
}
