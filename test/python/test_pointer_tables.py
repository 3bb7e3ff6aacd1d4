"""Arrays of addresses: what is read and written through them, held against the IR on buffers at real addresses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import triton
import triton.language as tl

from examples.dump import compile_to_ttgir
from examples.specs.model import signature
from triton_lift import Lifted, lift
from triton_lift.interpreter import interpret
from triton_lift.ir import parse_module

BLOCK = 8
SIZE = 64  # elements of a buffer
ROWS = 4


@triton.jit
def doubled_rows(xs, ys, n, x, y, BLOCK: tl.constexpr):
    g = tl.program_id(1)
    source = tl.load(xs + g).to(tl.pointer_type(tl.float32))
    target = tl.load(ys + g).to(tl.pointer_type(tl.float32))
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(target + i, 2.0 * tl.load(source + i, mask=i < n), mask=i < n)


@triton.jit
def rows_in_turn(xs, ys, n, x, y, BLOCK: tl.constexpr):
    """A loop over the entries of the table, from the second on."""
    for g in range(1, 3):
        source = tl.load(xs + g).to(tl.pointer_type(tl.float32))
        target = tl.load(ys + g - 1).to(tl.pointer_type(tl.float32))
        i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
        tl.store(target + i, tl.load(source + i, mask=i < n) + g, mask=i < n)


@triton.jit
def grouped_products(xs, ys, n, x, y, BLOCK: tl.constexpr):
    """One matrix product for each entry: of n × n, in tiles."""
    g = tl.program_id(1)
    source = tl.load(xs + g).to(tl.pointer_type(tl.float32))
    target = tl.load(ys + g).to(tl.pointer_type(tl.float32))
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    j = tl.arange(0, BLOCK)
    total = tl.zeros((BLOCK, BLOCK), tl.float32)
    for k in range(n):
        a = tl.load(source + i * n + k, mask=i < n, other=0.0)
        b = tl.load(source + k * n + j, mask=j < n, other=0.0)
        total += a[:, None] * b[None, :]
    inside = (i < n)[:, None] & (j < n)[None, :]
    tl.store(target + i[:, None] * n + j[None, :], total, mask=inside)


@triton.jit
def chosen_by_address(xs, ys, n, x, y, BLOCK: tl.constexpr):
    """No table: a pointer made of the address of one of two arrays."""
    address = tl.where(tl.program_id(1) < 1, x.to(tl.int64), y.to(tl.int64))
    source = address.to(tl.pointer_type(tl.float32))
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    place = tl.program_id(1) * n + i
    tl.store(ys + place, tl.load(source + i, mask=i < n, other=0.0).to(tl.int64), mask=i < n)


@triton.jit
def table_is_written(xs, ys, n, x, y, BLOCK: tl.constexpr):
    source = tl.load(xs).to(tl.pointer_type(tl.float32))
    tl.store(xs, tl.load(xs + 1))
    tl.store(y, tl.load(source))


@triton.jit
def rows_of_two_types(xs, ys, n, x, y, BLOCK: tl.constexpr):
    """Entries of one table may be the same buffer."""
    source = tl.load(xs).to(tl.pointer_type(tl.int32))
    target = tl.load(xs + 1).to(tl.pointer_type(tl.float32))
    tl.store(target, tl.load(source).to(tl.float32))


@triton.jit
def entry_under_a_mask(xs, ys, n, x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    sources = tl.load(xs + i, mask=i < n, other=0).to(tl.pointer_type(tl.float32))
    tl.store(y + i, tl.load(sources, mask=i < n, other=0.0))


@triton.jit
def address_computed(xs, ys, n, x, y, BLOCK: tl.constexpr):
    """Into the middle of a buffer, by arithmetic on its address."""
    source = (tl.load(xs) + 4 * n).to(tl.pointer_type(tl.float32))
    tl.store(y, tl.load(source))


@triton.jit
def one_row_for_all(xs, ys, n, x, y, BLOCK: tl.constexpr):
    """All programs of the second axis write to the first buffer."""
    g = tl.program_id(1)
    source = tl.load(xs + g).to(tl.pointer_type(tl.float32))
    target = tl.load(ys).to(tl.pointer_type(tl.float32))
    i = tl.arange(0, BLOCK)
    tl.store(target + i, tl.load(source + i))


@triton.jit
def row_read_and_written(xs, ys, n, x, y, BLOCK: tl.constexpr):
    """Another program has written to what is read."""
    g = tl.program_id(1)
    source = tl.load(xs + g).to(tl.pointer_type(tl.float32))
    target = tl.load(xs + g + 1).to(tl.pointer_type(tl.float32))
    i = tl.arange(0, BLOCK)
    tl.store(target + i, tl.load(source + i) + 1.0)


@triton.jit
def grouped_matmul(xs, ws, ys, ms, n, k, x, w, y, BLOCK: tl.constexpr):
    """Products of as many rows as each entry has, their tiles taken in turn by the programs of the first axis."""
    g = tl.program_id(1)
    m = tl.load(ms + g)
    a_ptr = tl.load(xs + g).to(tl.pointer_type(tl.float32))
    b_ptr = tl.load(ws + g).to(tl.pointer_type(tl.float32))
    c_ptr = tl.load(ys + g).to(tl.pointer_type(tl.float32))
    across = tl.cdiv(n, BLOCK)
    r = tl.arange(0, BLOCK)
    for tile in range(tl.program_id(0), tl.cdiv(m, BLOCK) * across, tl.num_programs(0)):
        i = tile // across * BLOCK + r
        j = tile % across * BLOCK + r
        total = tl.zeros((BLOCK, BLOCK), tl.float32)
        for step in range(tl.cdiv(k, BLOCK)):
            q = step * BLOCK + r
            a = tl.load(
                a_ptr + i[:, None] * k + q[None, :], mask=(i < m)[:, None] & (q < k)[None, :], other=0.0
            )
            b = tl.load(
                b_ptr + q[:, None] * n + j[None, :], mask=(q < k)[:, None] & (j < n)[None, :], other=0.0
            )
            total += tl.dot(a, b, input_precision="ieee")
        tl.store(c_ptr + i[:, None] * n + j[None, :], total, mask=(i < m)[:, None] & (j < n)[None, :])


@triton.jit
def grouped_matmul__stores_to_the_first(xs, ws, ys, ms, n, k, x, w, y, BLOCK: tl.constexpr):
    """Every entry's product goes to the first entry's buffer."""
    g = tl.program_id(1)
    m = tl.load(ms + g)
    a_ptr = tl.load(xs + g).to(tl.pointer_type(tl.float32))
    b_ptr = tl.load(ws + g).to(tl.pointer_type(tl.float32))
    c_ptr = tl.load(ys).to(tl.pointer_type(tl.float32))
    r = tl.arange(0, BLOCK)
    a = tl.load(a_ptr + r[:, None] * k + r[None, :], mask=(r < m)[:, None] & (r < k)[None, :], other=0.0)
    b = tl.load(b_ptr + r[:, None] * n + r[None, :], mask=(r < k)[:, None] & (r < n)[None, :], other=0.0)
    inside = (r < m)[:, None] & (r < n)[None, :]
    tl.store(c_ptr + r[:, None] * n + r[None, :], tl.dot(a, b, input_precision="ieee"), mask=inside)


@triton.jit
def grouped_matmul__rows_of_the_next(xs, ws, ys, ms, n, k, x, w, y, BLOCK: tl.constexpr):
    """As many rows as the next entry has."""
    g = tl.program_id(1)
    m = tl.load(ms + g + 1)
    a_ptr = tl.load(xs + g).to(tl.pointer_type(tl.float32))
    b_ptr = tl.load(ws + g).to(tl.pointer_type(tl.float32))
    c_ptr = tl.load(ys + g).to(tl.pointer_type(tl.float32))
    r = tl.arange(0, BLOCK)
    for top in range(0, m, BLOCK):
        i = top + r
        a = tl.load(a_ptr + i[:, None] * k + r[None, :], mask=(i < m)[:, None] & (r < k)[None, :], other=0.0)
        b = tl.load(b_ptr + r[:, None] * n + r[None, :], mask=(r < k)[:, None] & (r < n)[None, :], other=0.0)
        inside = (i < m)[:, None] & (r < n)[None, :]
        tl.store(c_ptr + i[:, None] * n + r[None, :], tl.dot(a, b, input_precision="ieee"), mask=inside)


@triton.jit
def products_by_persistent_programs(xs, ys, n, x, y, BLOCK: tl.constexpr):
    """As many programs as the machine has; each takes the tiles of all products in turn, wherever a product ends."""
    tile = tl.program_id(0)
    start = 0
    for g in range(3):
        tiles = tl.cdiv(n, BLOCK)
        source = tl.load(xs + g).to(tl.pointer_type(tl.float32))
        target = tl.load(ys + g).to(tl.pointer_type(tl.float32))
        while tile >= start and tile < start + tiles:
            i = (tile - start) * BLOCK + tl.arange(0, BLOCK)
            j = tl.arange(0, BLOCK)
            total = tl.zeros((BLOCK, BLOCK), tl.float32)
            for k in range(n):
                a = tl.load(source + i * n + k, mask=i < n, other=0.0)
                b = tl.load(source + k * n + j, mask=j < n, other=0.0)
                total += a[:, None] * b[None, :]
            inside = (i < n)[:, None] & (j < n)[None, :]
            tl.store(target + i[:, None] * n + j[None, :], total, mask=inside)
            tile += tl.num_programs(0)
        start += tiles


def ir(kernel: Any) -> str:
    types = signature("xs ys: *i64, n: i32, x y: *fp32")
    return compile_to_ttgir(kernel, types, {"BLOCK": BLOCK}, ())["ttir"]


def lifted(kernel: Any) -> Lifted:
    return lift(ir(kernel), timeout=60)[0]


@pytest.mark.parametrize("kernel", [doubled_rows, rows_in_turn, grouped_products], ids=lambda k: k.__name__)
@pytest.mark.parametrize("n", [3, 8])
def test_through_a_table(kernel: Any, n: int) -> None:
    found = lifted(kernel)
    assert found.status == "verified", found.reason
    assert "xs_at has what xs[i] points to from element i·xs_size on" in found.assumptions
    assert "what entries of ys point to does not overlap, and is no longer than ys_size" in found.assumptions
    rng = np.random.default_rng(n)
    x, y = (rng.integers(-4, 5, ROWS * SIZE).astype(np.float32) for _ in range(2))
    # The fourth and the fifth argument are the third and the fourth array.
    rows = np.arange(ROWS) * SIZE * 4
    args = {"xs": rows + (3 << 40), "ys": rows + (4 << 40), "n": n, "x": x, "y": y}
    grid = (1, 3, 1)
    by_ir = interpret(parse_module(ir(kernel), kernel.__name__), args, grid)
    more = {"xs_at": x, "xs_size": SIZE, "ys_at": y, "ys_size": SIZE}
    by_formula = found.evaluate({**args, **more}, grid)
    assert not np.array_equal(by_ir["y"], y)
    np.testing.assert_allclose(by_formula["ys_at"], by_ir["y"])


@pytest.mark.parametrize("programs", [1, 2, 5])
@pytest.mark.parametrize("n", [3, 8])
def test_persistent_programs(n: int, programs: int) -> None:
    """A product is one tile here, as a block holds a row: each program takes the products in turn."""
    found = lifted(products_by_persistent_programs)
    assert found.status == "verified", found.reason
    assert "n ≤ 8" in found.preconditions
    rng = np.random.default_rng(n)
    x, y = (rng.integers(-4, 5, 3 * SIZE).astype(np.float32) for _ in range(2))
    rows = np.arange(3) * SIZE * 4
    args = {"xs": rows + (3 << 40), "ys": rows + (4 << 40), "n": n, "x": x, "y": y}
    by_ir = interpret(parse_module(ir(products_by_persistent_programs), "products"), args, (programs, 1, 1))
    more = {"xs_at": x, "xs_size": SIZE, "ys_at": y, "ys_size": SIZE}
    by_formula = found.evaluate({**args, **more}, (programs, 1, 1))
    assert not np.array_equal(by_ir["y"], y)
    np.testing.assert_allclose(by_formula["ys_at"], by_ir["y"])


def test_products_of_each_entry() -> None:
    """The entry is the dimension that has the buffers' size as its stride."""
    found = lifted(grouped_products)
    assert "ys_at[i, j, l] is element i·n + j·ys_size + l" in found.assumptions
    (output,) = found.outputs
    assert output.array == "ys_at"
    assert len(output.indices) == 3
    assert output.formula == "Σ[k<n] xs_at[i, j, k]·xs_at[k, j, l]"


