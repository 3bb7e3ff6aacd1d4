"""Random well-typed kernels as TTIR text: what a kernel's author might write, and what nobody would.

A kernel is drawn from a grammar: a way of cutting up the work (blocks, rows, tiles, a grid-stride loop), loads under
masks of all kinds, expressions over floats, integers and conditions, reductions, loops that carry values, branches, and
a store whose offsets may or may not meet. Everything is well-typed; nothing else is promised. Integers stay small and
divisors are positive constants, so that what the interpreter computes is no matter of wrapping.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

from ir_writer import PARAMETERS, Shape, Value, Writer, type_of

READ_ONLY = ("x", "y")


class Kernel(Writer):
    """Draws what is written."""

    # Expressions.

    def known(self, kind: str, shape: Shape) -> list[Value]:
        return [v for v in self.scope if v.kind == kind and v.shape in (shape, ())]

    def integer(self, shape: Shape, depth: int) -> Value:
        """Small integers, of both signs."""
        r = self.random
        choices = self.known("i32", shape)
        if depth == 0 or (choices and r.random() < 0.3):
            if choices and r.random() < 0.85:
                return self.shaped(r.choice(choices), shape)
            return self.constant(r.choice([-3, -1, 0, 1, 2, 5, 8, 16]), "i32", shape)
        a = self.integer(shape, depth - 1)
        match r.randrange(8):
            case 0 | 1 | 2:
                return self.binary(r.choice(["arith.addi", "arith.subi"]), a, self.integer(shape, depth - 1))
            case 3:
                return self.binary("arith.muli", a, self.constant(r.choice([-1, 2, 3]), "i32", shape))
            case 4 | 5:
                op = r.choice(["arith.divsi", "arith.remsi"])
                return self.binary(op, a, self.constant(r.choice([2, 3, 4, 8, 16]), "i32", shape))
            case 6:
                return self.binary(
                    r.choice(["arith.minsi", "arith.maxsi"]), a, self.integer(shape, depth - 1)
                )
            case _:
                return self.select(self.condition(shape, depth - 1), a, self.integer(shape, depth - 1))

    def condition(self, shape: Shape, depth: int) -> Value:
        r = self.random
        if depth > 0 and r.random() < 0.3:
            op = r.choice(["arith.andi", "arith.ori", "arith.xori"])
            return self.binary(op, self.condition(shape, depth - 1), self.condition(shape, depth - 1))
        if r.random() < 0.15:
            a, b = self.real(shape, 0), self.real(shape, 0)
            return self.compare(r.choice(["olt", "oge", "ogt"]), a, b)
        return self.compare(
            r.choice(["slt", "sle", "sgt", "sge", "eq", "ne"]), self.integer(shape, 1), self.integer(shape, 1)
        )

    def select(self, condition: Value, a: Value, b: Value) -> Value:
        types = f"{condition.type}, {a.type}" if a.shape else a.type
        return self.emit(a.kind, a.shape, f"arith.select {condition.name}, {a.name}, {b.name} : {types}")

    def real(self, shape: Shape, depth: int) -> Value:
        """Floats that stay finite: what grows quickly is kept small first."""
        r = self.random
        choices = self.known("f32", shape)
        if depth == 0 or (choices and r.random() < 0.2):
            if choices and r.random() < 0.9:
                return self.shaped(r.choice(choices), shape)
            return self.constant(r.choice([-1.5, 0.0, 0.5, 1.0, 2.0]), "f32", shape)
        a = self.real(shape, depth - 1)
        match r.randrange(10):
            case 0 | 1 | 2:
                return self.binary(r.choice(["arith.addf", "arith.subf"]), a, self.real(shape, depth - 1))
            case 3 | 4:
                return self.binary("arith.mulf", a, self.real(shape, depth - 1))
            case 5:
                op = r.choice(["arith.maxnumf", "arith.minnumf"])
                return self.binary(op, a, self.real(shape, depth - 1))
            case 6:
                bounded = self.binary("arith.minnumf", a, self.constant(2.0, "f32", shape))
                return self.emit("f32", shape, f"math.exp {bounded.name} : {bounded.type}")
            case 7:
                return self.emit("f32", shape, f"math.absf {a.name} : {a.type}")
            case 8:
                i = self.integer(shape, 1)
                return self.emit("f32", shape, f"arith.sitofp {i.name} : {i.type} to {type_of('f32', shape)}")
            case _:
                return self.select(self.condition(shape, depth - 1), a, self.real(shape, depth - 1))

    # Memory.

    def pointers(self, array: str, offsets: Value) -> tuple[Value, str]:
        kind = PARAMETERS[array]
        if not offsets.shape:
            name = self.emit(kind, (), f"tt.addptr %{array}, {offsets.name} : !tt.{kind}, i32")
            return name, f"!tt.{kind}"
        dims = "x".join(map(str, offsets.shape))
        pointer_type = f"tensor<{dims}x!tt.{kind}>"
        base = self.emit(kind, offsets.shape, f"tt.splat %{array} : !tt.{kind} -> {pointer_type}")
        name = self.emit(
            kind, offsets.shape, f"tt.addptr {base.name}, {offsets.name} : {pointer_type}, {offsets.type}"
        )
        return name, pointer_type

    def load(self, array: str, offsets: Value, mask: Value | None) -> Value:
        pointer, pointer_type = self.pointers(array, offsets)
        kind = "f32" if array != "z" else "i32"
        text = f"tt.load {pointer.name}"
        if mask is not None:
            text += f", {mask.name}"
            if self.random.random() < 0.8:
                fillers = [0.0, 0.0, 0.0, 1.0, float("-inf")] if kind == "f32" else [0, 0, 1]
                text += f", {self.constant(self.random.choice(fillers), kind, offsets.shape).name}"
        return self.emit(kind, offsets.shape, f"{text} : {pointer_type}", visible=True)

    def store(self, offsets: Value, value: Value, mask: Value | None) -> None:
        pointer, pointer_type = self.pointers("out", offsets)
        self.line(f"tt.store {pointer.name}, {value.name}{f', {mask.name}' if mask else ''} : {pointer_type}")

    def mask(self, offsets: Value, limit: Value) -> Value:
        """Usually offsets below a limit, sometimes at it, or with something more."""
        r = self.random
        result = self.compare(
            "slt" if r.random() < 0.9 else "sle", offsets, self.shaped(limit, offsets.shape)
        )
        if r.random() < 0.2:
            result = self.binary("arith.andi", result, self.condition(offsets.shape, 1))
        return result

    def offsets(self, own: Value) -> Value:
        """The element's own place, mostly; or some function of it."""
        r = self.random
        if r.random() < 0.7:
            return own
        shape = own.shape
        match r.randrange(4):
            case 0:
                return self.binary("arith.addi", own, self.constant(r.choice([1, 7, 64]), "i32", shape))
            case 1:
                return self.binary("arith.muli", own, self.constant(r.choice([2, 3]), "i32", shape))
            case 2:
                op = r.choice(["arith.divsi", "arith.remsi"])
                return self.binary(op, own, self.constant(r.choice([2, 3, 8, 16]), "i32", shape))
            case _:
                last = self.binary("arith.subi", self.parameter("n"), self.constant(1, "i32"))
                return self.binary("arith.subi", self.shaped(last, shape), own)

    # Reductions, loops, branches.

    def reduced(self, value: Value, axis: int) -> Value:
        op = self.random.choice(["arith.addf", "arith.maxnumf", "arith.minnumf"])
        rest = tuple(s for a, s in enumerate(value.shape) if a != axis)
        self.count += 1
        name, a, b, c = f"%v{self.count}", *(f"%r{self.count}{letter}" for letter in "abc")
        self.line(f'{name} = "tt.reduce"({value.name}) <{{axis = {axis} : i32}}> ({{')
        self.line(f"^bb0({a}: f32, {b}: f32):")
        self.line(f"  {c} = {op} {a}, {b} : f32")
        self.line(f"  tt.reduce.return {c} : f32")
        self.line(f"}}) : ({value.type}) -> {type_of('f32', rest)}")
        result = Value(name, "f32", rest)
        self.scope.append(result)
        return result

    def scanned(self, value: Value) -> Value:
        """Running sums or maxima along the lanes."""
        op = self.random.choice(["arith.addf", "arith.maxnumf"])
        backwards = "true" if self.random.random() < 0.3 else "false"
        self.count += 1
        name, a, b, c = f"%v{self.count}", *(f"%r{self.count}{letter}" for letter in "abc")
        self.line(f'{name} = "tt.scan"({value.name}) <{{axis = 0 : i32, reverse = {backwards}}}> ({{')
        self.line(f"^bb0({a}: f32, {b}: f32):")
        self.line(f"  {c} = {op} {a}, {b} : f32")
        self.line(f"  tt.scan.return {c} : f32")
        self.line(f"}}) : ({value.type}) -> {value.type}")
        result = Value(name, "f32", value.shape)
        self.scope.append(result)
        return result

    def accumulated(self, old: Value, new: Value) -> Value:
        """One step of an accumulator: a plain one, or a recurrence."""
        r = self.random
        match r.randrange(6):
            case 0 | 1 | 2:
                return self.binary("arith.addf", old, new)
            case 3:
                return self.binary("arith.maxnumf", old, new)
            case 4:
                half = self.constant(0.5, "f32", old.shape)
                return self.binary("arith.addf", self.binary("arith.mulf", old, half), new)
            case _:
                return self.select(self.condition(old.shape, 1), self.binary("arith.addf", old, new), old)

    def loop(self, shape: Shape, block: int, row: Value | None) -> Value:
        """A loop over tiles of `block` elements that carries one or two values; the first one."""
        r = self.random
        carried = r.choice([1, 1, 2])
        starts = [
            self.constant(r.choice([0.0, 0.0, 1.0, float("-inf")]), "f32", shape) for _ in range(carried)
        ]
        low = self.constant(0, "i32")
        high = self.parameter(r.choice(["n", "n", "m"]))
        step = self.constant(block, "i32")
        self.count += 1
        name, k = f"%v{self.count}", Value(f"%k{self.count}", "i32", ())
        states = [Value(f"%s{self.count}_{i}", "f32", shape) for i in range(carried)]
        initial = ", ".join(f"{s.name} = {v.name}" for s, v in zip(states, starts, strict=True))
        types = ", ".join(s.type for s in states)
        results = f"{name}:{carried}" if carried > 1 else name
        self.line(
            f"{results} = scf.for {k.name} = {low.name} to {high.name} step {step.name} "
            f"iter_args({initial}) -> ({types})  : i32 {{"
        )
        with self.nested():
            lanes = self.lanes(block)
            places = self.binary("arith.addi", self.shaped(k, (block,)), lanes)
            mask = self.mask(places, high)
            own = places
            if row is not None:
                own = self.binary("arith.addi", self.shaped(row, (block,)), places)
            self.scope += [k, places]
            self.load(r.choice(READ_ONLY), own, mask)
            if self.depth < 4 and r.random() < 0.15:
                self.loop((), 8, row)
            ends = []
            for state in states:
                value = self.real((block,), 2)
                if not shape:
                    value = self.reduced(value, 0)
                ends.append(self.accumulated(state, value))
                if r.random() < 0.3:
                    self.scope.append(ends[-1])
            self.line(f"scf.yield {', '.join(e.name for e in ends)} : {types}")
        self.line("}")
        found = [Value(f"{name}#{i}" if carried > 1 else name, "f32", shape) for i in range(carried)]
        self.scope += found
        return found[0]

    def branch(self, shape: Shape) -> Value:
        """A value that depends on a scalar condition."""
        condition = self.condition((), 1)
        self.count += 1
        name = f"%v{self.count}"
        type_name = type_of("f32", shape)
        self.line(f"{name} = scf.if {condition.name} -> ({type_name}) {{")
        for keyword in ("} else {", "}"):
            with self.nested():
                self.line(f"scf.yield {self.real(shape, 2).name} : {type_name}")
            self.line(keyword)
        result = Value(name, "f32", shape)
        self.scope.append(result)
        return result

    # Whole kernels.

    def blocks(self) -> None:
        """Blocks of a vector, one for each program, or in a grid-stride loop."""
        r = self.random
        size = r.choice([8, 16])
        block, lanes = self.constant(size, "i32"), self.lanes(size)
        pid = self.emit("i32", (), "tt.get_program_id x : i32", visible=True)
        if r.random() < 0.25:
            programs = self.emit("i32", (), "tt.get_num_programs x : i32")
            start, stride = self.binary("arith.muli", pid, block), self.binary("arith.muli", programs, block)
            iv = Value("%start", "i32", ())
            self.line(f"scf.for {iv.name} = {start.name} to %n step {stride.name}  : i32 {{")
            with self.nested():
                self.element(self.binary("arith.addi", self.shaped(iv, (size,)), lanes))
            self.line("}")
            return
        start = self.binary("arith.muli", pid, block)
        self.element(self.binary("arith.addi", self.shaped(start, (size,)), lanes))

    def element(self, own: Value) -> None:
        """Loads around an element's own place, an expression, and its store."""
        r = self.random
        self.scope.append(own)
        mask = self.mask(own, self.parameter("n"))
        for _ in range(r.choice([1, 2, 2])):
            self.load(r.choice(READ_ONLY), self.offsets(own), mask if r.random() < 0.9 else None)
        if r.random() < 0.3:
            loaded = self.load("z", self.offsets(own), mask)
            if r.random() < 0.4:
                self.load(r.choice(READ_ONLY), loaded, mask)
        if r.random() < 0.25:
            self.loop(own.shape, own.shape[0], None)
        if r.random() < 0.15:
            self.scanned(self.real(own.shape, 1))
        if r.random() < 0.25:
            self.branch(own.shape)
        self.store(self.offsets(own), self.real(own.shape, 3), mask if r.random() < 0.9 else None)

    def rows(self) -> None:
        """A row for each program: reduced at once or in a loop, and perhaps written back."""
        r = self.random
        size = r.choice([8, 32])
        pid = self.emit("i32", (), "tt.get_program_id x : i32", visible=True)
        row = self.binary("arith.muli", pid, self.parameter("m"))
        lanes = self.lanes(size)
        own = self.binary("arith.addi", self.shaped(row, (size,)), lanes)
        mask = self.mask(lanes, self.parameter("n"))
        self.scope.append(lanes)
        if r.random() < 0.5:
            self.loop((), size, row)
        else:
            self.load("x", own, mask)
            self.reduced(self.real((size,), 2), 0)
        if r.random() < 0.5:
            self.load("y", own, mask)
            self.store(own, self.real((size,), 3), mask)
        else:
            self.store(pid, self.real((), 2), None)

    def tiles(self) -> None:
        """Tiles of a matrix with a symbolic row stride; perhaps one axis is reduced, or the tile is transposed."""
        r = self.random
        shape = (r.choice([4, 8]), r.choice([8, 16]))
        own, masks = [], []
        for axis, (program, limit) in enumerate((("x", "m"), ("y", "n"))):
            pid = self.emit("i32", (), f"tt.get_program_id {program} : i32", visible=True)
            start = self.binary("arith.muli", pid, self.constant(shape[axis], "i32"))
            place = self.binary("arith.addi", self.shaped(start, (shape[axis],)), self.lanes(shape[axis]))
            place = self.along(place, axis, shape)
            own.append(place)
            masks.append(self.mask(place, self.parameter(limit)))
            self.scope.append(place)
        mask = self.binary("arith.andi", *masks)
        wide = self.binary("arith.muli", own[0], self.shaped(self.parameter("n"), shape))
        place = self.binary("arith.addi", wide, own[1])
        self.load("x", place, mask)
        if r.random() < 0.5:
            tall = self.binary("arith.muli", own[1], self.shaped(self.parameter("m"), shape))
            place = r.choice([place, self.binary("arith.addi", tall, own[0])])
        self.store(self.offsets(place) if r.random() < 0.3 else place, self.real(shape, 3), mask)

    def products(self) -> None:
        """Tiles of a product of x (m by n) and y (n by m), summed over tiles of n."""
        r = self.random
        size = 16
        shape = (size, size)
        places = []
        for axis, program in enumerate("xy"):
            pid = self.emit("i32", (), f"tt.get_program_id {program} : i32")
            start = self.binary("arith.muli", pid, self.constant(size, "i32"))
            places.append(self.binary("arith.addi", self.shaped(start, (size,)), self.lanes(size)))
            if r.random() < 0.2:
                m = self.shaped(self.parameter("m"), (size,))
                places[axis] = self.binary("arith.remsi", places[axis], m)
        n, m = self.shaped(self.parameter("n"), shape), self.shaped(self.parameter("m"), shape)
        rows, columns = (self.along(place, axis, shape) for axis, place in enumerate(places))
        zeros = self.constant(0.0, "f32", shape)
        low, step = self.constant(0, "i32"), self.constant(size, "i32")
        self.count += 1
        name, k, state = f"%v{self.count}", Value(f"%k{self.count}", "i32", ()), f"%s{self.count}"
        self.line(
            f"{name} = scf.for {k.name} = {low.name} to %n step {step.name} "
            f"iter_args({state} = {zeros.name}) -> ({zeros.type})  : i32 {{"
        )
        with self.nested():
            inner = self.binary("arith.addi", self.shaped(k, (size,)), self.lanes(size))
            across, down = (self.along(inner, axis, shape) for axis in (1, 0))
            masks = [self.mask(across, self.parameter("n")), self.mask(down, self.parameter("n"))]
            left = self.load(
                "x", self.binary("arith.addi", self.binary("arith.muli", rows, n), across), masks[0]
            )
            right = self.load(
                "y", self.binary("arith.addi", self.binary("arith.muli", down, m), columns), masks[1]
            )
            if r.random() < 0.2:
                left = self.real(shape, 1)
            types = f"{left.type} * {right.type} -> {zeros.type}"
            result = self.emit("f32", shape, f"tt.dot {left.name}, {right.name}, {state} : {types}")
            self.line(f"scf.yield {result.name} : {zeros.type}")
        self.line("}")
        self.scope.append(Value(name, "f32", shape))
        mask = self.binary("arith.andi", *(self.mask(p, self.parameter("m")) for p in (rows, columns)))
        own = self.binary("arith.addi", self.binary("arith.muli", rows, m), columns)
        self.store(own, self.real(shape, r.choice([0, 1, 2])), mask)

    @property
    def classes(self) -> list[Callable[[], None]]:
        """What a kernel may be; an entry for each class."""
        return [self.blocks, self.blocks, self.rows, self.tiles, self.products]


def kernel(seed: int, writer: type[Kernel] = Kernel) -> str:
    """The module text of one kernel; the same for the same seed."""
    k = writer(random.Random(seed))
    k.scope += [Value("%n", "i32", ()), Value("%m", "i32", ()), Value("%s", "f32", ())]
    k.random.choice(k.classes)()
    heads = ", ".join(
        f'%{n}: {"!tt." if t.startswith("ptr") else ""}{t} loc("{n}")' for n, t in PARAMETERS.items()
    )
    return "\n".join(
        [
            "module {",
            f"  tt.func public @generated_{seed}({heads}) attributes {{noinline = false}} {{",
            *k.lines,
            "    tt.return",
            "  }",
            "}",
            "",
        ]
    )


if __name__ == "__main__":
    print(kernel(int(sys.argv[1])), end="")
