"""`motion_of`: Activity -> `Motion`.

A watch integrates its distance every second, also when it writes a sample only every few seconds, so the distance
column carries what the smoothed, late speed column has lost; without it distance comes from the positions. The speed
column is used only where there is nothing else. Which of them is believed where is settled in `arbitrate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from ..errors import SegmentError
from ..quantities.ordered import median
from . import pauses
from .arbitrate import Stretch, account_of
from .grid import box, on_wheels, with_knots, within_steady, without_steps
from .pauses import PAUSE_LASTS_S
from .witnesses import FASTEST_MPS, local

FloatArray = NDArray[np.float64]

STANDING_MPS = 0.5
"""What positions drift by while nobody moves."""
STOP_INSIDE = 0.08
"""A stop inside a span has at least this share of its distance on both sides."""
MOST_STOPS = 2
LONGEST_STOP_S, LONGEST_STOP_SHARE = 90.0, 0.6
"""More stops, or longer ones in all (seconds, share of the span), are rests and no mishap within a rep."""
LEAP_MPS, LEAP_RAN_S = 3.0, 10.0
"""What is left of a step faster than any runner; over a longer one nobody knows that the runner ran at all."""
LEAP_BLURRED_S = 6.0
"""Over a shorter step errors of position make a runner seem faster than any."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Motion:
    """Speed and distance against time.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        Sample times, strictly increasing.
    distance_m : ndarray, shape (n,)
        Cumulative distance at the samples.
    distance_source : str
        ``device``, ``positions`` or ``speed``: where most of it comes from.
    stretches : tuple of Stretch
        Where each stretch of it comes from, in order.
    x_m, y_m : ndarray, shape (n,)
        East and north metres about a reference point; NaN without a fix.
    pauses_s : ndarray, shape (k, 2)
        Timer pauses.
    grid_time_s, grid_speed_mps : ndarray, shape (m,)
        Speed on foot over the second centred on each grid time, lightly smoothed; 0 in pauses and on wheels.
    end_s : float
        Where the activity ends.
    warnings : tuple of str
        Which witness was not believed, from when to when, and what stands in its place.
    """

    time_s: FloatArray
    distance_m: FloatArray
    distance_source: str
    x_m: FloatArray
    y_m: FloatArray
    pauses_s: FloatArray
    grid_time_s: FloatArray
    grid_speed_mps: FloatArray
    end_s: float
    stretches: tuple[Stretch, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def total_m(self) -> float:
        """The metres covered in all."""
        return float(self.distance_m[-1] - self.distance_m[0])

    @property
    def beat_s(self) -> float:
        """The usual time from one sample to the next."""
        return float(median(np.diff(self.time_s)))

    @property
    def lasting_pauses_s(self) -> FloatArray:
        """The pauses that are a rest and no slip of the thumb, shape (k, 2)."""
        return pauses.lasting(self.pauses_s)

    def distance_at(self, times_s: FloatArray | float) -> FloatArray:
        """Return cumulative distance at any times, linear between samples."""
        return np.asarray(np.interp(times_s, self.time_s, self.distance_m))

    def gained_m(self, start_s: float, end_s: float) -> float:
        """Return the metres covered over a span."""
        at = self.distance_at(np.array([start_s, end_s]))
        return float(at[1] - at[0])

    @cached_property
    def stood_s(self) -> FloatArray:
        """Where the runner, or the watch, stood for some seconds, shape (k, 2), as far as the samples tell."""
        # Over some seconds: from one to the next positions jitter by more than standing.
        over_s = np.maximum(np.diff(self.time_s), PAUSE_LASTS_S)
        ahead_m = self.distance_at(self.time_s[:-1] + over_s) - self.distance_m[:-1]
        stood = (ahead_m < STANDING_MPS * over_s) & (self.time_s[:-1] + over_s <= self.time_s[-1])
        edges = np.flatnonzero(np.diff(stood.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
        last = edges[:, 1] - 1
        return np.column_stack([self.time_s[edges[:, 0]], self.time_s[last] + over_s[last]])

    def stood_within(self, start_s: float, end_s: float) -> float:
        """Return the seconds for which the runner, or the watch, stood in the middle of a span that was run.

        Standing near its edges is the rest beside it, and one long or frequent is a rest within: 0 then.
        """
        stops_s = self.stood_s
        stops_s = stops_s[(stops_s[:, 0] >= start_s) & (stops_s[:, 1] <= end_s)]
        whole_m = self.gained_m(start_s, end_s)
        if not stops_s.size or whole_m <= 0.0:
            return 0.0
        run_m = self.distance_at(stops_s) - self.distance_at(start_s)
        stops_s = stops_s[(run_m[:, 0] > STOP_INSIDE * whole_m) & (run_m[:, 1] < (1.0 - STOP_INSIDE) * whole_m)]
        lasted_s = stops_s[:, 1] - stops_s[:, 0]
        moving_mps = whole_m / max(float(end_s - start_s - lasted_s.sum()), 1.0)
        # A gap of the samples holds the last steps before the stop and the first after it, too.
        gained_m = np.diff(self.distance_at(stops_s), axis=1)[:, 0]
        total_s = float((lasted_s - gained_m / moving_mps).sum())
        if len(stops_s) > MOST_STOPS or total_s > min(LONGEST_STOP_S, LONGEST_STOP_SHARE * (end_s - start_s)):
            return 0.0
        return total_s

    def mean_speed(self, start_s: float, end_s: float) -> float:
        """Return the mean speed (m/s) over a span."""
        if end_s <= start_s:
            return 0.0
        return self.gained_m(start_s, end_s) / (end_s - start_s)


_MADE: WeakKeyDictionary[Activity, Motion] = WeakKeyDictionary()


def motion_of(activity: Activity) -> Motion:
    """Return the motion of an activity; the same one whenever it is asked for.

    Raises
    ------
    SegmentError
        If it holds neither distance nor positions nor speed.
    """
    motion = _MADE.get(activity)
    if motion is None:
        motion = _MADE[activity] = _made(activity)
    return motion


def path_of(activity: Activity) -> tuple[FloatArray, FloatArray]:
    """Return times and the metres covered until then; both empty where an activity holds no motion."""
    try:
        motion = motion_of(activity)
    except SegmentError:
        return np.empty(0), np.empty(0)
    return motion.time_s, motion.distance_m


def distance_of(activity: Activity) -> float:
    """Return the metres covered in all; NaN where an activity holds no motion."""
    _, covered_m = path_of(activity)
    return float(covered_m[-1]) if covered_m.size else float("nan")


def _made(activity: Activity) -> Motion:
    pauses_s = np.column_stack([activity.pause_table["start_s"], activity.pause_table["end_s"]])
    account = account_of(activity, pauses_s)
    all_time_s = activity.column("time_s")
    time_s = all_time_s[account.rows]
    x_m, y_m = local(activity.column("lat_deg")[account.rows], activity.column("lon_deg")[account.rows])
    distance_m = _without_leaps(time_s, account.distance_m)
    pauses_s = np.concatenate([pauses_s, pauses.untold(all_time_s, time_s, distance_m, pauses_s)])
    pauses_s = pauses_s[np.argsort(pauses_s[:, 0], kind="stable")]
    distance_m = pauses.stood(time_s, distance_m, pauses_s)

    end_s = max(activity.duration_s, float(time_s[-1]))
    time_s, distance_m, x_m, y_m = pauses.with_edges(time_s, distance_m, x_m, y_m, pauses_s)
    grid_time_s = np.arange(0.5, max(end_s, 1.0), 1.0)
    edges = np.append(grid_time_s - 0.5, grid_time_s[-1] + 0.5)
    prompt = np.diff(np.interp(edges, *with_knots(time_s, distance_m)))
    still = np.zeros(grid_time_s.size, dtype=bool)
    for paused_s, resumed_s in pauses_s:
        still |= (grid_time_s > paused_s) & (grid_time_s < resumed_s)
    still |= on_wheels(prompt)
    still |= without_steps(prompt, grid_time_s, all_time_s, activity.column("cadence_spm"))
    grid_speed = np.where(still, 0.0, box(prompt, 5))
    if account.source != "speed":
        grid_speed = within_steady(grid_speed, grid_time_s, all_time_s, account.speed_mps, still)
    return Motion(
        time_s=time_s,
        distance_m=distance_m,
        distance_source=account.source,
        stretches=account.stretches,
        x_m=x_m,
        y_m=y_m,
        pauses_s=pauses_s,
        grid_time_s=grid_time_s,
        grid_speed_mps=grid_speed,
        end_s=end_s,
        warnings=account.warnings,
    )


def _without_leaps(time_s: FloatArray, distance_m: FloatArray) -> FloatArray:
    """Return the distance with steps faster than any runner cut to an easy run."""
    steps_s = np.diff(time_s)
    gained = np.diff(distance_m)
    sure = np.where(steps_s < LEAP_BLURRED_S, 1.5, 1.0)
    leap = (gained > FASTEST_MPS * np.maximum(steps_s, 1.0) * sure) & (gained > 30.0)
    if leap.any():
        # Between others as fast as no runner it is no leap but a drive, see `on_wheels`.
        rows, fast = np.arange(gained.size), gained > pauses.NOT_ON_FOOT_MPS * steps_s
        before, after = np.maximum(rows - 1, 0), np.minimum(rows + 1, rows[-1])
        leap &= ~(fast[before] & fast[after] & (before < rows) & (after > rows))
        gained = np.where(leap, np.minimum(gained, LEAP_MPS * np.minimum(steps_s, LEAP_RAN_S)), gained)
    return np.concatenate([[0.0], np.cumsum(gained)])
