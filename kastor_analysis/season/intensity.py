"""How much of a run was easy: time and distance at low, moderate and high intensity, for the week's 80/20.

The rule, in one place:

- Three intensities, parted where the Norwegian Olympic federation's scale parts its zones 2, 3 and 4: *low* under 82 %
  of maximum heart rate or 80 % of VO2max, *high* from 87 % of either, *moderate* between (Seiler 2010, Int. J. Sports
  Physiol. Perform. 5:276-291; Seiler and Kjerland 2006, Scand. J. Med. Sci. Sports 16:49-56, for 80/20 itself).
- The reps of a session are judged by their *speed*: in a 400 the heart rate arrives when the rep is over. Measured over
  695 runs, heart rate put 3.4 % of the time at high intensity where speed put 14.7 % (Bellinger et al. 2020, Int. J.
  Sports Physiol. Perform. 15:319-323). Without a goal a rep counts as high. What lies between the reps is low.
- All other running is judged by heart rate where the runner's maximum is known and the recording has a heart rate, else
  by speed against the goal: the oxygen cost of the speed as a share of the VO2max which the goal race asks for (Daniels
  and Gilbert 1979, Oxygen Power). With neither it is *unknown*, never guessed.
- Only moving time counts (0.8 m/s or more); pauses and standing rests are no running.
- Where the season tells the runner's own threshold, as a pace and as a heart rate, that parts a week's running in place
  of goal and maximum (`season.threshold`).
- By runs, a session is hard by its purpose, any other run when most of its known time is moderate or high.

Moderate and high together are the hard part; a week is over the line when more than 20 % of its known time is hard.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from ..goal import Goal
from ..motion import path_of
from ..quantities.equal import EqualNan
from .effort import SPEED_EDGES_MPS, effort_text

FloatArray = NDArray[np.float64]

HARD_SHARE_LINE: Final = 0.20
"""The article's 80/20."""

MODERATE_FROM_HEART_RATE: Final = 0.82
HIGH_FROM_HEART_RATE: Final = 0.87
MODERATE_FROM_VO2MAX: Final = 0.80
HIGH_FROM_VO2MAX: Final = 0.87
"""Shares of the maximum by Seiler's scale, see above."""
MOVING_FROM_MPS: Final = 0.8  # a stroll: slower is standing
SPEED_WINDOW_S: Final = 20.0  # an effort is told over longer than a step aside
LONGEST_SAMPLE_GAP_S: Final = 60.0  # longer than any watch leaves out while one runs

INTENSITIES: Final = ("low", "moderate", "high", "unknown")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Intensity(EqualNan):
    """Moving time and distance of one run at each of `INTENSITIES`.

    Attributes
    ----------
    time_s, distance_m : tuple of float
        In the order of `INTENSITIES`.
    basis : str
        What judged the running outside the reps: ``heart rate``, ``speed``, ``none``, joined by ``+``.
    effort : str
        What it is parted from anew once the season tells the runner's threshold (`season.effort`).
    """

    time_s: tuple[float, float, float, float]
    distance_m: tuple[float, float, float, float]
    basis: str
    effort: str = ""

    @property
    def hard_share(self) -> float:
        """Moderate and high share of the known time; NaN where nothing is known."""
        low, moderate, high, _ = self.time_s
        known_s = low + moderate + high
        return (moderate + high) / known_s if known_s else float("nan")


def vo2_cost(speed_mps: FloatArray | float) -> FloatArray:
    """Return the oxygen cost of running, ml / (kg min): Daniels and Gilbert's first equation."""
    metres_a_minute = np.asarray(speed_mps, dtype=np.float64) * 60.0
    cost: FloatArray = -4.60 + 0.182258 * metres_a_minute + 0.000104 * metres_a_minute**2
    return cost


def vo2_speed(cost: float) -> float:
    """Return the speed that costs so much oxygen, in m/s."""
    b, a = 0.182258, 0.000104
    return (-b + sqrt(b * b + 4.0 * a * (4.60 + cost))) / (2.0 * a) / 60.0


