"""One place of a kernel as a detector sees it: the operation, resolved as far as loops close, and what bounds it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from triton_lift.closing import LoopCloser, NotClosed
from triton_lift.numerics.bounds import CONSTANT, LARGEST_TERM, SHIFT, Bounds
from triton_lift.numerics.intervals import Interval
from triton_lift.numerics.sites import Site
from triton_lift.numerics.wording import Wording
from triton_lift.proving import Context
from triton_lift.reading import Kernel, Unsupported
from triton_lift.terms.term import Term, subterms


@dataclass
class Place:
    """`base`: what holds everywhere in the kernel."""

    site: Site
    kernel: Kernel
    closer: LoopCloser
    base: Context
    wording: Wording

    @property
    def term(self) -> Term:
        """The operation."""
        return self.site.term

    @property
    def location(self) -> str | None:
        """Its source line."""
        return self.site.location

    @property
    def type(self) -> str:
        """The type that it is computed in."""
        return self.site.type

    def closed(self, t: Term) -> Term:
        """`t` with carried values in closed form, where there is one."""
        try:
            return self.closer.resolve(t)
        except (NotClosed, Unsupported):
            return t

    @cached_property
    def context(self) -> Context:
        """What is known here: lanes are in range, masks and conditions hold."""
        return self.base.extend(*(self.closed(f) for f in self.site.facts))

    def span(self, t: Term, enough: tuple[float, float]) -> Interval:
        """The interval of `t`, sought until it lies within `enough`: as it stands, with loops closed, and for positive
        scalars."""
        best = Interval()
        for positive in (False, True):
            for form in dict.fromkeys((t, self.closed(t))):
                found = Bounds(self.context, self.type, self.kernel.loops, positive).of(form)
                if enough[0] <= found.low and found.high <= enough[1]:
                    return found
                if not positive and (found.low > best.low or found.high < best.high):
                    best = found
        return best

    def arrays(self, t: Term) -> list[str]:
        """The arrays of floats that `t` reads."""
        names = {p.index: p for p in self.kernel.params}
        found = {u.attr[0] for u in subterms([self.closed(t)]) if u.op == "read" and u.sort == "real"}
        return [names[i].name for i in sorted(found)]

    def means(self, span: Interval) -> str:
        """By what it is protected, in words."""
        reasons = span.by - ({SHIFT} if LARGEST_TERM in span.by else set())
        given = ", ".join(f"{name} > 0" for name in sorted(span.given))
        if given and reasons == {CONSTANT}:
            return f"{given} is added"
        said = "; ".join(sorted(reasons))
        return f"{said}, for {given}" if given else said
