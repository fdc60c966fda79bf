"""What the track tells beside the reps' times: the parts of each."""

from __future__ import annotations

from math import isfinite

import numpy as np

from ..motion import motion_of
from ..report import SplitResult
from ..session import Session
from ..track import splits
from .held import HeldRep

EVERY_M = 100.0


def time_inside(rows: tuple[HeldRep, ...], session: Session) -> tuple[SplitResult, ...]:
    """Return the parts of every rep run on the track; none where there is no track.

    Parameters
    ----------
    rows : tuple of HeldRep
        The reps held against the plan.
    session : Session
        Its track and positions.
    """
    timed = [row for row in rows if row.segment is not None and not row.is_second_half]
    if session.track is None or not timed:
        return ()
    motion = motion_of(session.activity)
    spans = [row.segment for row in timed if row.segment is not None]
    parts = splits(
        session.track,
        motion.time_s,
        motion.x_m,
        motion.y_m,
        np.array([span.start_s for span in spans]),
        np.array([span.end_s for span in spans]),
        np.array([_distance_m(row) for row in timed]),
        every_m=EVERY_M,
        start_sd_s=np.array([span.start_sd_s for span in spans]),
        end_sd_s=np.array([span.end_sd_s for span in spans]),
    )
    return tuple(
        SplitResult(
            planned_rep=timed[part.rep].planned_rep,
            run_rep=spans[part.rep].run_rep,
            start_m=part.from_m,
            end_m=part.to_m,
            time_s=part.time_s,
            time_sd_s=part.time_sd_s,
        )
        for part in parts
    )


def _distance_m(row: HeldRep) -> float:
    """Return what the rep was: as the track says, else as planned where it is judged over that."""
    if row.segment is not None and isfinite(row.segment.nominal_distance_m):
        return row.segment.nominal_distance_m
    return row.nominal_distance_m if row.scored_distance_m == row.nominal_distance_m else float("nan")
