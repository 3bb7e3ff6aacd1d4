"""Times the stages of lifting one file: `python measure_lift.py REPEATS FILE` prints one JSON object.

A process of its own for each file: an abort of native code costs one row of the table, and the peak of memory is the
file's own. The first pass warms up and is not counted.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


def measure(file: str, repeats: int) -> dict[str, Any]:
    """Least seconds of each stage over `repeats` passes, the verdict, and the peak of memory in MB."""
    from triton_lift import _native
    from triton_lift.ir import parse_module
    from triton_lift.lifting import lift_summary

    text = Path(file).read_text()
    rows: list[dict[str, float]] = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        parsed = parse_module(text, file)
        at_parsed = time.perf_counter()
        (summary,) = _native.summarize(parsed.module)
        at_interpreted = time.perf_counter()
        lifted = lift_summary(summary, file, parsed.stage, None)
        end = time.perf_counter()
        prove = lifted.obligations.seconds
        rows.append(
            {
                "parse": at_parsed - start,
                "interpret": at_interpreted - at_parsed,
                "close": end - at_interpreted - prove,
                "prove": prove,
                "total": end - start,
            }
        )
    stages = {stage: min(row[stage] for row in rows[1:]) for stage in rows[0]}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    obligations = lifted.obligations.total
    return {
        "status": lifted.status,
        "obligations": obligations,
        "first": rows[0]["total"],
        **stages,
        "peak_mb": peak,
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[2], int(sys.argv[1]))))
