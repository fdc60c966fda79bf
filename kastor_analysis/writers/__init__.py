"""Writers: an `Activity` -> the bytes of a FIT, GPX or TCX file.

They exist for what has to be handed to others (a repaired or joined recording) and for simulation, whose sessions
are measured through the same files a runner would have. Every writer returns bytes and touches no disk.
"""

from __future__ import annotations

from .fit import to_fit
from .gpx import to_gpx
from .tcx import to_tcx

__all__ = ["to_fit", "to_gpx", "to_tcx"]
