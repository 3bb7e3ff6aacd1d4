"""Broken IR made from good IR, and a process that reads it: whatever comes in, nothing may crash, hang or raise.

    python test/python/ir_mutations.py run  FIRST SECONDS FILE...    mutants FIRST, FIRST + 1, ... until the time is up
    python test/python/ir_mutations.py show SEED FILE...             the text of one mutant
    python test/python/ir_mutations.py hunt SECONDS FILE...          all failures that the time allows

Mutant n of a list of files is always the same text.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SECONDS_EACH = 10
TOKEN = re.compile(r'\s+|"[^"\n]*"|[%#@^!]?[\w.$-]+|.')
NUMBER = re.compile(r"(?<![\w.%#])-?\d+\b")
NAME = re.compile(r"%[\w.$-]+")
OPERATION = re.compile(r"\b(?:tt|ttg|arith|math|scf|cf|amdg)\.[\w.]+")
DEFINITION = re.compile(r"\s*(%[\w.$-]+) = .*(?:->|:|to) (.+?)(?: loc\(.*)?$")
SCALAR = re.compile(r"\b(?:i1|i8|i16|i32|i64|f16|bf16|f32|f64|f8E5M2|index)\b")
SHAPE = re.compile(r"(?<=<)\d+(?:x\d+)*(?=x)")
NUMBERS = [
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    16,
    31,
    32,
    64,
    1000,
    -1,
    -2,
    -128,
    2**31 - 1,
    -(2**31),
    2**31,
    2**63 - 1,
    -(2**63),
    2**64,
]
TYPES = [
    "i1",
    "i8",
    "i16",
    "i32",
    "i64",
    "i7",
    "i128",
    "f16",
    "bf16",
    "f32",
    "f64",
    "f8E5M2",
    "index",
    "vector<4xf32>",
]
SHAPES = ["1", "2", "8", "0", "?", "1x8", "8x1", "4x4", "2x2x2", "1024", "3", "4096x4096"]

Lines = list[str]
Mutation = Callable[[random.Random, Lines, Lines], None]


def _replace(pattern: re.Pattern[str], pool: list[str]) -> Mutation:
    """One occurrence in one line becomes another."""

    def mutate(rng: random.Random, lines: Lines, _: Lines) -> None:
        places = [(i, m.span()) for i, line in enumerate(lines) for m in pattern.finditer(line)]
        if places:
            i, (start, end) = rng.choice(places)
            lines[i] = lines[i][:start] + rng.choice(pool) + lines[i][end:]

    return mutate


def _replace_everywhere(pattern: re.Pattern[str], pool: list[str]) -> Mutation:
    """One spelling becomes another in the whole text, so that types go on matching."""

    def mutate(rng: random.Random, lines: Lines, _: Lines) -> None:
        found = sorted({m.group() for line in lines for m in pattern.finditer(line)})
        if found:
            old, new = rng.choice(found), rng.choice(pool)
            lines[:] = [pattern.sub(lambda m: new if m.group() == old else m.group(), line) for line in lines]

    return mutate


def _exchange(pattern: re.Pattern[str]) -> Mutation:
    """One occurrence becomes another spelling that the text has."""

    def mutate(rng: random.Random, lines: Lines, _: Lines) -> None:
        pool = sorted({m.group() for line in lines for m in pattern.finditer(line)})
        if pool:
            _replace(pattern, pool)(rng, lines, lines)

    return mutate


def _operand(rng: random.Random, lines: Lines, _: Lines) -> None:
    """One use of a value becomes a use of another one that seems to have the same type."""
    types: dict[str, str] = {}
    for line in lines:
        if definition := DEFINITION.match(line):
            types[definition[1]] = definition[2]
    uses = [(i, m) for i, line in enumerate(lines) for m in NAME.finditer(line) if m.group() in types]
    if uses:
        i, use = rng.choice(uses)
        pool = [name for name, type_ in types.items() if type_ == types[use.group()]]
        lines[i] = lines[i][: use.start()] + rng.choice(pool) + lines[i][use.end() :]


def _tokens(rng: random.Random, lines: Lines, _: Lines) -> None:
    i = rng.randrange(len(lines))
    tokens = TOKEN.findall(lines[i])
    if len(tokens) < 2:
        return
    a, b = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    match rng.randrange(3):
        case 0:
            del tokens[a]
        case 1:
            tokens.insert(b, tokens[a])
        case _:
            tokens[a], tokens[b] = tokens[b], tokens[a]
    lines[i] = "".join(tokens)


def _whole_lines(rng: random.Random, lines: Lines, other: Lines) -> None:
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(4):
        case 0:
            del lines[a : a + rng.choice([1, 1, 2, 5])]
        case 1:
            lines.insert(b, lines[a])
        case 2:
            lines[a], lines[b] = lines[b], lines[a]
        case _:
            lines.insert(b, rng.choice(other))
    if not lines:
        lines.append("")


MUTATIONS: list[Mutation] = [
    _tokens,
    _whole_lines,
    _operand,
    _operand,
    _operand,
    _exchange(NAME),
    _exchange(OPERATION),
    _exchange(NUMBER),
    _exchange(SHAPE),
    _exchange(SCALAR),
    _replace(NUMBER, [str(n) for n in NUMBERS]),
    _replace(SCALAR, TYPES),
    _replace_everywhere(NUMBER, [str(n) for n in NUMBERS]),
    _replace_everywhere(SCALAR, TYPES),
    _replace_everywhere(SHAPE, SHAPES),
    _replace_everywhere(
        OPERATION, ["arith.addi", "arith.xori", "tt.splat", "tt.load", "tt.reshape", "scf.if"]
    ),
]


def mutant(seed: int, files: list[Path]) -> str:
    """Mutant number `seed` of these files: one of them after a few mutations."""
    rng = random.Random(seed)
    (before, lines, after), (_, other, _) = (_read(rng.choice(files)) for _ in range(2))
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        rng.choice(MUTATIONS)(rng, lines, other)
    return "\n".join(before + lines + after)


def _read(file: Path) -> tuple[Lines, Lines, Lines]:
    """The lines of a file; apart from them the definitions of source locations before and after (half of the text)."""
    lines = file.read_text().splitlines()
    body = [i for i, line in enumerate(lines) if not line.startswith("#loc")] or [0]
    return lines[: body[0]], lines[body[0] : body[-1] + 1] or [""], lines[body[-1] + 1 :]


def process(text: str) -> None:
    """All that reads the compiler's IR. Raises nothing but the refusal of the text."""
    from triton_lift import _native
    from triton_lift.ir import IRError, parse_module
    from triton_lift.reading import read_summary

    try:
        parsed = parse_module(text, "mutant")
    except IRError:
        return
    for summary in _native.summarize(parsed.module):
        read_summary(summary)


