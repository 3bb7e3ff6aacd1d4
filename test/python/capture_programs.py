"""Programs as people write them, for the tests of capture: each launches kernels, and none knows of the other tests."""

from __future__ import annotations

HEAD = """
import torch, triton, triton.language as tl
DEVICE = triton.runtime.driver.active.get_active_torch_device()
"""

ADD = (
    HEAD
    + """
@triton.jit
def add(x, y, out, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + i, tl.load(x + i, i < n) + tl.load(y + i, i < n), i < n)

@triton.jit
def helper(x):
    return x + 1

@triton.jit
def never_launched(x):
    tl.store(x, helper(tl.load(x)))

def sum_of(x, y):
    out = torch.empty_like(x)
    assert x.device == DEVICE and y.is_cuda and out.get_device() == 0
    add[lambda meta: (triton.cdiv(x.numel(), meta["BLOCK"]),)](x, y, out, x.numel(), BLOCK=1024)
    return out

torch.manual_seed(0)
x, y = torch.rand(98432, device=DEVICE), torch.rand(98432, device="cuda")
total = sum_of(x, y)
assert torch.max(torch.abs(total - (x + y))).item() == 0, "the kernel's result is wrong"
assert torch.allclose(total.cpu(), (x + y).cpu())
torch.testing.assert_close(total, x + y)
for n in (98432, 1 << 28, 1 << 29):
    x = torch.rand(n, device=DEVICE)
    sum_of(x, x)
print(triton.testing.do_bench(lambda: sum_of(x, x), quantiles=[0.5, 0.2, 0.8]))
"""
)

# What Helion and other compilers do: they trace with fake tensors, and launch what they have generated.
TRACED = (
    HEAD
    + """
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx

@triton.jit
def double(x, out, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + i, 2 * tl.load(x + i, i < n), i < n)

x = torch.rand(100, 10, device=DEVICE)
host = torch.rand(3)
with FakeTensorMode() as mode:
    fake = mode.from_tensor(x)
    if fake.device != torch.device("cuda:0") or mode.from_tensor(host).device.type != "cpu":
        raise RuntimeError(f"{fake.device}, {mode.from_tensor(host).device}")
    zeros = fake.new_zeros(10, 5)
    product = torch.addmm(torch.zeros(5, device="cuda"), fake, zeros)
    traced = make_fx(lambda a, b: torch.addmm(b.sum(0), a, b))(fake, zeros)
    if product.device != fake.device or "addmm" not in traced.code:
        raise RuntimeError(str(product.device))
out = torch.empty_like(x)
double[(8,)](x, out, 1000, BLOCK=128)
"""
)

PERSISTENT = (
    HEAD
    + """
from triton.runtime import driver
properties = driver.active.utils.get_device_properties(DEVICE.index)

@triton.jit
def copy(out, x, n_rows, n_cols, BLOCK: tl.constexpr):
    for row in tl.range(tl.program_id(0), n_rows, tl.num_programs(0)):
        c = tl.arange(0, BLOCK)
        tl.store(out + row * n_cols + c, tl.load(x + row * n_cols + c, c < n_cols), c < n_cols)

x = torch.randn(1823, 781, device=DEVICE)
out = torch.empty_like(x)
kernel = copy.warmup(out, x, 1823, 781, BLOCK=1024, num_warps=8, grid=(1,))
kernel._init_handles()
fit = properties["max_num_regs"] // (kernel.n_regs * properties["warpSize"] * 8)
fit = min(fit, properties["max_shared_mem"] // kernel.metadata.shared)
kernel[(min(properties["multiprocessor_count"] * fit, 1823), 1, 1)](out, x, 1823, 781, 1024)
"""
)

TUNED = (
    HEAD
    + """
@triton.autotune([triton.Config({"B": b}, num_warps=4) for b in (64, 128, 256)], key=["n"])
@triton.heuristics({"EVEN": lambda a: a["n"] % a["B"] == 0})
@triton.jit
def fill(x, n, value, B: tl.constexpr, EVEN: tl.constexpr):
    i = tl.program_id(0) * B + tl.arange(0, B)
    if EVEN:
        tl.store(x + i, value)
    else:
        tl.store(x + i, value, i < n)

x = torch.empty(1024, device="cuda")
fill[lambda meta: (triton.cdiv(1024, meta["B"]),)](x, 1024, 2.0)
fill[lambda meta: (triton.cdiv(1000, meta["B"]),)](x, 1000, 2.0)
"""
)

