"""FIT files inside the content: header, messages, CRC; several may be chained.

`read_files` is the way in: it finds each file, checks its sums, walks its messages and, unless told to be strict,
salvages what is left of a damaged one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import nan

from ...errors import FitError, LimitError
from .clock import Clock
from .crc import crc16
from .developer import FIELD_DESCRIPTION, DeveloperFields
from .groups import Columns, FloatArray, Group, group_messages
from .walk import Trail, walk
from .wire import SIGNATURE, Definition, FileSpan, is_header

FILE_ID = 0  # a message of the FIT profile

MAX_FILES = 100
"""More chained files than this are refused; watches chain a handful."""

_NAMED_LOSSES = 5  # the rest is counted


@dataclass(frozen=True, eq=False)
class FitFile:
    """One FIT file, walked: its messages by global number, its clock, and what was wrong with it."""

    groups: dict[int, list[Group]]
    clock: Clock
    developer: DeveloperFields
    span: FileSpan
    marks: list[tuple[int, int, Definition]]
    """Where each definition message stands, its local number and its layout."""
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
    found: list[FitFile] = []
    pos = 0
    while True:
        if len(found) >= MAX_FILES:
            raise LimitError(f"chains more than {MAX_FILES} FIT files", file=file, hint="Split it")
        part, pos = _read_file(data, pos, file, strict)
        found.append(part)
        if pos >= len(data):
            return found
        if not is_header(data, pos):
            if strict:
                raise FitError("bytes after the end of the file", offset=pos, file=file)
            part.warnings.append(f"{len(data) - pos} bytes from byte {pos} on belong to no FIT file and were left out")
            return found


def _read_file(data: bytes, pos: int, file: str | None, strict: bool) -> tuple[FitFile, int]:
    """Return the file whose header is at `pos`, and where it ends."""
    warnings: list[str] = []
    span, sound = _span(data, pos, file, strict, warnings)
    trail = Trail()
    trouble = walk(data, span.start, span.end, trail) if sound or strict else None
    if strict and trouble is not None:
        raise FitError(trouble.what, offset=trouble.pos, file=file)
    if not sound or trouble is not None:
        from .salvage import salvage

        trail = Trail()
        losses = salvage(data, span.start, span.end, trail)
        warnings += [f"bytes {loss.start} to {loss.end} were lost: {loss.what}" for loss in losses[:_NAMED_LOSSES]]
        if rest := losses[_NAMED_LOSSES:]:
            n_bytes = sum(loss.end - loss.start for loss in rest)
            warnings.append(f"{n_bytes} bytes were lost in {len(rest)} more places up to byte {rest[-1].end}")
    groups = group_messages(data, trail)
    created = Columns(FILE_ID, groups.get(FILE_ID, [])).number("time_created")
    clock = Clock([group for found in groups.values() for group in found], float(created[0]) if created.size else nan)
    developer = DeveloperFields(groups.get(FIELD_DESCRIPTION, []))
    return FitFile(groups, clock, developer, span, trail.marks, warnings), span.after


def _span(data: bytes, pos: int, file: str | None, strict: bool, warnings: list[str]) -> tuple[FileSpan, bool]:
    """Return where the file at `pos` stands, and whether its check sum is right."""
    start = pos + data[pos]
    size = int.from_bytes(data[pos + 4 : pos + 8], "little")
    end = start + size
    header_sum = int.from_bytes(data[pos + 12 : pos + 14], "little") if data[pos] >= 14 else 0
    if header_sum and header_sum != crc16(data[pos : pos + 12]):
        if strict:
            raise FitError("the check sum of the header is wrong", offset=pos + 12, file=file)
        warnings.append(f"the check sum of the header at byte {pos} is wrong")
    content = memoryview(data)
    if size and end + 2 <= len(data) and crc16(content[pos : end + 2]) == 0:
        return FileSpan(pos, start, end, end + 2), True
    if size == 0 and len(data) >= start + 2 and crc16(content[pos:]) == 0:
        # A header that was never completed: the file is all there is.
        return FileSpan(pos, start, len(data) - 2, len(data)), True
    if strict:
        if size == 0:
            raise FitError("the header tells no size, and the check sum is wrong", offset=pos + 4, file=file)
        if end + 2 > len(data):
            raise FitError(f"cut off: {len(data)} bytes of {end + 2}", offset=len(data), file=file)
        raise FitError("the check sum is wrong", offset=end, file=file)
    follower = _next_header(data, start, len(data))
    if size == 0 or end > len(data):
        end = after = follower or len(data)
        warnings.append(
            f"cut off: {len(data)} bytes of {start + size + 2}" if size else "the header tells no size: read to the end"
        )
    elif follower is not None and follower < end:
        end = after = follower
        warnings.append(f"the header at byte {pos} tells more bytes than there are before the next file")
    elif len(data) > end + 2 and follower is None:
        # Written before the recording was over: the size is too small.
        end, after = len(data), len(data)
        warnings.append("the header tells fewer bytes than there are, and the check sum is wrong: read to the end")
    else:
        after = min(end + 2, len(data))
        warnings.append("the check sum is wrong: some value may be damaged")
    end = min(end, len(data))
    return FileSpan(pos, min(start, end), end, after), False


def _next_header(data: bytes, start: int, end: int) -> int | None:
    at = data.find(SIGNATURE, start + 8, end)
    while at >= 0:
        if is_header(data, at - 8) and data[at - 8] in (12, 14):
            return at - 8
        at = data.find(SIGNATURE, at + 1, end)
    return None
