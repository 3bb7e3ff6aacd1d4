"""The command line, `triton-lift`."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the console script."""
    from triton_lift.cli import early, streams

    streams.open_standard_streams()
    early.start(sys.argv)
    from triton_lift.cli.main import run

    run()
