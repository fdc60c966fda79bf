"""Laps as motion: what was run between two presses, less the pauses at the edges.

Laps cut by distance in the middle of steady running are joined again, laps of a few seconds (double presses) are passed
over, and time paused at a lap's edge is rest. A file tells a pause in whole seconds, but a lap's timer to the
millisecond: where a lap holds one pause, that says how long the pause was.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite, log, nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from ..motion import PAUSE_LASTS_S, Motion

FloatArray = NDArray[np.float64]

DOUBLE_PRESS_S = 5.0
"""A shorter lap is a button pressed twice."""
EDGES_MEET_S = 1.5
"""Laps that follow each other may be so far apart by the rounding of their times."""
WHOLE_SECONDS_S = 1.6
"""Times of two clocks, each in whole seconds, may differ by so much and be the same."""
ROUNDED_DOWN_S = (-0.4, 1.3)
"""A press so long after a pause's edge, which is rounded down, is that edge: the watch was resumed for the lap."""
REST_SHARE = 0.5
"""What lies between a press and a pause is rest, too, where it is slower than this share of the rest of the lap."""
REST_SHOWS_S = 8.0
"""A pause between two laps this long is a rest of its own."""
FULL_UNIT_M = 12.0
"""So near to a full kilometre, or mile, a lap was ended by the watch itself."""
STEADY, BLURRED, SHORT_S = 0.07, 0.2, 12.0
"""Largest step of speed (log) across a lap boundary that is none of the runner's; and, over a
time so short that few samples lie in it, so much more for the share of it that lies between two of them."""


class Lap(NamedTuple):
    """One lap less the pauses at its edges.

    The sources say what set each edge: ``lap`` (a press, or the lap's timer), ``workout`` (a step of the workout on the
    watch ended by itself), ``auto`` (the watch, at a distance that nobody asked a rep of) or ``pause``.
    """

    start_s: float
    end_s: float
    speed_mps: float
    distance_m: float
    start_source: str
    end_source: str
    is_automatic: bool
    """Whether the watch itself ended it at a full kilometre or mile."""

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return self.end_s - self.start_s

    @property
    def is_full_unit(self) -> bool:
        """Whether it is a full kilometre or mile, or several."""
        return _full_unit(self.distance_m)


def laps_of(activity: Activity, motion: Motion) -> list[Lap]:
    """Return the laps as motion: joined where an automatic lap cut steady running, double presses passed over."""
    joined: list[list[float]] = []
    cuts = _Cuts(activity, motion)
    for start_s, end_s in _without_short(activity):
        if joined and start_s - joined[-1][1] < EDGES_MEET_S and cuts.divides_nothing(joined[-1][0], start_s, end_s):
            joined[-1][1] = end_s
        else:
            joined.append([start_s, end_s])
    by_step, by_distance, marks = _ended_by_step(activity), _ended_by_distance(activity), _marks(activity)
    pauses = list(_pauses(activity, motion))
    made = (_lap(motion, start_s, end_s, pauses, by_step, by_distance, marks) for start_s, end_s in joined)
    return [lap for lap in made if lap is not None]


def _without_short(activity: Activity) -> list[tuple[float, float]]:
    """Return the laps less those of a few seconds.

    Where the watch itself set one edge of such a lap (its kilometre was full just then), the other is the press, and
    the lap next to it lasts until there.
    """
    table = activity.lap_table
    kept: list[tuple[float, float]] = []
    from_s, before = nan, None
    for start, end, trigger in zip(table["start_s"], table["end_s"], table["trigger"], strict=True):
        start_s, end_s = float(start), float(end)
        if end_s - start_s >= DOUBLE_PRESS_S:
            kept.append((from_s if isfinite(from_s) else start_s, end_s))
            from_s = nan
        elif trigger == "distance":
            from_s = start_s
        elif before == "distance" and kept and abs(kept[-1][1] - start_s) < EDGES_MEET_S:
            kept[-1] = (kept[-1][0], end_s)
        before = trigger
    return kept


def _ended_by_step(activity: Activity) -> FloatArray:
    """Return the lap ends that a timed or measured step of the watch's workout set."""
    steps = activity.lap_table["workout_step"]
    ended = [
        float(end)
        for end, step in zip(activity.lap_table["end_s"], steps, strict=True)
        if isfinite(step)
        and 0 <= int(step) < len(activity.workout)
        and (isfinite(activity.workout[int(step)].duration_s) or isfinite(activity.workout[int(step)].distance_m))
    ]
    return np.array(ended)


def _ended_by_distance(activity: Activity) -> FloatArray:
    """Return the lap ends that the watch set by itself at a distance."""
    return np.array(
        [
            float(end)
            for end, trigger in zip(activity.lap_table["end_s"], activity.lap_table["trigger"], strict=True)
            if trigger == "distance"
        ]
    )


def _marks(activity: Activity) -> FloatArray:
    """Return the lap ends that the watch set by itself at a distance, and by which it meant no change of pace."""
    table = activity.lap_table
    kinds = list(table["intensity"])
    changes = [i + 1 < len(kinds) and kind != kinds[i + 1] for i, kind in enumerate(kinds)]
    by_watch = [
        trigger == "distance" and not isfinite(step) and not change
        for trigger, step, change in zip(table["trigger"], table["workout_step"], changes, strict=True)
    ]
    return np.asarray(table["end_s"][np.array(by_watch, dtype=bool)])


def _full_unit(distance_m: float) -> bool:
    """Return whether a distance is a full kilometre or mile, or several."""
    return any(
        distance_m > 0.9 * unit and abs(distance_m / unit - round(distance_m / unit)) * unit < FULL_UNIT_M
        for unit in (1000.0, 1609.344)
    )


