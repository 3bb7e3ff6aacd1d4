"""Runs a program as if there were a GPU: `python -m benchmarks.programs.stand_in SCRIPT`.

Triton compiles to machine code as it would; only launches do nothing. Where `PROGRAM_TIMES` names a file, the seconds
since this process began and its processor's seconds are written there when the program has ended.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import time
from pathlib import Path


def main(script: str, *arguments: str) -> None:
    """Run the script to its end."""
    from triton_lift.capture import torch_cuda
    from triton_lift.capture.driver import activate, run_once
    from triton_lift.capture.target import parse_target

    target = parse_target("cuda:90")
    mode = torch_cuda.install(target)
    activate(target)
    import triton.testing

    triton.testing.do_bench = triton.testing.do_bench_cudagraph = run_once
    sys.argv = [script, *arguments]
    with mode:
        runpy.run_path(script, run_name="__main__")
    if told := os.environ.get("PROGRAM_TIMES"):
        times = {"wall": time.monotonic() - began(), "processor": time.process_time()}
        Path(told).write_text(json.dumps(times))


def began() -> float:
    """When this process began, by the monotonic clock, to a hundredth of a second."""
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    since_boot = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    return time.monotonic() - since_boot


if __name__ == "__main__":
    main(*sys.argv[1:])
