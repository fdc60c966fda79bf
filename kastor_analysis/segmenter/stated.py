"""Stated uncertainties: what the fits claim, brought to what they were measured to be.

A kink's fit knows the noise of its samples; it does not know that one runner presses late and another sets off before
the line, an error common to a session's reps (a line of the track has it in its own sd). Factors and floors were
measured against the lap presses of real sessions, as recorded and as bare GPX alike, so that two in three of the true
values lie within one sd, whether the stated sd is small or large (docs/accuracy.md). What a press itself misses the
line by (0.3 to 0.5 s) is in none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .spans import PRESSED, RepSpan

KINK_FACTOR = 1.7
LINE_FACTOR = 0.8
TIME_FLOOR_S = 0.4
EDGE_FACTOR, EDGE_FLOOR_S = 1.3, 0.9


def stated(spans: Sequence[RepSpan]) -> list[RepSpan]:
    """Return the reps with their sds as measured; those of presses stay."""
    out = []
    for span in spans:
        start_source, end_source = span.sources
        if {start_source, end_source} <= PRESSED:
            out.append(span)
            continue
        in_time = np.hypot(_of_time(span.start_sd_s, start_source), _of_time(span.end_sd_s, end_source))
        own = span.duration_sd_s if span.is_held else float(in_time)
        out.append(
            replace(
                span,
                start_sd_s=_of_edge(span.start_sd_s, start_source),
                end_sd_s=_of_edge(span.end_sd_s, end_source),
                duration_sd_s=float(np.hypot(own, TIME_FLOOR_S)),
            )
        )
    return out


def _of_time(sd_s: float, source: str) -> float:
    if source in PRESSED:
        return sd_s
    if source == "pause":
        return sd_s
    return (LINE_FACTOR if "track" in source else KINK_FACTOR) * sd_s


def _of_edge(sd_s: float, source: str) -> float:
    if source in PRESSED:
        return sd_s
    return float(np.hypot(sd_s if "track" in source else EDGE_FACTOR * sd_s, EDGE_FLOOR_S))
