"""`motion_of`: Activity -> `Motion`.

A watch integrates its distance every second, also when it writes a sample only every few seconds, so the distance
column carries what the smoothed, late speed column has lost; without it distance comes from the positions. The speed
column is used only where there is nothing else. A source that fell silent for most of the recording is passed over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from ..errors import SegmentError
from ..geodesy import local_metres

FloatArray = NDArray[np.float64]

FASTEST_MPS = 11.0
"""No runner is faster; a step that asks for more is a bad fix."""

LEAP_MPS = 3.0
"""What is left of such a step."""
RESET_M = 20.0
"""A distance that falls by more has been counted anew; a smaller fall is a correction."""
LEAST_SHARE = 0.5
"""Share of the time that a column must be known for, against the best known one."""
SILENT_S = 30.0
"""Longer without a value is time that a column does not know."""
NOT_ON_FOOT_MPS = 7.5
NOT_ON_FOOT_S = 181
"""Nobody runs so fast for so long (the world record over 1500 m is 7.28 m/s): this is a bicycle or a car."""
CARRIED_EDGE_S = 91
"""A ride's edges, where half of the three minutes lie outside it, belong to it."""

RUNNING_MPS = 1.6
"""Slower is a walk."""
PAUSE_LASTS_S = 3.0
KNOT_GAP_S = 6.0
KNOT_STEP_MPS = 1.0
KNOT_SLOPE_S = 4.0
UNTOLD_PAUSE_S, UNTOLD_PAUSE_BEATS, UNTOLD_PAUSE_SHARE = 10.0, 4.0, 0.5
STEADY_REACH_S = 10.0
STEADY_WITHIN = 0.12


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
        ``device``, ``positions`` or ``speed``.
    x_m, y_m : ndarray, shape (n,)
        East and north metres about a reference point; NaN without a fix.
    pauses_s : ndarray, shape (k, 2)
        Timer pauses.
    grid_time_s, grid_speed_mps : ndarray, shape (m,)
        Speed on foot over the second centred on each grid time, lightly smoothed; 0 in pauses and on wheels.
    end_s : float
        Where the activity ends.
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

    @property
    def lasting_pauses_s(self) -> FloatArray:
        """The pauses that are a rest and no slip of the thumb, shape (k, 2)."""
        return _lasting(self.pauses_s)

    def distance_at(self, times_s: FloatArray | float) -> FloatArray:
        """Return cumulative distance at any times, linear between samples."""
        return np.asarray(np.interp(times_s, self.time_s, self.distance_m))

    def gained_m(self, start_s: float, end_s: float) -> float:
        """Return the metres covered over a span."""
        at = self.distance_at(np.array([start_s, end_s]))
        return float(at[1] - at[0])

    def mean_speed(self, start_s: float, end_s: float) -> float:
        """Return the mean speed (m/s) over a span."""
        if end_s <= start_s:
            return 0.0
        return self.gained_m(start_s, end_s) / (end_s - start_s)


def motion_of(activity: Activity) -> Motion:
    """Return the motion of an activity.

    Raises
    ------
    SegmentError
        If it holds neither distance nor positions nor speed.
    """
    all_time_s = activity.column("time_s")
    lat_deg, lon_deg = activity.column("lat_deg"), activity.column("lon_deg")
    source, known = _distance_source(activity)
    time_s = all_time_s[known]
    x_m, y_m = _local(lat_deg[known], lon_deg[known])
    pauses_s = np.column_stack([activity.pause_table["start_s"], activity.pause_table["end_s"]])
    if source == "device":
        distance_m = _counted_on(activity.column("distance_m")[known])
    elif source == "positions":
        distance_m = _distance_along(time_s, x_m, y_m)
    else:
        speed = np.clip(activity.column("speed_mps")[known], 0.0, FASTEST_MPS)
        steps = np.diff(time_s, prepend=time_s[0])
        distance_m = np.cumsum(speed * np.minimum(steps, 10.0))
    distance_m = _without_leaps(time_s, distance_m - distance_m[0])
    pauses_s = np.concatenate([pauses_s, _untold_pauses(all_time_s, time_s, distance_m, pauses_s)])
    pauses_s = pauses_s[np.argsort(pauses_s[:, 0], kind="stable")]
    distance_m = _stood_in_pauses(time_s, distance_m, pauses_s)

    end_s = max(activity.duration_s, float(time_s[-1]))
    time_s, distance_m, x_m, y_m = _with_pause_edges(time_s, distance_m, x_m, y_m, pauses_s)
    grid_time_s = np.arange(0.5, max(end_s, 1.0), 1.0)
    edges = np.append(grid_time_s - 0.5, grid_time_s[-1] + 0.5)
    prompt = np.diff(np.interp(edges, *_with_knots(time_s, distance_m)))
    still = np.zeros(grid_time_s.size, dtype=bool)
    for paused_s, resumed_s in pauses_s:
        still |= (grid_time_s > paused_s) & (grid_time_s < resumed_s)
    still |= _on_wheels(prompt)
    grid_speed = np.where(still, 0.0, box(prompt, 5))
    if source != "speed":
        grid_speed = _within_steady(grid_speed, grid_time_s, all_time_s, activity.column("speed_mps"), still)
    return Motion(
        time_s=time_s,
        distance_m=distance_m,
        distance_source=source,
        x_m=x_m,
        y_m=y_m,
        pauses_s=pauses_s,
        grid_time_s=grid_time_s,
        grid_speed_mps=grid_speed,
        end_s=end_s,
    )


