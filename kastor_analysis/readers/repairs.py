"""The rules by which columns are made honest, one function a rule.

Conventions: a rule takes columns of one length and returns them repaired (a new array where anything changed) with a
sentence for `Activity.warnings`, or ``None`` where nothing was amiss. Times are seconds since time zero, increasing. A
value that cannot be right becomes NaN; nothing is ever filled in.

==========================  ===========================================================================================
fault                       rule
==========================  ===========================================================================================
time repeated               one sample is kept, of each column the last value that is known
distance restarts           where it falls to under a twentieth of what it was, or by 20 m to what can be run since the
                            reading before, it goes on from there (odometer reset, also at each lap)
distance decreases          readings of a dip, and the fewest others that contradict a distance never decreasing: NaN
distance leaps              over 30 m/s and 100 m in one step: told, not changed
speed zero-filled           up to 10 s of 0 between speeds above 2 m/s, in which the distance advances by more than
                            2 m/s: NaN; 0 throughout a recording that covers distance: the column is NaN
position nowhere            off the globe or at exactly (0, 0): NaN
position spikes             up to 10 samples and 30 s away, out and back faster than a human runs: NaN; likewise the
                            first samples, before the leap to where the run is; any other leap is told, not changed
heart rate 0, over 250      NaN
value out of all reach      NaN (a distance of over 1000 km, see `OUT_OF_REACH`)
sensor 0 throughout         cadence, power, heart rate: the sensor was not there, NaN
gaps                        over 10 s and 5 usual intervals without a sample, outside pauses: told
==========================  ===========================================================================================
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..quantities import geodesy
from ..quantities.ordered import median
from ..words import clock, counted
from .times import FASTEST_MPS, FASTEST_ON_FOOT_MPS, longest_non_decreasing

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

RESTART_SHARE, RESTART_M, RESTART_LOOK_BACK = 0.05, 20.0, 20
LONGEST_STEP_S = 10.0
"""Over a longer step nobody knows that the runner went on."""
DIP_S, DIP_SLOPE, DIP_M, MOST_FALLS = 7.0, 5, 2.5, 2000
LEAP_MPS, LEAP_M = 30.0, 100.0
ZERO_FILLED_MPS, ZERO_FILLED_S = 2.0, 10.0
SPIKE_M, SPIKE_SAMPLES, SPIKE_S = 25.0, 10, 30.0
MOST_LEAPS = 500
"""More leaps than this are no spikes: the positions, or the sport, are wrong altogether, and stay as they are."""
ON_FOOT = frozenset({"running", "walking", "hiking", None})
HIGHEST_HEART_RATE_BPM = 250.0  # no heart of a runner beats faster; 255 is what watches write for missing
OUT_OF_REACH = {
    "distance_m": (1e6, "distance"),
    "speed_mps": (150.0, "speed"),
    "altitude_m": (20_000.0, "altitude"),
    "cadence_spm": (1000.0, "cadence"),
    "power_w": (10_000.0, "power"),
    "temperature_c": (200.0, "temperature"),
}
"""More than this, upwards or downwards, no recording of a run holds, and what it is called."""
GAP_S, GAP_INTERVALS = 10.0, 5.0  # smart recording leaves out less
ENDS_EARLY_S = 120.0  # less holds no rep with its rest


def merged(
    timestamp_s: FloatArray, columns: dict[str, FloatArray]
) -> tuple[FloatArray, dict[str, FloatArray], str | None]:
    """Return one sample an instant, of each column the last known value."""
    new = np.concatenate([[True], np.diff(timestamp_s) > 0])
    repeated = int(timestamp_s.size - np.count_nonzero(new))
    if not repeated:
        return timestamp_s, columns, None
    first = np.flatnonzero(new)
    last = np.concatenate([first[1:], [timestamp_s.size]]) - 1
    rows = np.arange(timestamp_s.size)
    result = {}
    for name, values in columns.items():
        known = np.maximum.accumulate(np.where(np.isfinite(values), rows, -1))[last]
        result[name] = np.where(known >= first, values[known], np.nan)
    return (
        timestamp_s[last],
        result,
        f"{counted(repeated, 'sample')} at the same time as the one before: merged into one.",
    )


def within_reach(time_s: FloatArray, columns: dict[str, FloatArray]) -> tuple[dict[str, FloatArray], list[str]]:
    """Leave out values that no recording of a run can hold."""
    kept, said = dict(columns), []
    for name, (most, noun) in OUT_OF_REACH.items():
        if name not in columns:
            continue
        absurd = np.abs(columns[name]) > most
        if absurd.any():
            kept[name] = np.where(absurd, np.nan, columns[name])
            number, first_s = int(np.count_nonzero(absurd)), float(time_s[int(np.argmax(absurd))])
            said.append(f"{counted(number, 'value')} of {noun} out of all reach left out (first at {clock(first_s)}).")
    return kept, said


def honest_distance(time_s: FloatArray, distance_m: FloatArray) -> tuple[FloatArray, list[str]]:
    """Return the distance never decreasing, NaN where a reading contradicts the others."""
    warnings = []
    known = np.flatnonzero(np.isfinite(distance_m))
    values = distance_m[known]
    if (values < 0).any():
        known, values = known[values >= 0], values[values >= 0]
        warnings.append("Negative distances left out.")
    steps = np.diff(values)
    if (steps < 0).any():
        steps_s = np.diff(time_s[known])
        from_0 = (values[1:] < FASTEST_ON_FOOT_MPS * steps_s) & (steps < -RESTART_M)
        restarts = np.flatnonzero((steps < 0) & ((values[1:] < RESTART_SHARE * values[:-1]) | from_0)) + 1
        restarts = restarts[[_is_restart(values, row) for row in restarts.tolist()]]
        if restarts.size:
            carried = np.zeros(values.size)
            carried[restarts] = values[restarts - 1] + _until_restart(time_s[known], values, restarts)
            values = values + np.cumsum(carried)
            warnings.append(
                f"The distance started again from 0 {counted(restarts.size, 'time')} "
                f"(first at {clock(time_s[known[restarts[0]]])}); it was carried on."
            )
        steps = np.diff(values)
        if (steps < 0).any():
            at = int(np.argmin(steps))
            sound = np.flatnonzero(~_dips(time_s[known], values))
            kept = sound[longest_non_decreasing(values[sound])]
            warnings.append(
                f"The distance went backwards {counted(np.count_nonzero(steps < 0), 'time')} "
                f"(most: {-steps[at]:.1f} m at {clock(time_s[known[at + 1]])}); "
                f"{counted(values.size - kept.size, 'reading')} left out."
            )
            known, values = known[kept], values[kept]
    if warnings:
        distance_m = np.full(distance_m.size, np.nan)
        distance_m[known] = values
    if values.size > 1:
        ahead_m, ahead_s = np.diff(values), np.diff(time_s[known])
        leaps = np.flatnonzero((ahead_m > LEAP_M) & (ahead_m > LEAP_MPS * ahead_s))
        if leaps.size:
            at = int(leaps[np.argmax(ahead_m[leaps])])
            warnings.append(
                f"The distance leaps by {ahead_m[at]:.0f} m in {ahead_s[at]:.0f} s at {clock(time_s[known[at]])}"
                f"{_more(leaps.size, 'leaps')}."
            )
    return distance_m, warnings


def _dips(time_s: FloatArray, distance_m: FloatArray) -> NDArray[np.bool_]:
    """Return the readings after a fall that lie below what the seconds before and those after lead to.

    After a fall that lasts none does: the distance goes on from there.
    """
    below = np.zeros(distance_m.size, dtype=bool)
    falls = np.flatnonzero(np.diff(distance_m) < -DIP_M) + 1
    for fall in falls[:MOST_FALLS].tolist():
        first = max(fall - 1 - DIP_SLOPE, 0)
        back, on = np.searchsorted(time_s, [time_s[fall] + DIP_S, time_s[fall] + 2.0 * DIP_S])
        if first == fall - 1 or on >= time_s.size or back == on:
            continue
        before_mps = (distance_m[fall - 1] - distance_m[first]) / (time_s[fall - 1] - time_s[first])
        after_mps = (distance_m[on] - distance_m[back]) / (time_s[on] - time_s[back])
        rows = np.arange(fall, back)
        led_on_m = distance_m[fall - 1] + before_mps * (time_s[rows] - time_s[fall - 1])
        led_back_m = distance_m[back] - after_mps * (time_s[back] - time_s[rows])
        below[rows] |= distance_m[rows] < np.minimum(led_on_m, led_back_m) - DIP_M
    return below


def _is_restart(values: FloatArray, row: int) -> bool:
    """Whether the fall to `row` starts anew: neither a dropout of one reading nor the end of a spike upwards."""
    before = values[max(row - RESTART_LOOK_BACK, 0) : row]
    dropout = row + 1 < values.size and values[row + 1] >= values[row - 1]
    return not dropout and bool(np.count_nonzero(before > values[row]) * 2 > before.size)


def _until_restart(time_s: FloatArray, values: FloatArray, restarts: IntArray) -> FloatArray:
    """Return what was covered between the last reading before each restart and the restart itself.

    The runner is taken to have gone on as over the step before, until as long before the reading after it as that
    takes at the speed of the step which follows.
    """
    steps_s = np.diff(time_s)
    with np.errstate(divide="ignore", invalid="ignore"):
        speeds = np.maximum(np.diff(values) / steps_s, 0.0)
    speeds[~(speeds <= FASTEST_ON_FOOT_MPS)] = 0.0
    before = speeds[np.maximum(restarts - 2, 0)]
    after = np.maximum(speeds[np.minimum(restarts, speeds.size - 1)], 0.1)
    took_s = steps_s[restarts - 1]
    return np.asarray(before * np.clip(took_s - values[restarts] / after, 0.0, np.minimum(took_s, LONGEST_STEP_S)))


def honest_speed(time_s: FloatArray, speed_mps: FloatArray, distance_m: FloatArray) -> tuple[FloatArray, str | None]:
    """Return the speed without the zeros that stand for a missing value."""
    known = np.flatnonzero(np.isfinite(speed_mps))
    placed = np.flatnonzero(np.isfinite(distance_m))
    zero = speed_mps[known] == 0
    if not zero.any() or placed.size < 3:
        return speed_mps, None
    if zero.all():
        if distance_m[placed[-1]] - distance_m[placed[0]] <= LEAP_M:
            return speed_mps, None
        said = "The speed is 0 throughout although distance was covered; it was left out."
        return np.full(speed_mps.size, np.nan), said
    # Each run of zeros between a speed before it (row `before`) and one after it (row `after`). A watch's smoothed
    # speed falls to 0 and rises from it by degrees, so that a stop never looks like this.
    edges = np.diff(zero.astype(np.int8), prepend=0, append=0)
    first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    inner = (first > 0) & (last < known.size - 1)
    before, after = known[first[inner] - 1], known[last[inner] + 1]
    took_s = time_s[after] - time_s[before]
    placed_s, placed_m = time_s[placed], distance_m[placed]
    covered_m = np.interp(time_s[after], placed_s, placed_m) - np.interp(time_s[before], placed_s, placed_m)
    dropped = (
        (np.minimum(speed_mps[before], speed_mps[after]) > ZERO_FILLED_MPS)
        & (took_s <= ZERO_FILLED_S)
        & (covered_m > ZERO_FILLED_MPS * took_s)
    )
    if not dropped.any():
        return speed_mps, None
    filled = np.zeros(speed_mps.size, dtype=bool)
    for row, stop in zip(before[dropped].tolist(), after[dropped].tolist(), strict=True):
        filled[row + 1 : stop] = True
    filled &= speed_mps == 0
    said = f"{counted(np.count_nonzero(filled), 'speed')} of 0 in the middle of running left out "
    return np.where(filled, np.nan, speed_mps), said + f"(first at {clock(time_s[np.argmax(filled)])})."


def honest_positions(
    time_s: FloatArray, lat_deg: FloatArray, lon_deg: FloatArray, sport: str | None
) -> tuple[FloatArray, FloatArray, list[str]]:
    """Return the positions without those that are nowhere or that nobody could have reached."""
    warnings = []
    half = np.isfinite(lat_deg) != np.isfinite(lon_deg)
    nowhere = (np.abs(lat_deg) > 90) | (np.abs(lon_deg) > 180) | ((lat_deg == 0) & (lon_deg == 0))
    bad = nowhere | half
    if nowhere.any():
        warnings.append(
            f"{counted(np.count_nonzero(nowhere), 'position')} off the map (0, 0 or beyond the globe) left out."
        )
    known = np.flatnonzero(np.isfinite(lat_deg) & ~bad)
    spikes, leaps = _spikes(time_s[known], lat_deg[known], lon_deg[known], sport)
    if spikes.size:
        bad[known[spikes]] = True
        warnings.append(
            f"{counted(spikes.size, 'position')} out of reach left out (first at {clock(time_s[known[spikes[0]]])})."
        )
    if leaps:
        step, metres = max(leaps, key=lambda leap: leap[1])
        warnings.append(
            f"The position leaps by {metres:.0f} m at {clock(time_s[known[step]])}{_more(len(leaps), 'leaps')}."
        )
    if bad.any():
        lat_deg, lon_deg = np.where(bad, np.nan, lat_deg), np.where(bad, np.nan, lon_deg)
    return lat_deg, lon_deg, warnings


def _spikes(
    time_s: FloatArray, lat: FloatArray, lon: FloatArray, sport: str | None
) -> tuple[IntArray, list[tuple[int, float]]]:
    """Return the rows that are spikes, and the leaps (row before, metres) that stay unexplained."""
    fastest_mps = FASTEST_ON_FOOT_MPS if sport in ON_FOOT else FASTEST_MPS
    if lat.size < 3:
        return np.empty(0, dtype=np.intp), []
    steps_m = geodesy.steps_m(lat, lon)
    leaps = np.flatnonzero((steps_m > SPIKE_M) & (steps_m > fastest_mps * np.diff(time_s))).tolist()
    if len(leaps) > MOST_LEAPS:
        return np.empty(0, dtype=np.intp), [(row, float(steps_m[row])) for row in leaps]
    spikes: list[int] = []
    unexplained: list[tuple[int, float]] = []
    k = 0
    while k < len(leaps):
        out = leaps[k]
        back = next(
            (b for b in leaps[k + 1 : k + 1 + SPIKE_SAMPLES] if _returns(time_s, lat, lon, out, b, fastest_mps)), None
        )
        if back is not None:
            spikes.extend(range(out + 1, back + 1))
            k = leaps.index(back, k) + 1
            continue
        if out < SPIKE_SAMPLES and not spikes and not unexplained and lat.size > 4 * SPIKE_SAMPLES:
            spikes.extend(range(out + 1))
        else:
            unexplained.append((out, float(steps_m[out])))
        k += 1
    return np.array(spikes, dtype=np.intp), unexplained


def _returns(time_s: FloatArray, lat: FloatArray, lon: FloatArray, out: int, back: int, fastest_mps: float) -> bool:
    """Whether samples out+1 ... back are an excursion: few, short, and the way past them within reach."""
    took_s = float(time_s[back + 1] - time_s[out])
    if back - out > SPIKE_SAMPLES or took_s > SPIKE_S + float(time_s[out + 1] - time_s[out]):
        return False
    return float(geodesy.between_m(lat[out], lon[out], lat[back + 1], lon[back + 1])) <= max(
        SPIKE_M, fastest_mps * took_s
    )


def honest_sensors(columns: dict[str, FloatArray]) -> tuple[dict[str, FloatArray], list[str]]:
    """Return the sensors' columns without the numbers that stand for a missing value."""
    result = dict(columns)
    warnings = []
    words = {"heart_rate_bpm": "heart rate", "cadence_spm": "cadence", "power_w": "power"}
    for name, word in words.items():
        values = result.get(name)
        if values is None or not np.isfinite(values).any():
            continue
        if not (values[np.isfinite(values)] != 0).any():
            result[name] = np.full(values.size, np.nan)
            warnings.append(f"The {word} is 0 throughout; it was left out.")
        elif name == "heart_rate_bpm":
            wrong = (values <= 0) | (values > HIGHEST_HEART_RATE_BPM)
            if wrong.any():
                result[name] = np.where(wrong, np.nan, values)
                warnings.append(f"{counted(np.count_nonzero(wrong), 'heart rate')} of 0 or over 250 left out.")
    return result, warnings


