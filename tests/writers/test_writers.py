from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

import fitdecode
import fitparse
import gpxpy
import numpy as np
import pytest

from kastor_analysis.activity import Activity, WorkoutStep
from kastor_analysis.readers.fit.crc import crc16
from kastor_analysis.writers import to_fit, to_gpx, to_tcx
from kastor_analysis.writers.fit_encoding import stored

START = datetime(2026, 5, 1, 6, 30, tzinfo=UTC)


@pytest.fixture
def activity() -> Activity:
    time_s = np.array([0.0, 1.0, 2.0, 5.0, 65.0, 66.0])
    return Activity.from_columns(
        START,
        {
            "time_s": time_s,
            "lat_deg": [46.5, 46.50001, np.nan, 46.50003, 46.50004, 46.50005],
            "lon_deg": [6.6, 6.60001, np.nan, -6.60003, 6.60004, 6.60005],
            "altitude_m": [380.2, 380.4, 380.4, 380.4, -12.2, 380.4],
            "distance_m": [0.0, 4.11, 8.25, np.nan, 20.5, 24.5],
            "speed_mps": [0.0, 4.111, 4.2, np.nan, 4.0, 4.0],
            "heart_rate_bpm": [90, 95, np.nan, 120, 121, 122],
            "cadence_spm": [160, 175, np.nan, 181, 0, 180.5],
        },
        laps={
            "start_s": [0.0, 2.345],
            "end_s": [2.345, 66.0],
            "distance_m": [9.0, 15.5],
            "trigger": ["manual", "session_end"],
            "intensity": ["warmup", None],
            "workout_step": [0.0, np.nan],
        },
        pauses={"start_s": [5.0], "end_s": [65.0]},
        workout=(
            WorkoutStep(name="Lauf über 400", intensity="active", duration_s=np.nan, distance_m=400.0),
            WorkoutStep(name=None, intensity="rest", duration_s=90.0, distance_m=np.nan),
        ),
        device="Test watch",
        sport="running",
        sub_sport="track",
        utc_offset_s=7200.0,
    )


def test_crc_of_the_check_string() -> None:
    assert crc16(b"123456789") == 0xBB3D  # the catalogued check value of CRC-16/ARC


def test_out_of_range_is_stored_as_missing_not_wrapped() -> None:
    assert stored([70.0, 65.535, 65.534, -1.0, np.nan], "uint16", scale=1000.0).tolist() == [
        0xFFFF,
        0xFFFF,
        65534,
        0xFFFF,
        0xFFFF,
    ]


@pytest.mark.parametrize("decoder", ["fitparse", "fitdecode"])
def test_fit_reads_back_in_the_reference_decoders(activity: Activity, decoder: str) -> None:
    messages = _decoded(to_fit(activity), decoder)
    records = messages["record"]
    naive = START.replace(tzinfo=None)
    assert [(_naive(r["timestamp"]) - naive).total_seconds() for r in records] == [0, 1, 2, 5, 65, 66]
    deg = 180.0 / 2**31
    assert records[3]["position_long"] * deg == pytest.approx(-6.60003, abs=1e-7)
    assert records[2].get("position_lat") is None
    assert [r.get("distance") for r in records] == [0.0, 4.11, 8.25, None, 20.5, 24.5]
    assert records[1]["speed"] == 4.111
    assert records[3].get("speed") is None
    assert records[4]["altitude"] == pytest.approx(-12.2)
    assert [r.get("heart_rate") for r in records] == [90, 95, None, 120, 121, 122]
    steps_per_minute = [
        None if r.get("cadence") is None else 2 * (r["cadence"] + r["fractional_cadence"]) for r in records
    ]
    assert steps_per_minute[1] == 175.0
    assert steps_per_minute[5] == pytest.approx(180.5, abs=0.01)
    assert steps_per_minute[2] is None

    laps = messages["lap"]
    assert [lap["total_elapsed_time"] for lap in laps] == [2.345, 63.655]
    assert laps[1]["total_timer_time"] == pytest.approx(3.655)  # 60 s of it paused
    assert [lap["lap_trigger"] for lap in laps] == ["manual", "session_end"]
    assert laps[0]["intensity"] == "warmup"
    assert laps[1].get("intensity") is None
    assert laps[0]["wkt_step_index"] == 0
    assert messages["session"][0]["total_timer_time"] == pytest.approx(6.0)
    assert messages["session"][0]["sub_sport"] == "track"
    timer = [(e["event_type"], (_naive(e["timestamp"]) - naive).total_seconds()) for e in messages["event"]]
    assert timer == [("start", 0), ("stop_all", 5), ("start", 65), ("stop_all", 66)]
    local = _naive(messages["activity"][0]["local_timestamp"])
    assert local - _naive(messages["activity"][0]["timestamp"]) == timedelta(hours=2)
    assert messages["file_id"][0]["product_name"] == "Test watch"
    steps = messages["workout_step"]
    assert steps[0]["wkt_step_name"] == "Lauf über 400"
    assert steps[0]["duration_distance"] == 400.0
    assert steps[1]["duration_time"] == 90.0