def _local(lat_deg: FloatArray, lon_deg: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return metres east and north of the middle of the positions; NaN where there are none."""
    fixed = np.isfinite(lat_deg) & np.isfinite(lon_deg)
    if not fixed.any():
        return np.full(lat_deg.size, np.nan), np.full(lat_deg.size, np.nan)
    return local_metres(lat_deg, lon_deg, float(np.median(lat_deg[fixed])), float(np.median(lon_deg[fixed])))


def _distance_source(activity: Activity) -> tuple[str, NDArray[np.bool_]]:
    """Return which column distance is taken from, and the samples that have it.

    A distance that the reader only summed along the positions, jitter and all, is none of the watch's.
    """
    distance_m = activity.column("distance_m")
    columns = {
        "device": np.isfinite(distance_m),
        "positions": np.isfinite(activity.column("lat_deg")) & np.isfinite(activity.column("lon_deg")),
        "speed": np.isfinite(activity.column("speed_mps")),
    }
    is_derived = "distance_m" in activity.derived
    if is_derived or (columns["device"].any() and np.ptp(distance_m[columns["device"]]) <= 20.0):
        del columns["device"]
    time_s = activity.column("time_s")
    told_s = {name: _told(time_s[known]) for name, known in columns.items() if known.sum() >= 3}
    for name, seconds in told_s.items():
        if seconds >= LEAST_SHARE * max(told_s.values()):
            return name, columns[name]
    raise SegmentError(
        "holds no motion: neither distance nor positions nor speed",
        file=activity.source,
        hint="Record with GPS or a foot pod, or export the file again with its samples",
    )


def _told(time_s: FloatArray) -> float:
    """Return the seconds that samples at these times tell of."""
    return float(np.minimum(np.diff(time_s), SILENT_S).sum())


def _counted_on(distance_m: FloatArray) -> FloatArray:
    """Return a cumulative distance that never falls: counted on where the watch began anew."""
    fallen = np.minimum(np.diff(distance_m, prepend=distance_m[0]), 0.0)
    began_anew = np.where(fallen < -RESET_M, -fallen, 0.0)
    return np.maximum.accumulate(distance_m + np.cumsum(began_anew))


def _on_wheels(speed_mps: FloatArray) -> NDArray[np.bool_]:
    """Return where a grid of speeds is a bicycle's or a car's: faster than anybody runs for three minutes."""
    half = NOT_ON_FOOT_S // 2
    capped = np.pad(np.minimum(speed_mps, FASTEST_MPS), half)
    too_fast = box(capped, NOT_ON_FOOT_S)[half : half + speed_mps.size] > NOT_ON_FOOT_MPS
    return box(too_fast.astype(np.float64), CARRIED_EDGE_S) > 0.0


def _distance_along(time_s: FloatArray, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
    """Return distance along positions, less what their jitter alone would add.

    GPS steps are noisy; over a second the jitter's length is comparable to the step. Positions are smoothed over
    about 3 s first where they are denser than that.
    """
    if time_s.size > 5 and np.median(np.diff(time_s)) < 1.6:
        x_m, y_m = _smooth3(time_s, x_m), _smooth3(time_s, y_m)
    return np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x_m), np.diff(y_m)))])


def _smooth3(time_s: FloatArray, values: FloatArray) -> FloatArray:
    """Return a running mean over three neighbours, not across gaps."""
    out = values.copy()
    near = (time_s[2:] - time_s[:-2]) < 5.0
    out[1:-1] = np.where(near, (values[:-2] + values[1:-1] + values[2:]) / 3.0, values[1:-1])
    return out


def _without_leaps(time_s: FloatArray, distance_m: FloatArray) -> FloatArray:
    """Return the distance with steps faster than any runner cut to an easy run."""
    steps_s = np.diff(time_s)
    gained = np.diff(distance_m)
    leap = (gained > FASTEST_MPS * np.maximum(steps_s, 1.0) * 1.5) & (gained > 30.0)
    if leap.any():
        gained = np.where(leap, np.minimum(gained, LEAP_MPS * steps_s), gained)
    return np.concatenate([[0.0], np.cumsum(gained)])


def _lasting(pauses_s: FloatArray) -> FloatArray:
    return pauses_s[pauses_s[:, 1] - pauses_s[:, 0] >= PAUSE_LASTS_S]


def _untold_pauses(
    all_time_s: FloatArray, time_s: FloatArray, distance_m: FloatArray, pauses_s: FloatArray
) -> FloatArray:
    """Return the gaps in which the watch was plainly stopped, though the file tells of no pause, shape (k, 2).

    A recorder with a steady beat leaves out many beats where its timer stands still, and where it has no fix; over the
    latter the runner gains as much ground as before it.
    """
    gap_s = np.diff(all_time_s)
    if gap_s.size < 60:
        return np.empty((0, 2))
    least_s = max(UNTOLD_PAUSE_S, UNTOLD_PAUSE_BEATS * float(np.quantile(gap_s, 0.98)))
    rows = np.flatnonzero(gap_s >= least_s)
    spans = np.column_stack([all_time_s[rows], all_time_s[rows + 1]])
    gained_m = np.diff(np.interp(spans, time_s, distance_m), axis=1)[:, 0]
    steps_s = np.minimum(np.diff(time_s), least_s)
    moving = np.diff(distance_m) > RUNNING_MPS * steps_s
    if not moving.any():
        return np.empty((0, 2))
    usual_mps = float(np.diff(distance_m)[moving].sum() / steps_s[moving].sum())
    stopped = gained_m < UNTOLD_PAUSE_SHARE * usual_mps * (spans[:, 1] - spans[:, 0])
    told = ((spans[:, None, 0] < pauses_s[None, :, 1]) & (spans[:, None, 1] > pauses_s[None, :, 0])).any(axis=1)
    return spans[stopped & ~told]


def _stood_in_pauses(time_s: FloatArray, distance_m: FloatArray, pauses_s: FloatArray) -> FloatArray:
    """Return the distance less what positions gained while the watch stood: the runner moved, its timer did not."""
    lasting = _lasting(pauses_s)
    if not lasting.size:
        return distance_m
    paused_s = np.zeros(time_s.size)
    for start_s, end_s in lasting:
        paused_s += np.clip(time_s - start_s, 0.0, end_s - start_s)
    steps_s, gained_m, stood_s = np.diff(time_s), np.diff(distance_m), np.diff(paused_s)
    most_m = np.where(stood_s > 0.0, NOT_ON_FOOT_MPS * np.maximum(steps_s - stood_s, 0.0), np.inf)
    return np.concatenate([[0.0], np.cumsum(np.minimum(gained_m, most_m))])


def _with_pause_edges(
    time_s: FloatArray, distance_m: FloatArray, x_m: FloatArray, y_m: FloatArray, pauses_s: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Insert a sample at each pause's start and end, so that a pause stands still.

    Where the last sample lies up to 8 s before the pause the runner is taken to have gone on at its pace until then.
    """
    inserted_t: list[float] = []
    inserted_d: list[float] = []
    for start, end in _lasting(pauses_s):
        before = int(np.searchsorted(time_s, start, side="right")) - 1
        after = int(np.searchsorted(time_s, end, side="left"))
        if before < 1 or after >= time_s.size or after - before > 3:
            continue
        pace = (distance_m[before] - distance_m[before - 1]) / (time_s[before] - time_s[before - 1])
        reach = distance_m[before] + pace * min(start - time_s[before], 8.0)
        stood = min(reach, distance_m[after])
        for t in (start, end):
            if np.abs(time_s - t).min() > 0.2:
                inserted_t.append(float(t))
                inserted_d.append(float(stood))
    if not inserted_t:
        return time_s, distance_m, x_m, y_m
    merged_t = np.concatenate([time_s, inserted_t])
    order = np.argsort(merged_t, kind="stable")
    nans = np.full(len(inserted_t), np.nan)
    merged_d = np.maximum.accumulate(np.concatenate([distance_m, inserted_d])[order])
    merged_x = np.concatenate([x_m, nans])[order]
    merged_y = np.concatenate([y_m, nans])[order]
    return merged_t[order], merged_d, merged_x, merged_y


def _with_knots(time_s: FloatArray, distance_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return times and distances with a knot in every long gap in which the speed changed.

    A recorder that writes only now and then may leave 20 s without a sample about a start: half of them stood, half of
    them run. The speeds on both sides are known, so the instant of the change is where they make up the distance;
    a straight line over the gap would smear the start over all of it.
    """
    gaps = np.flatnonzero(np.diff(time_s) >= KNOT_GAP_S)
    knots_s, knots_m = [], []
    for i in gaps.tolist():
        before, after = _slope(time_s, distance_m, i, -1), _slope(time_s, distance_m, i + 1, 1)
        length_s, gained_m = time_s[i + 1] - time_s[i], distance_m[i + 1] - distance_m[i]
        mean = gained_m / length_s
        if abs(after - before) < KNOT_STEP_MPS or not min(before, after) < mean < max(before, after):
            continue
        at_new_s = (gained_m - before * length_s) / (after - before)
        knots_s.append(time_s[i + 1] - at_new_s)
        knots_m.append(distance_m[i + 1] - after * at_new_s)
    if not knots_s:
        return time_s, distance_m
    rows = np.searchsorted(time_s, knots_s)
    return np.insert(time_s, rows, knots_s), np.insert(distance_m, rows, knots_m)


def _slope(time_s: FloatArray, distance_m: FloatArray, row: int, step: int) -> float:
    """Return the speed over some seconds before (`step` -1) or after (1) a sample, not across a gap; 0 at the end."""
    other = row + step
    while 0 <= other < time_s.size and abs(time_s[other] - time_s[row]) < KNOT_SLOPE_S:
        if abs(time_s[other] - time_s[other - step]) >= KNOT_GAP_S and other != row + step:
            other -= step
            break
        other += step
    other = min(max(other, 0), time_s.size - 1)
    if other == row:
        return 0.0
    return float((distance_m[other] - distance_m[row]) / (time_s[other] - time_s[row]))


def _within_steady(
    prompt: FloatArray, grid_s: FloatArray, time_s: FloatArray, speed_mps: FloatArray, still: NDArray[np.bool_]
) -> FloatArray:
    """Return prompt speeds held near the speed column wherever that stays steady for a while.

    The column is smoothed and late, but it leans on the arm's swing and does not jump with the positions: where it
    hardly changes for 20 s, a dip or a burst of the prompt speed is an error of position, not the runner's. Where it
    has no values, in a gap of the recording or before its first sample, it tells nothing.
    """
    known = np.isfinite(speed_mps)
    if known.sum() < 0.8 * time_s.size or known.sum() < 10:
        return prompt
    moving = (prompt > RUNNING_MPS) & ~still
    if moving.sum() < 60:
        return prompt
    lags = np.arange(0.0, 9.0)
    shifted = [np.interp(grid_s + lag, time_s[known], speed_mps[known]) for lag in lags]
    smooth = shifted[int(np.argmin([np.abs(s - prompt)[moving].mean() for s in shifted]))]
    reach = int(STEADY_REACH_S)
    padded = np.pad(smooth, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)[:, ::2]
    low, high = windows.min(axis=1), windows.max(axis=1)
    near_rest = box(still.astype(np.float64), 2 * reach + 1) > 0.0
    told_s = time_s[known]
    after = np.searchsorted(told_s, grid_s)
    gap_s = np.diff(told_s, prepend=-np.inf, append=np.inf)[after]
    steady = (low > RUNNING_MPS) & (high < (1.0 + STEADY_WITHIN) * low) & ~near_rest & (gap_s < SILENT_S)
    held = np.clip(prompt, (1.0 - STEADY_WITHIN) * smooth, (1.0 + STEADY_WITHIN) * smooth)
    return np.where(steady, held, prompt)


def box(values: FloatArray, width: int) -> FloatArray:
    """Return the centred running mean over `width` (odd) grid points, shorter at the ends."""
    half = width // 2
    total = np.concatenate([[0.0], np.cumsum(values)])
    i = np.arange(values.size)
    low, high = np.maximum(i - half, 0), np.minimum(i + half + 1, values.size)
    return np.asarray((total[high] - total[low]) / (high - low))
