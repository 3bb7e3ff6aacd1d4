"""How the functions of formulas are called in PyTorch.

`{0}`, `{1}` stand for the arguments, tensors already; each entry is an expression that binds like a call.
"""

from __future__ import annotations

_PLAIN = (
    "exp exp2 log log2 sqrt rsqrt sin cos tan tanh erf abs floor ceil pow clamp fmod acos acosh asin asinh atan atanh "
    "atan2 cosh sinh expm1 log1p log10 hypot trunc erfc lgamma erfinv"
).split()

FUNCTIONS: dict[str, str] = {
    **{name: f"torch.{name}({{args}})" for name in _PLAIN},
    "rint": "torch.round({0})",
    "cbrt": "(torch.sign({0}) * torch.abs({0}) ** (1 / 3))",
    "exp10": "(10.0 ** {0})",
    "erfcx": "torch.special.erfcx({0})",
    "erfcinv": "(-torch.special.ndtri({0} / 2) / 2**0.5)",
    "normcdf": "torch.special.ndtr({0})",
    "normcdfinv": "torch.special.ndtri({0})",
    "j0": "torch.special.bessel_j0({0})",
    "j1": "torch.special.bessel_j1({0})",
    "sinpi": "torch.sin(torch.pi * torch.fmod({0}, 2))",
    "cospi": "torch.cos(torch.pi * torch.fmod({0}, 2))",
    "remainder": "({0} - {1} * torch.round({0} / {1}))",
    "round": "(torch.sign({0}) * torch.floor(torch.abs({0}) + 0.5))",
    "rhypot": "(1 / torch.hypot({0}, {1}))",
}

# Formats of floats: PyTorch's names of the float and of the integer of its size.
FORMATS: dict[str, tuple[str, str]] = {
    "f16": ("torch.float16", "torch.int16"),
    "bf16": ("torch.bfloat16", "torch.int16"),
    "f32": ("torch.float32", "torch.int32"),
    "f64": ("torch.float64", "torch.int64"),
}

# Functions that a rendered kernel may call; each is put in front of it if it is.
HELPERS: dict[str, str] = {
    "amax": '''\
def amax(x, dim):
    """The maximum along `dim`; of no elements, the lowest number that there is."""
    return extremum(torch.amax, x, dim, -torch.inf, "min")
''',
    "amin": '''\
def amin(x, dim):
    """The minimum along `dim`; of no elements, the highest number that there is."""
    return extremum(torch.amin, x, dim, torch.inf, "max")
''',
    "extremum": """\
def extremum(function, x, dim, infinity, limit):
    if x.shape[dim]:
        return function(x, dim, keepdim=True)
    shape = list(x.shape)
    shape[dim] = 1
    if infinity is None or not x.is_floating_point():
        infinity, x = getattr(torch.iinfo(torch.int64), limit), x.long()
    return x.new_full(shape, infinity)
""",
    "argmax": '''\
def argmax(x, dim):
    """Where the maximum along `dim` is first; of no elements, past all."""
    return extremum(torch.argmax, x, dim, None, "max")
''',
    "argmin": '''\
def argmin(x, dim):
    """Where the minimum along `dim` is first; of no elements, past all."""
    return extremum(torch.argmin, x, dim, None, "max")
''',
    "take": '''\
def take(array, offset):
    """array[offset]; outside of the array anything will do, for what is read there is not used."""
    offset = torch.as_tensor(offset, device=array.device)
    return array[offset.clamp(0, len(array) - 1)] if len(array) else array.new_zeros(offset.shape)
''',
    "store": '''\
def store(array, offset, value, mask=True):
    """array[offset] = value wherever the mask holds."""
    parts = [torch.as_tensor(part, device=array.device) for part in (offset, value, mask)]
    offset, value, mask = torch.broadcast_tensors(*parts)
    array[offset[mask]] = value[mask].to(array.dtype)
''',
    "most": '''\
def most(x):
    """The greatest element, 0 if there is none."""
    x = torch.as_tensor(x)
    return int(x.max()) if x.numel() else 0
''',
    "least": '''\
def least(x):
    """The least element, 0 if there is none."""
    x = torch.as_tensor(x)
    return int(x.min()) if x.numel() else 0
''',
    "address": '''\
def address(array):
    """Where an array is; 0 if there is none."""
    return 0 if array is None else array.data_ptr()
''',
    "div": '''\
def div(a, b):
    """a / b rounded toward zero."""
    return torch.div(torch.as_tensor(a), b, rounding_mode="trunc")
''',
    "rem": '''\
def rem(a, b):
    """What is left of a / b rounded toward zero."""
    return torch.fmod(torch.as_tensor(a), b)
''',
    "element": '''\
def element(state, *places):
    """The elements of a state at some places; beyond its ends anything will do."""
    places = [torch.as_tensor(p, device=state.device) for p in places]
    return state[tuple(p.clamp(0, max(n - 1, 0)) for p, n in zip(places, state.shape))]
''',
    "at_rank": '''\
def at_rank(values, rank, dim):
    """The elements that stand at `rank` along `dim`; beyond the ends anything will do."""
    size, rank = values.shape[dim], torch.as_tensor(rank, device=values.device)
    if not size:
        return values.sum(dim, keepdim=True) + 0 * rank
    values, rank = (x[(None,) * (max(values.dim(), rank.dim()) - x.dim())] for x in (values, rank))
    return torch.take_along_dim(values, rank.clamp(0, size - 1), dim)
''',
    "chain": '''\
def chain(matrices):
    """The product of the matrices along the third dimension from the end, later ones on the left."""
    product = torch.eye(matrices.shape[-1], dtype=matrices.dtype, device=matrices.device)
    product = product.expand(*matrices.shape[:-3], *product.shape)
    for number in range(matrices.shape[-3]):
        product = matrices[..., number, :, :] @ product
    return product
''',
    "nonzero": '''\
def nonzero(x):
    """x, or 1 where x is 0: what is divided by that is not used."""
    return x + (x == 0)
''',
    "wrapped": '''\
def wrapped(x, width):
    """The low bits of an integer as a signed number."""
    half = 1 << (width - 1)
    return (x + half) % (1 << width) - half
''',
}
NEEDS: dict[str, tuple[str, ...]] = dict.fromkeys(("amax", "amin", "argmax", "argmin"), ("extremum",))
