"""Start and finish times of reps, to a fraction of a second.

A start is the kink at which the runner sets off, a finish the one at which they let go (`kinks`). A timer pause that
begins while the runner is still at full speed is itself the finish, for a watch is stopped at the line; one that ends
as the runner sets off is itself the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..motion import Motion
from .kinks import Profile, Speeds, kink_profile
from .levels import Bout
from .spans import RepSpan, joined

FloatArray = NDArray[np.float64]

SETTING_OFF_TAU_S = 1.4
LETTING_GO_TAU_S = 3.0
INSIDE_S = 12.0
"""How much of the rep a kink is fitted to, at the most half of it; reps start fast and settle later."""
OUTSIDE_S = 10.0
SEARCH_START_S = (8.0, 6.0)
SEARCH_END_S = (9.0, 4.0)
"""How far before and after the edge of the bout the kink is looked for (the edge of a finish is late)."""
START_OVER_MEAN = 1.05
END_OVER_MEAN = 0.97
SPEED_SD_MPS = 0.5
OUTER_SD_MPS = 0.8

SD_FACTOR = 1.2
SD_FLOOR_S = 0.5
"""A fit knows the noise of its samples; the runner's own way of setting off and letting go comes on top."""

WATCH_LATE_S = 0.4
"""By how much a watch's distance follows the runner, median over makers and over starts and finishes alike."""
THUMB_LATE_S = 0.15
"""Half of what a thumb is late at a finish. Against presses the rest of the fit is unbiased; the line lies some 0.3 s
before them, and how far exactly no recording tells. Half way, a time is within 0.15 s of either."""

PAUSE_LASTS_S = 3.0
PAUSE_REACH_S = 8.0
PAUSE_SLACK_START_S = 2.0
PAUSE_SLACK_END_S = 4.0
"""A kink this close to the pause that it follows (a start), or that follows it (a finish), is the pause's own edge: a
runner who lets go and stops the watch within a few strides has stopped it for the rep."""
PAUSE_SD_S = 0.6
RESUMED_EARLY_S = 0.3
"""A runner sets off after resuming the watch, and stops it after the line; files round both down to whole seconds."""
POSITIONS_LATE_S = 1.2
"""Where positions follow the resumed watch by more, they are late at its stops as well, and what lies between a finish
and the stop cannot be told."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One boundary: its time and sd, and where it comes from."""

    time_s: float
    sd_s: float
    source: str


def refine(motion: Motion, reps: Sequence[Bout]) -> list[RepSpan]:
    """Return the reps with their boundaries timed."""
    if motion.distance_source == "positions" and _late_at_resuming_s(motion, reps) > POSITIONS_LATE_S:
        motion = replace(motion, pauses_s=np.empty((0, 2)))
    spans = []
    for i, bout in enumerate(reps):
        before_s = reps[i - 1].end_s if i else -np.inf
        after_s = reps[i + 1].start_s if i + 1 < len(reps) else np.inf
        start = time_start(motion, bout.start_s, bout.end_s, before_s)
        end = time_end(motion, bout.start_s, bout.end_s, after_s)
        spans.append(_span(start, end))
    return spans


def _late_at_resuming_s(motion: Motion, reps: Sequence[Bout]) -> float:
    """Return by how much the kinks of starts follow the watch that was resumed for them, the median; 0 without such."""
    late_s = []
    for bout in reps:
        resumed_s = _pause_edge(motion, 1, bout.start_s)
        if resumed_s is not None and resumed_s > motion.time_s[0]:
            profile = _start_profile(motion, bout.start_s, bout.end_s, resumed_s, resumed_s, 0.0)
            if profile is not None:
                late_s.append(profile.moments()[0] - WATCH_LATE_S - resumed_s)
    return float(np.median(late_s)) if late_s else 0.0


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
    """Time the start of a rep whose bout is [start_s, end_s); `before_s` is where the rep before it ended."""
    low_s, search_s = max(start_s - OUTSIDE_S, before_s + 2.0), max(start_s - SEARCH_START_S[0], before_s + 3.0)
    paused_s = _pause_edge(motion, 1, start_s)
    if paused_s is None:
        outer_mps = motion.mean_speed(start_s - 20.0, start_s - 5.0)
    else:
        low_s, search_s, outer_mps = paused_s, max(paused_s, search_s), 0.0
    profile = _start_profile(motion, start_s, end_s, low_s, search_s, outer_mps)
    if profile is None:
        return Edge(start_s if paused_s is None else paused_s, 2.0, "signal")
    mean, sd = profile.moments()
    mean -= WATCH_LATE_S
    if paused_s is not None and mean < paused_s + PAUSE_SLACK_START_S:
        early_s = RESUMED_EARLY_S if paused_s > motion.time_s[0] else 0.0
        return Edge(paused_s + early_s, PAUSE_SD_S, "pause")
    return Edge(mean, _stated(sd), "signal")


