"""Proofs as objects: recorded while a kernel is lifted, rechecked without looking for anything.

docs/explanation/proofs.md says what a proof is and what rechecking it trusts.
"""

from triton_lift.proof.checking import Checked, check, rehearse
from triton_lift.proof.document import ProofError, Undecided
from triton_lift.proof.hints import NoHintsError
from triton_lift.proof.writing import claims, record

__all__ = ["Checked", "NoHintsError", "ProofError", "Undecided", "check", "claims", "record", "rehearse"]
