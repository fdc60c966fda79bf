"""Everything that is no rep: recoveries, warm-up, drills, strides, cool-down and the rest, so that segments cover all.

Conventions: easy running is motion above a walk that lasts; the warm-up is the easy running before the first rep (or
the first stride), the cool-down that after the last rep; drills are the broken, slow moving about between warm-up and
first rep. What is none of these is ``other``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..motion import Motion
from ..segments import Kind, Segment
from .spans import RepSpan

FloatArray = NDArray[np.float64]

EASY_MPS, EASY_LASTS_S = 1.7, 100.0
"""Easy running is faster than this, and lasts as long in all."""
EASY_SHARE = 0.75
"""What is broken more than this is drills, not easy running."""
EASY_BREAK_S = 45.0
"""A stop shorter than this (a gate, a shoelace) does not end easy running."""
DRILL_MPS = (0.35, 2.4)
"""Mean speed of drills: moving along the track, but no run."""
DRILLS_LAST_S = 60.0
"""What is shorter is on the way to the line."""
COOLDOWN_DELAY_S = 3.0
"""So long after the last rep easy running is still the letting go."""


def easy_runs(motion: Motion, start_s: float, end_s: float) -> NDArray[np.float64]:
    """Return the spans of lasting easy running within a stretch, shape (k, 2)."""
    grid = motion.grid_time_s
    inside = (grid > start_s) & (grid < end_s)
    running = np.concatenate([[False], (motion.grid_speed_mps > EASY_MPS) & inside, [False]])
    edges = np.flatnonzero(running[1:] != running[:-1])
    starts, ends = edges[::2].astype(np.float64), edges[1::2].astype(np.float64)
    if not starts.size:
        return np.empty((0, 2))
    ran = np.concatenate([[0.0], np.cumsum(ends - starts)])
    broken = np.flatnonzero(starts[1:] - ends[:-1] > EASY_BREAK_S) + 1
    first, last = np.append(0, broken), np.append(broken, starts.size)
    starts, ends, ran_s = starts[first], ends[last - 1], ran[last] - ran[first]
    lasting = (ran_s >= EASY_LASTS_S) & (ran_s >= EASY_SHARE * (ends - starts))
    return np.column_stack([np.maximum(starts[lasting], start_s), np.minimum(ends[lasting], end_s)])


def cover(motion: Motion, reps: Sequence[RepSpan], strides: Sequence[tuple[float, float]]) -> tuple[Segment, ...]:
    """Return segments that cover the whole activity.

    Parameters
    ----------
    motion : Motion
        Of the activity.
    reps : sequence of RepSpan
        In order of time, apart.
    strides : sequence of (start_s, end_s)
        Likewise.
    """
    rows: list[Segment] = []
    end_s = motion.end_s
    if not reps:
        return tuple(_run_without_reps(motion, strides))
    rows += _before(motion, 0.0, reps[0].start_s, [s for s in strides if s[1] <= reps[0].start_s])
    for number, rep in enumerate(reps, start=1):
        rows.append(
            Segment(
                kind="rep",
                run_rep=number,
                status=rep.status,
                start_s=rep.start_s,
                end_s=rep.end_s,
                start_sd_s=rep.start_sd_s,
                end_sd_s=rep.end_sd_s,
                duration_sd_s=rep.duration_sd_s,
                distance_m=motion.gained_m(rep.start_s, rep.end_s),
                nominal_distance_m=rep.nominal_distance_m,
                source=rep.source,
            )
        )
        if number < len(reps):
            rows.append(_segment(motion, "recovery", rep.end_s, reps[number].start_s, run_rep=number))
    rows += _after(motion, reps[-1].end_s, end_s, [s for s in strides if s[0] >= reps[-1].end_s], len(reps))
    return tuple(row for row in rows if row.end_s > row.start_s)


def _before(motion: Motion, start_s: float, end_s: float, strides: Sequence[tuple[float, float]]) -> list[Segment]:
    """Return what comes before the first rep."""
    active_end_s = strides[0][0] if strides else end_s
    easy = easy_runs(motion, start_s, active_end_s)
    rows: list[Segment] = []
    at = start_s
    if easy.size:
        warm_start, warm_end = float(easy[0, 0]), float(easy[-1, 1])
        rows.append(_segment(motion, "other", at, warm_start))
        rows.append(_segment(motion, "warmup", warm_start, warm_end))
        at = warm_end
    for first, last in [*strides, (end_s, end_s)]:
        rows.append(_segment(motion, _between_kind(motion, at, first), at, first))
        if last > first:
            rows.append(_segment(motion, "stride", first, last))
        at = last
    return rows


def _between_kind(motion: Motion, start_s: float, end_s: float) -> Kind:
    if end_s - start_s >= DRILLS_LAST_S and DRILL_MPS[0] <= motion.mean_speed(start_s, end_s) <= DRILL_MPS[1]:
        return "drills"
    return "other"


def _after(
    motion: Motion, start_s: float, end_s: float, strides: Sequence[tuple[float, float]], run_rep: int
) -> list[Segment]:
    """Return what comes after the last rep."""
    rows: list[Segment] = []
    at = start_s
    for first, last in strides:
        rows += _easy_and_other(motion, at, first)
        rows.append(_segment(motion, "stride", first, last))
        at = last
    rows += _easy_and_other(motion, at, end_s)
    return rows


def _easy_and_other(motion: Motion, start_s: float, end_s: float) -> list[Segment]:
    easy = easy_runs(motion, start_s + COOLDOWN_DELAY_S, end_s)
    if not easy.size:
        return [_segment(motion, "other", start_s, end_s)]
    first, last = float(easy[0, 0]), float(easy[-1, 1])
    return [
        _segment(motion, "other", start_s, first),
        _segment(motion, "cooldown", first, last),
        _segment(motion, "other", last, end_s),
    ]


def _run_without_reps(motion: Motion, strides: Sequence[tuple[float, float]]) -> list[Segment]:
    rows: list[Segment] = []
    at = 0.0
    for first, last in strides:
        rows.append(_segment(motion, "other", at, first))
        rows.append(_segment(motion, "stride", first, last))
        at = last
    rows.append(_segment(motion, "other", at, motion.end_s))
    return [row for row in rows if row.end_s > row.start_s]


def _segment(motion: Motion, kind: Kind, start_s: float, end_s: float, run_rep: int | None = None) -> Segment:
    distance_m = motion.gained_m(start_s, end_s)
    return Segment(kind=kind, start_s=start_s, end_s=end_s, run_rep=run_rep, distance_m=distance_m)
