"""A proof's document, read strictly: every field known, every number in range, every term well formed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from triton_lift.proof.table import load, variable_numbers
from triton_lift.terms.term import Term
from triton_lift.untiling.moves import Merge, Move, Reflect, Rotate, Shift, Split

FORMAT = 3


class ProofError(Exception):
    """The proof is rejected; says where and why."""


class Undecided(ProofError):
    """The solver did not decide an obligation."""


@dataclass(frozen=True)
class Allowed:
    """What one step may make use of. `fresh`: numbers of the variables that it makes."""

    obligations: list[int]
    premises: list[int]
    fresh: list[int]


@dataclass(frozen=True)
class Obligation:
    """`goal` follows from `facts`; solvers are told the theorems of `products`."""

    facts: list[Term]
    goal: Term
    products: list[tuple[Term, Term]]


@dataclass(frozen=True)
class Step:
    """`before` = `after` under the facts of `context`."""

    rule: str
    context: list[Term]
    before: Term
    after: Term | None
    allowed: Allowed


@dataclass(frozen=True)
class Document:
    """A proof as read. `printed`: for each store the term that is printed for its value."""

    summary: dict[str, Any]
    terms: list[Term]
    preconditions: list[Term]
    printed: list[Term]
    obligations: list[Obligation]
    agreements: list[tuple[Term, Term]]
    closed_forms: dict[tuple[int, int], tuple[str, Term, Term, Term]]
    steps: list[Step]
    statement: Allowed
    moves: list[Move | str]
    formulas: list[dict[str, Any]]
    result: dict[str, Any]


def read(data: Any) -> Document:
    """The document. Raises ProofError where it is not one."""
    try:
        return _Reader(data).document()
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError) as problem:
        raise ProofError(f"malformed: {problem}") from None


def fields(data: Any, *names: str) -> list[Any]:
    """The values of an object that has these fields and no others. Raises ValueError."""
    if not isinstance(data, dict) or set(data) != set(names):
        raise ValueError(f"an object needs the fields {', '.join(names)}")
    return [data[name] for name in names]


class _Reader:
    def __init__(self, data: Any) -> None:
        self.data = data

    def document(self) -> Document:
        (
            origin, version, tool, summary, terms, preconditions, contexts, obligations, agreements, closed, steps,
            statement, formulas, result,
        ) = fields(
            self.data,
            "origin", "format", "tool", "summary", "terms", "preconditions", "contexts", "obligations", "agreements",
            "closed_forms", "steps", "statement", "formulas", "result",
        )  # fmt: skip
        if version != FORMAT or type(version) is not int:
            raise ValueError(f"format {version!r} is not {FORMAT}")
        self._same_tool(tool)
        stage, digest = fields(origin, "stage", "sha256")
        if stage not in ("ttir", "ttgir") or not isinstance(digest, str) or len(digest) != 64:
            raise ValueError("no origin")
        self.terms = load(terms)
        self.contexts = [self.facts(c) for c in contexts]
        self.counts = (len(obligations), len(steps))
        read_steps = [self.step(i, s) for i, s in enumerate(steps)]
        if {s["context"] for s in steps} != set(range(len(contexts))):
            raise ValueError("a context belongs to no step")
        *used, moves = fields(statement, "obligations", "premises", "fresh", "moves")
        allowed = self.allowed(_frame(used), len(steps))
        drawn = [n for a in (allowed, *(s.allowed for s in read_steps)) for n in a.fresh]
        if len(set(drawn)) != len(drawn):
            raise ValueError("a fresh variable is not fresh")
        numbers = {*drawn, *variable_numbers(self.terms)}
        if numbers != set(range(len(numbers))):
            raise ValueError("variables are numbered from 0 on, without gaps")
        return Document(
            summary,
            self.terms,
            self.several(preconditions, "bool"),
            [self.term(f["formula"]) for f in _list(formulas)],
            [self.obligation(o) for o in obligations],
            [self.pair(p) for p in agreements],
            dict(self.closed_form(c) for c in closed),
            read_steps,
            allowed,
            [self.move(m) for m in _list(moves)],
            formulas,
            result,
        )

    def _same_tool(self, tool: Any) -> None:
        import triton_lift

        if tool != triton_lift.__version__:
            raise ValueError(f"written by triton-lift {tool}, whose rules may be other ones")

    def term(self, number: Any, sort: str | None = None) -> Term:
        term = self.terms[_index(number, len(self.terms))]
        if sort is not None and term.sort != sort:
            raise ValueError(f"term {number} is not of sort {sort}")
        return term

    def several(self, numbers: Any, sort: str) -> list[Term]:
        return [self.term(n, sort) for n in _list(numbers)]

    def facts(self, numbers: Any) -> list[Term]:
        if numbers != sorted(set(numbers)):
            raise ValueError("facts are listed in order, each once")
        return self.several(numbers, "bool")

    def pair(self, numbers: Any) -> tuple[Term, Term]:
        a, b = (self.term(n) for n in _list(numbers))
        if a.sort != b.sort:
            raise ValueError("a pair of two sorts")
        return a, b

    def obligation(self, data: Any) -> Obligation:
        facts, goal, products = fields(data, "facts", "goal", "products")
        pairs = [self.pair(p) for p in _list(products)]
        if any(p.sort != "int" for p, _ in pairs):
            raise ValueError("products are of integers")
        if len(set(pairs)) != len(pairs):
            raise ValueError("a product occurs twice")
        return Obligation(self.facts(facts), self.term(goal, "bool"), pairs)

    def allowed(self, data: Any, before: int) -> Allowed:
        obligations, premises, fresh = fields(data, "obligations", "premises", "fresh")
        for numbers, limit in ((obligations, self.counts[0]), (premises, before)):
            if [_index(n, limit) for n in _list(numbers)] != sorted(set(numbers)):
                raise ValueError("references are listed in order, each once")
        if any(type(n) is not int for n in _list(fresh)):
            raise ValueError("a fresh variable without a number")
        return Allowed(obligations, premises, fresh)

    def step(self, position: int, data: Any) -> Step:
        rule, context, before, after, *used = fields(
            data, "rule", "context", "before", "after", "obligations", "premises", "fresh"
        )
        allowed = self.allowed(_frame(used), position)
        facts = self.contexts[_index(context, len(self.contexts))]
        result = None if after is None else self.term(after)
        return Step(rule, facts, self.term(before), result, allowed)

    def closed_form(self, data: Any) -> tuple[tuple[int, int], tuple[str, Term, Term, Term]]:
        loop, position, rule, time, init, value = fields(
            data, "loop", "position", "rule", "time", "init", "value"
        )
        if type(loop) is not int or type(position) is not int:
            raise ValueError("a closed form of nothing")
        return (loop, position), (rule, self.term(time, "int"), self.term(init), self.term(value))

    def move(self, data: Any) -> Move | str:
        if data in ("rest", "request"):
            return str(data)
        if "merge" in data:
            constraint, outer = _list(*fields(data, "merge"))
            return Merge(_index(constraint, 1 << 30), _index(outer, 1 << 30))
        if "reflect" in data:
            constraint, variable = _list(*fields(data, "reflect"))
            return Reflect(_index(constraint, 1 << 30), _index(variable, 1 << 30))
        if "rotate" in data:
            variable, remainder = _list(*fields(data, "rotate"))
            return Rotate(_index(variable, 1 << 30), self.term(remainder, "int"))
        if "shift" in data:
            variable, amount = _list(*fields(data, "shift"))
            return Shift(_index(variable, 1 << 30), self.term(amount, "int"))
        variable, divisor = _list(*fields(data, "split"))
        return Split(_index(variable, 1 << 30), self.term(divisor, "int"))


def _frame(values: list[Any]) -> dict[str, Any]:
    return dict(zip(("obligations", "premises", "fresh"), values, strict=True))


def _index(number: Any, limit: int) -> int:
    if type(number) is not int or not 0 <= number < limit:
        raise ValueError(f"{number!r} is not a number below {limit}")
    return number


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise ValueError("a list is needed")
    return data
