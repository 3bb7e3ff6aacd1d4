"""Bottom-up search for closed forms that no rule gives."""

from triton_lift.synthesis.search import PREFIX, Search, again
from triton_lift.synthesis.system import NoSystem, System, system_of

__all__ = ["PREFIX", "NoSystem", "Search", "System", "again", "system_of"]
