"""What a rewrite states, as terms: letters become elements of arrays, indexed by the variables they may speak of.

An element of an array is any real number, and the elements at a binder's points are any function of these. A positive
number is exp y, a nonnegative one y², and one that is not 0 is exp y or −exp y: so what is shown of these terms is
shown of all numbers that meet the condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

from triton_lift.egraph.cost import FUNCTIONS
from triton_lift.egraph.rewrites.entry import Rewrite
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make

TRIAL = make("var", (), ("trial", -5))  # every letter is a function of it
STRIDE = 64  # elements of one trial
_STEP = {"r": 8, "s": 1}
_RANGES = ("moved", "renamed", "joined", "extended", "nested")  # conditions that say how ranges are related
_BINDERS = {"Sum": "add", "Sup": "max", "Inf": "min"}
_NUMBERS = {"zero": (0, 1), "one": (1, 1), "two": (2, 1), "half": (1, 2), "minus-one": (-1, 1)}
_ARITHMETIC: dict[str, Any] = {"+": reals.add, "*": reals.mul, "/": reals.div, "neg": reals.negate}

Pattern = Any  # a symbol, or a list of patterns


@dataclass(frozen=True)
class Statement:
    """left = right wherever left is defined and the facts hold."""

    left: Term
    right: Term
    facts: tuple[Term, ...]


def statements(rewrite: Rewrite) -> list[Statement]:
    """The equalities that a rewrite claims: one for each way of meeting its conditions, and direction."""
    reader = _Reader(rewrite)
    found = []
    ends = (False, True) if any(c[0] == "extended" for c in reader.when) else (False,)
    for in_front, signs in product(ends, product((1, -1), repeat=len(reader.nonzero))):
        reader.signs = dict(zip(sorted(reader.nonzero), signs, strict=True))
        reader.relate(in_front)
        left, right = (reader.term(parse(p), {}) for p in (rewrite.left, rewrite.right))
        found.append(Statement(left, right, reader.facts()))
        if rewrite.both:
            found.append(Statement(right, left, reader.facts()))
    return found


def size(r: str) -> Term:
    """How many points a range has."""
    return make("param", (), (91 + "rs".index(r), f"n_{r}"))


def letters(rewrite: Rewrite) -> list[str]:
    """The letters of a rewrite that stand for reals, in order: the numbers of their arrays."""
    return _Reader(rewrite).letters


class _Reader:
    def __init__(self, rewrite: Rewrite) -> None:
        self.when = [parse(c) for c in rewrite.when]
        self.signs: dict[str, int] = {}
        self.relate(False)
        scopes: dict[str, set[str]] = {}
        for p in (rewrite.left, rewrite.right):
            for letter, ranges in _occurrences(parse(p), frozenset()):
                scopes.setdefault(letter, set()).update(v for r in ranges for v, _, _ in self.boxes[r])
        for c in self.when:
            if c[0] == "independent":
                scopes.setdefault(c[1], set()).discard(c[2])
        self.counts = {c[2]: c[1] for c in self.when if c[0] == "counts"}
        self.scopes = {a: sorted(s) for a, s in scopes.items() if a not in self.counts}
        self.letters = sorted(self.scopes)
        self.conditions = {
            p[1] for p in _parts(parse(rewrite.left)) if p[0] == "Sel" and isinstance(p[1], str)
        }
        self.nonzero = {c[1] for c in self.when if c[0] in ("nonzero", "!=")} - set(self.counts)

    def relate(self, in_front: bool) -> None:
        """Boxes of ranges, by the names of their variables, and what moves replace these by.

        `in_front`: the point that a range has more is the first, else the last.
        """
        here, there = size("r"), size("s")
        self.boxes = {"r": [("r", ints.ZERO, here)], "s": [("s", ints.ZERO, there)]}
        self.moves: dict[str, Callable[[dict[str, Term]], Term]] = {}
        for relation, *names in (c for c in self.when if c[0] in _RANGES):
            if relation == "nested":
                whole, outer, inner = names
                self.boxes[whole] = [*self.boxes[outer], *self.boxes[inner]]
            elif relation == "joined":
                first, second, whole = names
                end = ints.add(here, there)
                self.boxes |= {second: [("r", here, end)], whole: [("r", ints.ZERO, end)]}
            elif relation in ("moved", "renamed"):
                before, after, move = names
                own = "s" if relation == "renamed" else "r"
                self.boxes |= {before: [("r", there, ints.add(here, there))], after: [(own, ints.ZERO, here)]}
                self.moves[move] = partial(_shifted, own, there)
            else:
                shorter, longer, move = names
                one, more = ints.ONE, ints.add(here, ints.ONE)
                self.boxes |= {shorter: [("r", one if in_front else ints.ZERO, more if in_front else here)]}
                self.boxes[longer] = [("r", ints.ZERO, more)]
                self.moves[move] = lambda _: ints.ZERO if in_front else here

    def holds(self, condition: str, letter: str) -> bool:
        return [condition, letter] in self.when

    def facts(self) -> tuple[Term, ...]:
        found = []
        for r in _STEP:
            empty = not self.holds("nonempty", r) and not (
                r in self.counts.values() and any(self.holds("nonzero", n) for n in self.counts)
            )
            found.append(bools.le(ints.ZERO if empty else ints.ONE, size(r)))
        return tuple(found)

    def term(self, p: Pattern, bound: dict[str, Term]) -> Term:
        if isinstance(p, str):
            return self.letter(p, bound)
        head, *args = p
        if head == "Num":
            return self.number(args[0], bound)
        if head in ("Sum", "Sup", "Inf"):
            return self.binder(_BINDERS[head], args[0], bound, lambda inner: self.term(args[1], inner))
        if head == "Var":
            return self.variance(args[0], args[1], bound)
        if head == "Subst":
            return self.term(args[1], {**bound, "r": self.moves[args[0]](bound)})
        built: Term = _BUILD[head](*(self.term(a, bound) for a in args))
        return built

    def number(self, p: Pattern, bound: dict[str, Term]) -> Term:
        if isinstance(p, list):
            if p[0] == "bigrat":
                return reals.const(int(p[1][1]))
            computed: Term = _ARITHMETIC[p[0]](*(self.number(a, bound) for a in p[1:]))
            return computed
        if p in _NUMBERS:
            above, below = _NUMBERS[p]
            return reals.div(reals.const(above), reals.const(below))
        return self.letter(p, bound)

    def letter(self, name: str, bound: dict[str, Term]) -> Term:
        if name in self.counts:
            return reals.from_int(size(self.counts[name]))
        if name not in self.scopes:
            raise ValueError(f"{name} stands for nothing")
        offset = [ints.scale(TRIAL, STRIDE)]
        offset += [ints.scale(bound.get(r, ints.ZERO), _STEP[r]) for r in self.scopes[name]]
        element = make("read", (ints.add(*offset),), (self.letters.index(name), 0), "real")
        if name in self.conditions:
            return reals.compare("rlt", reals.ZERO, element)
        if self.holds("positive", name):
            return reals.apply("exp", element)
        if self.holds("nonnegative", name):
            return reals.mul(element, element)
        if name in self.signs:
            size_of = reals.apply("exp", element)
            return size_of if self.signs[name] > 0 else reals.negate(size_of)
        return element

    def binder(self, kind: str, r: str, bound: dict[str, Term], body: Any) -> Term:
        inner, flat = dict(bound), []
        for name, low, high in self.boxes[r]:
            depth = sum(v.attr[0] == f"k_{name}" for v in inner.values() if v.op == "var")
            v = inner[name] = make("var", (), (f"k_{name}", -10 - 2 * len(inner) - depth))
            flat += [v, low, high]
        return make("reduce", (*flat, bools.TRUE, body(inner)), (kind, len(self.boxes[r])), "real")

    def variance(self, r: str, x: Pattern, bound: dict[str, Term]) -> Term:
        count = reals.from_int(size(r))
        outer = make("var", (), (f"k_{r}", -50))
        mean = reals.div(self.binder("add", r, bound, lambda inner: self.term(x, inner)), count)
        difference = reals.sub(self.term(x, {**bound, r: outer}), mean)
        square = reals.mul(difference, difference)
        return reals.div(
            make("reduce", (outer, ints.ZERO, size(r), bools.TRUE, square), ("add", 1), "real"), count
        )


def _shifted(variable: str, by: Term, bound: dict[str, Term]) -> Term:
    return ints.add(bound.get(variable, ints.ZERO), by)


def _parts(p: Pattern) -> Iterator[list[Pattern]]:
    if isinstance(p, list):
        yield p
        for a in p:
            yield from _parts(a)


def _occurrences(p: Pattern, ranges: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Letters with the ranges that they stand under."""
    if isinstance(p, str):
        if p not in _NUMBERS:
            yield p, ranges
        return
    head, *args = p
    if head in ("bigrat", "bigint"):
        return
    if head in (*_BINDERS, "Var"):
        ranges, args = ranges | {args[0]}, args[1:]
    if head == "Subst":
        args = args[1:]
    for a in args:
        yield from _occurrences(a, ranges)


