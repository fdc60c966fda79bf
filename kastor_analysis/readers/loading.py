"""`load`: one source -> one activity, and which one where a source holds several.

Conventions: content decides what a source is; its name serves messages only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..activity import Activity
from ..arguments import naming
from ..errors import KastorError, MultipleRecordingsError, ReadError, UnsupportedFormatError
from .assemble import assemble
from .formats import ARCHIVES, Asked, Reader, plain, reader_of, recordings_in
from .limits import DEFAULT_LIMITS, Limits
from .raw import RawRecording
from .sources import Content, Unpacked, source_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..activity import Source

    Archive = Reader[Iterator[tuple[str, Unpacked | KastorError]]]

MOST_NAMED = 50
"""Recordings in an archive that `load` counts before it leaves them to `load_all`."""


@naming(ReadError)
def load(
    source: Source,
    *,
    part: int | None = None,
    strict: bool = False,
    decoder: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Activity:
    """Read one recording.

    Parameters
    ----------
    source : path, bytes or binary file
        FIT, GPX or TCX, as it is or gzipped, or a zip that holds one recording.
    part : int, optional
        Which of several recordings, from 0, in the order in which the error names them.
    strict : bool
        Raise where the file is damaged, instead of keeping what can be read.
    decoder : {"fitparse", "gpxpy"}, optional
        Read by this reference library instead, slowly, to compare.
    limits : Limits
        Caps on size, nesting and points.

    Returns
    -------
    Activity
        What the recording holds, and in `warnings` what was doubtful.

    Raises
    ------
    MultipleRecordingsError
        If there are several, not exactly one of them is a run, and `part` does not choose.
    ReadError
        If it cannot be read; its kinds say why.

    Examples
    --------
    >>> load("run.fit")
    <Activity run.fit 2026-05-05 16:30 UTC, 80 min, 4830 samples, 34 laps>
    >>> load(open("run.fit", "rb").read()).duration_s
    4829.612
    """
    name = source_name(source)
    try:
        found, name, part = _file(source, part, limits)
        recordings = recordings_in(found, Asked(name, strict, limits), decoder)
        return assemble(chosen(recordings, part, name), source=name, limits=limits)
    except KastorError as error:
        raise error.in_file(name) from error.__cause__


def content_of(source: Source, *, part: int | None = None, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the content of a recording as its format has it: out of its archive, unpacked.

    Raises
    ------
    ReadError
        If it cannot be read.
    """
    name = source_name(source)
    try:
        found, name, _ = _file(source, part, limits)
        return plain(found.data, limits).data
    except KastorError as error:
        raise error.in_file(name) from error.__cause__


def _file(source: Source, part: int | None, limits: Limits) -> tuple[Unpacked, str, int | None]:
    """Return the content of a source or of the file in it that counts, its name, and the part to choose within."""
    content = Content(source, limits)
    archive = None if content.is_folder else reader_of(ARCHIVES, content)
    if archive is None:
        return Unpacked(content.data), content.name, part
    return _only_file(archive, content, part)


def _only_file(archive: Archive, content: Content, part: int | None) -> tuple[Unpacked, str, int | None]:
    """Return the recording in an archive that holds one, or the one that `part` names: content, name, part within."""
    name, limits = content.name, content.limits
    found: list[tuple[str, Unpacked]] = []
    errors: list[KastorError] = []
    for shown, file in archive.read(content, Asked(name, limits=limits)):
        if isinstance(file, KastorError):
            errors.append(file)
        else:
            wanted = len(found) in (0, part)
            found.append((shown, file if wanted else Unpacked(b"")))
        if len(found) > MOST_NAMED:
            raise ReadError(
                f"holds more than {MOST_NAMED} recordings", file=name, hint="load_all reads them one after the other"
            )
    if len(found) == 1:
        return found[0][1], f"{name}/{found[0][0]}", part
    if found and part is None:
        if (run := _only_run(archive, content)) is not None:
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


def _only_run(archive: Archive, content: Content) -> tuple[str, Unpacked] | None:
    """Return the one recording in an archive that says it is a run, where there is just one, beside other sports."""
    runs: list[tuple[str, Unpacked]] = []
    for shown, file in archive.read(content, Asked(content.name, limits=content.limits)):
        if isinstance(file, KastorError):
            continue
        try:
            sports = {recording.sport for recording in recordings_in(file, Asked(shown, limits=content.limits))}
        except KastorError:
            continue
        if None in sports:
            return None
        if "running" in sports:
            runs.append((shown, file))
        if len(runs) > 1:
            return None
    return runs[0] if runs else None


def chosen(recordings: list[RawRecording], part: int | None, file: str) -> RawRecording:
    """Return the recording that `part` names, or the only one, or the only run."""
    if part is not None:
        if not 0 <= part < len(recordings):
            raise ReadError(
                f"has no part {part}",
                file=file,
                hint=f"Its parts are 0 to {len(recordings) - 1}: {_listed(recordings)}"
                if len(recordings) > 1
                else "It holds one recording: leave the part out",
            )
        return recordings[part]
    if len(recordings) == 1:
        return recordings[0]
    if all(_is_copy(recording, recordings[0]) for recording in recordings[1:]):
        told = f"The recording is written {len(recordings)} times in the file; it was read once."
        return replace(recordings[0], warnings=(told, *recordings[0].warnings))
    runs = [i for i, recording in enumerate(recordings) if recording.sport == "running"]
    if len(runs) == 1:
        told = f"The file holds {len(recordings)} recordings; number {runs[0]}, the only run, was read."
        return replace(recordings[runs[0]], warnings=(told, *recordings[runs[0]].warnings))
    raise MultipleRecordingsError([recording.label or recording.sport or "?" for recording in recordings], file=file)


def _is_copy(recording: RawRecording, other: RawRecording) -> bool:
    """Return whether a recording holds the samples of another, and no more."""
    if recording.samples.keys() != other.samples.keys():
        return False
    return all(
        np.array_equal(values, other.samples[name], equal_nan=True) for name, values in recording.samples.items()
    )


def _listed(recordings: list[RawRecording]) -> str:
    return "; ".join(f"{i}: {recording.label}" for i, recording in enumerate(recordings))
