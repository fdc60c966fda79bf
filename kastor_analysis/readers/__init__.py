"""Readers: bytes of a recording -> `Activity`. `load` is the door.

Conventions: what a source is, is told by its content, never by its name. A decoder hands over what the file says
(`RawRecording`), `assemble` repairs it by written rules, and what was repaired stands in `Activity.warnings`. Bad input
raises a `KastorError` and nothing else.
"""

from __future__ import annotations

from ..activity import Source
from .front import load

__all__ = ["Source", "load"]