def parse(text: str) -> Pattern:
    """An expression in parentheses as nested lists."""
    tokens = text.replace("(", " ( ").replace(")", " ) ").split()
    stack: list[list[Pattern]] = [[]]
    for token in tokens:
        if token == "(":
            stack.append([])
        elif token == ")":
            done = stack.pop()
            stack[-1].append(done)
        else:
            stack[-1].append(token)
    ((result,),) = stack
    return result


def _sum(a: Term, b: Term) -> Term:
    return make("radd", (a, b), None, "real")


def _times(a: Term, b: Term) -> Term:
    return make("rmul", (a, b), None, "real")


def _function(name: str) -> Any:
    return lambda x: make("rfun", (x,), name, "real")


# Not the normalising constructors where these know the theorem already.
_BUILD: dict[str, Any] = {
    "Add": lambda a, b: _sum(a, b),
    "Mul": lambda a, b: _times(a, b),
    "Div": lambda a, b: make("rdiv", (a, b), None, "real"),
    "Neg": lambda a: make("rmul", (reals.MINUS_ONE, a), None, "real"),
    "Mix": lambda t, x, y: _sum(_times(t, x), _times(_sum(reals.ONE, _times(reals.MINUS_ONE, t)), y)),
    "Sq": lambda a: make("rmul", (a, a), None, "real"),
    "Cube": lambda a: make("rmul", (a, a, a), None, "real"),
    "Max": lambda a, b: make("rmax", (a, b), None, "real"),
    "Min": lambda a, b: make("rmin", (a, b), None, "real"),
    "Sel": lambda c, a, b: make("select", (c, a, b), None, "real"),
    "Lt": lambda a, b: make("rlt", (a, b), None, "bool"),
    "Le": lambda a, b: make("rle", (a, b), None, "bool"),
    **{constructor: _function(name) for name, constructor in FUNCTIONS.items()},
}
