"""More classes of random kernels: memory that is read back, atomic updates, recurrences, ragged rows, shapes.

What `generated_kernels` draws, with operators at which machine integers and numbers part ways.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from generated_kernels import Kernel, kernel
from ir_writer import Shape, Value, type_of


class Wider(Kernel):
    """Draws what is written."""

    # Expressions.

    def integer(self, shape: Shape, depth: int) -> Value:
        """Integers; now and then by an operator of bits, of unsigned or of narrow integers."""
        r = self.random
        if depth == 0 or r.random() < 0.7:
            return super().integer(shape, depth)
        a = self.integer(shape, depth - 1)
        match r.randrange(8):
            case 0:
                op = r.choice(["arith.divui", "arith.remui", "arith.shrui", "arith.shrsi", "arith.shli"])
                return self.binary(op, a, self.constant(r.choice([1, 2, 3, 5, 31]), "i32", shape))
            case 1:
                op = r.choice(["arith.andi", "arith.ori", "arith.xori"])
                return self.binary(op, a, self.constant(r.choice([1, 3, 7, 12, -8, -1]), "i32", shape))
            case 2:
                op = r.choice(["arith.minui", "arith.maxui"])
                return self.binary(op, a, self.integer(shape, depth - 1))
            case 3:
                narrow = self.cast("arith.trunci", a, r.choice(["i8", "i16"]))
                if r.random() < 0.5:
                    narrow = self.binary("arith.addi", narrow, narrow)
                return self.cast(r.choice(["arith.extsi", "arith.extui"]), narrow, "i32")
            case 4:
                condition = self.condition(shape, depth - 1)
                return self.cast(r.choice(["arith.extsi", "arith.extui"]), condition, "i32")
            case 5:
                op = r.choice(["arith.divsi", "arith.remsi"])
                return self.binary(op, a, self.constant(r.choice([-3, -2, 5, 7]), "i32", shape))
            case 6:
                op = r.choice(["arith.divsi", "arith.remsi"])
                return self.binary(op, a, self.shaped(self.parameter(r.choice("nm")), shape))
            case _:
                return self.cast("arith.fptosi", self.real(shape, depth - 1), "i32")

    def condition(self, shape: Shape, depth: int) -> Value:
        r = self.random
        if r.random() < 0.8:
            return super().condition(shape, depth)
        if r.random() < 0.5:
            a, b = self.integer(shape, 1), self.integer(shape, 1)
            return self.compare(r.choice(["ult", "ule", "ugt", "uge"]), a, b)
        a, b = self.real(shape, 1), self.real(shape, 0)
        return self.compare(r.choice(["oeq", "une", "one", "ule", "uge"]), a, b)

    def real(self, shape: Shape, depth: int) -> Value:
        r = self.random
        if depth == 0 or r.random() < 0.8:
            return super().real(shape, depth)
        a = self.real(shape, depth - 1)
        match r.randrange(6):
            case 0:
                one = self.constant(1.0, "f32", shape)
                size = self.emit("f32", shape, f"math.absf {self.real(shape, depth - 1).name} : {a.type}")
                return self.binary("arith.divf", a, self.binary("arith.addf", one, size))
            case 1:
                op = r.choice(["arith.maximumf", "arith.minimumf"])
                return self.binary(op, a, self.real(shape, depth - 1))
            case 2:
                return self.emit("f32", shape, f"math.{r.choice(['floor', 'ceil'])} {a.name} : {a.type}")
            case 3:
                size = self.emit("f32", shape, f"math.absf {a.name} : {a.type}")
                return self.emit("f32", shape, f"math.sqrt {size.name} : {a.type}")
            case 4:
                return self.cast("arith.uitofp", self.condition(shape, 1), "f32")
            case _:
                b, c = self.real(shape, 0), self.real(shape, 0)
                return self.emit("f32", shape, f"math.fma {a.name}, {b.name}, {c.name} : {a.type}")

    def cast(self, op: str, a: Value, kind: str) -> Value:
        return self.emit(kind, a.shape, f"{op} {a.name} : {a.type} to {type_of(kind, a.shape)}")

    def gathered(self, a: Value, index: Value) -> Value:
        types = f"({a.type}, {index.type}) -> {a.type}"
        return self.emit("f32", a.shape, f"tt.gather {a.name}[{index.name}] {{axis = 0 : i32}} : {types}")

    # Memory.

    def update(self, array: str, offsets: Value, value: Value, mask: Value) -> Value:
        """An atomic one; what it returns."""
        pointer, pointer_type = self.pointers(array, offsets)
        op = "fadd" if value.kind == "f32" else self.random.choice(["add", "add", "max", "min", "umax", "or"])
        types = f"({pointer_type}, {value.type}, {mask.type}) -> {value.type}"
        name = f"{pointer.name}, {value.name}, {mask.name}"
        return self.emit(value.kind, offsets.shape, f"tt.atomic_rmw {op}, acq_rel, gpu, {name} : {types}")

    def put(self, array: str, offsets: Value, value: Value, mask: Value | None) -> None:
        pointer, pointer_type = self.pointers(array, offsets)
        self.line(f"tt.store {pointer.name}, {value.name}{f', {mask.name}' if mask else ''} : {pointer_type}")

    def near(self, own: Value, row: Value, turn: Value | None) -> Value:
        """The own place, mostly; or one beside it, one lane's, one of two in turn, one that data tell."""
        r = self.random
        shape = own.shape
        if r.random() < 0.55:
            return own
        match r.randrange(6):
            case 0:
                by = r.choice([-1, 1, shape[0], -shape[0]])
                return self.binary("arith.addi", own, self.constant(by, "i32", shape))
            case 1:
                return row
            case 2 if turn is not None:
                two = self.binary("arith.remsi", turn, self.constant(2 * shape[0], "i32"))
                return self.binary("arith.addi", row, self.shaped(two, shape))
            case 3:
                last = self.constant(shape[0] - 1, "i32", shape)
                return self.binary("arith.subi", last, own)
            case 4:
                return self.load("z", own, None)
            case _:
                return self.binary("arith.xori", own, self.constant(r.choice([1, 3]), "i32", shape))

    def counted(
        self, low: Value, high: Value, step: int, states: list[Value], body: Callable[..., list[Value]]
    ) -> list[Value]:
        """`scf.for` with these states to start with; `body` gets the counter and the states and gives the next ones."""
        self.count += 1
        name, k = f"%v{self.count}", Value(f"%k{self.count}", "i32", ())
        inside = [Value(f"%s{self.count}_{i}", s.kind, s.shape) for i, s in enumerate(states)]
        by = self.constant(step, "i32")
        head = f"scf.for {k.name} = {low.name} to {high.name} step {by.name} "
        if states:
            initial = ", ".join(f"{s.name} = {v.name}" for s, v in zip(inside, states, strict=True))
            types = ", ".join(s.type for s in states)
            results = f"{name}:{len(states)}" if len(states) > 1 else name
            head = f"{results} = {head}iter_args({initial}) -> ({types})"
        self.line(f"{head}  : i32 {{")
        with self.nested():
            self.scope += [k, *inside]
            ends = body(k, inside)
            if states:
                self.line(
                    f"scf.yield {', '.join(e.name for e in ends)} : {', '.join(s.type for s in states)}"
                )
        self.line("}")
        found = [
            Value(f"{name}#{i}" if len(states) > 1 else name, s.kind, s.shape) for i, s in enumerate(states)
        ]
        self.scope += found
        return found

    # Whole kernels.

    def start(self) -> tuple[int, Value, Value, Value]:
        """A block's size, its lanes, its first element and its elements."""
        r = self.random
        size = r.choice([4, 8])
        lanes = self.lanes(size)
        pid = self.emit("i32", (), "tt.get_program_id x : i32", visible=True)
        first = self.binary("arith.muli", pid, self.constant(r.choice([size, size, 64]), "i32"))
        own = self.binary("arith.addi", self.shaped(first, (size,)), lanes)
        self.scope += [lanes, own]
        return size, lanes, first, own

    def read_back(self) -> None:
        """Stores and loads of the same arrays, one after the other."""
        r = self.random
        _, lanes, _, own = self.start()
        mask = self.mask(own, self.parameter("n"))
        for _ in range(r.choice([2, 3, 4])):
            array = r.choice(["out", "out", "y"])
            if r.random() < 0.5:
                self.load(array, self.near(own, lanes, None), r.choice([mask, None]))
            else:
                self.load("x", own, mask)
                self.put(
                    array, self.near(own, lanes, None), self.real(own.shape, 1), r.choice([mask, mask, None])
                )
        self.put("out", own, self.real(own.shape, 1), mask)

    def stored_in_loops(self) -> None:
        """A loop that loads and stores the same arrays, at places that move with it or do not."""
        r = self.random
        size, lanes, first, own = self.start()
        states = [self.constant(0.0, "f32", own.shape)] if r.random() < 0.6 else []

        def body(k: Value, inside: list[Value]) -> list[Value]:
            along = self.binary("arith.addi", own, self.shaped(k, own.shape))
            if r.random() < 0.3:
                along = self.binary(
                    "arith.addi",
                    own,
                    self.shaped(self.binary("arith.muli", k, self.parameter("m")), own.shape),
                )
            for _ in range(r.choice([1, 2])):
                self.load(
                    r.choice(["out", "out", "x", "y"]),
                    self.near(r.choice([own, along, along]), lanes, k),
                    None,
                )
            ends = [self.accumulated(s, self.real(own.shape, 1)) for s in inside]
            self.scope += ends
            self.put("out", self.near(r.choice([own, along, along]), lanes, k), self.real(own.shape, 1), None)
            if r.random() < 0.3:
                self.load("out", self.near(r.choice([own, along]), lanes, k), None)
                ends = [self.accumulated(s, self.real(own.shape, 1)) for s in inside]
            return ends

        low = self.constant(r.choice([0, 0, 1, 2 * size]), "i32")
        self.counted(low, self.parameter("n"), r.choice([1, size, size]), states, body)
        if r.random() < 0.4:
            self.load("out", own, None)
        if states or r.random() < 0.5:
            self.put("y", own, self.real(own.shape, 1), None)

    def updates(self) -> None:
        """Atomic updates, perhaps in loops or at places that data tell."""
        r = self.random
        size, lanes, _, own = self.start()
        mask = self.mask(own, self.parameter("n"))
        self.load("x", own, mask)
        place = r.choice(
            [own, own, lanes, self.binary("arith.divsi", own, self.constant(4, "i32", own.shape))]
        )
        if r.random() < 0.2:
            place = self.load("z", own, mask)
        if r.random() < 0.3:
            programs = self.emit("i32", (), f"tt.get_num_programs {r.choice('xy')} : i32", visible=True)
            stride = self.binary("arith.muli", programs, self.constant(size, "i32"))
            self.count += 1
            k = Value(f"%k{self.count}", "i32", ())
            self.line(f"scf.for {k.name} = %c0 to %n step {stride.name}  : i32 {{")
            self.lines.insert(0, "    %c0 = arith.constant 0 : i32")
            with self.nested():
                at = self.binary("arith.addi", own, self.shaped(k, own.shape))
                there = self.mask(at, self.parameter("n"))
                self.load("x", at, there)
                self.update("out", place, self.real(own.shape, 1), there)
            self.line("}")
            return
        if r.random() < 0.3:
            total = self.reduced(self.real(own.shape, 1), 0)
            first = self.constant(0, "i32")
            self.update(
                "out",
                first if r.random() < 0.6 else self.load("z", first, None),
                total,
                self.condition((), 0) if r.random() < 0.3 else self.constant(1, "i1"),
            )
        else:
            old = self.update("out", place, self.real(own.shape, 2), mask)
            if r.random() < 0.1:
                self.put("y", own, old, mask)
        if r.random() < 0.2:
            self.update("out", place, self.real(own.shape, 1), mask)
        if r.random() < 0.2:
            self.update("z", place, self.integer(own.shape, 1), mask)

    def several(self) -> None:
        """Two or three stores to one array, which may meet."""
        r = self.random
        _, _, _, own = self.start()
        self.load("x", own, None)
        for _ in range(r.choice([2, 2, 3])):
            mask = self.mask(own, self.parameter(r.choice("nm")))
            self.put(
                "out",
                self.offsets(own),
                self.real(own.shape, 1),
                r.choice([mask, mask, self.condition(own.shape, 1)]),
            )

    def recurrence(self) -> None:
        """States that go into each other; lanes that go into each other."""
        r = self.random
        size, lanes, _, own = self.start()
        states = [self.load("x", own, None) for _ in range(r.choice([1, 2]))]
        if r.random() < 0.3:
            states.append(self.constant(r.choice([0, 1]), "i32"))

        def body(k: Value, inside: list[Value]) -> list[Value]:
            along = self.binary("arith.addi", own, self.shaped(k, own.shape))
            self.load("y", r.choice([own, along]), None)
            ends = []
            for s in inside:
                if s.kind == "i32":
                    ends.append(self.binary(r.choice(["arith.addi", "arith.maxsi"]), s, self.integer((), 1)))
                    continue
                value = self.real(own.shape, 2)
                if r.random() < 0.3:
                    value = self.shaped(self.reduced(value, 0), own.shape)
                if r.random() < 0.2:
                    index = self.binary("arith.xori", lanes, self.constant(1, "i32", own.shape))
                    value = self.gathered(value, index)
                bounded = self.binary("arith.minnumf", value, self.constant(2.0, "f32", own.shape))
                ends.append(r.choice([bounded, self.accumulated(s, bounded)]))
            return ends if r.random() < 0.7 or len(ends) < 2 or ends[-1].kind == "i32" else ends[::-1]

        self.counted(self.constant(0, "i32"), self.parameter("n"), r.choice([1, 1, 2]), states, body)
        self.put("out", own, self.real(own.shape, 1), None)

    def ragged(self) -> None:
        """A row for each program, whose bounds are read from memory."""
        r = self.random
        pid = self.emit("i32", (), "tt.get_program_id x : i32")
        after = self.binary("arith.addi", pid, self.constant(1, "i32"))
        low, high = self.load("z", pid, None), self.load("z", after, None)
        size = r.choice([4, 8])
        lanes = self.lanes(size)
        ends = self.shaped(high, (size,))

        def body(k: Value, inside: list[Value]) -> list[Value]:
            at = self.binary("arith.addi", self.shaped(k, (size,)), lanes)
            self.scope.append(at)
            there = self.compare("slt", at, ends)
            self.load("x", at, there)
            value = self.real((size,), 2)
            if r.random() < 0.4:
                self.put("out", at, value, there)
            return [self.accumulated(s, self.reduced(value, 0)) for s in inside]

        start = self.constant(r.choice([0.0, 0.0, float("-inf")]), "f32")
        found = self.counted(r.choice([low, low, self.constant(0, "i32")]), high, size, [start], body)
        self.put("y", pid, found[0], None)

    def whiles(self) -> None:
        """`scf.while`: a counter, or a value, that goes on until a condition fails."""
        r = self.random
        _, _, _, own = self.start()
        start, total = self.constant(r.choice([0, 1]), "i32"), self.load("x", own, None)
        self.count += 1
        n = self.count
        types = f"i32, {total.type}"
        self.line(
            f"%v{n}:2 = scf.while (%a{n} = {start.name}, %b{n} = {total.name}) : ({types}) -> ({types}) {{"
        )
        with self.nested():
            self.scope.append(Value(f"%a{n}", "i32", ()))
            going = self.compare("slt", Value(f"%a{n}", "i32", ()), self.parameter("n"))
            if r.random() < 0.3:
                going = self.binary("arith.andi", going, self.condition((), 1))
            self.line(f"scf.condition({going.name}) %a{n}, %b{n} : {types}")
        self.line("} do {")
        self.line(f"^bb0(%e{n}: i32, %f{n}: {total.type}):")
        with self.nested():
            counter, value = Value(f"%e{n}", "i32", ()), Value(f"%f{n}", "f32", own.shape)
            self.scope += [counter, value]
            step = self.constant(r.choice([1, 2]), "i32")
            after = self.binary("arith.addi", counter, step)
            self.load("y", self.binary("arith.addi", own, self.shaped(counter, own.shape)), None)
            following = self.accumulated(value, self.real(own.shape, 1))
            self.line(f"scf.yield {after.name}, {following.name} : {types}")
        self.line("}")
        self.scope += [Value(f"%v{n}#0", "i32", ()), Value(f"%v{n}#1", "f32", own.shape)]
        self.put("out", own, self.real(own.shape, 1), None)

    def shapes(self) -> None:
        """Lanes that are joined, split, transposed, turned round, gathered, counted, summed up."""
        r = self.random
        size, lanes, _, own = self.start()
        mask = self.mask(own, self.parameter("n"))
        a, b = self.load("x", own, mask), self.load("y", own, mask)
        for _ in range(r.choice([1, 2, 3])):
            match r.randrange(6):
                case 0:
                    joined = self.emit(
                        "f32", (size, 2), f"tt.join {a.name}, {b.name} : {a.type} -> tensor<{size}x2xf32>"
                    )
                    if r.random() < 0.5:
                        turned = self.emit(
                            "f32",
                            (2, size),
                            f"tt.trans {joined.name} {{order = array<i32: 1, 0>}} : "
                            f"{joined.type} -> tensor<2x{size}xf32>",
                        )
                        joined = self.emit(
                            "f32", (size, 2), f"tt.reshape {turned.name} : {turned.type} -> {joined.type}"
                        )
                    self.count += 1
                    self.line(
                        f"%l{self.count}, %r{self.count} = tt.split {joined.name} : {joined.type} -> {a.type}"
                    )
                    a, b = (Value(f"%{side}{self.count}", "f32", own.shape) for side in "lr")
                case 1:
                    op = r.choice(["arith.xori", "arith.subi"])
                    index = self.constant(r.choice([1, 2, size - 1]), "i32", own.shape)
                    index = self.binary(op, index, lanes)
                    index = self.binary("arith.andi", index, self.constant(size - 1, "i32", own.shape))
                    a = self.gathered(a, index)
                case 2:
                    a = self.scanned(a)
                case 3:
                    b = self.shaped(self.reduced(b, 0), own.shape)
                case 4:
                    bins = self.load("z", own, None)
                    found = self.emit(
                        "i32",
                        own.shape,
                        f"tt.histogram {bins.name} : {bins.type} -> {bins.type}",
                        visible=True,
                    )
                    b = self.emit("f32", own.shape, f"arith.sitofp {found.name} : {found.type} to {b.type}")
                case _:
                    a, b = b, a
            self.scope += [a, b]
        self.put("out", own, self.real(own.shape, 2), mask)

    @property
    def classes(self) -> list[Callable[[], None]]:
        """What a kernel may be; an entry for each class."""
        return [
            self.blocks,
            self.rows,
            self.tiles,
            self.products,
            self.read_back,
            self.stored_in_loops,
            self.stored_in_loops,
            self.updates,
            self.several,
            self.recurrence,
            self.recurrence,
            self.ragged,
            self.whiles,
            self.shapes,
        ]


if __name__ == "__main__":
    print(kernel(int(sys.argv[1]), Wider), end="")
