"""Inputs that show a finding: the kernel, run on the interpreter, gives something else than the formula.

The launch is an ordinary one; elements on which kernel and formula agree for ordinary contents are compared again
for the contents that a finding suggests.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from triton_lift.interpreter import Executable, Options
from triton_lift.lifted import Lifted
from triton_lift.numerics.finding import Finding, Shown, Trial
from triton_lift.refutation.launches import Launch
from triton_lift.refutation.subject import Subject
from triton_lift.witness import ArrayArgument, plain

_SECONDS = 0.3
_CLOSE = 0.02  # what is off by less is ordinary rounding
_LIMITS = {"f16": 65504.0, "bf16": 3.3895e38, "f32": 3.4028e38, "f64": 1.797e308}


def shown(
    findings: Iterable[Finding], module: Any, summary: Mapping[str, Any], lifted: Lifted
) -> list[Finding]:
    """The findings with inputs; those that are not protected and that nothing shows are left out."""
    result = list(findings)
    exposed = [f for f in result if not f.protected]
    if not exposed or lifted.program is None:
        return [f for f in result if f.protected]
    deadline = time.monotonic() + _SECONDS
    subject = Subject(Executable(module, lifted.kernel), summary, lifted, deadline)
    stand = next((s for s in _stands(subject) if s.agreed), None)
    if stand is None:
        return [f for f in result if f.protected]
    tried = [f if f.protected else replace(f, input=stand.show(f.trials)) for f in result]
    return [f for f in tried if f.protected or f.input is not None]


def _stands(subject: Subject) -> Iterable[_Stand]:
    for size, grid in subject.ordinary(several=False):
        for launch in subject.launches(size, grid, False)[:1]:
            realised = subject.realise(launch, (Options(),))
            if realised is not None:
                yield _Stand(subject, realised)
        return


class _Stand:
    """One launch; `agreed`: the elements of each array on which kernel and formula agree."""

    def __init__(self, subject: Subject, launch: Launch) -> None:
        self.subject, self.launch = subject, launch
        self.types = {p.name: p.element for p in subject.parameters if p.is_array}
        self.agreed: dict[str, Any] = {}
        self.written: dict[str, list[Any]] = {}
        found = self._both(launch)
        for name, (kernel, exact) in (found or {}).items():
            elements = np.unique(np.concatenate(self.written.get(name, [np.zeros(0, np.int64)])))
            elements = elements[elements < len(exact)]
            same = np.abs(kernel[elements] - exact[elements]) <= _CLOSE * (1 + np.abs(exact[elements]))
            if same.any():
                self.agreed[name] = elements[same]

    def _both(self, launch: Launch) -> dict[str, tuple[Any, Any]] | None:
        """What the kernel leaves in its arrays of floats, and what the formula says."""
        self.written = {}
        log = lambda w: self.written.setdefault(w.array, []).append(np.asarray(w.elements))  # noqa: E731
        kernel = self.subject.run(launch, Options(), log)
        if kernel is None or self.subject.lifted.program is None:
            return None
        try:
            exact = self.subject.lifted.program.evaluate(launch.arguments(), launch.grid)
        except (ValueError, IndexError, MemoryError):
            return None
        return {
            name: (kernel[name].astype(np.float64), np.asarray(values, np.float64))
            for name, values in exact.items()
            if self.types.get(name) in _LIMITS
        }

    def show(self, trials: Iterable[Trial]) -> Shown | None:
        """The first trial on which an element is wrong."""
        for trial in trials:
            if self.subject.over:
                return None
            args = dict(self.launch.args)
            for name, values in trial.arrays.items():
                old = args[name]
                if isinstance(old, ArrayArgument):
                    args[name] = replace(old, values=_representable(values, self.types[name]))
            launch = Launch(self.launch.grid, args)
            for name, (kernel, exact) in (self._both(launch) or {}).items():
                found = self._wrong(name, kernel, exact)
                if found is not None:
                    return self._said(trial, launch, name, found, kernel, exact)
        return None

    def _wrong(self, name: str, kernel: Any, exact: Any) -> int | None:
        """An element that the kernel gets wrong, beyond what rounding the exact value to the array's type explains."""
        elements = self.agreed.get(name)
        if elements is None:
            return None
        k, e = kernel[elements], exact[elements]
        fits = np.isfinite(e) & (np.abs(e) < _LIMITS[self.types[name]])
        with np.errstate(all="ignore"):
            off = fits & ~(np.abs(k - e) <= _CLOSE * np.maximum(np.abs(e), 1e-3))
            undefined = ~np.isfinite(e) & np.isnan(e) & ~np.isfinite(k)
            infinite = np.isinf(e) & ~np.isfinite(k)
        for wrong in (off, undefined | infinite):
            if wrong.any():
                return int(elements[np.flatnonzero(wrong)[0]])
        return None

    def _said(self, trial: Trial, launch: Launch, name: str, element: int, kernel: Any, exact: Any) -> Shown:
        got, right = float(kernel[element]), float(exact[element])
        contents = ", ".join(
            f"{a} = {', '.join(f'{v:g}' for v in values)}{', …' if len(values) > 1 else ''}"
            for a, values in trial.arrays.items()
        )
        said = f"exactly {right:.6g}" if np.isfinite(right) else "where the formula is not defined"
        text = f"with {contents}, {name}[{element}] is {got:.6g}, {said}"
        return Shown(
            dict(launch.args),
            list(launch.grid),
            name,
            element,
            plain(got),
            plain(right) if np.isfinite(right) else None,
            text,
        )


def _representable(values: list[float], type_: str) -> list[Any]:
    """The numbers as the format has them."""
    kind = {"f16": np.float16, "f64": np.float64}.get(type_, np.float32)
    rounded = np.asarray(values, np.float64).astype(kind)
    if type_ == "bf16":
        bits = (rounded.view(np.uint32) + 0x8000) & 0xFFFF0000
        rounded = bits.astype(np.uint32).view(np.float32)
    return [float(v) for v in rounded]
