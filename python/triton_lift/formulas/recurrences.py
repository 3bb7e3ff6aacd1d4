"""Iterates as formulas: `S[n][i, j] where S[0][i<4, j<4] = …, S[t + 1][i, j] = …`, and from formulas back to terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from triton_lift.formulas import ast
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.functions import as_real
from triton_lift.formulas.systems import state_name
from triton_lift.terms import integers as ints
from triton_lift.terms.binding import canonical_names
from triton_lift.terms.iterates import Iterate, State, iterate, parts_of, previous, stepped
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Term, make, var

if TYPE_CHECKING:
    from triton_lift.formulas.from_terms import FromTerms
    from triton_lift.formulas.to_terms import ToTerms

STATE_LETTERS = "SRUVWXYZPQ"
_INDEX_LETTERS = "abcdefgh"  # no others: an output's indices and a sum's are not called so
_TIME_LETTERS = ("t", "s", "u")
_MANY = 1 << 41


def written(writer: FromTerms, t: Term) -> ast.Expression:
    """The formula of an `iterate`, with the recurrence that defines its state."""
    parts = parts_of(t)
    moment = writer.expression(parts.moment)
    place = tuple([writer.expression(p) for p in parts.place])
    with within(writer, t) as (letters, time):
        states = []
        for letter, s in zip(letters, parts.states, strict=True):
            ranges = tuple(
                [
                    ast.Range(writer.names[c], ast.Number(Fraction(0)), writer.expression(n))
                    for c, n in s.indices
                ]
            )
            states.append(ast.State(letter, ranges, writer.expression(s.first), writer.expression(s.next)))
    element = ast.Iterate(letters[parts.which], moment, place)
    return ast.Where(element, (ast.Recurrence(time, tuple(states)),))


@contextmanager
def within(writer: FromTerms, t: Term) -> Iterator[tuple[list[str], str]]:
    """While the inside of an `iterate` is written: its states, its indices and its time have names.

    Only what is said inside keeps its name: the same system reads the same wherever it is used.
    """
    parts = parts_of(t)
    letters = _letters(writer, parts)
    hidden, outer = writer.names, writer.letters
    inside = _system(parts).free
    writer.names = {v: name for v, name in hidden.items() if v in inside}
    names = writer.names
    used = writer.taken | set(names.values())
    time = next((n for n in _TIME_LETTERS if n not in used), None) or writer.fresh()
    names[parts.time] = time
    free = [n for n in _INDEX_LETTERS if n not in writer.taken and n not in set(names.values())]
    for s in parts.states:  # each state's indices are its own
        for number, (c, _) in enumerate(s.indices):
            names[c] = free[number] if number < len(free) else f"i{number}"
    writer.letters = {**outer, parts.time: tuple(letters)}
    try:
        yield letters, time
    finally:
        writer.names, writer.letters = hidden, outer


def element(writer: FromTerms, t: Term) -> ast.Expression:
    """The formula of a `previous`."""
    time, *indices = t.args
    letters = writer.letters.get(time)
    if letters is None:
        return ast.Call("previous", tuple([writer.expression(a) for a in t.args]))
    return ast.Iterate(
        letters[t.attr[0]], writer.expression(time), tuple([writer.expression(i) for i in indices])
    )


def _system(parts: Iterate) -> Term:
    """The system alone."""
    zeros = (ints.ZERO,) * len(parts.states[0].indices)
    return replace(parts, moment=ints.ZERO, which=0, place=zeros).term


def _letters(writer: FromTerms, parts: Iterate) -> list[str]:
    """The names of a system's states: the same system has the same ones in every output of a kernel."""
    system = _system(parts)
    named = {v: make("var", (), (name, -_MANY)) for v, name in writer.names.items() if v in system.free}
    key = canonical_names(substitute(system, named))
    if key not in writer.systems:
        used = writer.taken | {n for letters in writer.systems.values() for n in letters}
        free = [c for c in STATE_LETTERS if c not in used]
        number = 0
        found: list[str] = []
        for _ in parts.states:
            if free:
                found.append(free.pop(0))
                continue
            number = next(n for n in range(1, _MANY) if f"S{n}" not in used and f"S{n}" not in found)
            found.append(f"S{number}")
        writer.systems[key] = found
    return writer.systems[key]


def raised(statement: ast.Statement) -> ast.Statement:
    """The statement with its recurrences behind it, where they speak of nothing that is bound further in."""
    if not any(isinstance(n, ast.Recurrence) for n in ast.nodes(statement.body)):
        return statement
    found: dict[ast.Recurrence, None] = {}
    body = _raised(statement.body, frozenset(), found, {})
    return replace(statement, body=ast.Where(body, tuple(found))) if found else statement


