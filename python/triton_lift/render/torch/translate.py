"""Terms become tensor expressions: one method for each operator, like the printer of formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from triton_lift.render import order
from triton_lift.render.torch.contractions import contraction
from triton_lift.render.torch.errors import TorchError
from triton_lift.render.torch.functions import FORMATS, FUNCTIONS
from triton_lift.render.torch.nodes import Kind, Node, Nodes
from triton_lift.render.torch.ranges import Range, affine, hull
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, ranges, reduce_body, reduce_guard, subterms

Context = tuple[Term, ...]
_KINDS: dict[str, Kind] = {"int": "int", "real": "real", "bool": "bool"}
_SUMS = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin", "and": "all", "or": "any", "xor": "odd"}
_NEUTRAL = {"add": 0, "mul": 1, "and": True, "or": False, "xor": False}


class Translator:
    """Translates the terms of one output; `box` has the range of each index, `arrays` the names of arrays."""

    def __init__(self, nodes: Nodes, arrays: Mapping[int, str], names: Mapping[int, str]) -> None:
        self.nodes = nodes
        self.arrays = arrays
        self.names = names
        self.box: dict[Term, Range] = {}
        self._memo: dict[tuple[Term, Context, bool], Node] = {}

    def __call__(self, t: Term, context: Context, guarded: bool = False) -> Node:
        """`t` in the context. `guarded`: it is computed where its value is not used, so that reads must not fail."""
        context = tuple(context)
        key = (t, context, guarded)
        if key not in self._memo:
            method: Callable[[Term, Context, bool], Node] | None = getattr(self, f"_{t.op}", None)
            if method is None:
                raise TorchError(f"`{t.op}` has no counterpart in PyTorch here")
            self._memo[key] = method(t, context, guarded)
        return self._memo[key]

    def _all(self, t: Term, context: Context, guarded: bool) -> tuple[Node, ...]:
        return tuple(self(a, context, guarded) for a in t.args)

    def _plain(self, op: str, t: Term, context: Context, guarded: bool, attr: object = None) -> Node:
        assert attr is None or isinstance(attr, (str, int))
        return self.nodes.broadcast(op, self._all(t, context, guarded), _KINDS[t.sort], attr)

    # Leaves.

    def _int(self, t: Term, *_: object) -> Node:
        if not -(1 << 63) <= t.attr < 1 << 63:
            raise TorchError(f"{t.attr} does not fit 64 bits")
        return self.nodes.number(t.attr)

    def _bool(self, t: Term, *_: object) -> Node:
        return self.nodes.number(bool(t.attr), "bool")

    def _real(self, t: Term, *_: object) -> Node:
        value: Fraction = t.attr
        return self.nodes.number(value, "real")

    def _inf(self, t: Term, *_: object) -> Node:
        return self.nodes.number(float("inf") * t.attr, "real")

    def _param(self, t: Term, *_: object) -> Node:
        index = t.attr[0]
        if index in self.arrays:
            return self.nodes.make("address", (), self.arrays[index])
        return self.nodes.make("scalar", (), self.names[index], None, _KINDS[t.sort])

    def _nprogs(self, t: Term, *_: object) -> Node:
        return self.nodes.make("grid", (), t.attr)

    def _length(self, t: Term, *_: object) -> Node:
        return self.nodes.make("length", (), self.arrays[t.attr])

    def _var(self, t: Term, context: Context, guarded: bool) -> Node:
        if t not in context:
            raise TorchError("an index occurs outside of its range")
        behind = len(context) - 1 - context.index(t)
        low, high = (self(bound, (), guarded) for bound in (self.box[t].low, self.box[t].high))
        return self.nodes.make("index", (low, high), behind, (True, *(False,) * behind))

    def _read(self, t: Term, context: Context, guarded: bool) -> Node:
        if t.attr[1:] != (0, ()):
            raise TorchError("it reads what the kernel itself has stored before")
        kind = _KINDS[t.sort]
        view = None if guarded else self.view(t.attr[0], t.args[0], context, kind)
        if view is not None:
            return view
        offset = self(t.args[0], context, guarded)
        op = "take" if guarded else "gather"
        return self.nodes.make(op, (offset,), self.arrays[t.attr[0]], offset.axes or (), kind)

    def view(self, array: int, offset: Term, context: Context, kind: Kind | None) -> Node | None:
        """A strided view on an array whose dimensions are those of the context that the offset depends on."""
        split = affine(offset, context)
        if split is None:
            return None
        strides, start = split
        start = ints.add(start, *(ints.mul(stride, self.box[v].low) for v, stride in strides.items()))
        # Its dimensions go from the longest stride to the shortest, as far as one can tell.
        rows = sorted(strides, key=lambda v: self.slowness(strides[v]))
        parts = [self(t, ()) for v in rows for t in (self.box[v].size, strides[v])]
        view = self.nodes.make(
            "view",
            (self(start, ()), *parts),
            (self.arrays[array], kind is None),
            (True,) * len(rows),
            kind or "real",
        )
        places = [context.index(v) for v in rows]
        first = min(places, default=len(context))
        return self._arranged(view, [p - first for p in places], len(context) - first)

    def slowness(self, stride: Term) -> tuple[int, int, int]:
        """Less for longer strides, as far as their form tells."""
        monomials = ints.polynomial(stride)
        degree = max(map(len, monomials), default=0)
        constant = max(monomials.values(), default=0) if degree == 0 else 0
        leads = min((a.attr[0] for m in monomials for a in m if a.op == "param"), default=0)
        return -degree, -constant, leads

    def _arranged(self, node: Node, places: list[int], rank: int) -> Node:
        """A full tensor whose dimension d goes to `places[d]` of `rank` dimensions; the others have size 1."""
        ranked = sorted(range(len(places)), key=places.__getitem__)
        if ranked != list(range(len(places))):
            node = self.nodes.make("permute", (node,), tuple(ranked), node.axes, node.kind)
        if len(places) == rank:
            return node
        full = tuple(p in places for p in range(rank))
        return self.nodes.make("unsqueeze", (node,), full, full, node.kind)

    # Integers.

    def _lin(self, t: Term, context: Context, guarded: bool) -> Node:
        *coefficients, constant = t.attr
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
        return self._plain("floordiv", t, context, guarded)

    def _fmod(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._plain("mod", t, context, guarded)

    def _tdiv(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._called("div", t, context, guarded)

    def _trem(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._called("rem", t, context, guarded)

    def _called(self, helper: str, t: Term, context: Context, guarded: bool) -> Node:
        """A helper that takes numbers and tensors, and gives a tensor."""
        found = self._plain("helper", t, context, guarded, helper)
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
        found = self.nodes.broadcast(op, tuple(scalars), _KINDS[t.sort]) if len(scalars) > 1 else None
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
        return self.nodes.broadcast("function", args, "real", name)

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
        return self.nodes.broadcast("where", (self.nodes.tensor(c), a, b), _KINDS[t.sort])

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

    # Binders.

    def _enter(self, t: Term, context: Context) -> tuple[Context, list[Term], Context]:
        """The context of a reduction's body, masks that its ranges need there, and the variables in it.

        A bound variable takes the place of an index that the reduction does not depend on, as in
        `x / x.sum(1, keepdim=True)`; otherwise it comes last.
        """
        bound = ranges(t)
        masks: list[Term] = []
        for v, low, high in bound:
            around = hull(low, high, self.box)
            if around is None:
                raise TorchError(
                    "the range of a sum depends on other indices in a way that has no plain bound"
                )
            self.box[v] = around
            if around.low is not low:
                masks.append(bools.le(low, v))
            if around.high is not high:
                masks.append(bools.lt(v, high))
        unused = [p for p, u in enumerate(context) if u not in t.free]
        variables = tuple(v for v, _, _ in bound)
        if len(unused) >= len(variables):
            inner = list(context)
            for p, v in zip(unused[len(unused) - len(variables) :], variables, strict=True):
                inner[p] = v
            return tuple(inner), masks, variables
        return (*context, *variables), masks, variables

    def _reduce(self, t: Term, context: Context, guarded: bool) -> Node:
        kind: str = t.attr[0]
        if kind not in _SUMS:
            raise TorchError(f"a reduction by {kind} has no counterpart in PyTorch")
        inner, masks, variables = self._enter(t, context)
        condition = reduce_guard(t)
        guarded = guarded or condition is not bools.TRUE
        masks += [c for c in bools.conjuncts(condition) if c is not bools.TRUE]
        if kind == "add" and t.sort == "real":
            found = contraction(self, reduce_body(t), masks, context, variables, guarded)
            if found is not None:
                return found
        body = self(reduce_body(t), inner, guarded)
        if masks:
            body = self.masked(body, masks, inner, self._neutral(kind, t.sort))
        return self._reduced(_SUMS[kind], body, inner, context, variables)

    def _neutral(self, kind: str, sort: str) -> Node:
        if kind in _NEUTRAL:
            number = _NEUTRAL[kind]
            return self.nodes.number(Fraction(number) if sort == "real" else number, _KINDS[sort])
        if sort == "real":
            return self.nodes.number(float("-inf" if kind == "max" else "inf"), "real")
        return self.nodes.number(-(1 << 63) if kind == "max" else (1 << 63) - 1)

    def masked(self, body: Node, conditions: list[Term], inner: Context, neutral: Node) -> Node:
        """`body` where the conditions hold, elsewhere `neutral`."""
        mask = self(bools.conjunction(*conditions), inner, True)
        if body.is_scalar:
            body = self.nodes.tensor(body)
        return self.nodes.broadcast("where", (self.nodes.tensor(mask), body, neutral), body.kind)

    def _reduced(self, op: str, body: Node, inner: Context, context: Context, variables: Context) -> Node:
        body = self.spread(body, inner, variables)
        assert body.axes is not None
        keep = len(inner) == len(context)
        dims = tuple(inner.index(v) - len(inner) for v in variables)
        axes = list(body.axes)
        for d in dims:
            axes[d] = False
        sizes = tuple(self(self.box[v].size, ()) for v in variables)
        outer = tuple(axes[: len(axes) - len(variables)])
        if not keep and op in ("amax", "amin"):  # whether its dimensions are kept or not, it is computed once
            whole = self.nodes.make(op, (body, *sizes), (dims, True), tuple(axes), body.kind)
            return self.nodes.make("drop", (whole,), len(variables), outer, body.kind)
        return self.nodes.make(op, (body, *sizes), (dims, keep), tuple(axes) if keep else outer, body.kind)

    def spread(self, body: Node, inner: Context, variables: Context) -> Node:
        """`body` with full dimensions for the variables, if it does not have them."""
        for v in variables:
            behind = len(inner) - 1 - inner.index(v)
            axes = body.axes or ()
            if len(axes) > behind and axes[len(axes) - 1 - behind]:
                continue
            size = self(self.box[v].size, ())
            ones = self.nodes.make("ones", (size,), behind, (True, *(False,) * behind), body.kind)
            op = "and" if body.kind == "bool" else "times"
            body = self.nodes.broadcast(op, (body, ones), body.kind)
        return body

    def _argreduce(self, t: Term, context: Context, guarded: bool) -> Node:
        inner, masks, variables = self._enter(t, context)
        (v, *others), index = variables, t.args[-1]
        if others or t.attr[0] not in ("argmax", "argmin"):
            raise TorchError("the place of an extremum over several indices")
        condition = reduce_guard(t)
        kind: str = t.attr[0]
        body = self(reduce_body(t), inner, guarded or condition is not bools.TRUE)
        if masks or condition is not bools.TRUE:
            body = self.masked(body, [condition, *masks], inner, self._neutral(kind[3:], t.args[-2].sort))
        low = self.box[v].low
        shift = ints.sub(index, v)
        if shift.free:
            raise TorchError("the place of an extremum, reported as something else than its index")
        place = self._reduced(kind, self.nodes.tensor(body), inner, context, variables)
        place = self.nodes.make(place.op, place.args, place.attr, place.axes, "int")
        first = self(ints.add(low, shift), ())
        if first is self.nodes.number(0):
            return place
        return self.nodes.broadcast("lin", (place, first), "int", (1, 1, 0))


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