def vo2max_for(goal: Goal) -> float:
    """Return the VO2max a goal asks for; a bare pace is taken as that of a 5K."""
    race_m = goal.race_m or 5000.0
    return vo2max_of_race(race_m, goal.time_s(race_m))


def vo2max_of_race(race_m: float, time_s: float) -> float:
    """Return the VO2max that a race asks for: Daniels and Gilbert's VDOT."""
    minutes = time_s / 60.0
    share = 0.8 + 0.1894393 * exp(-0.012778 * minutes) + 0.2989558 * exp(-0.1932605 * minutes)
    return float(vo2_cost(race_m / time_s)) / share


def intensity_of(
    activity: Activity,
    reps: FloatArray | None = None,
    *,
    goal: Goal | None = None,
    max_heart_rate_bpm: float | None = None,
) -> Intensity:
    """Part the moving time and distance of a run by intensity.

    Parameters
    ----------
    activity : Activity
        The recording.
    reps : ndarray, shape (n, 2), optional
        Start and end of each rep, elapsed seconds, in order.
    goal : Goal, optional
        What speed is judged against.
    max_heart_rate_bpm : float, optional
        Measured, not estimated from age.
    """
    reps = np.empty((0, 2)) if reps is None else np.asarray(reps, dtype=np.float64).reshape(-1, 2)
    time_s = activity.column("time_s")
    if time_s.size < 2:
        return Intensity(time_s=(0.0, 0.0, 0.0, 0.0), distance_m=(0.0, 0.0, 0.0, 0.0), basis="none")
    path_s, path_m = path_of(activity)
    grid_s = np.unique(np.concatenate([time_s, reps.ravel().clip(time_s[0], time_s[-1])]))
    middle_s = (grid_s[1:] + grid_s[:-1]) / 2
    step_s = np.diff(grid_s) * (np.diff(grid_s) <= LONGEST_SAMPLE_GAP_S) * ~_within(middle_s, _pauses(activity))
    has_distance = path_s.size >= 2
    if has_distance:
        step_m = np.diff(np.interp(grid_s, path_s, path_m))
        speed_mps = _speed(middle_s, path_s, path_m)
        moving = (step_s > 0) & (speed_mps >= MOVING_FROM_MPS)
    else:
        step_m, speed_mps = np.full(step_s.size, np.nan), np.full(step_s.size, np.nan)
        moving = step_s > 0

    vo2max = vo2max_for(goal) if goal else float("nan")
    by_speed = _zone(vo2_cost(speed_mps) / vo2max, MODERATE_FROM_VO2MAX, HIGH_FROM_VO2MAX)
    heart_rate = _heart_rate(activity, middle_s)
    by_heart = _zone(heart_rate / (max_heart_rate_bpm or float("nan")), MODERATE_FROM_HEART_RATE, HIGH_FROM_HEART_RATE)
    zone = np.where(by_heart < 3, by_heart, by_speed)
    outside = moving
    rep_mps = np.full(step_s.size, np.nan)
    is_rep = np.zeros(step_s.size, dtype=bool)
    if reps.size:
        main_set = (middle_s >= reps[0, 0]) & (middle_s < reps[-1, 1])
        outside = moving & ~main_set
        zone[main_set] = 0
        for start_s, end_s in reps:
            inside = (middle_s >= start_s) & (middle_s < end_s)
            is_rep |= inside
            if has_distance and end_s > start_s:
                rep_mps[inside] = np.diff(np.interp([start_s, end_s], path_s, path_m))[0] / (end_s - start_s)
            zone[inside] = _rep_zone(rep_mps[inside][:1], vo2max)
    basis = [
        name
        for name, found in (
            ("heart rate", by_heart < 3),
            ("speed", (by_heart == 3) & (by_speed < 3)),
            ("none", (by_heart == 3) & (by_speed == 3)),
        )
        if step_s[outside & found].sum() >= 60.0
    ]
    seconds = np.bincount(zone[moving], weights=step_s[moving], minlength=4)
    metres = np.bincount(zone[moving], weights=np.nan_to_num(step_m[moving]), minlength=4)
    return Intensity(
        time_s=(float(seconds[0]), float(seconds[1]), float(seconds[2]), float(seconds[3])),
        distance_m=(float(metres[0]), float(metres[1]), float(metres[2]), float(metres[3])),
        basis="+".join(basis) or "none",
        effort=_effort(moving, outside, is_rep, rep_mps, heart_rate, speed_mps, step_s, np.nan_to_num(step_m)),
    )