def _start_profile(
    motion: Motion, start_s: float, end_s: float, low_s: float, search_s: float, outer_mps: float
) -> Profile | None:
    """Fit the kink of a start, to samples from `low_s` on; it is looked for from `search_s` on."""
    within = _core_speed(motion, start_s, end_s)
    return kink_profile(
        motion.time_s,
        motion.distance_m,
        (low_s, start_s + min(INSIDE_S, 0.5 * (end_s - start_s))),
        (search_s, start_s + SEARCH_START_S[1]),
        SETTING_OFF_TAU_S,
        Speeds(min(outer_mps, 0.85 * within), OUTER_SD_MPS, START_OVER_MEAN * within, SPEED_SD_MPS),
    )


def time_end(motion: Motion, start_s: float, end_s: float, after_s: float) -> Edge:
    """Time the finish of a rep whose bout is [start_s, end_s); `after_s` is where the next rep starts."""
    inside_s = min(INSIDE_S, 0.5 * (end_s - start_s))
    within = _core_speed(motion, start_s, end_s)
    high_s, search_s = min(end_s + OUTSIDE_S, after_s - 2.0), min(end_s + SEARCH_END_S[1], after_s - 3.0)
    paused_s = _pause_edge(motion, 0, end_s)
    if paused_s is not None:
        high_s, search_s = paused_s, min(paused_s, search_s)
    outer = min(motion.mean_speed(end_s + 6.0, end_s + 20.0), 0.85 * within)
    profile = kink_profile(
        motion.time_s,
        motion.distance_m,
        (end_s - inside_s, high_s),
        (end_s - SEARCH_END_S[0], search_s),
        LETTING_GO_TAU_S,
        Speeds(END_OVER_MEAN * within, SPEED_SD_MPS, outer, OUTER_SD_MPS),
    )
    if profile is None:
        return Edge(end_s - 2.0 if paused_s is None else paused_s, 2.0, "signal")
    mean, sd = profile.moments()
    mean -= WATCH_LATE_S + THUMB_LATE_S
    if paused_s is not None and mean > paused_s - PAUSE_SLACK_END_S:
        return Edge(paused_s, PAUSE_SD_S, "pause")
    return Edge(mean, _stated(sd), "signal")


def _stated(sd_s: float) -> float:
    """Return the sd of a kink as an estimate of the boundary, from that of its fit."""
    return float(np.hypot(SD_FACTOR * sd_s, SD_FLOOR_S))


def _core_speed(motion: Motion, start_s: float, end_s: float) -> float:
    """Return the mean speed of a bout less its first and last seconds."""
    length_s = end_s - start_s
    return motion.mean_speed(start_s + min(6.0, 0.2 * length_s), end_s - min(5.0, 0.2 * length_s))


def _pause_edge(motion: Motion, side: int, near_s: float) -> float | None:
    """Return the end (`side` 1) or start (0) of a lasting pause that lies next to an edge of a bout.

    Before the recording and after it the timer stands still, too.
    """
    lasting = motion.pauses_s[motion.pauses_s[:, 1] - motion.pauses_s[:, 0] >= PAUSE_LASTS_S, side]
    edges_s = np.append(lasting, motion.time_s[0 if side else -1])
    nearest = float(edges_s[np.argmin(np.abs(edges_s - near_s))])
    return nearest if abs(nearest - near_s) <= PAUSE_REACH_S else None
