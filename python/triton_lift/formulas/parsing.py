"""Text to formulas: the parser of both spellings."""

from __future__ import annotations

import re
from collections.abc import Collection
from fractions import Fraction
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken, VisitError

from triton_lift.formulas import ast
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.raw import Chain, Conditions, RawIterate, RawReduction, RawState, RawStatement
from triton_lift.formulas.scoping import Scoping
from triton_lift.formulas.spelling import SUPERSCRIPTS

MAX_CHARACTERS = 1_000_000

_RELATIONS: dict[str, ast.Relation] = {"<=": "≤", "==": "=", "!=": "≠", ">=": "≥"}
_SIGNS = {"Σ": "add", "∑": "add", "Π": "mul", "∏": "mul", "∀": "and", "∃": "or"}
_DIVISIONS = {"OVER": ast.Quotient, "FLOORED": ast.Floor, "MOD": ast.Modulo}
_DIGITS = {ord(c): str(i) for i, c in enumerate(SUPERSCRIPTS)} | {ord("⁻"): "-"}
# A formula that is no statement has no `=` right behind its first access.
_TARGET = re.compile(r"\s*(`[^`\n]+`|\w+)\s*\[")


def parse(text: str, scalars: Collection[str] = ()) -> list[ast.Statement]:
    """The statements of a text, which are separated by `;`.

    `scalars` are the names that are known not to be indices: of the kernel's scalar arguments. Without them, a
    condition `n < k` behind the first one of a sum is taken for a range of n.
    Raises FormulaError.
    """
    return [_scoped(text, scalars).statement(s) for s in _run(text, "statements")]


def parse_expression(
    text: str, scalars: Collection[str] = (), indices: Collection[str] = ()
) -> ast.Expression:
    """The formula of a text; `indices` are names that are bound outside of it. Raises FormulaError."""
    found: ast.Expression = _scoped(text, scalars).expression(_run(text, "expression"), frozenset(indices))
    return found


def parse_domain(
    text: str, scalars: Collection[str] = ()
) -> tuple[tuple[ast.Range, ...], ast.Expression | None]:
    """Ranges and condition of a domain as it is printed: `0 ≤ i < n, i ≠ m`. Raises FormulaError."""
    return _scoped(text, scalars).domain(_run(text, "domain").parts) if text.strip() else ((), None)


def is_statement(text: str) -> bool:
    """Whether a text is meant to be a statement: an access, then `=`."""
    match = _TARGET.match(text)
    if match is None:
        return False
    depth, position = 1, match.end()
    while depth and position < len(text):
        depth += {"[": 1, "]": -1}.get(text[position], 0)
        position += 1
    return re.match(r"\s*(:=|=(?!=))", text[position:]) is not None


def _scoped(text: str, scalars: Collection[str]) -> Scoping:
    return Scoping(text, frozenset(scalars))


def _run(text: str, start: str) -> Any:
    if len(text) > MAX_CHARACTERS:
        raise FormulaError(f"{len(text)} characters are too many for a formula")
    try:
        return _parser().parse(text, start=start)
    except UnexpectedEOF as problem:
        raise _unexpected(text, None, problem.expected) from None
    except UnexpectedToken as problem:
        raise _unexpected(text, problem.token, problem.accepts or problem.expected) from None
    except UnexpectedCharacters as problem:
        character = text[problem.pos_in_stream] if problem.pos_in_stream is not None else ""
        shown = character if character.isprintable() else f"U+{ord(character):04X}"
        raise FormulaError(
            f"'{shown}' is not part of a formula", text, problem.line, problem.column
        ) from None
    except VisitError as problem:
        if isinstance(problem.orig_exc, FormulaError):
            raise problem.orig_exc from None
        raise


# What may stand in a place, for a reader; the rest goes without saying.
_WORDS = {
    "NAME": "a name", "NUMBER": "a number", "RPAR": "')'", "RSQB": "']'", "LSQB": "'['", "COMMA": "','",
    "EQUAL": "'='", "VBAR": "'|'", "ELSE": "'else'", "SEMICOLON": "';'", "LPAR": "'('", "FOR": "'for'",
}  # fmt: skip


