"""Sketches: formulas with holes, filled from the lift and then proved like any guess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from itertools import islice
from typing import Any

from triton_lift.formulas import ast
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.from_terms import FromTerms
from triton_lift.formulas.parsing import is_statement, parse, parse_expression
from triton_lift.guesses.claims import Claims, Store
from triton_lift.guesses.equality import equal
from triton_lift.guesses.filling import Filling, Holes, TooManyError
from triton_lift.guesses.readings import Reading, moved, read
from triton_lift.proving import Context
from triton_lift.terms.term import Term, make, subterms

_MOST_WAYS = 12
_MOST_PROPOSALS = 4


class Sketch:
    """One sketch, read; each hole without a name gets a number. A sketch without a left side is of `store`."""

    def __init__(self, text: str, claims: Claims, store: Store) -> None:
        scalars = claims.vocabulary.scalars
        if is_statement(text):
            statements = parse(text, scalars)
            if len(statements) != 1:
                raise FormulaError("a sketch is one statement")
            self.statement = statements[0]
        else:
            claims.syntax.names = dict(zip(store.variables, store.names, strict=True))
            body = parse_expression(text, scalars, store.names)
            self.statement = ast.Statement(claims.syntax.element(store.array, store.offset), body)
        self.count = 0
        self.statement = replace(self.statement, body=self._numbered(self.statement.body))
        self.names = list(
            dict.fromkeys(
                n.name or ""
                for n in reversed(list(ast.nodes(self.statement.body)))
                if isinstance(n, ast.Hole)
            )
        )
        if not self.names:
            raise FormulaError("a sketch has holes: ?? or ?name")
        self.claims = claims
        self.bound: dict[Term, str] = {}

    def _numbered(self, node: Any) -> Any:
        if isinstance(node, ast.Hole):
            if node.name is not None:
                return node
            self.count += 1
            return ast.Hole(str(self.count))
        return _rebuilt(node, self._numbered)

    def proposals(self) -> Iterator[tuple[ast.Statement, dict[str, str]]]:
        """The sketch filled, with what stands in each hole; at most a few ways, the shortest first."""
        reading = read(self.statement, self.claims, self._hole)
        names = {v: n for n, v in reading.variables.items()}
        found: dict[str, tuple[ast.Statement, dict[str, str]]] = {}
        for target, context in _targets(reading, self.claims):
            filling = Filling(lambda a, b, c=context: _same(a, b, c))  # type: ignore[misc]
            context.session.deadline.check()
            try:
                for holes in islice(filling.fill(reading.value, target, {}), _MOST_WAYS):
                    proposal = self._filled(reading, holes, names)
                    found.setdefault(" ".join(proposal[1].values()), proposal)
            except TooManyError:
                continue
        yield from [found[text] for text in sorted(found, key=len)][:_MOST_PROPOSALS]

    def _hole(self, hole: ast.Hole, names: Mapping[str, Term]) -> Term:
        visible = {t: n for n, t in names.items() if t.op == "var"}
        self.bound.update(visible)
        return make("hole", tuple(visible), hole.name, "real")

    def _bound(self, t: Term, syntax: FromTerms, written: Mapping[str, ast.Expression]) -> ast.Expression:
        """The bound of a range that was left out: told from the body, or a hole."""
        return written[t.attr] if t.op == "hole" else syntax.expression(t)

    def _filled(
        self, reading: Reading, holes: Holes, names: Mapping[Term, str]
    ) -> tuple[ast.Statement, dict[str, str]]:
        syntax = _syntax(self.claims, self.statement)
        written: dict[str, ast.Expression] = {}
        for name, term in holes.items():
            syntax.names = {**self.bound, **names}
            written[name] = syntax.expression(term)

        def visit(node: Any) -> Any:
            if isinstance(node, ast.Hole):
                return written[node.name or ""]
            if isinstance(node, ast.Range) and node.high is None:
                low, high = (self._bound(b, syntax, written) for b in reading.inferred[id(node)])
                return replace(node, low=low, high=high)
            return _rebuilt(node, visit)

        shown = {f"?{n}" if not n.isdigit() else _numeral(n, self.count): written[n] for n in self.names}
        return (
            replace(self.statement, body=visit(self.statement.body)),
            {n: syntax.text.show(e) for n, e in shown.items()},
        )


def _numeral(number: str, count: int) -> str:
    return "??" if count == 1 else f"??{number}"


def _targets(reading: Reading, claims: Claims) -> Iterator[tuple[Term, Context]]:
    """What the sketch has to become, in its own variables."""
    for store, solution in reading.aligned:
        if reading.facts is None:
            inverse = {v: w for w, v in solution.items() if v.op == "var"}
            if len(inverse) < len(solution):
                continue
            facts = [moved(reading, f, inverse) for f in store.facts]
            solution = inverse
        else:
            facts = [*reading.facts, *(moved(reading, f, solution) for f in store.facts)]
        context = claims.context(facts)
        values = (store.shown, store.value)
        for value in dict.fromkeys(values):
            yield moved(reading, value, solution), context


def _same(a: Term, b: Term, context: Context) -> bool:
    """Whether parts without holes are equal; what they are made of must be the same, or nothing is tried."""
    if a is b:
        return True
    if a.sort != b.sort or {u.attr for u in subterms([a]) if u.op == "read"} != {
        u.attr for u in subterms([b]) if u.op == "read"
    }:
        return False
    context.session.deadline.check()
    return equal(a, b, context)


def _syntax(claims: Claims, statement: ast.Statement) -> FromTerms:
    arrays = {a.number: name for name, a in claims.vocabulary.arrays.items()}
    used = {n.text for n in ast.nodes(statement) if isinstance(n, ast.Name)}
    used |= {n.name for n in ast.nodes(statement) if isinstance(n, ast.Range)}
    return FromTerms(arrays, claims.vocabulary.layouts, {name for name, _ in claims.program.params} | used)


def _rebuilt(node: Any, visit: Any) -> Any:
    """The node with its inner nodes visited."""
    changed = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, tuple):
            changed[field.name] = tuple(visit(v) for v in value)
        elif hasattr(value, "__dataclass_fields__"):
            changed[field.name] = visit(value)
    return replace(node, **changed) if changed else node
