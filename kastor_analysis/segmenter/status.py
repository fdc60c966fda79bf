"""What became of a rep: run as the others, broken off, or run on over twice the distance.

Only where most reps are of one distance can another be told to be half or twice of it; in ladders and mixed sets every
rep is taken as run.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..motion import Motion
from ..quantities.ordered import median
from .spans import RepSpan

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
    typical_m = float(median(distance_m))
    share = distance_m / typical_m
    if (np.abs(np.log(share)) < ALIKE).mean() < MOST:
        return list(spans)
    out = []
    speed_mps = distance_m / np.array([s.duration_s for s in spans])
    typical_mps = float(median(speed_mps))
    for span, part, mps in zip(spans, share.tolist(), speed_mps.tolist(), strict=True):
        rare = (np.abs(share - part) < LIKE_IT).sum() <= max(1.0, RARE * share.size)
        if rare and part < ABORTED_BELOW and mps < OF_ITS_OWN_PACE * typical_mps:
            span = span._replace(status="aborted")
        elif rare and DOUBLE[0] <= part <= DOUBLE[1]:
            span = span._replace(status="double")
        out.append(span)
    return out
