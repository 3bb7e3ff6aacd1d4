"""A recording as a document: docs/reference/proof-json.md describes its fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import triton_lift
from triton_lift.egraph import Rewriter
from triton_lift.lifted import Lifted
from triton_lift.proof.document import FORMAT
from triton_lift.proof.hints import products_for
from triton_lift.proof.recording import Frame, Key, Recording, Step, replayed
from triton_lift.proof.table import Table
from triton_lift.proving import Deadline
from triton_lift.terms.term import Term
from triton_lift.untiling.moves import Merge, Move, Reflect, Rotate, Shift


def record(
    summary: dict[str, Any],
    preconditions: list[Term],
    chosen: dict[tuple[int, int], str],
    deadline: Deadline,
    rewriter: Rewriter,
) -> dict[str, Any]:
    """The proof of what a lift found, as plain data. `chosen`: which rule closes which carried value;
    `rewriter` proposes what values are printed as.

    Raises what lifting raises, and NoHintsError.
    """
    return _Writer(replayed(summary, preconditions, chosen, deadline, rewriter), deadline).document()


class _Writer:
    def __init__(self, recording: Recording, deadline: Deadline) -> None:
        self.recording = r = recording
        root = r.recorder.root
        self.steps = _needed(root, r.recorder.steps)
        frames = [root, *(s.frame for s in self.steps)]
        self.obligations = list(dict.fromkeys(key for f in frames for key in f.obligations))
        self.step_ids = {(s.context, s.before): i for i, s in enumerate(self.steps)}
        self.obligation_ids = {key: i for i, key in enumerate(self.obligations)}
        self.contexts = list(dict.fromkeys(s.context for s in self.steps))
        self.context_ids = {c: i for i, c in enumerate(self.contexts)}
        self.products = []
        for key in self.obligations:
            deadline.check()
            context, facts = r.recorder.asked[key]
            self.products.append(products_for(context, facts, key[1]))
        self.table = Table.of(self._roots(), (n for f in frames for n in f.fresh))

    def _roots(self) -> Iterator[Term]:
        r = self.recording
        yield from terms_in((r.preconditions, self.steps, self.obligations, self.products))
        yield from terms_in((r.recorder.agreements, r.recorder.moves, r.result.program))
        yield from terms_in([(f.time, f.init, f.value) for f in r.closer.closed.values()])

    def document(self) -> dict[str, Any]:
        r, table = self.recording, self.table
        return {
            "format": FORMAT,
            "tool": triton_lift.__version__,
            "summary": plain_summary(r.summary),
            "terms": table.dump(),
            "preconditions": table.ids(r.preconditions),
            "contexts": [sorted(table.ids(c)) for c in self.contexts],
            "obligations": [
                {
                    "facts": sorted(table.ids(facts)),
                    "goal": table[goal],
                    "products": [table.ids(pair) for pair in products],
                }
                for (facts, goal), products in zip(self.obligations, self.products, strict=True)
            ],
            "agreements": [table.ids(pair) for pair in r.recorder.agreements],
            "closed_forms": [
                {
                    "loop": loop,
                    "position": position,
                    "rule": form.rule,
                    "time": table[form.time],
                    "init": table[form.init],
                    "value": table[form.value],
                }
                for (loop, position), form in r.closer.closed.items()
            ],
            "steps": [self._step(s) for s in self.steps],
            "statement": {**self._frame(r.recorder.root), "moves": [self._move(m) for m in r.recorder.moves]},
            "formulas": formulas(r.result, table),
            "result": claims(r.result),
        }

    def _step(self, step: Step) -> dict[str, Any]:
        return {
            "rule": step.rule,
            "context": self.context_ids[step.context],
            "before": self.table[step.before],
            "after": None if step.after is None else self.table[step.after],
            **self._frame(step.frame if step.after is not None else Frame()),
        }

    def _frame(self, frame: Frame) -> dict[str, Any]:
        return {
            "obligations": sorted(self.obligation_ids[key] for key in frame.obligations),
            "premises": sorted(self.step_ids[key] for key in frame.premises),
            "fresh": [self.table.variables[n] for n in frame.fresh],
        }

    def _move(self, move: Move | str) -> dict[str, Any] | str:
        if isinstance(move, str):
            return move
        if isinstance(move, Merge):
            return {"merge": [move.constraint, move.outer]}
        if isinstance(move, Reflect):
            return {"reflect": [move.constraint, move.variable]}
        if isinstance(move, Rotate):
            return {"rotate": [move.variable, self.table[move.remainder]]}
        if isinstance(move, Shift):
            return {"shift": [move.variable, self.table[move.amount]]}
        return {"split": [move.variable, self.table[move.divisor]]}


def _needed(root: Frame, steps: dict[Key, Step]) -> list[Step]:
    """The steps that the statement rests on, each after its premises."""
    wanted: set[Key] = set()
    pending = list(root.premises)
    while pending:
        key = pending.pop()
        if key not in wanted:
            wanted.add(key)
            if steps[key].after is not None:
                pending.extend(steps[key].frame.premises)
    return [_bare(s) if s.after is None else s for key, s in steps.items() if key in wanted]


def _bare(step: Step) -> Step:
    return Step(step.rule, step.context, step.before, None, Frame())


def formulas(result: Lifted, table: Table) -> list[dict[str, Any]]:
    """What is stored and what is printed for it, as terms."""
    assert result.program is not None
    return [
        {
            "array": o.array,
            "variables": table.ids(o.variables),
            "conditions": table.ids(o.constraints),
            "offset": table[o.offset],
            "value": table[o.value],
            "formula": table[o.value if o.formula is None else o.formula],
            "distinct": o.distinct,
        }
        for o in result.program.outputs
    ]


_CLAIMS = (
    "kernel status values coverage single_writer outputs preconditions assumptions real_arithmetic".split()
)


def claims(result: Lifted) -> dict[str, Any]:
    """What is printed, as far as it is part of the claim."""
    data = result.to_json()
    for output in data["outputs"]:
        output.pop("named", None)  # found, and proved, after what the proof is of
    return {name: data[name] for name in _CLAIMS}


def plain_summary(summary: dict[str, Any]) -> dict[str, Any]:
    """A summary as JSON has it."""
    return {
        **summary,
        "terms": [
            [op, kind, list(operands), {k: _number(v) for k, v in attrs.items()}, location]
            for op, kind, operands, attrs, location in summary["terms"]
        ],
        "folds": {str(number): results for number, results in summary["folds"].items()},
    }


def _number(value: Any) -> Any:
    """JSON has no infinity; `float` reads its name."""
    if isinstance(value, dict) and isinstance(value.get("value"), float):
        v = value["value"]
        return {**value, "value": v if v - v == 0 else str(v)}
    return value


def terms_in(data: object) -> Iterator[Term]:
    """Every term in containers and dataclasses, in order, each container once."""
    seen: set[int] = set()
    pending: list[object] = [data]
    while pending:
        x = pending.pop()
        if isinstance(x, Term):
            yield x
        elif isinstance(x, dict):
            pending.extend([*x.keys(), *x.values()])
        elif isinstance(x, str | bytes | int | float | None):
            continue
        elif isinstance(x, Iterable):
            pending.extend(x)
        elif is_dataclass(x) and id(x) not in seen:
            seen.add(id(x))
            pending.extend(getattr(x, f.name) for f in fields(x))
