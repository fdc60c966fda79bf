from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import fitdecode
import numpy as np
import pytest

from kastor_analysis.simulation import WATCHES, Move, Presses, Scenario, catalogue, kastor_session, simulate
from kastor_analysis.simulation.places import Oval
from kastor_analysis.simulation.samples import write_samples

SAMPLES = Path(__file__).parents[2] / "sample_data"
SCENARIOS = catalogue()


@pytest.mark.parametrize("name", SCENARIOS)
def test_truth_covers_the_recording_and_the_recording_is_sound(name: str) -> None:
    sim = simulate(SCENARIOS[name], seed=3)
    starts = np.array([s.start_s for s in sim.segments])
    ends = np.array([s.end_s for s in sim.segments])
    assert starts[0] == 0.0
    assert np.array_equal(starts[1:], ends[:-1])
    assert ends[-1] == pytest.approx(sim.movement.time_s[-1])
    assert len(sim.reps) == sum(move.kind == "rep" for move in SCENARIOS[name].moves)
    assert (len(sim.reps) == 0) == name.startswith("no-")
    activity = sim.activity
    assert (np.diff(activity.column("distance_m")) >= 0).all()
    assert activity.column("speed_mps").max() < 9.0
    assert activity.column("heart_rate_bpm").min() > 60
    assert activity.column("heart_rate_bpm").max() < 200
    lap_start, lap_end = activity.lap_table["start_s"], activity.lap_table["end_s"]
    assert np.array_equal(lap_start[1:], lap_end[:-1])


def test_reps_cover_their_distance_in_their_time_exactly() -> None:
    sim = simulate(SCENARIOS["ladder-smart"], seed=5)
    wanted = [(m.distance_m, m.duration_s) for m in sim.scenario.moves if m.kind == "rep"]
    assert [rep.distance_m for rep in sim.reps] == pytest.approx([d for d, _ in wanted], abs=0.01)
    assert [rep.duration_s for rep in sim.reps] == pytest.approx([t for _, t in wanted])


def test_an_odometer_rep_ends_where_the_watch_reads_its_distance() -> None:
    sim = simulate(SCENARIOS["kastor-odometer"], seed=1)
    laps = sim.activity.lap_table
    by_distance = laps["trigger"] == "distance"
    assert by_distance.sum() == 16
    assert laps["distance_m"][:-1][by_distance[:-1]] == pytest.approx(400.0, abs=3.5)  # reaction at the start included
    assert laps["end_s"][by_distance] == pytest.approx([rep.end_s for rep in sim.reps], abs=1e-3)
    true_m = np.array([rep.distance_m for rep in sim.reps])
    assert abs(true_m.mean() - 400.0 / 0.99) < 4.0  # the device reads 1 % short, so they run further


def test_the_same_seed_is_the_same_day_and_another_is_another() -> None:
    scenario = SCENARIOS["10x400-stand-smart"]
    a, b, c = simulate(scenario, 1), simulate(scenario, 1), simulate(scenario, 2)
    assert np.array_equal(a.activity.column("lat_deg"), b.activity.column("lat_deg"))
    assert not np.array_equal(a.activity.column("lat_deg")[:50], c.activity.column("lat_deg")[:50])
    assert [r.duration_s for r in a.reps] == [r.duration_s for r in c.reps]


def test_standing_and_walking_rests_lead_back_to_the_line() -> None:
    for name in ("kastor-walk-1s", "kastor-stand-smart"):
        movement = simulate(SCENARIOS[name]).movement
        starts = [start for move, start, _ in movement.spans if move.kind == "rep"]
        off_m = np.interp(starts, movement.time_s, movement.along_m)
        off_m -= 400.0 * np.arange(len(starts)) + off_m[0]
        assert np.abs(off_m).max() < 3.0


def test_half_speed_comes_a_second_after_the_start_and_three_after_the_finish() -> None:
    sim = simulate(SCENARIOS["kastor-stand-smart"])
    t, v = sim.movement.time_s, sim.movement.speed_mps
    at_line, up, down = [], [], []
    for rep in sim.reps[:-1]:
        cruise = rep.distance_m / rep.duration_s
        at_line.append(np.interp(rep.start_s, t, v) / cruise)
        up.append(t[(t > rep.start_s - 5) & (v > cruise / 2)][0] - rep.start_s)
        down.append(t[(t > rep.end_s) & (v < cruise / 2)][0] - rep.end_s)
        assert v[(t > rep.start_s + 4) & (t < rep.end_s)].min() > 0.8 * cruise
    assert 0.05 < np.median(at_line) < 0.3
    assert 0.3 < np.median(up) < 1.0
    assert 2.5 < np.median(down) < 4.5


