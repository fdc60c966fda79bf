"""Lap presses as evidence: which laps are reps, and whether their edges are believed.

A lap is taken for a rep by the motion in it, not by its label: it is run clearly faster than what comes just before and
just after it. A press is believed where the signal agrees to within a few seconds or the speed changes there, and
overruled where neither is so (a lap pressed 20 s late). What a step of a workout set is the watch's own and stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite, log
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from ..motion import Motion
from .candidates import LONGEST_REP_S, SHORTEST_REP_M, SHORTEST_REP_S, easy_speed
from .laps import REST_SHARE, REST_SHOWS_S, Lap, laps_of
from .levels import Bout
from .odds import FADE_WITH_DISTANCE
from .spans import RepSpan, Timed, joined, overlap

FloatArray = NDArray[np.float64]
Span = TypeVar("Span", bound=Timed)

MOSTLY_AUTOMATIC = 0.6
FASTER_THAN_BESIDE = 1.12
SLOWER_THAN_OTHERS = 0.20
"""How far (log) a rep may lie below the speed of the others at its distance."""
FASTER_THAN_EASY = 1.08
FEWEST_REPS = 3
CLEAR_LOG_CONTRAST = 0.18
"""Median log ratio of a rep lap's speed to the faster of its neighbours, from which laps make a session."""
PRESS_SD_S = 0.3
"""The clock of a press in a file; the 0.3 to 0.5 s by which a thumb misses the line are not in it."""
PRESS_BELIEVED_S = 7.0
SHOWS_S = (2.0, 12.0)
SHOWS_BY = 1.3
"""A press is believed against the signal where the speed changes by this factor from just before to just after."""
ADDED_LIKE = 0.09
"""Largest |log ratio| of the time of a rep found by the signal alone to one that was pressed."""
ADDED_WITHIN_S = 600.0
"""Largest rest between such a rep and those that are there already."""
ANSWERS = 0.5
"""Least overlap (intersection over union) of a span with the lap it answers to."""
PRESSED_STRIDE_SHARE = 1.0 / 3.0
"""A stride that was pressed is one only if it lasts no longer than this share of the reps: the runner counted it."""
OUTDONE_BY = 2.0
"""Laps of which none is a rep of the signal give way to reps that last so many times as long together."""


def lap_reps(activity: Activity, motion: Motion) -> list[Lap]:
    """Return the laps that are reps, in order; empty where they make no session."""
    laps = laps_of(activity, motion)
    found: list[tuple[Lap, float]] = []
    for i, lap in enumerate(laps):
        if not (SHORTEST_REP_S <= lap.duration_s <= LONGEST_REP_S and lap.distance_m >= SHORTEST_REP_M):
            continue
        before = _beside(motion, laps[i - 1].end_s, lap.start_s, laps[i - 1].speed_mps) if i else None
        after = _beside(motion, lap.end_s, laps[i + 1].start_s, laps[i + 1].speed_mps) if i + 1 < len(laps) else None
        beside = [v for v in (before, after) if v is not None]
        if beside and lap.speed_mps > FASTER_THAN_BESIDE * max(beside):
            found.append((lap, log(lap.speed_mps / max(*beside, 0.3))))
    if found and np.mean([lap.is_automatic for lap, _ in found]) < MOSTLY_AUTOMATIC:
        # The watch counts kilometres also where the runner presses for the reps.
        found = [(lap, contrast) for lap, contrast in found if not lap.is_automatic]
    keep = _of_one_session(motion, [lap for lap, _ in found])
    found = [pair for pair, kept in zip(found, keep, strict=True) if kept]
    if len(found) < FEWEST_REPS or float(np.median([contrast for _, contrast in found])) < CLEAR_LOG_CONTRAST:
        return []
    return [lap for lap, _ in found]


def _beside(motion: Motion, start_s: float, end_s: float, lap_mps: float) -> float:
    """Return the speed next to a lap: of the pause between where there is one, else of the neighbouring lap."""
    return motion.mean_speed(start_s, end_s) if end_s - start_s >= REST_SHOWS_S else lap_mps


def _as_bout(lap: Lap) -> Bout:
    return Bout(lap.start_s, lap.end_s, lap.speed_mps / 2.0, lap.speed_mps, lap.speed_mps)


def _of_one_session(motion: Motion, laps: Sequence[Lap]) -> list[bool]:
    """Return which laps are run at the speed of the others, at equal distance, and faster than easy running."""
    keep = [True] * len(laps)
    # A fast lap that is no rep of this session is no easy running either.
    easy = easy_speed(motion.grid_time_s, motion.grid_speed_mps, [_as_bout(lap) for lap in laps])
    for _ in range(3):
        kept = [lap for lap, k in zip(laps, keep, strict=True) if k]
        if not kept:
            break
        log_v = np.log([lap.speed_mps for lap in kept])
        log_d = np.log([lap.distance_m for lap in kept])
        middle = float(np.median(log_d))
        level = float(np.median(log_v + FADE_WITH_DISTANCE * (log_d - middle)))
        now = []
        for lap in laps:
            expected = level - FADE_WITH_DISTANCE * (log(lap.distance_m) - middle)
            fast = log(lap.speed_mps) > expected - SLOWER_THAN_OTHERS
            now.append(fast and not (isfinite(easy) and lap.speed_mps < FASTER_THAN_EASY * easy))
        if now == keep:
            break
        keep = now
    return keep


def answer_to(lap: Timed, spans: Sequence[Span]) -> Span | None:
    """Return the span that overlaps a lap most, where that is enough to be the same."""
    best = max(spans, key=lambda span: overlap(span, lap), default=None)
    return best if best is not None and overlap(best, lap) >= ANSWERS else None


