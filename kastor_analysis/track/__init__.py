"""The 400 m track: where it lies, how far along it the runner was, and what that says of the reps.

Positions come as local east and north metres, times as elapsed seconds; nothing here knows a session.
"""

from __future__ import annotations

from .fit import TrackFit, find_track
from .oval import Oval

__all__ = ["Oval", "TrackFit", "find_track"]
