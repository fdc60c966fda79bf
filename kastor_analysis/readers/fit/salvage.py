"""The walk over a damaged file: past each break to the next message that can be trusted.

Nothing but the time tells whether the walk is still in step with the file: a message that holds a timestamp is
trusted when that lies within `WINDOW_S` of the last trusted one, a definition message when it is well formed. Whatever
comes between the last trusted message and a break is given up with it, and the walk goes on at the next byte where a
trusted message begins. Random bytes pass for one about once in a million. A layout that the file defined earlier is put
back in force where two messages in a row bear it out. Messages whose definition was lost are stepped over: what lies
between two trusted messages is taken for one whose layout is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...quantities.ordered import distinct
from .clock import full_timestamps
from .groups import group_messages
from .walk import Trail, walk
from .wire import BASE_TYPES, BYTE, RELATIVE_BELOW, Definition, base_type, definition_length

WINDOW_S = 2 * 86_400
"""Further from each other than this two neighbouring messages of one recording are not."""

MAX_BREAKS = 1000
"""After so many breaks the rest is given up."""

NEAR_S = 3600
"""A timestamp this close to the last trusted one is trusted whatever follows its message: chance bytes hold one in
hundreds of millions."""

_MANY = 16
_LATEST = 0x7FFF_FFFF  # the year 2058: later is damage
_MOST_OPAQUE = 256
_UNDEFINED = "a message whose layout was never defined"
_REMEMBERED = 32
"""Definition messages that are looked back upon for a layout that may hold again."""

_NOT_TOLD = 0xFFFF_FFFF  # FIT's invalid value of 32 bits
# a base type is told by five bits; two of the others are reserved
_KNOWN_CODES = bytes(code for code in range(256) if not code & 0x60 and code & 0x1F < len(BASE_TYPES))
_FIRST_LOOK = 512  # bytes: most layouts are found again within
_SPILL = 1 << 16  # bytes: more is no layout of the stretch before


@dataclass(frozen=True, slots=True)
class Loss:
    """Bytes [start, end) that were given up, and why."""

    start: int
    end: int
    what: str


@dataclass(frozen=True, slots=True)
class _Timed:
    """A layout that holds a timestamp: its header byte, size, the timestamp's offset and order; whether in force."""

    header: int
    size: int
    offset: int
    big_endian: bool
    definition: Definition
    current: bool


def salvage(data: bytes, start: int, end: int, trail: Trail) -> list[Loss]:
    """Walk the messages in [start, end) into `trail`, past breaks; return what was given up."""
    reference = _reference_time(data, start, end)
    losses: list[Loss] = []
    opaque = 0
    pos = start
    while pos < end:
        walked = _trusted_walk(data, pos, end, trail, reference)
        sound, broke_at, what, reference = walked.sound, walked.broke_at, walked.what, walked.reference
        if broke_at is None:
            break
        after = None if len(losses) >= MAX_BREAKS else _next_trusted(data, walked.look_from, end, trail, reference)
        if after is None:
            losses.append(Loss(sound, end, what))
            break
        if what == _UNDEFINED and opaque < MAX_BREAKS and _step_over(data, broke_at, after, trail):
            opaque += 1
            pos = sound
            continue
        losses.append(Loss(sound, after, what))
        pos = after
    return _joined(losses)


def _joined(losses: list[Loss]) -> list[Loss]:
    """Return losses that follow each other at once as one, for the reason of the first."""
    out: list[Loss] = []
    for loss in losses:
        if out and out[-1].end == loss.start:
            out[-1] = Loss(out[-1].start, loss.end, out[-1].what)
        else:
            out.append(loss)
    return out


def _step_over(data: bytes, at: int, after: int, trail: Trail) -> bool:
    """Take what lies from `at` to the trusted message at `after` for a message of a layout not known, if it can be."""
    header, size = data[at], after - at
    is_plain = header < 0x10 or header & 0x80
    if not is_plain or not 1 < size <= _MOST_OPAQUE or (trail.marks and trail.marks[-1][0] > at):
        return False
    local = (header >> 5) & 3 if header & 0x80 else header
    layout = bytes((0x40 | local, 0, 0, 0xFF, 0xFF, 1, 0, size - 1, BYTE))
    trail.resume(at, local, Definition(layout))
    return True


class _Walked(NamedTuple):
    """How far a walk came.

    `sound` is the end of the part kept, `look_from` where the next trusted message is looked for, `broke_at` where
    it broke and `what` why, `reference` the last trusted time.
    """

    sound: int
    look_from: int
    broke_at: int | None
    what: str
    reference: int | None


