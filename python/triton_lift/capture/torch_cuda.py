"""`torch.cuda` as on a machine with one GPU: what it says about the device, streams and events that do nothing."""

from __future__ import annotations

import contextlib
import functools
import sys
import threading
from collections.abc import Callable
from types import FunctionType, SimpleNamespace
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorConverter

from triton_lift.capture.driver import PROPERTIES, capability
from triton_lift.capture.target import Target
from triton_lift.capture.torch_device import (
    DEVICE,
    PretendDevice,
    faked_where_they_are,
    is_device,
    on_host,
    tensors,
)

NAMES = {"cuda": "NVIDIA H100", "hip": "AMD Instinct MI300X"}
MEMORY = 80 << 30


class Nothing(contextlib.ContextDecorator):
    """A stream, event, graph, device guard …: each call on it does nothing."""

    cuda_stream = 0
    device = DEVICE
    idx = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        pass

    def __enter__(self) -> Nothing:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *arguments, **options: None

    def query(self) -> bool:
        return True

    def elapsed_time(self, other: Any) -> float:
        """Milliseconds: so many that no benchmark thinks of repeating."""
        return 1000.0


def install(target: Target) -> PretendDevice:
    """Pretend from now on, in this thread and those it starts with the mode entered; the mode."""
    mode = PretendDevice()
    _describe_device(target)
    _leave_out_streams()
    _route_operators(mode)
    FakeTensorConverter.from_real_tensor = faked_where_they_are(FakeTensorConverter.from_real_tensor)
    _believe_comparisons()

    # Modes belong to one thread.
    threading.Thread._bootstrap_inner = _within(mode, threading.Thread._bootstrap_inner)  # type: ignore[attr-defined]
    # The autograd engine calls the program's own functions, too.
    torch.autograd._engine_run_backward = _within(mode, torch.autograd._engine_run_backward)

    def set_default_device(device: Any) -> None:
        mode.default_on_device = device is not None and is_device(torch.device(device))

    torch.set_default_device = set_default_device
    # Kernels that a compiler would write are not those of the program's source.
    torch.compile = _identity_decorator
    return mode


def _describe_device(target: Target) -> None:
    major, minor = capability(target)
    properties = SimpleNamespace(
        name=NAMES[target.backend],
        major=major,
        minor=minor,
        multi_processor_count=PROPERTIES["multiprocessor_count"],
        total_memory=MEMORY,
        warp_size=target.warp_size,
        gcnArchName=str(target.arch),
        max_threads_per_multi_processor=2048,
        regs_per_multiprocessor=PROPERTIES["max_num_regs"],
        shared_memory_per_block=48 << 10,
        shared_memory_per_block_optin=PROPERTIES["max_shared_mem"],
        shared_memory_per_multiprocessor=PROPERTIES["max_shared_mem"] + 1024,
        L2_cache_size=50 << 20,
        is_integrated=False,
        is_multi_gpu_board=False,
    )
    answers: dict[str, Any] = {
        "is_available": True,
        "is_initialized": True,
        "is_bf16_supported": True,
        "device_count": 1,
        "current_device": 0,
        "get_device_name": properties.name,
        "get_device_capability": (major, minor),
        "get_device_properties": properties,
        "get_arch_list": [f"sm_{major}{minor}"],
        "mem_get_info": (MEMORY, MEMORY),
        "memory_allocated": 0,
        "max_memory_allocated": 0,
        "memory_reserved": 0,
        "max_memory_reserved": 0,
        "utilization": 0,
        "is_current_stream_capturing": False,
    }
    for name, answer in answers.items():
        setattr(torch.cuda, name, functools.partial(_say, answer))
    if target.backend == "hip":
        torch.version.hip, torch.version.cuda = "6.4", None
    else:
        torch.version.hip, torch.version.cuda = None, "12.8"


def _say(answer: Any, *arguments: Any, **options: Any) -> Any:
    return answer


