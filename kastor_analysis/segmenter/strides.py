"""Strides: short relaxed accelerations, before a session, after it, or in an easy run without one.

They are told apart from reps, never numbered among them, and come in groups: a lone short burst is a surge. Any run has
short bursts enough, from a hill, a crossing or the noise of positions: which groups are strides is asked of a few signs
whose weights were fitted (``strides`` in ``weights.json``, written by ``tools/fit_strides.py``).
"""

from __future__ import annotations

import numpy as np

from ..quantities.ordered import median
from .bundles import Bundle
from .candidates import BoolArray, Candidates, FloatArray, IntArray
from .criterion import Linear
from .easy import Easy
from .evidence import Evidence

SHORTEST_S, LONGEST_S = 8.0, 36.0
"""Some 30 s, as far as the grid can tell."""
LONGEST_OF_A_GROUP_S = 45.0
"""One of a group may last longer, if the others do not."""
LEAST_CONTRAST, LEAST_PERSISTENCE, FASTER_THAN_EASY = 0.12, 0.12, 0.12
"""Log ratios: an acceleration that a runner would call one is an eighth faster than what is around it."""
ALIKE_SPEED, ALIKE_TIME = 0.3, 0.75
"""How far (log) one may lie from its group: they get faster, and the grid is good to some seconds of twenty."""
FEWEST, FEWEST_BESIDE_REPS = 3, 2
"""How many make a group, in an easy run and just before or after a session."""
APART_S = 420.0
"""Strides of one group follow each other no further apart."""
OF_THE_REPS, OF_THE_REPS_PRESSED = 0.5, 1.0 / 3.0
"""What is run at the ends of a session, and lasts no longer than this share of its reps, is a stride."""
LONGEST_PRESSED_S = 32.0
"""Who presses for what lasts longer, less the half second of a thumb, ran a rep: 200 m in 34 s after 800s."""
LAP_ALIKE = 0.25
"""A pressed lap lasts as long as the strides of a group within this (log), pressed by the same thumb."""
NO_SLOWER = 0.25
"""What is slower than the reps by more than this (log) is a drill, or jogging."""
WITHIN_A_REP = 0.3
"""What stands out less, by so much (log), than the bout that holds it is a surge within a rep."""
JOGGED_MPS = 1.9
"""Faster than anyone walks."""
RELAXED_S = 28.0
"""The median of strides, as edges on the grid have it; 200 m reps of 30 s are reps."""
STRIDE_M, MOSTLY_EASY = 150.0, 2.0
"""No longer, and in a run that is easy for twice as long as it takes to run them all, they are strides also where the
runner walks or stands between them; who ran so short reps for a session presses for them, or names them in a plan."""
TOLD_FROM = 0.25
"""A group as likely as this to be strides is told: to who ran them they matter more than to who did not."""
MOST_UNEVEN = 1.0
"""Gaps (log) that differ more than by this have no beat at all."""


def at_ends(bundle: Bundle, vouched: BoolArray, lap_s: FloatArray) -> BoolArray:
    """Return which reps of each explanation are strides, shape (k, n): short ones run before the others, or after them.

    `vouched`, shape (n,), is of those that laps or a plan name: shorter ones of these are reps. What a lap answers to
    lasts as long as that (`lap_s`, else NaN): on the grid a burst runs out into the jog behind it.
    """
    as_pressed = bundle.of(lap_s)
    duration_s = np.where(bundle.real, np.where(np.isfinite(as_pressed), as_pressed, np.exp(bundle.log_t)), 0.0)
    ordered = np.sort(np.where(bundle.real, duration_s, np.inf), axis=1)
    whole_s = duration_s.sum(axis=1, keepdims=True)
    half = (np.cumsum(ordered, axis=1) < 0.5 * whole_s).sum(axis=1)
    usual_s = ordered[np.arange(half.size), half][:, None]
    share = np.where(vouched[bundle.rows], OF_THE_REPS_PRESSED, OF_THE_REPS)
    is_burst = (bundle.found.outer < WITHIN_A_REP) | vouched
    longest_s = np.where(np.isfinite(as_pressed), LONGEST_PRESSED_S, LONGEST_OF_A_GROUP_S)
    brief = (duration_s <= longest_s) & (duration_s <= share * usual_s)
    short = bundle.real & brief & is_burst[bundle.rows]
    long = bundle.real & ~short
    before = short & (np.cumsum(long, axis=1) == 0)
    after = short & (np.cumsum(long[:, ::-1], axis=1)[:, ::-1] == 0)
    out = np.zeros_like(bundle.chosen)
    for part in (before, after):
        number, whole_s = (v.sum(axis=1, keepdims=True) for v in (part, np.where(part, duration_s, 0.0)))
        explanation, column = np.nonzero(part & (number >= FEWEST_BESIDE_REPS) & (whole_s <= LONGEST_S * number))
        out[explanation, bundle.rows[explanation, column]] = True
    out[~long.any(axis=1)] = False
    return out


def no_slower(found: Candidates, reps: BoolArray) -> BoolArray:
    """Return which candidates are about as fast as the reps, or faster: a slower burst beside them is a drill."""
    usual = median(found.log_v[reps]) if reps.any() else -np.inf
    return np.asarray(found.log_v >= usual - NO_SLOWER)


