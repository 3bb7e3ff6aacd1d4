"""Contexts: what is known at a place, and whether a goal follows from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import z3

from triton_lift.proving.samples import Learned, Samples
from triton_lift.proving.smt import OPAQUE, Encoder, Facts
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, by_order, make

# Limits count the solver's steps, about a million a second: the answer must not depend on how busy the machine is.
_QUICK_STEPS = 60_000
_PATIENT_STEPS = 1_500_000
_QUERY_MILLISECONDS = 6000  # only against a solver that does not count its steps
_WORTH_KEEPING = 0.02  # seconds
_MAX_PRODUCTS = 150
_SOLVERS_KEPT = 8


class DeadlineError(Exception):
    """The time given for a kernel is used up."""


@dataclass(frozen=True)
class Deadline:
    """A moment (of `time.monotonic`) after which work stops; None: never."""

    at: float | None = None

    def check(self) -> None:
        """Raises DeadlineError when the moment has passed."""
        if self.at is not None and time.monotonic() > self.at:
            raise DeadlineError


class Oracle(Protocol):
    """Answers in a context's place: a recorder that passes the questions on, or a proof that has been checked."""

    def proves(self, context: Context, relevant: list[Term], goal: Term) -> bool:
        """Whether `goal` follows from the facts that are relevant to it."""

    def consistent(self, context: Context) -> bool:
        """Whether the facts of the context are not known to contradict each other."""

    def attempt(self, question: Callable[[], bool]) -> bool:
        """The answer to a question made of several. Where it is no, the parts that hold prove nothing."""


@dataclass
class Session:
    """One kernel's proving: the encoder, the answers found so far, and the discharged obligations."""

    deadline: Deadline = field(default_factory=Deadline)
    encoder: Encoder = field(default_factory=Encoder)
    samples: Samples = field(default_factory=Samples)
    learned: Learned = field(default_factory=Learned)
    answers: dict[tuple[frozenset[Term], Term], bool] = field(default_factory=dict)
    linear: dict[tuple[frozenset[Term], Term], bool] = field(default_factory=dict)
    proved: set[tuple[frozenset[Term], Term]] = field(default_factory=set)
    identities: int = 0
    kept: dict[Any, Any] = field(default_factory=dict)  # what was found of recurrences' integers
    solvers: dict[frozenset[Term], tuple[z3.Solver, Facts]] = field(default_factory=dict)
    seconds: float = 0.0
    oracle: Oracle | None = None
    moves: Any = None  # where untiling gets its changes of coordinates, None: it looks for them

    def identity(self) -> None:
        """Counts an obligation that holds because both sides have the same normal form."""
        self.identities += 1


