"""Archives of recordings: zips, zips within them, and folders, read one recording at a time.

Conventions: a name in an archive is text to show and nothing else: no path is ever made from it and nothing is written
under it. What comes out of a decompressor is counted as it comes, because the sizes an archive states are a claim. A
file that is damaged in an archive is read as far as it goes.
"""

from __future__ import annotations

import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import IO

from ..errors import KastorError, LimitError, ReadError, at_rest
from ..files import sniff
from ..files.folders import files_below, is_named_as_recording
from ..files.reading import MIB, opened, read_at_most, too_large
from .limits import DEFAULT_LIMITS, MORE, Limits
from .packed import Inflate, LzmaMember, Stored, Streamed, Unpacker, check_expansion
from .sources import Unpacked

IN_MEMORY_BYTES = 32 * MIB  # of an archive in an archive: a larger one goes to a file
CHUNK_BYTES = 1 << 16
Entry = tuple[str, Unpacked | KastorError]
"""The name of a file in an archive, and its content or the error that met it."""

DAMAGE = "It is damaged in the archive; what it still held was read"

_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    MemoryError,
)
"""What `zipfile` raises on damaged or unsupported archives and entries."""

_IS_ENCRYPTED = 0x1  # by the ZIP format, as all below
_ENTRY_MARK, _END_MARK = b"PK\x01\x02", b"PK\x05\x06"
_END_BYTES, _END_SEARCHED_BYTES = 22, 22 + 65535
_LARGE_LOCATOR_MARK, _LARGE_END_MARK, _LARGE_END_BYTES = b"PK\x06\x07", b"PK\x06\x06", 56
"""By PKWARE's APPNOTE, a comment of 65535 bytes at most behind the end."""
_DIRECTORY_BYTES_AN_ENTRY = 320  # a header of 46 bytes, a path, some extras


