"""A driver for Triton that needs no GPU: kernels load, launches do nothing.

It stands in where Triton asks for the active driver, so that the program's own wrappers, Triton's binder and its
specialisation run as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from triton_lift.capture.target import Target

# What a program may ask of the device: a GPU of the usual size.
PROPERTIES = {
    "max_shared_mem": 227 << 10,
    "max_num_regs": 65536,
    "multiprocessor_count": 132,
    "sm_clock_rate": 1_900_000,
    "mem_clock_rate": 2_600_000,
    "mem_bus_width": 5120,
}


class Launcher:
    """Takes a launch as Triton's compiled launchers do, and does nothing but call the hooks."""

    def __init__(self, source: Any, metadata: Any) -> None:
        pass

    def __call__(
        self,
        grid_0: int,
        grid_1: int,
        grid_2: int,
        stream: Any,
        function: Any,
        packed_metadata: Any,
        launch_metadata: Any,
        enter_hook: Callable[[Any], Any] | None,
        exit_hook: Callable[[Any], Any] | None,
        *arguments: Any,
    ) -> None:
        if enter_hook is not None:
            enter_hook(launch_metadata)
        if exit_hook is not None:
            exit_hook(launch_metadata)


class Utilities:
    """What Triton asks of a driver's native part."""

    def __init__(self, target: Target) -> None:
        self._properties = {**PROPERTIES, "warpSize": target.warp_size, "warp_size": target.warp_size}

    def get_device_properties(self, device: Any) -> dict[str, int]:
        return dict(self._properties)

    def load_binary(
        self, name: str, binary: bytes, shared: int, device: int
    ) -> tuple[int, int, int, int, int]:
        """Module, function, registers, spills, threads."""
        return 1, 1, 32, 0, 1024

    def unload_module(self, module: Any) -> None:
        pass

    def set_printf_fifo_size(self, size: int) -> None:
        pass

    def cuOccupancyMaxActiveClusters(self, *arguments: Any) -> int:
        return 132


class StandInDriver:
    """Claims to drive one GPU of the given target."""

    launcher_cls = Launcher

    def __init__(self, target: Target) -> None:
        self.target = target
        self.utils = Utilities(target)

    @classmethod
    def is_active(cls) -> bool:
        return True

    def get_current_target(self) -> Any:
        return self.target.for_triton()

    def get_current_device(self) -> int:
        return 0

    def set_current_device(self, device: Any) -> None:
        pass

    def get_current_stream(self, device: Any = None) -> int:
        return 0

    def get_device_capability(self, device: Any = None) -> tuple[int, int]:
        return capability(self.target)

    def get_active_torch_device(self) -> Any:
        import torch

        return torch.device("cuda", 0)

    def get_device_interface(self) -> Any:
        import torch

        return torch.cuda

    def get_benchmarker(self) -> Callable[..., Any]:
        return run_once

    def get_empty_cache_for_benchmark(self) -> Any:
        import torch

        return torch.empty(1)

    def clear_cache(self, cache: Any) -> None:
        pass

    def map_python_to_cpp_type(self, kind: str) -> str:
        return kind

    def assemble_tensormap_to_arg(self, tensormaps: Any, arguments: Any) -> Any:
        return arguments


def capability(target: Target) -> tuple[int, int]:
    """CUDA's compute capability; for AMD what torch says there (gfx942: 9, 4)."""
    if isinstance(target.arch, int):
        return divmod(target.arch, 10)
    return int(target.arch[3:-2], 16), int(target.arch[-2], 16)


def run_once(
    function: Callable[[], Any],
    *arguments: Any,
    quantiles: Sequence[float] | None = None,
    return_mode: str = "mean",
    **options: Any,
) -> Any:
    """In place of a benchmark: one call, and a time that says nothing."""
    function()
    if return_mode == "all":
        return [1.0]
    return [1.0] * len(quantiles) if quantiles and len(quantiles) > 1 else 1.0


def activate(target: Target) -> StandInDriver:
    """Make a stand-in Triton's driver for this process, also where a program goes back to the default."""
    import triton

    standin = StandInDriver(target)
    config = triton.runtime.driver
    for name in ("_default", "default"):
        if isinstance(getattr(type(config), name, None), property) or not hasattr(config, name):
            continue
        setattr(config, name, standin)
    config.set_active(standin)
    return standin
