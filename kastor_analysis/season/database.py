"""Opening a season's database, writing to it and copying it, without ever harming it.

Conventions: a file that is no season, is damaged or was made by newer software is refused with a `SeasonError` before
anything is written to it; the file itself is looked at before SQLite opens it. What is written is written in
transactions, each on the disk when it ends. An older schema is brought up in one of them, after a copy was laid beside.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from ..errors import KastorError, SeasonError
from ..files.reading import opened, read_at_most
from . import schema
from .schema import APPLICATION_ID
from .soundness import value_faults

DAMAGED_HINT: Final = (
    "Nothing was overwritten. Name another file (--db), or restore a backup of this one and add what is newer again"
)

_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100  # as SQLite's file format has it
_WAL = b"\2\2"
"""Both versions of the file's format where it is in WAL mode."""
_MOST_COPIES = 1000  # names tried for a copy laid beside
_TELLING_FAULTS = 20  # more sentences help nobody


def connect(path: Path) -> sqlite3.Connection:
    """Open the season at `path`, made where there is none, and bring its schema up to date.

    Raises
    ------
    SeasonError
        If the file is no season, is damaged, was made by newer software, or cannot be written. It is left as it was.
    """
    if "\0" in os.fspath(path):
        raise SeasonError("cannot be the name of a file (there is a NUL in it)", file=str(path))
    with guard(path):
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
        _look_at(path)
        connection = _opened(path)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            # What a REPLACE takes away is written down by the journal, too.
            connection.execute("PRAGMA recursive_triggers = ON")
            # A power failure, too, loses nothing that was said to be added.
            connection.execute("PRAGMA synchronous = FULL")
            version = _recognise(connection, path)
            if version < len(schema.MIGRATIONS):
                prepare_to_write(connection, path)
                _migrate(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def guard(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into a `SeasonError` that names the database."""
    try:
        yield
    except sqlite3.OperationalError as error:
        what, hint = _told(str(error))
        raise SeasonError(what, file=str(path), hint=hint) from error
    except sqlite3.DatabaseError as error:
        what = "is not a season database" if "not a database" in str(error) else f"is damaged ({error})"
        raise SeasonError(what, file=str(path), hint=DAMAGED_HINT) from error
    except (MemoryError, UnicodeDecodeError) as error:
        raise SeasonError(f"is damaged ({type(error).__name__})", file=str(path), hint=DAMAGED_HINT) from error
    except OSError as error:
        raise SeasonError(
            f"cannot be opened ({error.strerror or error})", file=str(path), hint="Check the folder and its permissions"
        ) from error


def _told(error: str) -> tuple[str, str]:
    """Return what an error of SQLite's operation means, and what to do."""
    if "locked" in error or "busy" in error:
        return "is in use by another program", "Wait until that has finished, then try again"
    if "readonly" in error or "unable to open" in error:
        return f"cannot be opened or written ({error})", "Check the folder and its permissions"
    if "full" in error:
        return "cannot grow: the disk is full", "Free some space; what was committed is kept"
    if "I/O" in error:
        return f"cannot be read or written ({error})", "Is the disk full, or failing? What was committed is kept"
    return f"cannot be used ({error})", DAMAGED_HINT


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what reading stored values raises into a `SeasonError`: what no version of this software wrote is damage."""
    try:
        with guard(path):
            yield
    except (ValueError, TypeError, ArithmeticError, LookupError) as error:
        what = f"is damaged (it holds what was never written to it: {type(error).__name__})"
        raise SeasonError(what, file=str(path), hint=DAMAGED_HINT) from error
    except SeasonError:
        raise
    except KastorError as error:
        what = f"is damaged (it holds what was never written to it: {error.what})"
        raise SeasonError(what, file=str(path), hint=DAMAGED_HINT) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run one write transaction: all of it or none, and no other writer in between."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # Where the disk is full SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def refuse_wrong_values(connection: sqlite3.Connection, path: Path, tables: Collection[str]) -> None:
    """Refuse a season in whose tables cells hold what no version of this software wrote."""
    with guard(path):
        faults = value_faults(connection, tables=tables)
    if faults:
        raise SeasonError(f"is damaged ({faults[0]})", file=str(path), hint=DAMAGED_HINT)


def prepare_to_write(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a damaged database before it is written to, and let others read while this connection writes.

    Raises
    ------
    SeasonError
        Naming the first fault SQLite finds.
    """
    with guard(path):
        if faults := integrity_faults(connection, at_most=1):
            raise SeasonError(f"is damaged ({faults[0]})", file=str(path), hint=DAMAGED_HINT)
        connection.execute("PRAGMA journal_mode = WAL")


def integrity_faults(connection: sqlite3.Connection, at_most: int = _TELLING_FAULTS) -> list[str]:
    """Return what SQLite finds wrong with the file and with references between its tables."""
    rows = connection.execute(f"PRAGMA integrity_check({at_most})").fetchall()
    faults = [" ".join(str(verdict).split()) for (verdict,) in rows if verdict != "ok"]
    if not faults:
        orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(at_most)
        faults = [f"row {row} of {table} belongs to no row of {parent}" for table, row, parent, _ in orphans]
    return faults


def copy_to(connection: sqlite3.Connection, path: Path, target: Path) -> None:
    """Copy a season, also one that is being written to, to a file that is not there yet, whole or not at all.

    Raises
    ------
    SeasonError
        If there is a file, or it cannot be written; or if the copy is not sound.
    """
    if os.path.lexists(target):
        raise SeasonError("is there already", file=str(target), hint="Name another file for the copy")
    beside = target.with_name(f".{target.name}-{os.urandom(6).hex()}.part")
    try:
        with guard(target), closing(sqlite3.connect(_named(beside))) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            faults = integrity_faults(copy, at_most=1)
        if faults:
            raise SeasonError(f"is damaged ({faults[0]})", file=str(path), hint=DAMAGED_HINT)
        with guard(target):
            with beside.open("rb+") as file:
                os.fsync(file.fileno())
            _take_name(beside, target)
    finally:
        for name in (beside, Path(f"{beside}-journal"), Path(f"{beside}-wal"), Path(f"{beside}-shm")):
            with suppress(OSError):
                name.unlink()


def _take_name(beside: Path, target: Path) -> None:
    """Give a file its name, which nobody else may have taken meanwhile."""
    try:
        os.link(beside, target)
    except FileExistsError:
        raise SeasonError("is there already", file=str(target), hint="Name another file for the copy") from None
    except (OSError, AttributeError):  # a file system without links
        os.rename(beside, target)
    if hasattr(os, "O_DIRECTORY"):
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _opened(path: Path) -> sqlite3.Connection:
    if _is_at_rest(path):
        return sqlite3.connect(f"{Path(_named(path)).as_uri()}?immutable=1", isolation_level=None, uri=True)
    return sqlite3.connect(_named(path), timeout=schema.BUSY_TIMEOUT_S, isolation_level=None)


def _is_at_rest(path: Path) -> bool:
    """Whether a season lies where it can be read only, and nobody has it open.

    SQLite reads none in WAL mode where it can lay no log beside it, unless it is told that nothing changes.
    """
    if not path.exists() or os.access(os.path.dirname(os.path.realpath(path)), os.W_OK) or _has_log(path):
        return False
    with opened(path, error=SeasonError) as file:
        return read_at_most(file, _HEADER_BYTES)[18:20] == _WAL


def _named(path: Path) -> str:
    """Return a path as SQLite takes it for nothing else: what is added to ``:memory:`` is kept nowhere."""
    return os.path.abspath(path)


def _look_at(path: Path) -> None:
    """Refuse a file that is no season, or not all of one, before SQLite opens it; a new one, if named wrong."""
    if not path.exists():
        from ..files.saving import SEASON, kind_by_name

        other = kind_by_name(Path(os.path.realpath(path)))
        if other not in (None, SEASON.name):
            what = f"is named as {other} is, and a season is to be begun"
            raise SeasonError(what, file=str(path), hint="The name of a season ends in .db")
        return
    if path.is_dir():
        raise SeasonError("is a folder", file=str(path), hint="Name the database file itself (--db FILE)")
    fault = _fault(path)
    # Another process may be writing: what is wrong for a moment is no damage.
    if fault is not None and (fault := _fault(path)) is not None:
        raise SeasonError(fault, file=str(path), hint=DAMAGED_HINT)


def _fault(path: Path) -> str | None:
    with opened(path, error=SeasonError) as file:
        header = read_at_most(file, _HEADER_BYTES)
        size = os.fstat(file.fileno()).st_size
    if not header:
        return None
    if not header.startswith(_MAGIC) or len(header) < _HEADER_BYTES:
        return "is not a season database"
    if _has_log(path):
        return None  # what the file says of itself is not the last word
    application_id = int.from_bytes(header[68:72], "big")
    if application_id not in (APPLICATION_ID, 0):  # 0 for a moment, while another process makes it
        return "is the database of another program"
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    told = int.from_bytes(header[28:32], "big") * page
    is_told = header[24:28] == header[92:96]
    if is_told and size < told and not _has_log(path):
        return f"is damaged (cut off: {size} bytes of {told})"
    return None


def _has_log(path: Path) -> bool:
    for name in (f"{path}-wal", f"{path}-journal"):
        with suppress(OSError):
            if os.stat(name).st_size > 0:
                return True
    return False


def _recognise(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of the schema, 0 where there is none yet."""
    # One transaction, so that a season which another process is just making is seen whole or not at all.
    connection.execute("BEGIN")
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute("COMMIT")
    if application_id != APPLICATION_ID and (tables or version or application_id):
        raise SeasonError("is the database of another program", file=str(path), hint=DAMAGED_HINT)
    known = len(schema.MIGRATIONS)
    if version > known:
        raise SeasonError(
            f"was made by a newer version of kastor_analysis (schema {version}, this one knows {known})",
            file=str(path),
            hint="Update kastor_analysis, or name another file (--db)",
        )
    if version < 0 or (tables and not version):
        raise SeasonError(f"is damaged (its schema has the number {version})", file=str(path), hint=DAMAGED_HINT)
    return int(version)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    with transaction(connection):
        # Another process may have migrated while this one waited for the lock.
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if 0 < version < len(schema.MIGRATIONS):
            with closing(sqlite3.connect(_named(path))) as before:
                copy_to(before, path, _free_name(path, version))
        for script in schema.MIGRATIONS[version:]:
            for statement in script.split(";"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS)}")


def _free_name(path: Path, version: int) -> Path:
    """Return the name of the copy of a season of an older schema: ``season-schema-1.db``."""
    for number in range(1, _MOST_COPIES):
        again = "" if number == 1 else f"-{number}"
        copy = path.with_name(f"{path.stem}-schema-{version}{again}{path.suffix}")
        if not os.path.lexists(copy):
            return copy
    raise SeasonError(f"has {_MOST_COPIES} copies beside it", file=str(path), hint="Move them elsewhere")
