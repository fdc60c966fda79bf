"""Reps that a stop cut in two: a lace, a crossing, a watch that paused by itself in the middle of a rep.

The pieces make up one of the other reps, were run as fast, and between them lies no rest: the runner stood, or the
watch did, and for less long than between reps. The clock of a rep goes on through such a stop, as it does for the
runner.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log

from ..motion import Motion
from ..motion.motion import LONGEST_STOP_S, STANDING_MPS
from ..quantities.ordered import median
from .laps import Lap
from .levels import Bout, walk
from .presses import PRESS_BELIEVED_S

FEWEST_WHOLE = 2
"""So many reps in one piece must be like the pieces together."""
ALIKE = 0.10
"""Largest |log ratio| of two distances, or times, that are the same."""
FEWEST_BESIDE = 4
"""Likewise where neither piece was taken for a rep; and they must lie among these."""
MOST = 0.5
"""Share of the reps in one piece that must be of that distance, or time."""
AS_FAST, EDGES_S = 0.12, 1.0
"""Largest |log ratio| of the speed of a piece to that of the reps, and by how much its edges may be off besides."""
SHORTEST_PIECE_M = 30.0
"""A shorter piece is a step aside, and no more of a rep than its edges are good to."""
SLIP_S, SLIP_SHARE = 25.0, 0.3
"""A stop that is shorter, in seconds and as a share of the usual rest, is no rest."""
STOP_SHARE = 0.6
"""A longer one is none where it is shorter than this share of the usual rest."""
UNLIKE_REST_SHARE = 0.9
"""Likewise, where the usual rest is walked or jogged."""
MOVED_MPS = 0.7
"""A rest with so much ground covered in it is not stood."""
HALVES = 0.10
"""Pieces so much alike (log) may be reps of half the distance: between them only a slip is no rest."""


def rejoined(
    motion: Motion, reps: Sequence[Bout], beside: Sequence[Bout] = (), pressed: Sequence[Lap] | None = None
) -> list[Bout]:
    """Return the reps, in order of time, with the pieces of one that was cut in two made one.

    Parameters
    ----------
    motion : Motion
        Of the activity.
    reps : sequence of Bout
        As found; pieces may be among them.
    beside : sequence of Bout
        What is no rep by itself, apart from the reps; pieces may be among these, or within them.
    pressed : sequence of Lap, optional
        Where the laps were pressed, pieces are those of one that has a stop in it, and of no other.
    """
    out = sorted(reps, key=lambda bout: bout.start_s)
    stopped = [lap for lap in pressed or () if lap.stopped_s > 0.0]
    if pressed is not None and not stopped:
        return out
    pieces = sorted({id(b): b for b in walk([*out, *beside])}.values(), key=lambda bout: bout.start_s)
    pieces = [bout for bout in pieces if bout.distance_m >= SHORTEST_PIECE_M]
    for i, first in enumerate(pieces):
        for second in pieces[i + 1 :]:
            stop_s = second.start_s - first.end_s
            if stop_s > LONGEST_STOP_S:
                break
            if stopped and not any(_is_of(lap, first, second) for lap in stopped):
                continue
            if stop_s > 0.0 and _are_one(motion, first, second, out):
                both = _joined(first, second)
                out = sorted([*(rep for rep in out if _apart(rep, both)), both], key=lambda bout: bout.start_s)
    return out


def _is_of(lap: Lap, first: Bout, second: Bout) -> bool:
    """Return whether two pieces are those of a lap."""
    early_s, late_s = lap.start_s - first.start_s, second.end_s - lap.end_s
    return max(early_s, late_s) < PRESS_BELIEVED_S


def _are_one(motion: Motion, first: Bout, second: Bout, reps: Sequence[Bout]) -> bool:
    """Return whether two pieces are one rep with a stop in it."""
    whole = [rep for rep in reps if rep.end_s <= first.start_s or rep.start_s >= second.end_s]
    if len(whole) < FEWEST_WHOLE or any(_holds_more(rep, first, second) for rep in reps):
        return False
    run_m, run_s = first.distance_m + second.distance_m, first.duration_s + second.duration_s
    by_distance = [rep for rep in whole if abs(log(rep.distance_m / run_m)) < ALIKE]
    by_time = [rep for rep in whole if abs(log(rep.duration_s / run_s)) < ALIKE]
    alike = max(by_distance, by_time, key=len)
    if len(alike) < max(FEWEST_WHOLE, MOST * len(whole)):
        return False
    if not any(_is_within(piece, rep) for piece in (first, second) for rep in reps) and (
        len(alike) < FEWEST_BESIDE or not whole[0].start_s < first.start_s < whole[-1].start_s
    ):
        return False
    longer = max(first, second, key=lambda piece: piece.duration_s)
    is_one_alone = (
        abs(log(run_m / longer.distance_m)) < ALIKE
        or abs(log(median([rep.distance_m for rep in alike]) / longer.distance_m)) < ALIKE
    )
    if is_one_alone:
        return False
    typical_mps = float(median([rep.speed_mps for rep in alike]))
    for piece in (first, second):
        if abs(log(piece.speed_mps / typical_mps)) > AS_FAST + EDGES_S / piece.duration_s:
            return False
    return _is_no_rest(motion, first, second, sorted([*alike, _joined(first, second)], key=lambda bout: bout.start_s))


def _is_no_rest(motion: Motion, first: Bout, second: Bout, alike: Sequence[Bout]) -> bool:
    """Return whether what lies between two pieces is a stop, and none of the rests between reps alike."""
    stop_s = second.start_s - first.end_s
    rests = [(a.end_s, b.start_s) for a, b in pairwise(alike)]
    rest_s = float(median([end_s - start_s for start_s, end_s in rests]))
    # Between samples the last steps before the stop, and the first after it, are not told from it.
    steps_m = motion.beat_s * max(first.speed_mps, second.speed_mps)
    if motion.gained_m(first.end_s, second.start_s) > STANDING_MPS * stop_s + steps_m:
        return False
    if stop_s <= min(SLIP_S, SLIP_SHARE * rest_s):
        return True
    if abs(log(first.distance_m / second.distance_m)) < HALVES:
        return False
    rest_mps = float(median([motion.mean_speed(start_s, end_s) for start_s, end_s in rests]))
    return stop_s <= (UNLIKE_REST_SHARE if rest_mps > MOVED_MPS else STOP_SHARE) * rest_s


def _holds_more(rep: Bout, first: Bout, second: Bout) -> bool:
    """Return whether a rep reaches beyond a piece of it: the two are not all of it."""
    return any(
        min(rep.end_s, piece.end_s) > max(rep.start_s, piece.start_s)
        and rep.duration_s > piece.duration_s * (1.0 + ALIKE)
        for piece in (first, second)
    )


def _is_within(piece: Bout, rep: Bout) -> bool:
    return piece.start_s >= rep.start_s and piece.end_s <= rep.end_s


def _apart(a: Bout, b: Bout) -> bool:
    return a.end_s <= b.start_s or a.start_s >= b.end_s


def _joined(first: Bout, second: Bout) -> Bout:
    distance_m, duration_s = first.distance_m + second.distance_m, second.end_s - first.start_s
    low_mps, high_mps = min(first.low_mps, second.low_mps), min(first.high_mps, second.high_mps)
    pieces = (*(first.pieces or (first,)), *(second.pieces or (second,)))
    return Bout(first.start_s, second.end_s, low_mps, high_mps, distance_m / duration_s, pieces=pieces)
