"""Networks that compare and exchange elements; some sort, others only look like it."""

import triton
import triton.language as tl

from soundness.case import case

VERIFIED = """
    sorted_row sorted_down sorted_integers sorted_unsigned sorted_bytes sorted_rows sorted_columns greatest_few
    least_few reversed_row sorted_halves sorted_by_hand packed_with_place unpacked_greatest
"""
NEVER_VERIFIED = """
    sorts_what_is_undefined
"""
TIES = (3.0, 1.0, -3.0, 2.0, 5.0, 5.0, 1.0, 0.0)


@case("x y: *fp32, n: i32", x=TIES)
@triton.jit
def sorted_row(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.sort(tl.load(x + i, mask=i < n, other=float("inf"))), mask=i < n)


@case("x y: *fp32, n: i32", x=TIES)
@triton.jit
def sorted_down(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    row = tl.load(x + i, mask=i < n, other=-float("inf"))
    tl.store(y + i, tl.sort(row, descending=True), mask=i < n)


@case("x y: *i32, n: i32", block=16)
@triton.jit
def sorted_integers(x, y, n, BLOCK: tl.constexpr):
    """The filler is in the middle: it is shown."""
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.sort(tl.load(x + i, mask=i < n, other=2)))


@case("x y: *i32", x=(-5, -1, 0, 3, 7))
@triton.jit
def sorted_unsigned(x, y, BLOCK: tl.constexpr):
    """Negative numbers come last."""
    i = tl.arange(0, BLOCK)
    row = tl.load(x + i).to(tl.uint32, bitcast=True)
    tl.store(y + i, tl.sort(row).to(tl.int32, bitcast=True))


@case("x y: *i8", x=(-128, -1, 0, 3, 127))
@triton.jit
def sorted_bytes(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.sort(tl.load(x + i)))


@case("x y: *fp32, rows n: i32", x=TIES, numbers=(0, 1, 3, 4, 7))
@triton.jit
def sorted_rows(x, y, rows, n, BLOCK: tl.constexpr):
    r, i = tl.arange(0, 4)[:, None], tl.arange(0, BLOCK)[None, :]
    inside = (r < rows) & (i < n)
    tl.store(
        y + r * BLOCK + i, tl.sort(tl.load(x + r * BLOCK + i, mask=inside, other=float("inf"))), mask=inside
    )


@case("x y: *fp32", x=TIES)
@triton.jit
def sorted_columns(x, y, BLOCK: tl.constexpr):
    r, i = tl.arange(0, 4)[:, None], tl.arange(0, BLOCK)[None, :]
    columns = tl.trans(tl.sort(tl.trans(tl.load(x + r * BLOCK + i))))
    tl.store(y + r * BLOCK + i, columns)


@case("x y: *fp32, n: i32", x=TIES, block=16)
@triton.jit
def greatest_few(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + tl.arange(0, 4), tl.topk(tl.load(x + i, mask=i < n, other=-float("inf")), 4))


@case("x y: *i32", block=16)
@triton.jit
def least_few(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + tl.arange(0, 4), -tl.topk(-tl.load(x + i), 4))


@case("x y: *fp32", x=TIES, block=16)
@triton.jit
def reversed_row(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.flip(tl.load(x + i)))


