"""What the track tells beside the reps' times: the parts of each, and over which distances they were judged.

Conventions: a rep is judged over what was planned on a marked track, over what the track says where that is another
distance, and over what the watch measured where no track tells. What can be said of one rep may be wrong of another, so
each remark names its reps as soon as not all are meant; that the watch reads long is no reason to leave its distance
out where nothing else tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np

from ..motion import motion_of
from ..report import SplitResult
from ..session import Session
from ..track import device_bias, splits
from .held import HeldRep
from .phrases import reps

EVERY_M = 100.0  # the marks that a track has
_LEAST_BIAS = 0.01
"""Of the watch's distance; less is not worth a line."""
_APART_M = 2.0  # as in `held`: the sum of two roundings to a metre


def time_inside(rows: tuple[HeldRep, ...], session: Session) -> tuple[SplitResult, ...]:
    """Return the parts of every rep run on the track; none where there is no track."""
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


def ground_notes(rows: Sequence[HeldRep], session: Session) -> dict[str, str]:
    """Return the remarks ``distance``, ``nominal`` and ``watch``, those that there is cause for."""
    timed = [row for row in rows if row.is_timed]
    by_distance = [row for row in timed if row.is_by_watch and row.nominal_distance_m > 0]
    on_track = [row for row in timed if not row.is_by_watch]
    notes: dict[str, str] = {}
    if by_distance and not on_track:
        notes["distance"] = (
            "Not on a marked track: pace is judged over the distance the watch measured, which is good to 1 or 2 %"
        )
    elif by_distance:
        verb = "was" if len(by_distance) == 1 else "were"
        notes["distance"] = (
            f"{_who(by_distance)} {verb} no round distance of the track: judged over what the watch measured, which is"
            " good to 1 or 2 %"
        )
    other = [row for row in on_track if abs(row.scored_distance_m - row.nominal_distance_m) > _APART_M]
    if other:
        sizes = sorted({round(row.scored_distance_m) for row in other})
        metres = f"{sizes[0]} m" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]} m"
        notes["nominal"] = f"{_who(other)}: the track says {metres}, and that is what the pace is judged over"
    if (off := _bias(session)) is not None and on_track:
        way = "long" if off > 0 else "short"
        use = "its own distance is not used" if not by_distance else "the other reps do without its distance"
        notes["watch"] = f"The watch reads {100.0 * abs(off):.1f} % {way} on this track; {use}"
    return notes


def _bias(session: Session) -> float | None:
    """Return by which share of its distance the watch is off on the track, None where that is no more than noise."""
    if session.track is None or not np.isfinite(session.activity.column("distance_m")).any():
        return None
    run = [rep for rep in session.reps if rep.status == "run"]
    bias = device_bias(np.array([rep.distance_m for rep in run]), np.array([rep.nominal_distance_m for rep in run]))
    if bias is None or abs(bias.ratio - 1.0) < max(_LEAST_BIAS, 2.0 * bias.sd):
        return None
    return bias.ratio - 1.0


def _who(rows: Sequence[HeldRep]) -> str:
    planned = [row.planned_rep for row in rows if row.planned_rep is not None]
    if planned:
        return reps(planned)
    found = [row.segment.run_rep for row in rows if row.segment is not None and row.segment.run_rep is not None]
    return f"{reps(found)} (not planned)" if found else "Some reps"


def _distance_m(row: HeldRep) -> float:
    """Return what the rep was: as the track says, else as planned where it is judged over that."""
    if row.segment is not None and isfinite(row.segment.nominal_distance_m):
        return row.segment.nominal_distance_m
    return row.nominal_distance_m if row.scored_distance_m == row.nominal_distance_m else float("nan")
