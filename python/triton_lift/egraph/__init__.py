"""The formula a paper would print: simplification on an e-graph, each result proved equal to the raw value."""
