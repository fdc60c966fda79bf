"""`assemble`: a raw recording -> `Activity`, by the rules of `repairs`.

Time zero is the earliest of timer start, first record and first lap. Between two laps lies one boundary: watches state
the end of one and the start of the next up to 2 s apart, because starts are whole seconds and drift against the
durations, which are milliseconds; the faster of the two laps, the rep rather than its rest, keeps the duration that the
file states. Where laps overlap by more than `LAP_AGREE_S`, the first ends where the second starts; a longer gap (the
watch stood between two laps) stays a gap. Pauses are sorted, cut to the recording and merged where they touch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from ..errors import LimitError, NoSamplesError
from ..quantities import geodesy
from ..words import counted
from ..words.escapes import shown
from . import lapping, repairs, times
from .limits import DEFAULT_LIMITS, MORE, Limits
from .raw import RawRecording
from .repairs import FloatArray

Warn = Callable[..., None]

LAP_AGREE_S = 2.5  # lap starts are whole seconds, rounded either way
TIME_DECIMALS = 6  # microseconds: no watch tells less


def assemble(raw: RawRecording, *, source: str = "recording", limits: Limits = DEFAULT_LIMITS) -> Activity:
    """Return the activity of a raw recording, repaired and with what was repaired in its warnings.

    Raises
    ------
    NoSamplesError
        If no sample has a time.
    LimitError
        If it lasts longer than the limits allow.
    """
    warnings = list(raw.warnings)

    def warn(*said: str | None) -> None:
        warnings.extend(sentence for sentence in said if sentence)

    steady = times.run_steadily(_stamps(raw))
    for mended in (times.with_date,) if steady else (times.without_strays, times.with_date, times.with_one_clock):
        raw, said = mended(raw)
        warn(said)
    timestamp_s, columns = (_stamps(raw), _columns(raw)) if steady else _ordered(raw, source, warn)
    if timestamp_s[-1] - timestamp_s[0] > limits.duration_s:
        raise LimitError(
            f"lasts {(timestamp_s[-1] - timestamp_s[0]) / 86_400:.0f} days",
            file=source,
            hint=f"The limit is {limits.duration_s / 86_400:.0f} days. {MORE}",
        )
    raw_laps, said = lapping.by_the_samples(raw.laps, float(timestamp_s[0]), float(timestamp_s[-1]))
    warn(said)
    raw_laps, said = lapping.ended_with_timer(raw_laps, raw.pauses, timestamp_s, columns.get("distance_m"))
    warn(said)
    zero_s, lap_columns = _zero(raw_laps, raw.timer_start_s, timestamp_s, warn)
    time_s = np.round(timestamp_s - zero_s, TIME_DECIMALS)
    # Instants closer than the rounding are one.
    time_s, columns, said = repairs.merged(time_s, columns)
    warn(said)
    columns, said_s = repairs.within_reach(time_s, columns)
    warn(*said_s)
    laps = _laps(lap_columns, zero_s, warn)
    end_s = float(max(time_s[-1], np.max(laps["end_s"], initial=0.0))) if laps else float(time_s[-1])
    pauses_s = _pauses(raw.pauses - zero_s, end_s)
    derived: tuple[str, ...] = ()
    if "lat_deg" in columns and "lon_deg" in columns:
        lat_deg, lon_deg, said_s = repairs.honest_positions(time_s, columns["lat_deg"], columns["lon_deg"], raw.sport)
        columns["lat_deg"], columns["lon_deg"] = lat_deg, lon_deg
        warn(*said_s)
        if not np.isfinite(columns.get("distance_m", np.nan)).any() and np.isfinite(lat_deg).any():
            columns["distance_m"] = geodesy.along_m(lat_deg, lon_deg)
            derived = ("distance_m",)
    if "distance_m" in columns and not derived:
        columns["distance_m"], said_s = repairs.honest_distance(time_s, columns["distance_m"])
        warn(*said_s)
    if "speed_mps" in columns and "distance_m" in columns:
        columns["speed_mps"], said = repairs.honest_speed(time_s, columns["speed_mps"], columns["distance_m"])
        warn(said)
    columns, said_s = repairs.honest_sensors(columns)
    warn(*said_s, repairs.gaps(time_s, pauses_s), repairs.ends_early(time_s, pauses_s, end_s))
    return Activity.from_columns(
        datetime.fromtimestamp(zero_s, UTC),
        {"time_s": time_s, **columns},
        laps=laps,
        pauses={"start_s": pauses_s[:, 0], "end_s": pauses_s[:, 1]},
        workout=tuple(replace(step, name=_shown(step.name)) for step in raw.workout),
        device=_shown(raw.device),
        sport=_shown(raw.sport),
        sub_sport=_shown(raw.sub_sport),
        utc_offset_s=raw.utc_offset_s,
        source=source,
        format=raw.format,
        derived=derived,
        warnings=tuple(dict.fromkeys(map(_sentence, warnings))),
    )


def _shown(text: str | None) -> str | None:
    return text and shown(text)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:].rstrip(".") + "."


def _ordered(raw: RawRecording, source: str, warn: Warn) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Return times that increase and the columns that go with them."""
    stamps = _stamps(raw)
    if not stamps.size:
        raise NoSamplesError("holds no samples over time", file=source, hint="Is it a workout, a course or a summary?")
    stamps = np.where((stamps >= 0) & (stamps < times.LATEST_S), stamps, np.nan)
    stamps, said = times.with_untimed(stamps)
    warn(said)
    rows = np.flatnonzero(np.isfinite(stamps))
    if not rows.size:
        raise NoSamplesError(
            f"none of its {counted(stamps.size, 'point')} has a time",
            file=source,
            hint="It is a route or a course; export the activity itself",
        )
    if rows.size < stamps.size:
        warn(f"{counted(int(stamps.size - rows.size), 'point')} without a time left out.")
    order, said = times.in_order(stamps[rows], _taken(raw, rows))
    rows = rows[order]
    body, said_far = times.main_body(stamps[rows], _spans(raw))
    rows = rows[body]
    warn(said, said_far)
    everything = rows.size == stamps.size and said is None
    timestamp_s, columns, said = repairs.merged(stamps[rows], _columns(raw, None if everything else rows))
    warn(said)
    return timestamp_s, columns