def _trusted_walk(data: bytes, pos: int, end: int, trail: Trail, reference: int | None) -> _Walked:
    """Walk from `pos` until a break; a message that a break follows at once may be half of it, and is given up."""
    layouts: list[tuple[int, int, bool]] = [_layout(definition) for definition in trail.table]
    trusted = pos
    found: list[int] = []
    n_trusted, last_timed = 0, -1
    n_marks = len(trail.marks)
    broke_at: int | None = None
    what = ""
    while pos < end:
        header = data[pos]
        if header & 0xC0 == 0x40:
            length = definition_length(data, pos, end)
            if not length:
                broke_at, what = pos, "a message was cut off"
                break
            if not _possible(data, pos):
                broke_at, what = pos, "a definition that makes no sense"
                break
            definition = trail.define(data, pos, length)
            layouts[header & 15] = _layout(definition)
            pos += length
            if _well_formed(data, pos - length):
                trusted, n_trusted, n_marks = pos, len(found), len(trail.marks)
                last_timed = -1
            continue
        size, offset, big_endian = layouts[(header >> 5) & 3 if header & 0x80 else header & 15]
        if not size or header & 0xF0 in (0x10, 0x20, 0x30):
            broke_at, what = pos, _UNDEFINED
            break
        if pos + size > end:
            broke_at, what = pos, "a message was cut off"
            break
        if offset:
            instant = int.from_bytes(data[pos + offset : pos + offset + 4], "big" if big_endian else "little")
            if instant != _NOT_TOLD:
                if reference is not None and abs(instant - reference) > WINDOW_S:
                    broke_at, what = pos, "a message out of its time"
                    break
                reference = instant
                last_timed = pos
                found.append(pos)
                pos += size
                trusted, n_trusted, n_marks = pos, len(found), len(trail.marks)
                if n_trusted >= _SPILL:
                    trail.add(np.array(found, dtype=np.int64))
                    found, n_trusted = [], 0
                continue
        found.append(pos)
        pos += size
    look_from = trusted
    if broke_at is not None:
        del found[n_trusted:]
        trail.undefine(n_marks)
        if broke_at == trusted and found and found[-1] == last_timed:
            trusted = found.pop()
    else:
        trusted = pos
    trail.add(np.array(found, dtype=np.int64))
    return _Walked(trusted, look_from, broke_at, what, reference)


def _next_trusted(data: bytes, start: int, end: int, trail: Trail, reference: int | None) -> int | None:
    """Return the first byte at or after `start` where a trusted message begins.

    Where that is a message of a layout that no longer held, the layout is put back in force.
    """
    kinds = _timed_kinds(trail) if reference is not None else []
    known = [definition is not None for definition in trail.table]
    buffer = np.frombuffer(data, dtype=np.uint8, count=end)
    width = _FIRST_LOOK
    while start < end:
        stop = min(start + width, end)
        best, found = _first_definition(data, buffer, start, stop, end), None
        for kind in kinds:
            hit = _first_timed(data, buffer, start, stop, kind, reference or 0, known)
            if hit is not None and (best is None or hit < best):
                best, found = hit, kind
        if best is not None:
            if found is not None and not found.current:
                trail.resume(best, found.header, found.definition)
            return best
        start, width = stop, width * 4
    return None


def _timed_kinds(trail: Trail) -> list[_Timed]:
    """Return the layouts with timestamps, those in force first, then those that once were, the latest first."""
    pairs = [(local, definition, True) for local, definition in enumerate(trail.table) if definition is not None]
    pairs += [(local, definition, False) for _, local, definition in reversed(trail.marks[-_REMEMBERED:])]
    seen: set[tuple[int, int]] = set()
    kinds = []
    for local, definition, current in pairs:
        size, offset, big_endian = _layout(definition)
        if offset and (local, id(definition)) not in seen:
            seen.add((local, id(definition)))
            kinds.append(_Timed(local, size, offset, big_endian, definition, current))
    return kinds


def _first_timed(
    data: bytes, buffer: NDArray[np.uint8], start: int, stop: int, kind: _Timed, reference: int, known: list[bool]
) -> int | None:
    """Return where the first message of a kind begins in [start, stop) whose time and follower can be trusted."""
    end = buffer.size
    at = np.flatnonzero(buffer[start:stop] == kind.header) + start
    at = at[at + kind.size <= end]
    if not at.size:
        return None
    apart = np.abs(_instants(buffer, at, kind.offset, kind.big_endian) - reference)
    for hit, is_near in zip(at[apart <= WINDOW_S].tolist(), (apart[apart <= WINDOW_S] <= NEAR_S).tolist(), strict=True):
        follower = hit + kind.size
        if follower >= end:
            return int(hit) if kind.current else None
        if kind.current and (is_near or _may_follow(data[follower], known)):
            return int(hit)
        # A layout that no longer holds must bear itself out twice.
        if not kind.current and data[follower] == kind.header and follower + kind.size <= end:
            stamp = data[follower + kind.offset : follower + kind.offset + 4]
            if abs(int.from_bytes(stamp, "big" if kind.big_endian else "little") - reference) <= WINDOW_S:
                return int(hit)
    return None


