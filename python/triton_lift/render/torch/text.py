"""Tensor expressions as Python text: one method for each operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import isnan

from triton_lift.render.torch.functions import FORMATS, FUNCTIONS, NEEDS
from triton_lift.render.torch.nodes import Node

# Binding strengths of Python, loosest first.
CHOOSE, OR_ELSE, AND_ALSO, NOT, COMPARE, BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM, PRODUCT, UNARY, POWER, ATOM = (
    range(14)
)
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_BITS = {"|": BIT_OR, "^": BIT_XOR, "&": BIT_AND}
_CASTS = {"real": ".to(dtype)", "int": ".long()", "bool": ".bool()"}


class Writer:
    """Spells nodes; `names` has those that were computed before. `calls`: helpers used, `sizes`: what must not be
    negative, `uses`: the function's own arguments that it turned out to need."""

    def __init__(self, old: Mapping[str, str]) -> None:
        self.names: dict[Node, str] = {}
        self.states: dict[Node, list[str]] = {}  # what loops have computed
        self.old = old
        self.calls: dict[str, None] = {}
        self.sizes: dict[str, None] = {}
        self.uses: set[str] = set()

    def show(self, node: Node, strength: int = CHOOSE) -> str:
        """The node as text, in parentheses if it binds less tightly than `strength`."""
        if node in self.names:
            return self.names[node]
        text, own = self._written(node)
        return text if own >= strength else f"({text})"

    def spelled(self, node: Node) -> str:
        """The node as text, though it has a name."""
        return self._written(node)[0]

    def _written(self, node: Node) -> tuple[str, int]:
        if node.op in _COMPARISONS:
            left, right = (self.show(a, BIT_OR) for a in node.args)
            return f"{left} {node.op} {right}", COMPARE
        if node.op in _BITS:
            own = _BITS[node.op]
            return f" {node.op} ".join(self.show(a, own + (i > 0)) for i, a in enumerate(node.args)), own
        method: Callable[[Node], tuple[str, int]] = getattr(self, f"_{node.op}")
        return method(node)

    def size(self, node: Node) -> str:
        """How many there are: numbers as they are, scalars checked once, all else not below 0."""
        text = self.show(node)
        if node.op == "number":
            return text if node.attr is not None and isinstance(node.attr, int) and node.attr >= 0 else "0"
        if node.op == "grid":
            return text
        if node.op == "scalar":
            self.sizes[text] = None
            return text
        natural = any(isinstance(a.attr, int) and a.op == "number" and a.attr >= 0 for a in node.args)
        return text if node.op == "max" and natural else f"max({text}, 0)"

    def _call(self, name: str, args: list[str]) -> tuple[str, int]:
        for needed in NEEDS.get(name, ()):
            self.calls[needed] = None
        self.calls[name] = None
        return f"{name}({', '.join(args)})", ATOM

    # Leaves.

    def _number(self, node: Node) -> tuple[str, int]:
        value = node.attr
        if isinstance(value, bool):
            return str(value), ATOM
        if isinstance(value, int):
            return str(value), ATOM if value >= 0 else UNARY
        if isinstance(value, float):
            text = "torch.nan" if isnan(value) else repr(value).replace("inf", "torch.inf")
            return text, UNARY if text.startswith("-") else ATOM
        assert isinstance(value, Fraction)
        short = f"{float(value):.12g}"
        if Fraction(short) == value:
            return short, ATOM if value >= 0 else UNARY
        if max(abs(value.numerator), value.denominator) < 10_000:
            return f"{value.numerator} / {value.denominator}", PRODUCT if value > 0 else UNARY
        return repr(value.numerator / value.denominator), ATOM if value >= 0 else UNARY

    def _scalar(self, node: Node) -> tuple[str, int]:
        return str(node.attr), ATOM

    def _grid(self, node: Node) -> tuple[str, int]:
        self.uses.add("grid")
        return f"grid[{node.attr}]", ATOM

    def _length(self, node: Node) -> tuple[str, int]:
        return f"len({node.attr})", ATOM

    def _address(self, node: Node) -> tuple[str, int]:
        return self._call("address", [str(node.attr)])

    def _tensor(self, node: Node) -> tuple[str, int]:
        self.uses.add("device")
        dtype = {"real": "dtype", "int": "torch.int64", "bool": "torch.bool"}[node.kind]
        return f"torch.tensor({self.show(node.args[0])}, dtype={dtype}, device=device)", ATOM

    def _index(self, node: Node) -> tuple[str, int]:
        self.uses.add("device")
        low, high = node.args
        bounds = self.size(high)
        if low.op != "number" or low.attr != 0:
            start = self.show(low)
            bounds = f"{start}, max({self.show(high)}, {start})"
        return f"torch.arange({bounds}, device=device){self._behind(node)}", ATOM

    def _behind(self, node: Node) -> str:
        assert isinstance(node.attr, int)
        return f"[:{', None' * node.attr}]" if node.attr else ""

    def _ones(self, node: Node) -> tuple[str, int]:
        self.uses.add("device")
        dtype = {"real": "dtype", "int": "torch.int64", "bool": "torch.bool"}[node.kind]
        return (
            f"torch.ones({self.size(node.args[0])}, dtype={dtype}, device=device){self._behind(node)}",
            ATOM,
        )

    # Recurrences.

    def _final(self, node: Node) -> tuple[str, int]:
        assert isinstance(node.attr, int)
        return self.states[node.args[0]][node.attr], ATOM

    # Arrays.

    def _array(self, name: object) -> str:
        return self.old.get(str(name), str(name))

    def _gather(self, node: Node) -> tuple[str, int]:
        return f"{self._array(node.attr)}[{self.show(node.args[0])}]{_CASTS[node.kind]}", ATOM

    def _take(self, node: Node) -> tuple[str, int]:
        text, own = self._call("take", [self._array(node.attr), self.show(node.args[0])])
        return text + _CASTS[node.kind], own

    def _view(self, node: Node) -> tuple[str, int]:
        assert isinstance(node.attr, tuple)
        name, is_target = node.attr
        array = str(name) if is_target else self._array(name)
        cast = "" if is_target else _CASTS[node.kind]
        start, *parts = node.args
        at_zero = start.op == "number" and start.attr == 0
        sizes, strides = parts[::2], parts[1::2]
        if not sizes:
            return f"{array}[{self.show(start)}]{cast}", ATOM
        if len(sizes) == 1 and strides[0].attr == 1 and start.op == "number":
            count = self.size(sizes[0])
            slice = f"[:{count}]" if at_zero else f"[{start.attr} : {start.attr} + {count}]"
            return f"{array}{slice}{cast}", ATOM
        shape = [", ".join(self.size(s) for s in sizes), ", ".join(map(self.show, strides))]
        if len(sizes) == 1:
            shape = [f"{s}," for s in shape]
        offset = "" if at_zero else f", {self.show(start, SUM)} + {array}.storage_offset()"
        return f"{array}.as_strided(({shape[0]}), ({shape[1]}){offset}){cast}", ATOM

    def _permute(self, node: Node) -> tuple[str, int]:
        assert isinstance(node.attr, tuple)
        inner, rank = self.show(node.args[0], ATOM), len(node.attr)
        if node.attr == (*range(rank - 2), rank - 1, rank - 2):
            return f"{inner}.mT", ATOM
        return f"{inner}.permute{node.attr}", ATOM

    def _unsqueeze(self, node: Node) -> tuple[str, int]:
        assert isinstance(node.attr, tuple)
        full = list(node.attr)
        if (
            len(full) > 2
            and all(full[:-1]) is False
            and full[-1]
            and full.count(False) == 1
            and full[-2] is False
        ):
            return f"{self.show(node.args[0], ATOM)}[..., None, :]", ATOM
        while len(full) > 1 and full[-1] and full[-2]:
            full.pop()
        return f"{self.show(node.args[0], ATOM)}[{', '.join(':' if f else 'None' for f in full)}]", ATOM

    # Arithmetic.

    def _lin(self, node: Node) -> tuple[str, int]:
        assert isinstance(node.attr, tuple)
        *coefficients, constant = node.attr
        parts = list(zip(coefficients, node.args, strict=True))
        parts.sort(key=lambda part: part[0] < 0)
        text = ""
        for c, a in parts:
            sign, size = ("-" if c < 0 else "+"), abs(c)
            piece = self.show(a, PRODUCT) if size == 1 else f"{size} * {self.show(a, UNARY)}"
            text = (piece if sign == "+" else f"-{piece}") if not text else f"{text} {sign} {piece}"
        if constant:
            text += f" {'-' if constant < 0 else '+'} {abs(constant)}"
        return text, SUM

    def _times(self, node: Node) -> tuple[str, int]:
        factors = []
        for i, a in enumerate(node.args):
            if i == 0 and a.op == "number" and a.attr == -1:
                continue
            factors.append(self.show(a, UNARY if i else PRODUCT))
        text = " * ".join(factors)
        return (text, PRODUCT) if len(factors) == len(node.args) else (f"-{text}", SUM)

    def _neg(self, node: Node) -> tuple[str, int]:
        return f"-{self.show(node.args[0], PRODUCT)}", SUM

    def _div(self, node: Node) -> tuple[str, int]:
        return f"{self.show(node.args[0], PRODUCT)} / {self.show(node.args[1], UNARY)}", PRODUCT

    def _floordiv(self, node: Node) -> tuple[str, int]:
        return f"{self.show(node.args[0], PRODUCT)} // {self.show(node.args[1], UNARY)}", PRODUCT

    def _mod(self, node: Node) -> tuple[str, int]:
        return f"{self.show(node.args[0], PRODUCT)} % {self.show(node.args[1], UNARY)}", PRODUCT

    def _matmul(self, node: Node) -> tuple[str, int]:
        return f"{self.show(node.args[0], PRODUCT)} @ {self.show(node.args[1], UNARY)}", PRODUCT

    def _power(self, node: Node) -> tuple[str, int]:
        return f"{self.show(node.args[0], ATOM)} ** {self.show(node.args[1], UNARY)}", POWER

    def _pow2(self, node: Node) -> tuple[str, int]:
        return f"1 << {self.show(node.args[0], SUM)}", SHIFT

    def _abs(self, node: Node) -> tuple[str, int]:
        return f"abs({self.show(node.args[0])})", ATOM

    def _min(self, node: Node) -> tuple[str, int]:
        return f"{node.op}({', '.join(map(self.show, node.args))})", ATOM

    _max = _min

    def _minimum(self, node: Node) -> tuple[str, int]:
        return f"torch.{node.op}({', '.join(map(self.show, node.args))})", ATOM

    _maximum = _minimum

    def _clamp_min(self, node: Node) -> tuple[str, int]:
        # The greatest of x and c is x that is not below c.
        end = "max" if node.op == "clamp_min" else "min"
        return f"{self.show(node.args[0], ATOM)}.clamp({end}={self.show(node.args[1])})", ATOM

    _clamp_max = _clamp_min

    def _toreal(self, node: Node) -> tuple[str, int]:
        return f"{self.show(node.args[0], ATOM)}.to(dtype)", ATOM

    def _trunc(self, node: Node) -> tuple[str, int]:
        return f"{self.show(node.args[0], ATOM)}.nan_to_num().trunc().long()", ATOM

    def _tobits(self, node: Node) -> tuple[str, int]:
        number, integer = FORMATS[str(node.attr)]
        return f"({self.show(node.args[0], SUM)} + 0.0).to({number}).view({integer}).long()", ATOM

    def _frombits(self, node: Node) -> tuple[str, int]:
        number, integer = FORMATS[str(node.attr)]
        return f"{self.show(node.args[0], ATOM)}.to({integer}).view({number}).to(dtype)", ATOM

    def _most(self, node: Node) -> tuple[str, int]:
        return self._call(node.op, [self.show(node.args[0])])

    _least = _most

    def _helper(self, node: Node) -> tuple[str, int]:
        return self._call(str(node.attr), list(map(self.show, node.args)))

    def _function(self, node: Node) -> tuple[str, int]:
        pattern = FUNCTIONS[str(node.attr)]
        if "{args}" in pattern:
            return pattern.format(args=", ".join(map(self.show, node.args))), ATOM
        return pattern.format(*(self.show(a, ATOM) for a in node.args)), ATOM

    # Conditions.

    def _where(self, node: Node) -> tuple[str, int]:
        return f"torch.where({', '.join(map(self.show, node.args))})", ATOM

    def _choose(self, node: Node) -> tuple[str, int]:
        condition, then, other = node.args
        return (
            f"{self.show(then, OR_ELSE)} if {self.show(condition, OR_ELSE)} else {self.show(other)}",
            CHOOSE,
        )

    def _and(self, node: Node) -> tuple[str, int]:
        if node.is_scalar:
            return " and ".join(self.show(a, NOT) for a in node.args), AND_ALSO
        return " & ".join(self.show(a, BIT_AND) for a in node.args), BIT_AND

    def _or(self, node: Node) -> tuple[str, int]:
        if node.is_scalar:
            return " or ".join(self.show(a, AND_ALSO) for a in node.args), OR_ELSE
        return " | ".join(self.show(a, BIT_XOR) for a in node.args), BIT_OR

    def _not(self, node: Node) -> tuple[str, int]:
        if node.is_scalar:
            return f"not {self.show(node.args[0], NOT)}", NOT
        return f"~{self.show(node.args[0], ATOM)}", UNARY

    # Reductions.

    def _dims(self, node: Node) -> tuple[str, str]:
        assert isinstance(node.attr, tuple)
        dims, keep = node.attr
        return (str(dims[0]) if len(dims) == 1 else str(dims)), ", keepdim=True" if keep else ""

    def _sum(self, node: Node) -> tuple[str, int]:
        dims, keep = self._dims(node)
        return f"{self.show(node.args[0], ATOM)}.{node.op}({dims}{keep})", ATOM

    def _all(self, node: Node) -> tuple[str, int]:
        return self._by_one(node, node.op)

    _any = _prod = _all

    def _by_one(self, node: Node, method: str) -> tuple[str, int]:
        """A reduction that takes one dimension at a time, the last first."""
        assert isinstance(node.attr, tuple)
        dims, keep = node.attr
        text = self.show(node.args[0], ATOM)
        for d in sorted(dims) if keep else sorted((-1 for _ in dims), reverse=True):
            text += f".{method}({d}{', keepdim=True' if keep else ''})"
        return text, ATOM

    def _odd(self, node: Node) -> tuple[str, int]:
        dims, keep = self._dims(node)
        return f"{self.show(node.args[0], ATOM)}.sum({dims}{keep}) % 2 == 1", COMPARE

    def _amax(self, node: Node) -> tuple[str, int]:
        assert isinstance(node.attr, tuple)
        (body, *sizes), (dims, _) = node.args, node.attr
        if all(s.op == "number" and isinstance(s.attr, int) and s.attr > 0 for s in sizes):
            return self._sum(node)
        text = self.show(body)
        for d in dims:
            text = self._call(node.op, [text, str(d)])[0]
        return text, ATOM

    _amin = _argmax = _argmin = _amax

    def _softmax(self, node: Node) -> tuple[str, int]:
        return f"torch.softmax({self.show(node.args[0])}, {node.attr})", ATOM

    def _logsumexp(self, node: Node) -> tuple[str, int]:
        assert isinstance(node.attr, tuple)
        dim, keep = node.attr
        return f"torch.logsumexp({self.show(node.args[0])}, {dim}{', keepdim=True' if keep else ''})", ATOM

    def _sort(self, node: Node) -> tuple[str, int]:
        assert isinstance(node.attr, tuple)
        dim, descending, by_place = node.attr
        down = ", descending=True" if descending else ""
        stable = ", stable=True" if by_place else ""
        field = "indices" if by_place else "values"
        return f"torch.sort({self.show(node.args[0])}, dim={dim}{down}{stable}).{field}", ATOM

    def _first(self, node: Node) -> tuple[str, int]:
        """The first elements along a dimension."""
        assert isinstance(node.attr, int)
        whole, count = node.args
        behind = ", :" * node.attr
        return f"{self.show(whole, ATOM)}[..., :{self.size(count)}{behind}]", ATOM

    def _at_rank(self, node: Node) -> tuple[str, int]:
        return self._call(node.op, [*map(self.show, node.args), str(node.attr)])

    def _drop(self, node: Node) -> tuple[str, int]:
        """The last dimensions, of size 1, taken away."""
        assert isinstance(node.attr, int)
        return f"{self.show(node.args[0], ATOM)}[{', '.join(['...', *('0',) * node.attr])}]", ATOM

    def _einsum(self, node: Node) -> tuple[str, int]:
        return f'torch.einsum("{node.attr}", {", ".join(map(self.show, node.args))})', ATOM
