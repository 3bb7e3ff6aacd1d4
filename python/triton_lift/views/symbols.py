"""Names for the sizes of tensors: what the kernel calls them, else letters of their own."""

from __future__ import annotations

from collections.abc import Iterable

from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term, make, subterms
from triton_lift.views.observed import Numbers, Observed

_LETTERS = "MNKLPQRSTUVW"


class Symbols:
    """A term for each size: equal sizes share it. `roots`: what is shown of the kernel, for what it uses itself."""

    def __init__(self, params: list[tuple[str, str]], roots: Iterable[Term], observed: Observed) -> None:
        self.params = list(params)  # with the letters that are made here
        self.made: dict[Numbers, Term] = {}
        self._observed = observed
        self._taken = {name for name, _ in params}
        self._own: dict[Numbers, Term] = {}
        terms = subterms(roots)
        divisors = [u.args[1] for u in terms if u.op in ("fdiv", "fmod")]
        for t in (*divisors, *(u for u in terms if u.op in ("param", "nprogs") and u.sort == "int")):
            numbers = observed.numbers(t)
            if numbers is not None:
                self._own.setdefault(numbers, t)

    def size(self, numbers: Numbers, *, constant: bool = False) -> Term:
        """The term of a size that was `numbers`; with `constant`, it is a number of the kernel's text."""
        if constant and len(set(numbers)) == 1:
            return ints.const(numbers[0])
        own = self._own.get(numbers)
        return own if own is not None else self.letter(numbers)

    def letter(self, numbers: Numbers) -> Term:
        """A letter for a size that the kernel does not name."""
        if numbers not in self.made:
            free = (c + suffix for suffix in ("", "1", "2", "3") for c in _LETTERS)
            name = next(n for n in free if n not in self._taken)
            self._taken.add(name)
            self.made[numbers] = make("param", (), (len(self.params), name))
            self.params.append((name, "i64"))
            self._observed.learn(self.made[numbers], numbers)
        return self.made[numbers]
