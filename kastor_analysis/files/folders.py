"""Which files lie below a folder, and which are named like a recording: what can be told without opening any."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import ReadError

RECORDING_SUFFIXES = (".fit", ".gpx", ".tcx")

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
"""One file or folder, or several."""


def files_below(folder: Path, closed: list[ReadError]) -> Iterator[tuple[Path, str]]:
    """Yield every file below a folder that is not hidden, in order, with its name as it is shown.

    Folders that may not be looked into are added to `closed`, each as the error to be told of it.
    """
    for place, folders, files in os.walk(folder, onerror=lambda error: closed.append(closed_folder(error))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place, name)
            if not name.startswith(".") and path.is_file():
                yield path, path.relative_to(folder).as_posix()


def closed_folder(error: OSError) -> ReadError:
    """Return the error to be told of a folder that could not be listed."""
    what = f"may not be looked into ({error.strerror or error})"
    return ReadError(what, file=os.fspath(error.filename), hint="Check its permissions")


def is_named_as_recording(name: str) -> bool:
    """Whether a name claims to be a recording: such a file is not passed over in silence."""
    plain = name.lower().removesuffix(".gz")
    return plain.endswith(RECORDING_SUFFIXES)
