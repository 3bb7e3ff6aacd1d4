"""Rewrites, one file for each family."""
