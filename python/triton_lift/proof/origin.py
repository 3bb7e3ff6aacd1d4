"""Where a proof's summary comes from: the IR that it is about, and reading that again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from triton_lift.lifted import Lifted
from triton_lift.proof.document import ProofError
from triton_lift.proof.writing import plain_summary
from triton_lift.sources.source import IRSource
from triton_lift.workers.pool import Pool
from triton_lift.workers.protocol import Event, Opened, Request

_TASK = "triton_lift.proof.origin:read_again"


def origin(stage: str, content: str | bytes) -> dict[str, str]:
    """What a proof says of the IR that it is about."""
    data = content.encode() if isinstance(content, str) else content
    return {"stage": stage, "sha256": hashlib.sha256(data).hexdigest()}


def read_again(request: Request) -> Iterator[Event]:
    """A worker's task: for each kernel of the source a result that carries origin and summary only."""
    from triton_lift import _native
    from triton_lift.ir import IRError, parse_module
    from triton_lift.sources.source import IRSourceError

    source = request.source
    try:
        content = source.read()
        parsed = parse_module(content, source.file)
    except (IRSourceError, IRError) as error:
        yield Lifted("", source.file, source.stage, "error", reason=str(error))
        return
    summaries = _native.summarize(parsed.module)
    yield Opened(tuple(s["kernel"] for s in summaries))
    for summary in summaries:
        found = {"origin": origin(parsed.stage, content), "summary": plain_summary(summary)}
        yield Lifted(summary["kernel"], source.file, parsed.stage, proof=found)


def summaries(path: str) -> dict[str, dict[str, Any]]:
    """Kernel → its origin and summary, of a file with IR. Raises ProofError where it cannot be read."""
    found: dict[str, dict[str, Any]] = {}
    with Pool(task=_TASK) as pool:
        for _, lifted in pool.run(iter([Request(0, IRSource(path))])):
            if lifted.proof is None:
                raise ProofError(f"{path}: {lifted.reason}")
            found[lifted.kernel] = json.loads(json.dumps(lifted.proof))
    return found


def check_origin(proof: Any, found: dict[str, dict[str, Any]]) -> None:
    """Raises ProofError unless a proof is about this IR."""
    kernel = proof["result"]["kernel"]
    mine = found.get(kernel)
    if mine is None:
        raise ProofError(f"the IR has no kernel {kernel}")
    if mine["origin"] != proof["origin"]:
        raise ProofError("it is about other IR: the stage or the SHA-256 digest differs")
    if mine["summary"] != proof["summary"]:
        raise ProofError("its summary is not that of the IR")
