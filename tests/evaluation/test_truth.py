from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from kastor_analysis import load
from kastor_analysis.activity import Activity
from kastor_analysis.evaluation.truth import Truth, as_bare_gpx, blind, is_smart, load_truth
from kastor_analysis.simulation import catalogue, simulate
from kastor_analysis.writers import to_fit

SAMPLES = Path(__file__).parents[2] / "sample_data"


def _truth(**changes: object) -> Truth:
    values: dict = {
        "name": "x.fit",
        "device": "COROS PACE 3",
        "start_unix_s": np.arange(4) * 200.0,
        "elapsed_s": np.array([76.9, 75.2, 76.0, 76.7]),
        "watch_distance_m": np.array([427.0, 421.0, 420.0, 415.0]),
        "doubtful": np.zeros(4, dtype=bool),
    }
    return Truth(**{**values, **changes})


def test_who_ended_the_reps() -> None:
    assert _truth().ended_by == "pressed"
    assert _truth(watch_distance_m=np.array([400.0, 400.4, 399.6, 412.0])).ended_by == "odometer"
    assert _truth(watch_distance_m=np.array([1609.3, 1609.4, 1609.3, 224.0])).ended_by == "odometer"
    assert _truth(elapsed_s=np.array([60.0, 60.0, 60.05, 61.2])).ended_by == "timer"


def test_the_fraction_of_a_start_comes_back_from_the_chain_of_laps() -> None:
    """A FIT file keeps whole seconds of a lap's start; the spans of its reps must be good to a tenth or two."""
    worst = []
    for seed in range(6):
        sim = simulate(catalogue()["10x400-stand-smart"], seed)
        activity = load(to_fit(sim.activity))
        laps = sim.activity.lap_table
        is_rep = (laps["distance_m"] > 350) & (laps["end_s"] - laps["start_s"] < 90)
        exact = np.column_stack([laps["start_s"], laps["end_s"]])[is_rep]
        zero = sim.activity.start_time.timestamp()
        truth = _truth(
            start_unix_s=np.floor(exact[:, 0]) + zero,
            elapsed_s=np.round(np.diff(exact, axis=1)[:, 0], 3),
            watch_distance_m=np.full(len(exact), 415.0),
            doubtful=np.zeros(len(exact), dtype=bool),
        )
        assert len(exact) == 10
        worst.append(np.abs(truth.spans(activity) - exact).max())
    assert np.median(worst) < 0.2
    assert max(worst) < 0.35


def test_without_laps_half_a_second_is_the_middle_of_what_is_possible() -> None:
    sim = simulate(catalogue()["10x400-stand-smart"])
    truth = _truth(start_unix_s=sim.activity.start_time.timestamp() + np.arange(4) * 200.0)
    assert truth.spans(sim.activity.without_laps())[:, 0].tolist() == [0.5, 200.5, 400.5, 600.5]


def test_garmin_dates_a_press_with_the_second_that_follows(real: Path) -> None:
    """The distance summed over laps up to a press at a run is that of a sample a second before the lap's start time."""
    late: dict[bool, list[float]] = {True: [], False: []}
    for name, truth in load_truth(real / "sessions" / "truth.json").items():
        if truth.ended_by != "pressed":
            continue
        activity = load(real / "sessions" / name)
        time_s, metres = activity.column("time_s"), activity.column("distance_m")
        time_s, metres = time_s[np.isfinite(metres)], metres[np.isfinite(metres)]
        if time_s.size < 50:
            continue
        laps = activity.lap_table
        summed = np.cumsum(np.nan_to_num(laps["distance_m"]))
        for start in (truth.start_unix_s - activity.start_time.timestamp())[~truth.doubtful]:
            before = int(np.abs(laps["start_s"] - start).argmin()) - 1
            near = np.abs(time_s - start) < 6
            around = np.interp([start - 2, start + 2], time_s, metres)
            if before < 0 or near.sum() < 4 or around[1] - around[0] < 8:
                continue
            if metres[near][0] < summed[before] < metres[near][-1]:
                late["COROS" in truth.device].append(
                    float(np.interp(summed[before], metres[near], time_s[near]) - start)
                )
    assert len(late[False]) > 50
    assert np.median(late[False]) == pytest.approx(-1.0, abs=0.1)
    assert len(late[True]) > 15
    assert np.median(late[True]) == pytest.approx(0.1, abs=0.4)


