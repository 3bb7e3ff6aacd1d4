"""Summaries of kernels (docs/reference/lift-dialect.md) written by hand, one call a term."""

from __future__ import annotations

from typing import Any


class Summary:
    """A summary under construction; terms are numbers. `params` maps names to types."""

    def __init__(self, **params: str) -> None:
        self.names = list(params)
        self.data: dict[str, Any] = {
            "kernel": "kernel",
            "location": "kernel.py:1",
            "params": [{"name": n, "type": t, "divisibility": None} for n, t in params.items()],
            "terms": [],
            "loops": [],
            "folds": {},
            "effects": [],
            "assumes": [],
            "unsupported": [],
        }
        self._known: dict[Any, int] = {}

    def term(self, operator: str, type_name: str, *operands: int, **attrs: Any) -> int:
        """A term; the same one for the same operator and operands."""
        key = (operator, type_name, operands, repr(sorted(attrs.items())))
        if operator == "var" or key not in self._known:
            self.data["terms"].append((operator, type_name, operands, attrs, "kernel.py:2"))
            self._known[key] = len(self.data["terms"]) - 1
        return self._known[key]

    # Leaves.

    def param(self, name: str) -> int:
        index = self.names.index(name)
        return self.term("param", self.data["params"][index]["type"], index=index)

    def const(self, value: float, type_name: str = "i32") -> int:
        return self.term(
            "const", type_name, value=value if type_name[0] == "i" else {"value": value, "bits": 0}
        )

    def pid(self, axis: int = 0) -> int:
        return self.term("pid", "i32", axis=axis)

    def var(self, kind: str, extent: int | None = None) -> int:
        return self.term("var", "i32", id=len(self.data["terms"]), kind=kind, extent=extent)

    # Integers of 32 bits, f32 numbers.

    def add(self, a: int, b: int) -> int:
        return self.term("add", "i32", a, b)

    def sub(self, a: int, b: int) -> int:
        return self.term("sub", "i32", a, b)

    def mul(self, a: int, b: int) -> int:
        return self.term("mul", "i32", a, b)

    def div(self, a: int, b: int) -> int:
        return self.term("divs", "i32", a, b)

    def rem(self, a: int, b: int) -> int:
        return self.term("rems", "i32", a, b)

    def lt(self, a: int, b: int) -> int:
        return self.term("cmp", "i1", a, b, pred="slt")

    def le(self, a: int, b: int) -> int:
        return self.term("cmp", "i1", a, b, pred="sle")

    def both(self, a: int, b: int) -> int:
        return self.term("and", "i1", a, b)

    def true(self) -> int:
        return self.term("const", "i1", value=1)

    def select(self, c: int, a: int, b: int) -> int:
        return self.term("select", "f32", c, a, b)

    def real(self, op: str, *operands: int) -> int:
        return self.term(op, "f32", *operands)

    def reduce(self, kind: str, v: int, body: int) -> int:
        return self.term("reduce", "f32", v, body, kind=kind)

    # Memory.

    def offset(self, index: int) -> int:
        return self.term("sext", "i64", index)

    def read(self, array: str, index: int, type_name: str = "f32", version: int = 0) -> int:
        place = self.offset(index)
        return self.term("read", type_name, place, array=self.names.index(array), version=version)

    def load(self, array: str, index: int, mask: int, other: int | None) -> int:
        """A masked load; `other` None: what masked lanes get is anything."""
        filler = self.term("arbitrary", "f32", index, id=index) if other is None else other
        return self.select(mask, self.read(array, index), filler)

    def store(
        self,
        array: str,
        index: int,
        guard: int,
        value: int,
        lanes: tuple[int, ...] = (),
        loops: tuple[int, ...] = (),
        kind: str = "store",
    ) -> None:
        self.data["effects"].append(
            {
                "kind": kind,
                "array": self.names.index(array),
                "offset": self.offset(index),
                "guard": guard,
                "value": value,
                "lanes": list(lanes),
                "loops": list(loops),
                "order": len(self.data["effects"]),
                "location": "kernel.py:9",
            }
        )

    def loop(
        self, v: int, low: int, high: int, step: int, *carries: tuple[tuple[int, ...], int, int]
    ) -> None:
        """A loop with its carried values: (coordinates, init, next) each."""
        self.data["loops"].append(
            {
                "id": len(self.data["loops"]),
                "var": v,
                "lb": low,
                "ub": high,
                "step": step,
                "guard": self.true(),
                "location": "kernel.py:5",
                "carries": [
                    {"pos": i, "coords": list(c), "init": a, "next": b} for i, (c, a, b) in enumerate(carries)
                ],
            }
        )

    def assume(self, condition: int) -> None:
        self.data["assumes"].append(
            {
                "kind": "assume",
                "condition": condition,
                "guard": self.true(),
                "lanes": [],
                "location": "kernel.py:3",
            }
        )