@triton.jit
def exchanged(row, distance: tl.constexpr, down, BLOCK: tl.constexpr):
    """Pairs at a distance, the lesser first; where `down` is 1, the greater first."""
    shape: tl.constexpr = [BLOCK // (2 * distance), 2, distance]
    mine, second = tl.reshape(row, shape), tl.arange(0, 2)[None, :, None]
    bits = mine.to(tl.int32, bitcast=True)
    other = (bits ^ tl.xor_sum(bits, 1, True)).to(tl.float32, bitcast=True)
    turned = tl.reshape(down, shape) ^ second
    return tl.reshape(tl.where((mine > other) != (turned != 0), other, mine), [BLOCK])


@triton.jit
def bitonic(row, a: tl.constexpr, b: tl.constexpr, c: tl.constexpr, BLOCK: tl.constexpr):
    """Batcher's network for 8 elements; a, b, c: the distances of its last three layers."""
    i = tl.arange(0, BLOCK)
    row = exchanged(row, 1, (i // 2) % 2, BLOCK)
    row = exchanged(row, 2, (i // 4) % 2, BLOCK)
    row = exchanged(row, 1, (i // 4) % 2, BLOCK)
    row = exchanged(row, a, (i // 8) % 2, BLOCK)
    row = exchanged(row, b, (i // 8) % 2, BLOCK)
    return exchanged(row, c, (i // 8) % 2, BLOCK)


@case("x y: *fp32", x=TIES)
@triton.jit
def sorted_by_hand(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, bitonic(tl.load(x + i), 4, 2, 1, BLOCK))


@case("x y: *fp32", x=TIES)
@triton.jit
def last_layers_in_another_order(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, bitonic(tl.load(x + i), 2, 4, 1, BLOCK))


@case("x y: *fp32", x=TIES)
@triton.jit
def distance_taken_twice(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, bitonic(tl.load(x + i), 4, 2, 2, BLOCK))


@case("x y: *fp32", x=TIES)
@triton.jit
def one_direction_turned(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    row = exchanged(tl.load(x + i), 1, (i // 4) % 2, BLOCK)
    row = exchanged(row, 2, (i // 4) % 2, BLOCK)
    row = exchanged(row, 1, (i // 4) % 2, BLOCK)
    row = exchanged(row, 4, i * 0, BLOCK)
    row = exchanged(row, 2, i * 0, BLOCK)
    tl.store(y + i, exchanged(row, 1, i * 0, BLOCK))


@case("x y: *fp32", x=TIES)
@triton.jit
def one_layer_missing(x, y, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    row = exchanged(tl.load(x + i), 1, (i // 2) % 2, BLOCK)
    row = exchanged(row, 2, (i // 4) % 2, BLOCK)
    row = exchanged(row, 4, i * 0, BLOCK)
    row = exchanged(row, 2, i * 0, BLOCK)
    tl.store(y + i, exchanged(row, 1, i * 0, BLOCK))


@case("x y: *fp32", x=TIES)
@triton.jit
def sorted_halves(x, y, BLOCK: tl.constexpr):
    """Half of a network is one of two smaller networks."""
    i = tl.arange(0, BLOCK)
    row = exchanged(tl.load(x + i), 1, (i // 2) % 2, BLOCK)
    row = exchanged(row, 2, (i // 4) % 2, BLOCK)
    tl.store(y + i, exchanged(row, 1, (i // 4) % 2, BLOCK))


@triton.jit
def exchanged_if(row, distance: tl.constexpr, first, BLOCK: tl.constexpr):
    """Elements i and i + distance, the lesser first, where `first` says so of i."""
    i = tl.arange(0, BLOCK)
    later = tl.gather(row, tl.minimum(i + distance, BLOCK - 1), 0)
    earlier = tl.gather(row, tl.maximum(i - distance, 0), 0)
    second = tl.gather(first, tl.maximum(i - distance, 0), 0) & (i >= distance).to(tl.int32)
    return tl.where(first != 0, tl.minimum(row, later), tl.where(second != 0, tl.maximum(earlier, row), row))


@case("x y: *fp32", x=TIES, block=4)
@triton.jit
def odd_even_merge_sort(x, y, BLOCK: tl.constexpr):
    """Another network, by gathers."""
    i = tl.arange(0, BLOCK)
    row = exchanged_if(tl.load(x + i), 1, (i % 2 == 0).to(tl.int32), BLOCK)
    row = exchanged_if(row, 2, (i < 2).to(tl.int32), BLOCK)
    tl.store(y + i, exchanged_if(row, 1, (i == 1).to(tl.int32), BLOCK))


@case("x: *i32, y: *i64")
@triton.jit
def packed_with_place(x, y, BLOCK: tl.constexpr):
    """Keys that are all different, with the places in their low bits."""
    i = tl.arange(0, BLOCK)
    keys = (tl.load(x + i).to(tl.int64) << 32) | i.to(tl.int64)
    tl.store(y + i, tl.sort(keys) & 0xFFFFFFFF)


@case("x y: *fp32, z: *i32", x=TIES)
@triton.jit
def unpacked_greatest(x, y, z, BLOCK: tl.constexpr):
    """Bits of floats as keys, places below; of equal elements the first comes first."""
    i = tl.arange(0, BLOCK)
    bits = tl.load(x + i).to(tl.int32, bitcast=True)
    key = tl.where(bits >= 0, bits ^ -1, bits ^ -2147483648)
    packed = tl.sort(((key.to(tl.int64) & 0xFFFFFFFF) << 32) | i.to(tl.int64))
    key = ((packed >> 32) & 0xFFFFFFFF).to(tl.int32)
    bits = tl.where(key < 0, key ^ -1, key ^ -2147483648)
    tl.store(y + i, bits.to(tl.float32, bitcast=True))
    tl.store(z + i, (packed & 0xFFFFFFFF).to(tl.int32))


@case("x y: *fp32, n: i32", x=TIES)
@triton.jit
def sorts_what_is_undefined(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.sort(tl.load(x + i, mask=i < n)), mask=i < n)


@case("x y: *fp32, n: i32", x=TIES)
@triton.jit
def filled_from_the_wrong_end(x, y, n, BLOCK: tl.constexpr):
    i = tl.arange(0, BLOCK)
    tl.store(y + i, tl.sort(tl.load(x + i, mask=i < n, other=-float("inf"))), mask=i < n)