def test_a_time_cut_off_by_a_pause_comes_from_the_laps_timer() -> None:
    activity = Activity.from_columns(
        datetime(2026, 5, 1, tzinfo=UTC),
        {"time_s": np.arange(0.0, 900.0), "distance_m": np.arange(0.0, 900.0) * 3.0},
        laps={
            "start_s": [0.0, 200.3, 400.6, 600.1],
            "end_s": [200.3, 400.6, 600.1, 899.0],
            "timer_s": [200.3, 80.808, 79.1, 298.9],
        },
    )
    zero = activity.start_time.timestamp()
    truth = _truth(start_unix_s=zero + np.array([200.0, 400.0]), elapsed_s=np.array([80.0, 90.0]))
    spans = truth.spans(activity)
    assert np.diff(spans)[:, 0] == pytest.approx([80.808, 90.0])  # ten seconds off is no rounding


def test_starts_of_other_makers_are_taken_a_second_earlier() -> None:
    activity = simulate(catalogue()["10x400-stand-smart"]).activity.without_laps()
    start = activity.start_time.timestamp() + np.arange(4) * 200.0
    garmin, coros = (_truth(start_unix_s=start, device=device) for device in ("fr235", "COROS PACE 2"))
    assert (coros.spans(activity) - garmin.spans(activity) == 1.0).all()


def test_blinding_takes_laps_and_the_samples_at_presses() -> None:
    sim = simulate(catalogue()["10x400-stand-smart"])
    seen = blind(sim.activity, sim.presses_s)
    assert seen.lap_table.n_rows == 0
    gone = np.setdiff1d(sim.activity.column("time_s"), seen.column("time_s"))
    after = gone[:, None] - sim.presses_s[None, :]
    assert ((after > -0.31) & (after < 1.06)).any(axis=1).all()
    left = seen.column("time_s")[:, None] - sim.presses_s[None, :]
    assert not ((left > -0.29) & (left < 1.04)).any()
    # A recording of every second gives nothing away by its samples.
    full = simulate(catalogue()["kastor-walk-1s"])
    assert blind(full.activity, full.presses_s).sample_table.n_rows == full.activity.sample_table.n_rows


def test_bare_gpx_reads_back_as_positions_time_and_heart_rate() -> None:
    sim = simulate(catalogue()["10x400-stand-smart"])
    activity = load(as_bare_gpx(sim.activity))
    assert activity.lap_table.n_rows == 0
    assert np.isnan(activity.column("cadence_spm")).all()
    assert np.isfinite(activity.column("heart_rate_bpm")).all()
    assert activity.column("lat_deg") == pytest.approx(sim.activity.column("lat_deg"), abs=2e-7)


def test_sample_truth_loads() -> None:
    truth = load_truth(SAMPLES / "truth.json")
    flawed = truth["kastor-flawed.fit"]
    assert flawed.elapsed_s.size == 15
    assert not flawed.start_is_whole
    activity = load(SAMPLES / "kastor-flawed.fit")
    told = json.loads((SAMPLES / "truth.json").read_text())["kastor-flawed.fit"]["reps"]
    assert flawed.spans(activity)[:, 0] == pytest.approx([rep["start_s"] for rep in told], abs=1e-3)


def test_smart_recordings_are_told_apart() -> None:
    def at(step: float) -> Activity:
        return (
            simulate(catalogue()["no-easy"]).activity.without([], 0) if step > 1 else load(SAMPLES / "kastor-good.fit")
        )

    assert is_smart(at(4.0))
    assert not is_smart(at(1.0))