MODULE = (
    HEAD
    + """
@triton.jit
def scale(x, w, out, n, B: tl.constexpr):
    i = tl.program_id(0) * n + tl.arange(0, B)
    tl.store(out + i, tl.load(x + i, tl.arange(0, B) < n) * tl.load(w), tl.arange(0, B) < n)

@triton.jit
def backward(dy, w, dx, n, B: tl.constexpr):
    i = tl.program_id(0) * n + tl.arange(0, B)
    tl.store(dx + i, tl.load(dy + i, tl.arange(0, B) < n) * tl.load(w), tl.arange(0, B) < n)

class Scale(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        out = torch.empty_like(x)
        scale[(x.shape[0],)](x, w, out, x.shape[1], B=512)
        ctx.save_for_backward(w)
        return out

    @staticmethod
    def backward(ctx, dy):
        if not dy.is_cuda or torch.empty(3, device="cuda").device != dy.device:
            raise RuntimeError("not on the GPU")
        dx = torch.empty_like(dy)
        backward[(dy.shape[0],)](dy, *ctx.saved_tensors, dx, dy.shape[1], B=512)
        return dx, None

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear, self.w = torch.nn.Linear(512, 300), torch.nn.Parameter(torch.ones(1))
    def forward(self, x):
        if x.device != self.w.device:
            raise RuntimeError(f"{x.device} {self.w.device}")
        return Scale.apply(self.linear(x), self.w)

net = Net().cuda()
optimizer = torch.optim.Adam(net.parameters())
host = torch.randn(7, 512)
if host.is_cuda or host.device.type != "cpu":
    raise RuntimeError("a tensor of the host")
with torch.autocast("cuda"), torch.cuda.stream(torch.cuda.Stream()):
    net(host.to("cuda")).sum().backward()
optimizer.step()
torch.cuda.synchronize()
# what decides about launches is computed for real
lengths = torch.tensor([3, 5, 8], device="cuda").cumsum(0)
if lengths.max().item() != 16 or lengths.cpu().device.type != "cpu":
    raise RuntimeError("wrong values")
torch.randn(4, generator=torch.Generator(device="cuda").manual_seed(1), device="cuda")
"""
)

OPERATOR = (
    HEAD
    + """
@triton.jit
def double(x, out, n, B: tl.constexpr):
    i = tl.program_id(0) * B + tl.arange(0, B)
    tl.store(out + i, 2 * tl.load(x + i, i < n), i < n)

@torch.library.custom_op("capture_test::double", mutates_args=(), device_types="cuda")
def double_op(x: torch.Tensor) -> torch.Tensor:
    out = torch.empty(x.shape, device="cuda")
    if not x.is_cuda:
        raise RuntimeError("not on the GPU")
    double[(triton.cdiv(x.numel(), 128),)](x, out, x.numel(), B=128)
    return out

double_op(torch.ones(1000, device="cuda"))
"""
)

ENDS_BADLY = (
    HEAD
    + """
@triton.jit
def wrong(x, B: tl.constexpr):
    tl.store(x + tl.arange(0, B), 1.0)

@triton.jit
def right(x, B: tl.constexpr):
    tl.store(x + tl.arange(0, B), 1.0)

x = torch.empty(128, device="cuda")
wrong[(1,)](x, 100)
right[(1,)](x, 128)
{end}
"""
)

THREADS = (
    HEAD
    + """
import threading
from concurrent.futures import ThreadPoolExecutor

@triton.jit
def fill(x, B: tl.constexpr):
    tl.store(x + tl.arange(0, B), 1.0)

def work(block):
    x = torch.empty(block, device="cuda")
    if not x.is_cuda:
        raise RuntimeError("not on the GPU")
    fill[(1,)](x, block)

with ThreadPoolExecutor(2) as pool:
    list(pool.map(work, (64, 128)))
thread = threading.Thread(target=work, args=(256,))
thread.start()
thread.join()
"""
)
