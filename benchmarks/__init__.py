"""Measurements, as ratios: ``python -m benchmarks`` (``make bench``)."""
