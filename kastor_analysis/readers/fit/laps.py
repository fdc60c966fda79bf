"""Laps to the millisecond and pauses of the timer.

A lap's elapsed time is written in milliseconds, its start in whole seconds, rounded down: a press at 12.7 s stands as
12. Laps that follow each other share their boundaries, so elapsed times chain them; the written starts of a chain then
leave little room for where its origin lies (four laps: some 0.2 s), and it is put in the middle of that. Where a
written start contradicts the chain (a pause outside of laps, a new session) a new chain begins.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .groups import FloatArray
from .parts import Part
from .profile import ENUMS

LAP, EVENT = 19, 21

_SLACK_S = 0.3
"""By so much the starts of a chain may contradict each other: watches lose some milliseconds a lap."""

_TIMER = 0
_START = 0
_STOPS = (1, 4, 8, 9)


def read_laps(part: Part) -> dict[str, NDArray[Any]]:
    """Return the lap columns of `RawRecording`, in order of their starts."""
    laps = part.columns(LAP)
    written_s = laps.instants("start_time")
    elapsed_s = laps.number("total_elapsed_time")
    until_s = laps.times()
    written_s = np.where(np.isnan(written_s), until_s - elapsed_s, written_s)
    order = np.argsort(written_s, kind="stable")
    order = order[np.isfinite(written_s[order])]
    start_s, end_s = chain(written_s[order], elapsed_s[order], until_s[order])
    return {
        "start_s": start_s,
        "end_s": end_s,
        "timer_s": laps.number("total_timer_time")[order],
        "distance_m": laps.number("total_distance")[order],
        "trigger": _named(laps.number("lap_trigger")[order], "lap_trigger"),
        "intensity": _named(laps.number("intensity")[order], "intensity"),
        "workout_step": laps.number("wkt_step_index")[order],
    }


def chain(written_s: FloatArray, elapsed_s: FloatArray, until_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return lap starts and ends, chained.

    A lone lap starts in the middle of its written second. Whole elapsed seconds tell of a writer that knew no finer:
    a chain of only such laps starts where it is written.

    Parameters
    ----------
    written_s : ndarray, shape (n,)
        Starts as written, whole seconds, ascending.
    elapsed_s : ndarray, shape (n,)
        To the millisecond; NaN where not told.
    until_s : ndarray, shape (n,)
        The laps' own timestamps: the end, where the elapsed time is not told.
    """
    written = written_s.tolist()
    told = np.where(np.isfinite(elapsed_s), elapsed_s, until_s - written_s)
    elapsed = np.maximum(np.nan_to_num(told), 0.0).tolist()
    starts: list[float] = []
    first = 0
    while first < len(written):
        # The origin, less its written second, lies in [low, high].
        low, high, offset = 0.0, 1.0, 0.0
        offsets = [0.0]
        for i in range(first + 1, len(written)):
            offset += elapsed[i - 1]
            ahead = written[i] - written[first] - offset
            if min(high, ahead + 1) - max(low, ahead) < -_SLACK_S:
                break
            low, high = max(low, ahead), min(high, ahead + 1)
            offsets.append(offset)
        whole = all(float(elapsed[first + i]).is_integer() for i in range(len(offsets)))
        origin = written[first] + (0.0 if whole else (low + high) / 2)
        starts += [origin + passed for passed in offsets]
        first = len(starts)
    start_s = np.array(starts, dtype=np.float64)
    return start_s, start_s + np.array(elapsed)


def read_pauses(part: Part) -> tuple[NDArray[np.float64], float]:
    """Return the spans in which the timer stood still, shape (n, 2), and when it was first started (or NaN)."""
    events = part.columns(EVENT)
    kinds = events.number("event_type")
    timer = np.flatnonzero((events.number("event") == _TIMER) & np.isin(kinds, (_START, *_STOPS)))
    instants = events.times()[timer]
    in_time = np.argsort(instants, kind="stable")
    timer, instants = timer[in_time], instants[in_time]
    pauses = []
    stopped_s = first_s = np.nan
    for kind, instant in zip(kinds[timer], instants, strict=True):
        if not np.isfinite(instant):
            continue
        if kind != _START:
            if np.isnan(stopped_s):
                stopped_s = instant
            continue
        if np.isnan(first_s):
            first_s = instant
        if instant > stopped_s:
            pauses.append((stopped_s, instant))
        stopped_s = np.nan
    return np.array(pauses, dtype=np.float64).reshape(-1, 2), float(first_s)


def _named(values: FloatArray, kind: str) -> NDArray[np.object_]:
    names = ENUMS[kind]
    out = np.empty(values.size, dtype=object)
    out[:] = [None if np.isnan(value) else names.get(int(value)) for value in values]
    return out
