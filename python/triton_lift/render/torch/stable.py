"""Softmax and logsumexp by their names: the same numbers, without exp overflowing where the formula's value does not.

With E = exp(S), or 0 where a mask does not hold, along one dimension:

    E / ΣE       = softmax(S)          S = −∞ where the mask does not hold
    (E @ V) / ΣE = softmax(S) @ V
    log ΣE       = logsumexp(S)
"""

from __future__ import annotations

from triton_lift.render.torch.nodes import Node, Nodes


def quotient(nodes: Nodes, above: Node, below: Node) -> Node | None:
    """above / below by softmax, if below is the sum of what is above."""
    terms = _summed(nodes, below, keep=True)
    if terms is None:
        return None
    body, exponent, dim = terms
    weights = nodes.make("softmax", (exponent,), dim, body.axes, "real")
    if above is body:
        return weights
    if above.op == "matmul" and above.args[0] is body and dim == -1:
        return nodes.make("matmul", (weights, above.args[1]), None, above.axes, "real")
    if above.op == "times" and above.args.count(body) == 1:
        factors = tuple(weights if a is body else a for a in above.args)
        return nodes.broadcast("times", factors, "real")
    return None


def logarithm(nodes: Nodes, of: Node) -> Node | None:
    """log(of) by logsumexp, if it is taken of a sum of exponentials."""
    for keep in (True, False):
        terms = _summed(nodes, of, keep=keep)
        if terms is not None:
            return nodes.make("logsumexp", (terms[1],), (terms[2], keep), of.axes, "real")
    return None


def _summed(nodes: Nodes, node: Node, *, keep: bool) -> tuple[Node, Node, int] | None:
    """(E, S, dimension) of a sum of E = exp(S) along one dimension."""
    if node.op != "sum" or not isinstance(node.attr, tuple):
        return None
    dims, kept = node.attr
    exponent = _exponent(nodes, node.args[0])
    if len(dims) != 1 or kept != keep or exponent is None or exponent.is_scalar:
        return None
    return node.args[0], exponent, dims[0]


def _exponent(nodes: Nodes, node: Node) -> Node | None:
    """S of exp(S), or of exp(S) where a mask holds and 0 elsewhere."""
    if node.op == "function" and node.attr == "exp":
        return node.args[0]
    if node.op == "where" and node.args[2].op == "number" and node.args[2].attr == 0:
        inner = _exponent(nodes, node.args[1])
        if inner is not None:
            return nodes.broadcast(
                "where", (node.args[0], inner, nodes.number(float("-inf"), "real")), "real"
            )
    return None
