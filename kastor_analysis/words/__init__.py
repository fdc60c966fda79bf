"""Words: what a report calls things (`vocabulary`), text from elsewhere fit to show (`escapes`), parts of sentences.

Here: instants and numbers of things, ``12:34``, ``1 sample``, ``2 samples``.
"""

from __future__ import annotations

from typing import SupportsInt


def clock(time_s: float) -> str:
    """Return seconds since the start as ``12:34`` or ``1:02:03``."""
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def counted(number: SupportsInt, noun: str) -> str:
    """Return ``1 sample``, ``2 samples``."""
    return f"{int(number)} {noun}" if int(number) == 1 else f"{int(number)} {noun}s"
