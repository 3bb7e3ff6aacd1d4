"""Kernels that a careless lifter would get wrong. Each does one thing that differs from how it looks."""
