"""Candidate formulas from anywhere, held against what was lifted: proved, refuted on a launch, or unknown."""

from triton_lift.guesses.judge import Judge
from triton_lift.guesses.verdict import Counterexample, GuessResult

__all__ = ["Counterexample", "GuessResult", "Judge"]
