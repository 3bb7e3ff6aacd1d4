"""Programs for the plugin's tests: real compiles under the stand-in driver, with a tensor that needs no torch."""

from __future__ import annotations

HEAD = """
import os, sys
import triton, triton.language as tl
from triton_lift.capture.driver import activate
from triton_lift.capture.target import parse_target
activate(parse_target("cuda:90"))

class Tensor:
    dtype = "fp32"
    def __init__(self, *shape):
        self.shape = shape
    def data_ptr(self):
        return 1 << 20
    def stride(self):
        return (self.shape[1], 1) if len(self.shape) > 1 else (1,)

@triton.jit
def add(x, y, out, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + i, tl.load(x + i, i < n) + tl.load(y + i, i < n), i < n)

@triton.jit
def scale(x, out, a, n, BLOCK: tl.constexpr):
    i = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(out + i, tl.load(x + i, i < n) * a, i < n)

def launch_add(block):
    add[lambda meta: (triton.cdiv(1000, meta["BLOCK"]),)](Tensor(1000), Tensor(1000), Tensor(1000), 1000, BLOCK=block)

def launch_scale():
    scale[(4, 2)](Tensor(25, 40), Tensor(1000), 2.0, 1000, BLOCK=256)
"""

SIMPLE = (
    HEAD
    + """
launch_add(128), launch_add(256), launch_scale()
# The hook for a first launch is gone after it.
assert not triton.knobs.runtime.launch_enter_hook.calls
print("arguments", sys.argv[1:], __name__)
sys.exit(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
"""
)

MATRICES = (
    HEAD
    + """
add[(8,)](Tensor(25, 40), Tensor(25, 40), Tensor(25, 40), 1000, BLOCK=128)
add[(5,)](Tensor(1000), Tensor(1000), Tensor(1000), 1000, BLOCK=256)
"""
)

CHILDREN = (
    HEAD
    + """
import multiprocessing, subprocess, threading

def spawned():
    launch_add(512)

if __name__ == "__main__":
    if sys.argv[1:] == ["child"]:
        launch_add(1024)
        sys.exit()
    launch_add(128)
    if os.fork() == 0:
        launch_add(64)
        os._exit(0)
    os.wait()
    for method in ("fork", "spawn"):
        process = multiprocessing.get_context(method).Process(target=spawned if method == "spawn" else launch_scale)
        process.start()
        process.join()
        assert process.exitcode == 0
    subprocess.run([sys.executable, __file__, "child"], check=True)
    threads = [threading.Thread(target=launch_add, args=(b,)) for b in (2048, 4096)]
    [t.start() for t in threads]
    [t.join() for t in threads]
"""
)

TORCH_CHILDREN = (
    HEAD
    + """
import torch.multiprocessing

def work(rank):
    launch_add(64 << rank)

if __name__ == "__main__":
    torch.multiprocessing.spawn(work, nprocs=1)
    torch.multiprocessing.start_processes(work, nprocs=3, start_method="fork")
"""
)

# What `torch.compile` does with a kernel that it has written: `written_kernel.py` is that.
INDUCTOR = """
import torch, torch._inductor.config, triton
from triton_lift.capture import torch_cuda
from triton_lift.capture.driver import activate
from triton_lift.capture.target import parse_target
target = parse_target("cuda:90")
mode = torch_cuda.install(target)
activate(target)
from torch._dynamo.device_interface import CudaInterface
from torch._inductor.runtime import triton_helpers, triton_heuristics
CudaInterface.exchange_device = CudaInterface.maybe_exchange_device = staticmethod(lambda index: 0)
triton_helpers.set_driver_to_gpu = lambda: None
torch._inductor.config.use_static_triton_launcher = False  # this torch may have no CUDA
make_launcher = triton_heuristics.TritonCompileResult.make_launcher
def launcher_as_ever(result):
    assert not triton.knobs.runtime.launch_enter_hook.calls, "it would be another launcher"
    return make_launcher(result)
triton_heuristics.TritonCompileResult.make_launcher = launcher_as_ever
with mode:
    from written_kernel import triton_per_fused_0
    x, y, out = (torch.randn(128, 1000, device="cuda") for _ in range(3))
    triton_per_fused_0.run(x, y, out, 128, 1000, stream=0)
print("went on")
"""

TORCHRUN = (
    HEAD
    + """
launch_add(128 << int(os.environ["LOCAL_RANK"]))
"""
)

OWN_LISTENER = (
    HEAD
    + """
heard = []
import triton_lift
triton.knobs.compilation.listener = lambda **told: heard.append(told["metadata"]["name"])
triton_lift.install()
triton_lift.install()
launch_add(128)
triton_lift.plugin.uninstall()
launch_scale()
assert heard == ["add", "scale"], heard
assert not triton.knobs.runtime.launch_enter_hook.calls
assert "TRITON_LIFT_SOCKET" not in os.environ
"""
)

TUNED = (
    HEAD
    + """
configs = [triton.Config({"BLOCK": b}, num_warps=w) for b, w in ((128, 4), (256, 4), (256, 8))]
tuned = triton.autotune(configs, key=["n"])(add)
tuned[lambda meta: (triton.cdiv(1000, meta["BLOCK"]),)](Tensor(1000), Tensor(1000), Tensor(1000), 1000)
"""
)

LOSES_ITS_SERVICE = (
    HEAD
    + """
import signal
import triton_lift
triton_lift.install()
launch_add(128)
os.kill(triton_lift.plugin.session._session.service.pid, signal.SIGKILL)
triton_lift.plugin.session._session.service.wait()
launch_add(256), launch_scale()
print("unharmed")
"""
)

OPAQUE = (
    HEAD
    + """
@triton.jit
def opaque(x):
    value = tl.inline_asm_elementwise(
        "prmt.b32 $0, $1, $1, 0x0123;", "=r,r", [tl.load(x)], tl.int32, is_pure=True, pack=1
    )
    tl.store(x, value)

x = Tensor(1)
x.dtype = "int32"
opaque[(1,)](x)
"""
)
