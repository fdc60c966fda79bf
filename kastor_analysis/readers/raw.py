"""`RawRecording`: what a decoder hands over, before anything is repaired or judged.

Conventions: instants are Unix seconds (UTC) as float64, in the order of the file; columns are SI, NaN where the file
has no value. `assemble` turns it into an `Activity` by the written rules for time and distance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..activity import WorkoutStep


@dataclass(frozen=True, kw_only=True, eq=False)
class RawRecording:
    """One recording as it stands in a file.

    Attributes
    ----------
    format : str
        ``fit``, ``gpx``, ``tcx``.
    label : str
        A short description for choosing among several: ``"running 2026-05-01 06:30 UTC, 62 min"``.
    samples : mapping
        ``timestamp_s`` and sample columns of `Activity` (without ``time_s``), all of one length.
    laps : mapping
        ``start_s`` and ``end_s`` (Unix seconds, as precise as the file allows: a FIT lap's end is its start plus its
        elapsed time, to the millisecond, and chained laps share their boundaries), ``timer_s distance_m trigger
        intensity workout_step``.
    timer_start_s : float
        When the timer was first started; NaN where not told.
    pauses : ndarray, shape (n, 2)
        Spans in which the timer stood still.
    is_zoneless : bool
        Whether the file's times name no zone.
    dated_s : float
        When the file says, apart from its samples, that it was recorded or written; NaN where it does not.
    """

    format: str
    label: str = ""
    samples: Mapping[str, NDArray[np.float64]]
    laps: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    timer_start_s: float = float("nan")
    pauses: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))
    workout: tuple[WorkoutStep, ...] = ()
    device: str | None = None
    sport: str | None = None
    sub_sport: str | None = None
    utc_offset_s: float | None = None
    is_zoneless: bool = False
    dated_s: float = float("nan")
    warnings: tuple[str, ...] = ()
