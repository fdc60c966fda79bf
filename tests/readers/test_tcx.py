"""TCX: laps, pauses that are only implied, and the dialects of points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import kastor_analysis as ka
from kastor_analysis.readers import tcx

START = 1_777_617_000  # 2026-05-01 06:30 UTC


def stamp(second: float) -> str:
    whole, part = divmod(second, 1)
    text = f"2026-05-01T06:{30 + int(whole) // 60:02}:{int(whole) % 60:02}"
    return f"{text}.{round(part * 1000):03}Z" if part else f"{text}Z"


def trackpoint(second: float, distance_m: float | None = None, inner: str = "") -> str:
    distance = "" if distance_m is None else f"<DistanceMeters>{distance_m}</DistanceMeters>"
    return f"<Trackpoint><Time>{stamp(second)}</Time>{distance}{inner}</Trackpoint>"


def lap(
    start: float, timer_s: float, tracks: list[list[str]], *, intensity: str = "Active", trigger: str = "Manual"
) -> str:
    inner = "".join(f"<Track>{''.join(points)}</Track>" for points in tracks)
    return (
        f'<Lap StartTime="{stamp(start)}"><TotalTimeSeconds>{timer_s}</TotalTimeSeconds>'
        f"<DistanceMeters>400</DistanceMeters>"
        f"<Intensity>{intensity}</Intensity><TriggerMethod>{trigger}</TriggerMethod>{inner}</Lap>"
    )


def document(*laps: str, sport: str = "Running", more: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase '
        'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities>'
        f'<Activity Sport="{sport}"><Id>{stamp(0)}</Id>{"".join(laps)}'
        f"<Creator><Name>Forerunner 55</Name></Creator></Activity>"
        f"{more}</Activities><Author><Name>Connect Api</Name></Author></TrainingCenterDatabase>"
    ).encode()


def every_second(start: int, stop: int) -> list[str]:
    return [trackpoint(s, s * 3.0) for s in range(start, stop)]


def test_laps_keep_their_milliseconds_across_starts_cut_to_seconds() -> None:
    data = document(
        lap(0, 96.4, [every_second(0, 97)]),
        lap(96, 95.3, [every_second(97, 192)], intensity="Resting", trigger="Distance"),
        lap(192, 10.0, [every_second(192, 202)], trigger="Location"),
    )
    laps = ka.load(data).lap_table
    assert laps["start_s"] == pytest.approx([0, 96.4, 191.7])
    assert laps["end_s"] == pytest.approx([96.4, 191.7, 201.7])
    assert laps["timer_s"] == pytest.approx([96.4, 95.3, 10.0])
    assert laps["intensity"].tolist() == ["active", "rest", "active"]
    assert laps["trigger"].tolist() == ["manual", "distance", "position"]
    assert laps["distance_m"].tolist() == [400, 400, 400]


def test_a_pause_that_only_the_timer_tells_lies_in_the_gap_of_the_points() -> None:
    data = document(
        lap(0, 60, [[*every_second(0, 41), *every_second(131, 151)]]),  # 150 s elapsed, 60 s timer
        lap(150, 10, [every_second(151, 160)]),
    )
    activity = ka.load(data)
    assert activity.pause_table["start_s"] == pytest.approx([41], abs=1.0)
    assert activity.pause_table["end_s"] == pytest.approx([131])
    assert activity.lap_table["end_s"].tolist() == [150, 160]
    assert not any("No samples" in warning for warning in activity.warnings)


def test_a_pause_at_the_start_of_a_lap() -> None:
    data = document(
        lap(0, 30, [every_second(0, 31)]), lap(30, 20, [every_second(130, 151)]), lap(150, 5, [[trackpoint(152)]])
    )
    pauses = ka.load(data).pause_table
    assert (pauses["start_s"].tolist(), pauses["end_s"].tolist()) == ([30], [130])


def test_a_break_between_tracks_is_a_pause_also_in_the_last_lap() -> None:
    activity = ka.load(document(lap(0, 40, [every_second(0, 21), every_second(120, 141)])))
    assert (activity.pause_table["start_s"].tolist(), activity.pause_table["end_s"].tolist()) == ([20], [120])
    assert activity.lap_table["end_s"].tolist() == [140]


def test_a_track_for_every_lap_is_no_pause() -> None:
    activity = ka.load(document(lap(0, 20, [every_second(0, 20)]), lap(20, 20, [every_second(20, 40)])))
    assert activity.pause_table.n_rows == 0


def test_points_after_the_last_lap_stay() -> None:
    activity = ka.load(document(lap(0, 20, [every_second(0, 20)]), lap(20, 20, [every_second(20, 200)])))
    assert activity.lap_table["end_s"].tolist() == [20, 40]
    assert activity.column("time_s")[-1] == 199


def test_paused_time_that_finds_no_gap_is_told() -> None:
    activity = ka.load(document(lap(0, 20, [every_second(0, 100)]), lap(100, 20, [every_second(100, 120)])))
    assert any("stopped for 80 s that no gap between the samples shows" in said for said in activity.warnings)


def test_a_gap_at_the_start_of_a_lap_is_a_pause_only_where_the_laps_leave_room() -> None:
    """The format begins a track with every lap: of itself that says nothing."""
    first, second = [every_second(0, 31)], [every_second(130, 151)]
    assert ka.load(document(lap(0, 130, first), lap(130, 20, second))).pause_table.n_rows == 0
    assert ka.load(document(lap(0, 30, first), lap(130, 20, second))).pause_table["end_s"].tolist() == [130]


@pytest.mark.parametrize(
    ("inner", "column", "value"),
    [
        ("<HeartRateBpm><Value>150</Value></HeartRateBpm>", "heart_rate_bpm", 150),
        (
            '<HeartRateBpm xsi:type="HeartRateInBeatsPerMinute_t">\n<Value>151</Value>\n</HeartRateBpm>',
            "heart_rate_bpm",
            151,
        ),
        ("<Cadence>85</Cadence>", "cadence_spm", 170),
        ("<Extensions><ns3:TPX><ns3:RunCadence>86</ns3:RunCadence></ns3:TPX></Extensions>", "cadence_spm", 172),
        ("<Cadence>1</Cadence><Extensions><TPX><RunCadence>87</RunCadence></TPX></Extensions>", "cadence_spm", 174),
        ("<Extensions><ns3:TPX><ns3:Speed>3.25</ns3:Speed></ns3:TPX></Extensions>", "speed_mps", 3.25),
        ("<Extensions><TPX xmlns='x'><Watts>301</Watts></TPX></Extensions>", "power_w", 301),
        ("<AltitudeMeters>77.5</AltitudeMeters>", "altitude_m", 77.5),
        (
            "<Position><LatitudeDegrees>50.5</LatitudeDegrees><LongitudeDegrees>8.5</LongitudeDegrees></Position>",
            "lon_deg",
            8.5,
        ),
    ],
)
def test_points(inner: str, column: str, value: float) -> None:
    activity = ka.load(document(lap(0, 3, [[trackpoint(s, s, inner) for s in range(3)]])))
    assert activity.column(column).tolist() == [value] * 3
    assert (activity.device, activity.sport) == ("Forerunner 55", "running")


def test_a_value_outside_the_heart_rate_is_none() -> None:
    inner = "<Extensions><Other><Value>99</Value></Other></Extensions>"
    activity = ka.load(document(lap(0, 2, [[trackpoint(0, 0, inner), trackpoint(1, 3, inner)]])))
    assert np.isnan(activity.column("heart_rate_bpm")).all()


def test_several_activities_and_what_is_none() -> None:
    ride = f'<Activity Sport="Biking"><Id/>{lap(300, 3, [every_second(300, 303)])}</Activity>'
    data = document(lap(0, 3, [every_second(0, 3)]), more=ride)
    assert ka.load(data).sport == "running"
    assert ka.load(data, part=1).sport == "cycling"
    course = (
        b"<TrainingCenterDatabase><Courses><Course><Name>x</Name><Track/></Course></Courses></TrainingCenterDatabase>"
    )
    with pytest.raises(ka.NoSamplesError, match="holds a course, not a recording"):
        ka.load(course)
    workout = b"<TrainingCenterDatabase><Workouts><Workout Sport='Running'/></Workouts></TrainingCenterDatabase>"
    with pytest.raises(ka.NoSamplesError, match="holds a planned workout, not a recording"):
        ka.load(workout)
    with pytest.raises(ka.NoSamplesError, match="holds an activity without samples over time"):
        ka.load(document())


def test_the_local_offset_is_kept() -> None:
    data = document(lap(0, 3, [every_second(0, 3)])).replace(b"T06:30:00Z</Time>", b"T08:30:00+02:00</Time>")
    activity = ka.load(data)
    assert activity.utc_offset_s == 7200
    assert activity.start_time.timestamp() == START


def test_lifted_points_are_the_same(real: Path) -> None:
    files = [path for path in sorted(real.rglob("*")) if path.suffix.lower() == ".tcx"]
    assert len(files) > 20
    for path in files:
        data = path.read_bytes()
        try:
            plain = tcx.decode(data, lift=False)
        except ka.NoSamplesError:
            continue
        for one, other in zip(tcx.decode(data, lift=True), plain, strict=True):
            assert one.samples.keys() == other.samples.keys()
            for name in one.samples:
                np.testing.assert_array_equal(one.samples[name], other.samples[name])
            assert one.warnings == other.warnings
