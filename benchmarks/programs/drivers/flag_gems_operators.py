"""Common operators of PyTorch on a GPU, with the kernels of flag-gems in the place of their own."""

from collections.abc import Callable
from typing import Any

import flag_gems
import torch
import torch.nn.functional as f

DEVICE = "cuda"
UNARY = "abs exp sin cos tanh sigmoid relu rsqrt neg log sqrt erf reciprocal isnan isinf floor".split()
BINARY = "add sub mul div pow maximum minimum eq ne lt gt le ge floor_divide remainder".split()
REDUCTIONS = "sum mean max min argmax argmin var std prod any all".split()


def operators(m: int, n: int) -> list[Callable[[], Any]]:
    x, y = (torch.randn(m, n, device=DEVICE) for _ in range(2))
    half, row = x.half(), y[0].contiguous()
    labels = torch.zeros(m, dtype=torch.int64, device=DEVICE)
    heads = torch.randn(1, 2, 128, 64, device=DEVICE).half()
    image = torch.randn(2, 8, 16, 16, device=DEVICE)
    calls: list[Callable[[], Any]] = []
    calls += [lambda name=name: getattr(torch, name)(x) for name in (*UNARY, *REDUCTIONS)]
    calls += [lambda name=name: getattr(torch, name)(x, y) for name in BINARY]
    calls += [lambda name=name: getattr(f, name)(x) for name in ("silu", "gelu", "softplus", "elu")]
    calls += [lambda name=name: getattr(torch, name)(x, 1) for name in ("softmax", "log_softmax", "cumsum")]
    calls += [
        lambda: torch.mm(half, half.T.contiguous()),
        lambda: torch.addmm(torch.randn(m, device=DEVICE).half(), half, half.T.contiguous()),
        lambda: torch.bmm(half[None], half.T.contiguous()[None]),
        lambda: torch.mv(x, row),
        lambda: torch.outer(x[0], row),
        lambda: torch.dot(row, row),
        lambda: f.layer_norm(x, (n,)),
        lambda: f.rms_norm(x, (n,), row),
        lambda: f.group_norm(image, 4),
        lambda: f.scaled_dot_product_attention(heads, heads, heads),
        lambda: f.cross_entropy(x, labels),
        lambda: f.dropout(x, 0.5, True),
        lambda: f.embedding(labels, x),
        lambda: torch.where(x > 0, x, y),
        lambda: torch.clamp(x, -1, 1),
        lambda: torch.lerp(x, y, 0.5),
        lambda: torch.addcmul(x, x, y),
        lambda: torch.triu(x),
        lambda: torch.tril(x),
        lambda: torch.diag(row),
        lambda: torch.cat([x, y]),
        lambda: torch.stack([x, y]),
        lambda: torch.flip(x, [0]),
        lambda: torch.gather(x, 1, labels[:, None]),
        lambda: torch.index_select(x, 0, labels[:4]),
        lambda: torch.topk(x, 5),
        lambda: torch.sort(x),
        lambda: torch.masked_fill(x, x > 0, 0.0),
        lambda: torch.linalg.vector_norm(x),
        lambda: torch.full((m, n), 2.0, device=DEVICE),
        lambda: torch.arange(n, device=DEVICE),
        lambda: torch.randn(m, n, device=DEVICE),
        lambda: torch.isclose(x, y),
        lambda: torch.repeat_interleave(x, 2),
    ]
    return calls


def main() -> None:
    refused = []
    with flag_gems.use_gems():
        for m, n in ((128, 256), (33, 1000)):
            for call in operators(m, n):
                try:
                    call()
                except Exception as error:
                    refused.append(f"{type(error).__name__}: {error}"[:200])
    for line in dict.fromkeys(refused):
        print("refused:", line)


if __name__ == "__main__":
    main()
