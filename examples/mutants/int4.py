"""Wrong twins of the kernels in int4.py, one small edit each; none may verify as the same formula."""

import triton
import triton.language as tl


@triton.jit
def int4_dequantise__shift_by_pairs(
    packed_ptr, scale_ptr, zero_ptr, out_ptr, n_cols, group_size, BLOCK: tl.constexpr
):
    row = tl.program_id(0)
    cols = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    mask = cols < n_cols
    word = tl.load(packed_ptr + row * (n_cols // 8) + cols // 8, mask=mask, other=0)
    nibble = (word >> ((cols & 7) * 2)) & 15
    group = row * (n_cols // group_size) + cols // group_size
    scale = tl.load(scale_ptr + group, mask=mask, other=0.0)
    zero = tl.load(zero_ptr + group, mask=mask, other=0)
    tl.store(out_ptr + row * n_cols + cols, (nibble - zero).to(tl.float32) * scale, mask=mask)


@triton.jit
def int4_dequantise__three_bits(
    packed_ptr, scale_ptr, zero_ptr, out_ptr, n_cols, group_size, BLOCK: tl.constexpr
):
    row = tl.program_id(0)
    cols = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    mask = cols < n_cols
    word = tl.load(packed_ptr + row * (n_cols // 8) + cols // 8, mask=mask, other=0)
    nibble = (word >> ((cols & 7) * 4)) & 7
    group = row * (n_cols // group_size) + cols // group_size
    scale = tl.load(scale_ptr + group, mask=mask, other=0.0)
    zero = tl.load(zero_ptr + group, mask=mask, other=0)
    tl.store(out_ptr + row * n_cols + cols, (nibble - zero).to(tl.float32) * scale, mask=mask)
