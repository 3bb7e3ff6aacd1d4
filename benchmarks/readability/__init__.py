"""Our formulas beside those of the literature."""
