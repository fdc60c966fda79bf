"""`fit_with_laps`: a FIT recording with other laps, every other message as the watch wrote it, byte for byte.

Conventions: lap messages of the session are taken out and new ones put behind its last record, ahead of the session
message, whose number of laps and totals then agree with them. Laps of other sessions in the file keep their content;
only their index moves. A lap starts in whole seconds, as FIT has it; the milliseconds stand in a developer field
(`LAP_START_MS`) which our reader knows. Where records bear compressed timestamps, which count from the timestamp of any
message before them, an empty message (``pad``) with the old lap's timestamp stays in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from ..errors import FitError, ReadError
from ..readers.fit.container import FitFile, read_files
from ..readers.fit.crc import crc16
from ..readers.fit.groups import Group
from ..readers.fit.laps import LAP, LAP_SEGMENT, LAP_START_MS
from ..readers.fit.parts import RECORD, DatedColumns
from ..readers.fit.recording import SESSION
from ..readers.fit.wire import FIT_EPOCH_S, TIMESTAMP, Definition, definition_length
from ..segments import KINDS
from .fit_encoding import INTENSITIES, SEMICIRCLES_PER_DEG, FitEncoder, stored
from .laps import MOMENT_S, SegmentLap

_PAD, _FIELD_DESCRIPTION, _DEVELOPER_DATA_ID = 105, 206, 207
APPLICATION = b"kastor_analysis!"
_MANUAL, _SESSION_END = 0, 7
_NUM_LAPS, _FIRST_LAP, _MESSAGE_INDEX = 26, 25, 254
_TOTALS = ((7, "elapsed_s", 1000.0), (8, "timer_s", 1000.0), (9, "distance_m", 100.0))
"""Fields of a session and of a lap that add up: number, `SegmentLap`'s name, units a unit."""

_ON_FOOT = (None, "generic", "running", "walking", "hiking")
_TRUSTED_WITHIN = {"elapsed_s": 3.0, "timer_s": 3.0, "distance_m": 30.0}
"""The watch's own total, where it differs from the laps' by no more, is right, and the last lap makes up for it."""

Edit = tuple[int, int, bytes]
Array = NDArray[np.float64]


def fit_with_laps(data: bytes, laps: Sequence[SegmentLap], activity: Activity, *, file: str = "recording") -> bytes:
    """Return a recording's content with these laps.

    `data` is what the activity was read from; laps are in order and cover it.

    Raises
    ------
    FitError
        If the file is damaged: nothing is written into a file that is not understood to its last byte.
    ReadError
        If the activity is none of its recordings.
    """
    try:
        files = read_files(data, file=file, strict=True)
    except FitError as error:
        raise FitError(
            f"is damaged ({error.what}): no laps are written into it", offset=error.offset, file=file, hint=_TCX
        ) from error
    target = max(files, key=lambda part: _shared(part, activity))
    if not _shared(target, activity):
        raise ReadError("does not hold this recording", file=file, hint="Load it from this file")
    if target.clock.relative:
        raise ReadError("was recorded by a watch that did not know the time", file=file, hint=_TCX)
    span = target.span
    edits = _Edits(data, target, laps, activity).made()
    body, at = [], span.start
    for first, last, new in sorted(edits, key=lambda edit: edit[:2]):
        body += [data[at:first], new]
        at = last
    body.append(data[at : span.end])
    return b"".join([data[: span.header], _framed(data[span.header : span.start], b"".join(body)), data[span.after :]])


_TCX = "Write it as TCX instead: -o run-laps.tcx"


def _shared(part: FitFile, activity: Activity) -> int:
    """Return how many records of a file fall into an activity."""
    times_s = part.times(part.columns(RECORD)) - activity.start_time.timestamp()
    return int(((times_s >= -1.0) & (times_s <= activity.duration_s + 1.0)).sum())


def _framed(header: bytes, body: bytes) -> bytes:
    head = header[:4] + len(body).to_bytes(4, "little") + header[8:12]
    if len(header) >= 14:
        has_sum = header[12:14] != b"\0\0"
        head += (crc16(head).to_bytes(2, "little") if has_sum else b"\0\0") + header[14:]
    return head + body + crc16(head + body).to_bytes(2, "little")


