"""What can go wrong when IR is executed."""

from __future__ import annotations


class InterpreterError(Exception):
    """The IR did something that has no defined result: an access out of bounds, a false assertion, …

    `op` is the operation's name and `location` its source line (`file:line`), both part of the message.
    """

    def __init__(self, reason: str, op: str = "", location: str | None = None) -> None:
        self.reason, self.op, self.location = reason, op, location
        where = f" at {location}" if location else ""
        super().__init__(f"{op}{where}: {reason}" if op else reason)


class OutOfTime(InterpreterError):
    """`Options.deadline` has passed."""


class UnsupportedOp(InterpreterError):
    """The interpreter has no semantics for this operation, or for this form of it."""
