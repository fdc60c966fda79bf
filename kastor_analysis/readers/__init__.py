"""Readers: bytes of a recording -> `Activity`. `load`, `load_all` and `join` are the doors.

Conventions: what a source is, is told by its content, never by its name. A decoder hands over what the file says
(`RawRecording`), `assemble` repairs it by written rules, and what was repaired stands in `Activity.warnings`. Bad input
raises a `KastorError` and nothing else.
"""

from __future__ import annotations

from ..activity import Source
from .front import load, load_all
from .joining import join
from .limits import DEFAULT_LIMITS, Limits

__all__ = ["DEFAULT_LIMITS", "Limits", "Source", "join", "load", "load_all"]
