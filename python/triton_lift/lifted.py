"""The result of lifting one kernel: what is reported, printed and evaluated.

The fields follow the JSON contract; `to_json` is its only writer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from triton_lift.evaluation import Program
    from triton_lift.guess_result import GuessResult
    from triton_lift.illustration import Illustration
    from triton_lift.numerics import Finding
    from triton_lift.paths import PathTable
    from triton_lift.remedies import Remedy
    from triton_lift.views.view import LaunchView
    from triton_lift.witness import Witness, WrapWitness

Status = Literal["verified", "refuted", "unknown", "unsupported", "error", "timeout"]
Verdict = Literal["proved", "refuted", "unknown"]


@dataclass(frozen=True)
class OutputFormula:
    """One store's formula: `array[indices] = formula` for each index in `domain`; `einsum` is the same if it is one.

    `named`: the same with functions of the library by name, like `out = softmax(x, axis=1)`; None where none was found.
    `recurrent`: the formula speaks of states that it defines by a recurrence, not by a closed form.
    """

    array: str
    indices: list[str]
    domain: str
    formula: str
    latex: str
    einsum: str | None = None
    named: str | None = None
    recurrent: bool = False


@dataclass(frozen=True)
class ObligationCount:
    """How many proof obligations arose, how many were proved, and the seconds that took."""

    total: int = 0
    proved: int = 0
    seconds: float = 0.0


@dataclass(repr=False)
class Lifted:
    """What is known of one kernel.

    `status` is `verified` exactly when `values` is proved for every store. `witness` is a launch on which a property
    fails, where one is refuted; `wraps_from` the smallest sizes found at which an integer operation wraps. `program`
    is the formula in executable form; it is absent unless `outputs` is complete. `proof` and `illustration` are there
    if they were asked for; `no_proof` says why a verified kernel has no proof then.
    `numerics`: where a verified kernel's floats go wrong, and where it sees to it that they do not. `paths`: outputs
    for which whole programs choose between formulas, case by case. `guesses` and
    `sketches`: verdicts on the formulas that were to be judged. `remedy`: a change to the loads of a kernel that is not
    verified, with which it would be. `launched`: where launches are known, the formulas in
    terms of the tensors that were passed.
    """

    kernel: str
    file: str
    stage: Literal["ttir", "ttgir"] = "ttir"
    status: Status = "unknown"
    values: Verdict = "unknown"
    coverage: Verdict = "unknown"
    single_writer: Verdict = "unknown"
    outputs: list[OutputFormula] = field(default_factory=list)
    preconditions: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    real_arithmetic: list[str] = field(default_factory=list)
    obligations: ObligationCount = field(default_factory=ObligationCount)
    reason: str | None = None
    location: str | None = None
    seconds: float = 0.0
    witness: Witness | None = None
    wraps_from: WrapWitness | None = None
    numerics: list[Finding] = field(default_factory=list)
    paths: list[PathTable] = field(default_factory=list)
    guesses: list[GuessResult] = field(default_factory=list)
    sketches: list[GuessResult] = field(default_factory=list)
    launched: LaunchView | None = None
    remedy: Remedy | None = None
    program: Program | None = field(default=None, repr=False)
    proof: dict[str, Any] | None = field(default=None, repr=False)
    no_proof: str | None = None
    illustration: Illustration | None = field(default=None, repr=False)

    def to_json(self) -> dict[str, Any]:
        """The JSON object of the contract (everything but the executable formula and the proof)."""
        data = asdict(
            replace(
                self,
                program=None,
                proof=None,
                illustration=None,
                numerics=[],
                guesses=[],
                sketches=[],
                launched=None,
                remedy=None,
            )
        )
        del data["program"], data["proof"], data["no_proof"], data["illustration"]
        for told in ("launched", "remedy"):
            if (part := getattr(self, told)) is None:
                del data[told]
            else:
                data[told] = part.to_json()
        data["numerics"] = [f.to_json() for f in self.numerics]
        data["paths"] = [p.to_json() for p in self.paths]
        for judged in ("guesses", "sketches"):
            data[judged] = [g.to_json() for g in getattr(self, judged)]
            if not data[judged]:
                del data[judged]
        for output in data["outputs"]:
            for optional in ("einsum", "named"):
                if output[optional] is None:
                    del output[optional]
            if not output["recurrent"]:
                del output["recurrent"]
        for optional in ("witness", "wraps_from"):
            if data[optional] is None:
                del data[optional]
        return data

    def evaluate(self, args: Mapping[str, Any], grid: tuple[int, int, int]) -> dict[str, Any]:
        """Memory after the kernel, computed from the formula in float64.

        `args` maps argument names to flat numpy arrays (pointers; None: null) or numbers; the result maps the name of
        each array that the kernel writes to its contents afterwards.
        Raises ValueError where there is no formula or a precondition does not hold for these arguments.
        """
        if self.program is None:
            raise ValueError(f"{self.kernel}: no formula to evaluate ({self.reason or self.status})")
        return self.program.evaluate(args, grid)

    def check(self, guess: str, *, source: Any = None) -> GuessResult:
        """The verdict on a formula that somebody thinks the kernel computes: see `triton_lift.check`."""
        from triton_lift.guesses import check

        return check(self, guess, source=source)

    def __str__(self) -> str:
        """As the terminal shows it, without colours."""
        from triton_lift.report.text import to_text

        return to_text(self)

    def __repr__(self) -> str:
        """One line: the kernel, the verdict, and its first formula or why there is none."""
        from triton_lift.report.text import HEADLINES, formulas

        told = next(iter(formulas(self)), None) if self.outputs else self.reason
        return f"<{self.kernel or self.file}: {HEADLINES[self.status]}{f' · {told.strip()}' if told else ''}>"

    def _repr_latex_(self) -> str:
        from triton_lift.report.latex import display

        return "$$\\begin{aligned}" + r" \\ ".join(display(self)) + "\\end{aligned}$$"

    def _repr_html_(self) -> str:
        from triton_lift.report.html import to_html

        return to_html(self)
