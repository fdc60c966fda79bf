"""What else vouches for a candidate: presses, what a lap was called, the steps of a workout, a plan, and the heart.

Conventions: one value a candidate; without presses, or without a plan, nothing is said: zeros. A lap that the watch
itself ended at a full kilometre is no press.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..activity import Activity
from ..motion import Motion
from ..plan import Plan
from ..quantities.ordered import distinct, quantile, to_nearest
from .candidates import BoolArray, Candidates, FloatArray
from .heart import Heart, heart_of, unknown
from .laps import REST_SHARE, Lap, laps_of
from .levels import Bout

ANSWERS = 0.6
"""Least overlap (intersection over union) of a candidate with the lap it answers to."""
SHORTEST_S, LONGEST_S = 8.0, 2400.0
"""A lap of less is a double press, one of more no rep."""
WITHIN_S = 6.0
"""A press so near to an edge is that edge's."""
FASTER, MOST_FASTER, PLAINLY_FASTER = 0.04, 0.5, 0.18
"""A lap that is run faster than both beside it by this log ratio may be a rep; beyond the other it surely is."""
MOSTLY = 0.6
"""Where more of the laps than this are full kilometres the watch set them, whether it says so or not."""
MOST_REST = 0.3
"""A lap of which more than this share is rest is no rep: the presses between several were missed."""
RESTS = frozenset({"rest", "recovery", "warmup", "cooldown"})
PLANNED_WITHIN = 0.10
"""How far (log) a candidate may lie from a planned distance or time: a watch reads 400 m as 380 to 430."""


class Evidence(NamedTuple):
    """What else vouches for each candidate.

    Attributes
    ----------
    pressed : ndarray of bool, shape (n,)
        Whether a lap answers to it.
    lap_s : ndarray, shape (n,)
        How long that lap lasts; NaN where none answers.
    pressed_edges : ndarray, shape (n,)
        Which share of its two edges was pressed: half where one press was missed; 1 where a lap answers to it.
    holds_press : ndarray of bool, shape (n,)
        Whether a press lies well inside it.
    called_rest, called_rep : ndarray of bool, shape (n,)
        What its lap, or the workout's step, says it was; both False where laps make no such difference.
    is_planned : ndarray of bool, shape (n,)
        Whether a plan asks for a rep of about its distance or time.
    lap_contrast : ndarray, shape (n,)
        Log of the speed of its lap over the faster of the laps beside it; 0 where no lap answers to it.
    fast_laps_s : ndarray, shape (m, 2)
        The laps that are run faster than both beside them.
    fast_by : ndarray, shape (m,)
        By how much (log), at most `MOST_FASTER`.
    heart : Heart
    has_presses : bool
    planned : int
        How many reps a plan asks for; 0 without one.
    """

    pressed: BoolArray
    lap_s: FloatArray
    pressed_edges: FloatArray
    holds_press: BoolArray
    called_rest: BoolArray
    called_rep: BoolArray
    is_planned: BoolArray
    lap_contrast: FloatArray
    fast_laps_s: FloatArray
    fast_by: FloatArray
    heart: Heart
    has_presses: bool = False
    planned: int = 0

    @property
    def named(self) -> BoolArray:
        """What a lap answers to, or a plan asks for."""
        return self.pressed | self.is_planned

    @property
    def vouched(self) -> BoolArray:
        """What laps, workout steps or a plan vouch for."""
        return self.named | self.called_rep


def no_evidence(found: Candidates) -> Evidence:
    """Return what is said where nobody pressed and nothing was planned."""
    nothing = np.zeros(found.n, dtype=bool)
    return Evidence(
        pressed=nothing,
        lap_s=np.full(found.n, np.nan),
        pressed_edges=np.zeros(found.n),
        holds_press=nothing,
        called_rest=nothing,
        called_rep=nothing,
        is_planned=nothing,
        lap_contrast=np.zeros(found.n),
        fast_laps_s=np.empty((0, 2)),
        fast_by=np.empty(0),
        heart=unknown(found),
    )


