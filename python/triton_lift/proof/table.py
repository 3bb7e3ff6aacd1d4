"""Terms as plain data: a table in which each term follows its arguments, in the terms' own order.

Variables are numbered anew, from 0 without gaps and in their order: so the same proof is the same file, whatever the
process did before. Variables of canonical names keep their numbers, which are below 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from triton_lift.proof.sorts import check_sorts
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, by_order, make, subterms


class Table:
    """Terms and their numbers, collected while a proof is written. `variables`: the new numbers of variables."""

    def __init__(self, terms: list[Term], drawn: Iterable[int] = ()) -> None:
        self.terms = terms
        self.variables = {n: i for i, n in enumerate(sorted({*drawn, *variable_numbers(terms)}))}
        self._numbers = {t: i for i, t in enumerate(terms)}

    @classmethod
    def of(cls, roots: Iterable[Term], drawn: Iterable[int] = ()) -> Table:
        """The table of some terms and all of their parts; and numbers of variables that are drawn."""
        return cls(sorted(subterms(roots), key=by_order), drawn)

    def __getitem__(self, t: Term) -> int:
        return self._numbers[t]

    def __contains__(self, t: Term) -> bool:
        return t in self._numbers

    def ids(self, terms: Iterable[Term]) -> list[int]:
        """The numbers of terms, in their order."""
        return [self._numbers[t] for t in terms]

    def dump(self) -> list[list[Any]]:
        """`[operator, sort, argument numbers, attribute]` for each term."""
        return [[t.op, t.sort, self.ids(t.args), self._attribute(t)] for t in self.terms]

    def _attribute(self, t: Term) -> Any:
        if t.op == "var":
            name, number = t.attr
            return [name, self.variables.get(number, number)]
        return _plain(t.attr)


def load(rows: list[list[Any]]) -> list[Term]:
    """The terms of a dumped table. Raises ValueError where one is not well formed."""
    terms: list[Term] = []
    for op, sort, args, attr in rows:
        if any(type(i) is not int or not 0 <= i < len(terms) for i in args):
            raise ValueError("a term's argument does not precede it")
        term = make(op, tuple(terms[i] for i in args), _attribute(attr, op in _WITH_TRUTH_VALUES), sort)
        check_sorts(term)
        if not _normal(term):
            raise ValueError(f"{op} is not in normal form")
        terms.append(term)
    if len(set(terms)) != len(terms):
        raise ValueError("a term occurs twice")
    return terms


def _normal(t: Term) -> bool:
    """Whether a polynomial is what its constructor makes: the rules look up coefficients by monomial."""
    if t.op == "lin" and any(m.op in ("int", "lin") for m in t.args):
        return False
    if t.op == "prod" and (len(t.args) < 2 or any(a.op in ("int", "lin", "prod") for a in t.args)):
        return False
    if t.op == "prod" and ints.mul(*t.args) is not t:
        return False
    return t.op != "lin" or ints.from_polynomial(ints.polynomial(t)) is t


def variable_numbers(terms: Iterable[Term]) -> Iterator[int]:
    """The numbers of the variables among the terms, but for canonical names."""
    return (t.attr[1] for t in terms if t.op == "var" and t.attr[1] >= 0)


def _plain(attr: Any) -> Any:
    if isinstance(attr, tuple):
        return [_plain(a) for a in attr]
    return {"fraction": str(attr)} if isinstance(attr, Fraction) else attr


# 1, 1.0 and true are the same attribute to `make`, which keeps the first that it sees.
_WITH_TRUTH_VALUES = ("bool", "previous")


def _attribute(data: Any, truth_values: bool) -> Any:
    if isinstance(data, list):
        return tuple(_attribute(a, truth_values) for a in data)
    if isinstance(data, dict):
        if set(data) != {"fraction"} or str(Fraction(data["fraction"])) != data["fraction"]:
            raise ValueError("no fraction")
        return Fraction(data["fraction"])
    if isinstance(data, float) or (isinstance(data, bool) and not truth_values):
        raise ValueError(f"{data!r} is no attribute")
    return data
