"""Tensors "on the GPU" that are CPU tensors: they claim to be on `cuda:0`, and hold real numbers where that is cheap.

Real numbers, not fake tensors, because programs look at them: at lengths, offsets and masks that decide what is
launched. What a kernel would have written stays what it was. Large operations are done by shape only.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.overrides import TorchFunctionMode

LARGE = 1 << 22  # elements: from here on only the shape is computed
HEAVY = 1 << 16  # the same for operations that cost more than one step for each element
_HEAVY_NAMES = frozenset(
    "matmul __matmul__ __rmatmul__ mm bmm addmm baddbmm einsum linear scaled_dot_product_attention "
    "conv1d conv2d conv3d tensordot cdist".split()
)
_UNINITIALISED = frozenset("empty empty_like empty_strided new_empty new_empty_strided".split())
_RANDOM = frozenset("rand randn randint normal rand_like randn_like".split())
_EQUALITIES = frozenset("allclose equal is_same_size".split())
_HOST = "_triton_lift_host"  # set on tensors that are on the CPU by the program's own account
DEVICE = torch.device("cuda", 0)


def is_device(value: Any) -> bool:
    """Whether `value` names a GPU."""
    if isinstance(value, torch.device):
        return value.type in ("cuda", "hip")
    return isinstance(value, str) and value.split(":")[0] in ("cuda", "hip")


def on_host(tensor: torch.Tensor) -> bool:
    return getattr(tensor, _HOST, False)


def tensors(value: Any) -> Iterator[torch.Tensor]:
    """Every tensor in nested arguments."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors(item)
    elif isinstance(value, dict):
        yield from tensors(list(value.values()))


def without_device(value: Any) -> Any:
    """The same arguments with GPUs replaced by the CPU."""
    if is_device(value):
        return torch.device("cpu")
    if isinstance(value, list | tuple) and any(is_device(item) for item in value):
        return type(value)(without_device(item) for item in value)
    return value


class PretendDevice(TorchFunctionMode):  # type: ignore[misc]
    """Maps the GPU to the CPU, and keeps account of which tensor would be where.

    A tensor is taken to be on the GPU unless it is known to be on the host: those that the autograd engine makes, which
    are not seen here, are on the GPU in the programs that launch kernels.
    """

    def __init__(self) -> None:
        super().__init__()
        self.default_on_device = False
        self.by_shape = True  # off once the program itself overrides torch's operators

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if traced(args):
            return func(*args, **kwargs)
        name = getattr(func, "__name__", "")
        if name == "__get__":
            return self._property(func, args, kwargs)
        handler = _METHODS.get(func)
        if handler is not None:
            return handler(self, func, args, kwargs)
        given = list(tensors((args, kwargs)))
        asked = kwargs.get("device")
        asked = asked if asked is not None else next((a for a in args if isinstance(a, torch.device)), None)
        device = is_device(asked) or (
            asked is None and (any(not on_host(t) for t in given) if given else self.default_on_device)
        )
        if device and name in _EQUALITIES:
            return True  # what kernels would have written is not there to compare
        args = tuple(without_device(a) for a in args)
        kwargs = {n: without_device(v) for n, v in kwargs.items() if n != "pin_memory"}
        result = self._computed(func, name, args, kwargs, given) if device else func(*args, **kwargs)
        for tensor in tensors(result):
            if not any(tensor is t for t in given):
                mark(tensor, host=not device)
        return result

    def _property(self, func: Any, args: tuple[Any, ...], kwargs: Any) -> Any:
        tensor = args[0]
        prop = getattr(func, "__self__", None)
        if isinstance(tensor, torch.Tensor) and not on_host(tensor) and tensor_is_plain(tensor):
            if prop is torch.Tensor.device:
                return DEVICE
            if prop is torch.Tensor.is_cuda:
                return True
            if prop is torch.Tensor.is_cpu:
                return False
        result = func(*args, **kwargs)
        for part in tensors(result):
            if part is not tensor and on_host(tensor):
                mark(part, host=True)
        return result

    def _computed(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], given: list[torch.Tensor]
    ) -> Any:
        """The operation's result, or one of the right shape where computing it would take long."""
        if self.by_shape and not any(t.requires_grad for t in given):
            made = self._by_shape(func, name, args, kwargs, given)
            if made is not None:
                return made
        result = func(*args, **kwargs)
        if name in _UNINITIALISED and isinstance(result, torch.Tensor) and result.numel() < LARGE:
            result.zero_()  # the same in each run
        return result

    def _by_shape(
        self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], given: list[torch.Tensor]
    ) -> Any:
        elements = sum(t.numel() for t in given)
        if not given:
            if name not in _RANDOM and name not in ("zeros", "ones", "full", "arange"):
                return None
        elif elements < (HEAVY if name in _HEAVY_NAMES else LARGE):
            return None
        if name.endswith("_") and not name.startswith("__") and args and isinstance(args[0], torch.Tensor):
            return args[0]  # in place: the shape stays
        copies: dict[int, torch.Tensor] = {}
        try:
            with torch.no_grad():
                kwargs = {**kwargs, "device": "meta"} if not given else kwargs
                kwargs.pop("generator", None)
                result = func(*_to_meta(args, copies), **_to_meta(kwargs, copies))
        except Exception:
            return None  # no shape without values
        results = list(tensors(result))
        sources = {c.untyped_storage()._cdata for c in copies.values()}
        if not results or any(
            r.device.type != "meta" or r.untyped_storage()._cdata in sources for r in results
        ):
            return None  # a view, or numbers
        if not given and results[0].numel() < LARGE:
            return None
        return _materialised(result)