def pressed_laps(activity: Activity, motion: Motion) -> list[Lap]:
    """Return the laps less those that the watch ended by itself at a full kilometre, unless these are plainly reps."""
    laps = [lap for lap in laps_of(activity, motion) if lap.duration_s >= SHORTEST_S]
    faster = _faster(laps, motion)
    full = [lap.is_automatic or lap.is_full_unit for lap in laps]
    by_itself = full if sum(full) > MOSTLY * len(full) else [lap.is_automatic for lap in laps]
    return [lap for lap, by, auto in zip(laps, faster, by_itself, strict=True) if not auto or by > PLAINLY_FASTER]


def unanswered(laps: Sequence[Lap], forest: Candidates, motion: Motion) -> list[Bout]:
    """Return as bouts the laps that may be reps and that no bout of the forest answers to."""
    out = []
    for lap in laps:
        if lap.duration_s > LONGEST_S or lap.speed_mps <= 0.0:
            continue
        if forest.n and forest.overlap(lap.start_s, lap.end_s).max() >= ANSWERS:
            continue
        if _holds_rest(lap, motion):
            continue
        inside = motion.grid_speed_mps[int(lap.start_s) : int(lap.end_s) + 1]
        low_mps = float(quantile(inside, 0.1)) if inside.size else lap.speed_mps
        high_mps = min(max(low_mps, 0.3), lap.speed_mps)
        out.append(Bout(lap.start_s, lap.end_s, 0.95 * high_mps, high_mps, lap.speed_mps))
    return out


def evidence_of(
    activity: Activity, motion: Motion, found: Candidates, laps: Sequence[Lap], plan: Plan | None
) -> Evidence:
    """Return what laps, workout and plan say of the candidates."""
    nothing = no_evidence(found)
    pressed, rest, rep = nothing.pressed.copy(), nothing.pressed.copy(), nothing.pressed.copy()
    holds, contrast, lap_s = nothing.pressed.copy(), nothing.lap_contrast.copy(), nothing.lap_s.copy()
    called, faster = _called(activity, laps), _faster(laps, motion)
    differ = "rest" in called and "rep" in called
    for lap, word, by in zip(laps, called, faster, strict=True):
        same = found.overlap(lap.start_s, lap.end_s) >= ANSWERS
        if _holds_rest(lap, motion):
            same[:] = False
        pressed |= same
        contrast[same], lap_s[same] = by, lap.duration_s
        if differ and word == "rest":
            rest |= same
        elif differ and word == "rep":
            rep |= same
        for edge_s in (lap.start_s, lap.end_s):
            holds |= (found.start + WITHIN_S < edge_s) & (edge_s < found.end - WITHIN_S)
    return Evidence(
        pressed=pressed,
        lap_s=lap_s,
        pressed_edges=np.where(pressed, 1.0, _near_press(found, laps)),
        holds_press=holds,
        called_rest=rest,
        called_rep=rep,
        is_planned=_planned(found, plan),
        lap_contrast=contrast,
        fast_laps_s=np.array(
            [(lap.start_s, lap.end_s) for lap, by in zip(laps, faster, strict=True) if by > FASTER]
        ).reshape(-1, 2),
        fast_by=np.array([by for by in faster if by > FASTER]),
        heart=heart_of(activity, found),
        has_presses=any(by > FASTER for by in faster),
        planned=len(plan.steps) if plan is not None else 0,
    )


def by_laps(found: Candidates, evidence: Evidence) -> BoolArray:
    """Return the explanations that laps propose: those run fast, those called reps, and either less what is slow."""
    best = np.zeros(found.n, dtype=bool)
    for start_s, end_s in evidence.fast_laps_s:
        overlap = found.overlap(start_s, end_s)
        if overlap.max(initial=0.0) >= ANSWERS:
            best[int(np.argmax(overlap))] = True
    called = _apart(found, best | (evidence.called_rep & evidence.pressed), evidence.called_rep)
    out = [_apart(found, best, best), called & ~evidence.called_rest, called & evidence.called_rep]
    return np.array(out)


