"""The verdict on a guess: a quick look for a launch that refutes it, then a proof."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import Any

from triton_lift.formulas import ast
from triton_lift.formulas.errors import FormulaError
from triton_lift.formulas.parsing import is_statement, parse, parse_expression
from triton_lift.guess_result import Counterexample, GuessResult
from triton_lift.guesses.claims import Claims, Store
from triton_lift.guesses.launches import Run, runs
from triton_lift.guesses.proving import obstacle, unsaid
from triton_lift.guesses.readings import read
from triton_lift.guesses.refuting import CloseError, counterexample
from triton_lift.guesses.sketches import Sketch
from triton_lift.guesses.whole import statement
from triton_lift.interpreter import Executable, OutOfTime
from triton_lift.lifted import Lifted
from triton_lift.proving import Deadline, DeadlineError
from triton_lift.refutation.subject import Subject

_SECONDS_OF_RUNS = 3.0
_SECONDS_A_GUESS = 10.0
NO_IR = "the kernel's IR is not at hand to replay a counterexample"


class Judge:
    """Judges the guesses and sketches for one verified kernel.

    `module` is the parsed IR and `summary` what its interpretation gave, for counterexamples (None: there will be
    none); `deadline` is a moment of `time.monotonic`.
    """

    def __init__(
        self,
        lifted: Lifted,
        module: Any = None,
        summary: Any = None,
        deadline: float | None = None,
    ) -> None:
        self.claims = Claims(lifted, deadline)
        self.module, self.summary, self.deadline = module, summary, deadline

    @cached_property
    def runs(self) -> list[Run]:
        """Launches to hold guesses against; none without IR."""
        if self.module is None or self.summary is None:
            return []
        limit = time.monotonic() + _SECONDS_OF_RUNS
        subject = Subject(
            Executable(self.module, self.claims.lifted.kernel),
            self.summary,
            self.claims.lifted,
            limit if self.deadline is None else min(limit, self.deadline),
        )
        found: list[Run] = []
        with suppress(OutOfTime):
            found.extend(runs(subject, self.claims.program))
        return found

    def guess(self, text: str) -> GuessResult:
        """The verdict on statements separated by `;`, or on one store's formula."""
        return self._timed(text, lambda: self._guess(text))

    def sketch(self, text: str) -> GuessResult:
        """A sketch's holes filled, and the verdict on what that makes of it."""
        return self._timed(text, lambda: self._sketch(text))

    def statements(self, statements: Sequence[ast.Statement], text: str = "") -> GuessResult:
        """The verdict on statements that were read already."""
        return self._timed(text, lambda: self._statements(text, statements))

    def _timed(self, text: str, work: Callable[[], GuessResult]) -> GuessResult:
        start = time.monotonic()
        limit = start + _SECONDS_A_GUESS
        self.claims.session.deadline = Deadline(limit if self.deadline is None else min(limit, self.deadline))
        try:
            result = work()
        except FormulaError as error:
            result = GuessResult(text, "error", str(error))
        except DeadlineError:
            result = GuessResult(text, "unknown", "the time limit was reached")
        except RecursionError:
            result = GuessResult(text, "unknown", "its terms are nested too deeply")
        except MemoryError:
            result = GuessResult(text, "unknown", "out of memory")
        except Exception as error:  # whatever is wrong with a guess, the lift stands
            result = GuessResult(text, "unknown", f"internal error: {type(error).__name__}: {error}")
        return replace(result, seconds=round(time.monotonic() - start, 4))

    def _guess(self, text: str) -> GuessResult:
        scalars = self.claims.vocabulary.scalars
        whole = [statement(part, self.claims) for part in text.split(";")]
        if all(s is not None for s in whole):
            found = [s for s in whole if s is not None]
            result = self._statements(text, found)
            read_as = [f"read as {self.claims.syntax.text.statement(s)}" for s in found]
            return replace(result, notes=[*read_as, *result.notes])
        if is_statement(text):
            return self._statements(text, parse(text, scalars))
        return self._formula(text)

    def _sketch(self, text: str) -> GuessResult:
        best: GuessResult | None = None
        stores = self.claims.stores[:1] if is_statement(text) else self.claims.stores
        for filled, holes in (p for store in stores for p in Sketch(text, self.claims, store).proposals()):
            shown = self.claims.syntax.text.statement(filled)
            # What is proved is what is printed.
            verdict = self._statements(text, parse(shown, self.claims.vocabulary.scalars))
            result = replace(verdict, filled=shown, holes=holes)
            if result.status == "proved":
                return result
            if best is None or (best.status, result.status) == ("refuted", "unknown"):
                best = result
        return best or GuessResult(text, "unknown", "nothing was found that fills the holes")

    def _formula(self, text: str) -> GuessResult:
        """A formula without a left side: of whichever store it is."""
        results = []
        for store in self.claims.stores:
            body = parse_expression(text, self.claims.vocabulary.scalars, store.names)
            results.append(self._statements(text, [statement_of(self.claims, store, body)]))
            if results[-1].status == "proved":
                break
        order = ("proved", "unknown", "refuted", "error")
        return min(results, key=lambda r: order.index(r.status))

    def _statements(self, text: str, statements: Sequence[ast.Statement]) -> GuessResult:
        if not statements:
            raise FormulaError("there is no formula")
        readings = [read(s, self.claims) for s in statements]
        notes = [n for r in readings for n in r.notes]
        close: str | None = None
        tested = len(self.runs)
        for reading in readings:
            try:
                found, evaluated = counterexample(reading, self.claims, self.runs)
            except CloseError as error:
                close, found, evaluated = str(error), None, tested
            tested = min(tested, evaluated)
            if found is not None:
                return GuessResult(text, "refuted", _said(found), notes, found)
        for reading in readings:
            reason = obstacle(reading, self.claims)
            if reason is not None:
                return GuessResult(text, "unknown", close or self._unknown(reason, tested), notes)
        if self.claims.lifted.single_writer != "proved":
            notes.append("that no element is written twice is not proved")
        others = unsaid(readings, self.claims)
        if others:
            notes.append(f"the kernel also writes {', '.join(others)}")
        return GuessResult(text, "proved", None, notes)

    def _unknown(self, reason: str, tested: int) -> str:
        if self.module is None:
            return f"{reason}; {NO_IR}"
        if not tested:
            return f"{reason}; there was no small launch to test it on"
        return f"{reason}, nor is it wrong on {tested} small launches"


def statement_of(claims: Claims, store: Store, body: ast.Expression) -> ast.Statement:
    """The statement that a store's value is `body`, in the printed names of its indices."""
    claims.syntax.names = dict(zip(store.variables, store.names, strict=True))
    return ast.Statement(claims.syntax.element(store.array, store.offset), body)


def _said(found: Counterexample) -> str:
    return list(found.lines())[-1]
