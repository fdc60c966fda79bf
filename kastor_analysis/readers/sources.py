"""What `load` and its like are given: a path, bytes or a binary file, read when its content is asked for.

Conventions: ordinary files only, and of each no more than the limits allow.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ..errors import ReadError
from ..files.reading import opened, read_at_most, read_file, too_large
from ..files.sniff import HEAD_BYTES
from .limits import MORE, Limits

if TYPE_CHECKING:
    from ..activity import Source


class Unpacked(NamedTuple):
    """What was packed, and, where it was not whole, what is wrong, as the rest of a sentence that begins with it."""

    data: bytes
    damage: str | None = None


class Content:
    """What a source holds; nothing is read before it is asked for.

    Parameters
    ----------
    source : path, bytes or binary file
        A path may be a folder's.
    limits : Limits
        `data` is of at most `Limits.file_bytes`; what `opened` gives may be of any size.
    """

    def __init__(self, source: Source, limits: Limits) -> None:
        self.name: str = source_name(source)
        self.limits: Limits = limits
        self.path: Path | None = Path(source) if isinstance(source, str | os.PathLike) else None
        self._source = source

    @cached_property
    def is_folder(self) -> bool:
        """Whether it is no file but a folder of them."""
        return self.path is not None and os.path.isdir(self.path)

    @cached_property
    def head(self) -> bytes:
        """The first bytes, which tell what it is; none where it cannot be read, which reading it says."""
        if self.path is None:
            return self.data[:HEAD_BYTES]
        try:
            with opened(self.path) as file:
                return read_at_most(file, HEAD_BYTES)
        except ReadError:
            return b""

    @cached_property
    def data(self) -> bytes:
        """All of it.

        Raises
        ------
        ReadError
            If it cannot be read, is a folder, or more than the limits allow.
        """
        source = self._source
        if isinstance(source, str | os.PathLike):
            if self.is_folder:
                raise ReadError("is a folder", file=self.name, hint="load_all reads every recording in it")
            return read_file(source, self.limits.file_bytes, hint=MORE)
        data = bytes(source) if isinstance(source, bytes | bytearray | memoryview) else self._read(source)
        if len(data) > self.limits.file_bytes:
            raise too_large(self.limits.file_bytes, self.name, hint=MORE)
        return data

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Open it as a file that can be read from any place."""
        if self.path is None:
            yield BytesIO(self.data)
            return
        with opened(self.path) as file:
            yield file

    def _read(self, source: BinaryIO) -> bytes:
        if not hasattr(source, "read"):
            raise ReadError(f"{source!r} is no recording", hint="Name a path, bytes or a binary file")
        most = self.limits.file_bytes + 1
        try:
            data = source.read(most)
            if isinstance(data, bytes):
                data += read_at_most(source, most - len(data))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise ReadError(f"cannot be read: {why}", file=self.name) from error
        if not isinstance(data, bytes):
            raise ReadError("is open as text", file=self.name, hint='Open it with mode "rb"')
        return data


def source_name(source: Source) -> str:
    """Return what a source is called in messages: its path, the name of an open file, or what it is."""
    if isinstance(source, bytes | bytearray | memoryview):
        return "bytes"
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else "file"
