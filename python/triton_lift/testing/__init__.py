"""For tests: the pytest plugin (`pytest --triton-lift`), and the fixture that asserts a kernel's formula."""
