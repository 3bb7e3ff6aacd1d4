"""Proving: contexts of facts, their SMT encoding, and the obligations that were discharged."""

from triton_lift.proving.context import Context, Deadline, DeadlineError, Session

__all__ = ["Context", "Deadline", "DeadlineError", "Session"]
