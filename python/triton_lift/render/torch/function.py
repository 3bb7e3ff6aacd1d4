"""The text of one kernel as a PyTorch function."""

from __future__ import annotations

import keyword
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from triton_lift.evaluation.program import Program, ProgramOutput
from triton_lift.render.torch.elementwise import Context
from triton_lift.render.torch.errors import TorchError
from triton_lift.render.torch.functions import HELPERS
from triton_lift.render.torch.loops import Bodies, write_loop
from triton_lift.render.torch.nodes import Node, Nodes
from triton_lift.render.torch.ranges import Box, affine, box_of
from triton_lift.render.torch.text import Writer
from triton_lift.render.torch.translate import Translator
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms.binding import fresh_names
from triton_lift.terms.term import Term, subterms

WIDTH = 100
_RESERVED = {"torch", "dtype", "device", "grid", "max", "min", "abs", "len", "mask", "offset", *HELPERS}
_NAMES = {
    "sum": "total",
    "amax": "top",
    "amin": "least",
    "argmax": "place",
    "argmin": "place",
    "prod": "product",
}
_FUNCTION_NAMES = {"exp": "e", "exp2": "e", "rsqrt": "rstd", "sqrt": "root", "pow": "power", "log": "logs"}
_INLINE = ("permute", "unsqueeze", "tensor", "drop", "final")


@dataclass(frozen=True)
class _Statement:
    """target[:] = value; or, where `target` is None, value goes to the offsets of `array` where the mask holds."""

    array: str
    target: Node | None
    offset: Node | None
    value: Node
    mask: Node | None


@dataclass(frozen=True)
class TorchFunction:
    """A rendered function and the helpers that it calls, by name."""

    name: str
    text: str
    helpers: dict[str, str]


def torch_function(name: str, program: Program, doc: Sequence[str] = ()) -> TorchFunction:
    """The kernel as a function of its own arguments (flat tensors and numbers) that writes what the kernel writes.

    Raises TorchError, with the reason, for what has no rendering.
    """
    try:
        return Lines(name, program).write(doc)
    except RecursionError:
        raise TorchError("the formula is nested too deeply") from None


