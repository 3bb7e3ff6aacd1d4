"""Lifts one kernel: read, close the loops, undo the tiling, prove, print.

`verified` is given in one place, at the end of `establish`, and only when every effect came through every stage.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Literal

from triton_lift.closing import LoopCloser, NotClosed
from triton_lift.closing.fillers import fillers_scaled, wanted_positive
from triton_lift.closing.prepared import prepared
from triton_lift.definitions import name_outputs
from triton_lift.egraph import EgraphRewriter, Rewriter, simplified
from triton_lift.lifted import Lifted, ObligationCount
from triton_lift.lifting import arrivals, grids, memory, owed, presentation, updates
from triton_lift.lifting.assumptions import Assumptions
from triton_lift.lifting.dependences import forward
from triton_lift.lifting.divisors import check_divisors
from triton_lift.lifting.effects import lift_effect
from triton_lift.lifting.lifted_effect import LiftedEffect
from triton_lift.numerics import examine
from triton_lift.paths import path_tables
from triton_lift.proving import Context, Deadline, DeadlineError, Session
from triton_lift.reading import Kernel, Unsupported, read_summary
from triton_lift.simplification import PreconditionRequest, Simplifier
from triton_lift.synthesis import Search
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, make, subterms

_MAX_PRECONDITIONS = 12

Formula = Callable[[Term, Context], Term]


def lift_summary(
    summary: dict[str, Any],
    file: str,
    stage: Literal["ttir", "ttgir"] = "ttir",
    deadline: float | None = None,
    proof: bool = False,
    close: Callable[[Kernel], LoopCloser] | None = None,
    rewriter: Rewriter | None = None,
) -> Lifted:
    """Lifts the kernel of one summary. `deadline`: a `time.monotonic` moment after which the answer is `timeout`.

    With `proof`, a verified result carries its proof. `close` makes what closes loops: by default rules, then search;
    then, as a last resort, what has no closed form is stated as a recurrence.
    `rewriter` proposes what values are printed as, by default from an e-graph.
    """
    start = time.monotonic()
    result = Lifted(kernel=summary["kernel"], file=file, stage=stage)
    session = Session(Deadline(deadline))
    rewriter = rewriter or EgraphRewriter()
    try:
        kernel = prepared(read_summary(summary))
        result.location = kernel.location
        formula = partial(simplified, rewriter=rewriter)
        statable = close is None
        close = close or partial(LoopCloser, search=Search())
        preconditions, closer = _lift(kernel, result, session, close, formula, statable)
        if proof:
            _record(summary, preconditions, closer, result, session, rewriter)
        _describe(kernel, result, closer, base_context(kernel, session, preconditions))
    except Unsupported as problem:
        result.status, result.reason, result.location = "unsupported", str(problem), problem.location
    except NotClosed as problem:
        result.status, result.reason, result.location = "unknown", problem.reason, problem.location
    except DeadlineError:
        result.status, result.reason = "timeout", "the time limit was reached while proving"
    except RecursionError:
        result.status, result.reason = "unknown", "the kernel's terms are nested too deeply"
    if result.status != "verified":
        result.values, result.program = "unknown", None
        # What had been written of it before it was refused is no claim.
        result.outputs, result.preconditions, result.assumptions, result.real_arithmetic = [], [], [], []
    result.seconds = time.monotonic() - start
    return result


def _lift(
    kernel: Kernel,
    result: Lifted,
    session: Session,
    close: Callable[[Kernel], LoopCloser],
    formula: Formula,
    statable: bool,
) -> tuple[dict[Term, None], LoopCloser]:
    """Establishes the kernel, with whatever preconditions that takes, and with those under which its sums are whole."""
    preconditions: dict[Term, None] = {}
    closer = _settle(kernel, result, session, close, formula, preconditions, statable)
    while result.program is not None:
        base = base_context(kernel, session, preconditions)
        for wanted in grids.completing(kernel, result.program):
            trial = Lifted(result.kernel, result.file, result.stage, location=result.location)
            # What is established stands without it.
            with suppress(NotClosed, Unsupported, PreconditionRequest, DeadlineError, RecursionError):
                asked = _asking(wanted, preconditions, base)
                trial_closer = _settle(kernel, trial, session, close, formula, asked, statable)
                if trial.program is not None and grids.partial(trial.program) < grids.partial(result.program):
                    vars(result).update(vars(trial))
                    preconditions, closer = asked, trial_closer
                    break
        else:
            break
    return preconditions, closer


def _asking(wanted: Term, preconditions: dict[Term, None], base: Context) -> dict[Term, None]:
    """The preconditions and a further one, with what it takes to simplify that."""
    asked = dict(preconditions)
    while len(asked) < _MAX_PRECONDITIONS:
        try:
            return {**asked, Simplifier().simplify(wanted, base): None}
        except PreconditionRequest as request:
            asked[request.fact] = None
            base = base.extend(request.fact)
    raise NotClosed("the proof keeps asking for preconditions", None)


def _settle(
    kernel: Kernel,
    result: Lifted,
    session: Session,
    close: Callable[[Kernel], LoopCloser],
    formula: Formula,
    preconditions: dict[Term, None],
    statable: bool,
) -> LoopCloser:
    """Establishes the kernel under `preconditions` and what else the proof asks for, which is added to them."""
    recurrences = False
    while True:
        closer = close(fillers_scaled(kernel, preconditions))
        closer.recurrences = recurrences
        try:
            establish(kernel, result, session, preconditions, Simplifier(), closer, formula)
            return closer
        except PreconditionRequest as request:
            if request.fact in preconditions or len(preconditions) >= _MAX_PRECONDITIONS:
                raise NotClosed("the proof keeps asking for preconditions", kernel.location) from None
            preconditions[request.fact] = None
        except NotClosed:
            positive = wanted_positive(kernel, preconditions)
            if positive is not None:
                preconditions[positive] = None
            elif recurrences or not statable or not closer.unclosed:
                raise
            else:
                preconditions.clear()
                recurrences = True


def base_context(kernel: Kernel, session: Session, preconditions: dict[Term, None]) -> Context:
    """What holds in every program: the grid is not empty, scalars fit their types, specialised divisibility."""
    facts: list[Term] = []
    for axis in range(3):
        facts.append(bools.le(ints.ONE, make("nprogs", (), axis)))
        facts.append(bools.lt(make("nprogs", (), axis), ints.const(1 << 31)))
    for p in kernel.params:
        if p.type[0] == "i" and p.type != "i1":
            term = make("param", (), (p.index, p.name))
            half = 1 << (int(p.type[1:]) - 1)
            facts.append(bools.le(ints.const(-half), term))
            facts.append(bools.lt(term, ints.const(half)))
            if p.divisibility:
                facts.append(bools.eq(ints.fmod(term, ints.const(p.divisibility)), ints.ZERO))
    facts.extend(preconditions)
    return Context(session, facts)


def _describe(kernel: Kernel, result: Lifted, closer: LoopCloser, base: Context) -> None:
    """What more there is to say of a verified kernel. The result stands without any of it."""
    with suppress(Exception):
        result.numerics = examine(kernel, closer, base)
    if result.program is None:
        return
    with suppress(Exception):
        name_outputs(result, result.program, base)
    with suppress(Exception):
        domains = [o.domain for o in result.outputs]
        result.paths = path_tables(result.program, domains, base)


def _record(
    summary: dict[str, Any],
    preconditions: dict[Term, None],
    closer: LoopCloser,
    result: Lifted,
    session: Session,
    rewriter: Rewriter,
) -> None:
    from triton_lift.proof import NoHintsError, ProofError, claims, record, rehearse

    rules = {key: form.rule for key, form in closer.closed.items()}
    try:  # the result stands without its proof object
        proof = record(summary, list(preconditions), rules, session.deadline, rewriter)
        if proof["result"] != claims(result):
            result.no_proof = "done again, the proof is of another statement"
            return
        # What nobody would accept is not written: as a file has it, from whatever IR it may be.
        origin = {"stage": result.stage, "sha256": "0" * 64}
        rehearse(json.loads(json.dumps({"origin": origin, **proof})), session.deadline)
        result.proof = proof
    except ProofError as problem:
        result.no_proof = f"the checker would not accept it ({problem})"
    except DeadlineError:
        result.no_proof = "the time was over"
    except NoHintsError:
        result.no_proof = "a solver needs more help than a proof can give it"
    except (PreconditionRequest, NotClosed, Unsupported) as problem:
        result.no_proof = f"done again, the proof went another way ({type(problem).__name__}: {problem})"


def establish(
    kernel: Kernel,
    result: Lifted,
    session: Session,
    preconditions: dict[Term, None],
    simplifier: Simplifier,
    closer: LoopCloser,
    formula: Formula,
) -> None:
    """What is claimed of a kernel under `preconditions`, put into `result`; it ends only if all of it holds.

    What is searched for comes from the parts that are passed in, and from the session's oracle and moves: the checker
    of a proof passes its own, which look things up. `formula`: what is printed for a value in its context, an equal.
    Raises PreconditionRequest, NotClosed, Unsupported.
    """
    if kernel.unsupported:
        raise kernel.unsupported[0]
    if not kernel.effects and kernel.arrival is None:
        raise Unsupported("kernel", "it stores nothing, so there is nothing to lift", kernel.location)
    check_divisors(kernel)
    base = closer.facts = base_context(kernel, session, preconditions)
    assumptions = Assumptions()
    for kind, condition, lanes, location in kernel.assumes:
        if not lanes:
            fact = closer.resolve(condition)
            if not fact.free and not any(u.op == "pid" for u in _leaves(fact)):
                base = base.extend(fact)
                assumptions.asserted(kind, fact, location)
    if not base.consistent():
        raise NotClosed("the preconditions that the proof needs contradict each other", kernel.location)
    updates.check_kinds(kernel)
    for loop in kernel.loops.values():
        step = closer.resolve(loop.step)
        if ints.value_of(step) is None and not base.positive(step):
            base = base.extend(bools.lt(ints.ZERO, step)) if not step.free else base
            assumptions.asserted("loop step is positive", bools.lt(ints.ZERO, step), loop.location)
    owed.check(kernel, closer, base)
    effects: list[LiftedEffect] = []
    for effect in kernel.effects:
        settle = partial(forward, array_writers=effects, base=base)
        lifted = lift_effect(effect, kernel, closer, base, simplifier, settle)
        if lifted is not None:
            effects.append(lifted)
    effects = memory.last_stores(updates.combined(effects, base), base)
    memory.check_visits(kernel, effects, base)
    memory.check_stored_again(kernel, effects, base)
    effects += arrivals.counted(kernel, closer, base)
    if not effects:
        raise Unsupported("kernel", "no store is ever executed", kernel.location)
    memory.check_reads(kernel, effects, base)
    effects = arrivals.after_all(kernel, effects, closer, base, simplifier)
    memory.forget_when(effects)
    memory.check_arbitrary(effects, base)
    writers = memory.single_writer(kernel, effects, base)
    session.identities += len(closer.closed) + len(effects)

    if not base.extend(*(g for e in effects for g in e.grid)).consistent():
        raise NotClosed("the grid that coverage needs contradicts the other preconditions", kernel.location)
    for e in effects:
        e.formula = formula(e.value, e.output.context(base).extend(*e.domain.facts()))
        _check_indices(e)
    for supposed in closer.presupposed.values():
        for fact in supposed.everywhere(closer.trips(supposed.loop)):
            assumptions.asserted("of what is read", fact, supposed.loop.location)
    presentation.present(kernel, effects, writers, preconditions, assumptions, base, simplifier, result)
    result.coverage = "proved" if all(e.covered for e in effects) else "unknown"
    result.single_writer = "proved" if writers.proved else "unknown"
    open_questions = sum(not e.covered for e in effects) + (not writers.proved)
    proved = len(session.proved) + session.identities
    result.obligations = ObligationCount(proved + open_questions, proved, round(session.seconds, 6))
    result.values = "proved"
    result.status = "verified"
    result.reason = None


def _check_indices(e: LiftedEffect) -> None:
    """Whatever the stages have done: the indices that an output is told in are those that its domain is over."""
    told = [e.value, e.formula or e.value, e.output.offset, e.output.guard, *e.domain.facts()]
    own = {v for v, _, _ in e.domain.box}
    if not own <= set(e.output.coordinates.variables) or any(
        u.op == "var" and u not in own for t in told for u in t.free
    ):
        raise NotClosed("an index is left that has no range", e.effect.location)


def _leaves(t: Term) -> list[Term]:
    return [u for u in subterms([t]) if not u.args]
