"""How long lifting takes, against what the same kernel costs to compile."""