class _Edits:
    """The changes to the messages of one FIT file."""

    def __init__(self, data: bytes, part: FitFile, laps: Sequence[SegmentLap], activity: Activity) -> None:
        self._data, self._part, self._activity = data, part, activity
        self._sessions = DatedColumns(SESSION, part)
        self._old = DatedColumns(LAP, part)
        starts = np.sort(self._sessions.instants("start_time"))
        starts = starts[np.isfinite(starts)]
        middle = activity.start_time.timestamp() + activity.duration_s / 2
        number = max(int(np.searchsorted(starts, middle, side="right")) - 1, 0)
        self._from_s = float(starts[number]) if number else -np.inf
        self._until_s = float(starts[number + 1]) if number + 1 < starts.size else np.inf
        self._laps = self._made_up(laps)

    def made(self) -> list[Edit]:
        """Return (first byte, byte after the last, what stands there instead)."""
        at, size, definitions = _placed(self._part.groups.get(LAP, []))
        middle_s = self._middles()
        mine = (middle_s >= self._from_s) & (middle_s < self._until_s)
        later = middle_s >= self._until_s
        is_packed = any(group.compressed for groups in self._part.groups.values() for group in groups)
        edits: list[Edit] = []
        for i in np.flatnonzero(mine):
            old = self._data[at[i] : at[i] + size[i]]
            edits.append((at[i], at[i] + size[i], _pad(old, definitions[i]) if is_packed else b""))
        delta = len(self._laps) - int(mine.sum())
        for i in np.flatnonzero(later):
            edits += self._raised(at[i], definitions[i], _MESSAGE_INDEX, delta)
        edits += self._session_edits(delta)
        first = int(np.nansum(middle_s < self._from_s))
        place = self._place()
        edits.append((place, place, self._new_messages(place, first)))
        return edits

    # -- laps

    def _middles(self) -> Array:
        """Return by which instant the reader tells whose lap a lap is, Unix seconds, in order of the file."""
        start_s, elapsed_s = self._old.instants("start_time"), self._old.number("total_elapsed_time")
        until_s = self._old.times()
        start_s = np.where(np.isnan(start_s), until_s - elapsed_s, start_s)
        middle_s = np.where(np.isfinite(elapsed_s), start_s + elapsed_s / 2, (start_s + until_s) / 2)
        # A lap that tells no time at all belongs nowhere: with the others it goes.
        return np.where(np.isfinite(middle_s), middle_s, self._activity.start_time.timestamp())

    def _made_up(self, laps: Sequence[SegmentLap]) -> list[dict[str, float]]:
        """Return what is written of each lap, the last one such that all add up to the session's totals."""
        rows = [
            {"elapsed_s": lap.elapsed_s, "timer_s": lap.timer_s, "distance_m": lap.distance_m, "start_s": lap.start_s,
             "kind": INTENSITIES[lap.intensity],
                "segment": float(KINDS.index(lap.kind)), **_averages(lap)}
            for lap in laps
        ]  # fmt: skip
        session = self._session()
        for number, name, scale in _TOTALS:
            told = _value(self._data, *session, number) / scale if session else nan
            short = told - sum(row[name] for row in rows)
            if name == "elapsed_s" and laps[-1].kind in ("rep", "stride"):
                continue  # its end is what was found
            if name == "elapsed_s" and rows[-1][name] + short < MOMENT_S:
                continue  # of which nothing would be left
            if abs(short) <= _TRUSTED_WITHIN[name]:
                for row in reversed(rows):
                    # The timer never runs longer than the clock.
                    most = row["elapsed_s"] if name == "timer_s" else np.inf
                    part = float(np.clip(row[name] + short, 0.0, most)) - row[name]
                    row[name] += part
                    short -= part
        return rows

    def _session(self) -> tuple[int, Definition] | None:
        """Return where this recording's session message stands, and its layout."""
        at, _, definitions = _placed(self._part.groups.get(SESSION, []))
        starts = self._sessions.instants("start_time")
        for i, start_s in enumerate(starts):
            if start_s == self._from_s or (self._from_s == -np.inf and start_s < self._until_s):
                return at[i], definitions[i]
        return None

    def _session_edits(self, delta: int) -> list[Edit]:
        edits: list[Edit] = []
        if session := self._session():
            edits += self._set(*session, _NUM_LAPS, len(self._laps))
            for number, name, scale in _TOTALS:
                total = sum(row[name] for row in self._laps)
                old = _value(self._data, *session, number)
                if isfinite(total) and isfinite(old) and abs(total * scale - old) >= 0.5 * len(self._laps) + 1.0:
                    edits += self._set(*session, number, round(total * scale))
        at, _, definitions = _placed(self._part.groups.get(SESSION, []))
        for i, start_s in enumerate(self._sessions.instants("start_time")):
            if start_s >= self._until_s:
                edits += self._raised(at[i], definitions[i], _FIRST_LAP, delta)
        return edits

    def _raised(self, at: int, definition: Definition, number: int, by: int) -> list[Edit]:
        value = _value(self._data, at, definition, number)
        return self._set(at, definition, number, int(value) + by) if isfinite(value) and value + by >= 0 else []

    def _set(self, at: int, definition: Definition, number: int, value: int) -> list[Edit]:
        field = definition.field(number)
        if field is None or field.base.invalid is None or field.size != field.base.size:
            return []
        if not 0 <= value < field.base.invalid:
            return []
        order = "big" if definition.big_endian else "little"
        first = at + field.offset
        return [(first, first + field.size, value.to_bytes(field.size, order))]  # type: ignore[arg-type]

    # -- what is put in

    def _place(self) -> int:
        """Return where the new laps go: behind all records, ahead of the session that follows them."""
        groups = [group for groups in self._part.groups.values() for group in groups]
        behind = max(
            int(group.positions[-1]) + group.definition.size
            for group in groups
            if group.definition.global_num == RECORD or group.compressed
        )
        sessions = [int(at) for group in self._part.groups.get(SESSION, []) for at in group.positions]
        return min((at for at in sessions if at >= behind), default=behind)

    def _new_messages(self, place: int, first: int) -> bytes:
        marks = self._part.marks
        used = {local for _, local, _ in marks}
        local = next((n for n in range(15, -1, -1) if n not in used), 0)
        index = 1 + max(self._developer_index(number) for number in (_DEVELOPER_DATA_ID, _FIELD_DESCRIPTION))
        encoder = FitEncoder()
        encoder.define(local, _DEVELOPER_DATA_ID, [(1, "byte"), (3, "uint8")], text_sizes=[len(APPLICATION)])
        encoder.write(local, APPLICATION, index)
        for field, (text, units, base) in enumerate(((LAP_START_MS, "ms", 0x84), (LAP_SEGMENT, "", 0x02))):
            name = text.encode()
            encoder.define(
                local,
                _FIELD_DESCRIPTION,
                [(0, "uint8"), (1, "uint8"), (2, "uint8"), (3, "string"), (8, "string")],
                text_sizes=[len(name) + 1, len(units) + 1],
            )
            encoder.write(local, index, field, base, name, units.encode())
        self._write_laps(encoder, local, index, first)
        restored = b""
        if local in used and (before := [pos for pos, of, _ in marks if of == local and pos < place]):
            pos = before[-1]
            restored = self._data[pos : pos + definition_length(self._data, pos, len(self._data))]
        return encoder.body() + restored

    def _developer_index(self, number: int) -> int:
        known = DatedColumns(number, self._part).number("developer_data_index")
        return int(np.nanmax(known, initial=-1.0)) if np.isfinite(known).any() else -1

    def _write_laps(self, encoder: FitEncoder, local: int, index: int, first: int) -> None:
        columns = {name: np.array([row[name] for row in self._laps]) for name in self._laps[0]}
        zero = self._activity.start_time.timestamp() - FIT_EPOCH_S
        start_ms = np.rint((zero + columns["start_s"]) * 1000.0)
        elapsed_ms = np.diff(np.append(start_ms, start_ms[-1] + round(columns["elapsed_s"][-1] * 1000.0)))
        end_s = np.floor((start_ms + elapsed_ms) / 1000.0)
        n = start_ms.size
        fields: list[tuple[int, str, NDArray[np.generic]]] = [
            (254, "uint16", (first + np.arange(n)).astype("<u2")),
            (TIMESTAMP, "uint32", end_s.astype("<u4")),
            (2, "uint32", np.floor(start_ms / 1000.0).astype("<u4")),
            (7, "uint32", elapsed_ms.astype("<u4")),
            (8, "uint32", stored(np.minimum(columns["timer_s"], elapsed_ms / 1000.0), "uint32", scale=1000.0)),
            (9, "uint32", stored(columns["distance_m"], "uint32", scale=100.0)),
            (0, "enum", np.full(n, 9, dtype="u1")),
            (1, "enum", np.full(n, 1, dtype="u1")),
            (23, "enum", columns["kind"].astype("u1")),
            (24, "enum", np.where(np.arange(n) == n - 1, _SESSION_END, _MANUAL).astype("u1")),
            (25, "enum", np.full(n, self._told("sport"), dtype="u1")),
            (39, "enum", np.full(n, self._told("sub_sport"), dtype="u1")),
        ]
        lat_deg, lon_deg = self._places(columns["start_s"], columns["elapsed_s"])
        half = 2.0 if self._activity.sport in _ON_FOOT else 1.0
        for number, base, values, scale in (
            (3, "sint32", lat_deg[:-1], SEMICIRCLES_PER_DEG),
            (4, "sint32", lon_deg[:-1], SEMICIRCLES_PER_DEG),
            (5, "sint32", lat_deg[1:], SEMICIRCLES_PER_DEG),
            (6, "sint32", lon_deg[1:], SEMICIRCLES_PER_DEG),
            (13, "uint16", columns["speed_avg_mps"], 1000.0),
            (14, "uint16", columns["speed_max_mps"], 1000.0),
            (110, "uint32", columns["speed_avg_mps"], 1000.0),
            (111, "uint32", columns["speed_max_mps"], 1000.0),
            (15, "uint8", columns["heart_rate_avg_bpm"], 1.0),
            (16, "uint8", columns["heart_rate_max_bpm"], 1.0),
            (17, "uint8", np.floor(columns["cadence_avg_spm"] / half), 1.0),
            (80, "uint8", columns["cadence_avg_spm"] / half % 1.0, 127.0),
            (18, "uint8", np.floor(columns["cadence_max_spm"] / half), 1.0),
            (19, "uint16", columns["power_avg_w"], 1.0),
            (20, "uint16", columns["power_max_w"], 1.0),
        ):
            if np.isfinite(values).any():
                fields.append((number, base, stored(values, base, scale=scale)))
        encoder.define(
            local,
            LAP,
            [(number, base) for number, base, _ in fields],
            developer=[(0, "uint16", index), (1, "uint8", index)],
        )
        encoder.write(
            local,
            *(values for _, _, values in fields),
            (start_ms % 1000.0).astype("<u2"),
            columns["segment"].astype("u1"),
        )

    def _told(self, name: str) -> int:
        """Return the session's sport as it is written."""
        session = self._session()
        values = self._sessions.number(name)
        if session is None or not values.size:
            return 0xFF
        at, _, _ = _placed(self._part.groups.get(SESSION, []))
        value = values[at.index(session[0])]
        return int(value) if isfinite(value) else 0xFF

    def _places(self, start_s: Array, elapsed_s: Array) -> tuple[Array, Array]:
        """Return the positions at which laps begin, and the last one ends."""
        edges = np.append(start_s, start_s[-1] + elapsed_s[-1])
        time_s = self._activity.column("time_s")
        lat_deg, lon_deg = self._activity.column("lat_deg"), self._activity.column("lon_deg")
        known = np.isfinite(lat_deg) & np.isfinite(lon_deg)
        if not known.any():
            return np.full(edges.size, nan), np.full(edges.size, nan)
        nearest = np.abs(time_s[known][None, :] - edges[:, None]).argmin(axis=1)
        is_near = np.abs(time_s[known][nearest] - edges) <= 15.0
        return np.where(is_near, lat_deg[known][nearest], nan), np.where(is_near, lon_deg[known][nearest], nan)


