"""Candidate formulas from anywhere, held against what was lifted: proved, refuted on a launch, or unknown."""

from triton_lift.guess_result import Counterexample, GuessResult
from triton_lift.guesses.api import check, equal_to_lift, sketch
from triton_lift.guesses.judge import Judge

__all__ = ["Counterexample", "GuessResult", "Judge", "check", "equal_to_lift", "sketch"]
