"""The track as pictures need it: how it is turned to lie level, and its outline. One place that knows `TrackFit`."""

from __future__ import annotations

from ..activity import FloatArray
from ..session import Session


def turn_of(session: Session) -> float:
    """Return by how much positions are to be turned, in radians, for the straights to lie level; 0 off the track."""
    return 0.0


def outline_of(session: Session) -> tuple[FloatArray, FloatArray] | None:
    """Return the running line as `x_m` and `y_m` about the median position; None where it was no track."""
    return None