def test_choice_of_addresses_is_a_choice_of_arrays() -> None:
    found = lifted(chosen_by_address)
    assert found.status == "verified", found.reason
    assert not any("points to" in line for line in found.assumptions)
    n = 5
    args = {
        "xs": np.zeros(2, np.int64),
        "ys": np.zeros(2 * n, np.int64),
        "n": n,
        "x": np.arange(n, dtype=np.float32),
        "y": np.arange(n, dtype=np.float32) + 7,
    }
    by_ir = interpret(parse_module(ir(chosen_by_address), "chosen"), args, (1, 2, 1))
    np.testing.assert_array_equal(found.evaluate(args, (1, 2, 1))["ys"], by_ir["ys"])


@pytest.mark.parametrize(
    ("kernel", "reason"),
    [
        (table_is_written, "a table of pointers that the kernel also writes"),
        (rows_of_two_types, "elements of several types"),
        (entry_under_a_mask, "a table of pointers under a mask"),
        (address_computed, "a pointer made by tt.int_to_ptr"),
        (one_row_for_all, "different values to one element"),
        (row_read_and_written, "which the kernel also writes"),
    ],
    ids=lambda k: getattr(k, "__name__", ""),
)
def test_refused(kernel: Any, reason: str) -> None:
    found = lifted(kernel)
    assert found.status != "verified"
    assert reason in str(found.reason)


