"""Reading files of the user's: ordinary files only, and of each no more than was allowed for.

A device has no end, a pipe that nobody writes to blocks for ever, a folder is no file: all are refused before a byte is
read. What is read is counted as it comes, because a size on the disk is a claim (``/proc``, a file that grows).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from ..errors import KastorError, LimitError, ReadError

MIB = 1 << 20  # bytes, by definition
TEXT_BYTES = MIB
"""No plan, list of athletes or list of splits written by hand is larger."""

_NOT_BLOCKING = getattr(os, "O_NONBLOCK", 0)  # Windows has no such flag
_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)

Path = str | os.PathLike[str]


@contextmanager
def opened(
    path: Path, *, error: type[KastorError] = ReadError, missing: str = "Check the name and the folder"
) -> Iterator[BinaryIO]:
    """Open an ordinary file to read its bytes; errors of the file system come as `error`, naming the file.

    Parameters
    ----------
    path : path
        Of the file.
    error : type of KastorError
        What to raise: `ReadError` for a recording, `PlanError` for a plan.
    missing : str
        What to do where there is no such file.
    """
    name = os.fspath(path)
    try:
        # Looked at before it is opened, because opening may itself do something (a tape) or wait (a pipe); and after,
        # because another file may lie there by then.
        ordinary(os.stat(name), name, error)
        file = open(name, "rb", opener=_open)  # noqa: SIM115 (closed below)
    except FileNotFoundError as cause:
        raise error("there is no such file", file=name, hint=missing) from cause
    except PermissionError as cause:
        raise error("may not be read (no permission)", file=name) from cause
    except (OSError, ValueError) as cause:  # ValueError: a name with a NUL in it
        raise error(f"cannot be read: {getattr(cause, 'strerror', None) or cause}", file=name) from cause
    with file:
        ordinary(os.fstat(file.fileno()), name, error)
        try:
            yield file
        except OSError as cause:
            raise error(f"cannot be read: {cause.strerror or cause}", file=name) from cause


def read_file(path: Path, most_bytes: int, *, error: type[KastorError] = ReadError, hint: str | None = None) -> bytes:
    """Return the content of an ordinary file of at most so many bytes.

    Parameters
    ----------
    path : path
        Of the file.
    most_bytes : int
        Anything larger is refused, after so many bytes at the latest.
    error : type of KastorError
        What to raise. Of `ReadError` a file that is too large raises the kind `LimitError`.
    hint : str, optional
        What to do about a file that is too large.
    """
    with opened(path, error=error) as file:
        size = os.fstat(file.fileno()).st_size
        data = read_at_most(file, most_bytes + 1) if size <= most_bytes else b""
    if max(size, len(data)) > most_bytes:
        raise too_large(most_bytes, os.fspath(path), error, hint)
    return data


def too_large(most_bytes: int, name: str, error: type[KastorError] = ReadError, hint: str | None = None) -> KastorError:
    """Return the error for content of more bytes than are read."""
    kind = LimitError if issubclass(LimitError, error) else error
    return kind(f"is more than {_size(most_bytes)} large", file=name, hint=hint)


def read_text(path: Path, *, error: type[KastorError], what: str, hint: str = "") -> str:
    """Return the text of a file written by hand: UTF-8, with or without a byte order mark, or UTF-16 with one.

    Parameters
    ----------
    path : path
        Of the file.
    error : type of KastorError
        What to raise.
    what, hint : str
        What the file is called in an error about its text ("the recipe"), and how one is written.
    """
    with opened(path, error=error, missing=hint or "Check the name and the folder") as file:
        data = read_at_most(file, TEXT_BYTES + 1)
    if len(data) > TEXT_BYTES:
        raise error(f"is more than {_size(TEXT_BYTES)} large: that is not {what}", file=os.fspath(path))
    try:
        return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as cause:
        where = f"byte {cause.start}"
        told = hint or "Save it as UTF-8"
        raise error(f"{what} is not text in UTF-8", file=os.fspath(path), where=where, hint=told) from cause


def read_at_most(file: BinaryIO, most_bytes: int) -> bytes:
    """Return up to so many bytes of a file: all, where it has no more; a read may give less than was asked for."""
    pieces: list[bytes] = []
    while most_bytes > 0 and (piece := file.read(most_bytes)):
        pieces.append(piece)
        most_bytes -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def ordinary(status: os.stat_result, name: str, error: type[KastorError] = ReadError) -> None:
    """Raise `error` unless a file is an ordinary one."""
    mode = status.st_mode
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise error("is a folder", file=name, hint="Name a file in it")
    kind = next((words for is_kind, words in _KINDS if is_kind(mode)), "something else")
    raise error(f"is no ordinary file but {kind}", file=name, hint="Save what it gives to a file, and name that")


def _open(name: str, flags: int) -> int:
    return os.open(name, flags | _NOT_BLOCKING)


def _size(count: int) -> str:
    return f"{count / MIB:.0f} MiB" if count >= MIB else f"{count} bytes"