class Zip(zipfile.ZipFile):
    """A zip that knows which of its files lie over each other, and how many bytes came out of it so far."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.unpacked: int = 0
        self._overlapping = _overlapping(self.infolist())

    def refuse_overlap(self, info: zipfile.ZipInfo) -> None:
        """Raise `ReadError` if a file lies over another: a few bytes can be a thousand large files so."""
        if info.header_offset in self._overlapping:
            raise ReadError("lies over another file of its archive, as in an attack", hint="Download the archive again")


def open_zip(file: IO[bytes], limits: Limits) -> Zip:
    """Open a zip, once its directory is known to be of reasonable size: all of it is held in memory.

    Raises
    ------
    ReadError
        If it is no zip or its directory is damaged.
    LimitError
        If it holds too many files.
    """
    try:
        _check_directory(file, limits)
        return Zip(file)
    except _ZIP_FAULTS as error:
        raise ReadError("is a damaged zip file", hint="Copy or download it again") from error


def zip_entries(file: IO[bytes], limits: Limits, nesting: int = 0, prefix: str = "") -> Iterator[Entry]:
    """Yield the files of a zip that may be recordings, one by one; zips within it are opened in turn.

    Parameters
    ----------
    file : binary file
        Seekable.
    limits : Limits
        For entries, sizes and nesting.
    nesting, prefix : int, str
        How deep this zip lies in others, and the name it goes by there.

    Raises
    ------
    ReadError
        If it is no zip or its directory is damaged.
    LimitError
        If it holds too many files, or has swollen as a whole before the last of them.
    """
    packed, unpacked = file.seek(0, os.SEEK_END), 0
    with open_zip(file, limits) as archive:
        for info in archive.infolist():
            plain = info.filename.replace("\\", "/")
            if is_folder(info) or plain.startswith("__MACOSX/") or plain.rpartition("/")[2].startswith("."):
                continue
            came_out = max(unpacked, archive.unpacked)
            check_expansion(came_out, packed, limits, came_out)
            for shown, content in zip_entry(archive, info, prefix + _shown(plain), limits, nesting):
                unpacked += len(content.data) if isinstance(content, Unpacked) else 0
                yield shown, content
                del content


def is_folder(info: zipfile.ZipInfo) -> bool:
    """Return whether an entry is a folder; `zipfile` cannot say it of one without a name."""
    return info.filename.endswith("/")


def _overlapping(infos: list[zipfile.ZipInfo]) -> frozenset[int]:
    """Return where those files begin that lie, in part or as a whole, over another."""
    spans = sorted(
        (info.header_offset, info.header_offset + info.compress_size) for info in infos if not is_folder(info)
    )
    found: set[int] = set()
    last, reached = -1, -1
    for start, end in spans:
        if start == last or start < reached:
            found.update((last, start))
        if end >= reached:
            last, reached = start, end
    return frozenset(found)


def zip_entry(archive: Zip, info: zipfile.ZipInfo, shown: str, limits: Limits, nesting: int = 0) -> Iterator[Entry]:
    """Yield one file of a zip if it may be a recording, or, if it is a zip itself, the files of that."""
    try:
        yield from _entry(archive, info, shown, limits, nesting)
    except KastorError as error:
        yield shown, at_rest(error.in_file(shown))
    except _ZIP_FAULTS as error:
        yield shown, _faulty(error, shown)


def _faulty(error: Exception, shown: str) -> KastorError:
    if isinstance(error, NotImplementedError):
        return ReadError("is compressed in a way that cannot be read here", file=shown, hint="Unpack the archive first")
    return ReadError("is damaged in the archive", file=shown, hint="Download the archive again")


def _entry(archive: Zip, info: zipfile.ZipInfo, shown: str, limits: Limits, nesting: int) -> Iterator[Entry]:
    member = _Member(archive, info, limits)
    pieces = iter(member)
    head = b""
    while len(head) < sniff.HEAD_BYTES and (piece := next(pieces, None)) is not None:
        head += piece
    kind = sniff.sniff(head)
    if kind == "zip":
        if nesting >= limits.archive_nesting:
            raise LimitError("is an archive too deep within others")
        member.most_bytes = limits.nested_archive_bytes
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as inner:
            inner.write(head)
            inner.writelines(pieces)
            inner.seek(0)
            yield from zip_entries(inner, limits, nesting + 1, f"{shown}/")
        return
    if kind is None and shown.lower().endswith(".zip"):
        raise ReadError("is a damaged zip file", hint="Copy or download it again")
    if kind is None and not is_named_as_recording(shown):
        return
    data = b"".join([head, *pieces])
    del head
    if member.damaged and not data:
        raise ReadError("is damaged in the archive", hint="Download the archive again")
    yield shown, Unpacked(data, DAMAGE if member.damaged else None)


class _Member:
    """One file in a zip, unpacked as it is iterated over.

    `zipfile` itself is asked for the packed bytes only: bzip2 and LZMA it unpacks without any bound.
    """

    def __init__(self, archive: Zip, info: zipfile.ZipInfo, limits: Limits) -> None:
        self._archive = archive
        self._info = info
        self._limits = limits
        self.most_bytes = limits.expanded_bytes
        self.damaged = False

    def __iter__(self) -> Iterator[bytes]:
        info = self._info
        if info.flag_bits & _IS_ENCRYPTED:
            raise ReadError("is encrypted", hint="Unpack the archive with its password first")
        self._archive.refuse_overlap(info)
        unpacker = self._unpacker()
        as_packed = copy(info)
        as_packed.compress_type = zipfile.ZIP_STORED
        as_packed.file_size = info.compress_size
        del as_packed.CRC  # it is that of what comes out
        count, crc = 0, 0
        with self._archive.open(as_packed) as packed:
            while not (unpacker.eof or unpacker.damaged) and (block := self._block(packed)):
                for piece in unpacker.feed(block):
                    count += len(piece)
                    self._archive.unpacked += len(piece)
                    check_expansion(count, info.compress_size, self._limits, self.most_bytes)
                    crc = zlib.crc32(piece, crc)
                    yield piece
        self.damaged |= unpacker.damaged or crc != info.CRC

    def _block(self, packed: IO[bytes]) -> bytes:
        try:
            return packed.read(CHUNK_BYTES)
        except (OSError, EOFError):  # the archive ends before the file does
            self.damaged = True
            return b""

    def _unpacker(self) -> Unpacker:
        method = self._info.compress_type
        if method == zipfile.ZIP_STORED:
            return Stored()
        if method == zipfile.ZIP_DEFLATED:
            return Inflate(-15)
        try:
            if method == zipfile.ZIP_BZIP2:
                import bz2

                return Streamed(bz2.BZ2Decompressor())
            if method == zipfile.ZIP_LZMA:
                import lzma  # noqa: F401 (told here where Python was built without)

                return LzmaMember(self._info.file_size, max(self._limits.expanded_bytes, DEFAULT_LIMITS.expanded_bytes))
        except ImportError as error:
            raise NotImplementedError from error
        raise NotImplementedError


def _check_directory(file: IO[bytes], limits: Limits) -> None:
    """Raise `LimitError` if the directory of a zip names too many files, or is too large for what it names."""
    length = file.seek(0, os.SEEK_END)
    start = max(length - _END_SEARCHED_BYTES, 0)
    file.seek(start)
    tail = file.read(length - start)
    at = tail.rfind(_END_MARK)
    if at < 0 or at + _END_BYTES > len(tail):
        return
    (size,) = struct.unpack_from("<I", tail, at + 12)
    locator = tail[max(at - 20, 0) : at]
    if locator.startswith(_LARGE_LOCATOR_MARK):
        for place in (start + at - 20 - _LARGE_END_BYTES, struct.unpack_from("<Q", locator, 8)[0]):
            file.seek(min(max(place, 0), length))
            record = file.read(_LARGE_END_BYTES)
            if record.startswith(_LARGE_END_MARK) and len(record) == _LARGE_END_BYTES:
                size = max(size, *struct.unpack_from("<Q", record, 40))
    too_many = LimitError(f"holds more than {limits.archive_entries} files", hint="Unpack it, and name the folder")
    if size > max(limits.archive_entries * _DIRECTORY_BYTES_AN_ENTRY, MIB):
        raise too_many
    file.seek(max(start + at - _LARGE_END_BYTES - 20 - size, 0))
    if file.read(size + _LARGE_END_BYTES + 20).count(_ENTRY_MARK) > limits.archive_entries:
        raise too_many


def folder_entries(folder: Path, limits: Limits) -> Iterator[Entry]:
    """Yield the files below a folder that may be recordings, in order of their names; zips among them are opened."""
    closed: list[ReadError] = []
    for path, shown in files_below(folder, closed):
        yield from file_entries(path, shown, limits)
    for error in closed:
        yield error.file or "", at_rest(error)


def file_entries(path: Path, shown: str, limits: Limits) -> Iterator[Entry]:
    """Yield a file if it may be a recording, or the files of a zip; an error is yielded in its place."""
    try:
        yield from _file_entry(path, shown, limits)
    except KastorError as error:
        error.file = shown
        yield shown, at_rest(error)


def _file_entry(path: Path, shown: str, limits: Limits) -> Iterator[Entry]:
    with opened(path) as file:
        head = read_at_most(file, sniff.HEAD_BYTES)
        kind = sniff.sniff(head)
        if kind == "zip":
            file.seek(0)
            yield from zip_entries(file, limits, 1, f"{shown}/")
            return
        if kind is None and not is_named_as_recording(shown):
            return
        data = head + read_at_most(file, limits.file_bytes + 1 - len(head))
        if len(data) > limits.file_bytes:
            raise too_large(limits.file_bytes, shown, hint=MORE)
    yield shown, Unpacked(data)


def _shown(name: str) -> str:
    """Return a name from an archive as text that can be printed on one line."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:200] or "?"
