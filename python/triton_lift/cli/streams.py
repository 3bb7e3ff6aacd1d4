"""Standard streams that the caller has closed (`2>&-`)."""

from __future__ import annotations

import os
import sys


def open_standard_streams() -> None:
    """Give each closed standard stream a place where what is written is lost.

    Otherwise the next file or socket that is opened gets its number, and receives what is meant for people.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            nowhere = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
            os.set_inheritable(nowhere, True)
            setattr(sys, name, os.fdopen(nowhere, "w" if number else "r", closefd=False))
