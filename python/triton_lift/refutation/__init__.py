"""Refutation: launches on which a property fails, found and executed; it runs after lifting and changes no proof."""
