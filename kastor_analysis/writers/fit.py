"""`to_fit`: an `Activity` as a FIT activity file.

Conventions: as watches write it. Sample times, pauses and lap starts are whole seconds (rounded down); a lap's elapsed
and timer time are to the millisecond, so that laps which follow each other keep their boundaries to the millisecond.
Where two samples fall into one second the later one is kept. Cadence is stored as strides (one foot) a minute with a
1/128 fraction.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from .fit_encoding import DEVELOPMENT, INTENSITIES, SEMICIRCLES_PER_DEG, FitEncoder, fit_seconds, stored

FloatArray = NDArray[np.float64]

_FILE_ID, _DEVICE, _EVENT, _RECORD, _LAP, _SESSION, _ACTIVITY, _WORKOUT, _STEP = range(9)
"""Local numbers of its messages, ours to choose."""

_SPORTS = {"generic": 0, "running": 1, "cycling": 2, "training": 10, "walking": 11, "hiking": 17}
_SUB_SPORTS = {"generic": 0, "treadmill": 1, "street": 2, "trail": 3, "track": 4}
_TRIGGERS = {"manual": 0, "time": 1, "distance": 2, "position": 4, "session_end": 7, "fitness_equipment": 8}
_TIMER, _SESSION_EVENT, _LAP_EVENT, _ACTIVITY_EVENT = 0, 8, 9, 26
_START, _STOP, _STOP_ALL = 0, 1, 4
"""Enums of the FIT profile."""
_INVALID_U32 = 0xFFFFFFFF  # by the FIT protocol

_RECORD_FIELDS: tuple[tuple[str, int, str, float, float], ...] = (
    ("lat_deg", 0, "sint32", SEMICIRCLES_PER_DEG, 0.0),
    ("lon_deg", 1, "sint32", SEMICIRCLES_PER_DEG, 0.0),
    ("distance_m", 5, "uint32", 100.0, 0.0),
    ("altitude_m", 2, "uint16", 5.0, 500.0),
    ("speed_mps", 6, "uint16", 1000.0, 0.0),
    ("power_w", 7, "uint16", 1.0, 0.0),
    ("heart_rate_bpm", 3, "uint8", 1.0, 0.0),
    ("temperature_c", 13, "sint8", 1.0, 0.0),
)
"""Sample column, field number, base type, scale, offset; cadence is apart because it takes two fields."""


def to_fit(activity: Activity) -> bytes:
    """Return `activity` as a FIT file.

    Columns that are missing throughout are not written.

    Parameters
    ----------
    activity : Activity
        Needs no laps: without any, the whole is one lap.

    Returns
    -------
    bytes
        A FIT 2.0 activity file with both checksums.
    """
    encoder = FitEncoder()
    zero = fit_seconds(activity.start_time)
    end_s = activity.duration_s
    _write_head(encoder, activity, zero)
    _write_workout(encoder, activity)
    timeline = [*_record_chunks(encoder, activity, zero), *_events(encoder, activity, zero, end_s)]
    timeline += _laps(encoder, activity, zero, end_s)
    # Sorted by instant; at one instant records come before the events and laps they belong to.
    for _, _, rows in sorted(timeline, key=lambda item: item[:2]):
        encoder.append(rows)
    _write_tail(encoder, activity, zero, end_s)
    return encoder.finish()


def _write_head(encoder: FitEncoder, activity: Activity, zero: float) -> None:
    name = (activity.device or "kastor_analysis").encode("utf-8")[:63]
    created = int(zero)
    encoder.define(
        _FILE_ID,
        0,
        [(0, "enum"), (1, "uint16"), (2, "uint16"), (3, "uint32z"), (4, "uint32"), (8, "string")],
        text_sizes=[len(name) + 1],
    )
    encoder.write(_FILE_ID, 4, DEVELOPMENT, 0, 0, created, name)
    encoder.define(
        _DEVICE,
        23,
        [(253, "uint32"), (0, "uint8"), (2, "uint16"), (4, "uint16"), (27, "string")],
        text_sizes=[len(name) + 1],
    )
    encoder.write(_DEVICE, created, 0, DEVELOPMENT, 0, name)


def _write_workout(encoder: FitEncoder, activity: Activity) -> None:
    if not activity.workout:
        return
    encoder.define(_WORKOUT, 26, [(4, "enum"), (6, "uint16")])
    encoder.write(_WORKOUT, _SPORTS.get(activity.sport or "", 0), len(activity.workout))
    for index, step in enumerate(activity.workout):
        name = (step.name or "").encode("utf-8")[:47]
        encoder.define(
            _STEP,
            27,
            [(254, "uint16"), (0, "string"), (1, "enum"), (2, "uint32"), (3, "enum"), (4, "uint32"), (7, "enum")],
            text_sizes=[len(name) + 1],
        )
        if np.isfinite(step.duration_s):
            kind, value = 0, stored(step.duration_s, "uint32", scale=1000.0)
        elif np.isfinite(step.distance_m):
            kind, value = 1, stored(step.distance_m, "uint32", scale=100.0)
        else:
            kind, value = 5, stored(np.nan, "uint32")
        encoder.write(_STEP, index, name, kind, value, 2, 0, INTENSITIES.get(step.intensity or "", 0xFF))


def _record_chunks(encoder: FitEncoder, activity: Activity, zero: float) -> list[tuple[float, int, NDArray[np.void]]]:
    """Return the records in chunks between the instants at which something else is written."""
    second = np.floor(zero + activity.column("time_s") + 1e-6)
    last_of_second = np.append(np.diff(second) > 0, True) if second.size else np.zeros(0, dtype=bool)
    second = second[last_of_second]
    fields: list[tuple[int, str]] = [(253, "uint32")]
    columns: list[NDArray[np.generic]] = [second.astype("<u4")]
    for name, number, base, scale, offset in _RECORD_FIELDS:
        values = activity.column(name)[last_of_second]
        if np.isfinite(values).any():
            fields.append((number, base))
            columns.append(stored(values, base, scale=scale, offset=offset))
    strides = activity.column("cadence_spm")[last_of_second] / 2.0
    if np.isfinite(strides).any():
        whole = np.floor(strides + 1e-9)
        fields += [(4, "uint8"), (53, "uint8")]
        columns += [stored(whole, "uint8"), stored(strides - whole, "uint8", scale=128.0)]
    encoder.define(_RECORD, 20, fields)
    rows = encoder.rows(_RECORD, *columns) if second.size else encoder.rows(_RECORD, *columns)[:0]
    breaks = np.concatenate([activity.lap_table["end_s"], *_pause_columns(activity)])
    cuts = np.unique(np.searchsorted(second, np.floor(zero + breaks[np.isfinite(breaks)] + 1e-6), side="right"))
    chunks = np.split(np.arange(second.size), cuts)
    return [(float(second[chunk[0]]), 0, rows[chunk[0] : chunk[-1] + 1]) for chunk in chunks if chunk.size]


def _pause_columns(activity: Activity) -> tuple[FloatArray, FloatArray]:
    return activity.pause_table["start_s"], activity.pause_table["end_s"]


def _events(
    encoder: FitEncoder, activity: Activity, zero: float, end_s: float
) -> list[tuple[float, int, NDArray[np.void]]]:
    encoder.define(_EVENT, 21, [(253, "uint32"), (0, "enum"), (1, "enum"), (3, "uint32")])

    def timer(at_s: float, kind: int) -> tuple[float, int, NDArray[np.void]]:
        second = np.floor(zero + at_s + 1e-6)
        return float(second), 1, encoder.rows(_EVENT, int(second), _TIMER, kind, 0)

    first = timer(0.0, _START)
    events = [(first[0], -1, first[2])]
    stopped_at_end = False
    for start, end in zip(*_pause_columns(activity), strict=True):
        events.append(timer(start, _STOP_ALL))
        if end < end_s:
            at, _, rows = timer(end, _START)
            events.append((at, -1, rows))
        else:
            stopped_at_end = True
    if not stopped_at_end:
        at, _, rows = timer(end_s, _STOP_ALL)
        events.append((at, 3, rows))
    return events


def _laps(
    encoder: FitEncoder, activity: Activity, zero: float, end_s: float
) -> list[tuple[float, int, NDArray[np.void]]]:
    encoder.define(
        _LAP,
        19,
        [
            (254, "uint16"), (253, "uint32"), (2, "uint32"), (7, "uint32"), (8, "uint32"), (9, "uint32"),
            (0, "enum"), (1, "enum"), (23, "enum"), (24, "enum"), (25, "enum"), (71, "uint16"),
        ],
    )  # fmt: skip
    sport = _SPORTS.get(activity.sport or "", 0)
    laps = activity.lap_table
    if not laps.n_rows:
        starts, ends = np.array([0.0]), np.array([end_s])
        timers, distances, steps = (np.array([np.nan]) for _ in range(3))
        triggers = intensities = np.array([None], dtype=object)
    else:
        starts, ends, timers, distances, steps = (
            laps[name] for name in ("start_s", "end_s", "timer_s", "distance_m", "workout_step")
        )
        triggers, intensities = laps["trigger"], laps["intensity"]
    timeline = []
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        timer_s = timers[i] if np.isfinite(timers[i]) else (end - start) - _paused_s(activity, start, end)
        metres = distances[i] if np.isfinite(distances[i]) else _run_m(activity, start, end)
        second = np.floor(zero + end + 1e-6)
        default = "session_end" if i == len(starts) - 1 else "manual"
        rows = encoder.rows(
            _LAP,
            i,
            int(second),
            int(np.floor(zero + start + 1e-6)),
            stored(end - start, "uint32", scale=1000.0),
            stored(timer_s, "uint32", scale=1000.0),
            stored(metres, "uint32", scale=100.0),
            _LAP_EVENT,
            _STOP,
            INTENSITIES.get(intensities[i] or "", 0xFF),
            _TRIGGERS.get(triggers[i] or default, 0),
            sport,
            stored(steps[i], "uint16"),
        )
        timeline.append((float(second), 2, rows))
    return timeline


def _paused_s(activity: Activity, start_s: float, end_s: float) -> float:
    starts, ends = _pause_columns(activity)
    return float(np.clip(np.minimum(ends, end_s) - np.maximum(starts, start_s), 0.0, None).sum())


def _run_m(activity: Activity, start_s: float, end_s: float) -> float:
    time_s, distance_m = activity.column("time_s"), activity.column("distance_m")
    known = np.isfinite(distance_m)
    if not known.any():
        return float("nan")
    at = np.interp([start_s, end_s], time_s[known], distance_m[known])
    return float(at[1] - at[0])


def _write_tail(encoder: FitEncoder, activity: Activity, zero: float, end_s: float) -> None:
    last = int(np.floor(zero + end_s + 1e-6))
    timer_ms = stored(end_s - _paused_s(activity, 0.0, end_s), "uint32", scale=1000.0)
    encoder.define(
        _SESSION,
        18,
        [
            (253, "uint32"), (2, "uint32"), (7, "uint32"), (8, "uint32"), (9, "uint32"), (25, "uint16"),
            (26, "uint16"), (0, "enum"), (1, "enum"), (5, "enum"), (6, "enum"), (28, "enum"),
        ],
    )  # fmt: skip
    encoder.write(
        _SESSION,
        last,
        int(zero),
        stored(end_s, "uint32", scale=1000.0),
        timer_ms,
        stored(_run_m(activity, 0.0, end_s), "uint32", scale=100.0),
        0,
        max(1, activity.lap_table.n_rows),
        _SESSION_EVENT,
        _STOP,
        _SPORTS.get(activity.sport or "", 0),
        _SUB_SPORTS.get(activity.sub_sport or "", 0),
        0,
    )
    encoder.define(
        _ACTIVITY,
        34,
        [(253, "uint32"), (0, "uint32"), (1, "uint16"), (2, "enum"), (3, "enum"), (4, "enum"), (5, "uint32")],
    )
    local = _INVALID_U32
    if activity.utc_offset_s is not None:
        local = int(fit_seconds(activity.start_time + timedelta(seconds=activity.utc_offset_s)) - zero + last)
    encoder.write(_ACTIVITY, last, timer_ms, 1, 0, _ACTIVITY_EVENT, _STOP, local)
