"""Finding recordings: files, folders, archives and account exports -> names, and names -> decompressed bytes.

A name is a path and, inside an archive, an entry (``activities/12.fit.gz``; within a nested archive
``part1.zip/12.fit``). Only names that end like a recording are taken from folders and archives; a file named outright
is taken whatever its name.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import KastorError, ReadError
from ..files.folders import Paths, closed_folder, is_named_as_recording
from ..files.reading import opened, ordinary, read_file
from ..readers.archives import Zip, is_folder, open_zip, zip_entry
from ..readers.formats import plain
from ..readers.limits import DEFAULT_LIMITS
from ..readers.sources import Unpacked

ARCHIVE_ENDING: Final = ".zip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One file that may hold recordings.

    Attributes
    ----------
    path : str
        Absolute.
    size, mtime_ns : int
        As the file system tells.
    is_named : bool
        Whether the user named the file itself, not a folder it lies in.
    """

    path: str
    size: int
    mtime_ns: int
    is_named: bool

    @property
    def is_archive(self) -> bool:
        """Whether it is to be opened as a zip."""
        return self.path.lower().endswith(ARCHIVE_ENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The decompressed bytes of one recording.

    `entry` is empty for a file of its own; `raw_size` is the size as it lies there or in its archive; `damage` says
    what was wrong with what it was packed in.
    """

    entry: str
    data: bytes
    raw_size: int
    damage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A file or an entry that cannot be opened, and why."""

    entry: str
    reason: str


def find(paths: Paths) -> Iterator[Found | KastorError]:
    """Yield the files under `paths` in order of name, each once; a path that is not there as an error.

    Parameters
    ----------
    paths : path or iterable of paths
        Recordings, folders (searched all the way down, hidden files left out) and zips.
    """
    named = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    seen: set[str] = set()
    if not all(map(os.fspath, named)):
        raise ReadError("a path is empty", hint="Name a recording or a folder; the working folder is '.'")
    for path in map(Path, named):
        if os.path.isdir(path):
            for name in _walk(os.path.abspath(path)):
                if isinstance(name, ReadError):
                    yield name
                elif name not in seen:
                    seen.add(name)
                    yield _found(name, is_named=False)
        else:
            name = os.path.abspath(path)
            if name not in seen:
                seen.add(name)
                yield _found(name, is_named=True)


def runners_folders(folder: str | os.PathLike[str]) -> list[str]:
    """Return the names of the folders in a folder that hold recordings, in order."""
    names = sorted(path.name for path in Path(folder).iterdir() if path.is_dir()) if os.path.isdir(folder) else []
    return [name for name in names if not name.startswith(".") and next(find(Path(folder, name)), None) is not None]


def recordings_beside(folder: str | os.PathLike[str]) -> list[str]:
    """Return the recordings and archives that lie in a folder, and in none of the folders in it."""
    files = sorted(path for path in Path(folder).iterdir() if path.is_file())
    return [os.path.abspath(path) for path in files if is_recording_name(path.name)]


def is_recording_name(name: str) -> bool:
    """Return whether a name within a folder or archive is that of a recording or an archive."""
    base = name.rsplit("/", 1)[-1]
    return not base.startswith(".") and (is_named_as_recording(base) or base.lower().endswith(ARCHIVE_ENDING))


def entries(found: Found) -> dict[str, int]:
    """Return the names of the recordings and archives within a zip, each with its size there.

    Raises
    ------
    ReadError
        If it is no zip that can be read.
    """
    try:
        with opened(found.path) as file, open_zip(file, DEFAULT_LIMITS) as archive:
            return {
                info.filename: info.file_size
                for info in archive.infolist()
                if not is_folder(info) and is_recording_name(info.filename) and "__MACOSX/" not in info.filename
            }
    except KastorError as error:
        raise error.in_file(found.path) from error.__cause__


def _walk(folder: str) -> Iterator[str | ReadError]:
    try:
        names = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield closed_folder(error)
        return
    for entry in names:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path)
        elif is_recording_name(entry.name) and entry.is_file():
            yield entry.path


def _found(path: str, *, is_named: bool) -> Found | KastorError:
    try:
        status = os.stat(path)
        ordinary(status, path)
    except KastorError as error:
        return error
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        what = "there is no such file" if missing else f"cannot be read ({getattr(error, 'strerror', None) or error})"
        return ReadError(what, file=path, hint="Check the name and the folder")
    return Found(path=path, size=status.st_size, mtime_ns=status.st_mtime_ns, is_named=is_named)


def contents(path: str, names: Sequence[str] = ()) -> Iterator[Content | Unreadable]:
    """Yield the decompressed content of a file, or of the named entries of an archive, one at a time.

    An entry that is an archive itself yields what is in it.
    """
    try:
        if not names:
            yield _content("", Unpacked(read_file(path, DEFAULT_LIMITS.file_bytes)))
            return
        with opened(path) as file, open_zip(file, DEFAULT_LIMITS) as archive:
            for name in names:
                yield from _of_entry(archive, name)
    except KastorError as error:
        yield Unreadable(entry="", reason=str(error.in_file(path)))


def _of_entry(archive: Zip, name: str) -> Iterator[Content | Unreadable]:
    """Yield what one entry holds; `name` may reach into a nested archive."""
    outer, inner = _split(archive, name)
    if outer not in archive.NameToInfo:
        yield Unreadable(entry=outer, reason=str(ReadError("is no longer in the archive", file=outer)))
        return
    for entry, found in zip_entry(archive, archive.NameToInfo[outer], outer, DEFAULT_LIMITS):
        if inner and entry != name:
            continue
        try:
            if isinstance(found, KastorError):
                raise found
            yield _content(entry, found)
        except KastorError as error:
            yield Unreadable(entry=entry, reason=str(error.in_file(entry)))


def _content(entry: str, found: Unpacked) -> Content:
    inner = plain(found.data, DEFAULT_LIMITS)
    return Content(entry=entry, data=inner.data, damage=found.damage or inner.damage, raw_size=len(found.data))


def _split(archive: zipfile.ZipFile, name: str) -> tuple[str, str]:
    known = archive.NameToInfo
    if name not in known:
        for at, letter in enumerate(name):
            if letter == "/" and name[:at] in known and name[:at].lower().endswith(ARCHIVE_ENDING):
                return name[:at], name[at + 1 :]
    return name, ""
