"""`load` and `load_all`: sources -> activities.

Conventions: content decides what a source is; its name serves messages only.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..activity import Activity
from ..errors import FitError, KastorError, LimitError, MultipleRecordingsError, ReadError, UnsupportedFormatError
from . import sniff
from .assemble import assemble
from .expat import document_type
from .gzipped import unpacked
from .limits import DEFAULT_LIMITS, MIB, Limits
from .raw import RawRecording

if TYPE_CHECKING:
    from ..activity import Source
    from .archives import Entry

DECODERS = (None, "fitparse", "gpxpy")
MOST_NAMED = 50
"""Recordings in a zip that `load` counts before it leaves them to `load_all`."""


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

    Raises
    ------
    MultipleRecordingsError
        If there are several, not exactly one of them is a run, and `part` does not choose.
    ReadError
        If it cannot be read; its kinds say why.
    """
    name, data = read_source(source, limits)
    try:
        if sniff.is_zip(data):
            name, data, part = _only_entry(data, name, part, limits)
        recordings = read(data, file=name, strict=strict, decoder=decoder, limits=limits)
        return assemble(chosen(recordings, part, name), source=name, limits=limits)
    except KastorError as error:
        raise error.in_file(name) from error.__cause__


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


def _entries(source: Source, limits: Limits) -> Iterator[Entry]:
    """Return the files of a source, opened here so that a missing one is told at once."""
    from . import archives

    if isinstance(source, str | os.PathLike):
        path = Path(source)
        if path.is_dir():
            return archives.folder_entries(path, limits)
        if not _is_zip(path):
            return iter([(path.name, _read_path(path, limits))])
        return _zip_file_entries(path, limits)
    name, data = read_source(source, limits)
    if sniff.is_zip(data):
        return archives.zip_entries(io.BytesIO(data), limits)
    return iter([(name, data)])


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return sniff.is_zip(file.read(4))
    except (OSError, ValueError):
        return False  # reading it says what is wrong


def _zip_file_entries(path: Path, limits: Limits) -> Iterator[Entry]:
    from . import archives

    with path.open("rb") as file:
        try:
            yield from archives.zip_entries(file, limits)
        except KastorError as error:
            raise error.in_file(os.fspath(path)) from error.__cause__


def _each(entries: Iterator[Entry], strict: bool, limits: Limits) -> Iterator[tuple[str, Activity | KastorError]]:
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


def _only_entry(data: bytes, name: str, part: int | None, limits: Limits) -> tuple[str, bytes, int | None]:
    """Return the recording in a zip that holds one, or the one that `part` names, with the part to choose in it."""
    from . import archives  # zipfile and what it needs take 5 ms to import: most recordings come without

    found: list[tuple[str, bytes]] = []
    errors: list[KastorError] = []
    for shown, content in archives.zip_entries(io.BytesIO(data), limits):
        if isinstance(content, KastorError):
            errors.append(content)
        else:
            wanted = len(found) in (0, part)
            found.append((shown, content if wanted else b""))
        if len(found) > MOST_NAMED:
            raise ReadError(
                f"holds more than {MOST_NAMED} recordings", file=name, hint="load_all reads them one after the other"
            )
    if len(found) == 1:
        return f"{name}/{found[0][0]}", found[0][1], part
    if found and part is None:
        raise MultipleRecordingsError([shown for shown, _ in found], file=name)
    if found and part is not None and 0 <= part < len(found):
        return f"{name}/{found[part][0]}", found[part][1], None
    if found:
        raise ReadError(f"has no part {part}", file=name, hint=f"Its parts are 0 to {len(found) - 1}")
    if errors:
        raise errors[0]
    raise UnsupportedFormatError(
        "holds no FIT, GPX or TCX recording", file=name, hint="Export the activity itself as FIT, TCX or GPX"
    )


