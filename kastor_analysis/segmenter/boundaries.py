"""Start and finish times of reps, to a fraction of a second.

A start is the kink at which the runner sets off, a finish the one at which they let go (`kinks`). A timer pause that
begins while the runner is still at full speed is itself the finish, for a watch is stopped at the line; one that ends
as the runner sets off is itself the start. Some stop the watch seconds later: one habit is taken for a session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..motion import Motion
from ..quantities.ordered import median
from .kinks import Speeds, kink_profile
from .levels import Bout
from .spans import RepSpan, joined

FloatArray = NDArray[np.float64]

SETTING_OFF_TAU_S, LETTING_GO_TAU_S = 1.4, 3.0
"""How fast the speed in a watch's distance goes over to the new one (exponentially), at a start and at a finish."""
INSIDE_S = 12.0
"""How much of the rep a kink is fitted to, at the most half of it; reps start fast and settle later."""
OUTSIDE_S = 10.0
"""How much of what lies beside the rep."""
SEARCH_START_S, SEARCH_END_S = (8.0, 6.0), (9.0, 4.0)
"""How far before and after the edge of the bout the kink is looked for (the edge of a finish is late)."""
START_OVER_MEAN, END_OVER_MEAN = 1.05, 0.97
"""The speed of a rep at its start, and at its end, over its mean: what is expected of it beforehand."""
SPEED_SD_MPS, OUTER_SD_MPS = 0.5, 0.8
"""How sure that is, and how sure the speed beside the rep."""

SD_FACTOR, SD_FLOOR_S = 1.2, 0.5
"""A fit knows the noise of its samples; the runner's own way of setting off and letting go comes on top."""

WATCH_LATE_S = 0.4
"""By how much a watch's distance follows the runner, median over makers and over starts and finishes alike."""
THUMB_LATE_S = 0.15
"""Half of what a thumb is late at a finish. Against presses the rest of the fit is unbiased; the line lies some 0.3 s
before them, and how far exactly no recording tells. Half way, a time is within 0.15 s of either."""

PAUSE_REACH_S = 8.0
"""So near to the edge of a bout a pause's edge lies next to it."""
SETS_OFF_LATER_S, STOPS_LATER_S = 1.2, 4.0
"""Runners who stop the watch at the line and resume it as they set off do so all through a session. Where kinks follow
the resuming, or lie before the stops, by more than this in the median, pauses tell no boundary. (A kink lies up to
3.5 s before a stop at the line: of the letting go there is nothing to see.)"""
PAUSE_SLACK_START_S, PAUSE_SLACK_END_S = 2.0, 6.0
"""How far a single kink may lie from the pause and yet be its edge, in a session where pauses are."""
PAUSE_SD_S = 0.6
"""Of a start or a finish at a pause's edge: its clock is in whole seconds, and the thumb has its own."""
RESUMED_EARLY_S = 0.3
"""A runner sets off after resuming the watch, and stops it after the line; files round both down to whole seconds."""


class Edge(NamedTuple):
    """One boundary: its time and sd, where it comes from, and the edge of a pause that lies next to it, or NaN."""

    time_s: float
    sd_s: float
    source: str = "signal"
    pause_s: float = nan


def refine(motion: Motion, reps: Sequence[Bout]) -> list[RepSpan]:
    """Return the reps with their boundaries timed."""
    starts, ends = _kinks(motion, reps)
    if motion.distance_source == "positions" and _habit_s(motion, starts) > SETS_OFF_LATER_S:
        # The positions are late, at the stops as well: what lies between a finish and the stop cannot be told.
        starts, ends = _kinks(replace(motion, pauses_s=np.empty((0, 2))), reps)
    at_resuming = _habit_s(motion, starts) <= SETS_OFF_LATER_S
    at_stop = _habit_s(motion, ends) >= -STOPS_LATER_S
    return [
        _span(
            _at_pause(motion, start, at_resuming and start.time_s < start.pause_s + PAUSE_SLACK_START_S),
            _at_pause(motion, end, at_stop and end.time_s > end.pause_s - _slack_end_s(motion, end)),
        )
        for start, end in zip(starts, ends, strict=True)
    ]


def _slack_end_s(motion: Motion, end: Edge) -> float:
    """Return how long before the pause next to it a finish may seem to lie; the recording's end is no habit."""
    return PAUSE_SLACK_END_S if end.pause_s < motion.time_s[-1] else STOPS_LATER_S


def _kinks(motion: Motion, reps: Sequence[Bout]) -> tuple[list[Edge], list[Edge]]:
    """Return starts and ends by the kinks alone."""
    edges_s = [-np.inf, *(edge_s for bout in reps for edge_s in (bout.start_s, bout.end_s)), np.inf]
    befores_s, afters_s = edges_s[:-2:2], edges_s[3::2]
    starts = [time_start(motion, rep.start_s, rep.end_s, s) for rep, s in zip(reps, befores_s, strict=True)]
    ends = [time_end(motion, rep.start_s, rep.end_s, s) for rep, s in zip(reps, afters_s, strict=True)]
    return starts, ends