class _Cuts:
    """Which lap boundaries divide nothing: those the watch set by itself at a full distance, in the middle of a piece.

    A boundary is the watch's own where the lap that ends there says so, or where it lies at a full kilometre or mile.
    """

    def __init__(self, activity: Activity, motion: Motion) -> None:
        table = activity.lap_table
        self._motion = motion
        self._starts_s, self._ends_s = table["start_s"], table["end_s"]
        self._triggers, self._intensities, self._steps = table["trigger"], table["intensity"], table["workout_step"]
        told = {intensity for intensity in self._intensities if intensity}
        self._intensity_tells = len(told) > 1

    def divides_nothing(self, start_s: float, edge_s: float, end_s: float) -> bool:
        """Return whether the running from `start_s` to `end_s` is one piece, with a boundary at `edge_s` within."""
        if (np.abs(self._motion.pauses_s - edge_s) < REST_SHOWS_S).any():
            return False
        ended = np.flatnonzero(np.abs(self._ends_s - edge_s) < EDGES_MEET_S)
        began = np.flatnonzero(np.abs(self._starts_s - edge_s) < EDGES_MEET_S)
        by_watch = any(self._triggers[row] == "distance" for row in ended)
        if by_watch and ended.size and began.size:
            before, after = int(ended[-1]), int(began[0])
            steps = self._steps[[before, after]]
            if np.isfinite(steps).all() and steps[0] != steps[1]:
                return False
            if self._intensity_tells and self._intensities[before] != self._intensities[after]:
                return False
        if not by_watch and not _full_unit(self._motion.gained_m(start_s, edge_s)):
            return False
        return self._is_steady(edge_s, min(25.0, edge_s - start_s, end_s - edge_s))

    def _is_steady(self, edge_s: float, span_s: float) -> bool:
        before = self._motion.mean_speed(edge_s - span_s, edge_s)
        after = self._motion.mean_speed(edge_s, edge_s + span_s)
        blurred = BLURRED * self._motion.beat_s / span_s if span_s < SHORT_S else 0.0
        return before > 0.5 and after > 0.5 and abs(log(after / before)) < STEADY + blurred


def _pauses(activity: Activity, motion: Motion) -> Iterator[tuple[float, float, str]]:
    """Yield start, end and source of the lasting pauses: ``lap`` where a lap's timer says how long one was."""
    table = activity.lap_table
    starts_s, ends_s = table["start_s"], table["end_s"]
    lasting = [tuple(pause) for pause in motion.lasting_pauses_s.tolist()]
    held = [
        np.flatnonzero((starts_s < paused_s + WHOLE_SECONDS_S) & (ends_s > resumed_s - WHOLE_SECONDS_S))
        for paused_s, resumed_s in lasting
    ]
    of_lap = np.bincount(np.concatenate([*held, np.empty(0, np.int64)]).astype(np.int64), minlength=starts_s.size)
    for (paused_s, resumed_s), laps in zip(lasting, held, strict=True):
        source = "pause"
        for lap in laps:
            length_s = float(ends_s[lap] - starts_s[lap] - table["timer_s"][lap])
            if of_lap[lap] > 1 or not abs(length_s - (resumed_s - paused_s)) < WHOLE_SECONDS_S:
                continue
            source = "lap"
            if ROUNDED_DOWN_S[0] < ends_s[lap] - resumed_s < ROUNDED_DOWN_S[1]:
                paused_s, resumed_s = float(ends_s[lap]) - length_s, float(ends_s[lap])
            elif ROUNDED_DOWN_S[0] < starts_s[lap] - paused_s < ROUNDED_DOWN_S[1]:
                paused_s, resumed_s = float(starts_s[lap]), float(starts_s[lap]) + length_s
            else:
                middle_s = 0.5 * (paused_s + resumed_s)
                paused_s, resumed_s = middle_s - 0.5 * length_s, middle_s + 0.5 * length_s
            break
        yield paused_s, resumed_s, source


def _lap(
    motion: Motion,
    start_s: float,
    end_s: float,
    pauses: list[tuple[float, float, str]],
    by_step: FloatArray,
    by_distance: FloatArray,
    marks: FloatArray,
) -> Lap | None:
    lap_end_s = end_s
    automatic_end = _is_of(by_distance, end_s)
    start_source, end_source = (
        "workout" if _is_of(by_step, edge) else "auto" if _is_of(marks, edge) else "lap" for edge in (start_s, end_s)
    )
    for paused_s, resumed_s, source in pauses:
        if resumed_s <= start_s or paused_s >= end_s:
            continue
        before_mps, after_mps = motion.mean_speed(start_s, paused_s), motion.mean_speed(resumed_s, end_s)
        if start_s + DOUBLE_PRESS_S < paused_s and (
            resumed_s >= end_s - PAUSE_LASTS_S or after_mps < REST_SHARE * before_mps
        ):
            end_s, end_source = paused_s, source
        elif resumed_s < end_s and (paused_s <= start_s + PAUSE_LASTS_S or before_mps < REST_SHARE * after_mps):
            start_s, start_source = resumed_s, source
    if end_s - start_s < 1.0:
        return None
    distance_m = motion.gained_m(start_s, end_s)
    automatic = automatic_end and end_s == lap_end_s and _full_unit(distance_m)
    return Lap(start_s, end_s, distance_m / (end_s - start_s), distance_m, start_source, end_source, automatic)


def _is_of(edges_s: FloatArray, edge_s: float) -> bool:
    return bool(edges_s.size) and float(np.abs(edges_s - edge_s).min()) < 0.5
