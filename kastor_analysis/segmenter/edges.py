"""Edges of bouts put where the rep's own running begins and ends: past the shoulders that lead up to it.

A runner walks off, jogs some way and then runs; or lets go into a jog, and walks later. Level sets take such a
shoulder for a part of the bout where the jog stands out more than the rep does. Here each edge is asked again, with
the level between the rest beside it and the rep itself: the instant before which most was slower, and after which most
was faster (the least of the cumulative sum of speed less level; Page 1954). A dip within the rep is outweighed by the
running on both sides of it. Edges move inwards only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..motion import Motion
from ..quantities.ordered import median
from .levels import Bout

FloatArray = NDArray[np.float64]

BETWEEN = 0.55
"""Where the level lies between the rest and the rep."""
CORE = 0.25
"""The speed of the rep is the median of what is left without so much of it at either end."""
REST_S, BESIDE_S = 45.0, 3.0
"""The speed of the rest is the median of so many seconds, these next to the bout left out."""
MOST_S, MOST_SHARE = 40.0, 0.3
"""A shoulder is no longer than this (seconds, share of the bout)."""
AT_MOST = 0.3
"""A second counts by no more than this share of the rep's speed, or a leap of the positions would outweigh all."""
SPARSEST_BEAT_S = 5.0
"""Where samples lie further apart, no shoulder can be told from the way a runner sets off."""
FASTEST_REST = 0.97
"""A rest is slower than its rep, as a share of its speed."""


def without_shoulders(motion: Motion, bouts: Sequence[Bout]) -> list[Bout]:
    """Return the bouts less what leads up to the rep and away from it."""
    if motion.beat_s > SPARSEST_BEAT_S:
        return list(bouts)
    edges_s = [-np.inf, *(edge_s for bout in bouts for edge_s in (bout.start_s, bout.end_s)), np.inf]
    return [_trimmed(motion, *each) for each in zip(bouts, edges_s[:-2:2], edges_s[3::2], strict=True)]


def _trimmed(motion: Motion, bout: Bout, before_s: float, after_s: float) -> Bout:
    length_s = bout.duration_s
    core = _second(motion, bout.start_s + CORE * length_s, bout.end_s - CORE * length_s)
    if not core.size:
        return bout
    rep_mps = float(median(core))
    reach_s = min(MOST_S, MOST_SHARE * length_s)
    rest = _second(motion, max(bout.start_s - REST_S, before_s + BESIDE_S), bout.start_s - BESIDE_S)
    first_s = _slower_for_s(_second(motion, bout.start_s, bout.start_s + reach_s), rest, rep_mps)
    rest = _second(motion, bout.end_s + BESIDE_S, min(bout.end_s + REST_S, after_s - BESIDE_S))
    last_s = _slower_for_s(_second(motion, bout.end_s - reach_s, bout.end_s)[::-1], rest, rep_mps)
    return replace(bout, start_s=bout.start_s + first_s, end_s=bout.end_s - last_s)


def _second(motion: Motion, start_s: float, end_s: float) -> FloatArray:
    """Return the speed of every second of a span."""
    first, last = np.clip([start_s, end_s], 0.0, motion.grid_speed_mps.size)
    return motion.grid_speed_mps[int(first) : int(np.ceil(last))]


def _slower_for_s(inwards_mps: FloatArray, rest_mps: FloatArray, rep_mps: float) -> float:
    """Return for how long the running from an edge inwards is no more than a shoulder; 0 where it is none."""
    outside_mps = min(float(median(rest_mps)) if rest_mps.size else 0.0, FASTEST_REST * rep_mps)
    level_mps = outside_mps + BETWEEN * (rep_mps - outside_mps)
    over = np.clip(inwards_mps - level_mps, -AT_MOST * rep_mps, AT_MOST * rep_mps)
    return float(np.argmin(np.concatenate([[0.0], np.cumsum(over)])))
