"""The simulation is as hard as reality: a plain edge detector errs as much on both, in the same direction."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kastor_analysis import load
from kastor_analysis.activity import Activity
from kastor_analysis.simulation import catalogue, simulate
from kastor_analysis.truth import is_smart, load_truth
from kastor_analysis.writers import to_fit


def half_height(activity: Activity, reps: np.ndarray) -> np.ndarray:
    """Return start, end and time error of every rep whose edges a half-height detector finds in the speed column.

    It is told where the reps are and takes the instants at which the speed passes half its height between rep and rest.
    """
    t, v = activity.column("time_s"), activity.column("speed_mps")
    t, v = t[np.isfinite(v)], v[np.isfinite(v)]
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
            above = sign * (profile - (inside + outside) / 2) > 0
            crossing = np.flatnonzero(above[1:] & ~above[:-1])
            if inside - outside > 0.3 * inside and crossing.size == 1:
                found.append(at[crossing[0]] + 0.25 - edge)
        if len(found) == 2:
            errors.append([found[0], found[1], found[1] - found[0]])
    return np.array(errors).reshape(-1, 3)


def simulated() -> dict[str, np.ndarray]:
    out: dict[str, list] = {"garmin smart": [], "garmin 1s": [], "coros": []}
    for name, scenario in catalogue().items():
        if not name.startswith("no-") and scenario.presses.ending == "pressed":
            activity = simulate(scenario, 5)
            out[family(activity.activity)].append(half_height(load(to_fit(activity.activity)), activity.rep_spans))
    return {name: np.concatenate(errors) for name, errors in out.items()}


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


def test_it_is_as_late_on_real_recordings(real: Path) -> None:
    found: dict[str, list] = {"garmin smart": [], "garmin 1s": [], "coros": []}
    for name, truth in load_truth(real / "sessions" / "truth.json").items():
        if truth.ended_by == "pressed":
            activity = load(real / "sessions" / name)
            found[family(activity)].append(half_height(activity, truth.spans(activity)[~truth.doubtful]))
    model = simulated()
    for name, parts in found.items():
        errors = np.concatenate(parts)
        assert len(errors) > 20, name
        gap = np.median(errors, axis=0) - np.median(model[name], axis=0)
        assert np.abs(gap).max() < 2.0, (name, gap)  # seconds of 4 to 11


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