def _leave_out_streams() -> None:
    nothing = Nothing()
    for name in (
        *("synchronize", "empty_cache", "set_device", "set_stream", "init", "_lazy_init", "ipc_collect"),
        *("manual_seed", "manual_seed_all", "seed", "reset_peak_memory_stats", "reset_max_memory_allocated"),
        *("set_per_process_memory_fraction", "memory_summary"),
    ):
        setattr(torch.cuda, name, functools.partial(_say, None))
    for name in ("current_stream", "default_stream"):
        setattr(torch.cuda, name, functools.partial(_say, nothing))
    for name in ("Stream", "ExternalStream", "Event", "CUDAGraph", "graph", "stream", "device", "device_of"):
        setattr(torch.cuda, name, type(name, (Nothing,), {}))
    for name in ("range_push", "range_pop", "mark", "range"):
        setattr(torch.cuda.nvtx, name, Nothing)
    torch._C._cuda_getCurrentRawStream = functools.partial(_say, 0)
    torch.Generator = _Generator
    torch.cuda.default_generators = (_Generator("cuda"),)
    autocast = torch.autocast.__init__

    def start(self: Any, device_type: str, *arguments: Any, **options: Any) -> None:
        if is_device(device_type):  # rounding to half precision on a CPU has rules of its own
            autocast(self, "cpu", enabled=False)
        else:
            autocast(self, device_type, *arguments, **options)

    torch.autocast.__init__ = start


class _Generator(torch.Generator):  # type: ignore[misc]
    """A generator "on the GPU"."""

    def __new__(cls, device: Any = "cpu") -> Any:
        return super().__new__(cls, "cpu")

    def __init__(self, device: Any = "cpu") -> None:
        self._on_device = is_device(device)

    def get_state(self) -> Any:
        """On a GPU: seed and offset of the Philox generator, two 64-bit numbers as bytes."""
        if not self._on_device:
            return super().get_state()
        state = torch.zeros(2, dtype=torch.int64)
        state[0] = self.initial_seed()
        return state.view(torch.uint8)

    def set_state(self, state: Any) -> Any:
        return self if self._on_device else super().set_state(state)

    def get_offset(self) -> int:
        return 0

    def set_offset(self, offset: int) -> None:
        pass


def _route_operators(mode: PretendDevice) -> None:
    """What a program registers for the GPU is found for the CPU tensors that we have."""
    library = torch.library.Library
    implement = library.impl

    def impl(self: Any, op_name: Any, fn: Any, dispatch_key: str = "", **options: Any) -> Any:
        own = sys._getframe(1).f_globals.get("__name__", "").startswith("torch.")
        if "CUDA" in (dispatch_key or self.dispatch_key or "") and not own:
            mode.by_shape = False
            dispatch_key = (dispatch_key or self.dispatch_key).replace("CUDA", "CPU")
            fn = _within(mode, fn) if callable(fn) else fn
        return implement(self, op_name, fn, dispatch_key, **options)

    library.impl = impl
    for name in ("custom_op", "register_kernel", "impl"):
        original = getattr(torch.library, name, None)
        if original is not None:
            setattr(torch.library, name, functools.partial(_for_cpu, mode, original))


def _within(mode: PretendDevice, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with the mode on: torch turns it off for what it calls from within an operator."""

    @functools.wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        with mode:
            return function(*arguments, **options)

    return call


def _for_cpu(mode: PretendDevice, original: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """`torch.library`'s functions (decorators, or given the function), with the GPU's operators made the CPU's."""
    if sys._getframe(1).f_globals.get("__name__", "").startswith("torch."):
        return original(*arguments, **options)

    def here(value: Any) -> Any:
        if isinstance(value, str):
            return {"cuda": "cpu", "CUDA": "CPU"}.get(value, value)
        if isinstance(value, list | tuple):
            return [here(v) for v in value]
        return _within(mode, value) if isinstance(value, FunctionType) else value

    first, rest = arguments[:1], arguments[1:]
    result = original(*first, *map(here, rest), **{name: here(v) for name, v in options.items()})
    if rest and any(isinstance(a, FunctionType) for a in rest) or not callable(result):
        return result
    return lambda function: result(_within(mode, function))


def _believe_comparisons() -> None:
    """Results of kernels are not computed, so comparing them says nothing: let the program go on."""
    import numpy as np

    compare = torch.testing.assert_close

    def assert_close(actual: Any, expected: Any, **options: Any) -> None:
        if all(on_host(t) for t in tensors([actual, expected])):
            compare(actual, expected, **options)

    torch.testing.assert_close = assert_close
    torch.testing.assert_allclose = functools.partial(_say, None)
    for name in ("assert_allclose", "assert_array_equal", "assert_almost_equal", "assert_array_almost_equal"):
        setattr(np.testing, name, functools.partial(_say, None))


def _identity_decorator(function: Any = None, **options: Any) -> Any:
    if function is None:
        return lambda wrapped: wrapped
    return function
