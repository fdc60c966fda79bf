"""Lap presses own the times: the edges of a rep that a lap answers to are where the runner pressed.

A press is believed where the signal agrees to within a few seconds or the speed changes there, and overruled where
neither is so (a lap pressed 20 s late). What a step of a workout set is the watch's own and stands. Which laps are
reps is no question here (`evidence`, `criterion`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np

from ..motion import Motion
from ..quantities.ordered import median
from .laps import EDGES_MEET_S, REST_SHARE, Lap
from .spans import RepSpan, Timed, joined, overlap

Span = TypeVar("Span", bound=Timed)

PRESS_SD_S = 0.3
"""The clock of a press in a file; the 0.3 to 0.5 s by which a thumb misses the line are not in it."""
PRESS_BELIEVED_S = 7.0
"""A press so near to where the signal has the edge is believed without a further look."""
MARK_BELIEVED_S = 2.5
"""A lap that the watch ended by itself at a distance is a rep's edge only where it lies as near to that of the signal
as the signal is good to: elsewhere it lies there by chance."""
SHOWS_S, SHOWS_BY = (2.0, 12.0), 1.3
"""A press is believed against the signal where the speed changes by this factor from just before to just after."""
OTHERS = 3
"""Of fewer reps that were pressed for nobody can tell what is usual."""
PIECE_SHARE = 0.8
"""A lap slower than this share of another is no piece of the same rep but a rest in it."""
ANSWERS = 0.5
"""Least overlap (intersection over union) of a span with the lap it answers to."""


def answer_to(span: Timed, others: Sequence[Span]) -> Span | None:
    """Return the span that overlaps another most, where that is enough to be the same."""
    near = (other for other in others if other.end_s > span.start_s and other.start_s < span.end_s)
    best = max(near, key=lambda other: overlap(other, span), default=None)
    return best if best is not None and overlap(best, span) >= ANSWERS else None


def as_pressed(motion: Motion, laps: Sequence[Lap], spans: Sequence[RepSpan]) -> list[RepSpan]:
    """Return the reps with the edges that were pressed.

    Parameters
    ----------
    motion : Motion
        Of the activity.
    laps : sequence of Lap
        All that were pressed.
    spans : sequence of RepSpan
        The reps as the signal times them. A lap that is several of them, with their rests, is none's.
    """
    out = []
    for span in spans:
        lap = _cut_up(span, laps) or answer_to(span, laps) or _held_by(span, laps)
        alone = lap is not None and sum(_holds(lap, other) for other in spans) <= 1
        out.append(_weighed(motion, lap, span) if lap is not None and alone else span)
    return out


def as_others_pressed(spans: Sequence[RepSpan], seen: Sequence[RepSpan]) -> list[RepSpan]:
    """Return the reps, those that nobody pressed for timed as the signal has them, on the clock of the other presses.

    Half of what the signal is off by is common to the reps of a session: where reps of it were pressed for, by how much
    is known.

    Parameters
    ----------
    spans : sequence of RepSpan
        With the edges that were pressed.
    seen : sequence of RepSpan
        The same reps as the signal times them.
    """
    start_s, end_s = (
        _usual_s([getattr(a, name) - getattr(b, name) for a, b in zip(spans, seen, strict=True) if all(a.pressed)])
        for name in ("start_s", "end_s")
    )
    return [
        span if any(span.pressed) else own._replace(start_s=own.start_s + start_s, end_s=own.end_s + end_s)
        for span, own in zip(spans, seen, strict=True)
    ]


def _usual_s(off_s: Sequence[float]) -> float:
    """Return by how much presses are usually off; 0 where too few tell."""
    near = [off for off in off_s if abs(off) < PRESS_BELIEVED_S]
    return float(median(near)) if len(near) >= OTHERS else 0.0


def _holds(lap: Lap, span: RepSpan) -> bool:
    return span.start_s > lap.start_s - PRESS_BELIEVED_S and span.end_s < lap.end_s + PRESS_BELIEVED_S


def _held_by(span: RepSpan, laps: Sequence[Lap]) -> Lap | None:
    """Return the lap that has one edge in common with a rep and lies in it: the other was pressed far too late."""
    for lap in laps:
        start_off_s, end_off_s = lap.start_s - span.start_s, span.end_s - lap.end_s
        if min(start_off_s, end_off_s) > -PRESS_BELIEVED_S and min(abs(start_off_s), abs(end_off_s)) < PRESS_BELIEVED_S:
            return lap
    return None


def _cut_up(span: RepSpan, laps: Sequence[Lap]) -> Lap | None:
    """Return the laps as one that follow each other from a rep's start to its end: of a split, or a full kilometre."""
    first = _nearest(span.start_s, [lap.start_s for lap in laps])
    last = _nearest(span.end_s, [lap.end_s for lap in laps])
    if first is None or last is None or first >= last:
        return None
    pieces = laps[first : last + 1]
    speeds_mps = [lap.speed_mps for lap in pieces]
    if any(b.start_s - a.end_s > EDGES_MEET_S for a, b in pairwise(pieces)):
        return None
    if min(speeds_mps) < PIECE_SHARE * max(speeds_mps):
        return None
    distance_m, lasts_s = sum(lap.distance_m for lap in pieces), pieces[-1].end_s - pieces[0].start_s
    return pieces[0]._replace(
        end_s=pieces[-1].end_s, end_source=pieces[-1].end_source, distance_m=distance_m, speed_mps=distance_m / lasts_s
    )