def are_strides(found: Candidates, chosen: BoolArray, pressed: BoolArray, easy: Easy) -> bool:
    """Return whether repeats are strides in an easy run: all short, and jogged between or a small part of it."""
    rows = np.flatnonzero(chosen)
    duration_s = np.exp(found.log_t[rows])
    if rows.size < FEWEST or median(duration_s) > RELAXED_S or duration_s.max() > LONGEST_S:
        return False
    rest_mps = found.mean_speed(found.end[rows[:-1]] + 4.0, found.start[rows[1:]] - 2.0)
    if median(rest_mps) > JOGGED_MPS:
        return True
    if pressed[rows].any():
        return False
    first_s, last_s = found.start[rows[0]], found.end[rows[-1]]
    is_short = median(found.log_d[rows]) <= np.log(STRIDE_M)
    return bool(is_short and easy.running_s(first_s, last_s) >= MOSTLY_EASY * (last_s - first_s))


def beside(found: Candidates, reps: BoolArray, known: BoolArray, easy: Easy, weights: Linear) -> BoolArray:
    """Return the candidates beside the reps that are strides; those known already may make a group with others."""
    out = np.zeros(found.n, dtype=bool)
    for group, easy_mps in groups(found, reps, known, easy):
        if known[group].any() or weights(signs(found, group, easy_mps))[0] >= np.log(TOLD_FROM / (1.0 - TOLD_FROM)):
            out[group] = True
    return out


def pressed_fellows(found: Candidates, reps: BoolArray, strides: BoolArray, evidence: Evidence) -> BoolArray:
    """Return the candidates that are strides as their laps have it, beside such that are strides by themselves.

    One of a group may hardly stand out; its lap, as long as theirs and faster than those beside it, tells.
    """
    out, lap_s = np.zeros(found.n, dtype=bool), evidence.lap_s
    told = strides & np.isfinite(lap_s)
    if not told.any():
        return out
    usual_s = float(median(lap_s[told]))
    with np.errstate(invalid="ignore"):
        alike = np.abs(np.log(lap_s / usual_s)) <= LAP_ALIKE
    for row in np.flatnonzero(alike & (evidence.lap_contrast > 0.0) & ~reps & ~strides):
        taken = reps | strides | out
        gaps_s = np.maximum(found.start[told] - found.end[row], found.start[row] - found.end[told])
        apart = (found.end[row] <= found.start[taken] + 1.0) | (found.start[row] >= found.end[taken] - 1.0)
        out[row] = bool(apart.all() and gaps_s.min() <= APART_S)
    return out


def signs(found: Candidates, group: IntArray, easy_mps: float) -> dict[str, FloatArray]:
    """Return what speaks for a group of short bursts being strides, shape (1,) each; logarithms are natural.

    ``over_easy`` and ``contrast``: how much faster they are, in the median, than easy running and than what is around
    them; ``time``: how long they last; ``uneven_time`` and ``uneven_gap``: how far they, and the gaps between them,
    differ from each other.
    """
    log_t = found.log_t[group]
    gaps = np.log(np.maximum(found.start[group[1:]] - found.end[group[:-1]], 1.0))
    values = {
        "over_easy": median(found.log_v[group]) - np.log(easy_mps),
        "contrast": median(found.contrast[group]),
        "time": median(log_t),
        "uneven_time": median(np.abs(log_t - median(log_t))),
        "uneven_gap": min(float(median(np.abs(gaps - median(gaps)))), MOST_UNEVEN),
    }
    return {name: np.array([value], dtype=np.float64) for name, value in values.items()}


def groups(found: Candidates, reps: BoolArray, known: BoolArray, easy: Easy) -> list[tuple[IntArray, float]]:
    """Return the groups of short bursts beside the reps that may be strides, each with the speed of easy running."""
    chosen = reps | known
    duration_s = np.exp(found.log_t)
    short = (duration_s >= SHORTEST_S) & (duration_s <= LONGEST_S) & found.in_forest & ~chosen
    clear = (found.contrast >= LEAST_CONTRAST) & (found.persistence >= LEAST_PERSISTENCE)
    rows = np.flatnonzero(chosen)
    free = np.ones(found.n, dtype=bool)
    if rows.size:
        started = np.searchsorted(found.start[rows], found.end, side="left")
        free = started == np.searchsorted(np.sort(found.end[rows]), found.start, side="right")
        bundle = Bundle(found, chosen[None, :])
    elif (short & clear).any():
        bundle = Bundle(found, (short & clear)[None, :])
    else:
        return []
    easy_mps = float(easy.under(bundle).speed_mps[0])
    fast = found.log_v >= np.log(easy_mps) + FASTER_THAN_EASY
    worth = np.where(short & clear & fast & free, found.persistence + np.maximum(found.contrast, 0.0), 0.0)
    one = np.flatnonzero(found.best_antichains(worth[None, :])[0] | known)
    return [(np.array(group), easy_mps) for group in _in_groups(found, one, np.flatnonzero(reps))]


def _in_groups(found: Candidates, one: IntArray, reps: IntArray) -> list[list[int]]:
    out: list[list[int]] = []
    group: list[int] = []
    first_s = found.start[reps[0]] if reps.size else np.inf
    last_s = found.end[reps[-1]] if reps.size else -np.inf

    def close() -> None:
        near = bool(group) and reps.size > 0 and (found.end[group[-1]] <= first_s or found.start[group[0]] >= last_s)
        if len(group) >= (FEWEST_BESIDE_REPS if near else FEWEST):
            out.append(group)

    for row in one:
        usual = [float(median(found.log_v[group])), float(median(found.log_t[group]))] if group else None
        follows = (
            usual is not None
            and found.start[row] - found.end[group[-1]] <= APART_S
            and abs(found.log_v[row] - usual[0]) <= ALIKE_SPEED
            and abs(found.log_t[row] - usual[1]) <= ALIKE_TIME
            and not ((found.start[reps] > found.end[group[-1]]) & (found.end[reps] < found.start[row])).any()
        )
        if not follows:
            close()
            group = []
        group.append(int(row))
    close()
    return out
