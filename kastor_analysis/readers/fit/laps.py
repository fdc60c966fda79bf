"""Laps to the millisecond and pauses of the timer.

A lap's start is written in whole seconds, its elapsed time in milliseconds. Laps that follow each other share their
boundaries, so a lap starts where the one before ended as long as that stays within `_CHAIN_S` of the written start;
where it does not (a pause outside of laps, a new session) the chain begins anew at the written second.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .groups import FloatArray
from .parts import Part
from .profile import ENUMS

LAP, EVENT = 19, 21

_CHAIN_S = 1.1
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

    Parameters
    ----------
    written_s : ndarray, shape (n,)
        Starts as written, whole seconds, ascending.
    elapsed_s : ndarray, shape (n,)
        To the millisecond; NaN where not told.
    until_s : ndarray, shape (n,)
        The laps' own timestamps: the end, where the elapsed time is not told.
    """
    start_s, end_s = written_s.copy(), written_s.copy()
    previous = np.nan
    for i, (written, elapsed, until) in enumerate(zip(written_s, elapsed_s, until_s, strict=True)):
        start = previous if abs(previous - written) <= _CHAIN_S else written
        end = start + elapsed if np.isfinite(elapsed) else max(until, start)
        start_s[i], end_s[i] = start, end
        previous = end
    return start_s, end_s


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
