"""Laps to the millisecond and pauses of the timer, on the clock of the samples.

A lap's elapsed time is written in milliseconds, its start in whole seconds. Coros dates a press with the second it
falls into, Garmin with the one that follows, except for the press that starts the timer: so say the distance of the
samples at the presses, and by that rule the laps of a file contradict each other least. Laps that follow each other
share their boundaries, so elapsed times chain them; the written starts of a chain then leave little room for where its
origin lies (four laps: some 0.2 s), and it is put in the middle of that. Where a written start contradicts the chain
(a pause outside of laps, a new session) a new chain begins. Laps that bear the milliseconds of their starts, as do
those that `writers.fit_laps` writes back, start where they say.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...segments import KINDS
from ..lapping import mended_starts
from .devices import GARMIN
from .groups import FloatArray
from .parts import Part
from .profile import ENUMS

FILE_ID, LAP, EVENT = 0, 19, 21  # messages of the FIT profile

LAP_START_MS = "start_time_ms"
"""The developer field in which laps that were written back tell what their whole seconds leave out."""
LAP_SEGMENT = "segment_kind"
"""The developer field in which they tell which segment they are: its place in `KINDS`."""

_SLACK_S = 0.3
"""By so much the starts of a chain may contradict each other: watches lose some milliseconds a lap."""

_SAME_S = 1.5
"""Whole seconds and milliseconds of the same span differ by less."""

_TIMER, _START, _STOPS = 0, 0, (1, 4, 8, 9)  # an event of the FIT profile, and its types


def read_laps(part: Part) -> dict[str, NDArray[Any]]:
    """Return the lap columns of `RawRecording`, in order of their starts."""
    laps = part.columns(LAP)
    written_s = laps.instants("start_time")
    until_s = laps.times()
    timer_s = laps.number("total_timer_time")
    elapsed_s = _elapsed(laps.number("total_elapsed_time"), timer_s, written_s, until_s)
    written_s = np.where(np.isnan(written_s), until_s - elapsed_s, written_s)
    written_s, _ = mended_starts(written_s, elapsed_s, until_s)
    order = np.argsort(written_s, kind="stable")
    order = order[np.isfinite(written_s[order])]
    late_s = np.full(order.size, float(_is_garmin(part)))
    late_s[:1] = 0.0
    start_ms = part.developer_field(LAP, LAP_START_MS)[order]
    if order.size and ((start_ms >= 0) & (start_ms < 1000)).all():
        start_s = written_s[order] + start_ms / 1000.0
        end_s = start_s + np.maximum(np.nan_to_num(elapsed_s[order]), 0.0)
    else:
        start_s, end_s = chain(written_s[order], elapsed_s[order], until_s[order], late_s)
    marks = part.developer_field(LAP, LAP_SEGMENT)[order]
    told = {"segment_kind": _segments(marks)} if np.isfinite(marks).any() else {}
    return {
        **told,
        "start_s": start_s,
        "end_s": end_s,
        "timer_s": timer_s[order],
        "distance_m": laps.number("total_distance")[order],
        "trigger": _named(laps.number("lap_trigger")[order], "lap_trigger"),
        "intensity": _named(laps.number("intensity")[order], "intensity"),
        "workout_step": laps.number("wkt_step_index")[order],
    }


def _elapsed(elapsed_s: FloatArray, timer_s: FloatArray, written_s: FloatArray, until_s: FloatArray) -> FloatArray:
    """Return elapsed times with those that are 0 although the timer ran told by it, or else by when the lap ended."""
    with np.errstate(invalid="ignore"):
        unset = ~(elapsed_s > 0.0) & (timer_s > 0.0)
        by_timer = np.abs(until_s - written_s - timer_s) <= _SAME_S
    return np.where(unset, np.where(by_timer, timer_s, until_s - written_s), elapsed_s)


def chain(
    written_s: FloatArray, elapsed_s: FloatArray, until_s: FloatArray, late_s: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return lap starts and ends, chained.

    A lone lap starts in the middle of what its written second allows. Whole elapsed seconds tell of a writer that knew
    no finer: a chain of only such laps starts where it is written.

    Parameters
    ----------
    written_s : ndarray, shape (n,)
        Starts as written, whole seconds, ascending.
    elapsed_s : ndarray, shape (n,)
        To the millisecond; NaN where not told.
    until_s : ndarray, shape (n,)
        The laps' own timestamps: the end, where the elapsed time is not told.
    late_s : ndarray, shape (n,)
        By how much presses are dated later than the second they fall into.
    """
    written, late = written_s.tolist(), late_s.tolist()
    told = np.where(np.isfinite(elapsed_s), elapsed_s, until_s - written_s)
    elapsed = np.maximum(np.nan_to_num(told), 0.0).tolist()
    starts: list[float] = []
    first = 0
    while first < len(written):
        # The origin, less its written second, lies in [low, high].
        low, high, offset = -late[first], 1.0 - late[first], 0.0
        offsets = [0.0]
        for i in range(first + 1, len(written)):
            offset += elapsed[i - 1]
            ahead = written[i] - late[i] - written[first] - offset
            if min(high, ahead + 1) - max(low, ahead) < -_SLACK_S:
                break
            low, high = max(low, ahead), min(high, ahead + 1)
            offsets.append(offset)
        whole = all(float(elapsed[first + i]).is_integer() for i in range(len(offsets)))
        middle = min(max((low + high) / 2, -late[first]), 1.0 - late[first])
        origin = written[first] + (0.0 if whole else middle)
        starts += [origin + passed for passed in offsets]
        first = len(starts)
    start_s = np.array(starts, dtype=np.float64)
    return start_s, start_s + np.array(elapsed)


def _segments(marks: FloatArray) -> NDArray[np.object_]:
    out = np.full(marks.size, None, dtype=object)
    for i, mark in enumerate(marks):
        if 0 <= mark < len(KINDS):
            out[i] = KINDS[int(mark)]
    return out


def _is_garmin(part: Part) -> bool:
    makers = part.columns(FILE_ID).number("manufacturer")
    return bool(makers.size and makers[0] in GARMIN)


def read_pauses(part: Part) -> tuple[NDArray[np.float64], float]:
    """Return the spans in which the timer stood still, shape (n, 2), and when it was first started (or NaN)."""
    events = part.columns(EVENT)
    kinds = events.number("event_type")
    # Compared one by one: of no event at all `numpy.isin` would import ``numpy.ma``, which takes longer than a load.
    known = np.logical_or.reduce([kinds == kind for kind in (_START, *_STOPS)])
    timer = np.flatnonzero((events.number("event") == _TIMER) & known)
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
