"""Readers: bytes of a recording -> `Activity`. `load`, `load_all` and `join` are the doors.

Conventions: what a source is, is told by its content, never by its name. A decoder hands over what the file says
(`RawRecording`), `assemble` repairs it by written rules, and what was repaired stands in `Activity.warnings`. Bad input
raises a `KastorError` and nothing else. `READERS` is the table of all there are:

>>> [reader.name for reader in READERS]
['export', 'zip', 'gzip', 'FIT', 'GPX', 'TCX']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..activity import Source
from .formats import READERS, Reader
from .limits import DEFAULT_LIMITS, Limits
from .loading import load

if TYPE_CHECKING:
    from .joining import join
    from .loading_all import load_all

__all__ = ["DEFAULT_LIMITS", "READERS", "Limits", "Reader", "Source", "join", "load", "load_all"]


def __getattr__(name: str) -> Any:
    # One plain recording is read without zipfile, which takes 5 ms to import, and without what several need.
    if name == "load_all":
        from .loading_all import load_all

        return load_all
    if name == "join":
        from .joining import join

        return join
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