@dataclass
class Failure:
    """What became of one mutant; `cause` is a signal, or the end of what was said."""

    seed: int
    cause: str


def run(first: int, seconds: float, files: list[Path]) -> int:
    """In this process: mutants until the time is up. The current number stands on standard output."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    end = time.monotonic() + seconds
    seed = first
    while time.monotonic() < end:
        os.write(1, b"%d\n" % seed)
        signal.alarm(SECONDS_EACH)
        process(mutant(seed, files))
        signal.alarm(0)
        seed += 1
    return seed - first


def hunt(
    seconds: float, files: list[Path], first: int = 0, most: int = 20, script: str = __file__
) -> tuple[int, list[Failure]]:
    """How many mutants were read by processes of their own (of `script`) within the time, and those that failed."""
    end = time.monotonic() + seconds
    failures: list[Failure] = []
    seed = first
    while (left := end - time.monotonic()) > 0 and len(failures) < most:
        command = [sys.executable, script, "run", str(seed), str(left), *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        reached = done.stdout.split()
        if done.returncode == 0 or not reached:
            assert reached, done.stderr
            seed = int(reached[-1]) + 1
            break
        seed = int(reached[-1])
        cause = signal.Signals(-done.returncode).name if done.returncode < 0 else "exception"
        failures.append(Failure(seed, f"{cause}: {done.stderr[-600:]}"))
        seed += 1
    return seed - first, failures


def main(mode: str, argument: str, *files: str) -> None:
    """The command line above."""
    match mode:
        case "run":
            seconds, *names = files
            run(int(argument), float(seconds), [Path(name) for name in names])
        case "show":
            print(mutant(int(argument), [Path(name) for name in files]))
        case _:
            count, failures = hunt(
                float(argument), [Path(name) for name in files], int(os.environ.get("FIRST", "0"))
            )
            for failure in failures:
                print(failure.seed, failure.cause)
            print(count, "mutants,", len(failures), "failures")


if __name__ == "__main__":
    main(*sys.argv[1:])
