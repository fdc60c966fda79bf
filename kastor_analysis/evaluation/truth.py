"""The truth about recordings, as lap presses and workout steps tell it, and the blinding of a recording to it.

Conventions: a truth file is JSON, a recording's file name -> ``device`` and ``reps`` (``start_utc`` in whole seconds,
``elapsed_s``, optionally ``doubtful``, ``watch_distance_m``; beside them ``runner``) or, for simulated recordings,
``start_time`` and ``reps`` with ``start_s`` and ``end_s``. A lap's start time is a whole second, its elapsed time is
known to the millisecond.

The clock is that of the samples. Coros dates a press with the second it falls into, Garmin with the one that follows:
the distance summed over laps up to a press is that of the sample one second before the lap's start time (median over
ten Garmin models, 500 presses at a run), on Coros that of the sample at it. `Truth.spans` allows for that and recovers
the fraction of a second from the chain of laps where there is one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..activity import Activity
from ..files.reading import MIB, read_file

FloatArray = NDArray[np.float64]
EndedBy = Literal["pressed", "odometer", "timer"]

SMART_GAP_S = 1.5  # between a sample every second and one every two
PRESS_SAMPLE_S = (-0.3, 1.05)
_DATES_PRESSES_AT_ONCE = ("coros",)
_CHAIN_LAPS = 4
_TRUTH_BYTES = 64 * MIB
_SAME_LAP = 4.0
_CUT_OFF_S, _CUT_OFF_LATE_S = 1.6, 2.0
"""Two instants of whole seconds make a time that is off by up to this."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Truth:
    """The reps of one recording.

    Attributes
    ----------
    name, device, runner : str
        The file, what recorded it, and who ran (empty where unknown).
    start_unix_s, elapsed_s, watch_distance_m : ndarray, shape (n,)
        Start (Unix seconds), elapsed time, distance as the watch integrated it (NaN where unknown).
    doubtful : ndarray of bool, shape (n,)
        Reps to leave out of figures.
    start_is_whole : bool
        Whether starts are whole seconds, rounded down.
    """

    name: str
    device: str
    start_unix_s: FloatArray
    elapsed_s: FloatArray
    watch_distance_m: FloatArray
    doubtful: NDArray[np.bool_]
    start_is_whole: bool = True
    runner: str = ""

    @property
    def ended_by(self) -> EndedBy:
        """Who ended the reps: a thumb, the watch at a set distance, or the watch at a set time.

        By the watch where three reps in four are within 1 m of a multiple of 100 m (or of a mile), or within 0.1 s
        of a multiple of 5 s; a thumb never is.
        """
        metres = self.watch_distance_m
        off_m = np.abs(metres - 100.0 * np.round(metres / 100.0))
        off_m = np.fmin(off_m, np.abs(metres - 1609.344))
        off_s = np.abs(self.elapsed_s - 5.0 * np.round(self.elapsed_s / 5.0))
        if np.mean(off_m <= 1.0) >= 0.75:
            return "odometer"
        return "timer" if np.mean(off_s <= 0.1) >= 0.75 else "pressed"

    def spans(self, activity: Activity) -> FloatArray:
        """Return start_s and end_s of every rep on the activity's elapsed clock, shape (n, 2).

        Where the starts are whole seconds, the fraction comes from the recording's own laps: their elapsed times
        chain the reps to each other, and the mean of start less chain, plus half a second, is the chain's origin
        (four reps give it to 0.15 s). Where fewer chain, the middle of what is possible is taken. A time in whole
        seconds, of a lap that ended paused, is that lap's own timer time.
        """
        start_s = self.start_unix_s - activity.start_time.timestamp()
        elapsed_s = self.elapsed_s
        if self.start_is_whole:
            lap, elapsed_s = _laps(start_s, elapsed_s, activity)
            start_s = start_s + _fractions(start_s, lap, activity)
            if not any(maker in self.device.lower() for maker in _DATES_PRESSES_AT_ONCE):
                start_s = start_s - 1.0
        return np.column_stack([start_s, start_s + elapsed_s])


def _laps(start_s: FloatArray, elapsed_s: FloatArray, activity: Activity) -> tuple[NDArray[np.int64], FloatArray]:
    """Return the recording's lap that each rep is (-1 without), and the time it took."""
    laps = activity.lap_table
    number, took_s = np.full(start_s.shape, -1), elapsed_s.copy()
    if not laps.n_rows:
        return number, took_s
    timer_s = laps["timer_s"]
    late_s = np.abs(laps["start_s"][None, :] - start_s[:, None])
    whole = late_s + 10.0 * np.abs((laps["end_s"] - laps["start_s"])[None, :] - elapsed_s[:, None])
    rounded = np.where((elapsed_s == np.round(elapsed_s))[:, None], late_s, np.inf)
    cut_off = rounded + np.where(np.abs(timer_s[None, :] - elapsed_s[:, None]) < _CUT_OFF_S, 0.0, np.inf)
    for rep in range(start_s.size):
        if whole[rep].min() < _SAME_LAP:
            number[rep] = whole[rep].argmin()
        elif cut_off[rep].min() < _CUT_OFF_LATE_S:
            number[rep] = cut_off[rep].argmin()
            took_s[rep] = timer_s[number[rep]]
    return number, took_s