def traced(args: tuple[Any, ...]) -> bool:
    """Whether a compiler runs the program on fake tensors, which may be anywhere: there is nothing to pretend then."""
    if torch._C._get_dispatch_mode(torch._C._TorchDispatchModeKey.FAKE) is not None:
        return True
    return bool(args) and isinstance(args[0], FakeTensor)


def faked_where_they_are(convert: Callable[..., Any]) -> Callable[..., Any]:
    """How a tensor becomes a fake one: with ours, where the program takes it to be."""

    @functools.wraps(convert)
    def from_real_tensor(self: Any, fake_mode: Any, tensor: torch.Tensor, *args: Any, **options: Any) -> Any:
        fake = convert(self, fake_mode, tensor, *args, **options)
        if isinstance(fake, FakeTensor) and not isinstance(tensor, FakeTensor) and not on_host(tensor):
            fake.fake_device = DEVICE
        return fake

    return from_real_tensor


def tensor_is_plain(tensor: torch.Tensor) -> bool:
    """Not on the meta device, nor a fake tensor."""
    return torch._C._get_tracing_state() is None and not tensor.is_meta


def mark(tensor: torch.Tensor, *, host: bool) -> None:
    if host:
        setattr(tensor, _HOST, True)
    elif on_host(tensor):
        delattr(tensor, _HOST)


def _to_meta(value: Any, copies: dict[int, torch.Tensor]) -> Any:
    if isinstance(value, torch.Tensor):
        if id(value) not in copies:
            copies[id(value)] = torch.empty_strided(
                value.size(), value.stride(), dtype=value.dtype, device="meta"
            )
        return copies[id(value)]
    if isinstance(value, list | tuple) and any(True for _ in tensors(value)):
        return type(value)(_to_meta(item, copies) for item in value)
    if isinstance(value, dict):
        return {name: _to_meta(item, copies) for name, item in value.items()}
    return value


def _materialised(value: Any) -> Any:
    """Memory that is never touched costs nothing; where it is little, it holds the same in each run."""
    if isinstance(value, torch.Tensor):
        if value.numel() < LARGE:
            return torch.zeros_like(value, device="cpu")
        return torch.empty_strided(value.size(), value.stride(), dtype=value.dtype)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(_materialised, value))
    if isinstance(value, list | tuple):
        return type(value)(map(_materialised, value))
    return value


def _moved(
    mode: PretendDevice, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], *, device: bool
) -> Any:
    """`.to`, `.cuda`, `.cpu`: a tensor of its own where it changes place."""
    tensor = args[0]
    result = func(*args, **kwargs)
    if result is tensor and on_host(tensor) == device:
        large = tensor.numel() >= LARGE
        result = tensor.view_as(tensor) if large or tensor.requires_grad else tensor.clone()
    if result is not tensor:
        mark(result, host=not device)
    return result


def _to(mode: PretendDevice, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    place = kwargs.get("device", args[1] if len(args) > 1 else None)
    if isinstance(place, torch.Tensor):
        device = not on_host(place)
    elif isinstance(place, torch.device | str):
        device = is_device(place)
    elif isinstance(place, int) and not isinstance(place, bool):
        device, args = True, (args[0], "cpu", *args[2:])
    else:
        device = not on_host(args[0])
    args = tuple(without_device(a) for a in args)
    kwargs = {n: without_device(v) for n, v in kwargs.items()}
    return _moved(mode, func, args, kwargs, device=device)


def _cuda(mode: PretendDevice, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return _moved(mode, lambda tensor: tensor, args[:1], {}, device=True)


def _cpu(mode: PretendDevice, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return _moved(mode, func, args, kwargs, device=False)


def _itself(mode: PretendDevice, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return args[0]


def _nothing(mode: PretendDevice, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return None


def _index(mode: PretendDevice, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
    return -1 if on_host(args[0]) else 0


def _set_data(mode: PretendDevice, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    result = func(*args, **kwargs)
    mark(args[0], host=on_host(args[1]))
    return result


def _untouched(mode: PretendDevice, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return func(*args, **kwargs)


Handler = Callable[[PretendDevice, Any, tuple[Any, ...], dict[str, Any]], Any]
_METHODS: dict[Any, Handler] = {
    torch.Tensor.to: _to,
    torch.Tensor.cuda: _cuda,
    torch.Tensor.cpu: _cpu,
    torch.Tensor.pin_memory: _itself,
    torch.Tensor.is_pinned: lambda mode, func, args, kwargs: False,
    torch.Tensor.record_stream: _nothing,
    torch.Tensor.get_device: _index,
    torch.Tensor.data.__set__: _set_data,
    torch.device: _untouched,
    # Asked for at each launch, and the same wherever the tensor is.
    torch.Tensor.data_ptr: _untouched,
    torch.Tensor.stride: _untouched,
    torch.Tensor.size: _untouched,
    torch.Tensor.numel: _untouched,
    torch.Tensor.dim: _untouched,
    torch.Tensor.element_size: _untouched,
    torch.Tensor.is_contiguous: _untouched,
}