def _may_follow(header: int, known: list[bool]) -> bool:
    if header & 0x80:
        return known[(header >> 5) & 3]
    if header & 0x40:
        return not header & 0x10
    return header < 16 and known[header]


def _first_definition(data: bytes, buffer: NDArray[np.uint8], start: int, stop: int, end: int) -> int | None:
    stop = min(stop, end - 5)
    if stop <= start:
        return None
    heads = (buffer[start:stop] & 0xD0) == 0x40
    heads &= (buffer[start + 1 : stop + 1] == 0) & (buffer[start + 2 : stop + 2] <= 1)
    for at in (np.flatnonzero(heads) + start).tolist():
        length = definition_length(data, at, end)
        if length and _well_formed(data, at):
            return int(at)
    return None


def _well_formed(data: bytes, pos: int) -> bool:
    """Tell whether a definition message is as a writer makes it, not as chance does.

    Asked at every byte that may be one's first: so it looks at the bytes, and at the cheapest first.
    """
    n = data[pos + 5]
    if not n or data[pos + 3 : pos + 5] == b"\xff\xff":
        return False
    fields = data[pos + 6 : pos + 6 + 3 * n]
    sizes = fields[1::3]
    return (
        len(set(fields[::3])) == n
        and 0 not in sizes
        and _possible(data, pos)
        and all(size % base_type(code).size == 0 for size, code in zip(sizes, fields[2::3], strict=True))
    )


def _possible(data: bytes, pos: int) -> bool:
    """Tell whether a definition message is one, though a byte of it may be damaged: chance knows few of its types."""
    if data[pos] & 0x10 or data[pos + 1] or data[pos + 2] > 1:
        return False
    codes = data[pos + 8 : pos + 6 + 3 * data[pos + 5] : 3]
    return 4 * len(codes.translate(None, _KNOWN_CODES)) <= len(codes)


def _layout(definition: Definition | None) -> tuple[int, int, bool]:
    """Return (size, offset of the timestamp or 0, whether big-endian); size 0 where there is no definition."""
    if definition is None:
        return 0, 0, False
    return definition.size, definition.timestamp_offset, definition.big_endian


def _reference_time(data: bytes, start: int, end: int) -> int | None:
    """Return a time (FIT seconds) around which most timestamps lie that can be found; None without any.

    Those that a plain walk reads, where they are many; else those of every byte that may be the header of a message
    with a timestamp, by the definitions at the start of the file.
    """
    trail = Trail()
    walk(data, start, end, trail)
    groups = [group for found in group_messages(data, trail).values() for group in found]
    read = np.concatenate([full_timestamps(group) for group in groups]) if groups else np.empty(0)
    time_s, n = _crowded(read)
    return time_s if n >= _MANY else _crowded(_possible_times(data, start, end))[0] or time_s


def _crowded(times: NDArray[np.float64]) -> tuple[int | None, int]:
    """Return the time around which most of `times` lie and their number; each counts once: a hole is of one value."""
    told = distinct(times[np.isfinite(times) & (times != 0)])
    told = told[told >= RELATIVE_BELOW] if (told >= RELATIVE_BELOW).any() else told
    if not told.size:
        return None, 0
    crowd = np.searchsorted(told, told + WINDOW_S) - np.searchsorted(told, told - WINDOW_S)
    return int(told[int(np.argmax(crowd))]), int(crowd.max())


def _possible_times(data: bytes, start: int, end: int) -> NDArray[np.float64]:
    buffer = np.frombuffer(data, dtype=np.uint8, count=end)
    found = [np.empty(0)]
    after = start
    for _ in range(_REMEMBERED):
        at = _first_definition(data, buffer, after, min(start + _SPILL, end), end)
        if at is None:
            break
        length = definition_length(data, at, end)
        size, offset, big_endian = _layout(Definition(data[at : at + length]))
        if offset:
            headers = np.flatnonzero(buffer[start : end - size] == data[at] & 15) + start
            instants = _instants(buffer, headers, offset, big_endian)
            found.append(instants[(instants >= RELATIVE_BELOW) & (instants < _LATEST)].astype(np.float64))
        after = at + length
    return np.concatenate(found)


def _instants(buffer: NDArray[np.uint8], at: NDArray[np.intp], offset: int, big_endian: bool) -> NDArray[np.int64]:
    """Return the four bytes, `offset` from each place, as numbers."""
    instants = np.zeros(at.size, dtype=np.int64)
    for i in (0, 1, 2, 3) if big_endian else (3, 2, 1, 0):
        instants = instants << 8 | buffer[at + offset + i]
    return instants