def _averages(lap: SegmentLap) -> dict[str, float]:
    names = ("heart_rate_avg_bpm", "heart_rate_max_bpm", "speed_avg_mps", "speed_max_mps", "cadence_avg_spm")
    return {name: getattr(lap, name) for name in (*names, "cadence_max_spm", "power_avg_w", "power_max_w")}


def _placed(groups: Sequence[Group]) -> tuple[list[int], list[int], list[Definition]]:
    """Return where messages stand, how long each is, and its layout, in order of the file."""
    found = [(int(at), group.definition.size, group.definition) for group in groups for at in group.positions]
    found.sort(key=lambda item: item[0])
    return [item[0] for item in found], [item[1] for item in found], [item[2] for item in found]


def _value(data: bytes, at: int, definition: Definition, number: int) -> float:
    """Return a whole number as it is written; NaN where the message has none."""
    field = definition.field(number)
    if field is None or field.base.invalid is None or field.size != field.base.size:
        return nan
    raw = data[at + field.offset : at + field.offset + field.size]
    value = int.from_bytes(raw, "big" if definition.big_endian else "little")
    return nan if value == field.base.invalid else float(value)


def _pad(message: bytes, definition: Definition) -> bytes:
    """Return an empty message with the timestamp of another, under the same local number."""
    offset = definition.timestamp_offset
    if not offset:
        return b""
    local = message[0] & 15
    order = 1 if definition.big_endian else 0
    number = _PAD.to_bytes(2, "big" if order else "little")
    layout = bytes((0x40 | local, 0, order)) + number + bytes((1, TIMESTAMP, 4, 0x86))
    return layout + bytes((local,)) + message[offset : offset + 4]
