"""What a formula costs a reader: the simplifier looks for the cheapest.

Each operation has a weight; a number weighs as much as a sign, an element of an array or an argument twice that. A
difference is a sum with a negation; x / √y is cheaper than x·rsqrt(y), exp(a − b) than exp(a) / exp(b), and a power of
two in a formula that has exponentials already dearer than one more of these. A square or a cube is written once.
`weight` gives a term's.
"""

from __future__ import annotations

from triton_lift.terms.term import Term

WEIGHTS: dict[str, int] = {
    "Num": 2, "Atom": 4, "Add": 2, "Mul": 2, "Div": 2, "Neg": 2, "Exp": 4, "Exp2": 11, "Log": 4, "Log2": 9, "Sqrt": 4,
    "Rsqrt": 8, "Abs": 4, "Tanh": 4, "Erf": 4, "Erfc": 12, "Max": 4, "Min": 4, "Sel": 8, "Lt": 2, "Le": 2, "Is": 6,
    "Sum": 6, "Sup": 6, "Inf": 6, "Var": 12, "Sq": 1, "Cube": 1, "Mix": 4,
}  # fmt: skip

FUNCTIONS: dict[str, str] = {
    "exp": "Exp", "exp2": "Exp2", "log": "Log", "log2": "Log2", "sqrt": "Sqrt", "rsqrt": "Rsqrt", "abs": "Abs",
    "tanh": "Tanh", "erf": "Erf", "erfc": "Erfc",
}  # fmt: skip

_BINARY = {"radd": "Add", "rmul": "Mul", "rdiv": "Div", "rmax": "Max", "rmin": "Min"}
_BINDERS = {"add": "Sum", "max": "Sup", "min": "Inf"}


def weight(t: Term, memo: dict[Term, int] | None = None) -> int:
    """The weight of a real term, written out (what is shared counts each time)."""
    memo = {} if memo is None else memo
    stack = [t]
    while stack:
        u = stack[-1]
        pending = [a for a in _parts(u) if a not in memo]
        if pending:
            stack.extend(pending)
            continue
        stack.pop()
        memo[u] = _own(u) + sum(memo[a] for a in _parts(u))
    return memo[t]


def preference(t: Term) -> tuple[int, int]:
    """Weight; of two terms that weigh the same, the one with less under its binders is preferred."""
    memo: dict[Term, int] = {}
    whole = weight(t, memo)
    return whole, sum(memo[u] for u in memo if u.op == "reduce")


def _parts(t: Term) -> tuple[Term, ...]:
    if t.op == "rmul":
        return tuple(dict.fromkeys(t.args))
    if t.op in _BINARY or t.op == "rfun":
        return t.args
    if t.op == "select":
        comparison = t.args[0].args[0] if t.args[0].op == "not" else t.args[0]
        return (*(comparison.args if comparison.op in ("rlt", "rle") else ()), *t.args[1:])
    return t.args[3 * t.attr[1] + 1 :][:1] if t.op == "reduce" and t.sort == "real" else ()


def _own(t: Term) -> int:
    if t.op == "rmul":
        factors = set(t.args)
        signs = [a for a in factors if a.op == "real" and a.attr == -1]
        repeated = [a for a in factors if t.args.count(a) > 1]
        return 2 * (len(factors) - 1 - len(signs)) + len(repeated)
    if t.op in _BINARY:
        return WEIGHTS[_BINARY[t.op]] * (len(t.args) - 1)
    if t.op == "rfun":
        return WEIGHTS[FUNCTIONS[t.attr]] if t.attr in FUNCTIONS else 6
    if t.op == "select":
        return WEIGHTS["Sel"] + (WEIGHTS["Lt"] if len(_parts(t)) > 2 else WEIGHTS["Is"])
    if t.op == "reduce" and t.sort == "real":
        return WEIGHTS[_BINDERS.get(t.attr[0], "Sum")]
    return WEIGHTS["Num"] if t.op in ("real", "inf") else WEIGHTS["Atom"]
