"""How watches behave around lap presses, real and simulated side by side.

    python benchmarks/watch_behaviour.py [--profiles]

Every figure is taken in the same way from real sessions (reps ended by a thumb, none doubtful) and from simulated ones
read back from FIT, relative to the lap presses. Families: Garmin recording every second, Garmin's smart recording,
Coros (every second). Speeds are shares of the rep's own mean (distance of the lap over its time).

`half up`, `half down`: when the speed passes the middle between rep and rest; ``d``: from differences of distance
over 2 s, ``p``: from positions likewise, ``v``: from the speed column. In brackets the middle half. `ripple`: sd of 1 s
differences of distance about their 9 s mean, inside reps, recordings of every second only. `dist`: distance the watch
gave to reps of 200, 300, 400 m and so on, as error in %, and its sd within a session. `gps`: rms distance of positions
from the 400 m oval fitted to the reps of a session, and the sd of its fast part (a point against the mean of its
neighbours).
"""

from __future__ import annotations

import argparse
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from baselines import along_positions
from cases import REAL, pressed_reps
from numpy.typing import NDArray
from scipy.optimize import least_squares

from kastor_analysis import load
from kastor_analysis.activity import Activity
from kastor_analysis.evaluation.truth import is_smart, load_truth
from kastor_analysis.simulation import catalogue, simulate
from kastor_analysis.simulation.places import RADIUS_M, STRAIGHT_M
from kastor_analysis.writers import to_fit

FloatArray = NDArray[np.float64]
GRID_S = np.arange(-10.0, 21.0)
FAMILIES = ("garmin 1s", "garmin smart", "coros")


@dataclass
class Measured:
    """What is gathered of one family."""

    sessions: int = 0
    reps: int = 0
    profiles: dict[str, list[FloatArray]] = field(default_factory=dict)
    crossings: dict[str, list[float]] = field(default_factory=dict)
    early: list[float] = field(default_factory=list)
    ripple: list[float] = field(default_factory=list)
    distance: list[FloatArray] = field(default_factory=list)
    at_press: list[bool] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    gps: list[tuple[float, float]] = field(default_factory=list)

    def add(self, name: str, profile: FloatArray, crossing: float) -> None:
        """Add one press."""
        self.profiles.setdefault(name, []).append(profile)
        self.crossings.setdefault(name, []).append(crossing)


def gather(target: dict[str, Measured], activity: Activity, reps: FloatArray) -> None:
    """Add one session with its reps as pressed, shape (n, 2)."""
    smart = is_smart(activity)
    family = "coros" if "coros" in (activity.device or "").lower() else "garmin smart" if smart else "garmin 1s"
    into = target.setdefault(family, Measured())
    t, d, v = (activity.column(name) for name in ("time_s", "distance_m", "speed_mps"))
    known, shown = np.isfinite(d), np.isfinite(v)
    if known.sum() < 100:
        return
    into.sessions += 1
    into.reps += len(reps)
    metres = np.diff(np.interp(reps, t[known], d[known]), axis=1)[:, 0]
    _distances(into, metres, reps)
    if smart:
        into.gaps += np.diff(t).tolist()
        into.at_press += [bool(((t > edge - 0.3) & (t < edge + 1.05)).any()) for edge in reps.ravel()]
    path = along_positions(activity)
    located = np.isfinite(path)
    paused = np.concatenate([activity.pause_table["start_s"], activity.pause_table["end_s"], [-1e9]])
    for (start, end), covered in zip(reps, metres, strict=True):
        mean = covered / (end - start)
        if end - start < 20 or covered < 50:
            continue
        for edge, instant in (("start", start), ("end", end)):
            if np.abs(paused - instant).min() < 12.0 or ((t > instant - 12) & (t < instant + 22)).sum() < 5:
                continue
            at = instant + GRID_S
            from_d = (np.interp(at + 1, t[known], d[known]) - np.interp(at - 1, t[known], d[known])) / (2 * mean)
            into.add(f"d {edge}", from_d, _crossing(GRID_S, from_d, edge))
            if located.sum() > 100:
                from_p = (
                    np.interp(at + 1, t[located], path[located]) - np.interp(at - 1, t[located], path[located])
                ) / 2
                into.add(f"p {edge}", from_p / mean, _crossing(GRID_S, from_p / mean, edge))
            if shown.sum() > 100:
                from_v = np.interp(at, t[shown], v[shown]) / mean
                into.add(f"v {edge}", from_v, _crossing(GRID_S, from_v, edge))
        first = np.diff(np.interp([start + 3, start + 10], t[known], d[known]))[0] / 7.0 / mean
        into.early.append(float(first))
        if not smart:
            seconds = np.arange(np.ceil(start + 10), np.floor(end - 4))
            steps = np.diff(np.interp(seconds, t[known], d[known]))
            if steps.size > 15:
                slow = np.convolve(steps, np.ones(9) / 9, mode="valid")
                into.ripple.append(float(np.std(steps[4:-4] - slow) / mean))
    fitted = oval_residuals(activity, reps)
    if fitted is not None:
        into.gps.append(fitted)