def _nearest(at_s: float, edges_s: Sequence[float]) -> int | None:
    """Return which of some edges is near enough to be believed; None where none is."""
    best = min(range(len(edges_s)), key=lambda i: abs(edges_s[i] - at_s), default=None)
    return best if best is not None and abs(edges_s[best] - at_s) < PRESS_BELIEVED_S else None


def _weighed(motion: Motion, lap: Lap, seen: RepSpan) -> RepSpan:
    sources, overruled = [], []
    for edge, source, seen_s, seen_sd_s in (
        (lap.start_s, lap.start_source, seen.start_s, seen.start_sd_s),
        (lap.end_s, lap.end_source, seen.end_s, seen.end_sd_s),
    ):
        off_s = abs(seen_s - edge)
        if source == "auto":
            loses = off_s > MARK_BELIEVED_S
        else:
            loses = off_s > PRESS_BELIEVED_S + 2.0 * seen_sd_s and source != "workout" and not _shows(motion, lap, edge)
        overruled.append(loses)
        sources.append("signal" if loses else "lap" if source == "auto" else source)
    start_s, start_sd_s = (seen.start_s, seen.start_sd_s) if overruled[0] else (lap.start_s, PRESS_SD_S)
    end_s, end_sd_s = (seen.end_s, seen.end_sd_s) if overruled[1] else (lap.end_s, PRESS_SD_S)
    return RepSpan(
        start_s=start_s,
        end_s=end_s,
        start_sd_s=start_sd_s,
        end_sd_s=end_sd_s,
        duration_sd_s=float(np.hypot(start_sd_s, end_sd_s)) if any(overruled) else PRESS_SD_S,
        source=joined(*sources),
    )


def _shows(motion: Motion, lap: Lap, edge_s: float) -> bool:
    """Return whether the speed changes at an edge of a lap as it does where a rep starts or ends."""
    near_s, far_s = SHOWS_S
    before_mps = motion.mean_speed(edge_s - far_s, edge_s - near_s)
    after_mps = motion.mean_speed(edge_s + near_s, edge_s + far_s)
    inside_mps, outside_mps = (after_mps, before_mps) if edge_s == lap.start_s else (before_mps, after_mps)
    return inside_mps > max(SHOWS_BY * outside_mps, REST_SHARE * lap.speed_mps)
