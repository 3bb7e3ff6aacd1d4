"""How pytest is told of our plugin: an installed package says so itself, a checkout on the path does not."""

from __future__ import annotations

from importlib.metadata import entry_points

NAME = "triton_lift.testing.plugin"
OPTIONS = [] if any(e.value == NAME for e in entry_points(group="pytest11")) else ["-p", NAME]
