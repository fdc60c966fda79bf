"""`load_all`: folders, archives and account exports -> activities, one at a time.

Conventions: an error that one file meets is yielded in its place; the others are read all the same.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ..activity import Activity, Source
from ..errors import KastorError, MultipleRecordingsError, ReadError, UnsupportedFormatError
from ..files import sniff
from ..files.reading import opened
from . import archives
from .assemble import assemble
from .front import path_is_zip, read, read_path, read_source, source_name
from .limits import DEFAULT_LIMITS, Limits
from .packed import Unpacked

MOST_NAMED = 50
"""Recordings in a zip that `load` counts before it leaves them to `load_all`."""


def load_all(
    source: Source, *, strict: bool = False, limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[str, Activity | KastorError]]:
    """Read every recording of a folder, an archive or a file, one at a time.

    Parameters
    ----------
    source : path, bytes or binary file
        A folder, a zip (an account export from Strava or Garmin, zips within it included) or any recording.
    strict : bool
        As for `load`.
    limits : Limits
        For each recording; a zip itself may be of any size.

    Returns
    -------
    iterator of (str, Activity or KastorError)
        The name within the source (``#0``, ``#1`` ... added where one file holds several recordings) and the
        activity, or the error that met it. Files that neither are recordings nor are named like one are passed over.

    Raises
    ------
    ReadError
        At once if there is no such source; when iterated, if it is a damaged archive.
    """
    return _each(_entries(source, limits), strict, limits)


def load_below(
    path: Path, shown: str, *, strict: bool = False, limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[str, Activity | KastorError]]:
    """Read what one file of a folder holds, under the name `shown`: the part of `load_all` that can be shared out."""
    return _each(archives.file_entries(path, shown, limits), strict, limits)


def _entries(source: Source, limits: Limits) -> Iterator[archives.Entry]:
    """Return the files of a source, opened here so that a missing one is told at once."""
    if isinstance(source, str | os.PathLike):
        if not os.fspath(source):
            raise ReadError("the path is empty", hint="Name a recording or a folder; the working folder is '.'")
        path = Path(source)
        if path.is_dir():
            return archives.folder_entries(path, limits)
        if not path_is_zip(path):
            return iter([(path.name, Unpacked(read_path(path, limits)))])
        return _zip_file_entries(path, limits)
    data = read_source(source, limits)
    if sniff.is_zip(data):
        return archives.zip_entries(io.BytesIO(data), limits)
    return iter([(source_name(source), Unpacked(data))])


def _zip_file_entries(path: Path, limits: Limits) -> Iterator[archives.Entry]:
    with opened(path) as file:
        try:
            yield from archives.zip_entries(file, limits)
        except KastorError as error:
            raise error.in_file(os.fspath(path)) from error.__cause__


def _each(
    entries: Iterator[archives.Entry], strict: bool, limits: Limits
) -> Iterator[tuple[str, Activity | KastorError]]:
    for name, content in entries:
        if isinstance(content, KastorError):
            yield name, content
            continue
        try:
            recordings = read(content, file=name, strict=strict, limits=limits)
        except KastorError as error:
            yield name, error.in_file(name)
            continue
        finally:
            del content
        for i, recording in enumerate(recordings):
            part_name = name if len(recordings) == 1 else f"{name}#{i}"
            try:
                item: Activity | KastorError = assemble(recording, source=part_name, limits=limits)
            except KastorError as error:
                item = error.in_file(part_name)
            yield part_name, item


def only_entry(file: IO[bytes], name: str, part: int | None, limits: Limits) -> tuple[Unpacked, str, int | None]:
    """Return the recording in a zip that holds one, or the one that `part` names: content, name and part within."""
    found: list[tuple[str, Unpacked]] = []
    errors: list[KastorError] = []
    for shown, content in archives.zip_entries(file, limits):
        if isinstance(content, KastorError):
            errors.append(content)
        else:
            wanted = len(found) in (0, part)
            found.append((shown, content if wanted else Unpacked(b"")))
        if len(found) > MOST_NAMED:
            raise ReadError(
                f"holds more than {MOST_NAMED} recordings", file=name, hint="load_all reads them one after the other"
            )
    if len(found) == 1:
        return found[0][1], f"{name}/{found[0][0]}", part
    if found and part is None:
        if (run := _only_run(file, limits)) is not None:
            return run[1], f"{name}/{run[0]}", None
        raise MultipleRecordingsError([shown for shown, _ in found], file=name)
    if found and part is not None and 0 <= part < len(found):
        return found[part][1], f"{name}/{found[part][0]}", None
    if found:
        raise ReadError(f"has no part {part}", file=name, hint=f"Its parts are 0 to {len(found) - 1}")
    if errors:
        raise errors[0]
    raise UnsupportedFormatError(
        "holds no FIT, GPX or TCX recording", file=name, hint="Export the activity itself as FIT, TCX or GPX"
    )


def _only_run(file: IO[bytes], limits: Limits) -> tuple[str, Unpacked] | None:
    """Return the one recording in a zip that says it is a run, where there is just one, beside other sports."""
    runs: list[tuple[str, Unpacked]] = []
    file.seek(0)
    for shown, content in archives.zip_entries(file, limits):
        if isinstance(content, KastorError):
            continue
        try:
            sports = {recording.sport for recording in read(content, file=shown, limits=limits)}
        except KastorError:
            continue
        if None in sports:
            return None
        if "running" in sports:
            runs.append((shown, content))
        if len(runs) > 1:
            return None
    return runs[0] if runs else None