class Lines:
    """The lines of one function, while they are written."""

    def __init__(self, name: str, program: Program) -> None:
        # Binders may share variables; here each index has one range.
        self.program = replace(program, outputs=tuple(map(_apart, program.outputs)))
        self.name = identifier(name or "kernel", set())
        self.params: list[str] = []
        for param, _ in program.params:
            self.params.append(identifier(param, {*self.params, *_RESERVED}))
        self.arrays = {
            i: self.params[i] for i, (_, kind) in enumerate(program.params) if kind.startswith("ptr")
        }
        self.nodes = Nodes()
        self.taken = {*self.params, *_RESERVED}
        self.lines: list[str] = []
        self.bodies = Bodies()
        self.positive: list[Node] = []

    def write(self, doc: Sequence[str]) -> TorchFunction:
        statements = [self._statement(o) for o in self.program.outputs]
        old = self._old(statements)
        self.writer = Writer(old)
        self.uses = _uses([part for s in statements for part in _parts(s)])
        for s in statements:
            self._write_statement(s)
        head = []
        device = self.arrays[self.program.outputs[0].array]
        if "device" in self.writer.uses:
            head.append(f"device = {device}.device")
        head += [f"{copy} = {array}.clone()" for array, copy in old.items()]
        sizes = list(self.writer.sizes)
        if sizes:
            least = sizes[0] if len(sizes) == 1 else f"min({', '.join(sizes)})"
            head.insert(0, f"assert {least} >= 0")
        at_least_one = list(dict.fromkeys(map(self.writer.show, self.positive)))
        if at_least_one:
            least = at_least_one[0] if len(at_least_one) == 1 else f"min({', '.join(at_least_one)})"
            head.insert(0, f"assert {least} >= 1")
        grid = ["grid"] if "grid" in self.writer.uses else []
        signature = _call(f"def {self.name}", [*self.params, *grid, "*", "dtype=torch.float64"])
        body = [*_docstring(doc), *head, *self.lines]
        text = f"{signature}:\n" + "\n".join(f"    {line}".rstrip() for line in body) + "\n"
        return TorchFunction(self.name, text, {n: HELPERS[n] for n in self.writer.calls})

    # Statements.

    def _statement(self, output: ProgramOutput) -> _Statement:
        translate = Translator(self.nodes, self.arrays, dict(enumerate(self.params)))
        found = self._box(output)
        if found is None:
            raise TorchError(
                f"an index of {self.arrays[output.array]} has no bound that is known before the run"
            )
        translate.box, rest = found
        context = self._context(output, translate)
        value = translate(output.value, context, bool(rest))
        self.positive += [translate(t, ()) for t in translate.box.positive]
        array = self.arrays[output.array]
        if not rest:
            target = translate.view(output.array, output.offset, context, None)
            if target is not None and set(context) == {v for v in context if v in output.offset.free}:
                return _Statement(array, target, None, value, None)
        offset = translate(output.offset, context, bool(rest))
        mask = translate(bools.conjunction(*rest), context, True) if rest else None
        # Each element of the box has its place, though place and value may not depend on all of its indices.
        for v in context:
            count = ints.value_of(translate.box.ranges[v].size) or 0
            if v not in output.offset.free and count < 1:
                offset = translate.spread(offset, context, (v,))
        return _Statement(array, None, offset, value, mask)

    def _box(self, output: ProgramOutput) -> tuple[Box, list[Term]] | None:
        """The ranges of the printed domain; where it leaves an index open, what the array's length or the grid says."""
        if output.domain is not None:
            limits = [c for c in output.constraints if any(u.op == "length" for u in subterms([c]))]
            for facts in (output.domain, (*output.domain, *limits)):
                found = box_of(output.variables, facts)
                if found is not None:
                    return found
        return box_of(output.variables, output.constraints)

    def _context(self, output: ProgramOutput, translate: Translator) -> Context:
        """The indices in the order of the written array's dimensions."""
        used = [v for v in output.variables if v in translate.box.ranges]
        split = affine(output.offset, used)
        if split is None:
            return tuple(used)
        strides = split[0]
        return tuple(
            sorted(used, key=lambda v: (v in strides, translate.slowness(strides[v]) if v in strides else ()))
        )

    def _old(self, statements: list[_Statement]) -> dict[str, str]:
        """Copies of the arrays that are read after something was written to them."""
        written = {s.array for s in statements}
        read = {
            self.arrays[u.attr[0]]
            for o in self.program.outputs
            for u in subterms([o.value, o.offset, *o.constraints, *(o.domain or ())])
            if u.op == "read"
        }
        copied = [a for a in dict.fromkeys(s.array for s in statements) if a in written & read]
        if len(statements) == 1 and statements[0].value.op not in ("view", "permute", "unsqueeze"):
            copied = []  # the right side is computed before anything is written
        return {a: self.fresh(f"{stem(a)}_before") for a in copied}

    def _write_statement(self, s: _Statement) -> None:
        for index in _indices(_parts(s)):
            if index not in self.writer.names and not self.bodies.of(index):
                self._name(index)
        for part in _parts(s):
            self.name_shared(part)
        if s.target is not None:
            end = self._target(s.target)
            line = f"{end} = {self.writer.show(s.value)}"
        else:
            assert s.offset is not None
            parts = [s.array, *(self.writer.show(p) for p in _parts(s))]
            self.writer.calls["store"] = None
            line = f"store({', '.join(parts)})"
        while len(line) > WIDTH:
            chosen = self._long_part(_parts(s))
            if chosen is None:
                break
            self._name(chosen)
            line = (
                f"{end} = {self.writer.show(s.value)}"
                if s.target is not None
                else f"store({', '.join([s.array, *(self.writer.show(p) for p in _parts(s))])})"
            )
        self.lines.append(line)

    def _target(self, target: Node) -> str:
        """What stands left of the sign: a slice, or a view that gets a name first."""
        inner = target
        while inner.op in _INLINE:
            (inner,) = inner.args
        text = self.writer.spelled(inner)
        if ".as_strided" not in text:
            return self.writer.show(target)
        if inner not in self.writer.names:
            assert isinstance(inner.attr, tuple)
            name = self.fresh(stem(str(inner.attr[0])))
            self.lines.append(f"{name} = {text}")
            self.writer.names[inner] = name
        return f"{self.writer.show(target)}[:]"

    # Names.

    def name_shared(self, node: Node) -> None:
        """Lines for what deserves a name below the node, in the order of computation."""
        if node in self.writer.names or node in self.writer.states:
            return
        if node.op == "loop":
            write_loop(self, node)
            return
        for a in node.args:
            self.name_shared(a)
        shared = self.uses[node] > 1 and node.args and not node.is_scalar and node.op not in _INLINE
        if shared or node.op == "index" or (node.op == "view" and not _is_target(node)):
            self._name(node)

    def name_whole(self, node: Node) -> None:
        """A line for the node, if it is more than another one's name."""
        if node not in self.writer.names and node.op not in _INLINE:
            self._name(node)

    def assign(self, names: list[str], values: list[Node], indent: int = 0) -> None:
        """One line that gives all names their values at once."""
        while True:
            line = f"{', '.join(names)} = {', '.join(map(self.writer.show, values))}"
            chosen = self._long_part(values) if len(line) + indent > WIDTH else None
            if chosen is None:
                break
            self._name(chosen)
        self.lines.append(line)

    def _name(self, node: Node) -> None:
        for chosen in self._too_long(node):
            self._name(chosen)
        text = self.writer.spelled(node)
        name = self.fresh(self._hint(node))
        self.writer.names[node] = name
        self.lines.append(f"{name} = {text}")

    def _too_long(self, node: Node) -> Iterable[Node]:
        while len(self.writer.spelled(node)) > WIDTH:
            chosen = self._long_part(node.args)
            if chosen is None:
                return
            yield chosen

    def _long_part(self, roots: Iterable[Node]) -> Node | None:
        """The tensor below the roots whose text is longest and yet fits a line."""
        best: tuple[int, Node] | None = None
        seen: set[Node] = set()
        pending = list(roots)
        while pending:
            u = pending.pop()
            if u in seen or u in self.writer.names or not u.args or u.op == "final":
                continue
            seen.add(u)
            pending += u.args
            if u.is_scalar or u.op in _INLINE or u.op == "view":
                continue
            length = len(self.writer.spelled(u))
            if 16 <= length <= 80 and (best is None or length > best[0]):
                best = (length, u)
        return best[1] if best else None

    def _hint(self, node: Node) -> str:
        match node.op:
            case "index":
                return next((letter for letter in "ijlmndkrs" if letter not in self.taken), "index")
            case "view":
                assert isinstance(node.attr, tuple)
                return stem(str(node.attr[0]))
            case "gather" | "take":
                return stem(str(node.attr))
            case "function":
                return _FUNCTION_NAMES.get(str(node.attr), str(node.attr))
        return _NAMES.get(node.op, "t" if node.kind != "bool" else "condition")

    def fresh(self, hint: str) -> str:
        """A name that nothing has yet."""
        name = identifier(hint, self.taken)
        self.taken.add(name)
        return name


