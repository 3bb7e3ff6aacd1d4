"""Elementwise operators of terms as tensor expressions: arithmetic, functions, conditions."""

from __future__ import annotations

from fractions import Fraction
from math import log
from typing import TYPE_CHECKING

from triton_lift.render import order
from triton_lift.render.torch import stable
from triton_lift.render.torch.errors import TorchError
from triton_lift.render.torch.functions import FORMATS, FUNCTIONS
from triton_lift.render.torch.nodes import Kind, Node, Nodes
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, subterms

Context = tuple[Term, ...]
KINDS: dict[str, Kind] = {"int": "int", "real": "real", "bool": "bool"}


class Elementwise:
    """What `Translator` does with operators that have no indices of their own."""

    nodes: Nodes

    if TYPE_CHECKING:

        def __call__(self, t: Term, context: Context, guarded: bool = False) -> Node: ...

    def _all(self, t: Term, context: Context, guarded: bool) -> tuple[Node, ...]:
        return tuple(self(a, context, guarded) for a in t.args)

    def _plain(self, op: str, t: Term, context: Context, guarded: bool, attr: object = None) -> Node:
        assert attr is None or isinstance(attr, (str, int))
        return self.nodes.broadcast(op, self._all(t, context, guarded), KINDS[t.sort], attr)

    # Integers.

    def _lin(self, t: Term, context: Context, guarded: bool) -> Node:
        *coefficients, constant = t.attr
        for number in t.attr:
            if not -(1 << 63) <= number < 1 << 63:
                raise TorchError(f"{number} does not fit 64 bits")
        factor = dict(zip(t.args, coefficients, strict=True))
        names: dict[Term, str] = dict.fromkeys(context, "")
        ordered = sorted(t.args, key=lambda m: order.in_integer_sum(m, names))
        parts = [self(m, context, guarded) for m in ordered]
        attr = (*(factor[m] for m in ordered), constant)
        return self.nodes.broadcast("lin", tuple(parts), "int", attr)

    def _prod(self, t: Term, context: Context, guarded: bool) -> Node:
        names: dict[Term, str] = dict.fromkeys(context, "")
        ordered = sorted(t.args, key=lambda a: order.in_integer_product(a, names))
        return self.nodes.broadcast("times", tuple(self(a, context, guarded) for a in ordered), "int")

    def _fdiv(self, t: Term, context: Context, guarded: bool) -> Node:
        return self.nodes.broadcast("floordiv", self._division(t, context, guarded), "int")

    def _fmod(self, t: Term, context: Context, guarded: bool) -> Node:
        return self.nodes.broadcast("mod", self._division(t, context, guarded), "int")

    def _division(self, t: Term, context: Context, guarded: bool) -> tuple[Node, Node]:
        """What is divided and by what; where the result is not used, not by 0."""
        above, below = self._all(t, context, guarded)
        if guarded and below.op != "number":
            below = self.nodes.broadcast("helper", (below,), "int", "nonzero")
        return above, below

    def _tdiv(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._called("div", t, context, guarded)

    def _trem(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._called("rem", t, context, guarded)

    def _called(self, helper: str, t: Term, context: Context, guarded: bool) -> Node:
        """A helper that takes numbers and tensors, and gives a tensor."""
        found = self.nodes.broadcast("helper", self._division(t, context, guarded), "int", helper)
        return self.nodes.make(found.op, found.args, found.attr, found.axes or (), found.kind)

    def _imin(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._extremum("min", t, context, guarded)

    def _imax(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._extremum("max", t, context, guarded)

    _rmin, _rmax = _imin, _imax

    def _extremum(self, op: str, t: Term, context: Context, guarded: bool) -> Node:
        names: dict[Term, str] = dict.fromkeys(context, "")
        parts = [self(a, context, guarded) for a in sorted(t.args, key=lambda a: order.in_extremum(a, names))]
        scalars, tensors = [p for p in parts if p.is_scalar], [p for p in parts if not p.is_scalar]
        found = self.nodes.broadcast(op, tuple(scalars), KINDS[t.sort]) if len(scalars) > 1 else None
        rest = [found] if found is not None else scalars
        if not tensors:
            return rest[0]
        result = tensors[0]
        for other in tensors[1:]:
            result = self.nodes.broadcast(f"{op}imum", (result, other), result.kind)
        return self.nodes.broadcast(f"clamp_{op}", (result, rest[0]), result.kind) if rest else result

    def _iabs(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._plain("abs", t, context, guarded)

    def _wrap(self, t: Term, context: Context, guarded: bool) -> Node:
        if t.attr >= 64:
            return self(t.args[0], context, guarded)
        return self.nodes.broadcast(
            "helper", (*self._all(t, context, guarded), self.nodes.number(t.attr)), "int", "wrapped"
        )

    def _pow2(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._plain("pow2", t, context, guarded)

    def _bitand(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._plain("&", t, context, guarded)

    def _bitor(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._plain("|", t, context, guarded)

    def _bitxor(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._plain("^", t, context, guarded)

    def _fptoint(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._on_tensor("trunc", t, context, guarded, "int")

    def _tobits(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._on_tensor("tobits", t, context, guarded, "int", self._format(t))

    def _frombits(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._on_tensor("frombits", t, context, guarded, "real", self._format(t))

    def _format(self, t: Term) -> str:
        if t.attr not in FORMATS:
            raise TorchError(f"bits of {t.attr} have no counterpart in PyTorch")
        return str(t.attr)

    def _on_tensor(
        self, op: str, t: Term, context: Context, guarded: bool, kind: Kind, attr: str | None = None
    ) -> Node:
        args = tuple(self.nodes.tensor(a) for a in self._all(t, context, guarded))
        return self.nodes.broadcast(op, args, kind, attr)

    # Reals.

    def _toreal(self, t: Term, context: Context, guarded: bool) -> Node:
        inner = self(t.args[0], context, guarded)
        if inner.is_scalar or inner.kind == "real":
            return self.nodes.make(inner.op, inner.args, inner.attr, inner.axes, "real")
        return self.nodes.broadcast("toreal", (inner,), "real")

    def _radd(self, t: Term, context: Context, guarded: bool) -> Node:
        leads = order.constant_leads(t.args)
        split = sorted(map(reals.coefficient, t.args), key=lambda p: order.in_real_sum(p[1], leads=leads))
        parts, coefficients = [], []
        for c, base in split:
            value = reals.value_of(base)
            if value is not None:
                parts.append(self.nodes.number(abs(c * value), "real"))
                coefficients.append(1 if c * value > 0 else -1)
            elif c in (1, -1):
                parts.append(self(base, context, guarded))
                coefficients.append(int(c))
            else:
                sign = 1 if c > 0 else -1
                parts.append(self(reals.scaled(base, c * sign), context, guarded))
                coefficients.append(sign)
        return self.nodes.broadcast("lin", tuple(parts), "real", (*coefficients, 0))

    def _rmul(self, t: Term, context: Context, guarded: bool) -> Node:
        value = reals.value_of(t.args[0])
        if value is not None and value.numerator in (1, -1) and value.denominator > 1:
            base = self(reals.coefficient(t)[1], context, guarded)
            if _repeating(value):
                quotient = self._quotient(base, self.nodes.number(Fraction(value.denominator), "real"))
                return quotient if value > 0 else self.nodes.broadcast("neg", (quotient,), "real")
        counts: dict[Term, int] = {}
        for a in t.args:
            counts[a] = counts.get(a, 0) + 1
        quotients = [a for a, n in counts.items() if n == 1 and a.op == "rdiv"]
        if len(quotients) == 1 < len(counts):  # (a / b)·c is read more easily as a·c / b
            above, below = quotients[0].args
            rest = [a for a in t.args if a is not quotients[0]]
            whole = make("rmul", (*rest, above), None, "real") if above is not reals.ONE else None
            whole = whole or (rest[0] if len(rest) == 1 else make("rmul", tuple(rest), None, "real"))
            return self._quotient(self(whole, context, guarded), self(below, context, guarded))
        factors = []
        for a in sorted(counts, key=order.in_real_product):
            node = self(a, context, guarded)
            power = self.nodes.number(counts[a])
            factors.append(node if counts[a] == 1 else self.nodes.broadcast("power", (node, power), "real"))
        return self.nodes.broadcast("times", tuple(factors), "real")

    def _rdiv(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._quotient(self(t.args[0], context, guarded), self(t.args[1], context, guarded))

    def _quotient(self, above: Node, below: Node) -> Node:
        weights = stable.quotient(self.nodes, above, below)
        if weights is not None:
            return weights
        if above.is_scalar and below.is_scalar and below.op != "number":
            below = self.nodes.tensor(below)  # 1 / 0 is infinite, not an error
        return self.nodes.broadcast("div", (above, below), "real")

    def _rfun(self, t: Term, context: Context, guarded: bool) -> Node:
        name = str(t.attr)
        if name == "nan":
            return self.nodes.number(float("nan"), "real")
        constant = value_of_constant(t)
        if constant is not None:
            return self.nodes.number(constant, "real")
        if name not in FUNCTIONS:
            raise TorchError(f"the function {name} has no counterpart in PyTorch")
        args = tuple(self.nodes.tensor(a) for a in self._all(t, context, guarded))
        logarithm = stable.logarithm(self.nodes, args[0]) if name in ("log", "log2") else None
        if logarithm is not None and name == "log2":
            logarithm = self._quotient(logarithm, self.nodes.number(log(2), "real"))
        return logarithm or self.nodes.broadcast("function", args, "real", name)

    def _provided(self, t: Term, context: Context, guarded: bool) -> Node:
        return self(t.args[0], context, guarded)

    # Conditions.

    def _select(self, t: Term, context: Context, guarded: bool) -> Node:
        condition, then, other = t.args
        c = self(condition, context, guarded)
        a, b = self(then, context, True), self(other, context, True)
        if c.is_scalar and a.axes == b.axes:
            return self.nodes.make("choose", (c, a, b), None, a.axes, a.kind)
        if a.is_scalar and b.is_scalar and t.sort == "real":
            a = self.nodes.tensor(a)
        return self.nodes.broadcast("where", (self.nodes.tensor(c), a, b), KINDS[t.sort])

    def _and(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._connected("and", t, context, guarded)

    def _or(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._connected("or", t, context, guarded)

    def _connected(self, op: str, t: Term, context: Context, guarded: bool) -> Node:
        # All parts are computed, also those that the others make meaningless.
        names: dict[Term, str] = dict.fromkeys(context, "")
        ordered = sorted(t.args, key=lambda a: order.in_condition(a, names))
        return self.nodes.broadcast(op, tuple(self(a, context, True) for a in ordered), "bool")

    def _not(self, t: Term, context: Context, guarded: bool) -> Node:
        (a,) = t.args
        if a.op in ("eq0", "req"):
            return self._compared("!=", a, context, guarded)
        return self._plain("not", t, context, guarded)

    def _le0(self, t: Term, context: Context, guarded: bool) -> Node:
        strict = ints.polynomial(t.args[0]).get((), 0) == 1
        moved = ints.sub(t.args[0], ints.ONE) if strict else t.args[0]
        return self._compared("<" if strict else "<=", make("le0", (moved,), None, "bool"), context, guarded)

    def _eq0(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._compared("==", t, context, guarded)

    def _rlt(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._compared("<", t, context, guarded)

    def _rle(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._compared("<=", t, context, guarded)

    def _req(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._compared("==", t, context, guarded)

    def _compared(self, op: str, t: Term, context: Context, guarded: bool) -> Node:
        left, right = _sides(t)
        sides = (self(left, context, guarded), self(right, context, guarded))
        if sides[0].op == "number" and op in ("<", "<="):
            return self.nodes.broadcast(op.replace("<", ">"), (sides[1], sides[0]), "bool")
        return self.nodes.broadcast(op, sides, "bool")


def _sides(t: Term) -> tuple[Term, Term]:
    """What stands left and right of a comparison, each with positive coefficients."""
    if t.op not in ("le0", "eq0"):
        return t.args[0], t.args[1]
    p = ints.polynomial(t.args[0])
    left = {m: c for m, c in p.items() if c > 0 and m}
    right = {m: -c for m, c in p.items() if c < 0 and m}
    constant = p.get((), 0)
    (left if constant > 0 else right)[()] = abs(constant)
    return ints.from_polynomial(left), ints.from_polynomial(right)


def value_of_constant(t: Term) -> float | None:
    """The value of a function of constants, like log2(e)."""
    from triton_lift.evaluation.terms import Evaluator

    if any(u.op not in ("real", "rfun", "radd", "rmul", "rdiv") for u in subterms([t])):
        return None
    value = float(Evaluator({}, {})(t))
    return value if value - value == 0 else None


def _repeating(value: Fraction) -> bool:
    """Whether a number has no short decimal."""
    return len(f"{float(value):.12g}") > 6
