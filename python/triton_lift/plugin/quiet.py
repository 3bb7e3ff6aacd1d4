"""The plugin in a program that `triton-lift run` started: it reports what it cannot do instead of raising."""

from __future__ import annotations

import sys

from triton_lift.plugin import session


def install_quietly() -> None:
    """As `install`; a Triton that is too old is told to the service."""
    own = session.Session()
    session._session = own

    def attach() -> None:
        try:
            session.attach(own)
        except Exception as error:
            own.send({"event": "unsupported", "message": str(error)})

    if "triton" in sys.modules:
        attach()
    else:
        session.after_import("triton", attach)
