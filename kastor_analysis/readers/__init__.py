"""Readers: bytes of a recording -> `Activity`. `load` is the door."""
