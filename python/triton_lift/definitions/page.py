"""The library as a page of the documentation: `python -m triton_lift.definitions.page` prints it."""

from __future__ import annotations

from collections.abc import Iterable

from triton_lift.definitions.library import Definition, library

_HEAD = """# Named functions

Where a kernel's value is one of these functions of something, the result has a line more, which says so (`named` in
[JSON](json.md)), above the formula itself:

```console
$ triton-lift lift examples/ir/layer_norm.ttir
…
  out_ptr = layer_norm(x_ptr, axis=1, eps=eps)·weight_ptr + bias_ptr
…
```

Nothing is recognised by a name in the kernel. A definition is a formula in the formula language in which names are
open: one with indices, `x[k]`, may be any expression that depends on them, another any expression that does not
depend on an index. It is matched with the value's parts, the largest definition first, sums and products in any order;
irrational constants match the float that is nearest to them. A match counts once the definition, with what was found
for its names put in, is proved equal to the part under the conditions of the place. Where an index has a range, it is
proved to lie in it.

`out = softmax(x, axis=1)` is of whole arrays, with broadcasting and axes as in NumPy; axes are as long as the ranges of
their indices, which are sizes. `out[i, j] = softmax(x[:n - 1, i])[j]` is of elements, where arrays are used in any
other way. Functions marked *whole* are only named in the first case. A function that reads a row at several places
(`rotary`) is named element by element, for the place that is written: `x[i, :]` is the row, `x[i, 4·j:]` what of it
begins there.

To add one, add an entry to `python/triton_lift/definitions/library.toml`, with a formula that is close but is not it,
and generate this page: `python -m triton_lift.definitions.page > docs/reference/definitions.md`.

| function | definition | other forms | source |
|---|---|---|---|
"""


def page(definitions: Iterable[Definition]) -> str:
    """The page's text."""
    return _HEAD + "".join(_row(d) for d in definitions)


def _row(d: Definition) -> str:
    place = d.formula[len(d.name) : d.formula.index("] = ") + 1] if d.indices else ""
    body = d.formula.partition(" = ")[2]
    forms = "<br>".join(f"`{_cell(f)}`" for f in d.forms)
    marked = " *whole*" if d.whole else ""
    return f"| {d.name}({', '.join(d.arguments)}){place}{marked} | `{_cell(body)}` | {forms} | {_cell(d.source)} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(page(library()), end="")
