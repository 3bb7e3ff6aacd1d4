"""Programs that know nothing of triton-lift, run under `triton-lift capture` and under its plugin."""
