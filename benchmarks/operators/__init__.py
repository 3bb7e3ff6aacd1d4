"""Real kernels of well-known operators, measured against their textbook formulas."""
