"""Benchmarks: each prints one JSON object; none runs in the tests."""
