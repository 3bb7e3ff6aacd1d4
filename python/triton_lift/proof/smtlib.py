"""Proof obligations as SMT-LIB text, written from terms: the file of a proof carries no text that is believed.

An obligation `facts ⊢ goal` becomes the facts and ¬goal, to be shown unsatisfiable. Products of variables, array
reads and whatever else linear arithmetic cannot use are unknowns, one for each term; forgetting what they are only
makes an obligation harder. What is added is true of all integers:
  - the definitions of divisions, remainders and the like (`proving.smt.definition`, each a theorem),
  - for each product (p, q) that the proof names: p ≥ 0 ∧ q ≥ 0 → p·q ≥ 0, with p·q multiplied out,
  - for two divisions by one number D > 0: x + k·D ≤ y → ⌊x/D⌋ + k ≤ ⌊y/D⌋, for k = 0 and 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

from triton_lift.proving.context import nonnegative_product
from triton_lift.proving.smt import OPAQUE, Encoder
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, by_order

_MOST_DIVISIONS = 12
_SORTS = {"int": "Int", "bool": "Bool", "real": "Real"}


def entailment(
    facts: Iterable[Term], goal: Term, products: Iterable[tuple[Term, Term]] = (), *, optional: bool = False
) -> str:
    """Unsatisfiable if `goal` follows from `facts`; `products` as above.

    `optional`: the i-th product only counts if the constant product_i is true.
    """
    facts = list(facts)
    theorems = [product_theorem(p, q) for p, q in products]
    definitions = sorted(Encoder().definitions((*facts, *theorems, goal)), key=by_order)
    script = _Script()
    for t in (*facts, *definitions, *monotone_divisions((*facts, *theorems, *definitions, goal))):
        script.require(script.name(t))
    for i, t in enumerate(theorems):
        script.require(script.name(t), only_if=f"product_{i}" if optional else None)
    script.require(f"(not {script.name(goal)})")
    return script.text()


def product_theorem(p: Term, q: Term) -> Term:
    """p ≥ 0 ∧ q ≥ 0 → p·q ≥ 0."""
    return bools.disjunction(bools.lt(p, ints.ZERO), bools.lt(q, ints.ZERO), nonnegative_product(p, q))


def monotone_divisions(terms: Iterable[Term]) -> list[Term]:
    """x + k·D ≤ y → ⌊x/D⌋ + k ≤ ⌊y/D⌋ for the divisions in the terms: cvc5 does not find the cuts for it by itself."""
    by_divisor: dict[Term, list[Term]] = {}
    for t in sorted(_visible(terms), key=by_order):
        if t.op == "fdiv" and (ints.value_of(t.args[1]) or 0) > 0:
            by_divisor.setdefault(t.args[1], []).append(t)
    return [
        bools.disjunction(
            bools.lt(b.args[0], ints.add(a.args[0], ints.mul(k, divisor))), bools.le(ints.add(a, k), b)
        )
        for divisor, divisions in by_divisor.items()
        if len(divisions) <= _MOST_DIVISIONS
        for a, b in permutations(divisions, 2)
        for k in (ints.ZERO, ints.ONE)
    ]


def _visible(terms: Iterable[Term]) -> set[Term]:
    """The subterms that a solver gets to see."""
    seen: set[Term] = set()
    pending = list(terms)
    while pending:
        t = pending.pop()
        if t not in seen:
            seen.add(t)
            if t.op not in OPAQUE:
                pending.extend(t.args)
    return seen


def agreement(a: Term, b: Term) -> str:
    """Unsatisfiable if two terms of comparisons and selections agree for all elements that they speak of."""
    script = _Script(ordinal=True)
    script.require(f"(not (= {script.name(a)} {script.name(b)}))")
    return script.text()


class _Script:
    """A script under construction: each distinct term is defined once.

    `ordinal`: elements of combines are reals, compared as such; otherwise comparisons of reals are unknowns.
    """

    def __init__(self, *, ordinal: bool = False) -> None:
        self.ordinal = ordinal
        self.lines: list[str] = []
        self._names: dict[Term, str] = {}

    def text(self) -> str:
        return "\n".join(["(set-logic ALL)", *self.lines, "(check-sat)", ""])

    def require(self, formula: str, only_if: str | None = None) -> None:
        if only_if is not None:
            self.lines.append(f"(declare-const {only_if} Bool)")
            formula = f"(=> {only_if} {formula})"
        self.lines.append(f"(assert {formula})")

    def name(self, t: Term) -> str:
        """What stands for the term: a constant, or a name that is defined by now."""
        found = self._names.get(t)
        if found is None:
            found = self._names[t] = self._define(t)
        return found

    def _define(self, t: Term) -> str:
        match t.op:
            case "int":
                return _numeral(t.attr)
            case "bool":
                return "true" if t.attr else "false"
            case "not":
                return f"(not {self.name(t.args[0])})"
        body = self._body(t)
        # The operator's name may come from a file: only letters and digits get into the text.
        label = t.op if t.op.isascii() and t.op.isalnum() else "term"
        name = f"{label}_{len(self._names)}"
        if body is None:
            self.lines.append(f"(declare-const {name} {_SORTS[t.sort]})")
        else:
            self.lines.append(f"(define-fun {name} () {_SORTS[t.sort]} {body})")
        return name

    def _body(self, t: Term) -> str | None:
        """The meaning of the operator, None where it is left open."""
        match t.op:
            case "lin":
                *coefficients, constant = t.attr
                parts = [
                    f"(* {_numeral(c)} {self.name(m)})" if c != 1 else self.name(m)
                    for c, m in zip(coefficients, t.args, strict=True)
                ]
                parts += [_numeral(constant)] if constant else []
                return f"(+ {' '.join(parts)})" if len(parts) > 1 else parts[0]
            case "le0":
                return f"(<= {self.name(t.args[0])} 0)"
            case "eq0":
                return f"(= {self.name(t.args[0])} 0)"
            case "and" | "or":
                return f"({t.op} {' '.join(map(self.name, t.args))})"
            case "select" if t.sort != "real" or self._ordinal(t):
                return f"(ite {' '.join(map(self.name, t.args))})"
            case "imin" | "imax":
                return self._extremum(t)
            case "rmin" | "rmax" if self._ordinal(t):
                return self._extremum(t)
            case "rlt" | "rle" | "req" if self._ordinal(t):
                symbol = {"rlt": "<", "rle": "<=", "req": "="}[t.op]
                return f"({symbol} {' '.join(map(self.name, t.args))})"
            case _:
                return None

    def _ordinal(self, t: Term) -> bool:
        """Whether a real term is made of elements by comparison and selection alone."""
        if t.op == "elem":
            return self.ordinal
        real = [a for a in t.args if a.sort == "real"]
        made_so = t.op in ("select", "rmin", "rmax", "rlt", "rle", "req")
        return made_so and bool(real) and all(map(self._ordinal, real))

    def _extremum(self, t: Term) -> str:
        names = [self.name(a) for a in t.args]
        symbol = "<=" if t.op in ("imin", "rmin") else ">="
        result = names[-1]
        for position in reversed(range(len(names) - 1)):
            first = names[position]
            wins = " ".join(f"({symbol} {first} {other})" for other in names[position + 1 :])
            result = f"(ite (and {wins}) {first} {result})"
        return result


def _numeral(value: int) -> str:
    return str(value) if value >= 0 else f"(- {-value})"
