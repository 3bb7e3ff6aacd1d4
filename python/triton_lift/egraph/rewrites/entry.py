"""A rewrite: an equality of real terms, stated in the language of the e-graph.

Patterns are egglog's: `(Add a b)`, `(Sum r a)`; lower-case letters stand for any finite reals, r and s for ranges, p
and q for numbers, c for a condition where one is chosen by. Conditions: `(positive a)`, `(nonnegative a)`,
`(nonzero a)`, `(independent a r)` (a does not speak of the variable of r), `(apart s r)` (the bounds of s do not),
`(nonempty r)`, `(counts r n)` (n is how many points r has), and comparisons of numbers. Of ranges: `(moved r s m)` (s
is r shifted, and m replaces the variable by what it was), `(renamed r s m)` (and s has a variable of its own),
`(joined r s t)` (t is r and then s), `(extended r t m)` (t is r and one point more at an end, which m replaces the
variable by), `(nested t r s)` (t is of pairs, one of r and one of s). `(Subst m a)` is a with its variable replaced.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rewrite:
    """left = right wherever left is defined and the conditions hold; applied from left to right, or both ways."""

    name: str
    left: str
    right: str
    when: tuple[str, ...] = ()
    both: bool = False

    def command(self) -> str:
        """As egglog has it."""
        head = "birewrite" if self.both else "rewrite"
        when = f" :when ({' '.join(self.when)})" if self.when else ""
        return f"({head} {self.left} {self.right}{when})"
