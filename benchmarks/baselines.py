"""What a user would take instead: a speed threshold, change points by ruptures, the watch's own laps.

Each takes an activity and returns spans (n, 2) in elapsed seconds. They get what the segmenter gets: the speed column
where there is one, else differences of distance or of positions. The one free number of each was chosen in its favour:
`THRESHOLD_MIN_S` (of 12, 20, 30) finds most real sessions exactly, `PENALTY` (of 5, 15, 40, 100) most simulated ones.
They know nothing of reps beyond "fast and not short".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kastor_analysis.activity import Activity

FloatArray = NDArray[np.float64]
THRESHOLD_MIN_S = 20.0
MERGE_S = 5.0
PENALTY = 15.0
MOST_SAMPLES = 3000


def speed_each_second(activity: Activity) -> tuple[FloatArray, FloatArray]:
    """Return whole seconds and the speed at them, averaged over 5 s; nothing where there is no speed at all."""
    time_s = activity.column("time_s")
    speed = activity.column("speed_mps")
    known = np.isfinite(speed)
    if known.sum() < 10:
        distance = activity.column("distance_m")
        if np.isfinite(distance).sum() < 10:
            distance = along_positions(activity)
        known = np.isfinite(distance)
        if known.sum() < 10:
            return np.empty(0), np.empty(0)
        speed = np.gradient(distance[known], time_s[known])
    whole = np.arange(np.floor(time_s[known][0]), time_s[known][-1] + 1.0)
    each = np.interp(whole, time_s[known], speed if speed.size == known.sum() else speed[known])
    return whole, np.convolve(np.pad(each, 2, mode="edge"), np.ones(5) / 5, mode="valid")


def along_positions(activity: Activity) -> FloatArray:
    """Return the distance along the positions at every sample, NaN where there is none."""
    lat, lon = np.radians(activity.column("lat_deg")), np.radians(activity.column("lon_deg"))
    known = np.isfinite(lat) & np.isfinite(lon)
    out = np.full(lat.size, np.nan)
    if known.sum() > 1:
        north = 6_371_000.0 * np.diff(lat[known])
        east = 6_371_000.0 * np.diff(lon[known]) * np.cos(lat[known][0])
        out[known] = np.concatenate([[0.0], np.cumsum(np.hypot(north, east))])
    return out


def otsu(values: FloatArray) -> float:
    """Return the threshold that parts values into two classes with the least variance within (Otsu 1979)."""
    counts, edges = np.histogram(values, bins=128)
    middle = (edges[1:] + edges[:-1]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    total = np.cumsum(counts * middle)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (total / below - (total[-1] - total) / above) ** 2
    return float(middle[int(np.nanargmax(between))])


def threshold(activity: Activity) -> FloatArray:
    """Return the stretches faster than Otsu's threshold among moving speeds, at least `THRESHOLD_MIN_S` long."""
    whole, speed = speed_each_second(activity)
    if whole.size < 60:
        return np.empty((0, 2))
    moving = speed[speed > 1.0]
    if moving.size < 60:
        return np.empty((0, 2))
    return _stretches(whole, speed > otsu(moving))


def rupture_spans(activity: Activity) -> FloatArray:
    """Return the fast segments between change points of ruptures' KernelCPD (rbf kernel, `PENALTY`)."""
    import ruptures

    whole, speed = speed_each_second(activity)
    if whole.size < 60 or (speed > 1.0).sum() < 60:
        return np.empty((0, 2))
    # Its time and memory grow with the square of the samples: those of a long run are thinned, the penalty with them.
    step = -(-whole.size // MOST_SAMPLES)
    whole, speed = whole[::step], speed[::step]
    ends = (
        ruptures.KernelCPD(kernel="rbf", min_size=max(2, 8 // step))
        .fit(speed.reshape(-1, 1))
        .predict(pen=PENALTY / step)
    )
    limit = otsu(speed[speed > 1.0])
    fast = np.zeros(whole.size, dtype=bool)
    start = 0
    for end in ends:
        fast[start:end] = speed[start:end].mean() > limit
        start = end
    return _stretches(whole, fast)


def own_laps(activity: Activity) -> FloatArray:
    """Return the laps faster than Otsu's threshold among lap speeds: what a lap table shows at a glance."""
    laps = activity.lap_table
    length = laps["end_s"] - laps["start_s"]
    ok = (length > 5.0) & np.isfinite(laps["distance_m"])
    if ok.sum() < 3:
        return np.empty((0, 2))
    clock = np.where(np.isfinite(laps["timer_s"]), laps["timer_s"], length)[ok]
    speed = laps["distance_m"][ok] / np.maximum(clock, 1.0)
    fast = np.flatnonzero(ok)[speed > otsu(speed)]
    out = np.column_stack([laps["start_s"][fast], laps["end_s"][fast]])
    if len(out) > 1:
        out[:-1, 1] = np.minimum(out[:-1, 1], out[1:, 0])
    return out


def _stretches(whole: FloatArray, fast: NDArray[np.bool_]) -> FloatArray:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], fast.astype(int), [0]])))
    spans = whole[np.minimum(edges, whole.size - 1)].reshape(-1, 2)
    if len(spans) > 1:
        apart = spans[1:, 0] - spans[:-1, 1] >= MERGE_S
        spans = np.column_stack([spans[np.concatenate([[True], apart]), 0], spans[np.concatenate([apart, [True]]), 1]])
    return spans[spans[:, 1] - spans[:, 0] >= THRESHOLD_MIN_S]
