"""The track as pictures need it: how positions are turned for it to lie level, and its outline."""

from __future__ import annotations

from math import radians

import numpy as np

from ..activity import FloatArray
from ..session import Session


def turn_of(session: Session) -> float:
    """Return by how much positions are to be turned, in radians, for the straights to lie level; 0 off the track."""
    return radians(session.track.heading_deg - 90.0) if session.track else 0.0


def turned(x_m: FloatArray, y_m: FloatArray, turn_rad: float) -> tuple[FloatArray, FloatArray]:
    """Return positions turned anticlockwise about the reference point."""
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    return x_m * cos - y_m * sin, x_m * sin + y_m * cos


def outline_of(session: Session) -> tuple[FloatArray, FloatArray] | None:
    """Return the running line as `x_m` and `y_m`, as far out as the watch drew the runs; None where it was no track."""
    return session.track.outline(wide_m=session.track.wide_m) if session.track else None