def of_the_session(laps: Sequence[Lap], signal: Sequence[RepSpan], strides: Sequence[Timed]) -> list[Lap]:
    """Return the laps that are no strides; none where the signal tells of a longer session that they have no part in.

    Parameters
    ----------
    laps : sequence of Lap
        The laps that are reps as far as laps can tell.
    signal : sequence of RepSpan
        The reps found without laps.
    strides : sequence of spans
        The strides found without laps.
    """
    stride_s = PRESSED_STRIDE_SHARE * float(np.median([r.duration_s for r in signal])) if signal else 0.0
    kept = [lap for lap in laps if lap.duration_s > stride_s or answer_to(lap, strides) is None]
    apart = all(answer_to(lap, signal) is None for lap in kept)
    if apart and sum(r.duration_s for r in signal) > OUTDONE_BY * sum(lap.duration_s for lap in kept):
        return []
    return kept


def reconcile(
    activity: Activity,
    motion: Motion,
    laps: Sequence[Lap],
    beside_laps: Sequence[RepSpan | None],
    signal: Sequence[RepSpan],
) -> list[RepSpan]:
    """Return the reps that presses and signal tell of together.

    Parameters
    ----------
    activity, motion : Activity, Motion
        The recording with all its laps.
    laps : sequence of Lap
        The laps that are reps, in order.
    beside_laps : sequence of RepSpan or None
        For each lap the boundaries that the signal alone gives for it.
    signal : sequence of RepSpan
        The reps found without laps; those that no lap holds are added where they are like a lap's or have one press of
        two (a missed press).
    """
    edges_s = np.concatenate([activity.lap_table["start_s"], activity.lap_table["end_s"]])
    spans = [
        _weighed(motion, lap, seen or _held_by(lap, signal))
        for lap, seen in zip(laps, beside_laps, strict=True)
        if not _holds_several(lap, signal)
    ]
    for rep in (*signal, *reversed(signal)):
        free = all(rep.end_s <= s.start_s or rep.start_s >= s.end_s for s in spans)
        near = any(max(rep.start_s - s.end_s, s.start_s - rep.end_s) < ADDED_WITHIN_S for s in spans)
        alike = any(abs(log(lap.duration_s / rep.duration_s)) < ADDED_LIKE for lap in laps)
        if free and near and (alike or _lacks_a_press(rep, edges_s)):
            spans.append(rep)
    return sorted(spans, key=lambda s: s.start_s)


def _held_by(lap: Lap, signal: Sequence[RepSpan]) -> RepSpan | None:
    """Return the rep of the signal that holds a lap with one edge in common: the other was pressed far too late."""
    for rep in signal:
        start_off_s, end_off_s = lap.start_s - rep.start_s, rep.end_s - lap.end_s
        if min(start_off_s, end_off_s) > -PRESS_BELIEVED_S and min(abs(start_off_s), abs(end_off_s)) < PRESS_BELIEVED_S:
            return rep
    return None


def _holds_several(lap: Lap, signal: Sequence[RepSpan]) -> bool:
    """Return whether a lap is several reps of the signal with their rests: the presses between them were missed."""
    if lap.stopped_s:
        return False
    held = [r for r in signal if r.start_s > lap.start_s - PRESS_BELIEVED_S and r.end_s < lap.end_s + PRESS_BELIEVED_S]
    return len(held) > 1


def _lacks_a_press(rep: RepSpan, edges_s: FloatArray) -> bool:
    """Return whether one end of a rep was pressed and the other was not."""
    start_off_s, end_off_s = (float(np.abs(edges_s - edge).min()) for edge in (rep.start_s, rep.end_s))
    return (start_off_s < PRESS_BELIEVED_S) != (end_off_s < PRESS_BELIEVED_S)


def _weighed(motion: Motion, lap: Lap, seen: RepSpan | None) -> RepSpan:
    start_source, end_source = lap.start_source, lap.end_source
    pressed = RepSpan(
        start_s=lap.start_s,
        end_s=lap.end_s,
        start_sd_s=PRESS_SD_S,
        end_sd_s=PRESS_SD_S,
        duration_sd_s=PRESS_SD_S,
        source=joined(start_source, end_source),
    )
    if seen is None:
        return pressed
    overruled = []
    for edge, source, seen_s, seen_sd_s in (
        (lap.start_s, start_source, seen.start_s, seen.start_sd_s),
        (lap.end_s, end_source, seen.end_s, seen.end_sd_s),
    ):
        far = abs(seen_s - edge) > PRESS_BELIEVED_S + 2.0 * seen_sd_s
        overruled.append(far and source != "workout" and not _shows(motion, lap, edge))
    if overruled[0]:
        start_source, pressed = "signal", replace(pressed, start_s=seen.start_s, start_sd_s=seen.start_sd_s)
    if overruled[1]:
        end_source, pressed = "signal", replace(pressed, end_s=seen.end_s, end_sd_s=seen.end_sd_s)
    if any(overruled):
        sd = float(np.hypot(pressed.start_sd_s, pressed.end_sd_s))
        return replace(pressed, duration_sd_s=sd, source=joined(start_source, end_source))
    return pressed


def _shows(motion: Motion, lap: Lap, edge_s: float) -> bool:
    """Return whether the speed changes at an edge of a lap as it does where a rep starts or ends."""
    near_s, far_s = SHOWS_S
    before_mps = motion.mean_speed(edge_s - far_s, edge_s - near_s)
    after_mps = motion.mean_speed(edge_s + near_s, edge_s + far_s)
    inside_mps, outside_mps = (after_mps, before_mps) if edge_s == lap.start_s else (before_mps, after_mps)
    return inside_mps > max(SHOWS_BY * outside_mps, REST_SHARE * lap.speed_mps)
