"""`join`: parts of one session that were recorded apart -> one `Activity`."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..activity import LAP_COLUMNS, Activity, Source
from ..arguments import naming
from ..errors import KastorError, ReadError
from ..quantities.table import Table
from .sources import source_name

APART_S = 12 * 3600.0
"""Recordings further apart than this are no parts of one session."""
REPS_APART = 6
"""So many parts of a lap each may be the reps, recorded each by itself; fewer are warm-up, session and cool-down."""
OVERLAP_S = 2.0
"""The next recording may start this much before the one before it ends: watches round."""


@naming(ReadError)
def join(activities: Source | Activity | Iterable[Activity | Source], *, strict: bool = False) -> Activity:
    """Return recordings as one, in order of time: warm-up, main set and cool-down saved as three files, say.

    The time between two parts is a pause. Distance goes on from part to part. Where at least one part has laps, a part
    without becomes a lap of its own; a lap each in less than six parts is no press, and none is kept. The workout is
    kept where exactly one part has one.

    Parameters
    ----------
    activities : iterable of Activity or of sources, or one source
        In any order; of a source all recordings in it are parts (where some are runs: the runs).
    strict : bool
        As for `load`, where sources are read.

    Returns
    -------
    Activity
        From the start of the first part to the end of the last; what lies between is a pause.

    Raises
    ------
    ReadError
        If there is none, or two of them overlap in time or lie more than half a day apart, or one cannot be read.

    Examples
    --------
    >>> join([load("run.fit")]).duration_s
    4829.612
    """
    given: list[Any] = [activities] if _is_one(activities) else list(activities)  # type: ignore[arg-type]
    parts = sorted(itertools.chain(*(_parts(item, strict) for item in given)), key=lambda part: part.start_time)
    if not parts:
        raise ReadError("there is nothing to join")
    if len(parts) == 1:
        return parts[0]
    start_time = parts[0].start_time
    offsets_s = [(part.start_time - start_time).total_seconds() for part in parts]
    for before, after, offset_s, next_s in zip(parts, parts[1:], offsets_s, offsets_s[1:], strict=False):
        if offset_s + before.duration_s > next_s + OVERLAP_S:
            raise ReadError(
                f"{before.source} and {after.source} overlap in time",
                where=f"{after.start_time:%Y-%m-%d %H:%M:%S} UTC",
                hint="Join only recordings that follow one another",
            )
        if next_s - (offset_s + before.duration_s) > APART_S:
            raise ReadError(
                f"{before.source} and {after.source} are {_apart(next_s - offset_s)} apart",
                where=f"{after.start_time:%Y-%m-%d %H:%M:%S} UTC",
                hint="Join only the parts of one session",
            )
    workouts = [part.workout for part in parts if part.workout]
    return Activity.from_columns(
        start_time,
        _samples(parts, offsets_s),
        laps=_laps(parts, offsets_s, keep_steps=len(workouts) == 1),
        pauses=_pauses(parts, offsets_s),
        workout=workouts[0] if len(workouts) == 1 else (),
        device=_common([part.device for part in parts]),
        sport=_common([part.sport for part in parts]),
        sub_sport=_common([part.sub_sport for part in parts]),
        utc_offset_s=next((part.utc_offset_s for part in parts if part.utc_offset_s is not None), None),
        source=" + ".join(dict.fromkeys(part.source for part in parts)),
        format=_common([part.format for part in parts]) or "",
        derived=tuple(dict.fromkeys(name for part in parts for name in part.derived)),
        warnings=tuple(f"{part.source}: {warning}" for part in parts for warning in part.warnings),
    )


def _is_one(item: object) -> bool:
    """Return whether something is one activity or source, not several."""
    return isinstance(item, Activity | str | os.PathLike | bytes | bytearray | memoryview) or hasattr(item, "read")


def _parts(item: Activity | Source, strict: bool) -> list[Activity]:
    """Return an activity, or those that a source holds."""
    if isinstance(item, Activity):
        return [item]
    if not _is_one(item):
        raise ReadError(f"{item!r} is no activity", hint="Read it first: join([load(path) for path in paths])")
    from .loading_all import load_all

    found: list[Activity] = []
    for _, part in load_all(item, strict=strict):
        if isinstance(part, KastorError):
            raise part
        found.append(part)
    runs = [part for part in found if part.sport == "running"]
    return [replace(part, source=source_name(item)) for part in runs or found]


def _common(values: list[str | None]) -> str | None:
    named = list(dict.fromkeys(value for value in values if value))
    return named[0] if len(named) == 1 else None


def _samples(parts: list[Activity], offsets_s: list[float]) -> dict[str, NDArray[Any]]:
    names = list(dict.fromkeys(name for part in parts for name in part.sample_table))
    columns: dict[str, list[NDArray[Any]]] = {name: [] for name in names}
    reached_s, covered_m = -np.inf, 0.0
    for part, offset_s in zip(parts, offsets_s, strict=True):
        time_s = part.column("time_s") + offset_s
        fresh = time_s > reached_s
        reached_s = float(time_s[-1]) if time_s.size else reached_s
        distance_m = part.column("distance_m")
        known = distance_m[np.isfinite(distance_m)]
        for name in names:
            values = part.sample_table.get(name, np.full(time_s.size, np.nan))
            if name == "time_s":
                values = time_s
            elif name == "distance_m":
                values = distance_m + covered_m
            columns[name].append(values[fresh])
        covered_m += float(known[-1]) if known.size else 0.0
    return {name: np.concatenate(pieces) for name, pieces in columns.items()}


def _laps(parts: list[Activity], offsets_s: list[float], *, keep_steps: bool) -> dict[str, NDArray[Any]] | None:
    if not any(part.lap_table.n_rows for part in parts):
        return None
    if len(parts) < REPS_APART and all(part.lap_table.n_rows == 1 for part in parts):
        return None  # what every recording ends with is no press
    columns: dict[str, list[NDArray[Any]]] = {name: [] for name in LAP_COLUMNS}
    for part, offset_s in zip(parts, offsets_s, strict=True):
        laps = part.lap_table if part.lap_table.n_rows else _one_lap(part)
        for name in LAP_COLUMNS:
            values = laps[name]
            if name in ("start_s", "end_s"):
                values = values + offset_s
            elif name == "workout_step" and not keep_steps:
                values = np.full(laps.n_rows, np.nan)
            columns[name].append(values)
    return {name: np.concatenate(pieces) for name, pieces in columns.items()}


def _one_lap(part: Activity) -> Table:
    distance_m = part.column("distance_m")
    known = distance_m[np.isfinite(distance_m)]
    paused_s = float(np.sum(part.pause_table["end_s"] - part.pause_table["start_s"]))
    nothing = np.array([None], dtype=object)
    return Table(
        {
            "start_s": [0.0],
            "end_s": [part.duration_s],
            "timer_s": [part.duration_s - paused_s],
            "distance_m": [float(known[-1] - known[0]) if known.size else np.nan],
            "trigger": nothing,
            "intensity": nothing,
            "workout_step": [np.nan],
        }
    )


def _pauses(parts: list[Activity], offsets_s: list[float]) -> dict[str, NDArray[Any]]:
    starts, ends = [], []
    for i, (part, offset_s) in enumerate(zip(parts, offsets_s, strict=True)):
        starts.append(part.pause_table["start_s"] + offset_s)
        ends.append(part.pause_table["end_s"] + offset_s)
        if i + 1 < len(parts) and offset_s + part.duration_s < offsets_s[i + 1]:
            starts.append(np.array([offset_s + part.duration_s]))
            ends.append(np.array([offsets_s[i + 1]]))
    return {"start_s": np.concatenate(starts), "end_s": np.concatenate(ends)}


def _apart(seconds: float) -> str:
    hours = seconds / 3600.0
    return f"{hours:.0f} hours" if hours < 48.0 else f"{hours / 24.0:.0f} days"
