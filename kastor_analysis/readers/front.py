"""`load`: one source -> one activity.

Conventions: content decides what a source is; its name serves messages only.
"""

from __future__ import annotations

import io
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..activity import Activity
from ..errors import FitError, KastorError, LimitError, MultipleRecordingsError, ReadError, UnsupportedFormatError
from ..files import sniff
from ..files.reading import opened, read_at_most, read_file, too_large
from .assemble import assemble
from .expat import document_type
from .gzipped import unpacked
from .limits import DEFAULT_LIMITS, Limits
from .packed import Unpacked
from .raw import RawRecording

if TYPE_CHECKING:
    from ..activity import Source

DECODERS = (None, "fitparse", "gpxpy")
_AGAIN, _MORE = "Copy or download it again", "Pass limits= for more"


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
    name = source_name(source)
    try:
        content, name, part = _content(source, name, part, limits)
        recordings = read(content, file=name, strict=strict, decoder=decoder, limits=limits)
        return assemble(chosen(recordings, part, name), source=name, limits=limits)
    except KastorError as error:
        raise error.in_file(name) from error.__cause__


def _content(source: Source, name: str, part: int | None, limits: Limits) -> tuple[Unpacked, str, int | None]:
    """Return the content of a source or of the file in it that counts, its name, and the part to choose within."""
    if isinstance(source, str | os.PathLike) and path_is_zip(Path(source)):
        from .exports import only_entry  # zipfile and what it needs take 5 ms to import: most recordings come without

        with opened(source) as file:
            return only_entry(file, name, part, limits)
    data = read_source(source, limits)
    if sniff.is_zip(data):
        from .exports import only_entry

        return only_entry(io.BytesIO(data), name, part, limits)
    return Unpacked(data), name, part


def content_of(source: Source, *, part: int | None = None, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the content of a recording as its format has it: out of its archive, unpacked.

    Raises
    ------
    ReadError
        If it cannot be read.
    """
    name = source_name(source)
    try:
        content, name, _ = _content(source, name, part, limits)
        return unpacked(content.data, limits).data
    except KastorError as error:
        raise error.in_file(name) from error.__cause__


def read(
    content: Unpacked, *, file: str, strict: bool = False, decoder: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> list[RawRecording]:
    """Return the recordings in the content of one file, which may be gzipped."""
    inner = unpacked(content.data, limits)
    warnings = [damage for damage in (content.damage, inner.damage) if damage]
    if warnings and strict:
        raise ReadError(f"is not whole: {warnings[0]}", file=file, hint=_AGAIN)
    try:
        recordings = decode(inner.data, file=file, strict=strict, decoder=decoder, limits=limits)
    except LimitError:
        raise
    except KastorError as error:
        if not warnings:
            raise
        raise ReadError(f"is damaged, and nothing can be read of it: what is left {error.what}", hint=_AGAIN) from error
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
                hint=f"Its parts are 0 to {len(recordings) - 1}: {_listed(recordings)}"
                if len(recordings) > 1
                else "It holds one recording: leave the part out",
            )
        return recordings[part]
    if len(recordings) == 1:
        return recordings[0]
    runs = [i for i, recording in enumerate(recordings) if recording.sport == "running"]
    if len(runs) == 1:
        told = f"The file holds {len(recordings)} recordings; number {runs[0]}, the only run, was read."
        return replace(recordings[runs[0]], warnings=(told, *recordings[runs[0]].warnings))
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


def source_name(source: Source) -> str:
    """Return what a source is called in messages: its path, the name of an open file, or what it is."""
    if isinstance(source, bytes | bytearray | memoryview):
        return "bytes"
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "file"


def read_source(source: Source, limits: Limits) -> bytes:
    """Return the content of a source, of a path, bytes or a binary file."""
    name = source_name(source)
    if isinstance(source, str | os.PathLike):
        return read_path(Path(source), limits)
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
    else:
        if not hasattr(source, "read"):
            raise ReadError(f"{source!r} is no recording", hint="Name a path, bytes or a binary file")
        try:
            data = source.read(limits.file_bytes + 1)
            if isinstance(data, bytes):
                data += read_at_most(source, limits.file_bytes + 1 - len(data))
        except (OSError, ValueError) as error:
            raise ReadError(f"cannot be read: {getattr(error, 'strerror', None) or error}", file=name) from error
        if not isinstance(data, bytes):
            raise ReadError("is open as text", file=name, hint='Open it with mode "rb"')
    if len(data) > limits.file_bytes:
        raise too_large(limits.file_bytes, name, hint=_MORE)
    return data


def path_is_zip(path: Path) -> bool:
    """Whether there is a zip archive at a path."""
    try:
        with opened(path) as file:
            return sniff.is_zip(read_at_most(file, 4))
    except ReadError:
        return False  # reading it says what is wrong


def read_path(path: Path, limits: Limits) -> bytes:
    """Return the content of a file."""
    if path.is_dir():
        raise ReadError("is a folder", file=os.fspath(path), hint="load_all reads every recording in it")
    return read_file(path, limits.file_bytes, hint=_MORE)
