"""What became of a rep: run as the others, broken off, or run on over twice the distance.

It is said of a rep beside those of its own length alone, before and after it: the 400s after 1000s are no broken 1000s,
and one of the 1000s may be broken all the same. Where no length is kept up, in ladders and where lengths take turns,
every rep is taken as run.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..motion import Motion
from ..quantities.ordered import median
from .spans import RepSpan

FloatArray = NDArray[np.float64]

FEWEST_REPS = 5
"""With fewer no distance is the session's own."""
ALIKE, MOST = 0.10, 0.7
"""Share of the reps that must be of one distance, to so much (log)."""
ABORTED_BELOW = 0.75
"""Share of that distance."""
OF_ITS_OWN_PACE = 1.15
"""A shorter rep so much faster than the others was meant to be short: a last sprint over 200 m."""
DOUBLE = (1.85, 2.15)
"""So much of that distance is two reps without a rest."""
LIKE_IT, RARE = 0.08, 0.125
"""What more than this share of the reps (but always one) has in common, to so much of the distance, is how the session
was set, not a mishap."""


def with_status(motion: Motion, spans: Sequence[RepSpan]) -> list[RepSpan]:
    """Return the reps with ``aborted`` and ``double`` said of those that were."""
    if len(spans) < FEWEST_REPS:
        return list(spans)
    edges = motion.distance_at(np.array([[s.start_s, s.end_s] for s in spans]))
    distance_m = edges[:, 1] - edges[:, 0]
    bounds = [0, *changes_of_length(distance_m), len(spans)]
    out: list[RepSpan] = []
    for first, end in pairwise(bounds):
        out += _among_fellows(spans[first:end], distance_m[first:end], distance_m)
    return out


def changes_of_length(distance_m: FloatArray) -> list[int]:
    """Return at which reps another length begins that is kept up: single odd ones, one or two in a row, change nothing.

    The running median of five reps, of three at the ends, keeps edges and drops what is odd (Tukey 1977).
    """
    n = distance_m.size
    usual_m = [median(distance_m[max(i - 2, 0) : i + 3]) for i in range(n)]
    usual_m[:2], usual_m[-2:] = [median(distance_m[:3])] * 2, [median(distance_m[-3:])] * 2
    off = np.abs(np.diff(np.log(np.maximum(usual_m, 1.0))))
    return (1 + np.flatnonzero(off >= ALIKE)).tolist()


def _among_fellows(spans: Sequence[RepSpan], distance_m: FloatArray, every_m: FloatArray) -> list[RepSpan]:
    """Return reps of one length, some of them perhaps broken off or doubled, with what became of each.

    `every_m` are the distances of all reps of the session: as far as others were run is how it was set.
    """
    if len(spans) < FEWEST_REPS:
        return list(spans)
    typical_m = float(median(distance_m))
    share = distance_m / typical_m
    if (np.abs(np.log(share)) < ALIKE).mean() < MOST:
        return list(spans)
    out = []
    speed_mps = distance_m / np.array([s.duration_s for s in spans])
    typical_mps = float(median(speed_mps))
    for span, part, mps in zip(spans, share.tolist(), speed_mps.tolist(), strict=True):
        rare = (np.abs(every_m / typical_m - part) < LIKE_IT).sum() <= max(1.0, RARE * every_m.size)
        if rare and part < ABORTED_BELOW and mps < OF_ITS_OWN_PACE * typical_mps:
            span = span._replace(status="aborted")
        elif rare and DOUBLE[0] <= part <= DOUBLE[1]:
            span = span._replace(status="double")
        out.append(span)
    return out
