"""`load_all`: folders, archives and account exports -> activities, one at a time.

Conventions: an error that one file meets is yielded in its place; the others are read all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..activity import Activity, Source
from ..arguments import naming
from ..errors import KastorError, ReadError, at_rest
from . import archives
from .assemble import assemble
from .formats import ARCHIVES, Asked, reader_of, recordings_in
from .limits import DEFAULT_LIMITS, Limits
from .sources import Content, Unpacked


@naming(ReadError)
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

    Examples
    --------
    >>> for name, item in load_all("runs"):
    ...     print(name, item.duration_s)
    2026-03-03.fit 4810.0485
    2026-03-10.fit 5120.448
    2026-03-17.fit 5027.7725
    """
    return _each(_entries(source, limits), strict, limits)


def load_below(
    path: Path, shown: str, *, strict: bool = False, limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[str, Activity | KastorError]]:
    """Read what one file of a folder holds, under the name `shown`: the part of `load_all` that can be shared out."""
    return _each(archives.file_entries(path, shown, limits), strict, limits)


def _entries(source: Source, limits: Limits) -> Iterator[archives.Entry]:
    """Return the files of a source, opened here so that a missing one is told at once."""
    content = Content(source, limits)
    if not content.name and content.path is not None:
        raise ReadError("the path is empty", hint="Name a recording or a folder; the working folder is '.'")
    archive = reader_of(ARCHIVES, content)
    if archive is None:
        name = content.name if content.path is None else content.path.name
        return iter([(name, Unpacked(content.data))])
    return _in_file(archive.read(content, Asked(content.name, limits=limits)), content)


def _in_file(entries: Iterator[archives.Entry], content: Content) -> Iterator[archives.Entry]:
    """Yield the entries of an archive; what is wrong with it as a whole names it."""
    try:
        yield from entries
    except KastorError as error:
        raise (error if content.path is None else error.in_file(content.name)) from error.__cause__


def _each(
    entries: Iterator[archives.Entry], strict: bool, limits: Limits
) -> Iterator[tuple[str, Activity | KastorError]]:
    for name, content in entries:
        if isinstance(content, KastorError):
            yield name, content
            continue
        try:
            recordings = recordings_in(content, Asked(name, strict, limits))
        except KastorError as error:
            yield name, at_rest(error.in_file(name))
            continue
        finally:
            del content
        for i, recording in enumerate(recordings):
            part_name = name if len(recordings) == 1 else f"{name}#{i}"
            try:
                item: Activity | KastorError = assemble(recording, source=part_name, limits=limits)
            except KastorError as error:
                item = at_rest(error.in_file(part_name))
            yield part_name, item