def test_fit_messages_stand_in_order_of_time(activity: Activity) -> None:
    with fitdecode.FitReader(io.BytesIO(to_fit(activity))) as reader:
        frames = [f for f in reader if f.frame_type == fitdecode.FIT_FRAME_DATA]
    names = [f.name for f in frames if f.name in ("record", "lap", "event")]
    assert names == ["event", *["record"] * 3, "lap", "record", "event", "event", "record", "record", "lap", "event"]


def test_two_samples_in_one_second_keep_the_later() -> None:
    activity = Activity.from_columns(START, {"time_s": [0.0, 1.2, 1.9, 3.0], "distance_m": [0.0, 5.0, 9.0, 12.0]})
    assert [r["distance"] for r in _decoded(to_fit(activity), "fitdecode")["record"]] == [0.0, 9.0, 12.0]


def test_an_activity_without_samples_is_still_a_valid_file() -> None:
    activity = Activity.from_columns(START, {"time_s": []})
    messages = _decoded(to_fit(activity), "fitparse")
    assert "record" not in messages
    assert len(messages["session"]) == 1


def test_gpx_reads_back_in_gpxpy(activity: Activity) -> None:
    track = gpxpy.parse(to_gpx(activity).decode()).tracks[0]
    assert [len(s.points) for s in track.segments] == [3, 2]  # the pause splits; no position, no point
    points = [p for s in track.segments for p in s.points]
    assert [(p.time - START).total_seconds() for p in points] == [0, 1, 5, 65, 66]
    assert points[2].longitude == pytest.approx(-6.60003)
    assert points[3].elevation == pytest.approx(-12.2)
    texts = [child.text for child in points[0].extensions[0]]
    assert texts == ["90", "80"]


def test_bare_gpx_holds_positions_time_and_heart_rate_only(activity: Activity) -> None:
    text = to_gpx(activity, ("heart_rate_bpm",), split_at_pauses=False).decode()
    assert "gpxtpx:hr" in text
    assert "cad" not in text
    assert "<ele>" not in text
    assert text.count("<trkseg>") == 1


def test_gpx_refuses_what_it_cannot_carry(activity: Activity) -> None:
    with pytest.raises(ValueError, match="speed_mps"):
        to_gpx(activity, ("speed_mps",))


def test_tcx_holds_laps_and_samples(activity: Activity, tmp_path) -> None:
    import tcxreader.tcxreader as tcx

    path = tmp_path / "run.tcx"
    path.write_bytes(to_tcx(activity))
    exercise = tcx.TCXReader().read(str(path), only_gps=False)
    assert [len(lap.trackpoints) for lap in exercise.laps] == [3, 3]
    first = exercise.laps[0].trackpoints[1]
    assert first.distance == pytest.approx(4.11)
    assert first.hr_value == 95
    assert first.tpx_ext["Speed"] == pytest.approx(4.111)
    assert re.findall("<TotalTimeSeconds>(.*?)<", path.read_text()) == ["2.345", "63.655"]


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _decoded(data: bytes, decoder: str) -> dict[str, list[dict]]:
    messages: dict[str, list[dict]] = {}
    if decoder == "fitparse":
        for message in fitparse.FitFile(data, check_crc=True).get_messages():
            messages.setdefault(message.name, []).append(message.get_values())
        return messages
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        for frame in reader:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA:
                messages.setdefault(frame.name, []).append({f.name: f.value for f in frame.fields})
    return messages
