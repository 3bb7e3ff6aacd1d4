"""Formulas to terms: names are looked up in a kernel's vocabulary, indices become offsets by the arrays' strides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from triton_lift.formulas import ast, recurrences
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.functions import (
    FUNCTIONS,
    as_condition,
    as_integer,
    as_real,
    ceiling,
    same_sort,
)
from triton_lift.formulas.scoping import RANKED
from triton_lift.formulas.vocabulary import Vocabulary
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

_LARGEST_EXPONENT = 64
_MOST_MONOMIALS = 2000
_INDEXED = ("argmax", "argmin")
_ON_CONDITIONS = ("and", "or", "xor")

# By name and number of arguments: a function's arguments, and the formula in them that it stands for.
Definitions = dict[tuple[str, int], tuple[tuple[str, ...], ast.Expression]]

# The range of a bound variable that has none written, told from the body: (low, high).
Inference = Callable[[ast.Reduction, str, Mapping[str, Term]], tuple[Term, Term] | None]


def _no_inference(_: ast.Reduction, __: str, ___: Mapping[str, Term]) -> tuple[Term, Term] | None:
    return None


@dataclass
class ToTerms:
    """Translates formulas of one kernel. All methods raise FormulaError.

    `counters` are variables that are ≥ 0. `holes` gives the terms that holes stand for, `infer` ranges that were left
    out, and `inferred` keeps these. `definitions` are functions that are formulas themselves;
    `whole` are functions of whole arrays, which are printed but not read.
    """

    vocabulary: Vocabulary
    counters: set[Term] = field(default_factory=set)
    infer: Inference = _no_inference
    definitions: Definitions = field(default_factory=dict)
    holes: Callable[[ast.Hole, Mapping[str, Term]], Term] | None = None
    inferred: dict[int, tuple[Term, Term]] = field(default_factory=dict)  # by the node's identity
    whole: Collection[str] = ()

    def term(self, e: ast.Expression, names: Mapping[str, Term]) -> Term:
        """The term of a formula, where `names` are bound."""
        try:
            return self._term(e, names)
        except RecursionError:
            raise FormulaError("the formula is nested too deeply") from None

    def _term(self, e: ast.Expression, names: Mapping[str, Term]) -> Term:
        return _TRANSLATIONS[type(e)](self, e, names)

    def integer(self, e: ast.Expression, names: Mapping[str, Term], place: str) -> Term:
        """The same, of what must be an integer."""
        return as_integer(self._term(e, names), place)

    def name(self, e: ast.Name, names: Mapping[str, Term]) -> Term:
        vocabulary = self.vocabulary
        found = names.get(e.text) or vocabulary.scalars.get(e.text)
        if found is not None:
            return found
        if e.text in vocabulary.arrays:
            raise FormulaError(f"{e.text} is an array: write {e.text}[…]")
        if e.text == "e":
            return reals.apply("exp", reals.ONE)
        hint = vocabulary.unknown(e.text, [*vocabulary.scalars, *names])
        raise FormulaError(f"{e.text} is neither an index nor a scalar argument of the kernel{hint}")

    def access(self, e: ast.Access, names: Mapping[str, Term]) -> Term:
        array = self.array(e.array)
        return make("read", (self.offset(e, names),), (array.number, 0, ()), array.element)

    def offset(self, e: ast.Access, names: Mapping[str, Term]) -> Term:
        """The element number of an access."""
        self.array(e.array)
        indices = [self.integer(i, names, f"as index of {e.array}") for i in e.indices]
        return self.vocabulary.offset(e.array, indices)

    def array(self, name: str) -> Any:
        found = self.vocabulary.arrays.get(name)
        if found is None:
            if name in self.vocabulary.scalars:
                raise FormulaError(f"{name} is a scalar argument of the kernel and has no elements")
            hint = self.vocabulary.unknown(name, self.vocabulary.arrays)
            raise FormulaError(f"{name} is no array argument of the kernel{hint}")
        return found

    def call(self, e: ast.Call, names: Mapping[str, Term]) -> Term:
        defined = self.definitions.get((e.name, len(e.arguments)))
        if defined is not None and e.name not in FUNCTIONS:
            parameters, body = defined
            return self._term(
                body, dict(zip(parameters, (self._term(a, names) for a in e.arguments), strict=True))
            )
        found = FUNCTIONS.get(e.name)
        if found is None:
            if e.name in self.vocabulary.arrays:
                raise FormulaError(f"{e.name} is an array: its elements are {e.name}[…]")
            if e.name.startswith("mix") or e.name == "undefined":
                raise FormulaError(
                    f"{e.name}(…) abbreviates what was not written out, and cannot be read back"
                )
            if e.name in self.whole:
                raise FormulaError(
                    f"{e.name} is of whole arrays, as it is printed: here it has to be written out"
                )
            known = [*FUNCTIONS, *(name for name, _ in self.definitions)]
            raise FormulaError(f"there is no function {e.name}{self.vocabulary.unknown(e.name, known)}")
        arity, function = found
        if len(e.arguments) != arity if arity is not None else not e.arguments:
            wanted = "at least 1 argument" if arity is None else f"{arity} argument{'s'[: arity != 1]}"
            raise FormulaError(f"{e.name} takes {wanted}; here are {len(e.arguments)}")
        return function(*(self._term(a, names) for a in e.arguments))

    def where(self, e: ast.Where, names: Mapping[str, Term]) -> Term:
        known = dict(names)
        for d in e.definitions:
            if isinstance(d, ast.Recurrence):
                known.update(recurrences.read_recurrence(self, d, known))
                continue
            if d.name in known or d.name in self.vocabulary.scalars:
                raise FormulaError(f"{d.name} is defined twice")
            known[d.name] = self._term(d.value, known)
        return self._term(e.body, known)

    def negative(self, e: ast.Negative, names: Mapping[str, Term]) -> Term:
        t = self._term(e.operand, names)
        return ints.scale(t, -1) if t.sort == "int" else reals.negate(as_real(t))

    def sum(self, e: ast.Sum, names: Mapping[str, Term]) -> Term:
        terms = same_sort(*(self._term(x, names) for x in e.terms))
        return ints.add(*terms) if terms[0].sort == "int" else reals.add(*map(as_real, terms))

    def product(self, e: ast.Product, names: Mapping[str, Term]) -> Term:
        terms = same_sort(*(self._term(x, names) for x in e.factors))
        return _multiplied(terms) if terms[0].sort == "int" else reals.mul(*map(as_real, terms))

    def quotient(self, e: ast.Quotient, names: Mapping[str, Term]) -> Term:
        a, b = (as_real(self._term(x, names)) for x in (e.numerator, e.denominator))
        if b is reals.ZERO:
            raise FormulaError("a division by 0")
        return reals.div(a, b)

    def division(self, e: ast.Floor | ast.Ceiling | ast.Modulo, names: Mapping[str, Term]) -> Term:
        a, b = self._term(e.numerator, names), self._term(e.denominator, names)
        if a.sort == "real" and isinstance(e, ast.Floor | ast.Ceiling):
            return reals.apply("floor" if isinstance(e, ast.Floor) else "ceil", reals.div(a, as_real(b)))
        a, b = as_integer(a, "in an integer division"), as_integer(b, "in an integer division")
        if b is ints.ZERO:
            raise FormulaError("a division by 0")
        operation = ints.fdiv if isinstance(e, ast.Floor) else ints.fmod
        return ceiling(a, b) if isinstance(e, ast.Ceiling) else operation(a, b)

    def power(self, e: ast.Power, names: Mapping[str, Term]) -> Term:
        base, exponent = self._term(e.base, names), self._term(e.exponent, names)
        if exponent.sort == "bool" or base.sort == "bool":
            raise FormulaError("a condition stands where a number is needed")
        count = ints.value_of(exponent)
        if count is not None and abs(count) <= _LARGEST_EXPONENT:
            factors = [base] * abs(count)
            if base.sort == "int" and count >= 0:
                return _multiplied(factors)
            product = reals.mul(*map(as_real, factors))
            return product if count >= 0 else reals.div(reals.ONE, product)
        number = ints.value_of(base) or 0
        if (
            number > 1
            and number & (number - 1) == 0
            and exponent.sort == "int"
            and self._nonnegative(exponent)
        ):
            return ints.pow2(ints.scale(exponent, number.bit_length() - 1))
        return reals.apply("pow", as_real(base), as_real(exponent))

    def _nonnegative(self, exponent: Term) -> bool:
        """Whether an exponent of 2 is ≥ 0 by its form: an integer then, else a real number."""
        return all(c >= 0 and all(map(self._counts, m)) for m, c in ints.polynomial(exponent).items())

    def _counts(self, a: Term) -> bool:
        if a.op == "fmod":
            return (ints.value_of(a.args[1]) or 0) > 0
        if a.op == "fdiv":
            return (ints.value_of(a.args[1]) or 0) > 0 and self._nonnegative(a.args[0])
        return a in self.counters or a.op in ("nprogs", "pow2", "iabs")

    def select(self, e: ast.Select, names: Mapping[str, Term]) -> Term:
        condition = as_condition(self._term(e.condition, names))
        return reals.select(condition, *same_sort(self._term(e.then, names), self._term(e.otherwise, names)))

    def comparison(self, e: ast.Comparison, names: Mapping[str, Term]) -> Term:
        a, b = same_sort(self._term(e.left, names), self._term(e.right, names))
        relation = e.relation
        if relation in (">", "≥"):
            a, b, relation = b, a, "<" if relation == ">" else "≤"
        if a.sort == "bool":
            if relation not in ("=", "≠"):
                raise FormulaError("conditions have no order")
            differ = FUNCTIONS["xor"][1](a, b)
            return differ if relation == "≠" else bools.negate(differ)
        if a.sort == "int":
            found = {"<": bools.lt, "≤": bools.le}.get(relation, bools.eq)(a, b)
        else:
            found = reals.compare({"<": "rlt", "≤": "rle"}.get(relation, "req"), a, b)
        return bools.negate(found) if relation == "≠" else found

    def condition(self, e: ast.Expression | None, names: Mapping[str, Term]) -> Term:
        """What must be a condition; None is true."""
        return bools.TRUE if e is None else as_condition(self._term(e, names))

    def reduction(self, e: ast.Reduction, names: Mapping[str, Term]) -> Term:
        inner = dict(names)
        box: list[Term] = []
        for r in e.ranges:
            low, high = self.bounds(e, r, inner)
            v = var(r.name)
            if self._nonnegative(low):
                self.counters.add(v)
            box += [v, low, high]
            inner[r.name] = v
        guard = self.condition(e.condition, inner)
        body = self._term(e.body, inner)
        if (body.sort == "bool") != (e.kind in _ON_CONDITIONS):
            wanted = "a condition" if e.kind in _ON_CONDITIONS else "a number"
            raise FormulaError(f"what {e.kind} reduces must be {wanted}")
        if e.kind.startswith("bit"):
            body = as_integer(body, f"in {e.kind}")
        attr = (e.kind, len(e.ranges))
        if e.kind in _INDEXED:
            index = box[0] if e.index is None else self.integer(e.index, inner, "as what is reported")
            return make("argreduce", (*box, guard, body, index), attr, "int")
        if e.kind in RANKED:
            if e.index is None:
                raise FormulaError(f"{e.kind} needs a rank behind a semicolon, as in {e.kind}[k<n](x[k]; i)")
            rank = self.integer(e.index, names, "as a rank")
            place = e.kind.startswith("arg")
            if place and len(e.ranges) != 1:
                raise FormulaError(f"{e.kind} takes one range")
            kind = (e.kind.removeprefix("arg"), len(e.ranges))
            points = (*box, guard, body, rank)
            return (
                make("argranked", points, kind, "int") if place else make("ranked", points, kind, body.sort)
            )
        return make("reduce", (*box, guard, body), attr, body.sort)

    def bounds(self, e: ast.Reduction, r: ast.Range, names: Mapping[str, Term]) -> tuple[Term, Term]:
        """The bounds of a range, inferred where they are left out."""
        place = f"as bound of {r.name}"
        low = ints.ZERO if r.low is None else self.integer(r.low, names, place)
        if r.high is not None:
            return low, self.integer(r.high, names, place)
        found = self.infer(e, r.name, names)
        if found is None:
            raise FormulaError(f"the range of {r.name} cannot be told from the formula: write {r.name} < …")
        result = (found[0] if r.low is None else low), found[1]
        self.inferred[id(r)] = result
        return result

    def matrix_product(self, e: ast.MatrixProduct, names: Mapping[str, Term]) -> Term:
        raise FormulaError("products of matrices cannot be read back: their size is not written")

    def hole(self, e: ast.Hole, names: Mapping[str, Term]) -> Term:
        if self.holes is None:
            raise FormulaError("a formula with holes is a sketch (--sketch), not a guess")
        return self.holes(e, names)


def _multiplied(terms: Sequence[Term]) -> Term:
    """A product of integers, which is multiplied out."""
    result = ints.ONE
    for t in terms:
        if len(ints.polynomial(result)) * len(ints.polynomial(t)) > _MOST_MONOMIALS:
            raise FormulaError("a product of integers that is too large to be multiplied out")
        result = ints.mul(result, t)
    return result


def _number(_: ToTerms, e: ast.Number, __: Mapping[str, Term]) -> Term:
    value: Fraction = e.value
    return ints.const(value.numerator) if value.denominator == 1 else reals.const(value)


_TRANSLATIONS: dict[type, Callable[[ToTerms, Any, Mapping[str, Term]], Term]] = {
    ast.Number: _number,
    ast.Infinity: lambda _, __, ___: reals.INF,
    ast.Truth: lambda _, e, __: bools.const(e.value),
    ast.Name: ToTerms.name,
    ast.Access: ToTerms.access,
    ast.Call: ToTerms.call,
    ast.Negative: ToTerms.negative,
    ast.Sum: ToTerms.sum,
    ast.Product: ToTerms.product,
    ast.Quotient: ToTerms.quotient,
    ast.Floor: ToTerms.division,
    ast.Ceiling: ToTerms.division,
    ast.Modulo: ToTerms.division,
    ast.Power: ToTerms.power,
    ast.Select: ToTerms.select,
    ast.Iterate: recurrences.read_element,
    ast.Where: ToTerms.where,
    ast.Comparison: ToTerms.comparison,
    ast.And: lambda t, e, n: bools.conjunction(*(as_condition(t._term(o, n)) for o in e.operands)),
    ast.Or: lambda t, e, n: bools.disjunction(*(as_condition(t._term(o, n)) for o in e.operands)),
    ast.Not: lambda t, e, n: bools.negate(as_condition(t._term(e.operand, n))),
    ast.Reduction: ToTerms.reduction,
    ast.MatrixProduct: ToTerms.matrix_product,
    ast.Hole: ToTerms.hole,
}
