"""Reps that a stop cut in two: a lace, a crossing, a watch that paused by itself in the middle of a rep.

The two parts make up one of the other reps, and between them lies hardly a rest. The clock of a rep goes on through
such a stop, as it does for the runner.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..quantities.ordered import median
from .levels import Bout

FEWEST_REPS = 5
ALIKE = 0.10
"""Largest |log ratio| of two distances that are the same."""
MOST = 0.6
"""Share of the reps that must be of one distance."""
LONGEST_STOP_S = 25.0
AS_FAST = 0.12
"""Largest |log ratio| of the speed of a part to that of the reps."""
STOP_SHARE = 0.3
"""A stop is shorter than this share of the session's usual rest."""


def rejoined(reps: Sequence[Bout], beside: Sequence[Bout] = ()) -> list[Bout]:
    """Return the reps, in order of time, with the two parts of one that was cut in two made one.

    Parameters
    ----------
    reps : sequence of Bout
        As found; both parts may be among them.
    beside : sequence of Bout
        What is no rep by itself, in order, apart from the reps; both parts may be among these.
    """
    out = list(reps)
    if len(out) < FEWEST_REPS:
        return out
    distance_m = np.array([bout.distance_m for bout in out])
    typical_m = float(median(distance_m))
    if (np.abs(np.log(distance_m / typical_m)) < ALIKE).mean() < MOST:
        return out
    typical_mps = float(median([bout.speed_mps for bout in out]))
    rest_s = float(median([b.start_s - a.end_s for a, b in pairwise(out)]))
    longest_s = min(LONGEST_STOP_S, STOP_SHARE * rest_s)

    def are_one(first: Bout, second: Bout) -> bool:
        if second.start_s - first.end_s > longest_s:
            return False
        return bool(abs(np.log(_joined(first, second).distance_m / typical_m)) < ALIKE)

    i = 0
    while i + 1 < len(out):
        if are_one(out[i], out[i + 1]):
            out[i : i + 2] = [_joined(out[i], out[i + 1])]
        i += 1
    fast = [bout for bout in beside if abs(np.log(bout.speed_mps / typical_mps)) < AS_FAST]
    for first, second in pairwise(fast):
        if are_one(first, second) and not any(r.start_s < second.end_s and r.end_s > first.start_s for r in out):
            out.append(_joined(first, second))
    return sorted(out, key=lambda bout: bout.start_s)


def _joined(first: Bout, second: Bout) -> Bout:
    distance_m, duration_s = first.distance_m + second.distance_m, second.end_s - first.start_s
    low_mps, high_mps = min(first.low_mps, second.low_mps), min(first.high_mps, second.high_mps)
    return Bout(first.start_s, second.end_s, low_mps, high_mps, distance_m / duration_s)
