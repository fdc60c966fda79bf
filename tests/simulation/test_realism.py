"""The simulation is as hard as reality: plain edge detectors err as much on both, in the same direction.

Real truth is lap presses, so the simulated sessions are held against their presses, too.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kastor_analysis import load
from kastor_analysis.activity import Activity
from kastor_analysis.evaluation.truth import is_smart, load_truth
from kastor_analysis.simulation import Simulated, catalogue, simulate
from kastor_analysis.writers import to_fit

FAMILIES = ("garmin smart", "garmin 1s", "coros")


def prompt_speed(activity: Activity) -> tuple[np.ndarray, np.ndarray]:
    """Return the speed over two seconds, from the distance column, at every half second."""
    t, d = activity.column("time_s"), activity.column("distance_m")
    t, d = t[np.isfinite(d)], d[np.isfinite(d)]
    at = np.arange(t[0] + 1.0, t[-1] - 1.0, 0.5)
    return at, (np.interp(at + 1.0, t, d) - np.interp(at - 1.0, t, d)) / 2.0


def shown_speed(activity: Activity) -> tuple[np.ndarray, np.ndarray]:
    """Return the speed column."""
    t, v = activity.column("time_s"), activity.column("speed_mps")
    return t[np.isfinite(v)], v[np.isfinite(v)]


def half_height(activity: Activity, reps: np.ndarray, speed=shown_speed) -> np.ndarray:
    """Return start, end and time error of every rep whose edges a half-height detector finds in a speed.

    It is told where the reps are and takes the instants at which the speed passes half its height between rep and rest.
    """
    t, v = speed(activity)
    if t.size < 100:
        return np.empty((0, 3))
    paused = np.concatenate([activity.pause_table["start_s"], activity.pause_table["end_s"], [-1e9]])
    errors = []
    for start, end in reps:
        if end - start < 25 or np.abs(paused - start).min() < 15 or np.abs(paused - end).min() < 15:
            continue
        found = []
        for edge, sign in ((start, 1.0), (end, -1.0)):
            at = edge + np.arange(-12.0, 18.0, 0.5)
            profile = np.interp(at, t, v)
            inside = np.median(np.interp(np.linspace(start + 12, end - 3, 20), t, v))
            outside = np.median(profile[:8] if sign > 0 else profile[-8:])
            over = sign * (profile - (inside + outside) / 2)
            above = over > 0
            crossing = np.flatnonzero(above[1:] & ~above[:-1])
            if inside - outside > 0.3 * inside and crossing.size == 1:
                k = crossing[0]
                found.append(at[k] + 0.5 * over[k] / (over[k] - over[k + 1]) - edge)
        if len(found) == 2:
            errors.append([found[0], found[1], found[1] - found[0]])
    return np.array(errors).reshape(-1, 3)


def simulated(speed=shown_speed) -> dict[str, np.ndarray]:
    out: dict[str, list] = {name: [] for name in FAMILIES}
    for name, scenario in catalogue().items():
        if not name.startswith("no-") and scenario.presses.ending == "pressed" and not scenario.presses.missed:
            for seed in (5, 6):
                sim = simulate(scenario, seed)
                out[family(sim.activity)].append(half_height(load(to_fit(sim.activity)), pressed(sim), speed))
    return {name: np.concatenate(errors) for name, errors in out.items()}


def recorded(real: Path, speed=shown_speed) -> dict[str, np.ndarray]:
    out: dict[str, list] = {name: [] for name in FAMILIES}
    for name, truth in load_truth(real / "sessions" / "truth.json").items():
        if truth.ended_by == "pressed":
            activity = load(real / "sessions" / name)
            out[family(activity)].append(half_height(activity, truth.spans(activity)[~truth.doubtful], speed))
    return {name: np.concatenate(errors) for name, errors in out.items()}


def pressed(sim: Simulated) -> np.ndarray:
    """Return the reps as the thumb bounded them."""
    spans = np.array([[sim.presses_s[np.abs(sim.presses_s - edge).argmin()] for edge in rep] for rep in sim.rep_spans])
    return spans[np.abs(spans - sim.rep_spans).max(axis=1) < 3.0]


def family(activity: Activity) -> str:
    if "coros" in (activity.device or "").lower():
        return "coros"
    return "garmin smart" if is_smart(activity) else "garmin 1s"


def test_a_half_height_detector_is_seconds_late_on_every_watch() -> None:
    for name, errors in simulated().items():
        late_start, late_end, too_long = np.median(errors, axis=0)
        assert len(errors) > 25, name
        assert 2.5 < late_start < 9.5, name
        assert 3.5 < late_end < 11.0, name
        assert late_end > late_start, name
        assert 0.3 < too_long < 3.0, name
        assert np.abs(errors[:, 2]).max() > 1.5, name


@pytest.mark.parametrize(("speed", "within_s"), [(shown_speed, 1.8), (prompt_speed, 0.6)])
def test_it_is_as_late_on_real_recordings(real: Path, speed, within_s: float) -> None:
    """In the speed column it errs by 4 to 11 s, in differences of the distance by 0.5 to 4 s."""
    model = simulated(speed)
    for name, errors in recorded(real, speed).items():
        assert len(errors) > 20, name
        gap = np.median(errors, axis=0) - np.median(model[name], axis=0)
        assert np.abs(gap).max() < within_s, (name, gap)


def test_runners_differ_as_much_as_real_ones(real: Path) -> None:
    """The middle half of the errors is about as wide, reps and runners together."""
    model = simulated(prompt_speed)
    for name, errors in recorded(real, prompt_speed).items():
        width = [np.subtract(*np.quantile(e[:, :2], [0.75, 0.25], axis=0)) for e in (errors, model[name])]
        assert (np.abs(width[0] - width[1]) < 0.6).all(), (name, width)


@pytest.mark.parametrize("name", ["kastor-walk-1s", "kastor-stand-smart", "kastor-jog-1s"])
def test_the_distance_column_is_prompt_but_rough(name: str) -> None:
    """Differences of distance within a rep scatter by some percent from second to second; the sum stays within 2 %."""
    sim = simulate(catalogue()[name], 2)
    t, d = sim.activity.column("time_s"), sim.activity.column("distance_m")
    errors = []
    for rep in sim.reps:
        whole = np.diff(np.interp([rep.start_s, rep.end_s], t, d))[0]
        errors.append(whole / rep.distance_m - 1.0 - sim.scenario.watch.distance_bias)
    assert 0.004 < np.std(errors) < 0.035
    if not sim.scenario.watch.smart:
        rep = sim.reps[3]
        steps = np.diff(d[(t > rep.start_s + 10) & (t < rep.end_s)])
        assert 0.03 < np.std(steps) / np.mean(steps) < 0.11
