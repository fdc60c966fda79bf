"""Saving: the one door by which files are written.

Conventions: an output replaces only what is plainly an earlier output of the product, an empty file or, where it is
forced, a file of unknown origin. Never, whatever is asked, does it replace what the same call reads, a recording, an
archive, a plan, a season or another database, and it never takes a name that ends as another kind of file does.
New content is written beside the old, flushed to the disk and renamed: a full disk or a kill leaves the old file
whole. What is no ordinary file (``-`` and ``/dev/stdout``, a pipe) is written to as it is; where the shell has made
an ordinary file of it, it must not be one that stays. A link is followed, and then counts by both names.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ..errors import ProtectedError, WriteError
from .sniff import HEAD_BYTES, sniff

MADE_BY = "kastor_analysis"
"""What outputs say of themselves, where their format has room for it."""

_ENDINGS = {
    **dict.fromkeys((".fit", ".gpx", ".tcx"), "a recording"),
    **dict.fromkeys((".gz", ".zip"), "an archive"),
    **dict.fromkeys((".db", ".sqlite", ".sqlite3", ".db-wal", ".db-shm", ".db-journal"), "a season"),
    **dict.fromkeys((".toml",), "a plan"),
    **dict.fromkeys((".html", ".htm"), "a page"),
    **dict.fromkeys((".png", ".svg", ".pdf"), "a picture"),
    **dict.fromkeys((".csv", ".tsv", ".parquet"), "a table"),
    **dict.fromkeys((".json",), "JSON"),
}
"""What a name that ends so is taken for; other endings, and none, are for any output."""
_OWN_PICTURE = re.compile(
    rb"\A\x89PNG.*Software\0kastor_analysis|\A%PDF.*/Creator \(kastor_analysis|\A<\?xml.*<dc:title>kastor_analysis",
    re.DOTALL,
)
_PLAN = re.compile(rb"^(?:\[\[set\]\]|(?:reps|distance_m|duration_s|goals?)[ \t]*=)", re.MULTILINE)
_STANDARD = {"-": 1, "/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}  # descriptors, by POSIX
_DESCRIPTOR = re.compile(r"/(?:dev|proc/self)/fd/(\d{1,6})\Z")


class Kind(NamedTuple):
    """A kind of output.

    Attributes
    ----------
    name : str
        With its article: ``"a page"``.
    endings : tuple of str
        Of the names that say so; the first is the usual one.
    is_own : callable
        Whether content (its first and last bytes) is an earlier output of this kind.
    is_strict : bool
        Whether no other ending will do.
    """

    name: str
    endings: tuple[str, ...]
    is_own: Callable[[bytes], bool]
    is_strict: bool = False


PAGE = Kind(
    "a page", (".html", ".htm"), lambda content: b'<meta name="generator" content="kastor_analysis' in content[:4096]
)
SEASON = Kind("a season", (".db", ".sqlite", ".sqlite3"), lambda _: False, is_strict=True)
PICTURE = Kind("a picture", (".png", ".svg", ".pdf"), lambda content: bool(_OWN_PICTURE.match(content)), is_strict=True)


def table_of(columns: Iterable[str], *, endings: tuple[str, ...] = (".csv", ".tsv")) -> Kind:
    """Return the kind of a table of text with these columns: own are those that have some of them and no others."""
    known = set(columns)

    def is_own(content: bytes) -> bool:
        head = content.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace").strip()
        names = set(head.split(","))
        return len(names) >= min(3, len(known)) and names <= known

    return Kind("a table", endings, is_own)


def kind_by_name(path: Path) -> str | None:
    """Return what a file is taken for by the ending of its name: ``"a recording"``; None where that says nothing."""
    return _ENDINGS.get(path.suffix.lower())


class Saver:
    """Saves the outputs of one call.

    Parameters
    ----------
    inputs : iterable of path
        What the call reads; ``"-"`` is standard input.
    force : bool
        Whether files of unknown origin may be replaced.
    """

    def __init__(self, inputs: Iterable[str | Path] = (), *, force: bool = False) -> None:
        self._inputs = [os.fspath(path) for path in inputs]
        self._force = force
        self._claimed: dict[str, Kind] = {}

    def check(self, path: str | Path, kind: Kind) -> None:
        """Refuse a path at which no output of this kind can be written, before the work for it is begun.

        Raises
        ------
        ProtectedError
            If what is there must not be replaced, or the name is not for this kind of file.
        WriteError
            If it cannot be replaced without `force`, or not be written at all.
        """
        path = Path(path)
        name = os.fspath(path)
        self._check_name(path, kind)
        if (number := _descriptor(path)) is not None:
            self.check_stream(number, name)
            return
        try:
            found = os.stat(path)
            self._check_target(path, kind)
        except FileNotFoundError:
            target = self._check_target(path, kind)
            self._claim(path, kind)
            if not target.parent.is_dir():
                folder = target.parent if os.path.islink(path) else path.parent
                raise WriteError(f"there is no folder {folder}", file=name, hint="Make it first") from None
            return
        except (OSError, ValueError) as error:
            raise _cannot(error, path) from error
        if stat.S_ISDIR(found.st_mode):
            raise ProtectedError("is a folder", file=name, hint=f"Name {kind.name} in it")
        if stat.S_ISBLK(found.st_mode):
            raise ProtectedError("is a disk", file=name)
        if not stat.S_ISREG(found.st_mode):
            return
        if any(_is_same(found, other) for other in self._inputs):
            raise ProtectedError("is read by this very call", file=name, hint="Name another file for the output")
        self._claim(path, kind)
        self._check_content(path, found, kind)

    def check_stream(self, number: int, name: str) -> None:
        """Refuse an open file of this process, ``>> run.fit``, that must stay as it is.

        Raises
        ------
        ProtectedError
            If it is an input, a recording, an archive or a database.
        """
        try:
            found = os.fstat(number)
        except OSError:
            return  # told when it is written to
        if not stat.S_ISREG(found.st_mode) or not found.st_size:
            return
        if any(_is_same(found, other) for other in self._inputs):
            raise ProtectedError("is read by this very call", file=name, hint="Name another file for the output")
        with suppress(OSError):
            if what := _irreplaceable(_sample(Path(f"/dev/fd/{number}"), found.st_size)):
                raise ProtectedError(f"is {what}, and no output is added to one", file=name, hint="Name another file")

    def save(self, path: str | os.PathLike[str], content: bytes | str, kind: Kind) -> Path:
        """Write `content` to a path, whole or not at all; return the path.

        Raises
        ------
        ProtectedError, WriteError
            As `check`; or if the disk does not take it. What was there is then left as it was.
        """
        path = Path(path)
        data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
        self.check(path, kind)
        try:
            _write(path, data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _cannot(error, path) from error
        return path

    def save_all(self, folder: str | Path, contents: Mapping[str, tuple[bytes | str, Kind]]) -> list[Path]:
        """Write several outputs, by their names in a folder that may have to be made; none where one is refused.

        Raises
        ------
        ProtectedError, WriteError
            As `save`.
        """
        paths = {Path(folder, name): item for name, item in contents.items()}
        self.check_folder(folder)
        for path, (_, kind) in paths.items():
            if path.parent.is_dir():
                self.check(path, kind)
        for parent in {path.parent for path in paths}:
            self.folder(parent)
        return [self.save(path, content, kind) for path, (content, kind) in paths.items()]

    def folder(self, path: str | Path) -> Path:
        """Make a folder for several outputs, unless it is there already; return it.

        Raises
        ------
        ProtectedError, WriteError
            If a file is there, or it cannot be made.
        """
        path = Path(path)
        self.check_folder(path)
        try:
            path.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            raise _cannot(error, path) from error
        return path

    def check_folder(self, path: str | Path) -> None:
        """Refuse a path at which there can be no folder of outputs."""
        path = Path(path)
        try:
            is_taken = os.path.lexists(path) and not path.is_dir()
        except (OSError, ValueError) as error:
            raise _cannot(error, path) from error
        other = kind_by_name(path)
        if is_taken or (other and not path.is_dir()):
            what = "is a file" if is_taken else f"is named as {other} is"
            raise ProtectedError(f"{what}, and a folder is needed here", file=os.fspath(path), hint="Name a folder")

    # -- inside

    def _check_name(self, path: Path, kind: Kind) -> None:
        ending = path.suffix.lower() or (path.name.lower() if path.name.startswith(".") else "")
        if ending in kind.endings:
            return
        if kind.is_strict or ending in _ENDINGS:
            what = f"is named as {_ENDINGS[ending]} is" if ending in _ENDINGS else "does not say which kind it is"
            listed = " or ".join(filter(None, (", ".join(kind.endings[:-1]), kind.endings[-1])))
            hint = f"The name of {kind.name} ends in {listed}"
            raise ProtectedError(f"{what}, and {kind.name} is to be written", file=os.fspath(path), hint=hint)

    def _check_target(self, path: Path, kind: Kind) -> Path:
        """Return where a path leads to, unless a link there is named as another kind of file."""
        target = Path(os.path.realpath(path))
        other = kind_by_name(target) if os.path.islink(path) else None
        if other and target.suffix.lower() not in kind.endings:
            what = f"leads to {target.name}, which is named as {other} is"
            raise ProtectedError(what, file=os.fspath(path), hint="Name another file")
        return target

    def _claim(self, path: Path, kind: Kind) -> None:
        """Note that a path is taken by an output of this call; two that differ in kind cannot share it."""
        place = os.path.realpath(path)
        if self._claimed.setdefault(place, kind).name != kind.name:
            raise ProtectedError("is to be two outputs at once", file=os.fspath(path), hint="Give each its own name")

    def _check_content(self, path: Path, found: os.stat_result, kind: Kind) -> None:
        name = os.fspath(path)
        if not found.st_mode & 0o222 or not os.access(path, os.W_OK):
            raise WriteError("is protected against writing", file=name, hint="Name another file")
        try:
            content = _sample(path, found.st_size)
        except OSError as error:
            raise _cannot(error, path) from error
        if not content or kind.is_own(content):
            return
        what = _irreplaceable(content)
        if what:
            raise ProtectedError(f"is {what}, and no output replaces one", file=name, hint="Name another file")
        if not self._force:
            hint = "Name another file, or replace it by --force"
            raise WriteError("is there already, and nothing shows that kastor wrote it", file=name, hint=hint)


def _is_same(found: os.stat_result, other: str) -> bool:
    """Whether a file that was found is this input, under whatever name."""
    try:
        known = os.fstat(0) if other == "-" else os.stat(other)
    except (OSError, ValueError):
        return False
    return os.path.samestat(found, known)


def _sample(path: Path, size: int) -> bytes:
    """Return the first and the last bytes of a file."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        if size > 2 * HEAD_BYTES:
            file.seek(-HEAD_BYTES, os.SEEK_END)
        return head + file.read(HEAD_BYTES)


