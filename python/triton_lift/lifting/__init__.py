"""The way through the house for one kernel: summary in, `Lifted` out."""

from triton_lift.lifting.pipeline import lift_summary

__all__ = ["lift_summary"]
