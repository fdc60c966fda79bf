"""`Instants`: ISO 8601 text -> Unix seconds, a block at a time.

Conventions: instants are float64 Unix seconds (UTC); NaN where the text is none. A time without a zone is taken as
UTC, as GPX and TCX prescribe. The layout nearly every file keeps (``2026-05-01T06:30:00Z``, with or without a
fraction) is read by arithmetic on whole columns; anything else goes through `datetime`, one by one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MOST_LAYOUTS = 6
"""Lengths of times in one block, above which they are read one by one."""
_SHORTEST = len("2026-05-01T06:30:00Z")
_DIGITS = (0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18)  # where 2026-11-30T12:00:00 has them
_EPOCH_DAY = date(1970, 1, 1).toordinal()  # POSIX counts from there
_ODD = re.compile(r"(\d{4}-\d\d-\d\d)[T ]+(\d\d?:\d\d)(:\d\d)?(?:[.,](\d+))?\s*(Z|[+-]\d\d(?::?\d\d)?)?", re.IGNORECASE)


class Instants:
    """Reads times and remembers what they told about their zone.

    Attributes
    ----------
    utc_offset_s : float or None
        Local time less UTC, from the first time that names an offset.
    n_without_zone, n_unreadable : int
        Times taken as UTC though they do not say so; times that are none.
    """

    def __init__(self) -> None:
        self.utc_offset_s: float | None = None
        self.n_without_zone: int = 0
        self.n_unreadable: int = 0
        self._days: dict[int, float] = {}

    def read(self, texts: Sequence[str | bytes | None]) -> FloatArray:
        """Return the Unix seconds of each text, shape (n,)."""
        lengths = [len(text) if text is not None else 0 for text in texts]
        layouts = set(lengths)
        if len(layouts) > MOST_LAYOUTS:
            return np.array([self.read_one(text) for text in texts], dtype=np.float64)
        if len(layouts) == 1:
            return self._read_alike(texts, lengths[0])
        instants = np.empty(len(texts))
        for length in layouts:
            rows = [row for row, this in enumerate(lengths) if this == length]
            instants[rows] = self._read_alike([texts[row] for row in rows], length)
        return instants

    def read_one(self, text: str | bytes | None) -> float:
        """Return the Unix seconds of one text, or NaN."""
        if text is None:
            return float("nan")
        if isinstance(text, bytes):
            text = text.decode("latin-1")
        if not text.strip():
            return float("nan")
        found = _ODD.fullmatch(text.strip())
        if found is None:
            self.n_unreadable += 1
            return float("nan")
        day, minute, second, fraction, zone = found.groups()
        if zone is None:
            self.n_without_zone += 1
        try:
            moment = datetime.fromisoformat(f"{day}T{minute.zfill(5)}{second or ':00'}{(zone or 'Z').upper()}")
            unix_s = moment.timestamp()
        except (ValueError, OverflowError):
            self.n_unreadable += 1
            return float("nan")
        offset = moment.utcoffset()
        if zone not in (None, "Z", "z") and offset is not None and self.utc_offset_s is None:
            self.utc_offset_s = offset.total_seconds()
        return unix_s + (float(f"0.{fraction}") if fraction else 0.0)

    def _read_alike(self, texts: Sequence[Any], length: int) -> FloatArray:
        """Return the instants of texts of one length."""
        instants = self._read_table(texts, length) if length >= _SHORTEST else None
        if instants is None:
            instants = np.array([self.read_one(text) for text in texts], dtype=np.float64)
        return instants

    def _read_table(self, texts: Sequence[Any], length: int) -> FloatArray | None:
        """Return the instants of texts of one layout that ends in Z, or None if one of them is of another."""
        n = len(texts)
        try:
            joined = b"".join(texts) if isinstance(texts[0], bytes) else "".join(texts).encode("ascii")
        except UnicodeEncodeError:
            return None
        table = np.frombuffer(joined, dtype=np.uint8).reshape(n, length)
        marks = table[0, [4, 7, 10, 13, 16, length - 1]].tobytes()
        digits = table - 48
        fraction = range(_SHORTEST, length - 1)
        columns = [*_DIGITS, *fraction]
        if (
            marks.upper() != b"--T::Z"
            or length == _SHORTEST + 1
            or (length > _SHORTEST and table[0, 19] not in b".,")
            or (table[:, [4, 7, 10, 13, 16, 19, length - 1]] != table[0, [4, 7, 10, 13, 16, 19, length - 1]]).any()
            or (digits[:, columns] > 9).any()
        ):
            return None
        century, year, month, day, hour, minute, second = (
            digits[:, at] * 10 + digits[:, at + 1] for at in (0, 2, 5, 8, 11, 14, 17)
        )
        days = century * np.int64(1_000_000) + year * np.int64(10_000) + month * np.int64(100) + day
        if (hour > 23).any() or (minute > 59).any() or (second > 59).any():
            return None
        changes = np.flatnonzero(np.concatenate([[True], days[1:] != days[:-1]]))
        day_s = np.array([self._day_s(day) for day in days[changes].tolist()])
        if np.isnan(day_s).any():
            return None
        seconds = np.repeat(day_s, np.diff(np.concatenate([changes, [n]])))
        seconds += hour * 3600.0 + minute * 60.0 + second
        if fraction:
            places = len(fraction)
            seconds += digits[:, _SHORTEST : length - 1].astype(np.float64) @ 10.0 ** -np.arange(1, places + 1)
        return seconds

    def _day_s(self, day: int) -> float:
        if day not in self._days:
            try:
                ordinal = date(day // 10_000, day // 100 % 100, day % 100).toordinal()
            except ValueError:
                return float("nan")
            self._days[day] = (ordinal - _EPOCH_DAY) * 86_400.0
        return self._days[day]


def described(sport: str | None, times_s: FloatArray, name: str | None = None) -> str:
    """Return how one of several recordings is named: ``running 2026-05-01 06:30 UTC, 62 min (Lunch run)``."""
    timed = times_s[np.isfinite(times_s)]
    text = sport or "activity"
    if timed.size:
        first_s, last_s = float(timed[0]), float(timed[-1])
        if 0 <= first_s < 7e9:
            text += f" {datetime.fromtimestamp(first_s, UTC):%Y-%m-%d %H:%M} UTC"
        text += f", {(last_s - first_s) / 60:.0f} min"
    return f"{text} ({name})" if name else text
