"""What the PyTorch renderer does with single constructs, against the evaluator: guards, updates, ranges, refusals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from torch_rendering import compiled, difference
from triton_lift.evaluation.program import Program, ProgramOutput
from triton_lift.render.torch import TorchError, torch_function
from triton_lift.terms import booleans as bools
from triton_lift.terms import integers as ints
from triton_lift.terms import reals
from triton_lift.terms.term import Term, make, var

M, N = (make("param", (), (index, name)) for index, name in enumerate("mn"))
PARAMS = (("m", "i32"), ("n", "i32"), ("x", "ptr<f32>"), ("y", "ptr<f32>"), ("t", "ptr<i32>"))
I, J = var("i"), var("j")


def x(index: Term) -> Term:
    return make("read", (index,), (2, 0, ()), "real")


def y(index: Term) -> Term:
    return make("read", (index,), (3, 0, ()), "real")


def t(index: Term) -> Term:
    return make("read", (index,), (4, 0, ()), "int")


def total(v: Term, low: Term, high: Term, body: Term, guard: Term = bools.TRUE, kind: str = "add") -> Term:
    return make("reduce", (v, low, high, guard, body), (kind, 1), body.sort)


def by_rank(kind: str, rank: Term, body: Term, high: Term = N, guard: Term = bools.TRUE) -> Term:
    """The element of a rank, or with `arg…` where it is."""
    points = (J, ints.ZERO, high, guard, body, rank)
    if kind.startswith("arg"):
        return reals.from_int(make("argranked", points, (kind.removeprefix("arg"), 1), "int"))
    found = make("ranked", points, (kind, 1), body.sort)
    return found if body.sort == "real" else reals.from_int(found)


def store(value: Term, offset: Term = I, *constraints: Term) -> ProgramOutput:
    return ProgramOutput(3, (I,), constraints or (bools.lt(I, N),), offset, value)


def both(*outputs: ProgramOutput, m: int = 3, n: int = 5, seed: int = 0) -> tuple[dict, dict, str]:
    rng = np.random.default_rng(seed)
    args = {
        "m": m,
        "n": n,
        "x": rng.integers(-8, 9, 40) / 4,
        "y": rng.integers(-8, 9, 40) / 4,
        "t": rng.integers(0, 3, 40),
    }
    program = Program(PARAMS, (), outputs)
    found = torch_function("kernel", program)
    text = "import torch\n\n" + "\n\n".join([*found.helpers.values(), found.text])
    tensors = [torch.from_numpy(v.copy()) if isinstance(v, np.ndarray) else v for v in args.values()]
    compiled(text).kernel(*tensors)
    return {"y": tensors[3].numpy()}, program.evaluate(args, (1, 1, 1)), text


def nothing_to_divide_by() -> Term:
    return reals.from_int(
        bools_select(bools.eq(t(I), ints.ZERO), ints.const(7), ints.fdiv(ints.const(9), t(I)))
    )


def bools_select(condition: Term, then: Term, other: Term) -> Term:
    return make("select", (condition, then, other), None, then.sort)


CASES: dict[str, Callable[[], tuple[ProgramOutput, ...]]] = {
    "copy": lambda: (store(x(I)),),
    "a division that the guard excludes": lambda: (store(nothing_to_divide_by()),),
    "a remainder that the guard excludes": lambda: (
        store(reals.from_int(bools_select(bools.eq(t(I), ints.ZERO), ints.ONE, ints.fmod(I, t(I))))),
    ),
    "a read that the guard excludes": lambda: (
        store(reals.select(bools.lt(ints.ZERO, I), x(ints.sub(I, ints.ONE)), reals.ZERO)),
    ),
    "a read beyond the end that the guard excludes": lambda: (
        store(reals.select(bools.lt(I, ints.const(2)), x(ints.add(I, ints.const(38))), reals.ONE)),
    ),
    "shifted in place": lambda: (store(y(ints.add(I, ints.ONE))),),
    "reversed in place": lambda: (store(y(ints.sub(N, ints.add(I, ints.ONE)))),),
    "two outputs that read what the other writes": lambda: (
        store(y(ints.add(I, N))),
        store(y(I), ints.add(I, N)),
    ),
    "gathered": lambda: (store(x(ints.add(t(I), I))),),
    "scattered": lambda: (store(x(I), ints.scale(I, 3)),),
    "a range of its own": lambda: (store(total(J, I, ints.add(I, ints.const(3)), x(J))),),
    "a range that is empty for some": lambda: (store(total(J, I, M, x(J))),),
    "a maximum of nothing for some": lambda: (store(total(J, I, M, x(J), kind="max")),),
    "a product over a range": lambda: (store(total(J, ints.ZERO, ints.add(I, ints.ONE), x(J), kind="mul")),),
    "a range from data": lambda: (store(total(J, ints.ZERO, t(I), x(ints.add(I, J)))),),
    "a guarded sum": lambda: (store(total(J, ints.ZERO, N, x(J), bools.lt(J, I))),),
    "a sum of what does not depend on its index": lambda: (store(total(J, ints.ZERO, M, x(I))),),
    "a sum of one": lambda: (store(total(J, ints.ZERO, N, reals.ONE, bools.lt(J, I))),),
    "a matrix times a vector": lambda: (
        store(total(J, ints.ZERO, M, reals.mul(x(ints.add(ints.scale(I, 4), J)), x(J)))),
    ),
    "a sum of three factors": lambda: (
        store(total(J, ints.ZERO, M, reals.mul(x(ints.add(ints.scale(I, 4), J)), x(J), x(I)))),
    ),
    "a softmax with a mask": lambda: (
        store(
            reals.div(
                make("rfun", (x(I),), "exp", "real"),
                total(J, ints.ZERO, N, make("rfun", (x(J),), "exp", "real"), bools.lt(J, ints.const(4))),
            )
        ),
    ),
    "tiles of which the last reach beyond the end": lambda: (
        store(
            total(
                J,
                ints.ZERO,
                ints.minimum(ints.sub(ints.const(40), ints.scale(I, 12)), ints.const(12)),
                x(ints.add(ints.scale(I, 12), J)),
            )
        ),
    ),
    "sorted": lambda: (store(by_rank("smallest", I, x(J))),),
    "sorted downward, with places": lambda: (
        store(by_rank("largest", I, x(J))),
        store(by_rank("arglargest", I, t(J)), ints.add(I, N)),
    ),
    "places of equal elements": lambda: (store(by_rank("argsmallest", I, t(J))),),
    "the first of the sorted": lambda: (
        store(by_rank("smallest", I, t(J)), I, bools.lt(I, ints.minimum(M, N))),
    ),
    "sorted rows": lambda: (store(by_rank("smallest", I, x(ints.add(J, ints.ONE)))),),
    "one rank of each": lambda: (
        store(by_rank("largest", ints.ONE, x(ints.add(I, J)), ints.const(4))),
        store(by_rank("argsmallest", t(I), x(ints.add(I, J)), ints.const(4)), ints.add(I, N)),
    ),
    "backward": lambda: (store(by_rank("largest", ints.sub(N, ints.add(I, ints.ONE)), x(J))),),
    "sorted in part": lambda: (
        store(
            by_rank("smallest", I, x(J), N, bools.lt(J, ints.const(3))),
            I,
            bools.lt(I, N),
            bools.lt(I, ints.const(3)),
        ),
    ),
    "more ranks than elements": lambda: (
        store(reals.select(bools.lt(I, M), by_rank("largest", I, x(J), M), reals.ONE)),
        store(reals.select(bools.lt(I, M), by_rank("arglargest", I, x(J), M), reals.ONE), ints.add(I, N)),
    ),
    "from 2 on": lambda: (store(x(I), I, bools.lt(I, N), bools.le(ints.const(2), I)),),
    "a condition on what is read": lambda: (store(x(I), I, bools.lt(I, N), bools.eq(t(I), ints.ONE)),),
    "nothing at all": lambda: (store(x(I), I, bools.lt(I, ints.sub(M, ints.const(9)))),),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("m", "n"), [(3, 5), (0, 4), (5, 1), (6, 0)])
def test_like_the_evaluator(name: str, m: int, n: int) -> None:
    for seed in range(3):
        by_torch, by_formula, text = both(*CASES[name](), m=m, n=n, seed=seed)
        assert difference(by_torch, by_formula) <= 1e-12, text


def test_another_formula_is_noticed() -> None:
    """The comparison fails for a formula that is not the one rendered."""
    ours, _, _ = both(*CASES["a guarded sum"]())
    _, theirs, _ = both(store(total(J, ints.ZERO, N, x(J), bools.le(J, I))))
    assert difference(ours, theirs) > 0.1


def test_how_it_reads() -> None:
    assert "y[:n] = x2" in both(*CASES["copy"]())[2]
    assert "y_before = y.clone()" in both(*CASES["two outputs that read what the other writes"]())[2]
    assert "clone" not in both(store(reals.mul(reals.const(2), y(I))))[2]
    order = both(store(by_rank("largest", I, x(J)), I, bools.lt(I, ints.const(2))))[2]
    assert "torch.sort(x2, dim=-1, descending=True).values[..., :2]" in order
    outer = total(J, ints.ZERO, M, reals.mul(x(ints.add(ints.scale(I, 4), J)), x(J)))
    assert "(x2 * x3).sum(-1)" in both(store(outer))[2]


def test_refusals() -> None:
    big = reals.from_int(ints.const(1 << 70))
    with pytest.raises(TorchError, match="does not fit 64 bits"):
        both(store(reals.from_int(ints.add(ints.const(1 << 70), I))))
    with pytest.raises(TorchError, match="no counterpart"):
        both(store(make("rfun", (x(I),), "nobody_knows", "real")))
    with pytest.raises(TorchError, match="no bound"):
        both(store(x(I), I, bools.lt(ints.ZERO, I)))
    with pytest.raises(TorchError, match="by bitor"):
        both(store(reals.from_int(total(J, ints.ZERO, N, t(J), kind="bitor"))))
    assert both(store(big))[0]["y"][0] == float(1 << 70)  # as a real number it does


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(AssertionError):
        both(*CASES["copy"](), n=-1)


def test_names_that_python_has_taken() -> None:
    params = (("lambda", "ptr<f32>"), ("torch", "ptr<f32>"), ("dtype", "i32"))
    size = make("param", (), (2, "dtype"))
    output = ProgramOutput(1, (I,), (bools.lt(I, size),), I, make("read", (I,), (0, 0, ()), "real"))
    found = torch_function("1kernel.x", Program(params, (), (output,)))
    a, b = torch.arange(4.0, dtype=torch.float64), torch.zeros(4, dtype=torch.float64)
    getattr(compiled("import torch\n" + found.text), found.name)(a, b, 3)
    assert b.tolist() == [0, 1, 2, 0]
