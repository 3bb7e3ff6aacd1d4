"""Networks of comparators: what sorts as the compiler expands it, recognised by what it computes."""

from triton_lift.networks.rewriting import without_tensors

__all__ = ["without_tensors"]
