"""Cross-entropy of logits against class indices, forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import triton
import triton.language as tl

if TYPE_CHECKING:
    from torch import Tensor


@triton.jit
def cross_entropy(logits_ptr, target_ptr, loss_ptr, stride, n_classes, BLOCK: tl.constexpr):
    """loss[r] = log Σ_c exp(logits[r, c]) - logits[r, target[r]], shifted by the row's maximum."""
    row = tl.program_id(0)
    classes = tl.arange(0, BLOCK)
    logits_row = logits_ptr + row * stride
    logits = tl.load(logits_row + classes, mask=classes < n_classes, other=-float("inf")).to(tl.float32)
    target = tl.load(target_ptr + row)
    largest = tl.max(logits, axis=0)
    log_sum = tl.log(tl.sum(tl.exp(logits - largest), axis=0)) + largest
    tl.store(loss_ptr + row, log_sum - tl.load(logits_row + target).to(tl.float32))


def losses(logits: Tensor, target: Tensor) -> Tensor:
    rows, classes = logits.shape
    loss = logits.new_empty((rows,))
    block = triton.next_power_of_2(classes)
    cross_entropy[(rows,)](logits, target, loss, logits.stride(0), classes, BLOCK=block)
    return loss
