"""Benchmarks: each prints a ratio against a baseline measured in the same run. Results stand in docs/performance.md."""
