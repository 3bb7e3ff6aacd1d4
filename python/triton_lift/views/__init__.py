"""A verified kernel as it was launched: flat pointers shown as the tensors that they point to.

Only presentation: what is proved of the kernel stays proved for all sizes, and what is shown here follows from it for
every launch whose tensors are laid out as the observed ones. Nothing of the lifter is imported before it is used.
"""
