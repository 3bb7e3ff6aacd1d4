"""The formula language: syntax, parser, printers, and its translation from and to terms."""
