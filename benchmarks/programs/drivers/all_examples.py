"""Every example of this project, launched at two sizes."""

import numpy as np
import torch

from examples.dump import kernel_of
from examples.specs import EXAMPLES
from examples.specs.model import Draw

DEVICE = "cuda"
SIZES = 2


def main() -> None:
    for example in EXAMPLES.values():
        kernel = kernel_of(example.kernel)
        for number, sizes in enumerate([s for s in example.sizes if all(s.values())][-SIZES:]):
            args, grid = example.draw(Draw(number, example.dtype), sizes)
            given = {
                n: torch.from_numpy(a).to(DEVICE) if isinstance(a, np.ndarray) else a for n, a in args.items()
            }
            kernel[grid](**{**given, **example.constexprs})


if __name__ == "__main__":
    main()