def _crossing(grid: FloatArray, profile: FloatArray, edge: str) -> float:
    """Return when the profile passes the middle between its levels on both sides."""
    before = np.median(profile[grid <= -4]) if edge == "start" else np.median(profile[grid <= -3])
    after = np.median(profile[grid >= 9]) if edge == "start" else np.median(profile[grid >= 14])
    if abs(before - after) < 0.35:
        return float("nan")
    above = profile > (before + after) / 2
    change = np.flatnonzero(above[1:] & ~above[:-1]) if edge == "start" else np.flatnonzero(~above[1:] & above[:-1])
    change = change[np.abs(grid[change]) < 15]
    if not change.size:
        return float("nan")
    k = int(change[np.argmin(np.abs(grid[change] - (1.0 if edge == "start" else 3.0)))])
    return float(grid[k] + ((before + after) / 2 - profile[k]) / (profile[k + 1] - profile[k]))


def _distances(into: Measured, metres: FloatArray, reps: FloatArray) -> None:
    """Add relative distance errors where the reps are plainly of a round distance on a track."""
    nominal = 100.0 * np.round(metres / 100.0)
    close = (np.abs(metres / np.maximum(nominal, 1) - 1.0) < 0.09) & (nominal >= 200) & (nominal <= 1000)
    if close.sum() >= 4 and close.mean() > 0.7 and not np.mean(np.abs(metres - nominal) < 1.0) > 0.6:
        into.distance.append(metres[close] / nominal[close] - 1.0)


def oval_distance(points: FloatArray, x0: float, y0: float, heading: float, aside_m: float) -> FloatArray:
    """Return the signed distance of points from a standard oval line."""
    cos, sin = np.cos(heading), np.sin(heading)
    x = (points[:, 0] - x0) * cos + (points[:, 1] - y0) * sin
    y = -(points[:, 0] - x0) * sin + (points[:, 1] - y0) * cos
    beyond = np.maximum(np.abs(x) - STRAIGHT_M / 2, 0.0)
    return np.hypot(beyond, y) - (RADIUS_M + aside_m)


def oval_residuals(activity: Activity, reps: FloatArray) -> tuple[float, float] | None:
    """Return rms distance from the fitted oval and the sd of its fast part; None where it was no standard track."""
    t, lat, lon = (activity.column(name) for name in ("time_s", "lat_deg", "lon_deg"))
    inside = np.zeros(t.size, dtype=bool)
    for start, end in reps:
        inside |= (t >= start + 2) & (t <= end)
    inside &= np.isfinite(lat)
    if inside.sum() < 60:
        return None
    zero = lat[inside].mean(), lon[inside].mean()
    points = np.column_stack(
        [(lon[inside] - zero[1]) * np.cos(np.radians(zero[0])) * 111_195.0, (lat[inside] - zero[0]) * 111_195.0]
    )
    best = None
    for heading in np.arange(0.0, np.pi, np.pi / 8):
        found = least_squares(
            lambda p: oval_distance(points, *p),
            [points[:, 0].mean(), points[:, 1].mean(), heading, 0.0],
            loss="soft_l1",
        )
        if best is None or found.cost < best.cost:
            best = found
    assert best is not None
    residual = oval_distance(points, *best.x)
    if np.median(np.abs(residual)) > 4.0 or abs(best.x[3]) > 6.0:
        return None
    fast = residual[1:-1] - (residual[2:] + residual[:-2]) / 2
    steady = np.diff(t[inside])
    near = (steady[1:] < 1.5) & (steady[:-1] < 1.5)
    jitter = float(np.std(fast[near]) / np.sqrt(1.5)) if near.sum() > 30 else float("nan")
    return float(np.sqrt(np.mean(np.clip(np.abs(residual), 0, 15) ** 2))), jitter


