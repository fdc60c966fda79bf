"""The readers, in one table: what each is called, how it knows its own content, and what reads it.

Conventions: content decides, never a name. `ARCHIVES` hold files, `PACKINGS` one file, `FORMATS` recordings; what comes
out of one floor is looked up on the next. To read another format, write a module whose function makes `RawRecording`
of bytes, teach `files.sniff` its first bytes, and add a line to `FORMATS`. A reader's module is imported when it first
reads: a FIT file comes without what XML needs, and a plain one without `zipfile`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from ..errors import FitError, KastorError, LimitError, ReadError, UnsupportedFormatError
from ..files import sniff
from .limits import DEFAULT_LIMITS, Limits
from .raw import RawRecording
from .sources import Content, Unpacked

T = TypeVar("T")


class Asked(NamedTuple):
    """How content is to be read."""

    file: str
    """What messages call it."""
    strict: bool = False
    limits: Limits = DEFAULT_LIMITS


class Reader(NamedTuple, Generic[T]):
    """What reads one kind of content."""

    name: str
    sniff: Callable[[Content], bool]
    """Whether content is of its kind."""
    read: Callable[[Content, Asked], T]
    instead: Mapping[str, Callable[[Content, Asked], T]] = {}
    """Reference libraries that read it too, slowly, by their names."""


def _export(content: Content, asked: Asked) -> Iterator[tuple[str, Unpacked | KastorError]]:
    from .archives import folder_entries

    return folder_entries(Path(content.name), asked.limits)


def _zip(content: Content, asked: Asked) -> Iterator[tuple[str, Unpacked | KastorError]]:
    from .archives import zip_entries

    with content.opened() as file:
        yield from zip_entries(file, asked.limits)


def _gzip(content: Content, asked: Asked) -> Unpacked:
    from .gzipped import unpacked

    return unpacked(content.data, asked.limits)


def _fit(content: Content, asked: Asked) -> list[RawRecording]:
    from .fit import decode

    return decode(content.data, file=asked.file, strict=asked.strict)


def _fitparse(content: Content, asked: Asked) -> list[RawRecording]:
    from .fit.reference import decode_fitparse

    return decode_fitparse(content.data, file=asked.file, strict=asked.strict)


def _gpx(content: Content, asked: Asked) -> list[RawRecording]:
    from .gpx import decode

    return decode(content.data, file=asked.file, strict=asked.strict, limits=asked.limits)


def _gpxpy(content: Content, asked: Asked) -> list[RawRecording]:
    from .gpx_reference import decode_gpxpy

    return decode_gpxpy(content.data, file=asked.file, strict=asked.strict)


def _tcx(content: Content, asked: Asked) -> list[RawRecording]:
    from .tcx import decode

    return decode(content.data, file=asked.file, strict=asked.strict, limits=asked.limits)


ARCHIVES: tuple[Reader[Iterator[tuple[str, Unpacked | KastorError]]], ...] = (
    Reader("export", lambda content: content.is_folder, _export),
    Reader("zip", lambda content: sniff.is_zip(content.head), _zip),
)
PACKINGS: tuple[Reader[Unpacked], ...] = (Reader("gzip", lambda content: sniff.is_gzip(content.head), _gzip),)
FORMATS: tuple[Reader[list[RawRecording]], ...] = (
    Reader("FIT", lambda content: sniff.is_fit(content.head), _fit, {"fitparse": _fitparse}),
    Reader("GPX", lambda content: sniff.is_gpx(content.head), _gpx, {"gpxpy": _gpxpy}),
    Reader("TCX", lambda content: sniff.is_tcx(content.head), _tcx),
)
READERS = (*ARCHIVES, *PACKINGS, *FORMATS)


def reader_of(readers: Sequence[Reader[T]], content: Content) -> Reader[T] | None:
    """Return the first of the readers that knows the content as its own; None where none does."""
    return next((reader for reader in readers if reader.sniff(content)), None)


def plain(data: bytes, limits: Limits) -> Unpacked:
    """Return the content of a file that may be packed."""
    content = Content(data, limits)
    packing = reader_of(PACKINGS, content)
    return Unpacked(data) if packing is None else packing.read(content, Asked(content.name, limits=limits))


def recordings_in(found: Unpacked, asked: Asked, decoder: str | None = None) -> list[RawRecording]:
    """Return the recordings in one file, which may be packed, with what was damaged on the way among their warnings.

    Raises
    ------
    ReadError
        If it is no recording, or damaged beyond reading or, where that was asked for, at all.
    """
    inner = plain(found.data, asked.limits)
    warnings = [damage for damage in (found.damage, inner.damage) if damage]
    if warnings and asked.strict:
        raise ReadError(f"is not whole: {warnings[0]}", file=asked.file, hint="Copy or download it again")
    try:
        recordings = _decoded(Content(inner.data, asked.limits), asked, decoder)
    except LimitError:
        raise
    except KastorError as error:
        if not warnings:
            raise
        what = f"is damaged, and nothing can be read of it: what is left {error.what}"
        raise ReadError(what, hint="Copy or download it again") from error
    return [replace(recording, warnings=(*warnings, *recording.warnings)) for recording in recordings]


def _decoded(content: Content, asked: Asked, decoder: str | None) -> list[RawRecording]:
    libraries = [name for reader in FORMATS for name in reader.instead]
    if decoder is not None and decoder not in libraries:
        raise ReadError(f"there is no decoder {decoder!r}", file=asked.file, hint=f"Choose {' or '.join(libraries)}")
    reader = reader_of(FORMATS, content)
    if reader is None:
        raise not_a_recording(content.data, asked.file)
    if decoder is None:
        return reader.read(content, asked)
    if decoder not in reader.instead:
        what = f"is {reader.name}, which {decoder} does not read"
        raise ReadError(what, file=asked.file, hint="Leave decoder= out")
    return reader.instead[decoder](content, asked)


def not_a_recording(data: bytes, file: str) -> KastorError:
    """Return the error for content that is of none of the formats."""
    if not data:
        return ReadError("is empty", file=file, hint="Copy it from the watch or download it again")
    if not data.strip(b"\x00"):
        return ReadError("holds nothing but zeros", file=file, hint="Copy it from the watch again")
    suffixes = [suffix.lower() for suffix in Path(file).suffixes if suffix.lower() not in (".gz", ".zip")]
    wanted = next((reader.name for reader in FORMATS if suffixes and suffixes[-1] == f".{reader.name.lower()}"), "")
    what = sniff.described(data)
    if what.startswith("XML") and b"<!DOCTYPE" in data[: sniff.HEAD_BYTES]:
        from .expat import document_type

        return document_type(file)
    if wanted == "FIT" and what.startswith("not a recording"):
        return FitError("does not begin as a FIT recording does", offset=0, hint="Copy it from the watch again")
    return UnsupportedFormatError(
        f"is {what}, not a {wanted or 'FIT, GPX or TCX'} recording",
        file=file,
        hint="Export the activity itself as FIT, TCX or GPX",
    )
