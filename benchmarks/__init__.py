"""Benchmarks: `make bench`. Whole processes, several runs in turn, medians, always as ratios to a
rival in one run."""
