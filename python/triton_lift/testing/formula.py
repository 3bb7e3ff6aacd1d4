"""Asserting what a kernel computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import triton_lift
from triton_lift.expectations.decorator import one_statement_list
from triton_lift.expectations.judging import lifted_with, not_shown
from triton_lift.lifted import Lifted
from triton_lift.report.text import to_text


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

        Raises AssertionError, with what was found, unless it is verified and proved to compute `formula` (None: any).
        Where it has several outputs, `formula` has a line for each that is to be asserted.
        """
        __tracebackhide__ = True
        if isinstance(source, Lifted):
            lifted = source
            verdicts = [] if formula is None else [lifted.check(one_statement_list(formula))]
            lifted = replace(lifted, guesses=verdicts)
        else:
            sources = triton_lift._sources(source, signature, constexprs, target)
            results = lifted_with(sources, formula, self.timeout, kernel=kernel)
            assert len(results) == 1, f"{len(results)} kernels, not one: {[r.kernel for r in results]}"
            (lifted,) = results
        assert lifted.status == "verified", f"it is not verified:\n{to_text(lifted)}"
        if formula is not None:
            problem = not_shown(lifted)
            assert problem is None, f"{problem}\n{to_text(replace(lifted, guesses=[]))}"
        return lifted
