"""What the indices of a kernel's arrays are called, and in which order they are read.

They are read in the order of the dimensions of what is written, and are i, j, l, … in that order. Where an array has
three dimensions or more, an index is called after what bounds it or strides it, if that says what it counts:
`c < C`, `h·stride_head`. Nothing but the spelling depends on a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from triton_lift.render.accesses import Layouts
from triton_lift.terms.strides import Stride
from triton_lift.terms.term import Term

INDEX_NAMES = "ijlmnd"

Box = list[tuple[Term, Term, Term | None]]

_FEW = 3  # dimensions from which on i, j, l say too little
# What is counted, by the words in which sizes and strides speak of it.
_WORDS = {
    "b": "b bs bsz batch batches nbatch",
    "c": "c channel channels cin cout",
    "d": "d depth id od dim headdim",
    "g": "g group groups ngroups",
    "h": "h head heads nheads hq hkv hk hv height ih oh",
    "t": "t time",
    "w": "w width iw ow",
    "z": "z",
}
_ALONE = {"m", "n"}  # if that is the whole name: n_ctx is a number of something else
_LETTERS = {word: letter for letter, words in _WORDS.items() for word in words.split()}
_STRIDE = {"stride", "strides"}
_FEATURES = {"dim", "size"}  # of a head: what it consists of
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


class IndexNames:
    """Names for the indices of one kernel; `taken` are names that mean something else.

    `written`: (array, offset, box) of all outputs. What is as long in one as in another is called alike.
    """

    def __init__(
        self, layouts: Layouts, taken: Iterable[str], written: Sequence[tuple[int, Term, Box]]
    ) -> None:
        self.layouts = layouts
        self.taken = set(taken)
        arrays = {*layouts.strides, *(array for array, _, _ in written)}
        self._telling = any(len(layouts.steps(array)) >= _FEW for array in arrays)
        self._known: dict[Term, str] = {}
        for array, offset, box in written:
            for (_, _, high), wish in zip(box, self._wishes(array, offset, box), strict=True):
                if wish is not None and high is not None and high.op != "int":
                    self._known.setdefault(high, wish)

    def of(self, array: int, offset: Term, box: Box) -> list[str]:
        """Names for the indices of array[offset], as they stand in the box."""
        wishes = self._wishes(array, offset, box)
        return self._names(
            [
                w or (self._known.get(high) if high is not None else None)
                for w, (_, _, high) in zip(wishes, box, strict=True)
            ]
        )

    def _wishes(self, array: int, offset: Term, box: Box) -> list[str | None]:
        dimensions = self.layouts.indices(array, offset)
        strides = self.layouts.steps(array)
        wishes: list[str | None] = []
        for v, _, high in box:
            wish = _of_size(high) if high is not None else None
            if wish is None and v in dimensions[: len(strides)]:
                wish = _of_stride(strides[dimensions.index(v)])
            wishes.append(wish)
        return wishes

    def of_dimensions(self, array: int) -> list[str]:
        """Names for the dimensions of an array, by themselves."""
        strides = self.layouts.steps(array)
        return self._names([_of_extent(strides, k) or _of_stride(s) for k, s in enumerate(strides)])

    def _names(self, wishes: Sequence[str | None]) -> list[str]:
        if not self._telling:
            wishes = [None] * len(wishes)
        elif any(w in _ALONE and (w in self.taken or wishes.count(w) > 1) for w in wishes):
            wishes = [None if w in _ALONE else w for w in wishes]  # m, n or neither: not m, i
        used = set(self.taken)
        found: list[str | None] = []
        for wish in wishes:
            name = wish if wish is not None and wish not in used else None
            found.append(name)
            used |= {name} if name else set()
        return [name or _plain(used) for name in found]


def _plain(used: set[str]) -> str:
    """The next of i, j, l, …, which is used from then on."""
    names = (letter + suffix for suffix in ("", "1", "2", "3") for letter in INDEX_NAMES)
    name = next((n for n in names if n not in used), f"v{len(used)}")
    used.add(name)
    return name


def reading_order(dimensions: Sequence[Term], box: Box) -> Box:
    """The box in the order of the dimensions, each range behind those of which its bounds speak."""
    place = {
        v: next((k for k, d in enumerate(dimensions) if v in d.free), len(dimensions)) for v, _, _ in box
    }
    left = sorted(box, key=lambda r: place[r[0]])
    found: Box = []
    while left:
        open_names = {v for v, _, _ in left}
        free = (
            r for r in left if not (r[1].free | (r[2].free if r[2] is not None else frozenset())) & open_names
        )
        found.append(next(free, left[0]))
        left.remove(found[-1])
    return found


def _of_size(size: Term) -> str | None:
    """What a scalar argument counts, by its name."""
    return _letter(str(size.attr[1]), stride=False) if size.op == "param" else None


def _of_stride(stride: Stride) -> str | None:
    """What is stepped over, by the name of a stride that has one of its own."""
    if len(stride) != 1 or stride[0].op != "param":
        return None
    return _letter(str(stride[0].attr[1]), stride=True)


def _of_extent(strides: Sequence[Stride], position: int) -> str | None:
    """What a dimension of a dense array counts: its size is the quotient of two strides."""
    if not position:
        return None
    outer, inner = Counter(strides[position - 1]), Counter(strides[position])
    sizes = list((outer - inner).elements())
    return _of_size(sizes[0]) if len(sizes) == 1 and not inner - outer else None


def _letter(name: str, *, stride: bool) -> str | None:
    words = [str(w).lower() for w in _WORD.findall(name)]
    if stride != any(w in _STRIDE for w in words):
        return None
    if stride:  # stride_qh: of q, over heads
        words = [w for w in words if w not in _STRIDE]
        words = [w[1] if len(w) == 2 and w not in _LETTERS else w for w in words]
    elif "head" in words and _FEATURES & set(words):
        return "d"
    if len(words) == 1 and words[0] in _ALONE:
        return words[0]
    known = [_LETTERS[w] for w in words if w in _LETTERS]
    return known[-1] if known else None