def _habit_s(motion: Motion, edges: Sequence[Edge]) -> float:
    """Return by how much kinks follow the pauses next to them, the median over a session: a habit; 0 without pauses."""
    off_s = [edge.time_s - edge.pause_s for edge in edges if motion.time_s[0] < edge.pause_s < motion.time_s[-1]]
    return float(median(off_s)) if off_s else 0.0


def _at_pause(motion: Motion, edge: Edge, is_so: bool) -> Edge:
    """Return an edge put at the pause next to it, if it is so."""
    if not is_so:
        return edge
    is_start = edge.pause_s in motion.pauses_s[:, 1]
    return edge._replace(time_s=edge.pause_s + (RESUMED_EARLY_S if is_start else 0.0), sd_s=PAUSE_SD_S, source="pause")


def _span(start: Edge, end: Edge) -> RepSpan:
    return RepSpan(
        start_s=start.time_s,
        end_s=end.time_s,
        start_sd_s=start.sd_s,
        end_sd_s=end.sd_s,
        duration_sd_s=float(np.hypot(start.sd_s, end.sd_s)),
        source=joined(start.source, end.source),
    )


def time_start(motion: Motion, start_s: float, end_s: float, before_s: float) -> Edge:
    """Time the kink of a start whose bout is [start_s, end_s); `before_s` is where the rep before it ended."""
    low_s, search_s = max(start_s - OUTSIDE_S, before_s + 2.0), max(start_s - SEARCH_START_S[0], before_s + 3.0)
    outer_mps = motion.mean_speed(start_s - 20.0, start_s - 5.0)
    resumed_s = _pause_edge(motion, 1, start_s)
    if isfinite(resumed_s):
        low_s, search_s, outer_mps = resumed_s, max(resumed_s, search_s), 0.0
    within = _core_speed(motion, start_s, end_s)
    profile = kink_profile(
        motion.time_s,
        motion.distance_m,
        (low_s, start_s + min(INSIDE_S, 0.5 * (end_s - start_s))),
        (search_s, start_s + SEARCH_START_S[1]),
        SETTING_OFF_TAU_S,
        Speeds(min(outer_mps, 0.85 * within), OUTER_SD_MPS, START_OVER_MEAN * within, SPEED_SD_MPS),
    )
    if profile is None:
        return Edge(resumed_s if isfinite(resumed_s) else start_s, 2.0)
    mean, sd = profile.moments()
    return Edge(mean - WATCH_LATE_S, _stated(sd), pause_s=resumed_s)


def time_end(motion: Motion, start_s: float, end_s: float, after_s: float) -> Edge:
    """Time the kink of a finish whose bout is [start_s, end_s); `after_s` is where the next rep starts."""
    inside_s = min(INSIDE_S, 0.5 * (end_s - start_s))
    within = _core_speed(motion, start_s, end_s)
    high_s, search_s = min(end_s + OUTSIDE_S, after_s - 2.0), min(end_s + SEARCH_END_S[1], after_s - 3.0)
    stopped_s = _pause_edge(motion, 0, end_s)
    if isfinite(stopped_s):
        high_s, search_s = stopped_s, min(stopped_s, search_s)
    outer_mps = min(motion.mean_speed(end_s + 6.0, end_s + 20.0), 0.85 * within)
    profile = kink_profile(
        motion.time_s,
        motion.distance_m,
        (end_s - inside_s, high_s),
        (end_s - SEARCH_END_S[0], search_s),
        LETTING_GO_TAU_S,
        Speeds(END_OVER_MEAN * within, SPEED_SD_MPS, outer_mps, OUTER_SD_MPS),
    )
    if profile is None:
        return Edge(stopped_s if isfinite(stopped_s) else end_s - 2.0, 2.0)
    mean, sd = profile.moments()
    return Edge(mean - WATCH_LATE_S - THUMB_LATE_S, _stated(sd), pause_s=stopped_s)


def _stated(sd_s: float) -> float:
    """Return the sd of a kink as an estimate of the boundary, from that of its fit."""
    return float(np.hypot(SD_FACTOR * sd_s, SD_FLOOR_S))


def _core_speed(motion: Motion, start_s: float, end_s: float) -> float:
    """Return the mean speed of a bout less its first and last seconds."""
    length_s = end_s - start_s
    return motion.mean_speed(start_s + min(6.0, 0.2 * length_s), end_s - min(5.0, 0.2 * length_s))


def _pause_edge(motion: Motion, side: int, near_s: float) -> float:
    """Return the end (`side` 1) or start (0) of a lasting pause that lies next to an edge of a bout, or NaN.

    Before the recording and after it the timer stands still, too.
    """
    edges_s = np.append(motion.lasting_pauses_s[:, side], motion.time_s[0 if side else -1])
    nearest = float(edges_s[np.argmin(np.abs(edges_s - near_s))])
    return nearest if abs(nearest - near_s) <= PAUSE_REACH_S else nan