def _apart(found: Candidates, rows: BoolArray, preferred: BoolArray) -> BoolArray:
    """Return rows none of which overlaps another: the preferred first, then the shorter."""
    kept: list[int] = []
    order = sorted(np.flatnonzero(rows), key=lambda i: (not preferred[i], found.log_t[i]))
    ends: list[tuple[float, float]] = []
    for i in order:
        if all(found.end[i] <= a + 1.0 or found.start[i] >= b - 1.0 for a, b in ends):
            kept.append(int(i))
            ends.append((float(found.start[i]), float(found.end[i])))
    out = np.zeros(found.n, dtype=bool)
    out[kept] = True
    return out


def _near_press(found: Candidates, laps: Sequence[Lap]) -> FloatArray:
    """Return which share of the edges of each candidate has a press near it."""
    if not laps:
        return np.zeros(found.n)
    edges_s = np.sort(np.array([edge for lap in laps for edge in (lap.start_s, lap.end_s)]))
    near = [to_nearest(at_s, edges_s) <= WITHIN_S for at_s in (found.start, found.end)]
    return np.asarray(np.mean(near, axis=0, dtype=np.float64))


def _called(activity: Activity, laps: Sequence[Lap]) -> list[str]:
    """Return what each lap says it was: ``rep``, ``rest`` or nothing."""
    table = activity.lap_table
    out = []
    for lap in laps:
        word = ""
        if table.n_rows:
            shared = np.minimum(table["end_s"], lap.end_s) - np.maximum(table["start_s"], lap.start_s)
            intensity = table["intensity"][int(np.argmax(shared))]
            word = "" if intensity is None else "rest" if intensity in RESTS else "rep"
        out.append(word)
    return out


def _faster(laps: Sequence[Lap], motion: Motion) -> list[float]:
    """Return by how much (log) each lap is faster than the faster of the two beside it, within bounds; 0 for no rep.

    What lies before the first lap, and after the last, is nothing: neither stands out there.
    """
    out = []
    for i, lap in enumerate(laps):
        if not SHORTEST_S <= lap.duration_s <= LONGEST_S or len(laps) < 3 or _holds_rest(lap, motion):
            out.append(0.0)
            continue
        speeds = []
        for k in (i - 1, i + 1):
            if 0 <= k < len(laps):
                other = laps[k]
                a_s, b_s = sorted((lap.start_s, lap.end_s, other.start_s, other.end_s))[1:3]
                speeds.append(motion.mean_speed(a_s, b_s) if b_s - a_s >= SHORTEST_S else other.speed_mps)
        out.append(float(np.clip(np.log(max(lap.speed_mps, 0.3) / max(*speeds, 0.3)), -MOST_FASTER, MOST_FASTER)))
    return out


def _holds_rest(lap: Lap, motion: Motion) -> bool:
    """Return whether much of a lap is rest: who pressed for warm-up and cool-down only has the whole session in it."""
    inside = motion.grid_speed_mps[int(lap.start_s) : int(lap.end_s) + 1]
    if not inside.size:
        return False
    running_mps = max(lap.speed_mps, float(quantile(inside, 1.0 - MOST_REST)))
    return bool((inside < REST_SHARE * running_mps).mean() > MOST_REST)


def _planned(found: Candidates, plan: Plan | None) -> BoolArray:
    if plan is None:
        return np.zeros(found.n, dtype=bool)
    wanted_m = np.array([s.distance_m for s in plan.steps if np.isfinite(s.distance_m)])
    wanted_s = np.array([s.duration_s for s in plan.steps if np.isfinite(s.duration_s)])
    out = np.zeros(found.n, dtype=bool)
    for values, wanted in ((found.log_d, wanted_m), (found.log_t, wanted_s)):
        if wanted.size:
            out |= np.abs(values[:, None] - np.log(distinct(wanted))).min(axis=1) < PLANNED_WITHIN
    return out
