"""Records a proof: the lift is done once more, with what the first time found, and every step is written down.

The search is over by then: which preconditions, which rule closes which loop. So a lift without a proof costs nothing
extra, and what fails while searching leaves no trace in the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from triton_lift.closing.fillers import fillers_scaled
from triton_lift.closing.folds import agree, agreement
from triton_lift.closing.prepared import prepared
from triton_lift.egraph import Equality, Rewriter, proposals
from triton_lift.lifted import Lifted
from triton_lift.lifting.pipeline import establish
from triton_lift.proof.chosen import ChosenCloser
from triton_lift.proving import Context, Deadline, Session
from triton_lift.reading import Kernel, read_summary
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.simplification.contextual import rule_name
from triton_lift.terms import booleans as bools
from triton_lift.terms.term import Term, by_order, numbered_by
from triton_lift.untiling.coordinates import Output
from triton_lift.untiling.moves import Move
from triton_lift.untiling.search import find_move

Key = tuple[frozenset[Term], Term]  # of an obligation: facts and goal; of a step: context and term


@dataclass
class Frame:
    """What one step makes use of: obligations, earlier steps, numbers of fresh variables."""

    obligations: dict[Key, None] = field(default_factory=dict)
    premises: dict[Key, None] = field(default_factory=dict)
    fresh: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """`before` = `after` under `context`, by one rule; `after` None: the rule asked for a precondition."""

    rule: str
    context: frozenset[Term]
    before: Term
    after: Term | None
    frame: Frame


class Recorder:
    """Everything that one lift makes use of."""

    def __init__(self, rewriter: Rewriter) -> None:
        self.rewriter = rewriter
        self.root = Frame()
        self.frames = [self.root]
        self.steps: dict[Key, Step] = {}
        # Where an obligation was asked first, and its facts in the order in which they were told.
        self.asked: dict[Key, tuple[Context, tuple[Term, ...]]] = {}
        self.agreements: dict[tuple[Term, Term], None] = {}
        self.moves: list[Move | str] = []
        self._paused = False

    # A context's oracle.

    def proves(self, context: Context, relevant: list[Term], goal: Term) -> bool:
        found = context.ask(relevant, goal)
        if found:
            self._note(relevant, goal, context)
        return found

    def consistent(self, context: Context) -> bool:
        found = context.satisfiable()
        if not found:
            self._note(context.facts, bools.FALSE, context)
        return found

    def attempt(self, question: Callable[[], bool]) -> bool:
        """Parts of what fails are forgotten: in another order they might not have been asked."""
        self.frames.append(Frame())
        found = False
        try:
            found = question()
        finally:
            frame = self.frames.pop()
            outer = self.frames[-1]
            outer.fresh += frame.fresh
            if found:
                outer.obligations.update(frame.obligations)
                outer.premises.update(frame.premises)
        return found

    def _note(self, facts: Iterable[Term], goal: Term, context: Context) -> None:
        if not self._paused:
            key = frozenset(facts), goal
            self.asked.setdefault(key, (context, tuple(facts)))
            self.frames[-1].obligations[key] = None

    # What else is asked or drawn.

    def agree(self, a: Term, b: Term) -> bool:
        found = agree(a, b)
        if found:
            self.agreements[a, b] = None
        return found

    def numbers(self, usual: Iterator[int]) -> Iterator[int]:
        for number in usual:
            if not self._paused:
                self.frames[-1].fresh.append(number)
            yield number

    def next_move(self, output: Output, base: Context) -> Move | None:
        self._paused = True
        try:
            move = find_move(output, base)
        except PreconditionRequest:
            self.moves.append("request")
            raise
        finally:
            self._paused = False
        self.moves.append("rest" if move is None else move)
        return move

    def formula(self, value: Term, context: Context) -> Term:
        """What is printed for a value: how it was found is forgotten, that it is equal is written down."""
        self._paused = True
        try:
            candidates = list(proposals(value, context, self.rewriter))
        finally:
            self._paused = False
        for proposed in candidates:
            self.frames.append(Frame())
            equal = Equality().holds(value, proposed, context)
            frame = self.frames.pop()
            if equal:
                self.frames[-1].obligations.update(frame.obligations)
                self.frames[-1].fresh += frame.fresh
                return proposed
        return value


class RecordingSimplifier(Simplifier):
    """Notes each rewriting that changes something, with what it makes use of."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self.recorder = recorder

    def simplify(self, t: Term, context: Context) -> Term:
        if self.plain(t):
            return t
        r, key = self.recorder, (context.key, t)
        step = r.steps.get(key)
        if step is None:
            context.session.deadline.check()
            r.frames.append(Frame())
            after = None
            try:
                # A proof lists facts in their order, whichever was told first.
                after = self.rewrite(t, Context(context.session, sorted(context.facts, key=by_order)))
            except PreconditionRequest:
                pass
            finally:
                frame = r.frames.pop()
            step = r.steps[key] = Step(rule_name(t), context.key, t, after, frame)
        if step.after is not t:
            r.frames[-1].premises[key] = None
        if step.after is None:
            raise PreconditionRequest(t)
        return step.after


@dataclass(frozen=True)
class Recording:
    """What writing a proof needs."""

    summary: dict[str, Any]
    kernel: Kernel
    preconditions: list[Term]
    closer: ChosenCloser
    recorder: Recorder
    result: Lifted


def replayed(
    summary: dict[str, Any],
    preconditions: list[Term],
    chosen: dict[tuple[int, int], str],
    deadline: Deadline,
    rewriter: Rewriter,
) -> Recording:
    """The lift once more, with what it makes use of. Raises what lifting raises; it should not, the second time."""
    recorder = Recorder(rewriter)
    session = Session(deadline, oracle=recorder, moves=recorder.next_move)
    token = agreement.set(recorder.agree)
    try:
        with numbered_by(recorder.numbers):
            kernel = prepared(read_summary(summary))
            closer = ChosenCloser(fillers_scaled(kernel, preconditions), chosen)
            result = Lifted(kernel=kernel.name, file="")
            simplifier = RecordingSimplifier(recorder)
            establish(
                kernel, result, session, dict.fromkeys(preconditions), simplifier, closer, recorder.formula
            )
    finally:
        agreement.reset(token)
    return Recording(summary, kernel, preconditions, closer, recorder, result)