def gaps(time_s: FloatArray, pauses_s: FloatArray) -> str | None:
    """Return a sentence on the gaps between samples that no pause explains."""
    steps_s = np.diff(time_s)
    if steps_s.size < 2:
        return None
    long = np.flatnonzero(steps_s > max(GAP_S, GAP_INTERVALS * float(median(steps_s))))
    if pauses_s.size:
        # Time paused between the samples of each gap, from the running total of paused time.
        edges_s = pauses_s.ravel()
        total_s = np.concatenate([[0.0], np.cumsum(np.diff(edges_s) * (np.arange(edges_s.size - 1) % 2 == 0))])
        paused_s = np.diff(np.interp(time_s, edges_s, total_s))
        long = long[steps_s[long] - paused_s[long] > GAP_S]
    if not long.size:
        return None
    at = int(long[np.argmax(steps_s[long])])
    return f"No samples for {steps_s[at]:.0f} s at {clock(time_s[at])}{_more(long.size, 'gaps')}."


def ends_early(time_s: FloatArray, pauses_s: FloatArray, end_s: float) -> str | None:
    """Return a sentence on laps that go on for minutes after the last sample, pauses left out."""
    last_s = float(time_s[-1])
    paused_s = float(np.maximum(pauses_s[:, 1] - np.maximum(pauses_s[:, 0], last_s), 0.0).sum())
    if end_s - last_s - paused_s < ENDS_EARLY_S:
        return None
    return f"The samples end at {clock(last_s)}, the laps at {clock(end_s)}: what was run in between is not known."


def _more(number: int, what: str) -> str:
    return "" if number == 1 else f", the largest of {number} {what}"
