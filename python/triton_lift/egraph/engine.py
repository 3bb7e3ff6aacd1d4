"""egglog, by its program interface: the rewrites are parsed once, a question costs milliseconds.

Only the compiled module is loaded: the package around it takes ten times as long to import as a question takes.
"""

from __future__ import annotations

import importlib.util
import sys
import threading
import time
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from triton_lift.egraph.cost import WEIGHTS
from triton_lift.egraph.encoding import Encoding
from triton_lift.egraph.rewrites import FAMILIES

_MOST_NODES = 4_000
_MOST_ROUNDS = 14
_SUDDEN, _GROWTH = 1_000, 6  # beyond so many nodes, so much more of them in one round promises an explosion
_SECONDS = 0.4

_ARGUMENTS = {
    "Num": "BigRat", "Atom": "i64", "Sel": "C R R", "Sum": "i64 R", "Sup": "i64 R", "Inf": "i64 R", "Var": "i64 R",
    "Add": "R R", "Mul": "R R", "Div": "R R", "Max": "R R", "Min": "R R", "Lt": "R R", "Le": "R R", "Is": "i64",
    "Mix": "R R R",
}  # fmt: skip
_CONDITIONS = ("Lt", "Le", "Is")
_BINDERS = ("Sum", "Sup", "Inf", "Var")
# Which argument of a fact is a node.
_NODES = {
    "positive": 0, "nonnegative": 0, "nonzero": 0, "independent": 0, "unaffected": 0, "counts": 1, "swapped": 2,
    "exchanged": 2,
}  # fmt: skip
_SUBSTITUTED = 1_000  # what replacements weigh: none is ever part of the cheapest
_NUMBERS = {"zero": (0, 1), "one": (1, 1), "two": (2, 1), "half": (1, 2), "minus-one": (-1, 1)}


def number(p: int, q: int = 1) -> str:
    """A rational number as egglog has it."""
    return f"(bigrat (bigint {p}) (bigint {q}))"


def program() -> str:
    """Constructors with their weights, what follows for signs and variables, and the rewrites."""
    lines = ["(sort R)", "(sort C)"]
    for name, cost in WEIGHTS.items():
        sort = "C" if name in _CONDITIONS else "R"
        lines.append(f"(constructor {name} ({_ARGUMENTS.get(name, 'R')}) {sort} :cost {cost})")
    lines += [f"(relation {n} (R))" for n in ("positive", "nonnegative", "nonzero")]
    lines += [f"(relation {n} (i64))" for n in ("nonempty", "range")]
    lines += [f"(relation {n} (i64 i64))" for n in ("apart", "shadows")]
    lines += ["(relation counts (i64 R))", "(relation independent (R i64))", "(relation unaffected (C i64))"]
    lines.append(f"(constructor Subst (i64 R) R :cost {_SUBSTITUTED})")
    lines.append(f"(constructor SubstC (i64 C) C :cost {_SUBSTITUTED})")
    lines += [
        f"(relation {n} (i64 i64 i64))"
        for n in ("moved", "renamed", "joined", "extended", "nested", "carried")
    ]
    lines += [
        "(relation swapped (i64 i64 R))",
        "(relation exchanged (i64 i64 C))",
        "(relation replaces (i64 i64))",
    ]
    lines += _signs() + _independence() + _substitution()
    for rewrites in FAMILIES.values():
        for rewrite in rewrites:
            lines.append(rewrite.command())
    text = "\n".join(lines)
    for name, (p, q) in _NUMBERS.items():
        text = text.replace(f"(Num {name})", f"(Num {number(p, q)})")
    return text


def _signs() -> list[str]:
    def rule(conclusion: str, *premises: str) -> str:
        return f"(rule ({' '.join(premises)}) ({conclusion}))"

    zero = number(0)
    return [
        rule("(nonzero a)", "(positive a)"),
        rule("(nonnegative a)", "(positive a)"),
        rule("(positive e)", "(= e (Exp a))"),
        rule("(positive e)", "(= e (Exp2 a))"),
        rule("(positive e)", "(= e (Num p))", f"(> p {zero})"),
        rule("(nonzero e)", "(= e (Num p))", f"(!= p {zero})"),
        rule("(nonnegative e)", "(= e (Abs a))"),
        rule("(nonnegative e)", "(= e (Sqrt a))"),
        rule("(nonnegative e)", "(= e (Sq a))"),
        rule("(positive e)", "(= e (Sq a))", "(nonzero a)"),
        rule("(positive e)", "(= e (Sqrt a))", "(positive a)"),
        rule("(positive e)", "(= e (Mul a b))", "(positive a)", "(positive b)"),
        rule("(nonzero e)", "(= e (Mul a b))", "(nonzero a)", "(nonzero b)"),
        rule("(positive e)", "(= e (Div a b))", "(positive a)", "(positive b)"),
        rule("(nonnegative e)", "(= e (Div a b))", "(nonnegative a)", "(positive b)"),
        rule("(positive e)", "(= e (Add a b))", "(positive a)", "(nonnegative b)"),
        rule("(nonnegative e)", "(= e (Add a b))", "(nonnegative a)", "(nonnegative b)"),
        rule("(nonnegative e)", "(= e (Sum r a))", "(nonnegative a)"),
        rule("(positive e)", "(= e (Sum r a))", "(positive a)", "(nonempty r)"),
    ]