def _unexpected(text: str, token: Token | None, expected: Collection[str]) -> FormulaError:
    if "NAME" in expected and "LPAR" in expected:
        wanted = "an operand"
    elif "SIGN" in expected:
        closing = [_WORDS[e] for e in ("RPAR", "RSQB", "VBAR", "ELSE") if e in expected]
        wanted = " or ".join(["an operator", *closing] if closing else ["an operator", "the end"])
    else:
        wanted = " or ".join(_WORDS.get(e, e.strip("_").lower()) for e in sorted(expected))
    if token is None or token.type == "$END":
        lines = text.splitlines() or [""]
        return FormulaError(
            f"the formula ends where {wanted} should follow", text, len(lines), len(lines[-1]) + 1
        )
    return FormulaError(f"{str(token)!r} where {wanted} should stand", text, token.line, token.column)


@cache
def _parser() -> Lark:
    return Lark.open_from_package(
        "triton_lift.formulas",
        "grammar.lark",
        parser="lalr",
        start=["statements", "expression", "domain"],
        maybe_placeholders=True,
        transformer=_Builder(),
    )


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    """Builds the syntax tree while the text is parsed."""

    def statements(self, *parts: RawStatement | None) -> list[RawStatement]:
        return [p for p in parts if p is not None]

    def statement(self, target: ast.Access, body: ast.Expression, domain: Conditions | None) -> RawStatement:
        return RawStatement(target, body, domain.parts if domain is not None else ())

    def expression(self, inner: Any) -> Any:
        return inner

    def domain(self, parts: Conditions) -> Conditions:
        return parts

    def where(self, body: Any, *definitions: ast.Definition) -> ast.Expression:
        return ast.Where(body, definitions)

    def definition(self, name: Token, value: Any) -> ast.Definition:
        return ast.Definition(str(name), value)

    def state(self, name: Token, moment: Conditions, indices: Conditions | None, value: Any) -> RawState:
        return RawState(
            str(name), _moment(str(name), moment.parts), () if indices is None else indices.parts, value
        )

    def iterate(self, state: ast.Access, indices: Conditions) -> RawIterate:
        return RawIterate(state.array, _moment(state.array, state.indices), indices.parts)

    def select(self, then: Any, condition: Any, otherwise: Any) -> ast.Expression:
        return ast.Select(condition, then, otherwise)

    def disjunction(self, *operands: Any) -> ast.Expression:
        return ast.Or(operands)

    def conjunction(self, *operands: Any) -> ast.Expression:
        return ast.And(operands)

    def negation(self, operand: Any) -> ast.Expression:
        return ast.Not(operand)

    def relation(self, token: Token) -> str:
        return _RELATIONS.get(str(token), str(token))

    def comparison(self, *parts: Any) -> Any:
        if len(parts) == 3:
            return ast.Comparison(parts[1], parts[0], parts[2])
        return Chain(parts[0::2], parts[1::2])

    def sum(self, *parts: Any) -> ast.Expression:
        terms = [parts[0]]
        for sign, term in zip(parts[1::2], parts[2::2], strict=True):
            terms.append(term if sign == "+" else ast.Negative(term))
        return ast.Sum(tuple(terms))

    def opposite(self, sign: Token, operand: Any) -> Any:
        return operand if sign == "+" else ast.Negative(operand)

    def term(self, *parts: Any) -> Any:
        result, factors = parts[0], [parts[0]]
        for operator, operand in zip(parts[1::2], parts[2::2], strict=True):
            if operator.type == "TIMES":
                factors.append(operand)
                result = ast.Product(tuple(factors))
            else:
                result = _DIVISIONS[operator.type](result, operand)
                factors = [result]
        return result

    def power(self, base: Any, exponent: Any) -> ast.Expression:
        return ast.Power(base, exponent)

    def superscript(self, base: Any, digits: Token) -> ast.Expression:
        n = int(str(digits).translate(_DIGITS))
        exponent = ast.Number(Fraction(abs(n)))
        return ast.Power(base, exponent if n >= 0 else ast.Negative(exponent))

    def number(self, digits: Token) -> ast.Expression:
        text = str(digits)
        if len(text) > 300 or abs(int(text.lower().partition("e")[2] or 0)) > 300:
            raise FormulaError("a number of too many digits", None, digits.line, digits.column)
        try:
            return ast.Number(Fraction(text))
        except ZeroDivisionError:
            raise FormulaError(f"{text} divides by zero", None, digits.line, digits.column) from None

    def infinity(self) -> ast.Expression:
        return ast.Infinity()

    def truth(self, word: Token) -> ast.Expression:
        return ast.Truth(word.lower() == "true")

    def hole(self, token: Token) -> ast.Expression:
        return ast.Hole(None if token == "??" else str(token)[1:])

    def name(self, token: Token) -> ast.Expression:
        return ast.Name(str(token).strip("`") if token.type == "QUOTED" else str(token).rpartition(".")[2])

    def access(self, array: ast.Name, indices: Conditions | None) -> ast.Expression:
        return ast.Access(array.text, indices.parts if indices is not None else ())

    def call(self, function: ast.Name, arguments: Conditions | None, rest: Conditions | None) -> Any:
        arguments = arguments or Conditions(())
        if rest is not None:
            return RawReduction(function.text, arguments.parts[:-1], arguments.parts[-1], rest.parts)
        return ast.Call(function.text, arguments.parts)

    def generator(self, name: ast.Name, bounds: Conditions, condition: Any) -> Conditions:
        match bounds.parts:
            case (high,):
                found: Any = ast.Comparison("<", name, high)
            case (low, high):
                found = Chain((low, name, high), ("≤", "<"))
            case _:
                raise FormulaError("a range is range(n) or range(a, b)")
        return Conditions((found,) if condition is None else (found, condition))

    def comprehension(self, kind: ast.Name, body: Any, *generators: Conditions) -> Any:
        conditions = tuple(c for g in generators for c in g.parts)
        return RawReduction(kind.text, conditions, body, ())

    def reduction(self, kind: ast.Name, conditions: Conditions, body: Any, index: Any) -> Any:
        return RawReduction(kind.text, conditions.parts, body, () if index is None else (index,))

    def signed(self, sign: Token, conditions: Conditions, body: Any) -> Any:
        return RawReduction(_SIGNS[str(sign)], conditions.parts, body, ())

    def absolute(self, inner: Any) -> ast.Expression:
        return ast.Call("abs", (inner,))

    def floor(self, inner: Any) -> ast.Expression:
        return _divided(inner, ast.Floor, "floor")

    def ceiling(self, inner: Any) -> ast.Expression:
        return _divided(inner, ast.Ceiling, "ceil")

    def matrix(self, product: Any, place: Conditions) -> Any:
        if isinstance(product, RawReduction) and isinstance(product.body, RawReduction):
            return RawReduction(
                "matprod", (*product.conditions, *product.body.conditions), product.body.body, place.parts
            )
        raise FormulaError("only an array or a product of matrices can be indexed")

    def list(self, *parts: Any) -> Conditions:
        return Conditions(parts)


def _moment(name: str, parts: tuple[Any, ...]) -> Any:
    if len(parts) != 1:
        raise FormulaError(f"the first brackets behind {name} have its moment: {name}[t][…]")
    return parts[0]


def _divided(inner: Any, division: type[ast.Floor] | type[ast.Ceiling], function: str) -> ast.Expression:
    """⌊a / b⌋ of a quotient; of anything else a function of real numbers."""
    if isinstance(inner, ast.Quotient):
        return division(inner.numerator, inner.denominator)
    return ast.Call(function, (inner,))
