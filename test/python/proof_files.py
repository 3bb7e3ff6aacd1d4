"""The proofs of examples, lifted once each, and what checks them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from triton_lift.lifted import Lifted
from triton_lift.proof.solvers import Answer, solver
from triton_lift.sources.source import IRSource
from triton_lift.workers import lift_sources

IR = Path(__file__).resolve().parents[2] / "examples" / "ir"


@cache
def lifted(path: Path) -> Lifted:
    """The result for an example, with its proof."""
    (result,) = (r for _, r in lift_sources([IRSource(str(path))], proof=True, keep_workers=True))
    return result


def proof_of(name: str) -> Any:
    """The proof as a file has it. `name`: of the example's IR."""
    return json.loads(json.dumps(lifted(IR / name).proof))


class Remembering:
    """A solver that answers the same question once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._solver = solver(name, 20)
        self._answers: dict[str, Answer] = {}

    def check(self, script: str) -> Answer:
        if script not in self._answers:
            self._answers[script] = self._solver.check(script)
        return self._answers[script]