def _independence() -> list[str]:
    """(independent e r): some way of writing e does not speak of the variables of r."""
    lines = ["(rule ((= e (Num p)) (range r)) ((independent e r)))"]
    for name in WEIGHTS:
        arguments = _ARGUMENTS.get(name, "R").split()
        if name in _BINDERS:
            head = f"(= e ({name} s a))"
            lines.append(f"(rule ({head} (independent a r) (apart s r)) ((independent e r)))")
            lines.append(f"(rule ({head} (shadows s r)) ((independent e r)))")
        elif "R" in arguments:
            letters = "abc"[: len(arguments)]
            facts = [
                f"({'unaffected' if sort == 'C' else 'independent'} {x} r)"
                for x, sort in zip(letters, arguments, strict=True)
            ]
            relation = "unaffected" if name in _CONDITIONS else "independent"
            lines.append(f"(rule ((= e ({name} {' '.join(letters)})) {' '.join(facts)}) (({relation} e r)))")
    return lines


def _substitution() -> list[str]:
    """(Subst m e): e with the variable of the move m replaced, by its definition."""
    lines = [
        "(rule ((= e (Subst m a)) (replaces m r) (independent a r)) ((union e a)))",
        "(rule ((= e (SubstC m a)) (replaces m r) (unaffected a r)) ((union e a)))",
        "(rule ((= e (Subst m (Atom i))) (swapped m i a)) ((union e a)))",
        "(rule ((= e (SubstC m (Is i))) (exchanged m i a)) ((union e a)))",
    ]
    for name in WEIGHTS:
        arguments = _ARGUMENTS.get(name, "R").split()
        if name in ("Sum", "Sup", "Inf"):
            head = f"(= e (Subst m ({name} s a))) (carried m s r)"
            lines.append(f"(rule ({head}) ((union e ({name} r (Subst m a)))))")
        elif name not in _BINDERS and "R" in arguments:
            outer = "SubstC" if name in _CONDITIONS else "Subst"
            letters = "abc"[: len(arguments)]
            below = (
                f"({'SubstC' if sort == 'C' else 'Subst'} m {x})"
                for x, sort in zip(letters, arguments, strict=True)
            )
            head = f"(= e ({outer} m ({name} {' '.join(letters)})))"
            lines.append(f"(rule ({head}) ((union e ({name} {' '.join(below)}))))")
    return lines


@cache
def _bindings() -> Any:
    if "egglog.bindings" in sys.modules:
        return sys.modules["egglog.bindings"]
    package = importlib.util.find_spec("egglog")
    assert package is not None and package.origin is not None
    library = next(Path(package.origin).parent.glob("bindings*.so"))
    spec = importlib.util.spec_from_file_location("egglog.bindings", library)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Graph:
    """One e-graph that knows the rewrites; each question is asked in a copy."""

    def __init__(self) -> None:
        self.graph = _bindings().EGraph()
        self.run(*self.parse(program()))
        self.push, self.pop, self.round = map(self.parse, ("(push)", "(pop)", "(run 1) (print-size)"))

    def parse(self, text: str) -> list[Any]:
        return list(self.graph.parse_program(text))

    def run(self, *commands: Any) -> list[Any]:
        return list(self.graph.run_program(*commands))


_kept = threading.local()  # an e-graph belongs to the thread that made it


def _graph() -> _Graph:
    if not hasattr(_kept, "graph"):
        _kept.graph = _Graph()
    graph: _Graph = _kept.graph
    return graph


def _question(encoding: Encoding) -> list[str]:
    facts = list(encoding.all_facts())
    lines = []
    for node, i in encoding.nodes.items():
        lines.append(f"(let $n{i} {_node(node)})")
    for name, *arguments in facts:
        shown = [f"{a}" for a in arguments]
        place = _NODES.get(str(name))
        if place is not None:
            shown[place] = f"$n{shown[place]}"
        lines.append(f"({name} {' '.join(shown)})")
    return lines


def _node(node: tuple[object, ...]) -> str:
    name, *arguments = node
    if name == "Num":
        (value,) = arguments
        assert isinstance(value, Fraction)
        return f"(Num {number(value.numerator, value.denominator)})"
    if name in ("Atom", "Is"):
        return f"({name} {arguments[0]})"
    shown = [f"$n{a}" for a in arguments]
    if name in _BINDERS:
        shown[0] = str(arguments[0])
    return f"({name} {' '.join(shown)})"


def cheapest(encoding: Encoding, root: int) -> object:
    """The cheapest expression found for a node, as nested tuples `(constructor, *arguments)`."""
    graph = _graph()
    graph.run(*graph.push)
    try:
        graph.run(*graph.parse("\n".join(_question(encoding))))
        end = time.monotonic() + _SECONDS
        size = 0
        for _ in range(_MOST_ROUNDS):
            done, sizes = graph.run(*graph.round)
            before, size = size, sum(count for _, count in sizes.sizes)
            exploding = size > _SUDDEN and size > _GROWTH * before
            if not done.report.updated or size > _MOST_NODES or exploding or time.monotonic() > end:
                break
        (best,) = graph.run(*graph.parse(f"(extract $n{root})"))
        return _expression(best.termdag, best.term)
    finally:
        graph.run(*graph.pop)


def _expression(dag: Any, identity: int) -> object:
    node = dag.get(identity)
    if hasattr(node, "value"):
        literal = node.value
        return int(literal.value)
    if node.name == "bigrat":
        p, q = (_expression(dag, a) for a in node.args)
        assert isinstance(p, int) and isinstance(q, int)
        return Fraction(p, q)
    if node.name in ("bigint", "from-string"):
        inner = _expression(dag, node.args[0])
        return int(str(inner))
    return (node.name, *(_expression(dag, a) for a in node.args))
