"""Archives of recordings: zips, zips within them, and folders, read one recording at a time.

Conventions: a name in an archive is text to show and nothing else: no path is ever made from it and nothing is written
under it. What comes out of a decompressor is counted as it comes, because the sizes an archive states are a claim.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ..errors import KastorError, LimitError, ReadError
from . import sniff
from .gzipped import CHUNK_BYTES, check_expansion
from .limits import MIB, Limits

IN_MEMORY_BYTES = 32 * MIB
RECORDING_SUFFIXES = (".fit", ".gpx", ".tcx")
Entry = tuple[str, "bytes | KastorError"]
"""The name of a file in an archive, and its content or the error that met it."""


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
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise ReadError("is a damaged zip file", hint="Copy or download it again") from error
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > limits.archive_entries:
            raise LimitError(f"holds {len(infos)} files", hint=f"The limit is {limits.archive_entries}")
        for info in infos:
            plain = info.filename.replace("\\", "/")
            if plain.startswith("__MACOSX/") or plain.rpartition("/")[2].startswith("."):
                continue
            shown = prefix + _shown(plain)
            try:
                yield from _zip_entry(archive, info, shown, limits, nesting)
            except KastorError as error:
                yield shown, error.in_file(shown)
            except _DAMAGE as error:
                yield shown, _damaged(error, shown)


_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    UnicodeError,
)
"""What `zipfile` raises on damaged, encrypted or unsupported entries."""


def _damaged(error: Exception, shown: str) -> KastorError:
    if isinstance(error, RuntimeError) and "password" in str(error):
        return ReadError("is encrypted", file=shown, hint="Unpack the archive with its password first")
    if isinstance(error, NotImplementedError):
        return ReadError("is compressed in a way that cannot be read here", file=shown, hint="Unpack the archive first")
    return ReadError("is damaged in the archive", file=shown, hint="Download the archive again")


def _zip_entry(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, shown: str, limits: Limits, nesting: int
) -> Iterator[Entry]:
    with archive.open(info) as stream:
        head = stream.read(sniff.HEAD_BYTES)
        kind = sniff.sniff(head)
        if kind == "zip":
            if nesting >= limits.archive_nesting:
                raise LimitError("is an archive too deep within others")
            with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as inner:
                _copied(head, stream, inner, info, limits.nested_archive_bytes, limits)
                inner.seek(0)
                yield from zip_entries(inner, limits, nesting + 1, f"{shown}/")
            return
        if kind is None and not is_named_as_recording(shown):
            return
        pieces = [head]
        count = len(head)
        while piece := stream.read(CHUNK_BYTES):
            pieces.append(piece)
            count += len(piece)
            check_expansion(count, info.compress_size, limits)
        data = b"".join(pieces)
    del pieces
    yield shown, data


def _copied(
    head: bytes, stream: IO[bytes], target: IO[bytes], info: zipfile.ZipInfo, most_bytes: int, limits: Limits
) -> None:
    target.write(head)
    count = len(head)
    while piece := stream.read(CHUNK_BYTES):
        count += len(piece)
        if count > most_bytes:
            raise LimitError(f"is an archive of more than {most_bytes / MIB:.0f} MiB within another")
        check_expansion(count, info.compress_size, limits, most_bytes)
        target.write(piece)


def folder_entries(folder: Path, limits: Limits) -> Iterator[Entry]:
    """Yield the files below a folder that may be recordings, in order of their names; zips among them are opened."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.startswith("."):
                continue
            path = Path(place, name)
            shown = path.relative_to(folder).as_posix()
            try:
                yield from _file_entry(path, shown, limits)
            except KastorError as error:
                yield shown, error.in_file(shown)
            except OSError as error:
                yield shown, ReadError(f"cannot be read: {error.strerror or error}", file=shown)


def _file_entry(path: Path, shown: str, limits: Limits) -> Iterator[Entry]:
    if not path.is_file():
        return
    with path.open("rb") as file:
        head = file.read(sniff.HEAD_BYTES)
        kind = sniff.sniff(head)
        if kind == "zip":
            file.seek(0)
            yield from zip_entries(file, limits, 1, f"{shown}/")
            return
        if kind is None and not is_named_as_recording(shown):
            return
        size = os.fstat(file.fileno()).st_size
        if size > limits.file_bytes:
            raise LimitError(f"is {size / MIB:.0f} MiB large", hint=f"The limit is {limits.file_bytes / MIB:.0f} MiB")
        data = head + file.read(limits.file_bytes)
    yield shown, data


def is_named_as_recording(name: str) -> bool:
    """Whether a name claims to be a recording: such a file is not passed over in silence."""
    plain = name.lower().removesuffix(".gz")
    return plain.endswith(RECORDING_SUFFIXES)


def _shown(name: str) -> str:
    """Return a name from an archive as text that can be printed on one line."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:200]