def real_sessions() -> dict[str, Measured]:
    out: dict[str, Measured] = {}
    for name, truth in load_truth(REAL / "sessions" / "truth.json").items():
        activity = load(REAL / "sessions" / name)
        keep = ~truth.doubtful
        if truth.ended_by == "pressed" and keep.any():
            gather(out, activity, truth.spans(activity)[keep])
    return out


def simulated_sessions(seeds: int) -> dict[str, Measured]:
    out: dict[str, Measured] = {}
    for name, scenario in catalogue().items():
        if name.startswith("no-") or scenario.presses.ending != "pressed" or scenario.presses.missed:
            continue
        for seed in range(seeds):
            sim = simulate(scenario, seed)
            gather(out, load(to_fit(sim.activity)), pressed_reps(sim))
    return out


def figures(m: Measured) -> dict[str, str]:
    """Return the figures of a family as text."""

    def quartiles(name: str) -> str:
        values = np.array([c for c in m.crossings.get(name, []) if np.isfinite(c)])
        if values.size < 5:
            return "-"
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
        return f"{middle:+.1f} ({low:+.1f} to {high:+.1f})"

    def middle(values: list[float], form: str) -> str:
        known = np.array([value for value in values if np.isfinite(value)])
        return form.format(np.median(known)) if known.size else "-"

    within = [errors - errors.mean() for errors in m.distance if errors.size > 2]
    return {
        "sessions, reps": f"{m.sessions}, {m.reps}",
        "half up, d  s": quartiles("d start"),
        "half up, p  s": quartiles("p start"),
        "half up, v  s": quartiles("v start"),
        "half down, d  s": quartiles("d end"),
        "half down, p  s": quartiles("p end"),
        "half down, v  s": quartiles("v end"),
        "first 10 s / mean": middle(m.early, "{:.3f}"),
        "ripple %": middle([100 * r for r in m.ripple], "{:.1f}"),
        "dist bias %": middle([100 * float(np.median(e)) for e in m.distance], "{:+.1f}"),
        "dist sd within %": f"{100 * np.concatenate(within).std():.1f}" if within else "-",
        "gap, median s": middle(m.gaps, "{:.0f}"),
        "sample at press %": f"{100 * np.mean(m.at_press):.0f}" if m.at_press else "-",
        "gps rms m": middle([rms for rms, _ in m.gps], "{:.1f}"),
        "gps fast sd m": middle([fast for _, fast in m.gps], "{:.2f}"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1, help="days a simulated scenario (default 1)")
    parser.add_argument("--profiles", action="store_true", help="also the median profiles around presses")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    real, simulated = real_sessions(), simulated_sessions(options.seeds)
    columns = {
        f"{family}, {which}": figures(measured[family])
        for family in FAMILIES
        for which, measured in (("real", real), ("sim", simulated))
        if family in measured
    }
    print(f"{'':20s}" + "".join(f"{name:>23s}" for name in columns))
    for key in next(iter(columns.values())):
        print(f"{key:20s}" + "".join(f"{column[key]:>23s}" for column in columns.values()))
    if options.profiles:
        print("\nmedian share of the rep's mean speed, seconds from the press")
        print(f"{'':26s}" + "".join(f"{second:5.0f}" for second in GRID_S))
        for name in ("d start", "p start", "v start", "d end", "p end", "v end"):
            for family in FAMILIES:
                for which, measured in (("real", real), ("sim", simulated)):
                    if family in measured and name in measured[family].profiles:
                        profile = np.median(measured[family].profiles[name], axis=0)
                        print(f"{name:8s}{family:13s}{which:5s}" + "".join(f"{value:5.2f}" for value in profile))


if __name__ == "__main__":
    main()