def test_paused_rests_are_neither_recorded_nor_counted() -> None:
    sim = simulate(SCENARIOS["kastor-paused-rests"], seed=2)
    time_s, distance_m = sim.activity.column("time_s"), sim.activity.column("distance_m")
    pauses = sim.activity.pause_table
    assert pauses.n_rows >= 15
    for start, end in zip(pauses["start_s"], pauses["end_s"], strict=True):
        assert not ((time_s > start + 1) & (time_s < end - 1)).any()
        at = np.interp([start, end], time_s, distance_m)
        assert at[1] - at[0] < 12.0


def test_the_oval_is_400_m_round_and_closes() -> None:
    along = np.linspace(0.0, 400.0, 4001)
    x, y = Oval().at(along, np.zeros(along.size))
    assert np.hypot(np.diff(x), np.diff(y)).sum() == pytest.approx(400.0, abs=0.02)
    assert np.hypot(x[-1] - x[0], y[-1] - y[0]) < 0.01
    x1, y1 = Oval().at(along, np.full(along.size, 1.22))
    outer_m = np.hypot(np.diff(x1), np.diff(y1)).sum()
    assert outer_m == pytest.approx(400.0 + 2 * np.pi * 1.22, abs=0.02)  # a lane further out


def test_gps_error_is_some_metres_and_slow() -> None:
    sim = simulate(replace(SCENARIOS["kastor-walk-1s"], name="gps"), seed=9)
    clean = simulate(
        replace(
            SCENARIOS["kastor-walk-1s"], name="gps", watch=replace(WATCHES["fr255"], gps_sd_m=1e-9, gps_jitter_m=0.0)
        ),
        seed=9,
    )
    north = (sim.activity.column("lat_deg") - clean.activity.column("lat_deg")) * 111_195.0
    assert 1.5 < north.std() < 3.6
    lagged = np.corrcoef(north[:-10], north[10:])[0, 1]
    assert lagged > 0.7


def test_a_smart_recorder_writes_a_sample_at_most_presses() -> None:
    sim = simulate(SCENARIOS["10x400-stand-smart"], seed=4)
    gaps = np.diff(sim.activity.column("time_s"))
    assert 3.0 <= np.median(gaps) <= 6.0
    hit = np.isin(np.floor(sim.presses_s) + 1, sim.activity.column("time_s")).mean()
    assert hit > 0.7


def test_missed_and_doubled_presses_show_in_the_laps() -> None:
    moves = kastor_session([95.0] * 16)
    habits = {"plain": Presses(), "missed": Presses(missed=0.2), "doubled": Presses(doubled=0.2)}
    laps = {
        name: simulate(Scenario(name="h", moves=moves, presses=habit), 3).activity.lap_table
        for name, habit in habits.items()
    }
    assert laps["plain"].n_rows == 34
    assert laps["missed"].n_rows < 34
    assert (np.diff(laps["doubled"]["start_s"]) < 3.0).sum() >= 2


def test_a_scenario_of_one_move_works() -> None:
    scenario = Scenario(name="one", moves=(Move(kind="other", duration_s=60.0, speed_mps=3.0),))
    sim = simulate(scenario)
    assert sim.activity.lap_table.n_rows == 0
    assert sim.activity.column("distance_m")[-1] == pytest.approx(175, abs=12)


def test_sample_data_is_what_the_command_writes(tmp_path: Path) -> None:
    written = {path.relative_to(tmp_path): path for path in write_samples(tmp_path)}
    kept = {path.relative_to(SAMPLES) for path in SAMPLES.rglob("*") if path.suffix in (".fit", ".gpx", ".json")}
    assert kept == set(written)
    for name, path in written.items():
        assert (SAMPLES / name).stat().st_size == path.stat().st_size, name
    for name in ("kastor-good.fit", "season/2026-04-28.fit"):
        assert _distances(tmp_path / name) == pytest.approx(_distances(SAMPLES / name), abs=0.05)
    truth = json.loads((SAMPLES / "truth.json").read_text())
    assert [rep["planned_rep"] for rep in truth["kastor-flawed.fit"]["reps"]] == [*range(1, 14), 15, 16]


def _distances(path: Path) -> list[float]:
    with fitdecode.FitReader(str(path)) as reader:
        return [
            frame.get_value("distance")
            for frame in reader
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "record"
        ]