def _apart(output: ProgramOutput) -> ProgramOutput:
    return replace(
        output,
        constraints=tuple(map(fresh_names, output.constraints)),
        domain=None if output.domain is None else tuple(map(fresh_names, output.domain)),
        offset=fresh_names(output.offset),
        value=fresh_names(output.value if output.formula is None else output.formula),
    )


def _call(name: str, args: list[str]) -> str:
    """`name(args)`, with a line for the arguments if one line is too short for all."""
    line = f"{name}({', '.join(args)})"
    if len(line) < WIDTH:
        return line
    lines = textwrap.wrap(", ".join(args), WIDTH, initial_indent="    ", subsequent_indent="    ")
    return "\n".join([f"{name}(", *lines, ")"])


def _parts(s: _Statement) -> list[Node]:
    if s.target is not None:
        return [s.value]
    return [part for part in (s.offset, s.value, s.mask) if part is not None]


def _indices(roots: Iterable[Node]) -> list[Node]:
    """The index tensors below the roots, those of the first dimensions first."""
    found: dict[Node, None] = {}
    seen: set[Node] = set()
    pending = list(roots)
    while pending:
        u = pending.pop()
        if u not in seen:
            seen.add(u)
            pending += u.args
            if u.op == "index":
                found[u] = None
    return sorted(found, key=lambda u: -len(u.axes or ()))


def _is_target(node: Node) -> bool:
    return isinstance(node.attr, tuple) and bool(node.attr[1])


def _uses(roots: Iterable[Node]) -> dict[Node, int]:
    """How often each node is used by others or as a root; a node that only renames dimensions counts for its own."""
    counts: dict[Node, int] = {}
    pending = list(roots)
    while pending:
        u = pending.pop()
        counts[u] = counts.get(u, 0) + 1
        if counts[u] == 1:
            pending += u.args
    return counts


def stem(name: str) -> str:
    """What an array is called: `x` for `x_ptr`."""
    return re.sub(r"_?(ptr|pointer)$", "", name, flags=re.IGNORECASE) or name


def identifier(text: str, taken: set[str]) -> str:
    """A Python name that is not taken: the text itself where that is one."""
    plain = re.sub(r"\W", "_", text)
    if not plain or plain[0].isdigit() or keyword.iskeyword(plain):
        plain = f"_{plain}" if not keyword.iskeyword(plain) else f"{plain}_"
    name, number = plain, 2
    while name in taken:
        name, number = f"{plain}{number}", number + 1
    return name


def _docstring(doc: Sequence[str]) -> list[str]:
    if not doc:
        return []
    lines = [
        piece.replace("\\", "\\\\").replace('"""', "'''")
        for line in doc
        for piece in textwrap.wrap(line, WIDTH - 4, subsequent_indent="    ", break_long_words=False) or [""]
    ]
    if len(lines) == 1:
        return [f'"""{lines[0]}"""']
    return [f'"""{lines[0]}', *lines[1:], '"""']
