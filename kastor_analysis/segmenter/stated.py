"""Stated uncertainties: what the fits claim, brought to what they were measured to be.

A kink's fit knows the noise of its samples and, on a track, a line's scatter; it does not know that one runner presses
late and another sets off before the line, an error common to a session's reps. Held against lap presses of real
sessions, as recorded and as bare GPX alike, rep times scatter 1.6 times as far as the fits say, and boundaries carry
0.9 s more. What a press itself misses the line by (0.3 to 0.5 s) is in neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .spans import RepSpan

TIME_FACTOR, TIME_FLOOR_S = 1.6, 0.3
EDGE_FACTOR, EDGE_FLOOR_S = 1.3, 0.9


def stated(spans: Sequence[RepSpan]) -> list[RepSpan]:
    """Return the reps with their sds as measured; those of presses stay."""
    out = []
    for span in spans:
        start_source, _, end_source = span.source.partition("/")
        start_pressed, end_pressed = start_source == "lap", (end_source or start_source) == "lap"
        if not (start_pressed and end_pressed):
            span = replace(
                span,
                start_sd_s=span.start_sd_s if start_pressed else _edge(span.start_sd_s),
                end_sd_s=span.end_sd_s if end_pressed else _edge(span.end_sd_s),
                duration_sd_s=float(np.hypot(TIME_FACTOR * span.duration_sd_s, TIME_FLOOR_S)),
            )
        out.append(span)
    return out


def _edge(sd_s: float) -> float:
    return float(np.hypot(EDGE_FACTOR * sd_s, EDGE_FLOOR_S))
