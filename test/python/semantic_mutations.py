"""Kernels that are like others but for a mask, a bound, an operator, an operand, the order of a store and a load.

    python test/python/semantic_mutations.py show SEED FILE...            the text of one mutant
    python test/python/semantic_mutations.py hunt FIRST SECONDS FILE...   lifts mutants, and holds what is verified
                                                                          against execution

Mutant n of a list of files is always the same text. A mutant is a kernel of its own: what is verified of it has to be
true of it, whatever its author meant.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "test" / "python")]

Lines = list[str]
Rule = Callable[[random.Random, Lines], None]

_CLASSES = (
    "addi subi muli minsi maxsi minui maxui divsi remsi divui remui andi ori xori shli shrsi shrui",
    "addf subf mulf maxnumf minnumf maximumf minimumf divf",
    "extsi extui",
    "sitofp uitofp",
)
_PREDICATES = (
    "eq ne slt sle sgt sge ult ule ugt uge",
    "oeq ogt oge olt ole one ueq ugt uge ult ule une",
)
_CONSTANT = re.compile(
    r"(?<=arith\.constant )(?:dense<)?(-?\d+)(?=>? : (?:tensor<[\dx]+x)?i(?:8|16|32|64)\b)"
)
_FLOAT = re.compile(r"(?:-?\d\.\d{6}e[+-]\d\d|0x[F7]F800000)(?=>? : )")
_FLOATS = ("0.000000e+00", "1.000000e+00", "-1.000000e+00", "2.000000e+00", "0x7F800000", "0xFF800000")
_LOAD = re.compile(r"tt\.load %[\w.#-]+((?:, %[\w.#-]+)+)")
_STORE = re.compile(r"tt\.store %[\w.#-]+, %[\w.#-]+(, %[\w.#-]+)")
_RANGE = re.compile(r"\{end = (\d+) : i32, start = (\d+) : i32\}")


def _one(
    rng: random.Random, lines: Lines, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]
) -> None:
    places = [(i, m) for i, line in enumerate(lines) for m in pattern.finditer(line)]
    if places:
        i, m = rng.choice(places)
        lines[i] = lines[i][: m.start()] + new(m) + lines[i][m.end() :]


def _operators(rng: random.Random, lines: Lines) -> None:
    names = {name: group.split() for group in _CLASSES for name in group.split()}
    pattern = re.compile(rf"(?<=arith\.)({'|'.join(names)})\b")
    _one(rng, lines, pattern, lambda m: rng.choice(names[m.group()]))


def _predicates(rng: random.Random, lines: Lines) -> None:
    kind = rng.randrange(2)
    names = _PREDICATES[kind].split()
    pattern = re.compile(rf"(?<=arith\.cmp{'if'[kind]} )({'|'.join(names)})\b")
    _one(rng, lines, pattern, lambda m: rng.choice(names))


def _integers(rng: random.Random, lines: Lines) -> None:
    def near(m: re.Match[str]) -> str:
        v = int(m[1])
        new = rng.choice([v + 1, v - 1, 0, 1, -1, 2 * v, v // 2, -v, 3])
        return m.group().replace(m[1], str(new))

    _one(rng, lines, _CONSTANT, near)


def _floats(rng: random.Random, lines: Lines) -> None:
    _one(rng, lines, _FLOAT, lambda m: rng.choice(_FLOATS))


def _masks(rng: random.Random, lines: Lines) -> None:
    """A load without its `other`, or without its mask; a store without its mask."""
    if rng.random() < 0.3:
        _one(rng, lines, _STORE, lambda m: m.group().removesuffix(m[1]))
        return
    _one(rng, lines, _LOAD, lambda m: m.group().removesuffix(m[1]) + m[1][: m[1].rindex(",")])


def _ranges(rng: random.Random, lines: Lines) -> None:
    def later(m: re.Match[str]) -> str:
        by = rng.choice([1, 2, int(m[1]) - int(m[2])])
        return f"{{end = {int(m[1]) + by} : i32, start = {int(m[2]) + by} : i32}}"

    _one(rng, lines, _RANGE, later)


def _axes(rng: random.Random, lines: Lines) -> None:
    _one(
        rng,
        lines,
        re.compile(r"(?<=get_program_id )[xyz]|(?<=get_num_programs )[xyz]"),
        lambda m: rng.choice("xyz"),
    )


def _reversed(rng: random.Random, lines: Lines) -> None:
    other = {"true": "false", "false": "true"}
    _one(rng, lines, re.compile(r"(?<=reverse = )(true|false)"), lambda m: other[m.group()])


def _atomics(rng: random.Random, lines: Lines) -> None:
    kinds = "add max min umax umin and or xor exch".split()
    pattern = re.compile(rf"(?<=atomic_rmw )({'|'.join(kinds)})\b")
    _one(rng, lines, pattern, lambda m: rng.choice(kinds))


def _moved(rng: random.Random, lines: Lines) -> None:
    """A store, a load or any other operation, earlier or later, or twice."""
    found = [i for i, line in enumerate(lines) if re.search(r"tt\.(store|atomic)", line)]
    if not found or rng.random() < 0.4:
        found = [i for i, line in enumerate(lines) if " = " in line or "tt.store" in line]
    if not found:
        return
    i = rng.choice(found)
    line = lines[i] if "tt.store" in lines[i] and rng.random() < 0.4 else lines.pop(i)
    lines.insert(max(1, i + rng.choice([-8, -4, -2, -1, 1, 2, 4, 8])), line)


def _left_out(rng: random.Random, lines: Lines) -> None:
    stores = [i for i, line in enumerate(lines) if re.search(r"^\s*tt\.(store|atomic)", line)]
    if len(stores) > 1:
        del lines[rng.choice(stores)]


RULES: list[Rule] = [
    _operators,
    _operators,
    _predicates,
    _predicates,
    _integers,
    _integers,
    _floats,
    _masks,
    _ranges,
    _axes,
    _reversed,
    _atomics,
    _moved,
    _moved,
    _left_out,
]


def _operands(rng: random.Random, text: str) -> str:
    """One operand becomes another value of its type: an argument, what a loop carries, a result."""
    from triton_lift.ir import parse_module

    module = parse_module(text, "mutant").module
    values: dict[str, list[Any]] = {}
    uses: list[tuple[Any, int]] = []

    def visit(op: Any) -> None:
        for region in op.regions:
            for block in region.blocks:
                for value in block.arguments:
                    values.setdefault(str(value.type), []).append(value)
                for inner in block.operations:
                    uses.extend((inner.operation, i) for i in range(len(inner.operation.operands)))
                    for value in inner.operation.results:
                        values.setdefault(str(value.type), []).append(value)
                    visit(inner.operation)

    visit(module.operation)
    if not uses:
        return text
    op, i = rng.choice(uses)
    op.operands[i] = rng.choice(values[str(op.operands[i].type)])
    return str(module.operation.get_asm(enable_debug_info=True))


def mutant(seed: int, files: list[Path]) -> str:
    """Mutant number `seed` of these files. Raises IRError where an operand cannot be exchanged."""
    rng = random.Random(seed)
    text = rng.choice(files).read_text()
    for _ in range(rng.choice([1, 1, 1, 2, 2, 3])):
        if rng.random() < 0.35:
            text = _operands(rng, text)
            continue
        lines = text.splitlines()
        body = [i for i, line in enumerate(lines) if not line.startswith("#loc")]
        before, inside, after = lines[: body[0]], lines[body[0] : body[-1] + 1], lines[body[-1] + 1 :]
        rng.choice(RULES)(rng, inside)
        text = "\n".join(before + inside + after)
    return text


_SIZES = (0, 1, 2, 3, 5, 7, 8, 9, 13, 15, 16, 17, 31, 32, 33, 64, 65, -1, -3)
_EDGES = (-(2**31), 2**31 - 1, 65536, 46341, -65537, 2**30)
_GRIDS = (
    (1, 1, 1),
    (2, 1, 1),
    (3, 1, 1),
    (5, 1, 1),
    (1, 3, 1),
    (2, 2, 1),
    (3, 2, 1),
    (2, 3, 2),
    (8, 1, 1),
    (4, 4, 1),
)


def draws(parameters: list[dict[str, Any]], count: int, seed: int, large: bool) -> Iterator[Any]:
    """Launches of every kind: sizes 0, 1, primes, around powers of two; arrays of zeros, ties, both signs.

    `large`: now and then scalars and integers at which arithmetic wraps.
    """
    from benchmarks.draws import Draw, Parameter, values

    kinds = [Parameter(p["name"], p["type"], p["divisibility"] or 1) for p in parameters]
    strides = [p.name for p in kinds if re.search(r"stride|_[sl]d|row_?size", p.name)]
    for number in range(count):
        rng = np.random.default_rng((seed, number))
        common = int(rng.choice(_SIZES))
        length = 1 << 14
        args: dict[str, Any] = {}
        for p in kinds:
            if p.type.startswith("ptr"):
                element = p.type[len("ptr<") : -1].split(",")[0].removeprefix("!tt.")
                array = values(element, length, rng, number)
                match rng.integers(0, 8):
                    case 0:
                        array[:] = 0
                    case 1:
                        array[:] = array[0]
                    case 2 if element.startswith("i") and element != "i1":
                        array[:] = rng.integers(-4, 5, length)
                    case 3 if element.startswith("i") and element not in ("i1", "i8"):
                        array[:] = np.arange(length) % 97
                    case 4 if large and element in ("i32", "i64"):
                        array[:] = rng.choice(_EDGES, length)
                args[p.name] = array
            elif p.type == "i1":
                args[p.name] = bool(rng.integers(0, 2))
            elif p.type.startswith("i"):
                size = common if rng.random() < 0.3 else int(rng.choice(_SIZES))
                if large and rng.random() < 0.1 and p.type != "i8":
                    size = int(rng.choice(_EDGES)) if p.type != "i16" else 32767
                args[p.name] = (
                    size * (p.divisibility if abs(size) < 9 else 1) // p.divisibility * p.divisibility
                )
            else:
                args[p.name] = float(rng.choice([0.125, 0.25, 0.5, 0.875, 1.0, 0.0, -0.5]))
        if number % 4 and strides:  # strides that keep elements apart, the last one the smallest
            for name in strides:
                p = next(p for p in kinds if p.name == name)
                last = name.endswith(("k", "n", "d", "1")) and len(strides) > 1
                stride = int(rng.choice([1, 2])) if last else int(rng.choice([65, 67, 128, 130]))
                args[name] = -(-stride // p.divisibility) * p.divisibility
        yield Draw(number, args, _GRIDS[int(rng.integers(0, len(_GRIDS)))])


def examine(text: str, seconds: float, count: int, seed: int) -> tuple[str, int, list[str]]:
    """The verdict on a kernel, how many launches were compared, and what was found wrong."""
    from agreement import faults
    from triton_lift import _native
    from triton_lift.ir import parse_module
    from triton_lift.lifting import lift_summary

    tolerances = {"f8": 5e-1, "bf16": 1e-1, "f16": 2e-2, "tf32": 2e-2, "f32": 2e-4, "f64": 1e-6}
    tolerance = next((t for kind, t in tolerances.items() if kind in text), 0.0)
    parsed = parse_module(text, "mutant")
    (summary, *_) = _native.summarize(parsed.module)
    found = lift_summary(summary, "mutant", deadline=time.monotonic() + seconds)
    if found.status != "verified":
        return found.status, 0, []
    compared, wrong = 0, []
    end = time.monotonic() + seconds
    large = not re.search(r"scf\.(for|while)|cf\.|tt\.(reduce|scan|dot|atomic)", text)
    for draw in draws(summary["params"], count, seed, large):
        if time.monotonic() > end:
            break
        faulty = faults(found, parsed, draw, tolerance)
        if faulty is None:
            continue
        compared += 1
        for fault in faulty:
            scalars = {k: v for k, v in draw.args.items() if not isinstance(v, np.ndarray)}
            wrong.append(f"draw {draw.seed} {draw.grid} {scalars}: {fault}")
    return found.status, compared, wrong


def hunt(first: int, seconds: float, files: list[Path], each: float = 6.0, count: int = 24) -> Counter[str]:
    """Mutants FIRST, … until the time is up; prints what is wrong, gives the verdicts' counts."""
    from triton_lift.ir import IRError

    end, seed, verdicts = time.monotonic() + seconds, first, Counter[str]()
    while time.monotonic() < end:
        try:
            verdict, compared, wrong = examine(mutant(seed, files), each, count, seed)
            verdicts["compared"] += bool(compared)
            verdicts["launches"] += compared
        except IRError:
            verdict, wrong = "not valid", []
        except Exception as problem:
            verdict, wrong = "crash", [f"{type(problem).__name__}: {problem}"]
        verdicts[verdict] += 1
        if wrong:
            verdicts["wrong"] += 1
            print(f"mutant {seed}: {len(wrong)} faults, the first: {wrong[0]}", flush=True)
        seed += 1
    print(f"mutants {first} to {seed - 1}: {dict(verdicts)}")
    return verdicts


def main(mode: str, number: str, *rest: str) -> None:
    """The command line above."""
    sys.setrecursionlimit(20_000)
    if mode == "show":
        print(mutant(int(number), [Path(f) for f in rest]))
    elif mode == "check":
        print(*examine(mutant(int(number), [Path(f) for f in rest]), 30.0, 48, int(number)), sep="\n")
    else:
        hunt(int(number), float(rest[0]), [Path(f) for f in rest[1:]])


if __name__ == "__main__":
    main(*sys.argv[1:])
