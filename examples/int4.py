"""Int4 weights, eight to an int32 word: unpack by shifts and masks, then scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import triton
import triton.language as tl

if TYPE_CHECKING:
    from torch import Tensor


@triton.jit
def int4_dequantise(packed_ptr, scale_ptr, zero_ptr, out_ptr, n_cols, group_size, BLOCK: tl.constexpr):
    """out[r, c] = (nibble(r, c) - zero[r, c // group_size]) * scale[r, c // group_size].

    Nibble c of a row is bits 4·(c % 8) … 4·(c % 8) + 3 of word c // 8; a row has n_cols / 8 words.
    """
    row = tl.program_id(0)
    cols = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    mask = cols < n_cols
    word = tl.load(packed_ptr + row * (n_cols // 8) + cols // 8, mask=mask, other=0)
    nibble = (word >> ((cols & 7) * 4)) & 15
    group = row * (n_cols // group_size) + cols // group_size
    scale = tl.load(scale_ptr + group, mask=mask, other=0.0)
    zero = tl.load(zero_ptr + group, mask=mask, other=0)
    tl.store(out_ptr + row * n_cols + cols, (nibble - zero).to(tl.float32) * scale, mask=mask)


def dequantise(packed: Tensor, scale: Tensor, zero: Tensor, group_size: int) -> Tensor:
    """`packed` is (rows, columns / 8) of int32; `scale` and `zero` are (rows, columns / group_size)."""
    rows, cols = packed.shape[0], packed.shape[1] * 8
    out = scale.new_empty((rows, cols))
    grid = (rows, triton.cdiv(cols, 256))
    int4_dequantise[grid](packed, scale, zero, out, cols, group_size, BLOCK=256)
    return out
