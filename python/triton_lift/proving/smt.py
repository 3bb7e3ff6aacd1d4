"""Integer and boolean terms as z3 expressions.

Everything the solver cannot use is abstracted by a fresh constant per term: products of atoms, array reads,
comparisons of reals. An abstraction only forgets facts, so a goal proved of it holds. Division and remainder get
their defining facts, which mention the product divisor·quotient as just another abstracted monomial; this keeps the
problem linear and the answers quick even where divisors are symbols.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Any

import z3

from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term

Facts = Set[Term]  # in an order of their own; they hold whenever the atoms they speak of are well defined
# The solver sees these as unknowns, so what is inside them does not matter to it.
OPAQUE = {
    "read", "rlt", "rle", "req", "reduce", "argreduce", "ranked", "argranked", "state", "final",
    "arbitrary", "fptoint", "tobits", "iterate", "previous",
}  # fmt: skip
_DEFINED = {"fdiv", "fmod", "tdiv", "trem", "iabs", "wrap", "pow2", "bitand", "rlt", "argreduce", "argranked"}


class Encoder:
    """Encodes terms, with memory; one per session."""

    def __init__(self) -> None:
        self._expressions: dict[Term, Any] = {}
        self._definitions: dict[Term, tuple[Term, ...]] = {}
        self._atoms: dict[Term, tuple[Term, ...]] = {}

    def expression(self, t: Term) -> Any:
        """The z3 expression of an integer or boolean term."""
        found = self._expressions.get(t)
        if found is None:
            found = self._expressions[t] = self._encode(t)
        return found

    def definitions(self, terms: Iterable[Term]) -> Facts:
        """Facts about the divisions, extrema and other defined atoms inside the terms, transitively."""
        pending: list[Term] = list(terms)
        seen: set[Term] = set()
        facts: dict[Term, None] = {}
        while pending:
            for atom in self._defined_atoms(pending.pop()):
                if atom not in seen:
                    seen.add(atom)
                    own = self._definitions.get(atom)
                    if own is None:
                        own = self._definitions[atom] = tuple(definition(atom))
                    facts.update(dict.fromkeys(own))
                    pending.extend(own)
        facts.pop(bools.TRUE, None)
        return facts.keys()

    def places(self, t: Term) -> list[Term]:
        """Where the places of elements in `t` lie: points that are drawn at random do not know."""
        return [fact for a in self._defined_atoms(t) if a.op == "argranked" for fact in definition(a)]

    def _defined_atoms(self, t: Term) -> tuple[Term, ...]:
        found = self._atoms.get(t)
        if found is None:
            inner = () if t.op in OPAQUE else t.args
            parts = [p for a in inner if (p := self._defined_atoms(a))]
            found = parts[0] if len(parts) == 1 else tuple(dict.fromkeys(u for p in parts for u in p))
            if t.op in _DEFINED:
                found = (*found, t)
            self._atoms[t] = found
        return found

    def _opaque(self, t: Term) -> Any:
        name = f"{t.op}!{len(self._expressions)}"
        return z3.Bool(name) if t.sort == "bool" else z3.Int(name)

    def _encode(self, t: Term) -> Any:
        e = self.expression
        match t.op:
            case "int":
                return z3.IntVal(t.attr)
            case "bool":
                return z3.BoolVal(t.attr)
            case "lin":
                *coefficients, constant = t.attr
                parts = [c * e(m) if c != 1 else e(m) for m, c in zip(t.args, coefficients, strict=True)]
                return z3.Sum(parts) + constant if constant else z3.Sum(parts)
            case "le0":
                return e(t.args[0]) <= 0
            case "eq0":
                return e(t.args[0]) == 0
            case "and":
                return z3.And([e(a) for a in t.args])
            case "or":
                return z3.Or([e(a) for a in t.args])
            case "not":
                return z3.Not(e(t.args[0]))
            case "select" if t.sort != "real":
                return z3.If(e(t.args[0]), e(t.args[1]), e(t.args[2]))
            case "imin" | "imax":
                result = e(t.args[0])
                for a in t.args[1:]:
                    other = e(a)
                    first = result <= other if t.op == "imin" else result >= other
                    result = z3.If(first, result, other)
                return result
            case _:
                return self._opaque(t)


def definition(t: Term) -> list[Term]:
    """What defines the atom `t`, as facts; each holds for all values of the atoms it mentions."""
    match t.op:
        case "fdiv" | "fmod":
            x, d = t.args
            q, m = ints.fdiv(x, d), ints.fmod(x, d)
            positive = bools.lt(ints.ZERO, d)
            remainder = ints.sub(x, ints.mul(d, q))
            facts = [
                bools.le(ints.ZERO, remainder),
                bools.lt(remainder, d),
                bools.eq(m, remainder),
                # Consequences that linear arithmetic cannot see through the product.
                bools.disjunction(bools.lt(x, ints.ZERO), bools.le(ints.ZERO, q)),
                bools.disjunction(bools.lt(x, ints.ZERO), bools.le(q, x)),
                bools.disjunction(bools.lt(x, d), bools.le(ints.ONE, q)),
            ]
            return [bools.disjunction(bools.negate(positive), f) for f in facts]
        case "tdiv" | "trem":
            x, d = t.args
            q, m = ints.tdiv(x, d), ints.trem(x, d)
            usual = bools.conjunction(bools.lt(ints.ZERO, d), bools.le(ints.ZERO, x))
            remainder = ints.sub(x, ints.mul(d, q))
            facts = [
                bools.le(ints.ZERO, remainder),
                bools.lt(remainder, d),
                bools.eq(m, remainder),
                bools.le(ints.ZERO, q),
                bools.le(q, x),
            ]
            result = [bools.disjunction(bools.negate(usual), f) for f in facts]
            if (ints.value_of(d) or 0) > 0:
                negative = bools.lt(x, ints.ZERO)
                for f in (bools.le(remainder, ints.ZERO), bools.lt(ints.scale(d, -1), remainder)):
                    result.append(bools.disjunction(bools.negate(negative), f))
            return result
        case "iabs":
            (x,) = t.args
            return [bools.le(x, t), bools.le(ints.scale(x, -1), t)]
        case "wrap":
            half = ints.const(1 << (t.attr - 1))
            (x,) = t.args
            fits = bools.conjunction(bools.le(ints.scale(half, -1), x), bools.lt(x, half))
            return [
                bools.le(ints.scale(half, -1), t),
                bools.lt(t, half),
                bools.disjunction(bools.negate(fits), bools.eq(t, x)),
            ]
        case "pow2":
            return [bools.le(ints.ONE, t)]
        case "bitand":
            return [
                bools.disjunction(
                    bools.lt(a, ints.ZERO), bools.conjunction(bools.le(ints.ZERO, t), bools.le(t, a))
                )
                for a in t.args
            ]
        case "tobits":
            limit = 1 << ({"f64": 64, "f32": 32}.get(t.attr, 16) - 1)
            return [bools.le(ints.const(-limit), t), bools.lt(t, ints.const(limit))]
        case "argreduce" if t.attr[1] == 1 and t.args[3] is bools.TRUE:
            # One of the indices c·v + d, lo ≤ v < hi, all of which are there.
            v, low, high, _, _, index = t.args
            split = ints.coefficient(index, v)
            factor = None if split is None else ints.value_of(split[0])
            if split is None or factor is None or v in split[1].free:
                return []
            ends = [substitute(index, {v: end}) for end in (low, ints.sub(high, ints.ONE))]
            least, most = ends if factor >= 0 else reversed(ends)
            inside = bools.conjunction(bools.le(least, t), bools.le(t, most))
            return [bools.disjunction(bools.le(high, low), inside)]
        case "argranked":
            v, low, high, guard, *_ = t.args
            return [bools.le(low, t), bools.lt(t, high), substitute(guard, {v: t})]
        case "rlt":
            a, b = t.args
            return [bools.disjunction(bools.negate(t), bools.negate(reals.compare("rlt", b, a)))]
        case _:
            return []