def _stamps(raw: RawRecording) -> FloatArray:
    return np.asarray(raw.samples.get("timestamp_s", ()), dtype=np.float64)


def _columns(raw: RawRecording, rows: NDArray[np.intp] | None = None) -> dict[str, FloatArray]:
    """Return all that was sampled but the times, at some rows or at all."""
    return {
        name: _known(values if rows is None else np.asarray(values)[rows])
        for name, values in raw.samples.items()
        if name != "timestamp_s"
    }


def _taken(raw: RawRecording, rows: NDArray[np.intp]) -> dict[str, FloatArray]:
    """Return what tells of the way, at some rows."""
    return {name: np.asarray(raw.samples[name])[rows] for name in times.WAY if name in raw.samples}


def _spans(raw: RawRecording) -> FloatArray:
    """Return the pauses and laps, shape (n, 2)."""
    laps = np.column_stack([raw.laps["start_s"], raw.laps["end_s"]]) if raw.laps else np.empty((0, 2))
    return np.concatenate([np.asarray(raw.pauses, dtype=np.float64).reshape(-1, 2), laps.astype(np.float64)])


def _known(values: Any) -> FloatArray:
    """Return numbers as float64 with infinities missing."""
    column = np.asarray(values, dtype=np.float64)
    infinite = np.isinf(column)
    return np.where(infinite, np.nan, column) if infinite.any() else column