class Context:
    """A set of facts (boolean terms taken to hold)."""

    def __init__(self, session: Session, facts: Iterable[Term] = ()) -> None:
        self.session = session
        self.facts: dict[Term, None] = {}
        for fact in facts:
            for part in bools.conjuncts(fact):
                self.facts[part] = None
        self.key = frozenset(self.facts)

    def extend(self, *facts: Term) -> Context:
        """This context with more facts."""
        new = [p for f in facts for p in bools.conjuncts(f) if p not in self.facts]
        return Context(self.session, (*self.facts, *new)) if new else self

    @property
    def absurd(self) -> bool:
        """Whether the facts contradict each other on their face."""
        return bools.FALSE in self.facts

    def consistent(self) -> bool:
        """Whether the solver does not refute the facts taken together. True means only that it found no conflict."""
        if self.absurd or any(bools.negate(f) in self.facts for f in self.facts):
            return False
        if self.session.oracle is not None:
            return self.session.oracle.consistent(self)
        return self.satisfiable()

    def satisfiable(self) -> bool:
        """What the solver says of the facts: False if it refutes them."""
        encoder = self.session.encoder
        solver = z3.SimpleSolver()
        solver.set("timeout", _QUERY_MILLISECONDS)
        solver.set("rlimit", _PATIENT_STEPS)
        terms = (*self.facts, *encoder.definitions(self.facts))
        _assert_all(solver, [encoder.expression(t) for t in terms])
        return bool(solver.check() != z3.unsat)

    def proves(self, goal: Term) -> bool:
        """Whether `goal` follows from the facts. False means only that no proof was found."""
        if goal is bools.TRUE or goal in self.facts or self.absurd:
            return True
        if goal is bools.FALSE and not self.facts:
            return False
        if goal.op == "and":
            return self._attempt(lambda: all(self.proves(g) for g in goal.args))
        if (
            goal.sort == "bool"
            and goal.op in ("rlt", "rle", "req")
            or (goal.op == "not" and goal.args[0].op[0] == "r")
        ):
            return False
        relevant = self._relevant(goal)
        if self.session.oracle is not None:
            found = self.session.oracle.proves(self, relevant, goal)
        else:
            found = self.ask(relevant, goal)
        return found or self._attempt(lambda: self._without_products(goal))

    def _attempt(self, question: Callable[[], bool]) -> bool:
        oracle = self.session.oracle
        return question() if oracle is None else oracle.attempt(question)

    def _without_products(self, goal: Term) -> bool:
        """e − m ≤ 0 follows from e ≤ 0 where m is a product of nonnegative factors."""
        if goal.op != "le0":
            return False
        p = ints.polynomial(goal.args[0])
        dropped = [
            m
            for m, c in p.items()
            if c < 0 and len(m) > 1 and all(self.proves(bools.le(ints.ZERO, a)) for a in m)
        ]
        if not dropped:
            return False
        return self.proves(bools.le0(ints.from_polynomial({m: c for m, c in p.items() if m not in dropped})))

    def ask(self, relevant: list[Term], goal: Term) -> bool:
        """Asks the solver whether `goal` follows from the relevant facts; remembers the answer."""
        key = (frozenset(relevant), goal)
        found = self.session.answers.get(key)
        if found is None:
            self.session.deadline.check()
            start = time.perf_counter()
            found = self._subsumed(goal) or self._query(goal, relevant)
            self.session.seconds += time.perf_counter() - start
            self.session.answers[key] = found
        if found:
            self.session.proved.add(key)
        return found

    def positive(self, t: Term) -> bool:
        """Whether t ≥ 1; also tried with the divisions inside `t` kept as atoms, which products need."""
        if t.op == "imin":
            return self._attempt(lambda: all(self.positive(a) for a in t.args))
        if any(a.op == "fdiv" for a in ints.atoms(t)) and self.proves(
            bools.nonnegative_as_is(ints.sub(t, ints.ONE))
        ):
            return True
        return self.proves(bools.lt(ints.ZERO, t))

    def _subsumed(self, goal: Term) -> bool:
        """e + c ≤ 0 follows from a fact e + d ≤ 0 with d ≥ c."""
        if goal.op != "le0":
            return False
        wanted = ints.polynomial(goal.args[0])
        constant = wanted.pop((), 0)
        for fact in self.facts:
            if fact.op == "le0":
                have = ints.polynomial(fact.args[0])
                bound = have.pop((), 0)
                if bound >= constant and have == wanted:
                    return True
        return False

    def _query(self, goal: Term, relevant: list[Term]) -> bool:
        places = self.session.encoder.places(goal)
        if self.session.samples.refutes([*relevant, *places], goal) or self.session.learned.refutes(
            relevant, goal
        ):
            return False
        if self._unsatisfiable(relevant, goal):
            return True
        if self.session.learned.refutes(relevant, goal):
            return False
        products = self.products(relevant, goal)
        if not products:
            return False
        return self._unsatisfiable(relevant, goal, [nonnegative_product(p, q) for p, q in products])

    def _unsatisfiable(self, relevant: list[Term], goal: Term, more: Iterable[Term] = ()) -> bool:
        """Whether the facts contradict the goal's negation; a point that was long to find is kept."""
        start = time.perf_counter()
        answer, model = self._check(relevant, goal, [self.session.encoder.expression(t) for t in more])
        if model is not None and time.perf_counter() - start > _WORTH_KEEPING:
            leaves = frozenset[Term]().union(*(_leaves(t) for t in (*relevant, goal)))
            values = {
                u: model.eval(self.session.encoder.expression(u), True) for u in leaves if u.sort != "real"
            }
            self.session.learned.learn(
                {u: v.as_long() if z3.is_int_value(v) else z3.is_true(v) for u, v in values.items()}
            )
        return bool(answer == z3.unsat)

    def _check(
        self, relevant: list[Term], goal: Term, more: Sequence[z3.BoolRef] = ()
    ) -> tuple[z3.CheckSatResult, z3.ModelRef | None]:
        """The solver's answer, and a point at which the goal fails where it found one.

        A solver that keeps what it learnt answers most questions at once. The few others go to one that simplifies
        them whole first: it starts anew each time, but where a goal fails it finds out much sooner.
        """
        with self._refuting(relevant, goal) as quick:
            _assert_all(quick, list(more))
            answer = quick.check()
            if answer != z3.unknown:
                model = quick.model() if answer == z3.sat else None
                return answer, model
            patient = _patient_solver()
            _assert_all(patient, quick.assertions())
        answer = patient.check()
        return answer, patient.model() if answer == z3.sat else None

    @contextmanager
    def _refuting(self, relevant: list[Term], goal: Term) -> Iterator[z3.Solver]:
        """A solver that is told the relevant facts and that the goal does not hold.

        Questions under the same facts come one after the other: the solver that was told them is used again.
        """
        encoder, kept = self.session.encoder, self.session.solvers
        key = frozenset(relevant)
        if key not in kept:
            told = encoder.definitions(relevant)
            solver = z3.SimpleSolver()
            solver.set("rlimit", _QUICK_STEPS)
            solver.set("relevancy", 0)  # with it, points where a goal fails are found late or never
            _assert_all(solver, [encoder.expression(t) for t in (*relevant, *told)])
            kept[key] = solver, told
            if len(kept) > _SOLVERS_KEPT:
                del kept[next(iter(kept))]
        solver, told = kept[key]
        solver.push()
        _assert_all(solver, [encoder.expression(t) for t in encoder.definitions((goal,)) if t not in told])
        solver.add(z3.Not(encoder.expression(goal)))
        try:
            yield solver
        finally:
            solver.pop()

    def _linearly(self, goal: Term) -> bool:
        """Whether `goal` follows without products: used to find out what the products may be made of."""
        relevant = self._relevant(goal)
        key = (frozenset(relevant), goal)
        found = self.session.answers.get(key) or self.session.linear.get(key)
        if found is None:
            refuted = self.session.samples.refutes(relevant, goal)
            found = not refuted and bool(self._check(relevant, goal)[0] == z3.unsat)
            self.session.linear[key] = found
        return found

    def products(
        self, relevant: list[Term], goal: Term, most: int = _MAX_PRODUCTS
    ) -> list[tuple[Term, Term]]:
        """Pairs of nonnegative quantities: their products are the nonlinear facts worth telling a linear solver.

        From p ≥ 0 and q ≥ 0 follows p·q ≥ 0; pairs whose product speaks of new monomials are left out.
        """
        definitions = self.session.encoder.definitions((*relevant, goal))
        monomials = {
            m
            for t in (*relevant, *definitions, goal)
            for p in _comparands(t)
            for m in ints.polynomial(p)
            if len(m) > 1
        }
        if not monomials:
            return []
        atoms = {a for m in monomials for a in m}
        quantities: dict[Term, None] = {}
        for t in relevant:
            if t.op in ("le0", "eq0"):
                quantities[ints.scale(t.args[0], -1)] = None
            if t.op == "eq0":
                quantities[t.args[0]] = None
        if goal.op == "le0":
            quantities[ints.sub(goal.args[0], ints.ONE)] = None  # the goal is assumed not to hold
        for a in sorted(atoms, key=by_order):
            if a.op in ("imin", "imax"):
                for b in a.args:
                    quantities[ints.sub(b, a) if a.op == "imin" else ints.sub(a, b)] = None
            if self._linearly(bools.le(ints.ONE, a)):
                quantities[ints.sub(a, ints.ONE)] = None
            elif self._linearly(bools.le(ints.ZERO, a)):
                quantities[a] = None
        partners: dict[Term, set[Term]] = {}
        for m in monomials:
            for a in m:
                partners.setdefault(a, set()).update(b for b in m if b is not a or m.count(a) > 1)
        useful = [(q, ints.polynomial(q), mine) for q in quantities if (mine := ints.atoms(q) & atoms)]
        wanted = [frozenset[Term]().union(*(partners[a] for a in mine)) for _, _, mine in useful]
        result: list[tuple[Term, Term]] = []
        for i, (p, ours, _) in enumerate(useful):
            for q, theirs, their_atoms in useful[i:]:
                if len(result) == most:
                    return result
                if not wanted[i] & their_atoms:
                    continue
                new = ints.monomials_of_product(ours, theirs)
                if new and len(new - monomials) <= 1:
                    result.append((p, q))
        return result

    def _relevant(self, goal: Term) -> list[Term]:
        """The facts that share atoms with the goal, directly or through other facts."""
        wanted = _leaves(goal)
        remaining = [(f, _leaves(f)) for f in self.facts]
        chosen: set[Term] = set()
        grown = True
        while grown:
            grown = False
            for f, leaves in remaining:
                if f not in chosen and (leaves & wanted or not leaves):
                    chosen.add(f)
                    if not leaves <= wanted:
                        wanted |= leaves
                        grown = True
        return [f for f, _ in remaining if f in chosen]