def _raised(node: Any, bound: frozenset[str], found: dict[ast.Recurrence, None], memo: dict[Any, Any]) -> Any:
    key = (id(node), bound)
    if key in memo:
        return memo[key][1]
    inner = bound
    if isinstance(node, ast.Reduction):
        inner |= {r.name for r in node.ranges}
    elif isinstance(node, ast.MatrixProduct):
        inner |= {node.factor.name, node.row, node.column}
    elif isinstance(node, ast.State):
        inner |= {r.name for r in node.indices} | {state_name(node.name)}
    elif isinstance(node, ast.Recurrence):
        inner |= {node.time} | {state_name(s.name) for s in node.states}
    changed = {}
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        if isinstance(value, tuple):
            changed[name] = tuple(
                _raised(v, inner, found, memo) if hasattr(v, "__dataclass_fields__") else v for v in value
            )
        elif hasattr(value, "__dataclass_fields__"):
            changed[name] = _raised(value, inner, found, memo)
    built: Any = replace(node, **changed)
    if isinstance(node, ast.Where):
        stays = tuple(d for d in built.definitions if not isinstance(d, ast.Recurrence) or _speaks(d) & bound)
        for d in built.definitions:
            if d not in stays:
                found[d] = None
        built = ast.Where(built.body, stays) if stays else built.body
    memo[key] = node, built
    return built


def _speaks(node: ast.Node) -> set[str]:
    """The names that a recurrence speaks of without binding them."""
    inside: set[str] = set()
    for c in ast.children(node):
        inside |= _speaks(c)
    match node:
        case ast.Name(text):
            inside.add(text)
        case ast.Iterate(name):
            inside.add(state_name(name))
        case ast.Reduction():
            inside -= {r.name for r in node.ranges}
        case ast.MatrixProduct():
            inside -= {node.factor.name, node.row, node.column}
        case ast.State():
            inside -= {r.name for r in node.indices}
        case ast.Recurrence():
            inside -= {node.time, *(state_name(s.name) for s in node.states)}
        case ast.Where():
            for d in node.definitions:
                inside -= (
                    {state_name(s.name) for s in d.states} if isinstance(d, ast.Recurrence) else {d.name}
                )
    return inside


# Back to terms.


def read_recurrence(reader: ToTerms, e: ast.Recurrence, names: Mapping[str, Term]) -> dict[str, Term]:
    """What the names of a recurrence's states stand for: elements that `read_element` moves to their places."""
    time = var(e.time)
    reader.counters.add(time)
    boxes = []
    for s in e.states:
        box = []
        for r in s.indices:
            if r.high is None:
                raise FormulaError(f"the extent of {r.name} is missing: write {s.name}[0][{r.name} < …]")
            v = var(r.name)
            reader.counters.add(v)
            box.append((v, reader.integer(r.high, names, f"as extent of {r.name}")))
        boxes.append(tuple(box))
    places = [
        {**names, **{r.name: v for r, (v, _) in zip(s.indices, box, strict=True)}}
        for s, box in zip(e.states, boxes, strict=True)
    ]
    firsts = [reader.term(s.first, place) for s, place in zip(e.states, places, strict=True)]
    while True:
        known = {
            state_name(s.name): previous(time, i, (ints.ZERO,) * len(s.indices), firsts[i].sort)
            for i, s in enumerate(e.states)
        }
        nexts = [
            reader.term(s.next, {**p, e.time: time, **known}) for s, p in zip(e.states, places, strict=True)
        ]
        if all(f.sort == n.sort for f, n in zip(firsts, nexts, strict=True)):
            break
        turned = [
            as_real(f) if n.sort == "real" and f.sort == "int" else f
            for f, n in zip(firsts, nexts, strict=True)
        ]
        if turned == firsts:
            nexts = [
                as_real(n) if f.sort == "real" and n.sort == "int" else n
                for f, n in zip(firsts, nexts, strict=True)
            ]
            if all(f.sort == n.sort for f, n in zip(firsts, nexts, strict=True)):
                break
            raise FormulaError("a state of a recurrence is a number at one moment and a condition at another")
        firsts = turned
    states = tuple(State(b, f, n) for b, f, n in zip(boxes, firsts, nexts, strict=True))
    return {
        state_name(s.name): iterate(Iterate(time, ints.ZERO, states, i, (ints.ZERO,) * len(s.indices)))
        for i, s in enumerate(e.states)
    }


def read_element(reader: ToTerms, e: ast.Iterate, names: Mapping[str, Term]) -> Term:
    """An element of a state."""
    found = names.get(state_name(e.name))
    if found is None:
        raise FormulaError(
            f"nothing says what {e.name} is: write … where {e.name}[0] = …, {e.name}[t + 1] = …"
        )
    moment = reader.integer(e.moment, names, f"as moment of {e.name}")
    place = tuple(reader.integer(i, names, f"as index of {e.name}") for i in e.indices)
    wanted = len(found.args) - 1 if found.op == "previous" else len(parts_of(found).place)
    if len(place) != wanted:
        raise FormulaError(f"{e.name} has {wanted} indices behind its moment; here are {len(place)}")
    if found.op == "previous":
        if moment is not found.args[0]:
            raise FormulaError(f"inside of its own recurrence, {e.name} is taken at the moment before only")
        return make("previous", (moment, *place), found.attr, found.sort)
    return stepped(parts_of(found), moment, place)