def _zero(
    raw_laps: Mapping[str, NDArray[Any]], timer_start_s: float, timestamp_s: FloatArray, warn: Warn
) -> tuple[float, Mapping[str, NDArray[Any]]]:
    """Return the Unix time of time zero, and the laps that lie by the samples."""
    first_s, last_s = float(timestamp_s[0]), float(timestamp_s[-1])
    starts = [first_s]
    if abs(timer_start_s - first_s) <= times.FAR_OFF_S:
        starts.append(timer_start_s)
    laps: Mapping[str, NDArray[Any]] = {name: np.asarray(values) for name, values in raw_laps.items()}
    if laps and laps["start_s"].size:
        lap_start_s = np.asarray(laps["start_s"], dtype=np.float64)
        lap_end_s = np.asarray(laps["end_s"], dtype=np.float64)
        near = (lap_start_s >= first_s - times.FAR_OFF_S) & (lap_end_s <= last_s + times.FAR_OFF_S)
        sound = near & (lap_end_s > lap_start_s)
        if not sound.all():
            warn(f"{counted(int(np.count_nonzero(~sound)), 'lap')} of no length or at another time left out.")
            laps = {name: values[sound] for name, values in laps.items()}
        laps, said = lapping.one_chain(laps)
        warn(said)
        starts.extend(float(s) for s in laps["start_s"])
    return min(starts), laps


def _laps(raw_laps: Mapping[str, NDArray[Any]], zero_s: float, warn: Warn) -> dict[str, NDArray[Any]]:
    """Return laps in order of time, with one boundary between two that follow each other."""
    if not raw_laps or not raw_laps["start_s"].size:
        return {}
    order = np.argsort(np.asarray(raw_laps["start_s"], dtype=np.float64), kind="stable")
    laps = {name: values[order] for name, values in raw_laps.items()}
    if "distance_m" in laps:
        distance_m = laps["distance_m"].astype(np.float64)
        most_m, _ = repairs.OUT_OF_REACH["distance_m"]
        laps["distance_m"] = np.where(np.abs(distance_m) > most_m, np.nan, distance_m)
    start_s = np.round(laps["start_s"].astype(np.float64) - zero_s, TIME_DECIMALS)
    end_s = np.round(laps["end_s"].astype(np.float64) - zero_s, TIME_DECIMALS)
    speed_mps = _speeds(laps, end_s - start_s)
    for i in range(start_s.size - 1):
        gap_s = start_s[i + 1] - end_s[i]
        if gap_s > LAP_AGREE_S:
            continue
        first_counts = speed_mps[i] >= speed_mps[i + 1] and end_s[i] < end_s[i + 1]
        boundary_s = end_s[i] if abs(gap_s) <= LAP_AGREE_S and first_counts else start_s[i + 1]
        end_s[i] = start_s[i + 1] = boundary_s
    sound = end_s > start_s
    if not sound.all():
        warn(f"{counted(int(np.count_nonzero(~sound)), 'lap')} within another left out.")
    return {name: values[sound] for name, values in {**laps, "start_s": start_s, "end_s": end_s}.items()}


def _speeds(laps: Mapping[str, NDArray[Any]], elapsed_s: FloatArray) -> FloatArray:
    """Return the mean speed of each lap over its elapsed time, 0 where it has no distance."""
    if "distance_m" not in laps:
        return np.zeros(elapsed_s.size)
    distance_m = np.nan_to_num(laps["distance_m"].astype(np.float64), nan=0.0)
    return distance_m / np.maximum(elapsed_s, 1e-3)


def _pauses(spans_s: FloatArray, end_s: float) -> FloatArray:
    """Return pauses within the recording, in order, merged where they touch."""
    spans_s = np.asarray(spans_s, dtype=np.float64).reshape(-1, 2)
    spans_s = spans_s[np.isfinite(spans_s).all(axis=1)]
    spans_s = np.clip(np.round(spans_s, TIME_DECIMALS), 0.0, end_s)
    spans_s = spans_s[spans_s[:, 1] > spans_s[:, 0]]
    spans_s = spans_s[np.argsort(spans_s[:, 0], kind="stable")]
    if not spans_s.size:
        return spans_s
    reach_s = np.maximum.accumulate(spans_s[:, 1])
    fresh = np.concatenate([[True], spans_s[1:, 0] > reach_s[:-1]])
    last = np.concatenate([np.flatnonzero(fresh)[1:], [spans_s.shape[0]]]) - 1
    return np.column_stack([spans_s[fresh, 0], reach_s[last]])
