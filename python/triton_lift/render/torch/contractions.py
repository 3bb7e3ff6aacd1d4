"""Sums of products as matrix products and einsum: what no factor has all indices of is never multiplied out."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from triton_lift.render.torch.nodes import Node
from triton_lift.terms import reals
from triton_lift.terms.term import Term

if TYPE_CHECKING:
    from triton_lift.render.torch.elementwise import Context
    from triton_lift.render.torch.translate import Translator


@dataclass
class Group:
    """Factors that together depend on `indices`, and conditions on these where they are not 0."""

    indices: set[Term]
    factors: list[Term] = field(default_factory=list)
    masks: list[Term] = field(default_factory=list)


_LETTERS = "ijlmndkrsuvwqpxyz"


def contraction(
    translate: Translator, body: Term, masks: list[Term], context: Context, bound: Context, guarded: bool
) -> Node | None:
    """Σ body over the bound variables where the masks hold, if it is a product of factors with different indices.

    None where it is none, or one factor has all indices anyway.
    """
    factors = body.args if body.op == "rmul" else (body,)
    constant = Fraction(1)
    groups: list[Group] = []
    inside = (*context, *bound)
    for factor in sorted(factors, key=lambda f: -len([v for v in inside if v in f.free or v is f])):
        value = reals.value_of(factor)
        if value is not None:
            constant *= value
            continue
        own = {v for v in inside if v in factor.free}
        home = next((g for g in groups if own <= g.indices), None)
        if home is None:
            home = Group(own)
            groups.append(home)
        home.factors.append(factor)
    for mask in masks:
        # A factor that has the mask's indices is 0 where the mask does not hold.
        own = {v for v in inside if v in mask.free}
        home = next((g for g in groups if own <= g.indices), None)
        if home is None:
            return None
        home.masks.append(mask)
    everything = {v for g in groups for v in g.indices}
    if len(groups) < 2 or not set(bound) <= everything or any(g.indices == everything for g in groups):
        return None
    outer = tuple(v for v in context if v in everything)
    found = _matrix_product(translate, groups, outer, bound, guarded) or _einsum(
        translate, groups, outer, bound, guarded
    )
    if found is None:
        return None
    if outer and len(outer) < len(context) - context.index(outer[0]):
        first = context.index(outer[0])
        full = tuple(v in outer for v in context[first:])
        found = translate.nodes.make("unsqueeze", (found,), full, full, "real")
    if constant != 1:
        number = translate.nodes.number(constant, "real")
        found = translate.nodes.broadcast("times", (number, found), "real")
    return found


def _group(translate: Translator, group: Group, context: Context, guarded: bool) -> Node | None:
    """The product of its factors, with all dimensions of the context; None if it lacks some."""
    node = translate(reals.mul(*group.factors), context, guarded)
    if group.masks:
        node = translate.masked(node, group.masks, context, translate.nodes.number(Fraction(0), "real"))
    return node if node.axes == (True,) * len(context) else None


def _matrix_product(
    translate: Translator,
    groups: list[Group],
    outer: Context,
    bound: Context,
    guarded: bool,
) -> Node | None:
    """`a @ b` where that is what it is, with all other dimensions in front of the last two."""
    if len(groups) != 2 or len(bound) != 1 or len(outer) < 2:
        return None
    *batch, row, column = outer
    for a, b in (groups, groups[::-1]):
        if a.indices == {*batch, row, *bound} and b.indices == {*batch, column, *bound}:
            sides = (
                _group(translate, a, (*batch, row, *bound), guarded),
                _group(translate, b, (*batch, *bound, column), guarded),
            )
            if sides[0] is not None and sides[1] is not None:
                return translate.nodes.make(
                    "matmul", (sides[0], sides[1]), None, (True,) * len(outer), "real"
                )
    return None


def _einsum(
    translate: Translator,
    groups: list[Group],
    outer: Context,
    bound: Context,
    guarded: bool,
) -> Node | None:
    letters = dict(zip((*outer, *bound), _LETTERS, strict=False))
    for v, letter in zip(bound, "krsuvw", strict=False):
        letters[v] = letter
    if len(set(letters.values())) < len(outer) + len(bound):
        return None
    subscripts, operands = [], []
    for group in groups:
        context = tuple(v for v in (*outer, *bound) if v in group.indices)
        node = _group(translate, group, context, guarded)
        if node is None:
            return None
        if node.op == "permute":  # einsum takes dimensions in any order
            order = node.attr
            assert isinstance(order, tuple)
            context = tuple(context[d] for d in sorted(range(len(context)), key=order.__getitem__))
            (node,) = node.args
        subscripts.append("".join(letters[v] for v in context))
        operands.append(node)
    equation = f"{','.join(subscripts)}->{''.join(letters[v] for v in outer)}"
    return translate.nodes.make("einsum", tuple(operands), equation, (True,) * len(outer), "real")