def read(
    data: bytes, *, file: str, strict: bool = False, decoder: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> list[RawRecording]:
    """Return the recordings in the content of one file, which may be gzipped."""
    content, warnings = unpacked(data, limits)
    if warnings and strict:
        raise ReadError("is a gzip file that is cut off or damaged", file=file, hint="Copy or download it again")
    recordings = decode(content, file=file, strict=strict, decoder=decoder, limits=limits)
    if not warnings:
        return recordings
    return [replace(recording, warnings=(*warnings, *recording.warnings)) for recording in recordings]


def decode(
    data: bytes, *, file: str, strict: bool = False, decoder: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> list[RawRecording]:
    """Return the recordings in the content of one file that is no archive."""
    if decoder not in DECODERS:
        raise ReadError(f"there is no decoder {decoder!r}", file=file, hint="Choose fitparse or gpxpy")
    kind = sniff.sniff(data)
    if kind not in ("fit", "gpx", "tcx"):
        raise not_a_recording(data, file)
    if (decoder == "fitparse" and kind != "fit") or (decoder == "gpxpy" and kind != "gpx"):
        raise ReadError(f"is {kind.upper()}, which {decoder} does not read", file=file, hint="Leave decoder= out")
    if kind == "fit":
        if decoder == "fitparse":
            from .fit.reference import decode_fitparse

            return decode_fitparse(data, file=file, strict=strict)
        from .fit import decode as decode_fit

        return decode_fit(data, file=file, strict=strict)
    if kind == "gpx":
        if decoder == "gpxpy":
            from .gpx_reference import decode_gpxpy

            return decode_gpxpy(data, file=file, strict=strict)
        from . import gpx

        return gpx.decode(data, file=file, strict=strict, limits=limits)
    from . import tcx

    return tcx.decode(data, file=file, strict=strict, limits=limits)


def chosen(recordings: list[RawRecording], part: int | None, file: str) -> RawRecording:
    """Return the recording that `part` names, or the only one, or the only run."""
    if part is not None:
        if not 0 <= part < len(recordings):
            raise ReadError(
                f"has no part {part}",
                file=file,
                hint=f"Its parts are 0 to {len(recordings) - 1}: {_listed(recordings)}",
            )
        return recordings[part]
    if len(recordings) == 1:
        return recordings[0]
    runs = [recording for recording in recordings if recording.sport == "running"]
    if len(runs) == 1:
        return runs[0]
    raise MultipleRecordingsError([recording.label or recording.sport or "?" for recording in recordings], file=file)


def _listed(recordings: list[RawRecording]) -> str:
    return "; ".join(f"{i}: {recording.label}" for i, recording in enumerate(recordings))


def not_a_recording(data: bytes, file: str) -> KastorError:
    """Return the error for content that is neither FIT nor GPX nor TCX."""
    if not data:
        return ReadError("is empty", file=file, hint="Copy it from the watch or download it again")
    if not data.strip(b"\x00"):
        return ReadError("holds nothing but zeros", file=file, hint="Copy it from the watch again")
    suffixes = [suffix.lower() for suffix in Path(file).suffixes if suffix.lower() not in (".gz", ".zip")]
    wanted = {".fit": "FIT", ".gpx": "GPX", ".tcx": "TCX"}.get(suffixes[-1] if suffixes else "")
    what = sniff.described(data)
    if what.startswith("XML") and b"<!DOCTYPE" in data[: sniff.HEAD_BYTES]:
        return document_type(file)
    if wanted == "FIT" and what.startswith("not a recording"):
        return FitError("does not begin as a FIT recording does", offset=0, hint="Copy it from the watch again")
    return UnsupportedFormatError(
        f"is {what}, not a {wanted or 'FIT, GPX or TCX'} recording",
        file=file,
        hint="Export the activity itself as FIT, TCX or GPX",
    )


def read_source(source: Source, limits: Limits) -> tuple[str, bytes]:
    """Return the name and the content of a source, of a path, bytes or a binary file."""
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
        _check_size(len(data), "bytes", limits)
        return "bytes", data
    if isinstance(source, str | os.PathLike):
        return os.fspath(source), _read_path(Path(source), limits)
    name = getattr(source, "name", None)
    name = name if isinstance(name, str) else "file"
    try:
        data = source.read(limits.file_bytes + 1)
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror or error}", file=name) from error
    if not isinstance(data, bytes):
        raise ReadError("is open as text", file=name, hint='Open it with mode "rb"')
    _check_size(len(data), name, limits)
    return name, data


def _read_path(path: Path, limits: Limits) -> bytes:
    name = os.fspath(path)
    try:
        if path.is_dir():
            raise ReadError("is a folder", file=name, hint="load_all reads every recording in it")
        with path.open("rb") as file:
            if not path.is_file():
                raise ReadError("is no ordinary file", file=name)
            _check_size(os.fstat(file.fileno()).st_size, name, limits)
            data = file.read(limits.file_bytes + 1)
    except FileNotFoundError as error:
        raise ReadError("there is no such file", file=name, hint="Check the name and the folder") from error
    except PermissionError as error:
        raise ReadError("may not be read (no permission)", file=name) from error
    except (OSError, ValueError) as error:
        raise ReadError(f"cannot be read: {getattr(error, 'strerror', None) or error}", file=name) from error
    _check_size(len(data), name, limits)
    return data


def _check_size(size: int, name: str, limits: Limits) -> None:
    if size > limits.file_bytes:
        raise LimitError(
            f"is {size / MIB:.0f} MiB large",
            file=name,
            hint=f"The limit is {limits.file_bytes / MIB:.0f} MiB; pass limits= for more",
        )
