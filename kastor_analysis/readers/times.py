"""The rules by which times are made honest, one function a rule.

Conventions: times are Unix seconds as float64, in the order of the file; a rule returns them repaired, or the rows to
keep, with a sentence for `Activity.warnings`, or ``None`` where nothing was amiss.

==========================  ===========================================================================================
fault                       rule
==========================  ===========================================================================================
a few points without time   up to `FEW_UNTIMED` in a row between two that have one, where just so many beats are
                            missing: they lie evenly between
a date 1024 weeks back      moved to the date the rest of the file tells (GPS week rollover)
stray points                a few in the middle whose times are hours off, and are off alone, have no time; likewise
                            the last few of the file, where they are of an earlier time
clock set while recording   a jump by whole quarters of an hour while the runner ran on: what lies before it is moved
out of order                few at odds with the others are left out; whole pieces, or points, in the wrong order are
                            put in order where the way along them then is one that can be run; else the longest
                            sequence that agrees with a clock going forward is kept
far off                     a few samples half an hour or more from the others, where no pause was told, are left out;
                            any that are more than a day from the rest, too (a clock not set)
==========================  ===========================================================================================
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..quantities import geodesy
from ..quantities.ordered import median
from ..words import counted
from .raw import RawRecording

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

FAR_OFF_S = 86_400.0  # a day: no zone or summer time sets a clock so far off
STRAY_S, STRAY_SAMPLES, STRAY_SHARE = 1800.0, 60, 0.03
STRAY_LEAVES_S = 120.0
"""Without a few stray points in the middle a recording goes on after so much, or less."""
LATEST_S = 7_258_118_400.0
"""The year 2200: later instants are damage."""
FEW_UNTIMED = 4
WAY = ("lat_deg", "lon_deg", "distance_m")
"""Columns that tell of the way."""
ROLLOVER_S = 1024 * 7 * FAR_OFF_S  # GPS counts its weeks to 1024
DATED_LATER_S = 14 * FAR_OFF_S
"""A file may be written so long after the run."""
QUARTER_S = 900.0
"""Clocks differ by whole quarters of an hour: zones, and summer time."""
SET_WITHIN_S = 2.0
MOST_SETS = 3
FEW_AT_ODDS = 0.02
"""Share of the samples at odds with the others that is a few."""
FASTEST_ON_FOOT_MPS, FASTEST_MPS, REACH_M = 12.5, 60.0, 25.0
RUNNABLE = 0.98
"""Share of the steps of a way that must be within reach, that it can be run."""
MOVING_MPS = 1.0  # slower than any walk


def run_steadily(stamps: FloatArray) -> bool:
    """Return whether every sample has a time, none goes back or stays, and none is far from the one before."""
    if stamps.size < 2:
        return False
    steps_s = np.diff(stamps)
    return bool(stamps[0] >= 0.0 and stamps[-1] < LATEST_S and steps_s.min() > 0.0 and steps_s.max() < 0.5 * QUARTER_S)


def with_untimed(stamps: FloatArray) -> tuple[FloatArray, str | None]:
    """Return the times with those of single points filled in that lie evenly between two others."""
    timed = np.flatnonzero(np.isfinite(stamps))
    between = np.diff(timed) - 1
    if timed.size < 10 or not (between > 0).any():
        return stamps, None
    steps_s = np.diff(stamps[timed])
    alone = between == 0
    if np.count_nonzero(alone) < 5:
        return stamps, None
    beat_s = float(median(steps_s[alone]))
    gaps = np.flatnonzero((between > 0) & (between <= FEW_UNTIMED))
    gaps = gaps[np.abs(steps_s[gaps] - beat_s * (between[gaps] + 1)) <= 0.5 * beat_s]
    if not gaps.size or beat_s <= 0.0:
        return stamps, None
    filled = stamps.copy()
    for at in gaps.tolist():
        rows = np.arange(timed[at], timed[at + 1] + 1)
        filled[rows] = np.linspace(stamps[rows[0]], stamps[rows[-1]], rows.size)
    number = int(between[gaps].sum())
    return filled, f"{counted(number, 'point')} without a time put evenly between those before and after."


def without_strays(raw: RawRecording) -> tuple[RawRecording, str | None]:
    """Return a recording without the times of a few points that lie hours off.

    In the middle it goes on before and after them as if nothing had been; at the end they are of an earlier time.
    """
    stamps = raw.samples.get("timestamp_s")
    if stamps is None:
        return raw, None
    timed = np.flatnonzero(np.isfinite(stamps))
    told = stamps[timed]
    far = np.flatnonzero(np.abs(np.diff(told)) > 0.5 * QUARTER_S) + 1
    if far.size > 2 * MOST_SETS:
        return raw, None  # points in any order, and none of them astray
    few = min(STRAY_SAMPLES, STRAY_SHARE * told.size)
    strays = [
        timed[first:after]
        for first, after in pairwise(far.tolist())
        if after - first <= few and abs(told[after] - told[first - 1]) < STRAY_LEAVES_S
    ]
    if far.size and told.size - far[-1] <= few and told[far[-1]] < told[far[-1] - 1]:
        strays.append(timed[far[-1] :])  # the last of the file, and of an earlier time
    if not strays:
        return raw, None
    rows = np.concatenate(strays)
    mended = np.array(stamps, dtype=np.float64)
    mended[rows] = np.nan
    return replace(raw, samples={**raw.samples, "timestamp_s": mended}), (
        f"{counted(rows.size, 'sample')} with a time far from that of those before and after: it was not believed."
    )


def with_one_clock(raw: RawRecording) -> tuple[RawRecording, str | None]:
    """Return a recording on the clock of its end, where the clock was set while the runner ran on.

    A pause of just so long would look the same, but nobody runs on through a pause.
    """
    stamps = raw.samples.get("timestamp_s")
    if stamps is None:
        return raw, None
    timed = np.flatnonzero(np.isfinite(stamps))
    stamps = stamps[timed]
    sets = _clock_sets(stamps, raw, timed)
    if not sets:
        return raw, None
    shift_s = np.zeros(stamps.size)
    pieces: list[tuple[float, float, float]] = []
    first = 0
    for row, jump_s in sets:
        shift_s[:row] += jump_s
    for row in [*(row for row, _ in sets), stamps.size]:
        piece = stamps[first:row]
        pieces.append((float(piece.min()), float(piece.max()), float(shift_s[first])))
        if piece.size <= min(STRAY_SAMPLES, STRAY_SHARE * stamps.size) and not _starts_in(raw, *pieces[-1][:2]):
            return raw, None  # a few points by a clock that nothing else knows of
        first = row

    def moved(instants_s: FloatArray) -> FloatArray:
        out = instants_s.copy()
        for i, instant_s in enumerate(instants_s.tolist()):
            for low_s, high_s, by_s in reversed(pieces):
                if low_s - SET_WITHIN_S <= instant_s <= high_s + SET_WITHIN_S:
                    out[i] += by_s
                    break
        return out

    ahead = "ahead" if sets[0][1] > 0 else "back"
    return _moved(raw, timed, stamps + shift_s, moved), (
        f"The clock was set {ahead} by {abs(sets[0][1]) / 60:.0f} minutes in the middle of the run; "
        f"what lies before was moved to the clock after it."
    )


def _starts_in(raw: RawRecording, low_s: float, high_s: float) -> bool:
    """Return whether a lap, or the timer, started by the clock of a piece of the recording."""
    starts_s = np.append(np.asarray(raw.laps.get("start_s", ()), dtype=np.float64), raw.timer_start_s)
    return bool(((starts_s >= low_s - SET_WITHIN_S) & (starts_s <= high_s + SET_WITHIN_S)).any())


def with_date(raw: RawRecording) -> tuple[RawRecording, str | None]:
    """Return a recording on the date that the rest of the file tells, where its weeks are counted anew from 0.

    GPS counts weeks up to 1023: a receiver that does not know of the rollover is 1024 weeks behind.
    """
    stamps = np.asarray(raw.samples.get("timestamp_s", ()), dtype=np.float64)
    if not stamps.size or raw.dated_s - stamps[0] < 0.5 * ROLLOVER_S or not np.isfinite(raw.dated_s):
        return raw, None
    timed = np.flatnonzero(np.isfinite(stamps))
    if not timed.size:
        return raw, None
    first_s, last_s = float(stamps[timed].min()), float(stamps[timed].max())
    behind_s = ROLLOVER_S * np.round((raw.dated_s - first_s) / ROLLOVER_S)
    if behind_s <= 0.0 or not -FAR_OFF_S <= raw.dated_s - first_s - behind_s <= DATED_LATER_S:
        return raw, None

    def moved(instants_s: FloatArray) -> FloatArray:
        is_behind = (instants_s >= first_s - FAR_OFF_S) & (instants_s <= last_s + FAR_OFF_S)
        return np.where(is_behind, instants_s + behind_s, instants_s)

    weeks = round(behind_s / (7 * FAR_OFF_S))
    date = f"{datetime.fromtimestamp(first_s, UTC):%Y-%m-%d}"
    said = f"The times ({date}) lie {weeks} weeks before the date of the file (GPS week rollover); they were moved."
    return _moved(raw, timed, stamps[timed] + behind_s, moved), said


def _moved(
    raw: RawRecording, timed: IntArray, stamps: FloatArray, moved: Callable[[FloatArray], FloatArray]
) -> RawRecording:
    """Return a recording with other times: `stamps` at the samples `timed`, `moved` for everything else."""
    samples = dict(raw.samples)
    samples["timestamp_s"] = np.array(raw.samples["timestamp_s"], dtype=np.float64)
    samples["timestamp_s"][timed] = stamps
    laps = dict(raw.laps)
    if laps:
        starts_s = np.asarray(laps["start_s"], dtype=np.float64)
        laps["start_s"] = moved(starts_s)
        laps["end_s"] = np.asarray(laps["end_s"], dtype=np.float64) + laps["start_s"] - starts_s
    pauses = moved(np.asarray(raw.pauses, dtype=np.float64).ravel()).reshape(-1, 2)
    return replace(
        raw,
        samples=samples,
        laps=laps,
        pauses=pauses[pauses[:, 1] > pauses[:, 0]],
        timer_start_s=float(moved(np.array([raw.timer_start_s]))[0]),
    )


def _clock_sets(stamps: FloatArray, raw: RawRecording, timed: IntArray) -> list[tuple[int, float]]:
    """Return where the clock was set while the runner ran on: the row after it, and by how many seconds."""
    steps_s = np.diff(stamps)
    far = np.abs(steps_s) > 0.5 * QUARTER_S
    if not far.any() or np.count_nonzero(far) > MOST_SETS:
        return []
    forward = steps_s[steps_s > 0]
    beat_s = float(median(forward)) if forward.size else 1.0
    whole_s = QUARTER_S * np.round(steps_s / QUARTER_S)
    jumps = np.flatnonzero(far & (np.abs(steps_s - whole_s) <= max(SET_WITHIN_S, 2.0 * beat_s)))
    columns = {name: np.asarray(values)[timed] for name, values in raw.samples.items() if name in WAY}
    return [
        (row + 1, float(whole_s[row]))
        for row in jumps.tolist()
        if _runs_on(row, stamps, columns, max(float(steps_s[row] - whole_s[row]), beat_s), unknown=raw.is_zoneless)
    ]


def _runs_on(row: int, stamps: FloatArray, columns: Mapping[str, FloatArray], step_s: float, *, unknown: bool) -> bool:
    """Return whether the runner moved before, over and after the step from a row.

    `unknown`, whether the times name no zone, is the answer where nothing tells of the way.
    """
    rows = np.arange(max(row - 5, 0), min(row + 7, stamps.size))
    if rows.size < 4:
        return False
    if _placed(columns, stamps.size)[rows].all():
        steps_m = geodesy.steps_m(columns["lat_deg"][rows], columns["lon_deg"][rows])
    elif "distance_m" in columns and np.isfinite(columns["distance_m"][rows]).all():
        steps_m = np.diff(columns["distance_m"][rows])
    else:
        return unknown
    took_s = np.diff(stamps[rows])
    at = int(row - rows[0])
    took_s[at] = step_s
    if (took_s <= 0.0).any():
        return False
    speeds = steps_m / took_s
    if unknown:  # by local times the clock may change while the runner stands
        return bool(speeds[at] < FASTEST_ON_FOOT_MPS)
    return bool(0.0 < speeds[at] < FASTEST_ON_FOOT_MPS) and float(median(speeds)) > MOVING_MPS


def in_order(stamps: FloatArray, columns: Mapping[str, FloatArray] | None = None) -> tuple[IntArray, str | None]:
    """Return the rows to keep, so that their times never decrease."""
    rows = np.arange(stamps.size)
    steps = np.diff(stamps)
    if not (steps < 0).any():
        return rows, None
    pieces = np.split(rows, np.flatnonzero(steps < 0) + 1)
    pieces.sort(key=lambda piece: float(stamps[piece[0]]))
    ordered = np.concatenate(pieces)
    if not (np.diff(stamps[ordered]) < 0).any():
        said = f"The samples were not in order of time ({counted(len(pieces), 'piece')}); they were put in order."
        return ordered, said
    kept = longest_non_decreasing(stamps)
    lost = rows.size - kept.size
    if lost > FEW_AT_ODDS * rows.size:
        ordered = np.argsort(stamps, kind="stable")
        if _can_be_run(stamps[ordered], {name: values[ordered] for name, values in (columns or {}).items()}):
            return ordered, "The samples were not in order of time; they were put in order."
    back_s = float(-steps.min())
    return kept, (
        f"The clock went back {counted(len(pieces) - 1, 'time')} (most: {back_s:.0f} s); "
        f"{counted(lost, 'sample')} at odds with the others left out."
    )


def _can_be_run(stamps: FloatArray, columns: Mapping[str, FloatArray]) -> bool:
    """Return whether the way along samples in this order is one that can be run."""
    distance_m = columns.get("distance_m")
    if np.count_nonzero(known := _placed(columns, stamps.size)) > 2:
        steps_m = geodesy.steps_m(columns["lat_deg"][known], columns["lon_deg"][known])
        within = steps_m <= np.maximum(FASTEST_ON_FOOT_MPS * np.diff(stamps[known]), REACH_M)
    elif distance_m is not None and np.count_nonzero(known := np.isfinite(distance_m)) > 2:
        within = np.diff(distance_m[known]) >= 0.0
    else:
        return False
    return float(within.mean()) >= RUNNABLE


def _placed(columns: Mapping[str, FloatArray], n: int) -> NDArray[np.bool_]:
    """Return which of `n` samples have a position on the globe."""
    if not ("lat_deg" in columns and "lon_deg" in columns):
        return np.zeros(n, dtype=bool)
    # Comparisons are false for NaN.
    return (np.abs(columns["lat_deg"]) <= 90.0) & (np.abs(columns["lon_deg"]) <= 180.0)


def longest_non_decreasing(values: FloatArray) -> IntArray:
    """Return the rows of the longest subsequence that never decreases (patience sorting, n log n)."""
    tails: list[float] = []
    tail_rows: list[int] = []
    previous = np.empty(values.size, dtype=np.intp)
    for row, value in enumerate(values.tolist()):
        place = bisect_right(tails, value)
        if place == len(tails):
            tails.append(value)
            tail_rows.append(row)
        else:
            tails[place] = value
            tail_rows[place] = row
        previous[row] = tail_rows[place - 1] if place else -1
    kept = np.empty(len(tails), dtype=np.intp)
    row = tail_rows[-1] if tail_rows else -1
    for place in range(len(tails) - 1, -1, -1):
        kept[place] = row
        row = int(previous[row])
    return kept


def main_body(stamps: FloatArray, spans_s: FloatArray) -> tuple[slice, str | None]:
    """Return the samples without those far away from the rest: a few of them, or more than a day.

    A gap within one of `spans_s` (a pause, a lap), shape (n, 2), is none of the clock's.
    """
    steps_s = np.diff(stamps)
    if not (steps_s > STRAY_S).any():
        return slice(None), None
    start, stop = 0, stamps.size
    cuts = np.flatnonzero(steps_s > FAR_OFF_S) + 1
    if cuts.size:
        edges = np.concatenate([[0], cuts, [stamps.size]])
        largest = int(np.argmax(np.diff(edges)))
        start, stop = int(edges[largest]), int(edges[largest + 1])
    far = stamps.size - (stop - start)
    few = min(STRAY_SAMPLES, STRAY_SHARE * (stop - start))
    gaps = np.flatnonzero((steps_s > STRAY_S) & ~_within(stamps, spans_s))
    gaps = gaps[(gaps >= start) & (gaps < stop - 1)]
    heads, tails = gaps[gaps + 1 - start <= few], gaps[stop - 1 - gaps <= few]
    start = int(heads.max()) + 1 if heads.size else start
    stop = int(tails.min()) + 1 if tails.size else stop
    lost = stamps.size - (stop - start)
    if not lost:
        return slice(None), None
    how = "more than a day" if lost == far else "half an hour and more"
    return slice(start, stop), f"{counted(lost, 'sample')} {how} away from the rest left out (clock not set)."


def _within(stamps: FloatArray, spans_s: FloatArray) -> NDArray[np.bool_]:
    """Return which steps a span explains: beginning before it or early in it, ending late in it or after."""
    within = np.zeros(max(stamps.size - 1, 0), dtype=bool)
    for from_s, to_s in spans_s:
        if to_s - from_s > STRAY_S:
            within |= (stamps[:-1] + 0.5 * STRAY_S >= from_s) & (stamps[1:] - 0.5 * STRAY_S <= to_s)
    return within