def _irreplaceable(content: bytes) -> str | None:
    """Return what content is that no output may replace."""
    kind = sniff(content)
    if kind in ("gzip", "zip"):
        return "an archive"
    if kind is not None:
        return "a recording"
    if content.startswith(b"SQLite format 3\0"):
        return "a database"
    return "a plan" if _PLAN.search(content[:4096]) else None


def _descriptor(path: Path) -> int | None:
    """Return which open file of this process a path such as ``/dev/stdout`` stands for."""
    name = os.fspath(path) if os.fspath(path) == "-" else os.path.abspath(path)
    if name in _STANDARD:
        return _STANDARD[name]
    match = _DESCRIPTOR.match(name)
    return int(match[1]) if match else None


def _write(path: Path, data: bytes) -> None:
    number = _descriptor(path)
    if number is not None:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        _pour(os.dup(number), data)
        return
    try:
        found = os.stat(path)
    except FileNotFoundError:
        found = None
    if found is not None and not stat.S_ISREG(found.st_mode):
        # Without O_NONBLOCK a pipe that nobody reads would wait for ever.
        number = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        os.set_blocking(number, True)
        _pour(number, data)
        return
    _replace(Path(os.path.realpath(path)), data, found)


def _pour(number: int, data: bytes) -> None:
    with os.fdopen(number, "wb") as stream:
        stream.write(data)


def _replace(path: Path, data: bytes, found: os.stat_result | None) -> None:
    """Write beside, flush to the disk, rename; the file keeps its rights and, where that is allowed, its owner."""
    if found is not None and found.st_size == len(data) and path.read_bytes() == data:
        return
    beside = path.with_name(f".{MADE_BY}-{os.urandom(6).hex()}.part")
    try:
        with beside.open("xb") as file:
            if found is not None:
                # Before there is anything to read in it.
                os.chmod(beside, stat.S_IMODE(found.st_mode) & 0o777)
                with suppress(OSError, AttributeError):
                    os.chown(beside, found.st_uid, found.st_gid)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _cannot(error: OSError | ValueError, path: Path) -> WriteError:
    what = getattr(error, "strerror", None) or str(error)
    if getattr(error, "errno", None) == errno.ENXIO:
        what = "nobody reads from this pipe"
    hint = "What was there is left as it was" if os.path.lexists(os.fspath(path).replace("\0", "")) else None
    return WriteError(f"cannot be written: {what}", file=os.fspath(path), hint=hint)
