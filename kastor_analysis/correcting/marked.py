"""`as_marked`: a recording whose laps were written back is read as what was written.

Laps that `writers` put into a recording say of themselves which segment they are. What was found and corrected once is
not searched for again: its reps and strides are those laps.
"""

from __future__ import annotations

from dataclasses import replace

from ..corrections import Corrections
from ..segments import Segment
from ..session import Session
from .hand import SAME_SHARE, STANDING_OUT, Hand, meets, numbered, plan_of

SAME_WITHIN_S = 0.05  # what is written to a tenth is the same again when read


def as_marked(session: Session) -> Session:
    """Return the session with the reps and strides that the recording's laps say there are, as each of them must."""
    laps = session.activity.lap_table
    hand = Hand(session)
    hand.marks = [
        _mark(session, hand, kind, float(start_s), float(end_s))
        for kind, start_s, end_s in zip(laps["segment_kind"], laps["start_s"], laps["end_s"], strict=True)
        if kind in STANDING_OUT
    ]
    rows = numbered(hand.cover())
    if [(row.kind, row.start_s, row.end_s) for row in rows] == [(r.kind, r.start_s, r.end_s) for r in session.rows]:
        return session
    return replace(session, rows=tuple(rows), plan=plan_of(session, rows, Corrections()))


def _mark(session: Session, hand: Hand, kind: str, start_s: float, end_s: float) -> Segment:
    """Return the rep or stride of a lap, with what was found of it where that is the same or nearly."""
    near = next((row for row in session.rows if row.kind == kind and meets(row, start_s, end_s)), None)
    if near is not None and max(abs(near.start_s - start_s), abs(near.end_s - end_s)) <= SAME_WITHIN_S:
        return near
    if near is not None and abs((end_s - start_s) / near.duration_s - 1.0) >= SAME_SHARE:
        near = None
    lap = hand.told("rep" if kind == "rep" else "stride", start_s, end_s, "lap")
    return lap if near is None else replace(lap, status=near.status, nominal_distance_m=near.nominal_distance_m)
