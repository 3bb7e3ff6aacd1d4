"""Terms: immutable, hash-consed, so that equality is identity and sharing is free.

Sorts: `int` (mathematical integers), `real` (the reals with ±inf), `bool`.

Operators
  leaves    int real inf bool param pid nprogs var arbitrary state final elem
  integers  lin prod fdiv fmod tdiv trem imin imax iabs wrap pow2 bitand bitor bitxor mulhi fptoint tobits
  reals     radd rmul rdiv rmin rmax rfun toreal frombits
  booleans  and or not le0 eq0 rlt rle req
  any       select read reduce argreduce ranked argranked matprod
            iterate previous

`lin` is Σ cᵢ·mᵢ + c₀ with `attr = (c₁, …, cₙ, c₀)`; `prod` a product of integer atoms. `le0 t` is t ≤ 0, `eq0 t`
is t = 0. `reduce` has `attr = (kind, n)` and `args = (v₁, lo₁, hi₁, …, vₙ, loₙ, hiₙ, guard, body)`: the reduction of
body over all lo ≤ v < hi that satisfy the guard. `argreduce` adds the reported index as a last argument. `ranked`, with
kind `smallest` or `largest`, has a rank as last argument: the body's value that so many others precede in ascending
(descending) order, equal ones each by itself, counted from 0. `argranked`, of one variable, is that point: of equal
values, the one of a lower v precedes. They are undefined for ranks that there are not. `matprod` has
a factor's number, its row and its column as variables, and a row and a column of the product as last arguments: later
factors stand on the left, and of none the product is the identity. `iterate` and `previous` are in `iterates`.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass
from hashlib import blake2b
from typing import Any, Literal

Sort = Literal["int", "real", "bool"]

BINDERS = frozenset(("reduce", "argreduce", "ranked", "argranked", "foldresult", "matprod", "iterate"))

_EMPTY: frozenset[Term] = frozenset()
_fresh: Iterator[int] = itertools.count()


class Term:
    """One node of the term DAG. Make it with `make` (or the constructors of this package), never directly.

    `free`: its free variables, states and elements. `order`: see `by_order`.
    """

    __slots__ = ("__weakref__", "args", "attr", "free", "op", "order", "sort")

    op: str
    args: tuple[Term, ...]
    attr: Any  # hashable; its type goes with the operator
    sort: Sort
    free: frozenset[Term]
    order: tuple[Any, ...]

    def __reduce__(self) -> tuple[Callable[..., Term], tuple[object, ...]]:
        return make, (self.op, self.args, self.attr, self.sort)

    def __repr__(self) -> str:
        inner = ", ".join(map(repr, self.args))
        label = self.op if self.attr is None else f"{self.op}:{self.attr}"
        return f"{label}({inner})" if self.args else label


_table: weakref.WeakValueDictionary[tuple[object, ...], Term] = weakref.WeakValueDictionary()


def make(op: str, args: tuple[Term, ...] = (), attr: Hashable = None, sort: Sort = "int") -> Term:
    """The unique term with this operator, arguments and attribute. Does not simplify."""
    key = (op, args, attr, sort)
    found = _table.get(key)
    if found is not None:
        return found
    term = Term.__new__(Term)
    term.op, term.args, term.attr, term.sort = op, args, attr, sort
    term.order = _order(op, args, attr, sort)
    if op in ("var", "state", "final", "elem"):
        inner = frozenset((term,)) if op == "var" or not args else frozenset((make(op, (), attr, sort),))
        term.free = inner.union(*(a.free for a in args)) if args else inner
    elif not args:
        term.free = _EMPTY
    else:
        free = args[0].free if len(args) == 1 else _EMPTY.union(*(a.free for a in args))
        if op in BINDERS:
            free = free - frozenset(bound_vars(term))
        term.free = free
    _table[key] = term
    return term


# How `order` is made up: (shape, the order of each argument that has variables inside). The shape is a number that
# says, from its highest bits on, how deep the term is, an index of its operator, the first number of its attribute,
# and, by a digest, what the term is but for the variables inside. So terms differ in shape as a rule, terms that differ
# in variables alone come in the order of these, and no order depends on what else was ever made, nor on how many
# variables were numbered before.
_DIGEST = 61
_INDEX = 24
_RANK = 8
_BELOW_HEIGHT = _DIGEST + _INDEX + _RANK
_MASK = (1 << _DIGEST) - 1
_RANKED = {
    op: i
    for i, op in enumerate(
        "int real bool inf param pid nprogs var arbitrary state final elem read lin prod".split(), start=1
    )
}
_labels: dict[tuple[Hashable, ...], int] = {}


def by_order(t: Term) -> tuple[Any, ...]:
    """The key by which terms are sorted: a total order, the same in every process."""
    return t.order


def _order(op: str, args: tuple[Term, ...], attr: Any, sort: str) -> tuple[Any, ...]:
    if op == "var":
        name, number = attr
        return _label(op, "", sort), number, _digest(name)
    label = _label(op, attr, sort)
    if not args:
        return (label,)
    shapes = [a.order[0] for a in args]
    height = 1 + (max(shapes) >> _BELOW_HEIGHT)
    # A tuple of numbers has the same hash in every process.
    shape = (height << _BELOW_HEIGHT) + (label ^ hash((label, *shapes)) & _MASK)
    return shape, *(a.order for a in args if len(a.order) > 1)


def _label(op: str, attr: Hashable, sort: str) -> int:
    """What a term without arguments is, as a number."""
    key = (op, attr, sort)
    found = _labels.get(key)
    if found is None:
        if is_dataclass(attr):  # what it says is told by the arguments as well; it is not kept
            return _label(op, type(attr).__name__, sort)
        if len(_labels) > 100_000:
            _labels.clear()
        first = attr[0] if isinstance(attr, tuple) and attr else attr
        index = min(max(first, 0), (1 << _INDEX) - 1) if isinstance(first, int) else 0
        rank = _RANKED.get(op, len(_RANKED) + 1)
        found = _labels[key] = (((rank << _INDEX) + index) << _DIGEST) + _digest(f"{op} {sort} {attr!r}")
    return found


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> (64 - _DIGEST)


def var(name: str) -> Term:
    """A fresh integer variable; the name is only a hint for printing."""
    return make("var", (), (name, next(_fresh)))


def keep_apart(terms: Iterable[Term]) -> None:
    """From now on, fresh variables are other ones than those in `terms`, which another process may have made."""
    global _fresh
    used = [t.attr[1] for t in subterms(terms) if t.op == "var"]
    _fresh = itertools.count(max([next(_fresh), *(n + 1 for n in used)]))


@contextmanager
def numbered_by(source: Callable[[Iterator[int]], Iterator[int]]) -> Iterator[None]:
    """Fresh variables get their numbers from `source(usual numbers)` meanwhile: a proof says which ones it uses."""
    global _fresh
    usual = _fresh
    _fresh = source(usual)
    try:
        yield
    finally:
        _fresh = usual


def bound_vars(t: Term) -> tuple[Term, ...]:
    """The variables that a binder binds."""
    count = t.attr[1]
    return t.args[0 : 3 * count : 3]


def ranges(t: Term) -> list[tuple[Term, Term, Term]]:
    """The (variable, low, high) triples of a binder."""
    count = t.attr[1]
    return [(t.args[3 * i], t.args[3 * i + 1], t.args[3 * i + 2]) for i in range(count)]


def reduce_guard(t: Term) -> Term:
    """The guard of a reduction."""
    count: int = t.attr[1]
    return t.args[3 * count]


def reduce_body(t: Term) -> Term:
    """The body of a reduction."""
    count: int = t.attr[1]
    return t.args[3 * count + 1]


def subterms(roots: Iterable[Term]) -> list[Term]:
    """All distinct subterms, each after its arguments."""
    seen: set[Term] = set()
    order: list[Term] = []
    stack: list[tuple[Term, bool]] = [(r, False) for r in roots]
    while stack:
        t, done = stack.pop()
        if done:
            order.append(t)
        elif t not in seen:
            seen.add(t)
            stack.append((t, True))
            stack.extend((a, False) for a in t.args)
    return order
