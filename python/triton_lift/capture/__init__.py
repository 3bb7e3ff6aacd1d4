"""IR from Triton itself: kernels compiled from their source, programs run without a GPU, programs watched as they run.

Everything here that imports triton or torch does so when it is used, never when it is imported.
"""
