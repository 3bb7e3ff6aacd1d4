"""Two dumps of one set of kernels: what has changed in what they compute."""
