"""The formula language: its abstract syntax.

A statement says what a kernel writes: `array[indices] = body for ranges, condition`. Nodes are immutable and compared
by structure; large formulas share nodes. Numbers are exact and nonnegative: −3 is `Negative(Number(3))`.

Sums are flat lists of summands, of which a subtracted one is `Negative`; products are flat lists of factors. Integer
division is `Floor` or `Ceiling` of two operands, remainders have the divisor's sign. Functions, and operators that
have no sign of their own, are `Call`s by name (`FUNCTIONS` in `names`): exp, max, abs, program_id, int32, …
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

Relation = Literal["<", "≤", "=", "≠", "≥", ">"]

# What a `Reduction` combines with; `arg…` gives an index at which the extremum is attained.
ReductionKind: TypeAlias = str  # add mul max min and or xor bitand … argmax … smallest argsmallest …


@dataclass(frozen=True, slots=True)
class Number:
    """An exact rational ≥ 0."""

    value: Fraction

    def __post_init__(self) -> None:
        if self.value < 0:
            raise ValueError("a negative number is written Negative(Number(…))")


@dataclass(frozen=True, slots=True)
class Infinity:
    """∞."""


@dataclass(frozen=True, slots=True)
class Truth:
    """true or false."""

    value: bool


@dataclass(frozen=True, slots=True)
class Name:
    """An index, a bound variable or a scalar argument of the kernel."""

    text: str


@dataclass(frozen=True, slots=True)
class Access:
    """array[indices], slowest dimension first; an array of one index is flat."""

    array: str
    indices: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """name(arguments)."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Negative:
    """−operand."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Sum:
    """Two or more summands."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """Two or more factors."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Quotient:
    """numerator / denominator, of real numbers."""

    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Floor:
    """⌊numerator / denominator⌋ of integers."""

    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Ceiling:
    """⌈numerator / denominator⌉ of integers."""

    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Modulo:
    """numerator mod denominator, of integers; in [0, denominator) for a positive denominator."""

    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Power:
    """base to the exponent."""

    base: Expression
    exponent: Expression


@dataclass(frozen=True, slots=True)
class Select:
    """then if condition else otherwise."""

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Comparison:
    """left relation right."""

    relation: Relation
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class And:
    """Two or more conditions that all hold."""

    operands: tuple[Expression, ...]


def both(*conditions: Expression) -> And:
    """All of the conditions; what is a conjunction itself is taken apart."""
    flat = [c.operands if isinstance(c, And) else (c,) for c in conditions]
    return And(tuple(part for parts in flat for part in parts))


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more conditions of which one holds."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Range:
    """low ≤ name < high. A bound that is left out (None) is inferred where the formula is read."""

    name: str
    low: Expression | None
    high: Expression | None


@dataclass(frozen=True, slots=True)
class Reduction:
    """The body combined over all values in the ranges that satisfy the condition (None: all).

    A later range may speak of the names before it. `index`: of argmax and argmin, what is reported, if it is not the
    first name; the least of those where the extremum is attained. Of smallest, largest and their
    places: the rank, from 0, of the element that is meant; it does not speak of the names.
    """

    kind: ReductionKind
    ranges: tuple[Range, ...]
    condition: Expression | None
    body: Expression
    index: Expression | None = None


@dataclass(frozen=True, slots=True)
class MatrixProduct:
    """An element of a product of matrices: of the factors numbered by `factor`, later ones on the left; body is the
    element of one factor at `row` and `column`, `place` the element of the product."""

    factor: Range
    row: str
    column: str
    body: Expression
    place: tuple[Expression, Expression]


@dataclass(frozen=True, slots=True)
class Definition:
    """A name for part of a formula."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class State:
    """name[0][indices] = first, name[time + 1][indices] = next, for indices within their ranges."""

    name: str
    indices: tuple[Range, ...]
    first: Expression
    next: Expression


@dataclass(frozen=True, slots=True)
class Recurrence:
    """States that are defined by each other, from one moment to the next; `time` is bound in what they are next."""

    time: str
    states: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class Iterate:
    """name[moment][indices]: an element of a state that a recurrence around it defines."""

    name: str
    moment: Expression
    indices: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """body, in which names stand for parts that occur more than once, or for what a recurrence defines; a definition
    may use the names before it."""

    body: Expression
    definitions: tuple[Definition | Recurrence, ...]


@dataclass(frozen=True, slots=True)
class Hole:
    """What a sketch leaves open; holes of one name stand for the same."""

    name: str | None = None


Expression: TypeAlias = (
    Number
    | Infinity
    | Truth
    | Name
    | Access
    | Call
    | Negative
    | Sum
    | Product
    | Quotient
    | Floor
    | Ceiling
    | Modulo
    | Power
    | Select
    | Comparison
    | And
    | Or
    | Not
    | Reduction
    | MatrixProduct
    | Iterate
    | Where
    | Hole
)


@dataclass(frozen=True, slots=True)
class Statement:
    """target = body, for all values of the indices in the ranges that satisfy the condition (None: all)."""

    target: Access
    body: Expression
    ranges: tuple[Range, ...] = ()
    condition: Expression | None = None


Node: TypeAlias = Expression | Range | Definition | State | Recurrence | Statement


def children(node: Node) -> list[Node]:
    """The nodes directly inside, in reading order."""
    found: list[Node] = []
    for name in _INNER[type(node)]:
        value = getattr(node, name)
        if isinstance(value, tuple):
            found.extend(value)
        elif value is not None:
            found.append(value)
    return found


def _inner(kind: type) -> tuple[str, ...]:
    """The fields that hold nodes."""
    return tuple(
        f.name
        for f in fields(kind)
        if any(word in str(f.type) for word in ("Expression", "Range", "Definition", "State"))
    )


_INNER: dict[type, tuple[str, ...]] = {kind: _inner(kind) for kind in get_args(Expression)}
_INNER.update({kind: _inner(kind) for kind in (Range, Definition, State, Recurrence, Statement)})


def nodes(root: Node) -> Iterator[Node]:
    """All nodes inside and the root itself, each object once."""
    seen: set[int] = set()
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            pending.extend(children(node))
