"""One result as one line of JSON."""

from __future__ import annotations

import json

from triton_lift.lifted import Lifted


def to_json_line(lifted: Lifted) -> str:
    """The JSON contract's object, without a line break."""
    return json.dumps(lifted.to_json(), ensure_ascii=False)