def _effort(
    moving: NDArray[np.bool_],
    outside: NDArray[np.bool_],
    is_rep: NDArray[np.bool_],
    rep_mps: FloatArray,
    heart_rate_bpm: FloatArray,
    speed_mps: FloatArray,
    step_s: FloatArray,
    step_m: FloatArray,
) -> str:
    # A rep of unknown speed was hard all the same.
    rep_mps = np.where(np.isfinite(rep_mps), rep_mps, SPEED_EDGES_MPS[-2])
    has_heart, has_speed = np.isfinite(heart_rate_bpm), np.isfinite(speed_mps)
    chosen = {
        "reps": (moving & is_rep, rep_mps),
        "heart": (outside & has_heart, heart_rate_bpm),
        "speed_of_heart": (outside & has_heart & has_speed, speed_mps),
        "speed": (outside & ~has_heart & has_speed, speed_mps),
        "between": (moving & ~outside & ~is_rep, speed_mps),
        "unknown": (outside & ~has_heart & ~has_speed, speed_mps),
    }
    return effort_text({name: (by[rows], step_s[rows], step_m[rows]) for name, (rows, by) in chosen.items()})


def _zone(share: FloatArray, moderate_from: float, high_from: float) -> NDArray[np.int64]:
    zone: NDArray[np.int64] = np.zeros(share.shape, dtype=np.int64)
    zone[share >= moderate_from] = 1
    zone[share >= high_from] = 2
    zone[~np.isfinite(share)] = 3
    return zone


def _rep_zone(speed_mps: FloatArray, vo2max: float) -> int:
    zone = _zone(vo2_cost(speed_mps) / vo2max, MODERATE_FROM_VO2MAX, HIGH_FROM_VO2MAX)
    return int(zone[0]) if zone.size and zone[0] != 3 else 2


def _speed(at_s: FloatArray, path_s: FloatArray, path_m: FloatArray) -> FloatArray:
    half_s = SPEED_WINDOW_S / 2
    low_s, high_s = np.maximum(at_s - half_s, path_s[0]), np.minimum(at_s + half_s, path_s[-1])
    metres = np.interp(high_s, path_s, path_m) - np.interp(low_s, path_s, path_m)
    speed_mps: FloatArray = np.divide(metres, high_s - low_s, out=np.zeros_like(metres), where=high_s > low_s)
    return speed_mps


def _pauses(activity: Activity) -> FloatArray:
    table = activity.pause_table
    return np.column_stack([table["start_s"], table["end_s"]]) if table.n_rows else np.empty((0, 2))


def _within(at_s: FloatArray, spans_s: FloatArray) -> NDArray[np.bool_]:
    inside = np.zeros(at_s.size, dtype=bool)
    for start_s, end_s in spans_s:
        inside[np.searchsorted(at_s, start_s) : np.searchsorted(at_s, end_s)] = True
    return inside


def _heart_rate(activity: Activity, at_s: FloatArray) -> FloatArray:
    time_s, heart_rate_bpm = activity.column("time_s"), activity.column("heart_rate_bpm")
    known = np.isfinite(heart_rate_bpm)
    if not known.any():
        return np.full(at_s.size, np.nan)
    known_s = time_s[known]
    near = np.minimum(np.searchsorted(known_s, at_s), known_s.size - 1)
    gap_s = np.minimum(np.abs(known_s[near] - at_s), np.abs(known_s[np.maximum(near - 1, 0)] - at_s))
    return np.where(gap_s <= 30.0, np.interp(at_s, known_s, heart_rate_bpm[known]), np.nan)
