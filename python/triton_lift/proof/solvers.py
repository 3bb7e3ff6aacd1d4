"""Solvers behind one interface: SMT-LIB text in, whether it is unsatisfiable out."""

from __future__ import annotations

from typing import Literal, Protocol

Answer = Literal["unsat", "sat", "unknown"]


class SolverMissing(Exception):
    """The solver's package is not installed."""


class Solver(Protocol):
    """A solver as rechecking needs it."""

    name: str

    def check(self, script: str) -> Answer:
        """The answer to a script's one `check-sat`; `unknown` where it gives up or its time is over."""


class Z3:
    """z3, through its Python package."""

    name = "z3"

    def __init__(self, seconds: float) -> None:
        try:
            import z3
        except ImportError:
            raise SolverMissing("z3 is not installed: pip install z3-solver") from None
        self._z3 = z3
        self._milliseconds = max(1, int(seconds * 1000))

    def check(self, script: str) -> Answer:
        context = self._z3.Context()
        solver = self._z3.SimpleSolver(ctx=context)
        solver.set("timeout", self._milliseconds)
        solver.from_string(script)
        return _answer(str(solver.check()))


class CVC5:
    """cvc5, through its Python package."""

    name = "cvc5"

    def __init__(self, seconds: float) -> None:
        try:
            import cvc5
        except ImportError:
            raise SolverMissing("cvc5 is not installed: pip install cvc5") from None
        self._cvc5 = cvc5
        self._milliseconds = max(1, int(seconds * 1000))

    def check(self, script: str) -> Answer:
        cvc5 = self._cvc5
        solver = cvc5.Solver(cvc5.TermManager())
        solver.setOption("tlimit-per", str(self._milliseconds))
        parser = cvc5.InputParser(solver)
        parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, script, "obligation")
        said = ""
        while not (command := parser.nextCommand()).isNull():
            said += command.invoke(solver, parser.getSymbolManager())
        return _answer(said.strip())


SOLVERS: dict[str, type[Z3] | type[CVC5]] = {"z3": Z3, "cvc5": CVC5}


def solver(name: str, seconds: float) -> Solver:
    """The solver of that name, with a time limit for each question.

    Raises SolverMissing where its package is not installed, KeyError for another name.
    """
    return SOLVERS[name](seconds)


def _answer(said: str) -> Answer:
    return "unsat" if said == "unsat" else "sat" if said == "sat" else "unknown"
