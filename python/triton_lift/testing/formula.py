"""Asserting what a kernel computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import triton_lift
from triton_lift.lifted import Lifted
from triton_lift.report.text import to_text
from triton_lift.testing.claims import check


@dataclass(frozen=True)
class AssertFormula:
    """`assert_formula(kernel, "out[i] = x[i] + y[i]", signature=…, constexprs=…)`.

    `timeout`: seconds for each kernel.
    """

    timeout: float = triton_lift.DEFAULT_TIMEOUT

    def __call__(
        self,
        source: Any,
        formula: str | None = None,
        *,
        signature: Mapping[str, str] | None = None,
        constexprs: Mapping[str, Any] | None = None,
        target: str = "cuda:90",
        kernel: str | None = None,
    ) -> Lifted:
        """Lift the one kernel that `source` has (whatever `triton_lift.lift` takes, or a `Lifted`), and return it.

        Raises AssertionError, with what was found, unless it is verified and computes `formula` (None: any); where
        it has several outputs, `formula` has a line for each.
        """
        __tracebackhide__ = True
        if isinstance(source, Lifted):
            lifted = source
        else:
            results = triton_lift.lift(
                source,
                signature=signature,
                constexprs=constexprs,
                target=target,
                kernel=kernel,
                timeout=self.timeout,
                cache=True,
            )
            assert len(results) == 1, f"{len(results)} kernels, not one: {[r.kernel for r in results]}"
            (lifted,) = results
        assert lifted.status == "verified", f"it is not verified:\n{to_text(lifted)}"
        if formula is not None:
            verdict = check(lifted, formula)
            assert verdict.holds, f"{verdict.reason}\nexpected  {formula}\n{to_text(lifted)}"
        return lifted
