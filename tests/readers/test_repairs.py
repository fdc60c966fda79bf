"""Each rule by which recordings are made honest, on columns small enough to work out by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kastor_analysis as ka
from kastor_analysis.readers import Limits, repairs, times
from kastor_analysis.readers.assemble import assemble
from kastor_analysis.readers.raw import RawRecording

NAN = np.nan
T0 = 1_777_617_000.0


def raw(timestamp_s: object, **fields: object) -> RawRecording:
    laps = fields.pop("laps", {})
    extra = {name: fields.pop(name) for name in ("timer_start_s", "pauses", "sport", "warnings") if name in fields}
    samples = {name: np.array(values, dtype=float) for name, values in fields.items()}
    samples["timestamp_s"] = np.array(timestamp_s, dtype=float) + T0
    return RawRecording(format="fit", samples=samples, laps=laps, **extra)  # type: ignore[arg-type]


def test_time_zero_is_the_earliest_of_timer_first_record_and_first_lap() -> None:
    laps = {"start_s": np.array([T0 - 2.0]), "end_s": np.array([T0 + 8.0])}
    assert assemble(raw([0, 1])).start_time == datetime.fromtimestamp(T0, UTC)
    assert assemble(raw([0, 1], timer_start_s=T0 - 1)).column("time_s").tolist() == [1, 2]
    activity = assemble(raw([0, 1], timer_start_s=T0 - 1, laps=laps))
    assert activity.column("time_s").tolist() == [2, 3]
    assert activity.lap_table["start_s"].tolist() == [0]
    # Neither a timer nor a lap of another day is believed.
    laps = {"start_s": np.array([T0 - 200_000.0, T0]), "end_s": np.array([T0 - 199_000.0, T0 + 1])}
    activity = assemble(raw([0, 1], timer_start_s=T0 - 100_000, laps=laps))
    assert activity.column("time_s").tolist() == [0, 1]
    assert activity.lap_table.n_rows == 1
    assert "1 lap of no length or at another time left out." in activity.warnings


def test_repeated_times_keep_the_last_known_value_of_each_column() -> None:
    activity = assemble(raw([0, 1, 1, 1, 2], heart_rate_bpm=[100, 101, NAN, 103, NAN], altitude_m=[5, 6, 7, NAN, 8]))
    assert activity.column("time_s").tolist() == [0, 1, 2]
    assert activity.column("heart_rate_bpm")[:2].tolist() == [100, 103]
    assert activity.column("altitude_m").tolist() == [5, 7, 8]
    assert "2 samples at the same time as the one before: merged into one." in activity.warnings


def test_pieces_in_the_wrong_order_are_put_in_order() -> None:
    activity = assemble(raw([10, 11, 12, 0, 1, 2], altitude_m=[4, 5, 6, 1, 2, 3]))
    assert activity.column("altitude_m").tolist() == [1, 2, 3, 4, 5, 6]
    assert "The samples were not in order of time (2 pieces); they were put in order." in activity.warnings


def test_a_clock_that_goes_back_loses_the_fewest_samples() -> None:
    activity = assemble(raw([0, 1, 2, 90, 3, 4, 5, 2, 6], altitude_m=range(9)))
    assert activity.column("altitude_m").tolist() == [0, 1, 2, 4, 5, 6, 8]
    assert "The clock went back 2 times (most: 87 s); 2 samples at odds with the others left out." in activity.warnings


def test_samples_of_another_day_are_left_out() -> None:
    activity = assemble(raw([-800_000, 0, 1, 2, 90_000_000], altitude_m=range(5)))
    assert activity.column("altitude_m").tolist() == [1, 2, 3]
    assert "2 samples more than a day away from the rest left out (clock not set)." in activity.warnings


def test_no_times_no_samples_too_long() -> None:
    with pytest.raises(ka.NoSamplesError, match="none of its 2 points has a time"):
        assemble(raw([NAN, NAN]))
    with pytest.raises(ka.NoSamplesError, match="holds no samples over time"):
        assemble(raw([]))
    with pytest.raises(ka.LimitError, match="lasts 2 days"):
        assemble(raw([0, 80_000, 160_000]), limits=Limits(duration_s=86_400))


def test_infinite_values_are_missing() -> None:
    activity = assemble(raw([0, 1], altitude_m=[np.inf, 1], heart_rate_bpm=[-np.inf, 90]))
    assert np.isnan(activity.column("altitude_m")[0])
    assert np.isnan(activity.column("heart_rate_bpm")[0])


@pytest.mark.parametrize(
    ("distance_m", "honest_m", "told"),
    [
        ([0, 3, 6, 9], [0, 3, 6, 9], []),
        ([0, 3, 900, 9, 12], [0, 3, NAN, 9, 12], ["went backwards 1 time (most: 891.0 m at 0:03); 1 reading"]),
        (
            [290, 300, 303, 306, 250, 309],
            [290, 300, 303, 306, NAN, 309],
            ["went backwards 1 time (most: 56.0 m at 0:04)"],
        ),
        ([0, 100, 200, 3, 50, 100], [0, 100, 200, 203, 250, 300], ["started again from 0 1 time (first at 0:03)"]),
        ([0, 100, 200, 0, 203, 206], [0, 100, 200, NAN, 203, 206], ["went backwards 1 time (most: 200.0 m at 0:03)"]),
        ([-1, 0, 3, NAN, 6], [NAN, 0, 3, NAN, 6], ["Negative distances left out"]),
        ([0, 3, 2003, 2006], [0, 3, 2003, 2006], ["leaps by 2000 m in 1 s at 0:01"]),
    ],
)
def test_distance(distance_m: list[float], honest_m: list[float], told: list[str]) -> None:
    activity = assemble(raw(range(len(distance_m)), distance_m=distance_m))
    np.testing.assert_array_equal(activity.column("distance_m"), honest_m)
    warnings = [warning for warning in activity.warnings if "istance" in warning]
    assert len(warnings) == len(told)
    assert all(part in warning for part, warning in zip(told, warnings, strict=True))


@given(st.lists(st.one_of(st.floats(0, 1e5), st.just(NAN)), min_size=1, max_size=60))
def test_distance_never_decreases(values: list[float]) -> None:
    time_s = np.arange(len(values), dtype=float)
    honest, warnings = repairs.honest_distance(time_s, np.array(values))
    known = honest[np.isfinite(honest)]
    assert (np.diff(known) >= 0).all()
    assert known.size >= min(1, np.isfinite(values).sum())
    if not warnings:
        np.testing.assert_array_equal(honest, values)


@given(st.lists(st.integers(0, 12), max_size=14))
def test_the_longest_sequence_is_the_longest(values: list[int]) -> None:
    kept = times.longest_non_decreasing(np.array(values, dtype=float))
    chosen = np.array(values)[kept]
    assert (np.diff(kept) > 0).all()
    assert (np.diff(chosen) >= 0).all()
    best = [0] * (len(values) + 1)
    for i, value in enumerate(values):  # the textbook's quadratic way
        best[i] = 1 + max((best[j] for j in range(i) if values[j] <= value), default=0)
    assert kept.size == max(best)


def test_zero_filled_speeds_go_and_stops_stay() -> None:
    time_s = np.arange(12.0)
    running_m = time_s * 4.0
    filled = [4, 4, 0, 4, 4, 0, 0, 4, 4, 4, 4, 4]
    activity = assemble(raw(time_s, distance_m=running_m, speed_mps=filled))
    np.testing.assert_array_equal(np.isnan(activity.column("speed_mps")), np.array(filled) == 0)
    assert "3 speeds of 0 in the middle of running left out (first at 0:02)." in activity.warnings
    # A stop: the smoothed speed falls and rises by degrees, the distance stands.
    stop = [4, 4, 2, 1, 0, 0, 0, 0, 1.5, 3, 4, 4]
    stopped_m = np.cumsum(stop)
    assert assemble(raw(time_s, distance_m=stopped_m, speed_mps=stop)).column("speed_mps").tolist() == stop
    # Starting off: the watch still says 0 while the distance runs.
    off = [0, 0, 0, 3, 4, 4, 4, 4, 4, 4, 4, 4]
    assert assemble(raw(time_s, distance_m=running_m, speed_mps=off)).column("speed_mps").tolist() == off


def test_a_speed_of_0_throughout_is_missing_only_if_distance_was_covered() -> None:
    time_s = np.arange(100.0)
    activity = assemble(raw(time_s, distance_m=time_s * 3, speed_mps=np.zeros(100)))
    assert np.isnan(activity.column("speed_mps")).all()
    standing = assemble(raw(time_s, distance_m=np.zeros(100), speed_mps=np.zeros(100)))
    assert not standing.column("speed_mps").any()


def line(n: int, step_m: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    return 50 + np.arange(n) * step_m / 111_229.4, np.full(n, 8.0)


def test_positions_nowhere_and_out_of_reach() -> None:
    lat, lon = line(60)
    lat[5], lon[5] = 0.0, 0.0
    lat[10] = 95.0
    lat[20:23] += 0.003  # 330 m away for three samples
    lon[40] = NAN
    activity = assemble(raw(np.arange(60), lat_deg=lat, lon_deg=lon, sport="running"))
    gone = np.flatnonzero(np.isnan(activity.column("lat_deg"))).tolist()
    assert gone == [5, 10, 20, 21, 22, 40]
    assert np.flatnonzero(np.isnan(activity.column("lon_deg"))).tolist() == gone
    assert "2 positions off the map (0, 0 or beyond the globe) left out." in activity.warnings
    assert "3 positions out of reach left out (first at 0:20)." in activity.warnings
    assert activity.column("distance_m")[-1] == pytest.approx(59 * 3, abs=0.01)
    assert activity.derived == ("distance_m",)


def test_first_positions_from_yesterday_go_and_a_lasting_leap_stays() -> None:
    lat, lon = line(60)
    lat[:3] += 1.0
    activity = assemble(raw(np.arange(60), lat_deg=lat, lon_deg=lon, sport="running"))
    assert np.flatnonzero(np.isnan(activity.column("lat_deg"))).tolist() == [0, 1, 2]
    lat, lon = line(60)
    lat[30:] += 0.002
    activity = assemble(raw(np.arange(60), lat_deg=lat, lon_deg=lon, sport="running"))
    assert np.isfinite(activity.column("lat_deg")).all()
    assert any(warning.startswith("The position leaps by 225 m at 0:29") for warning in activity.warnings)


def test_a_fast_ride_is_no_spike() -> None:
    lat, lon = line(60, step_m=28.0)
    for sport, leaps in (("cycling", False), ("running", True)):
        activity = assemble(raw(np.arange(60), lat_deg=lat, lon_deg=lon, sport=sport))
        assert any("leaps" in warning for warning in activity.warnings) == leaps
        assert np.isfinite(activity.column("lat_deg")[10:]).all()


def test_sensors() -> None:
    heart = [0, 120, 255, 121]
    activity = assemble(raw(range(4), heart_rate_bpm=heart, cadence_spm=[0, 0, 0, 0], power_w=[0, 200, 0, 0]))
    np.testing.assert_array_equal(activity.column("heart_rate_bpm"), [NAN, 120, NAN, 121])
    assert np.isnan(activity.column("cadence_spm")).all()
    assert activity.column("power_w").tolist() == [0, 200, 0, 0]
    assert "2 heart rates of 0 or over 250 left out." in activity.warnings
    assert "The cadence is 0 throughout; it was left out." in activity.warnings


def test_samples_that_end_long_before_the_laps_are_told() -> None:
    time_s, none = np.arange(0.0, 22.0), np.empty((0, 2))
    assert repairs.ends_early(time_s, none, 6042.5) == (
        "The samples end at 0:21, the laps at 1:40:42: what was run in between is not known."
    )
    assert repairs.ends_early(time_s, none, 60.0) is None
    assert repairs.ends_early(time_s, np.array([[25.0, 6040.0]]), 6042.5) is None  # the watch lay paused


def test_gaps_are_told_unless_a_pause_explains_them() -> None:
    times = [*range(30), *range(90, 120), *range(200, 230)]
    told = assemble(raw(times)).warnings
    assert told == ("No samples for 81 s at 1:59, the largest of 2 gaps.",)
    paused = np.array([[T0 + 119, T0 + 200], [T0 + 30, T0 + 89]])
    assert assemble(raw(times, pauses=paused)).warnings == ()
    smart = [*range(0, 300, 7)]
    assert assemble(raw(smart)).warnings == ()


def test_pauses_are_sorted_cut_and_merged() -> None:
    pauses = T0 + np.array([[50, 60], [10, 20], [15, 30], [30, 31], [-5, 2], [95, 200], [70, 70], [80, 75], [NAN, 3]])
    table = assemble(raw(range(100), pauses=pauses)).pause_table
    assert table["start_s"].tolist() == [0, 10, 50, 95]
    assert table["end_s"].tolist() == [2, 31, 60, 99]


def test_a_pause_of_less_than_a_microsecond_within_the_recording_is_none() -> None:
    pauses = T0 + np.array([[1.476_044_8, 90_000], [0.2, 0.5]])
    table = assemble(raw([0, 1.476_045], pauses=pauses)).pause_table
    assert (table["start_s"].tolist(), table["end_s"].tolist()) == ([0.2], [0.5])


def test_between_two_laps_lies_one_boundary_and_the_faster_keeps_its_duration() -> None:
    laps = {
        "start_s": T0 + np.array([60.0, 0, 122, 200, 300, 400]),
        "end_s": T0 + np.array([120.4, 60.5, 180, 305, 320, 410]),
        "timer_s": np.array([60.4, 60.5, 58, 100, 20, 10]),
        "distance_m": np.array([300.0, 100, NAN, 4, 5, 6]),
        "trigger": np.array(["manual", None, "time", "manual", "session_end", "time"], dtype=object),
    }
    table = assemble(raw(range(430), laps=laps)).lap_table
    # 60.5 against 60 and 120.4 against 122: the second lap is the faster of each two. 180 against 200: the watch stood.
    # 305 against 300: the laps overlap.
    assert table["start_s"] == pytest.approx([0, 60.0, 120.4, 200, 300, 400])
    assert table["end_s"] == pytest.approx([60.0, 120.4, 180, 300, 320, 410])
    assert table["distance_m"][[0, 1, 3]].tolist() == [100, 300, 4]
    assert table["trigger"].tolist() == [None, "manual", "time", "manual", "session_end", "time"]


def test_laps_of_no_length_or_within_another_are_left_out() -> None:
    laps = {"start_s": T0 + np.array([0.0, 10, 10, 20]), "end_s": T0 + np.array([10.0, 10, 20, 15])}
    activity = assemble(raw(range(30), laps=laps))
    assert activity.lap_table["start_s"].tolist() == [0, 10]
    assert "2 laps of no length or at another time left out." in activity.warnings


_times = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


@given(_times, st.lists(st.tuples(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5)), max_size=6), st.data())
def test_whatever_comes_in_an_activity_comes_out(
    times: list[float], spans: list[tuple[float, float]], data: st.DataObject
) -> None:
    number = st.one_of(st.just(NAN), st.floats(-1e6, 1e6), st.just(np.inf), st.just(0.0))
    column = st.lists(number, min_size=len(times), max_size=len(times))
    names = ("lat_deg", "lon_deg", "distance_m", "speed_mps", "heart_rate_bpm", "cadence_spm")
    edges = T0 + np.array(spans, dtype=float).reshape(-1, 2)
    recording = raw(
        times,
        **{name: data.draw(column) for name in names},
        pauses=edges,
        laps={"start_s": edges[:, 0], "end_s": edges[:, 1]},
    )
    activity = assemble(recording)
    time_s = activity.column("time_s")
    assert (np.diff(time_s) > 0).all()
    assert time_s[0] >= 0
    laps, pauses = activity.lap_table, activity.pause_table
    assert (laps["end_s"] > laps["start_s"]).all()
    assert (laps["start_s"][1:] >= laps["end_s"][:-1]).all()
    assert (pauses["end_s"] > pauses["start_s"]).all()
    assert (pauses["start_s"][1:] > pauses["end_s"][:-1]).all()
    distance_m = activity.column("distance_m")
    assert (np.diff(distance_m[np.isfinite(distance_m)]) >= 0).all()
    assert not any(np.isinf(activity.column(name)).any() for name in names)


@pytest.mark.parametrize("column", repairs.OUT_OF_REACH)
@pytest.mark.parametrize("value", [1e12, -1e12, 1e308, -1e308])
def test_values_out_of_all_reach_are_left_out_and_told_of(column: str, value: float) -> None:
    time_s = np.arange(100.0)
    values = np.full(100, 3.0)
    values[7:9] = value
    columns, said = repairs.within_reach(time_s, {column: values, "other": values})
    assert np.flatnonzero(np.isnan(columns[column])).tolist() == [7, 8]
    assert columns["other"] is values
    (sentence,) = said
    assert sentence.startswith("2 values of ")
    assert sentence.endswith("left out (first at 0:07).")