def lifted_matmul(kernel: Any) -> tuple[str, Lifted]:
    types = signature("xs ws ys: *i64, ms: *i32, n k: i32, x w y: *fp32")
    text = compile_to_ttgir(kernel, types, {"BLOCK": 16}, ())["ttir"]
    return text, lift(text, timeout=60)[0]


def test_grouped_matmul() -> None:
    text, found = lifted_matmul(grouped_matmul)
    assert (found.status, found.coverage, found.single_writer) == ("verified", "proved", "proved"), (
        found.reason
    )
    (output,) = found.outputs
    assert output.formula == "Σ[r<k] xs_at[i, j, r]·ws_at[r, j, l]"
    assert output.domain == "0 ≤ i, 0 ≤ j < num_programs(1), 0 ≤ l < n, i < ms[j]"
    size, n, k = 1024, 18, 20
    rng = np.random.default_rng(0)
    x, w, y = (rng.integers(-3, 4, 3 * size).astype(np.float32) for _ in range(3))
    # The last three of seven arrays.
    tables = {
        name: np.arange(3) * size * 4 + (number << 40) for name, number in (("xs", 5), ("ws", 6), ("ys", 7))
    }
    args = {**tables, "ms": np.array([17, 0, 40], np.int32), "n": n, "k": k, "x": x, "w": w, "y": y}
    by_ir = interpret(parse_module(text, "grouped_matmul"), args, (2, 3, 1))
    rows = {"xs_at": x, "ws_at": w, "ys_at": y, "xs_size": size, "ws_size": size, "ys_size": size}
    np.testing.assert_allclose(found.evaluate({**args, **rows}, (2, 3, 1))["ys_at"], by_ir["y"])
    expected = x[: 17 * k].reshape(17, k) @ w[: k * n].reshape(k, n)
    np.testing.assert_allclose(by_ir["y"][: 17 * n].reshape(17, n), expected)


def test_wrong_grouped_matmuls() -> None:
    _, found = lifted_matmul(grouped_matmul__stores_to_the_first)
    assert found.status != "verified"
    _, found = lifted_matmul(grouped_matmul__rows_of_the_next)
    assert found.status != "verified" or "ms[i + 1]" in found.outputs[0].domain
