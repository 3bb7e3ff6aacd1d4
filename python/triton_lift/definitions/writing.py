"""Values with named functions as text: of whole arrays where that is possible, else element by element.

`out = softmax(x, axis=1)`: every access is the array of the frame, the list of indices that the expression is over; an
array may lack leading ones (it is broadcast). `out[i, j] = softmax(x[2·i, :])[j]` otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

from triton_lift.definitions.naming import Use
from triton_lift.formulas import ast
from triton_lift.formulas.from_terms import FromTerms
from triton_lift.formulas.printing import Printer
from triton_lift.formulas.spelling import TextStyle
from triton_lift.render.accesses import Layouts
from triton_lift.terms import integers as ints
from triton_lift.terms.term import Term

Frame = tuple[Term, ...]


class NotPlainError(Exception):
    """An index is used in a way that the notation has no words for."""


class _Style(TextStyle):
    def name(self, text: str) -> str:
        return text


class _Writer(FromTerms):
    """What both notations share."""

    def __init__(self, arrays: dict[int, str], layouts: Layouts, taken: set[str]) -> None:
        super().__init__(arrays, layouts, taken)
        self.text = self.printer = Printer(_Style())
        self.shown: set[str] = set()  # names of functions
        self.markers: dict[Term, str] = {}
        self.inside = False  # of an access

    def expression(self, t: Term) -> ast.Expression:
        return self._written(t)

    def _var(self, t: Term) -> ast.Expression:
        if not self.inside and t in self.markers:
            raise NotPlainError
        return super()._var(t)

    def _read(self, t: Term) -> ast.Expression:
        before, self.inside = self.inside, True
        try:
            found = super()._read(t)
        finally:
            self.inside = before
        assert isinstance(found, ast.Access)
        marks = set(self.markers.values())
        found = ast.Access(found.array, tuple(map(self._from_place, found.indices)))
        for index in found.indices:
            names = [n.text for n in ast.nodes(index) if isinstance(n, ast.Name)]
            if marks.intersection(names) and not isinstance(index, ast.Name):
                raise NotPlainError
        return found

    def _from_place(self, index: ast.Expression) -> ast.Expression:
        """`4·i + :` as `4·i:`, `3·g + :3` as `3·g:3·g + 3`."""
        if not isinstance(index, ast.Sum):
            return index
        marks = set(self.markers.values())
        marked = [t.text for t in index.terms if isinstance(t, ast.Name) and t.text in marks]
        if len(marked) != 1:
            return index
        (mark,) = marked
        rest = [t for t in index.terms if t != ast.Name(mark)]
        start = self.printer.show(rest[0] if len(rest) == 1 else ast.Sum(tuple(rest)))
        if any(m in start for m in marks):
            return index
        return ast.Name(f"{start}:{start} + {mark[1:]}" if mark != ":" else f"{start}:")

    def _called(
        self, use: Use, values: list[tuple[str, bool, ast.Expression]], axis: str | None
    ) -> ast.Expression:
        """name(indexed arguments, axis, other=arguments)."""
        self.shown.add(use.definition.name)
        positional, keywords = [], []
        for number, (name, indexed, e) in enumerate(values):
            text = self.printer.show(e)
            if indexed or number == 0:
                positional.append(text)
            else:
                keywords.append(f"{name}={text}")
        return ast.Name(
            f"{use.definition.name}({', '.join([*positional, *([axis] if axis else []), *keywords])})"
        )


class ElementWriter(_Writer):
    """Element by element."""

    def _named(self, t: Term) -> ast.Expression:
        use: Use = t.attr
        if use.definition.whole:
            return self.expression(use.part)
        before, shown = dict(self.markers), set(self.shown)
        try:
            return self._use(t, use)
        except NotPlainError:
            self.shown = shown
            return self.expression(use.part)
        finally:
            for v in set(self.markers) - set(before):
                del self.names[v]
            self.markers = before

    def _use(self, t: Term, use: Use) -> ast.Expression:
        arguments, places = use.split(t.args)
        if use.definition.elsewhere:
            return self._of_rows(use, arguments, places)
        ends = dict(use.ends)
        values, seen = [], set()
        for name, variables, body in arguments:
            for v in variables:
                seen.add(v)
                if v not in places and v not in self.names:
                    end = "" if ends[v].free else self.printer.show(self.expression(ends[v]))
                    self.markers[v] = self.names[v] = f":{end}"
            values.append((name, bool(variables), self.expression(body)))
        called = self._called(use, values, None)
        suffix = [self.expression(p) for p in places if p not in seen]
        return ast.Access(self.printer.show(called), tuple(suffix)) if suffix else called

    def _of_rows(
        self, use: Use, arguments: list[tuple[str, tuple[Term, ...], Term]], places: tuple[Term, ...]
    ) -> ast.Expression:
        """A function that reads its arguments at several places: of rows from some place on, `x[i, :]`."""
        rows = dict.fromkeys([*places, *(v for _, vs, _ in arguments for v in vs)])
        before = {v: self.names[v] for v in rows if v in self.names}
        try:
            for v in rows:
                self.names[v] = self.markers[v] = ":"
            values = [(name, bool(vs), self.expression(body)) for name, vs, body in arguments]
        finally:
            self.names.update(before)
            for v in rows:
                self.markers.pop(v, None)
        called = self._called(use, values, None)
        return ast.Access(self.printer.show(called), tuple(map(self.expression, use.element)))


class ArrayWriter(_Writer):
    """Whole arrays: `frame` are the indices that the expression is over, `ends` how far they go."""

    def __init__(
        self,
        arrays: dict[int, str],
        layouts: Layouts,
        taken: set[str],
        frame: Frame,
        ends: Mapping[Term, Term | None],
    ) -> None:
        super().__init__(arrays, layouts, taken)
        self.frame = frame
        self.ends = dict(ends)
        self.transposable = False
        self.spreadable = True
        self.extents: dict[tuple[str, int], Term] = {}
        self._add(frame)

    def _add(self, variables: tuple[Term, ...]) -> None:
        for v in variables:
            if v not in self.names:
                self.names[v] = self.markers[v] = f":{len(self.names)}"

    def _read(self, t: Term) -> ast.Expression:
        found = super()._read(t)
        assert isinstance(found, ast.Access)
        names = [i.text if isinstance(i, ast.Name) else None for i in found.indices]
        wanted = [self.names[v] for v in self.frame]
        self._note(found.array, names)
        if names == wanted[len(wanted) - len(names) :]:
            return ast.Name(found.array)
        spread = _spread(names, wanted) if self.spreadable else None
        if spread is not None:
            return ast.Name(f"{found.array}[{', '.join(spread)}]")
        if not self.transposable:
            raise NotPlainError
        if len(names) == 2 and len(wanted) >= 2 and names == wanted[:-3:-1]:
            return ast.Name(f"{found.array}.T")
        if len(names) == len(wanted) > 2 and names == [*wanted[:-2], wanted[-1], wanted[-2]]:
            return ast.Name(f"{found.array}.mT")
        raise NotPlainError

    def _note(self, array: str, names: list[str | None]) -> None:
        """An axis of an array is as long as the range of its index: there is one length for each."""
        variables = {name: v for v, name in self.names.items()}
        for position, name in enumerate(names):
            end = self.ends.get(variables[name]) if name in variables else None
            if end is not None and self.extents.setdefault((array, position), end) is not end:
                raise NotPlainError

    def _reduce(self, t: Term) -> ast.Expression:
        raise NotPlainError

    _argreduce = _matprod = _reduce

    def _named(self, t: Term) -> ast.Expression:
        use: Use = t.attr
        if use.definition.elsewhere:
            raise NotPlainError
        arguments, places = use.split(t.args)
        variables = tuple(dict.fromkeys(v for _, vs, _ in arguments for v in vs))
        self._add(variables)
        if not all(end.free or is_size(end) for _, end in use.ends):
            raise NotPlainError
        self.ends.update(use.ends)
        inner = [v for v in variables if v not in places]
        for place, limit in zip(places, use.limits, strict=True):
            if limit is not None and self.ends.get(place) is not limit:
                raise NotPlainError
        if not variables:
            return self._called(use, [(n, False, self.expression(b)) for n, _, b in arguments], None)
        if len(places) == 1 and all(len(vs) <= 1 for _, vs, _ in arguments):
            return self._along(t, use, self._place(places[0]))
        if not places and len(inner) == 1:
            return self._reduced(use, arguments, inner[0])
        return self._matrices(use, arguments, places)

    def _place(self, place: Term) -> int:
        if place not in self.frame:
            raise NotPlainError
        return self.frame.index(place)

    def _along(self, t: Term, use: Use, axis: int) -> ast.Expression:
        """A function of rows, at each place of the row."""
        arguments, _ = use.split(t.args)
        lacking = min(axis, self._lacking(arguments))
        before, after = self.frame[lacking:axis], self.frame[axis + 1 :]
        values = [(name, bool(vs), self._over((*before, *vs, *after), body)) for name, vs, body in arguments]
        return self._called(use, values, f"axis={axis - lacking}" if len(self.frame) - lacking > 1 else None)

    def _lacking(self, arguments: list[tuple[str, tuple[Term, ...], Term]]) -> int:
        """How many leading indices of the frame none of the arguments has: axes are counted without these."""
        used = frozenset[Term]().union(*(body.free for _, _, body in arguments))
        return next((i for i, v in enumerate(self.frame) if v in used), len(self.frame))

    def _over(self, frame: Frame, body: Term) -> ast.Expression:
        before, self.frame = self.frame, frame
        try:
            return self.expression(body)
        finally:
            self.frame = before

    def _reduced(
        self, use: Use, arguments: list[tuple[str, tuple[Term, ...], Term]], v: Term
    ) -> ast.Expression:
        """A function of rows: along a new axis, or one that stays with extent 1."""
        outer = self.frame[self._lacking(arguments) :]
        size = len(outer)
        tried = [((*outer[:i], v, *outer[i:]), f"axis={i}") for i in range(size, -1, -1)]
        tried += [
            ((*outer[:i], v, *outer[i + 1 :]), f"axis={i}, keepdims=True") for i in range(size - 1, -1, -1)
        ]
        before = self.spreadable
        for self.spreadable, (frame, axis) in product((False, True), tried):
            shown = set(self.shown)
            try:
                values = [
                    (n, bool(vs), self._over(frame, b) if vs else self.expression(b))
                    for n, vs, b in arguments
                ]
                return self._called(use, values, axis if len(frame) > 1 else None)
            except NotPlainError:
                self.shown = shown
            finally:
                self.spreadable = before
        raise NotPlainError

    def _matrices(
        self, use: Use, arguments: list[tuple[str, tuple[Term, ...], Term]], places: tuple[Term, ...]
    ) -> ast.Expression:
        """A function of matrices: the last indices of the frame are its element's."""
        count = len(places)
        if self.frame[len(self.frame) - count :] != places:
            raise NotPlainError
        batch = self.frame[: len(self.frame) - count]
        before, self.transposable = self.transposable, True
        try:
            return self._called(use, self._in_batch(batch, arguments), None)
        finally:
            self.transposable = before

    def _in_batch(
        self, batch: Frame, arguments: list[tuple[str, tuple[Term, ...], Term]]
    ) -> list[tuple[str, bool, ast.Expression]]:
        return [
            (n, bool(vs), self._over((*batch, *vs), b) if vs else self.expression(b))
            for n, vs, b in arguments
        ]


def _spread(names: list[str | None], wanted: list[str]) -> list[str] | None:
    """Indices that make an array of some of the wanted axes, the last not among them, one of all: `[:, None]`."""
    present = [w for w in wanted if w in names]
    if not names or names != present or wanted[-1] in names:
        return None
    return [":" if w in names else "None" for w in wanted[wanted.index(present[0]) :]]


def is_size(end: Term) -> bool:
    """Whether an axis may be that long without a word: a constant, a size, or a product of sizes."""
    parts = ints.polynomial(end)
    return len(parts) == 1 and all(a.op in ("param", "nprogs") for m in parts for a in m)
