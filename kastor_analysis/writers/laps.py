"""`laps_of`: the segments of a session as laps, ready for a watch's file.

Conventions: laps follow each other from the start of the recording to its end, one a segment; ground too short to be a
lap of its own (under `SHORTEST_S`) goes to its neighbour. Times are seconds on the elapsed clock since the activity's
start; NaN where the recording tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from ..activity import Activity
from ..errors import SegmentError
from ..motion import motion_of
from ..quantities.equal import EqualNan
from ..scorer.samples import Samples
from ..segments import Kind, Segment
from ..session import Session

SHORTEST_S = 10.0
MOMENT_S = 0.3  # a lap this short is a rounding
INTENSITY: dict[Kind, str] = {
    "warmup": "warmup",
    "drills": "warmup",
    "stride": "active",
    "rep": "active",
    "recovery": "recovery",
    "cooldown": "cooldown",
    "other": "rest",
}
"""What a lap is called in FIT, by the kind of its segment."""

_GROUND = frozenset({"warmup", "drills", "recovery", "cooldown", "other"})


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class SegmentLap(EqualNan):
    """One lap: a span, what the watch would have summed up of it, and what it was."""

    kind: Kind
    start_s: float
    end_s: float
    timer_s: float
    distance_m: float
    heart_rate_avg_bpm: float = nan
    heart_rate_max_bpm: float = nan
    speed_avg_mps: float = nan
    speed_max_mps: float = nan
    cadence_avg_spm: float = nan
    cadence_max_spm: float = nan
    power_avg_w: float = nan
    power_max_w: float = nan

    @property
    def elapsed_s(self) -> float:
        """Seconds from start to end."""
        return self.end_s - self.start_s

    @property
    def intensity(self) -> str:
        """``warmup``, ``active``, ``recovery``, ``cooldown`` or ``rest``."""
        return INTENSITY[self.kind]


def laps_of(session: Session) -> tuple[SegmentLap, ...]:
    """Return the laps of a session."""
    activity = session.activity
    samples, timer_at, metres = Samples(activity), timer_of(activity), _metres(activity)
    power_w, speed_mps = activity.column("power_w"), activity.column("speed_mps")
    laps = []
    for row in _worth_a_lap(session.rows):
        span = row.start_s, row.end_s
        timer_s = timer_at(row.end_s) - timer_at(row.start_s)
        distance_m = metres(*span)
        laps.append(
            SegmentLap(
                kind=row.kind,
                start_s=row.start_s,
                end_s=row.end_s,
                timer_s=timer_s,
                distance_m=distance_m,
                heart_rate_avg_bpm=samples.mean(samples.heart_rate_bpm, *span),
                heart_rate_max_bpm=samples.peak(samples.heart_rate_bpm, *span),
                speed_avg_mps=distance_m / timer_s if timer_s > 0.5 else nan,
                speed_max_mps=samples.peak(speed_mps, *span),
                cadence_avg_spm=samples.mean(samples.cadence_spm, *span),
                cadence_max_spm=samples.peak(samples.cadence_spm, *span),
                power_avg_w=samples.mean(power_w, *span),
                power_max_w=samples.peak(power_w, *span),
            )
        )
    return tuple(laps)


def timer_of(activity: Activity) -> Callable[[float], float]:
    """Return the watch's timer against elapsed seconds.

    It stands still in pauses. Where the recording's own laps tell what the timer counted over them, to the millisecond,
    it agrees with them: pauses are told in whole seconds.
    """
    laps, pauses = activity.lap_table, activity.pause_table
    edges = np.unique(
        np.clip(
            np.concatenate(
                [
                    [0.0, activity.duration_s],
                    *(table[name] for table in (laps, pauses) for name in ("start_s", "end_s")),
                ]
            ),
            0.0,
            activity.duration_s,
        )
    )
    edges = edges[np.isfinite(edges)]
    width = np.diff(edges)
    middle = (edges[:-1] + edges[1:]) / 2
    paused = np.zeros(width.size, dtype=bool)
    for start_s, end_s in zip(pauses["start_s"], pauses["end_s"], strict=True):
        paused |= (middle >= start_s) & (middle < end_s)
    ran_s = np.where(paused, 0.0, width)
    for start_s, end_s, told_s in zip(laps["start_s"], laps["end_s"], laps["timer_s"], strict=True):
        inside = (middle >= start_s) & (middle < end_s)
        elapsed_s, paused_s = float(width[inside].sum()), float(width[inside & paused].sum())
        if not (isfinite(told_s) and 0.0 <= told_s <= elapsed_s + 1.0 and elapsed_s > 0.0):
            continue
        spare_s = float(np.clip(told_s - (elapsed_s - paused_s), 0.0, paused_s))
        share = np.where(paused, spare_s / paused_s if paused_s else 0.0, 1.0)[inside] * width[inside]
        total_s = float(share.sum())
        ran_s[inside] = share * min(told_s / total_s, 1.0) if total_s > 0 else share
    passed = np.concatenate([[0.0], np.cumsum(ran_s)])
    return lambda at_s: float(np.interp(at_s, edges, passed))


def _metres(activity: Activity) -> Callable[[float, float], float]:
    distance_m = activity.column("distance_m")
    known = np.isfinite(distance_m)
    if known.sum() >= 2:
        time_s, counted = activity.column("time_s")[known], np.maximum.accumulate(distance_m[known])
        # What was covered before the first sample belongs to the first lap.
        time_s, counted = np.concatenate([[0.0], time_s]), np.concatenate([[min(counted[0], 0.0)], counted])
        return lambda a, b: float(np.diff(np.interp([a, b], time_s, counted))[0])
    try:
        return motion_of(activity).gained_m
    except SegmentError:
        return lambda a, b: nan


def _worth_a_lap(rows: Sequence[Segment]) -> list[Segment]:
    """Return segments less the ground that is too short, which its neighbour on the ground takes over."""
    kept: list[Segment] = []
    for row in rows:
        last = kept[-1] if kept else None
        is_ground = last is not None and last.kind in _GROUND and row.kind in _GROUND
        if last is not None and is_ground and min(row.duration_s, last.duration_s) < SHORTEST_S:
            longer = max(last, row, key=lambda r: r.duration_s)
            kept[-1] = _spanning(longer, last.start_s, row.end_s)
        else:
            kept.append(row)
    # The clocks of samples and of laps end a moment apart: what lies between is no lap.
    if len(kept) > 1 and kept[-1].kind in _GROUND and kept[-1].duration_s < MOMENT_S:
        kept.pop()
    return kept


def _spanning(row: Segment, start_s: float, end_s: float) -> Segment:
    return row if (start_s, end_s) == (row.start_s, row.end_s) else Segment(kind=row.kind, start_s=start_s, end_s=end_s)
