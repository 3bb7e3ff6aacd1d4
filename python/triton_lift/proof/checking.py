"""Rechecks a proof: nothing is searched for, everything is looked up or recomputed.

1. Each obligation is put to a solver, as SMT-LIB written here from its terms.
2. Each step is done again by its rule, which may use the obligations and earlier steps that it lists, and no others:
   what it gives must be what the step says.
3. The statement is made from the kernel's summary with those steps, closed forms and moves: the formulas and every
   printed line must be those of the proof. A simplified value is shown to be equal to the value it stands for.
Nothing may be left over: what is in the file and is not used is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from triton_lift.closing import NotClosed
from triton_lift.closing.fillers import fillers_scaled
from triton_lift.closing.folds import agreement
from triton_lift.closing.prepared import prepared
from triton_lift.egraph import Equality
from triton_lift.lifted import Lifted
from triton_lift.lifting.pipeline import establish
from triton_lift.proof.chosen import ChosenCloser
from triton_lift.proof.document import Allowed, Document, ProofError, Step, Undecided, read
from triton_lift.proof.smtlib import agreement as agreement_script
from triton_lift.proof.smtlib import entailment
from triton_lift.proof.solvers import Answer, Solver
from triton_lift.proof.table import Table, variable_numbers
from triton_lift.proof.writing import claims, formulas, terms_in
from triton_lift.proving import Context, Deadline, DeadlineError, Session
from triton_lift.reading import Unsupported, read_summary
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.simplification.contextual import rule_name
from triton_lift.terms import booleans as bools
from triton_lift.terms.term import Term, numbered_by, subterms
from triton_lift.untiling.coordinates import Output
from triton_lift.untiling.moves import Move, MoveError


@dataclass(frozen=True)
class Checked:
    """An accepted proof: what it proves, and how much there was to check."""

    kernel: str
    result: dict[str, Any]
    obligations: int
    steps: int


def check(data: Any, solver: Solver) -> Checked:
    """Rechecks one proof. Raises ProofError where it is rejected."""
    document = read(data)
    _replayed(document, solver, Deadline())
    for number, obligation in enumerate(document.obligations):
        answer = solver.check(entailment(obligation.facts, obligation.goal, obligation.products))
        if answer == "unknown":
            raise Undecided(f"obligation {number} was not decided by {solver.name}")
        if answer == "sat":
            raise ProofError(f"obligation {number} does not follow ({solver.name})")
    for number, (a, b) in enumerate(document.agreements):
        if solver.check(agreement_script(a, b)) != "unsat":
            raise ProofError(f"agreement {number} was not shown ({solver.name})")
    name = str(document.result["kernel"])
    return Checked(
        name, document.result, len(document.obligations) + len(document.agreements), len(document.steps)
    )


def rehearse(data: Any, deadline: Deadline) -> None:
    """All of the check but what solvers are asked: whether the parts of a proof that was just written fit together.

    Raises ProofError where it would be rejected, DeadlineError.
    """
    _replayed(read(data), _Silent(), deadline)


class _Silent:
    """A solver that knows nothing."""

    name = "no solver"

    def check(self, script: str) -> Answer:
        return "unknown"


def _replayed(document: Document, solver: Solver, deadline: Deadline) -> None:
    replay = _Replay(document, solver, deadline)
    for number, step in enumerate(document.steps):
        deadline.check()
        with_place(f"step {number} ({step.rule})", replay.step, number, step)
    with_place("statement", replay.statement)
    replay.nothing_left_over()


def with_place(place: str, action: Any, *args: Any) -> None:
    """Does it; whatever goes wrong is a ProofError that names the place."""
    try:
        action(*args)
    except DeadlineError:
        raise
    except ProofError as problem:
        raise ProofError(f"{place}: {problem}") from None
    except PreconditionRequest:
        raise ProofError(f"{place}: a side condition is not among the obligations") from None
    except MoveError:
        raise ProofError(f"{place}: a change of coordinates does not apply") from None
    except (NotClosed, Unsupported) as problem:
        raise ProofError(f"{place}: {problem}") from None
    except Exception as problem:  # what a file says can go wrong in any way
        raise ProofError(f"{place}: {type(problem).__name__}: {problem}") from None


def about_the_launch(t: Term) -> bool:
    """Whether `t` speaks of arguments and the grid alone: then it cannot be about a variable that is yet to come."""
    return not t.free and all(u.op in _LAUNCH for u in subterms([t]))


_LAUNCH = frozenset(
    "param nprogs int bool real lin prod fdiv fmod tdiv trem imin imax iabs wrap pow2 bitand bitor bitxor toreal "
    "radd rmul rdiv rmin rmax select and or not le0 eq0 rlt rle req read".split()
)


class _Replay:
    """The oracle of all contexts: it knows what the present step may use."""

    def __init__(self, document: Document, solver: Solver, deadline: Deadline) -> None:
        self.document, self.solver = document, solver
        self.session = Session(deadline, oracle=self, moves=self.next_move)
        self.simplifier = _CheckedSimplifier(self)
        keys = [(frozenset(o.facts), o.goal) for o in document.obligations]
        if len(set(keys)) != len(keys):
            raise ProofError("malformed: an obligation occurs twice")
        self.keys = keys
        self.obligation_numbers = {key: i for i, key in enumerate(keys)}
        self.step_numbers = {(frozenset(s.context), s.before): i for i, s in enumerate(document.steps)}
        if len(self.step_numbers) != len(document.steps):
            raise ProofError("malformed: two steps rewrite the same term")
        self.allowed = Allowed([], [], [])
        self.used_obligations: set[int] = set()
        self.used_premises: set[int] = set()
        self.attempting = False
        self.agreed: set[tuple[Term, Term]] = set()
        self.moves = iter(document.moves)
        self.printed = iter(document.printed)
        self.result: Lifted | None = None

    # The parts of the check.

    def step(self, number: int, step: Step) -> None:
        if step.rule != rule_name(step.before):
            raise ProofError(f"the rule for it is {rule_name(step.before)}")
        if step.after is None:
            if step.allowed != Allowed([], [], []):
                raise ProofError("a request uses nothing")
            return
        context = Context(self.session, step.context)
        if context.key != frozenset(step.context):
            raise ProofError("a context has facts that are conjunctions")
        present = set(variable_numbers(subterms([step.before, *step.context])))
        if present & set(step.allowed.fresh):
            raise ProofError("a fresh variable is not fresh")
        with self._using(step.allowed):
            result = self.simplifier.rewrite(step.before, context)
        if result is not step.after or result is step.before:
            raise ProofError("the rule gives something else")

    def statement(self) -> None:
        d = self.document
        token = agreement.set(self.agree)
        try:
            with self._using(d.statement):
                summary = {**d.summary, "folds": {int(k): v for k, v in d.summary["folds"].items()}}
                kernel = prepared(read_summary(summary))
                rules = {key: form[0] for key, form in d.closed_forms.items()}
                closer = ChosenCloser(fillers_scaled(kernel, d.preconditions), rules)
                self.result = Lifted(kernel=kernel.name, file="")
                preconditions = dict.fromkeys(d.preconditions)
                if len(preconditions) != len(d.preconditions):
                    raise ProofError("a precondition is stated twice")
                if not all(map(about_the_launch, preconditions)):
                    raise ProofError("a precondition is not about arguments and the grid alone")
                establish(
                    kernel, self.result, self.session, preconditions, self.simplifier, closer, self.formula
                )
        finally:
            agreement.reset(token)
        found = {k: (f.rule, f.time, f.init, f.value) for k, f in closer.closed.items()}
        if found != d.closed_forms:
            raise ProofError("the loops have other closed forms")
        if next(self.moves, None) is not None:
            raise ProofError("there are more changes of coordinates than are made")
        table = Table(d.terms)
        known = all(t in table for t in terms_in(self.result.program))
        if not known or formulas(self.result, table) != d.formulas:
            raise ProofError("the formulas are other ones")
        if claims(self.result) != d.result:
            raise ProofError("what is printed is something else")

    def nothing_left_over(self) -> None:
        d = self.document
        frames = [d.statement, *(s.allowed for s in d.steps)]
        if {i for f in frames for i in f.obligations} != set(range(len(d.obligations))):
            raise ProofError("an obligation is used nowhere")
        if {i for f in frames for i in f.premises} != set(range(len(d.steps))):
            raise ProofError("a step is used nowhere")
        if self.agreed != set(d.agreements) or len(self.agreed) != len(d.agreements):
            raise ProofError("an agreement is used nowhere")
        rest = [(s.context, s.before, s.after) for s in d.steps]
        rest_terms = terms_in(
            (rest, d.preconditions, d.obligations, d.agreements, list(d.closed_forms.values()))
        )
        assert self.result is not None
        statement = terms_in((self.result.program, d.moves))
        if not set(d.terms) <= set(subterms([*rest_terms, *statement])):
            raise ProofError("a term is used nowhere")

    @contextmanager
    def _using(self, allowed: Allowed) -> Iterator[None]:
        """While a step is checked: it may use what it lists, and at the end it must have used all of it."""
        self.allowed, self.used_obligations, self.used_premises = allowed, set(), set()
        numbers = iter(allowed.fresh)
        with numbered_by(lambda _: numbers):
            yield
        if self.used_obligations != set(allowed.obligations):
            raise ProofError("it lists obligations that it does not use")
        if self.used_premises != set(allowed.premises):
            raise ProofError("it lists steps that it does not use")
        if next(numbers, None) is not None:
            raise ProofError("it lists fresh variables that it does not use")

    # A context's oracle.

    def proves(self, context: Context, relevant: list[Term], goal: Term) -> bool:
        return self._listed((frozenset(relevant), goal))

    def consistent(self, context: Context) -> bool:
        if self._listed((context.key, bools.FALSE)):
            return False
        # Points that are not shown to be impossible are possible; preconditions had better be.
        about_points = any(f.free for f in context.facts)
        return about_points or self.solver.check(entailment(context.facts, bools.FALSE)) != "unsat"

    def attempt(self, question: Callable[[], bool]) -> bool:
        """What is not listed fails here: where the attempt failed, its parts are not listed though they may hold."""
        outer, self.attempting = self.attempting, True
        try:
            return question()
        finally:
            self.attempting = outer

    def _listed(self, key: tuple[frozenset[Term], Term]) -> bool:
        number = self.obligation_numbers.get(key)
        if number is None:
            return False
        if number not in self.allowed.obligations:
            if self.attempting:
                return False
            raise ProofError(f"it uses obligation {number}, which it does not list")
        self.used_obligations.add(number)
        return True

    def premise(self, t: Term, context: Context) -> Term | None:
        """What an earlier step makes of `t`: itself if there is none, None if it asks for a precondition."""
        number = self.step_numbers.get((context.key, t))
        if number is None:
            return t
        if number not in self.allowed.premises:
            raise ProofError(f"it uses step {number}, which it does not list")
        self.used_premises.add(number)
        return self.document.steps[number].after

    # What else is asked or drawn.

    def agree(self, a: Term, b: Term) -> bool:
        if (a, b) not in self.document.agreements:
            return False
        self.agreed.add((a, b))
        return True

    def next_move(self, output: Output, base: Context) -> Move | None:
        move = next(self.moves, None)
        if move is None:
            raise ProofError("there are fewer changes of coordinates than are needed")
        if move == "request":
            raise PreconditionRequest(bools.FALSE)
        return None if isinstance(move, str) else move

    def formula(self, value: Term, context: Context) -> Term:
        """What the proof prints for a value: it must be equal to it."""
        printed = next(self.printed, None)
        if printed is None:
            raise ProofError("there are fewer formulas than stores")
        if printed is not value and not Equality().holds(value, printed, context):
            raise ProofError("what is printed for a value is not shown to be equal to it")
        return printed


class _CheckedSimplifier(Simplifier):
    """Answers from the earlier steps; a term that no step rewrites stays as it is."""

    def __init__(self, replay: _Replay) -> None:
        super().__init__()
        self.replay = replay

    def simplify(self, t: Term, context: Context) -> Term:
        if self.plain(t):
            return t
        after = self.replay.premise(t, context)
        if after is None:
            raise PreconditionRequest(t)
        return after
