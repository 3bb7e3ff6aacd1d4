"""Wrong twins of the kernels in cross_entropy.py, one small edit each; none may verify as the same formula."""

import triton
import triton.language as tl


@triton.jit
def cross_entropy__forgets_maximum(logits_ptr, target_ptr, loss_ptr, stride, n_classes, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    classes = tl.arange(0, BLOCK)
    logits_row = logits_ptr + row * stride
    logits = tl.load(logits_row + classes, mask=classes < n_classes, other=-float("inf")).to(tl.float32)
    target = tl.load(target_ptr + row)
    largest = tl.max(logits, axis=0)
    log_sum = tl.log(tl.sum(tl.exp(logits - largest), axis=0))
    tl.store(loss_ptr + row, log_sum - tl.load(logits_row + target).to(tl.float32))


@triton.jit
def cross_entropy__zero_filler(logits_ptr, target_ptr, loss_ptr, stride, n_classes, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    classes = tl.arange(0, BLOCK)
    logits_row = logits_ptr + row * stride
    logits = tl.load(logits_row + classes, mask=classes < n_classes, other=0.0).to(tl.float32)
    target = tl.load(target_ptr + row)
    largest = tl.max(logits, axis=0)
    log_sum = tl.log(tl.sum(tl.exp(logits - largest), axis=0)) + largest
    tl.store(loss_ptr + row, log_sum - tl.load(logits_row + target).to(tl.float32))