def nonnegative_product(p: Term, q: Term) -> Term:
    """p·q ≥ 0, multiplied out."""
    return make("le0", (ints.scale(ints.mul(p, q), -1),), None, "bool")


@cache
def _simplify_first() -> z3.Tactic:
    return z3.Then("simplify", "propagate-values", "solve-eqs", "simplify", z3.With("smt", relevancy=0))


def _patient_solver() -> z3.Solver:
    solver = _simplify_first().solver()
    solver.set("rlimit", _PATIENT_STEPS)
    solver.set("timeout", _QUERY_MILLISECONDS)
    return solver


def _assert_all(solver: z3.Solver, expressions: list[z3.BoolRef]) -> None:
    """`solver.add` without its argument conversions, which cost more than the assertion."""
    context = z3.main_ctx().ref()
    for e in expressions:
        z3.Z3_solver_assert(context, solver.solver, e.as_ast())


_leaf_cache: dict[Term, frozenset[Term]] = {}


def _leaves(t: Term) -> frozenset[Term]:
    found = _leaf_cache.get(t)
    if found is None:
        if len(_leaf_cache) > 200_000:
            _leaf_cache.clear()
        if not t.args or t.op in OPAQUE:
            found = frozenset() if t.op in ("int", "bool") else frozenset((t,))
        else:
            found = frozenset[Term]().union(*(_leaves(a) for a in t.args))
        _leaf_cache[t] = found
    return found


def _comparands(t: Term) -> list[Term]:
    """The integer terms compared to 0 inside a boolean term."""
    if t.op in ("and", "or", "not"):
        return [p for a in t.args for p in _comparands(a)]
    return [t.args[0]] if t.op in ("le0", "eq0") else []
