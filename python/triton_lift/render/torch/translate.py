"""Terms become tensor expressions: one method for each operator, like the printer of formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from triton_lift.render.torch.contractions import contraction
from triton_lift.render.torch.elementwise import KINDS, Context, Elementwise
from triton_lift.render.torch.errors import TorchError
from triton_lift.render.torch.nodes import Kind, Node, Nodes
from triton_lift.render.torch.ranges import Box, Range, affine, seems_negative
from triton_lift.render.torch.ranks import ranked
from triton_lift.render.torch.recurrences import Recurrences
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, ranges, reduce_body, reduce_guard, subterms

_SUMS = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin", "and": "all", "or": "any", "xor": "odd"}
_EXTREMA = ("amax", "amin", "argmax", "argmin")
_NEUTRAL = {"add": 0, "mul": 1, "and": True, "or": False, "xor": False}


class Translator(Elementwise):
    """Translates the terms of one output; `box` has the range of each index, `arrays` the names of arrays."""

    def __init__(self, nodes: Nodes, arrays: Mapping[int, str], names: Mapping[int, str]) -> None:
        self.nodes = nodes
        self.arrays = arrays
        self.names = names
        self.box = Box()
        self.loose: dict[Term, frozenset[Term]] = {}  # variables, and those on which their ranges depend
        self.recurrences = Recurrences(self)
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

    # Leaves.

    def kind(self, t: Term) -> Kind:
        """What a term's elements are."""
        return KINDS[t.sort]

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
        return self.nodes.make("scalar", (), self.names[index], None, KINDS[t.sort])

    def _nprogs(self, t: Term, *_: object) -> Node:
        return self.nodes.make("grid", (), t.attr)

    def _length(self, t: Term, *_: object) -> Node:
        return self.nodes.make("length", (), self.arrays[t.attr])

    def _var(self, t: Term, context: Context, guarded: bool) -> Node:
        if t in self.recurrences.open:
            return self.recurrences.open[t].moment
        if t not in context:
            raise TorchError("an index occurs outside of its range")
        behind = len(context) - 1 - context.index(t)
        low, high = (self(bound, (), guarded) for bound in (self.box.ranges[t].low, self.box.ranges[t].high))
        return self.nodes.make("index", (low, high), behind, (True, *(False,) * behind))

    def _read(self, t: Term, context: Context, guarded: bool) -> Node:
        kind = KINDS[t.sort]
        guarded = guarded or self._beyond(t.args[0])
        view = None if guarded else self.view(t.attr[0], t.args[0], context, kind)
        if view is not None:
            return view
        offset = self(t.args[0], context, guarded)
        op = "take" if guarded else "gather"
        return self.nodes.make(op, (offset,), self.arrays[t.attr[0]], offset.axes or (), kind)

    def _beyond(self, offset: Term) -> bool:
        """Whether it takes values in the box that it does not take within the ranges: where an index and what bounds
        it both count. Of `k < i + 1` alone every k of the box is one that some i has."""
        return any(v in offset.free and limits & offset.free for v, limits in self.loose.items())

    def view(self, array: int, offset: Term, context: Context, kind: Kind | None) -> Node | None:
        """A strided view on an array whose dimensions are those of the context that the offset depends on."""
        split = affine(offset, context)
        if split is None:
            return None
        strides, start = split
        start = ints.add(start, *(ints.mul(stride, self.box.ranges[v].low) for v, stride in strides.items()))
        if any(map(seems_negative, (start, *strides.values()))):
            return None
        # Its dimensions go from the longest stride to the shortest, as far as one can tell.
        rows = sorted(strides, key=lambda v: self.slowness(strides[v]))
        parts = [self(t, ()) for v in rows for t in (self.box.ranges[v].size, strides[v])]
        view = self.nodes.make(
            "view",
            (self(start, ()), *parts),
            (self.arrays[array], kind is None),
            (True,) * len(rows),
            kind or "real",
        )
        places = [context.index(v) for v in rows]
        first = min(places, default=len(context))
        return self.arranged(view, [p - first for p in places], len(context) - first)

    def slowness(self, stride: Term) -> tuple[int, int, int]:
        """Less for longer strides, as far as their form tells."""
        monomials = ints.polynomial(stride)
        degree = max(map(len, monomials), default=0)
        constant = max(monomials.values(), default=0) if degree == 0 else 0
        leads = min((a.attr[0] for m in monomials for a in m if a.op == "param"), default=0)
        return -degree, -constant, leads

    def arranged(self, node: Node, places: list[int], rank: int) -> Node:
        """A full tensor whose dimension d goes to `places[d]` of `rank` dimensions; the others have size 1."""
        ranked = sorted(range(len(places)), key=places.__getitem__)
        if ranked != list(range(len(places))):
            node = self.nodes.make("permute", (node,), tuple(ranked), node.axes, node.kind)
        if len(places) == rank:
            return node
        full = tuple(p in places for p in range(rank))
        return self.nodes.make("unsqueeze", (node,), full, full, node.kind)

    # Binders.

    def _least(self, t: Term, context: Context, guarded: bool) -> Node:
        return self._measured(t)

    _most = _least

    def _measured(self, t: Term) -> Node:
        """An extreme of what is computed for all indices."""
        inner = self(t.args[0], tuple(v for v in self.box.ranges if v in t.free), True)
        return self.nodes.make(t.op, (inner,))

    def _enter(self, t: Term, context: Context) -> tuple[Context, list[Term], Context, bool]:
        """The context of a reduction's body, masks that its ranges need there, the variables in it, and whether some
        of it lies outside of what is read.

        A bound variable takes the place of an index that the reduction does not depend on, as in
        `x / x.sum(1, keepdim=True)`; otherwise it comes last.
        """
        bound = ranges(t)
        masks: list[Term] = []
        beyond = False
        for v, low, high in bound:
            around = self.box.hull(low, high)
            self.box.ranges[v] = around
            self.loose[v] = frozenset(u for u in low.free | high.free if u.op == "var")
            beyond = (
                beyond or around.low.op == "least" or any(u.op == "most" for u in subterms([around.high]))
            )
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
            return tuple(inner), masks, variables, beyond
        return (*context, *variables), masks, variables, beyond

    def _reduce(self, t: Term, context: Context, guarded: bool) -> Node:
        kind: str = t.attr[0]
        if kind not in _SUMS:
            raise TorchError(f"a reduction by {kind} has no counterpart in PyTorch")
        inner, masks, variables, beyond = self._enter(t, context)
        condition = reduce_guard(t)
        guarded = guarded or beyond or condition is not bools.TRUE
        masks += [c for c in bools.conjuncts(condition) if c is not bools.TRUE]
        if kind == "add" and t.sort == "real":
            found = contraction(self, reduce_body(t), masks, context, variables, guarded)
            if found is not None:
                return found
        body = self(reduce_body(t), inner, guarded)
        if masks:
            body = self.masked(body, masks, inner, self.neutral(kind, t.sort))
        return self._reduced(_SUMS[kind], body, inner, context, variables)

    def neutral(self, kind: str, sort: str) -> Node:
        """What changes nothing in a reduction."""
        if kind in _NEUTRAL:
            number = _NEUTRAL[kind]
            return self.nodes.number(Fraction(number) if sort == "real" else number, KINDS[sort])
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
        sizes = tuple(self(self.box.ranges[v].size, ()) for v in variables)
        outer = tuple(axes[: len(axes) - len(variables)])
        kind: Kind = "int" if op.startswith("arg") else body.kind
        if not keep and op in _EXTREMA:  # computed once, whether its dimensions are kept or not
            whole = self.nodes.make(op, (body, *sizes), (dims, True), tuple(axes), kind)
            return self.nodes.make("drop", (whole,), len(variables), outer, kind)
        return self.nodes.make(op, (body, *sizes), (dims, keep), tuple(axes) if keep else outer, kind)

    def spread(self, body: Node, inner: Context, variables: Context) -> Node:
        """`body` with full dimensions for the variables, if it does not have them."""
        for v in variables:
            behind = len(inner) - 1 - inner.index(v)
            axes = body.axes or ()
            if len(axes) > behind and axes[len(axes) - 1 - behind]:
                continue
            size = self(self.box.ranges[v].size, ())
            ones = self.nodes.make("ones", (size,), behind, (True, *(False,) * behind), body.kind)
            op = "and" if body.kind == "bool" else "times"
            body = self.nodes.broadcast(op, (body, ones), body.kind)
        return body

    def _argreduce(self, t: Term, context: Context, guarded: bool) -> Node:
        kind: str = t.attr[0]
        if kind not in ("argmax", "argmin"):
            raise TorchError(f"a reduction by {kind} has no counterpart in PyTorch")
        inner, masks, variables, beyond = self._enter(t, context)
        condition, index = reduce_guard(t), t.args[-1]
        guarded = guarded or beyond or condition is not bools.TRUE
        masks += [c for c in bools.conjuncts(condition) if c is not bools.TRUE]
        body = self(reduce_body(t), inner, guarded)
        if masks:
            body = self.masked(body, masks, inner, self.neutral(kind[3:], reduce_body(t).sort))
        body = self.spread(self.nodes.tensor(body), inner, variables)
        if variables == (index,) and self.box.ranges[index].low is ints.ZERO and not masks:
            return self._reduced(kind, body, inner, context, variables)
        # The least of the indices that are reported for an extremum.
        extremum = f"a{kind[3:]}"
        dims = tuple(inner.index(v) - len(inner) for v in variables)
        sizes = tuple(self(self.box.ranges[v].size, ()) for v in variables)
        assert body.axes is not None
        axes = [full and d - len(body.axes) not in dims for d, full in enumerate(body.axes)]
        top = self.nodes.make(extremum, (body, *sizes), (dims, True), tuple(axes), body.kind)
        attained = self.nodes.broadcast("==", (body, top), "bool")
        if masks:
            attained = self.nodes.broadcast(
                "and", (attained, self(bools.conjunction(*masks), inner, True)), "bool"
            )
        last = self.nodes.number((1 << 63) - 1)
        places = self.nodes.broadcast("where", (attained, self(index, inner, True), last), "int")
        return self._reduced("amin", places, inner, context, variables)

    def _ranked(self, t: Term, context: Context, guarded: bool) -> Node:
        return ranked(self, t, context, guarded)

    _argranked = _ranked

    def _iterate(self, t: Term, context: Context, guarded: bool) -> Node:
        return self.recurrences.iterate(t, context)

    def _previous(self, t: Term, context: Context, guarded: bool) -> Node:
        return self.recurrences.previous(t, context)

    def _matprod(self, t: Term, context: Context, guarded: bool) -> Node:
        """An element of a product of matrices: all factors side by side, multiplied one after the other."""
        (v, low, high), *square = ranges(t)
        row, column = t.args[11:]
        i, j = (index for index, _, _ in square)
        around = self.box.hull(low, high)
        self.box.ranges[v] = around
        for index, start, end in square:
            self.box.ranges[index] = Range(start, end)
        stacked = (*context, v, i, j)
        here = [bools.le(low, v)] * (around.low is not low) + [bools.lt(v, high)] * (around.high is not high)
        body = self(reduce_body(t), stacked, guarded or bool(here))
        if here:  # the identity changes nothing
            same = reals.select(bools.eq(i, j), reals.ONE, reals.ZERO)
            body = self.masked(body, here, stacked, self(same, stacked))
        body = self.spread(self.nodes.tensor(body), stacked, (v, i, j))
        assert body.axes is not None
        product = self.nodes.make("helper", (body,), "chain", (*body.axes[:-3], True, True), "real")
        square_context = (*context, i, j)
        place = [bools.eq(i, row), bools.eq(j, column)]
        element = self.masked(product, place, square_context, self.nodes.number(Fraction(0), "real"))
        return self._reduced("sum", element, square_context, context, (i, j))
