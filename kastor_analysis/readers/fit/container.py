"""FIT files inside the content: header, messages, CRC; several may be chained.

`read_files` is the way in: it finds each file, checks its sums, walks its messages and, unless told to be strict,
salvages what is left of a damaged one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...errors import FitError
from .clock import Clock
from .crc import crc16
from .groups import Columns, FloatArray, Group, group_messages
from .walk import Trail, walk
from .wire import FileSpan, is_header

FILE_ID = 0


@dataclass(frozen=True, eq=False)
class FitFile:
    """One FIT file, walked: its messages by global number, its clock, and what was wrong with it."""

    groups: dict[int, list[Group]]
    clock: Clock
    warnings: list[str] = field(default_factory=list)

    def times(self, columns: Columns) -> FloatArray:
        """Return the instants of messages, Unix seconds, shape (n,)."""
        return columns.ordered([self.clock.times(group) for group in columns.groups])

    def columns(self, global_num: int) -> Columns:
        """Return the messages of one global number, of which there may be none."""
        return Columns(global_num, self.groups.get(global_num, []))


def read_files(data: bytes, *, file: str | None = None, strict: bool = False) -> list[FitFile]:
    """Return the FIT files chained in `data`.

    Raises
    ------
    FitError
        If `data` is no FIT file; with `strict`, at the first byte that is not as the format has it.
    """
    if len(data) < 12 or not is_header(data, 0):
        raise FitError(
            "is not a FIT file: it has no FIT header", offset=0, file=file, hint="Export it again from the watch"
        )
    found = []
    pos = 0
    while True:
        warnings: list[str] = []
        span = _span(data, pos, strict, file, warnings)
        trail = Trail()
        trouble = walk(data, span.start, span.end, trail)
        if trouble is not None:
            if strict:
                raise FitError(trouble.what, offset=trouble.pos, file=file)
            warnings.append(f"damaged at byte {trouble.pos}: {trouble.what}; the rest was left out")
        found.append(_assembled(data, trail, warnings))
        pos = span.end + 2
        if pos + 12 > len(data) or not is_header(data, pos):
            if strict and pos < len(data):
                raise FitError("bytes after the end of the file", offset=pos, file=file)
            return found


def _span(data: bytes, pos: int, strict: bool, file: str | None, warnings: list[str]) -> FileSpan:
    start = pos + data[pos]
    size = int.from_bytes(data[pos + 4 : pos + 8], "little")
    end = start + size
    if data[pos] >= 14:
        written = int.from_bytes(data[pos + 12 : pos + 14], "little")
        if written and written != crc16(data[pos : pos + 12]):
            if strict:
                raise FitError("the check sum of the header is wrong", offset=pos + 12, file=file)
            warnings.append(f"the check sum of the header at byte {pos} is wrong")
    if size == 0 or end > len(data):
        if strict:
            raise FitError("shorter than its header says", offset=len(data), file=file)
        if size:
            warnings.append(f"cut off: {len(data)} bytes of {end + 2}")
        return FileSpan(pos, start, len(data) - (2 if size == 0 and len(data) - start >= 2 else 0), False)
    if end + 2 <= len(data):
        if int.from_bytes(data[end : end + 2], "little") != crc16(memoryview(data)[pos:end]):
            if strict:
                raise FitError("the check sum is wrong", offset=end, file=file)
            warnings.append("the check sum is wrong: some value may be damaged")
    elif strict:
        raise FitError("the check sum is missing", offset=end, file=file)
    return FileSpan(pos, start, end, True)


def _assembled(data: bytes, trail: Trail, warnings: list[str]) -> FitFile:
    groups = group_messages(data, trail)
    created = Columns(FILE_ID, groups.get(FILE_ID, [])).number("time_created")
    clock = Clock([group for found in groups.values() for group in found], float(created[0]) if created.size else -1.0)
    return FitFile(groups, clock, warnings)
