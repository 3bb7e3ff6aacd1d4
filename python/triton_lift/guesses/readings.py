"""Guesses, read as what they say of a lift's stores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from triton_lift.formulas import ast
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.functions import as_condition, as_integer, as_real
from triton_lift.formulas.to_terms import ToTerms
from triton_lift.guesses.alignment import is_renaming, solve
from triton_lift.guesses.claims import Claims, Store, comparable
from triton_lift.guesses.named import elementwise, of_arrays
from triton_lift.guesses.ranges import Ranges
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.substitution import substitute
from triton_lift.terms.term import Sort, Term, by_order, var


@dataclass
class Reading:
    """A statement as terms. `facts` are its domain, None where that was left out: then it is the stores'.

    `aligned` pairs each store that the statement may speak of with its indices in terms of the statement's (or, without
    a domain, the other way round). `apart` are stores to the same array of which that is not known. `inferred` are the
    ranges that were left out, by the identity of their nodes.
    """

    statement: ast.Statement
    variables: dict[str, Term]
    indices: list[Term]
    offset: Term
    value: Term
    facts: tuple[Term, ...] | None
    aligned: list[tuple[Store, dict[Term, Term]]] = field(default_factory=list)
    apart: list[Store] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    inferred: dict[int, tuple[Term, Term]] = field(default_factory=dict)


def read(
    statement: ast.Statement,
    claims: Claims,
    holes: Callable[[ast.Hole, Mapping[str, Term]], Term] | None = None,
) -> Reading:
    """What a statement says of the claims; `holes` as in `ToTerms`.

    Raises FormulaError for what says nothing of them.
    """
    translator = ToTerms(claims.vocabulary, holes=holes, definitions=elementwise(), whole=of_arrays())
    names = _index_names(statement, claims)
    variables = {name: var(name) for name in names}
    if not isinstance(statement.target, ast.Access):
        raise FormulaError("the left side is no element of an array")
    number = translator.array(statement.target.array).number
    stores = [s for s in claims.stores if s.array == number]
    if not stores:
        written = {claims.program.params[s.array][0] for s in claims.stores}
        raise FormulaError(
            f"the kernel does not write {statement.target.array}; it writes {', '.join(sorted(written))}"
        )
    offset = translator.offset(statement.target, variables)
    indices = [translator.integer(i, variables, "as index") for i in statement.target.indices]
    aliases: dict[str, Term] = {}
    notes: list[str] = []
    for r in statement.ranges:
        alias = _alias(r, variables, offset, indices, stores, claims)
        if alias is not None:
            aliases[alias[0]] = alias[1]
            notes.append(f"{alias[0]} stands for {alias[2]}")
    known = {**variables, **aliases}
    facts = _domain(statement, translator, known)
    result = Reading(statement, variables, indices, offset, bools.TRUE, facts, notes=notes)
    _align(result, indices, stores, claims, translator, known)
    if not result.aligned:
        raise FormulaError(
            "its left side cannot be matched with what the kernel writes: "
            + "; ".join(dict.fromkeys(claims.shown_access(s) for s in stores))
        )
    store, solution = result.aligned[0]
    low_facts = facts or store.facts
    translator.counters.update(
        v for v in variables.values() if facts is None or bools.le(ints.ZERO, v) in low_facts
    )
    back = solution if facts is not None else _inverse(solution)
    translator.infer = Ranges(claims, store, back, open_ranges=holes is not None)
    value = _of_sort(translator.term(statement.body, known), store.value.sort)
    result.inferred = translator.inferred
    result.value = comparable(value) if holes is None else value
    return result


def _of_sort(t: Term, sort: Sort) -> Term:
    return {"real": as_real, "int": as_integer, "bool": as_condition}[sort](t)


def _index_names(statement: ast.Statement, claims: Claims) -> list[str]:
    """The names that the statement binds: those in its left side that are no scalars, and those with a range."""
    scalars = claims.vocabulary.scalars
    found = [
        n.text
        for i in statement.target.indices
        for n in reversed(list(ast.nodes(i)))
        if isinstance(n, ast.Name) and n.text not in scalars
    ]
    found += [r.name for r in statement.ranges]
    for name in found:
        if name in claims.vocabulary.arrays:
            raise FormulaError(f"{name} is an array, and cannot be an index too")
        if name in scalars:
            raise FormulaError(f"{name} is a scalar argument of the kernel, and cannot be an index too")
    return list(dict.fromkeys(found))


def _domain(
    statement: ast.Statement, translator: ToTerms, names: Mapping[str, Term]
) -> tuple[Term, ...] | None:
    """The domain as facts; None where the statement has none."""
    if not statement.ranges and statement.condition is None:
        return None if names else ()  # an element without indices is one point
    facts: list[Term] = []
    bounded = {r.name for r in statement.ranges}
    for n in (n for i in statement.target.indices for n in ast.nodes(i)):
        if isinstance(n, ast.Name) and n.text in names and n.text not in bounded:
            raise FormulaError(f"the domain has no range for {n.text}")
    for r in statement.ranges:
        v = names[r.name]
        low = ints.ZERO if r.low is None else translator.integer(r.low, names, f"as bound of {r.name}")
        facts.append(bools.le(low, v))
        if r.high is not None:
            facts.append(bools.lt(v, translator.integer(r.high, names, f"as bound of {r.name}")))
    facts += bools.conjuncts(translator.condition(statement.condition, names))
    return tuple(comparable(f) for f in facts)


def _align(
    reading: Reading,
    indices: list[Term],
    stores: list[Store],
    claims: Claims,
    translator: ToTerms,
    names: Mapping[str, Term],
) -> None:
    layouts = claims.vocabulary.layouts
    unknowns = list(reading.variables.values())
    for store in stores:
        theirs = layouts.indices(store.array, store.offset)
        mine = indices
        if len(mine) != len(theirs):  # the flat array
            mine, theirs = [reading.offset], [store.offset]
            grouped = layouts.indices(store.array, reading.offset)
            if len(grouped) == len(layouts.indices(store.array, store.offset)) > 1 and all(
                any(w in g.free for g in grouped) for w in unknowns
            ):
                mine, theirs = grouped, layouts.indices(store.array, store.offset)
        if reading.facts is None:
            context = claims.context(store.facts)
            solution = solve(unknowns, list(zip(mine, theirs, strict=True)), {}, context)
        else:
            context = claims.context(reading.facts)
            solution = solve(
                store.variables, list(zip(theirs, mine, strict=True)), highs(store.facts), context
            )
        if solution is None:
            solution = _renaming(reading, store)
        if solution is None:
            reading.apart.append(store)
        else:
            reading.aligned.append((store, solution))
    if reading.facts is None and any(is_renaming(s) for _, s in reading.aligned):
        reading.aligned = [(store, s) for store, s in reading.aligned if is_renaming(s)]


def _renaming(reading: Reading, store: Store) -> dict[Term, Term] | None:
    """Where the element is written in the same way: the same names, or names in the same order."""
    mine = reading.variables
    by_name = [mine[n] for n in store.names if n in mine]
    for variables in (by_name, list(mine.values())):
        if len(variables) != len(store.variables) or len(mine) != len(variables):
            continue
        theirs = dict(zip(variables, store.variables, strict=True))
        if comparable(substitute(reading.offset, theirs)) is store.offset:
            return theirs if reading.facts is None else {v: w for w, v in theirs.items()}
    return None


def highs(facts: tuple[Term, ...]) -> dict[Term, Term]:
    """Upper bounds (exclusive) of variables, from facts."""
    found: dict[Term, Term] = {}
    for fact in facts:
        if fact.op != "le0":
            continue
        for v in sorted((v for v in fact.free if v.op == "var"), key=by_order):
            split = ints.coefficient(fact.args[0], v)
            if split is not None and split[0] is ints.ONE and not any(u.op == "var" for u in split[1].free):
                found.setdefault(v, ints.sub(ints.ONE, split[1]))
    return found


def _alias(
    r: ast.Range,
    variables: Mapping[str, Term],
    offset: Term,
    indices: list[Term],
    stores: list[Store],
    claims: Claims,
) -> tuple[str, Term, str] | None:
    """A name that the kernel does not have, as the size of a dimension: what the lift has in its place."""
    vocabulary = claims.vocabulary
    if not isinstance(r.high, ast.Name) or r.high.text in vocabulary.scalars or r.high.text in variables:
        return None
    v = variables[r.name]
    for store in stores:
        theirs = vocabulary.layouts.indices(store.array, store.offset)
        ends = highs(store.facts)
        for mine, other in zip(indices, theirs, strict=False):
            if mine is v and other in ends and len(indices) == len(theirs):
                high = ends[other]
                return r.high.text, high, claims.shown(high)
    return None


def _inverse(solution: Mapping[Term, Term]) -> dict[Term, Term]:
    """Of a renaming: the lift's variables in terms of the statement's."""
    return {t: w for w, t in solution.items() if t.op == "var"}


def moved(reading: Reading, t: Term, solution: Mapping[Term, Term]) -> Term:
    """A term with the variables of the other side put in."""
    return comparable(substitute(t, dict(solution)))
