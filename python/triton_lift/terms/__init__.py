"""The formula language: hash-consed terms over integers, extended reals and booleans."""
