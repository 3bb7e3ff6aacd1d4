"""The operators of conch-triton-kernels at two sizes, as users call them."""

import torch
from conch.ops.activation.gelu_tanh_and_mul import gelu_tanh_and_mul
from conch.ops.activation.silu_and_mul import silu_and_mul
from conch.ops.attention.paged_attention import paged_attention
from conch.ops.attention.varlen_attention import varlen_attention
from conch.ops.embedding.rotary_embedding import rotary_embedding
from conch.ops.normalization.gemma_rms_norm import gemma_rms_norm
from conch.ops.normalization.rms_norm import fused_add_rms_norm, rms_norm
from conch.ops.quantization.bitsandbytes.functional import dequantize_4bit, quantize_4bit
from conch.ops.quantization.fp8 import static_scaled_fp8_quant
from conch.ops.quantization.int8 import static_scaled_int8_quant
from conch.ops.vision.nms import nms
from conch.ops.vllm.copy_blocks import copy_blocks
from conch.ops.vllm.reshape_and_cache import reshape_and_cache

DEVICE = "cuda"


def pointwise(tokens: int, hidden: int) -> None:
    x = torch.randn(tokens, hidden, device=DEVICE, dtype=torch.float16)
    weight = torch.randn(hidden, device=DEVICE, dtype=torch.float16)
    gelu_tanh_and_mul(x.float())
    silu_and_mul(x)
    rms_norm(x, weight, 1e-6)
    fused_add_rms_norm(x, x.clone(), weight, 1e-6)
    gemma_rms_norm(x, weight, 1e-6)
    scale = torch.ones(1, device=DEVICE)
    static_scaled_int8_quant(torch.empty(tokens, hidden, device=DEVICE, dtype=torch.int8), x, scale)
    static_scaled_fp8_quant(torch.empty(tokens, hidden, device=DEVICE, dtype=torch.float8_e4m3fn), x, scale)
    packed, state = quantize_4bit(x.flatten())
    dequantize_4bit(packed, state)


def attention(batch: int, heads: int, kv_heads: int, size: int) -> None:
    blocks, block = 16, 16
    lengths = torch.tensor([37, 50][:batch], device=DEVICE, dtype=torch.int32)
    cache = torch.randn(blocks, block, kv_heads, size, device=DEVICE, dtype=torch.float16)
    table = torch.arange(4 * batch, device=DEVICE, dtype=torch.int32).reshape(batch, 4)
    query = torch.randn(batch, heads, size, device=DEVICE, dtype=torch.float16)
    paged_attention(query, cache, cache.clone(), table, lengths)
    starts = torch.arange(batch + 1, device=DEVICE, dtype=torch.int32) * 8
    many = torch.randn(8 * batch, heads, size, device=DEVICE, dtype=torch.float16)
    varlen_attention(
        query=many,
        key_cache=cache,
        value_cache=cache.clone(),
        block_table=table,
        cu_seqlens_q=starts,
        seq_lens=lengths,
        max_seqlen_q=8,
        max_seqlen_k=50,
    )
    keys = torch.randn(8, kv_heads, size, device=DEVICE, dtype=torch.float16)
    reshape_and_cache(keys, keys.clone(), cache, cache.clone(), torch.arange(8, device=DEVICE))
    caches = [torch.randn(blocks, block * kv_heads * size, device=DEVICE) for _ in range(2)]
    copy_blocks(caches, [c.clone() for c in caches], torch.tensor([[0, 3], [1, 4]], device=DEVICE))
    positions = torch.arange(batch, device=DEVICE)
    flat = query.reshape(batch, heads * size)
    table = torch.randn(128, size, device=DEVICE, dtype=torch.float16)
    rotary_embedding(positions, flat, flat.clone(), size, table)


def boxes(count: int) -> None:
    corners = torch.rand(count, 2, device=DEVICE) * 100
    nms(torch.cat([corners, corners + 10], 1), torch.rand(count, device=DEVICE), 0.5)


for tokens, hidden in ((32, 512), (7, 1000)):
    pointwise(tokens, hidden)
attention(2, 8, 4, 64)
boxes(100)
