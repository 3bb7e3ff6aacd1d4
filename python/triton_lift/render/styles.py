"""How formulas look as text; `display` sets them as on paper."""

from __future__ import annotations

from triton_lift.formulas.spelling import TextStyle
from triton_lift.formulas.style import Style

__all__ = ["Style", "TextStyle"]
