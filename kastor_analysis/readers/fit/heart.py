"""Heart rate that a chest strap stored by itself and handed over later (``hr`` messages), as in water.

Each message holds up to eight beats, their times as 12-bit counters of 1/1024 s that continue the strap's own clock;
the first message tells which instant that clock stood for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .clock import accumulate
from .container import FitFile
from .groups import FloatArray, numbers

HR, EVENT_TIMESTAMP, _FILTERED_BPM, _PACKED = 132, 9, 6, 10  # message and fields of the FIT profile
_TICKS_PER_S, _BITS = 1024, 12  # see above
_MAX_AGE_S = 5.0  # longer without a beat, the strap is off


def event_times(part: FitFile) -> list[FloatArray]:
    """Return the strap's clock at each message's beats, in seconds: one array a message, in the order of the file."""
    rows: list[tuple[int, np.ndarray, bool]] = []
    for group in part.groups.get(HR, []):
        full, packed = group.definition.field(EVENT_TIMESTAMP), group.definition.field(_PACKED)
        if full is not None and full.size and full.size % 4 == 0 and full.base.size == 4:
            ticks = group.raw(full).reshape(len(group), -1).astype(np.int64)
            rows += [(int(pos), row, True) for pos, row in zip(group.positions, ticks, strict=True)]
        elif packed is not None and packed.size >= 3 and packed.base.size == 1:
            octets = group.raw(packed).reshape(len(group), -1).astype(np.int64)
            n = packed.size // 3
            low = octets[:, 0 : 3 * n : 3] | (octets[:, 1 : 3 * n : 3] & 15) << 8
            high = octets[:, 1 : 3 * n : 3] >> 4 | octets[:, 2 : 3 * n : 3] << 4
            ticks = np.stack([low, high], axis=2).reshape(len(group), -1)
            rows += [(int(pos), row, False) for pos, row in zip(group.positions, ticks, strict=True)]
        else:
            rows += [(int(pos), np.empty(0, np.int64), False) for pos in group.positions]
    rows.sort(key=lambda row: row[0])
    if not rows:
        return []
    values = np.concatenate([row[1] for row in rows])
    anchors = np.concatenate([np.full(row[1].size, row[2]) for row in rows])
    seconds = accumulate(values, _BITS, anchors) / _TICKS_PER_S
    return np.split(seconds, np.cumsum([row[1].size for row in rows])[:-1])


def stored_heart_rate(parts: Sequence[FitFile], timestamp_s: FloatArray) -> FloatArray:
    """Return the strap's heart rate at given instants: the latest beat's, NaN where that is over `_MAX_AGE_S` old.

    Parameters
    ----------
    parts : sequence of FitFile
        All files of the content: watches chain what the strap stored behind the recording.
    timestamp_s : ndarray, shape (n,)
        Unix seconds.
    """
    out = np.full(timestamp_s.shape, np.nan)
    found = [_beats(part) for part in parts if HR in part.groups]
    if not found:
        return out
    beats_s, bpm = (np.concatenate(column) for column in zip(*found, strict=True))
    told = np.isfinite(bpm)
    order = np.argsort(beats_s[told], kind="stable")
    beats_s, bpm = beats_s[told][order], bpm[told][order]
    if not beats_s.size:
        return out
    latest = np.searchsorted(beats_s, timestamp_s, side="right") - 1
    fresh = (latest >= 0) & (timestamp_s - beats_s[np.maximum(latest, 0)] <= _MAX_AGE_S)
    out[fresh] = bpm[latest[fresh]]
    return out


def _beats(part: FitFile) -> tuple[FloatArray, FloatArray]:
    """Return (instants in Unix seconds, beats a minute) of one file's messages, in the order of the file."""
    messages = part.columns(HR)
    times = event_times(part)
    begun_s = part.times(messages) + np.nan_to_num(messages.number("fractional_timestamp"))
    first = next((i for i, t in enumerate(times) if t.size and np.isfinite(begun_s[i])), None)
    if first is None:
        return np.empty(0), np.empty(0)
    rows: list[tuple[int, FloatArray]] = []
    for group in messages.groups:
        field = group.definition.field(_FILTERED_BPM)
        if field is None or not field.size or field.base.size != 1:
            rows += [(int(pos), np.empty(0)) for pos in group.positions]
            continue
        values = numbers(group.raw(field), field, 1, 0).reshape(len(group), -1)
        rows += [(int(pos), row) for pos, row in zip(group.positions, values, strict=True)]
    rows.sort(key=lambda row: row[0])
    beats_s = np.concatenate([t[: row.size] for t, (_, row) in zip(times, rows, strict=True)])
    bpm = np.concatenate([row[: t.size] for t, (_, row) in zip(times, rows, strict=True)])
    return beats_s - times[first][0] + begun_s[first], bpm
