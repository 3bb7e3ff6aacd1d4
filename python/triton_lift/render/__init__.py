"""Printing formulas: Unicode text and LaTeX."""
