"""The examples as data: everything that tests, benchmarks and the dump script need to know of them."""

from examples.specs import attention, dense, norms_backward, pointwise, recurrences, rotary, rows, sorting
from examples.specs.model import Example

_ALL = (
    *pointwise.EXAMPLES,
    *rotary.EXAMPLES,
    *rows.EXAMPLES,
    *sorting.EXAMPLES,
    *norms_backward.EXAMPLES,
    *recurrences.EXAMPLES,
    *dense.EXAMPLES,
    *attention.EXAMPLES,
)
EXAMPLES: dict[str, Example] = {example.name: example for example in _ALL}

__all__ = ["EXAMPLES", "Example"]