def _fractions(start_s: FloatArray, lap: NDArray[np.int64], activity: Activity) -> FloatArray:
    """Return what rounding down took from each start; `start_s` as whole seconds, `lap` the recording's, or -1."""
    laps = activity.lap_table
    run_s = np.concatenate([[0.0], np.cumsum(laps["end_s"] - laps["start_s"])])
    fractions = np.full(start_s.shape, 0.5)
    known = lap >= 0
    # Under rounding down, start less chain lies within one second of the chain's origin; a wider step breaks the chain.
    origin_s = start_s - run_s[lap]
    breaks = (np.abs(np.diff(origin_s)) > 1.05) | ~known[1:] | ~known[:-1]
    chain = np.concatenate([[0], np.cumsum(breaks)])
    for number in np.unique(chain):
        members = np.flatnonzero((chain == number) & known)
        if members.size >= _CHAIN_LAPS:
            fraction = origin_s[members].mean() + 0.5 - origin_s[members]
            fractions[members] = np.clip(fraction, 0.0, 1.0)
    return fractions


def load_truth(path: str | Path, checked: str | Path | None = None) -> dict[str, Truth]:
    """Return the truth file's recordings by file name; a rep that ends before it starts is left out.

    Parameters
    ----------
    path : str or Path
        The truth file.
    checked : str or Path, optional
        What a look at the recordings changed, JSON by file name: ``out`` (no truth at all: the recording is left out),
        ``drop`` (these reps, from 0, are none), ``add`` (reps nobody pressed: doubtful ones), ``sure`` (no longer
        doubtful).
    """
    entries = json.loads(read_file(path, _TRUTH_BYTES))
    for name, change in json.loads(read_file(checked, _TRUTH_BYTES)).items() if checked else ():
        if change.get("out"):
            entries.pop(name, None)
        elif name in entries:
            entries[name]["reps"] = _checked(entries[name]["reps"], change)
    return {name: _truth(name, entry) for name, entry in entries.items()}


def _checked(reps: list[dict[str, Any]], change: dict[str, Any]) -> list[dict[str, Any]]:
    kept = [
        {**rep, "doubtful": bool(rep.get("doubtful")) and i not in change.get("sure", ())}
        for i, rep in enumerate(reps)
        if i not in change.get("drop", ())
    ]
    added = [{**rep, "doubtful": True} for rep in change.get("add", ())]
    return sorted([*kept, *added], key=lambda rep: str(rep["start_utc"]))


def _truth(name: str, entry: dict[str, Any]) -> Truth:
    reps = [rep for rep in entry["reps"] if rep.get("elapsed_s", 1.0) > 0]
    whole = "start_time" not in entry
    if whole:
        starts = [datetime.fromisoformat(rep["start_utc"]).timestamp() for rep in reps]
        elapsed = [rep["elapsed_s"] for rep in reps]
    else:
        zero = datetime.fromisoformat(entry["start_time"]).timestamp()
        starts = [zero + rep["start_s"] for rep in reps]
        elapsed = [rep["end_s"] - rep["start_s"] for rep in reps]
    metres = [rep.get("watch_distance_m") for rep in reps]
    return Truth(
        name=name,
        device=str(entry.get("device", "")),
        runner=str(entry.get("runner", "")),
        start_unix_s=np.array(starts, dtype=np.float64),
        elapsed_s=np.array(elapsed, dtype=np.float64),
        watch_distance_m=np.array([np.nan if m is None else m for m in metres], dtype=np.float64),
        doubtful=np.array([bool(rep.get("doubtful")) for rep in reps], dtype=bool),
        start_is_whole=whole,
    )


def is_smart(activity: Activity) -> bool:
    """Whether the samples come at intervals of the watch's choosing rather than every second."""
    time_s = activity.column("time_s")
    return time_s.size > 2 and float(np.median(np.diff(time_s))) > SMART_GAP_S


def blind(activity: Activity, boundaries_s: ArrayLike) -> Activity:
    """Return the recording without what gives its lap presses away.

    Laps and workout go, and from a smart recording the samples from 0.3 s before the true boundaries to 1.05 s after
    (`PRESS_SAMPLE_S`): such recorders write a sample at the second that follows most presses.
    """
    bare = activity.without_laps()
    if not is_smart(activity):
        return bare
    before, after = PRESS_SAMPLE_S
    centres = np.asarray(boundaries_s, dtype=np.float64).ravel() + (before + after) / 2
    return bare.without(centres.tolist(), (after - before) / 2)


def as_bare_gpx(activity: Activity) -> bytes:
    """Return the recording as the poorest export a runner may have: positions, time and heart rate in one segment."""
    from ..writers import to_gpx

    return to_gpx(activity, ("heart_rate_bpm",), split_at_pauses=False)
