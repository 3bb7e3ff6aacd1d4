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


def backward(m: int, n: int) -> list[Callable[[], Any]]:
    """Derivatives, and what PyTorch has no operator for."""
    a = torch.ops.aten
    x, y, g = (torch.randn(m, n, device=DEVICE) for _ in range(3))
    row, mean = y[0].contiguous(), torch.zeros(m, 1, device=DEVICE)
    rows, image = torch.ones(m, 1, device=DEVICE), torch.randn(2, 8, 16, 16, device=DEVICE)
    groups = torch.zeros(2, 4, device=DEVICE)
    labels = torch.zeros(m, dtype=torch.int64, device=DEVICE)
    weight = torch.ones((), device=DEVICE)
    heads = torch.randn(7, 4, 64, device=DEVICE)
    angles = torch.randn(128, 32, device=DEVICE)
    batch = torch.randn(1, 128, 2, 64, device=DEVICE).half()

    def through(call: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> None:
        call(x.clone().requires_grad_(), y.clone().requires_grad_()).backward(g)

    def loss(**options: Any) -> None:
        flag_gems.cross_entropy_loss(x.clone().requires_grad_(), labels, **options).backward()

    return [
        lambda: a.tanh_backward(g, x),
        lambda: a.sigmoid_backward(g, x),
        lambda: a.silu_backward(g, x),
        lambda: a.gelu_backward(g, x),
        lambda: a.gelu_backward(g, x, approximate="tanh"),
        lambda: f.gelu(x, approximate="tanh"),
        lambda: a.native_dropout(x, 0.5, True),
        lambda: a.native_dropout_backward(g, x > 0, 2.0),
        lambda: a._softmax_backward_data(g, x, 1, torch.float32),
        lambda: a._softmax_backward_data(g, x, 0, torch.float32),
        lambda: a._log_softmax_backward_data(g, x, 1, torch.float32),
        lambda: a.nll_loss_backward(weight, x, labels, None, 1, -100, weight),
        lambda: a.native_layer_norm_backward(g, x, [n], mean, rows, row, row, [True, True, True]),
        lambda: a.native_group_norm_backward(
            image, image, groups, groups + 1, row[:8], 2, 8, 256, 4, [True, True, True]
        ),
        lambda: through(flag_gems.gelu_and_mul),
        lambda: through(lambda p, q: flag_gems.gelu_and_mul(p, q, "tanh")),
        lambda: through(flag_gems.silu_and_mul),
        lambda: through(lambda p, q: flag_gems.rms_norm(p, (n,), q[0])),
        lambda: loss(),
        lambda: loss(label_smoothing=0.1),
        lambda: flag_gems.apply_rotary_pos_emb(heads, heads, angles, angles, torch.arange(7, device=DEVICE)),
        lambda: torch.amax(x, 1),
        lambda: torch.var_mean(x, [1]),
        lambda: torch.var_mean(x),
        lambda: torch.cumsum(torch.randn(2, 5000, device=DEVICE), 1),
        lambda: torch.cumsum(torch.randn(70000, device=DEVICE), 0),
        lambda: a._flash_attention_forward(batch, batch, batch, None, None, 128, 128, 0.0, True, False),
    ]


def main() -> None:
    refused = []
    with flag_gems.use_gems():
        for m, n in ((128, 256), (33, 1000)):
            for call in (*operators(m, n), *backward(m, n)):
                try:
                    call()
                except Exception as error:
                    refused.append(f"{type(error).__name__}: {error}"[:200])
    for line in dict.fromkeys(refused):
        print("refused:", line)


if __name__ == "__main__":
    main()
