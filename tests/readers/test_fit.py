"""The FIT decoder: the format piece by piece on files made by hand, and laps of real ones against the presses."""

from __future__ import annotations

import json
import re
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from kastor_analysis import FitError, NoSamplesError, WorkoutStep
from kastor_analysis.readers.fit import decode, message_counts, messages
from kastor_analysis.readers.fit.crc import crc16
from kastor_analysis.readers.fit.laps import chain

from . import fit_bytes
from .fit_bytes import T0, UNIX0, Fit, run

RECORD = 20


def record_file(*fields: tuple[int, str], rows: list[tuple[object, ...]], big: bool = False) -> bytes:
    fit = Fit().define(0, RECORD, [(253, "uint32"), *fields], big=big)
    for i, row in enumerate(rows):
        fit.data(0, T0 + i, *row)
    return fit.file()


class TestFormat:
    @pytest.mark.parametrize("big", [False, True])
    def test_a_plain_run(self, big: bool) -> None:
        (recording,) = decode(run(60, big=big).file(), strict=True)
        samples = recording.samples
        np.testing.assert_array_equal(samples["timestamp_s"], UNIX0 + np.arange(60.0))
        np.testing.assert_array_equal(samples["distance_m"], 4.0 * np.arange(60))
        assert set(samples["speed_mps"]) == {4.0}
        assert set(samples["heart_rate_bpm"]) == {150.0}
        assert set(samples["cadence_spm"]) == {170.0}
        assert (recording.sport, recording.sub_sport, recording.device) == ("running", "track", "Garmin Forerunner 255")
        assert recording.utc_offset_s == 7200
        assert recording.timer_start_s == UNIX0
        assert recording.pauses.shape == (0, 2)
        assert recording.laps["start_s"].tolist() == [UNIX0]
        assert recording.laps["end_s"].tolist() == [UNIX0 + 60]
        assert recording.label == "running (track) 2021-09-08 01:46 UTC, 1 min"
        assert recording.warnings == ()

    @pytest.mark.parametrize(
        ("kind", "value", "invalid"),
        [
            ("uint8", 150, 0xFF),
            ("sint8", 100, 0x7F),
            ("uint16", 150, 0xFFFF),
            ("sint16", 150, 0x7FFF),
            ("uint32", 150, 0xFFFFFFFF),
            ("sint32", 150, 0x7FFFFFFF),
            ("uint64", 150, 0xFFFFFFFFFFFFFFFF),
            ("sint64", 150, 0x7FFFFFFFFFFFFFFF),
            ("uint8z", 150, 0),
            ("uint16z", 150, 0),
            ("uint32z", 150, 0),
            ("float32", 150.0, float("nan")),
            ("float64", 150.0, float("nan")),
        ],
    )
    def test_every_base_type_has_its_invalid_value(self, kind: str, value: float, invalid: float) -> None:
        (recording,) = decode(record_file((3, kind), rows=[(value,), (invalid,), (value,)]))
        np.testing.assert_array_equal(recording.samples["heart_rate_bpm"], [value, np.nan, value])

    def test_scale_and_offset(self) -> None:
        data = record_file((2, "uint16"), (78, "uint32"), (6, "uint16"), rows=[(3000, 0xFFFFFFFF, 3333), (0, 2505, 1)])
        (recording,) = decode(data)
        np.testing.assert_array_equal(recording.samples["altitude_m"], [100.0, 1.0])
        np.testing.assert_array_equal(recording.samples["speed_mps"], [3.333, 0.001])

    def test_the_finer_field_is_taken_where_it_is_valid(self) -> None:
        data = record_file((6, "uint16"), (73, "uint32"), rows=[(3000, 3141), (3000, 0xFFFFFFFF)])
        assert decode(data)[0].samples["speed_mps"].tolist() == [3.141, 3.0]

    def test_positions_are_degrees(self) -> None:
        (recording,) = decode(record_file((0, "sint32"), (1, "sint32"), rows=[(2**30, -(2**29)), (2**31 - 1, 0)]))
        np.testing.assert_array_equal(recording.samples["lat_deg"], [90.0, np.nan])
        np.testing.assert_array_equal(recording.samples["lon_deg"], [-45.0, 0.0])

    def test_definitions_may_change_and_interleave(self) -> None:
        fit = Fit().define(0, RECORD, [(253, "uint32"), (3, "uint8")]).define(1, 233, [(2, "byte", 3)])
        for i in range(50):
            fit.data(0, T0 + i, 100 + i).data(1, bytes(3))
        fit.define(0, RECORD, [(3, "uint8"), (253, "uint32"), (6, "uint16")], big=True)
        for i in range(50, 80):
            fit.data(0, 100 + i, T0 + i, 2000)
        (recording,) = decode(fit.file(), strict=True)
        np.testing.assert_array_equal(recording.samples["timestamp_s"], UNIX0 + np.arange(80.0))
        np.testing.assert_array_equal(recording.samples["heart_rate_bpm"], 100.0 + np.arange(80))
        assert np.isnan(recording.samples["speed_mps"][:50]).all()

    @pytest.mark.parametrize("n", [1, 2, 15, 16, 17, 63, 64, 65, 79, 80, 81, 400])
    def test_runs_of_any_length_are_walked(self, n: int) -> None:
        fit = run(n)
        fit.define(6, 233, []).data(6).data(6)  # messages of a single byte
        assert message_counts(fit.file()) == {
            "file_id": 1,
            "event": 2,
            "record": n,
            "lap": 1,
            "session": 1,
            "activity": 1,
            "unknown_233": 2,
        }

    def test_compressed_timestamps_count_from_the_last_of_any_message(self) -> None:
        fit = Fit().define(0, RECORD, [(253, "uint32")]).define(1, RECORD, [(3, "uint8")])
        fit.define(2, 21, [(253, "uint32"), (0, "enum"), (1, "enum")])
        at = T0 - T0 % 32
        fit.data(0, at + 30)
        fit.data(1, 1, compressed=31).data(1, 2, compressed=0).data(1, 3, compressed=31).data(1, 4, compressed=31)
        fit.data(2, at + 1000, 9, 3)  # 1000 = 31 * 32 + 8
        fit.data(1, 5, compressed=9).data(1, 6, compressed=8)
        (recording,) = decode(fit.file())
        offsets = recording.samples["timestamp_s"] - (at + fit_bytes.UNIX0 - T0)
        np.testing.assert_array_equal(offsets, [30, 31, 32, 63, 63, 1001, 1032])
        np.testing.assert_array_equal(recording.samples["heart_rate_bpm"][1:], [1, 2, 3, 4, 5, 6])

    def test_relative_timestamps_move_with_the_first_absolute_one(self) -> None:
        fit = Fit().define(0, RECORD, [(253, "uint32")])
        for written in (100, 101, 102, T0 + 3, T0 + 4):
            fit.data(0, written)
        (recording,) = decode(fit.file())
        np.testing.assert_array_equal(recording.samples["timestamp_s"] - UNIX0, [1, 2, 3, 3, 4])
        assert "did not know the time" in recording.warnings[0]

    def test_compressed_speed_distance(self) -> None:
        def packed(speed: int, distance: int) -> bytes:
            return (speed | distance << 12).to_bytes(3, "little")

        rows = [(packed(300, 4000),), (b"\xff\xff\xff",), (packed(301, 4090),), (packed(302, 10),), (packed(303, 5),)]
        fit = Fit().define(0, RECORD, [(253, "uint32"), (8, "byte", 3)])
        for i, row in enumerate(rows):
            fit.data(0, T0 + i, *row)
        (recording,) = decode(fit.file())
        expected = np.array([4000, np.nan, 4090, 4096 + 10, 2 * 4096 + 5]) / 16
        np.testing.assert_array_equal(recording.samples["distance_m"], expected)
        np.testing.assert_array_equal(recording.samples["speed_mps"], [3.0, np.nan, 3.01, 3.02, 3.03])

    def test_an_invalid_packed_field_leaves_the_distance_alone(self) -> None:
        fit = Fit().define(0, RECORD, [(253, "uint32"), (5, "uint32"), (8, "byte", 3)])
        for i in range(5):
            fit.data(0, T0 + i, 100 * i, b"\xff\xff\xff")
        assert decode(fit.file())[0].samples["distance_m"].tolist() == [0, 1, 2, 3, 4]

    def test_cadence_has_its_fraction_and_counts_both_feet(self) -> None:
        data = record_file((4, "uint8"), (53, "uint8"), rows=[(85, 64), (86, 0xFF), (0xFF, 0)])
        np.testing.assert_array_equal(decode(data)[0].samples["cadence_spm"], [171.0, 172.0, np.nan])

    def test_cadence_that_counts_both_feet_already_is_not_doubled(self) -> None:
        (recording,) = decode(record_file((4, "uint8"), rows=[(170,), (172,), (0,)]))
        assert recording.samples["cadence_spm"].tolist() == [170, 172, 0]
        assert "both feet" in recording.warnings[0]

    def test_header_without_size_is_read_to_the_end(self) -> None:
        whole = run(30)
        assert len(decode(whole.file(size=0))[0].samples["timestamp_s"]) == 30

    def test_short_header(self) -> None:
        assert len(decode(run(30).file(header=12), strict=True)[0].samples["timestamp_s"]) == 30

    def test_chained_files_are_recordings_of_their_own(self) -> None:
        recordings = decode(run(30).file() + run(20).file(), strict=True)
        assert [len(r.samples["timestamp_s"]) for r in recordings] == [30, 20]

    def test_sessions_part_the_samples(self) -> None:
        fit = run(30)
        fit.data(4, T0 + 50, T0 + 30, 20_000, 2, 0)
        for i in range(30, 50):
            fit.data(2, T0 + i, 400 * i, 4000, 150, 85)
        fit.data(3, T0 + 50, T0 + 30, 20_000, 20_000, 8000)
        running, cycling = decode(fit.file())
        assert (running.sport, cycling.sport) == ("running", "cycling")
        assert [len(r.samples["timestamp_s"]) for r in (running, cycling)] == [30, 20]
        assert [len(r.laps["start_s"]) for r in (running, cycling)] == [1, 1]
        assert cycling.samples["cadence_spm"][0] == 85  # a cyclist's crank turns as it says

    def test_what_is_no_recording_says_what_it_is(self) -> None:
        workout = Fit().define(0, 0, [(0, "enum")]).data(0, 5)
        with pytest.raises(NoSamplesError, match=r"run\.fit: is a workout file"):
            decode(workout.file(), file="run.fit")


class TestDeveloperFields:
    @staticmethod
    def stryd(size: int = 2, kind: str = "uint16") -> Fit:
        fit = Fit().define(0, 207, [(3, "uint8")]).data(0, 0)
        layout = [(0, "uint8"), (1, "uint8"), (2, "uint8"), (3, "string", 8), (8, "string", 8), (15, "uint8")]
        fit.define(1, 206, layout).data(1, 0, 9, fit_bytes.CODES["uint16"], b"Power", b"Watts", 7)
        fit.define(2, RECORD, [(253, "uint32"), (7, "uint16")], developer=[(9, size, 0, kind), (8, 1, 0, "uint8")])
        return fit

    def test_power_of_a_pod_overrides_the_watch(self) -> None:
        fit = self.stryd().data(2, T0, 111, 250, 1).data(2, T0 + 1, 112, 0xFFFF, 1)
        assert decode(fit.file())[0].samples["power_w"].tolist() == [250, 112]

    def test_a_size_that_fits_no_type_shifts_nothing(self) -> None:
        fit = self.stryd(3, "byte")
        fit.define(3, RECORD, [(3, "uint8"), (253, "uint32")])
        for i in range(3):
            fit.data(2, T0 + 2 * i, 111 + i, b"abc", 1).data(3, 150 + i, T0 + 2 * i + 1)
        samples = decode(fit.file(), strict=True)[0].samples
        np.testing.assert_array_equal(samples["timestamp_s"], UNIX0 + np.arange(6.0))
        np.testing.assert_array_equal(samples["power_w"], [111, np.nan, 112, np.nan, 113, np.nan])

    def test_they_bear_their_names_and_units(self) -> None:
        frame = messages(self.stryd().data(2, T0, 111, 250, 1).file(), "record")
        assert frame["Power"].tolist() == [250]
        assert frame.attrs["units"]["Power"] == "Watts"
        assert frame["developer_0_8"].tolist() == [1]  # never described: a byte


class TestLapsAndPauses:
    @pytest.mark.parametrize("late", [0.0, 1.0])
    def test_laps_share_their_boundaries_and_come_back_to_a_tenth(self, late: float) -> None:
        rng = np.random.default_rng(4)
        errors = []
        for _ in range(50):
            presses = 1e6 + rng.random() + np.concatenate([[0], np.cumsum(rng.uniform(60, 120, 24))])
            late_s = np.append(0.0, np.full(23, late))
            written = np.floor(presses[:-1]) + late_s
            start, end = chain(written, np.round(np.diff(presses), 3), np.floor(presses[1:]), late_s)
            np.testing.assert_allclose(end[:-1], start[1:], atol=1e-6)
            np.testing.assert_allclose(end - start, np.diff(presses), atol=6e-4)
            errors.append(start[0] - presses[0])
        assert np.abs(errors).max() < 0.25
        assert abs(np.mean(errors)) < 0.05

    def test_a_contradicted_chain_begins_anew(self) -> None:
        presses = 1e6 + np.array([0.4, 77.323, 154.723, 215.0])
        written = np.append(np.floor(presses[:-1]), 1e6 + 300)
        elapsed = np.append(np.diff(presses), np.nan)
        start, end = chain(written, elapsed, np.append(presses[1:], 1e6 + 350), np.zeros(4))
        np.testing.assert_allclose(np.diff(start[:3]), elapsed[:2], atol=1e-6)
        assert start[3] == written[3]  # whole seconds: nothing finer is known
        assert end[3] == written[3] + 50

    @pytest.mark.parametrize(("maker", "middle_s"), [(1, -0.5), (294, 0.5)])
    def test_garmin_dates_presses_with_the_second_that_follows(self, maker: int, middle_s: float) -> None:
        fit = Fit().define(0, 0, [(1, "uint16")]).data(0, maker).define(1, RECORD, [(253, "uint32")]).data(1, T0)
        fit.define(3, 19, [(2, "uint32"), (7, "uint32")])
        fit.data(3, T0, 60_500).data(3, T0 + 200, 60_500)
        laps = decode(fit.file())[0].laps
        # The first lap starts with the timer; the second follows a gap and stands alone.
        assert (laps["start_s"] - UNIX0).tolist() == [0.5, 200 + middle_s]

    def test_pauses_lie_between_stop_and_start(self) -> None:
        fit = Fit().define(0, 21, [(253, "uint32"), (0, "enum"), (1, "enum")]).define(1, RECORD, [(253, "uint32")])
        fit.data(1, T0)
        for at, kind in ((0, 0), (20, 4), (50, 0), (60, 1), (60, 4), (61, 0), (70, 0), (90, 8), (90, 0), (95, 9)):
            fit.data(0, T0 + at, 0, kind)
        (recording,) = decode(fit.file())
        # Of several stops the first counts; a stop and start within a second, and the last stop, are no pauses.
        assert (recording.pauses - UNIX0).tolist() == [[20, 50], [60, 61]]
        assert recording.timer_start_s == UNIX0

    def test_other_events_are_no_pauses(self) -> None:
        fit = Fit().define(0, 21, [(253, "uint32"), (0, "enum"), (1, "enum")]).define(1, RECORD, [(253, "uint32")])
        fit.data(0, T0, 0, 0).data(0, T0 + 5, 13, 4).data(0, T0 + 9, 13, 0).data(1, T0 + 10).data(0, T0 + 11, 0, 4)
        assert decode(fit.file())[0].pauses.size == 0

    def test_real_laps_agree_with_the_presses(self, real: Path) -> None:
        truth = json.loads((real / "sessions" / "truth.json").read_text())
        told = met = 0
        for name, entry in truth.items():
            path = real / "sessions" / name
            if path.suffix != ".fit":
                continue
            (recording,) = decode(path.read_bytes(), file=name)
            start_s, end_s = recording.laps["start_s"], recording.laps["end_s"]
            for rep in entry["reps"]:
                begun_s = datetime.fromisoformat(rep["start_utc"]).timestamp()
                at = int(np.argmin(np.abs(start_s - begun_s)))
                # Where the truth cut a pause off the rep's end it tells whole seconds; a lap holds the pause.
                cut = float(rep["elapsed_s"]).is_integer() or rep.get("doubtful")
                if not cut and abs(start_s[at] - begun_s) <= 1.1:
                    told += 1
                    met += abs(end_s[at] - start_s[at] - rep["elapsed_s"]) < 0.0015
        assert told > 250
        assert met == told


def test_workout_steps_stand_where_laps_refer_to_them() -> None:
    layout = [(254, "uint16"), (0, "string", 8), (1, "enum"), (2, "uint32"), (4, "uint32"), (7, "enum")]
    fit = run(10).define(6, 27, layout)
    fit.data(6, 0, b"easy", 0, 600_000, 0, 2).data(6, 1, b"", 1, 40_000, 0, 0).data(6, 2, b"", 5, 0xFFFFFFFF, 0, 1)
    fit.data(6, 3, b"", 6, 1, 16, 0xFF)
    nan = float("nan")
    steps = decode(fit.file())[0].workout
    expected = (
        WorkoutStep(name="easy", intensity="warmup", duration_s=600.0, distance_m=nan),
        WorkoutStep(name=None, intensity="active", duration_s=nan, distance_m=400.0),
        WorkoutStep(name=None, intensity="rest", duration_s=nan, distance_m=nan),
        WorkoutStep(name=None, intensity=None, duration_s=nan, distance_m=nan, repeat_from=1, repeat_count=16),
    )
    assert [repr(step) for step in steps] == [repr(step) for step in expected]


@pytest.mark.parametrize(
    ("product", "name"),
    [
        (3992, "Garmin Forerunner 255"),
        (4258, "Garmin Forerunner 265S"),
        (4257, "Garmin Forerunner 265"),
        (2158, "Garmin Forerunner 735XT"),
        (3077, "Garmin Forerunner 245 Music"),
        (2413, "Garmin fenix 3 HR"),
        (3224, "Garmin vivoactive 4S"),
        (3389, "Garmin vivoactive 4"),
        (64999, "Garmin product 64999"),
    ],
)
def test_devices_have_the_names_on_their_boxes(product: int, name: str) -> None:
    fit = Fit().define(0, 0, [(1, "uint16"), (2, "uint16")]).data(0, 1, product).define(1, RECORD, [(253, "uint32")])
    assert decode(fit.data(1, T0).file())[0].device == name


class TestMessages:
    def test_a_frame_has_names_units_and_instants(self) -> None:
        frame = messages(run(3).file(), "record")
        assert list(frame.columns) == [*("timestamp", "distance", "speed", "heart_rate", "cadence", "enhanced_speed")]
        assert frame["timestamp"].iloc[0] == datetime.fromisoformat("2021-09-08T01:46:40+00:00")
        assert frame.attrs["units"]["speed"] == "m/s"
        assert frame["enhanced_speed"].tolist() == [4.0, 4.0, 4.0]

    def test_enums_arrays_and_unknown_fields(self) -> None:
        fit = Fit().define(0, 78, [(0, "uint16", 5), (99, "sint8")]).data(0, (467, 464, *(0xFFFF,) * 3), -3)
        fit.define(1, 21, [(0, "enum"), (1, "enum")]).data(1, 0, 4).data(1, 200, 0xFF)
        hrv = messages(fit.file(), "hrv")
        np.testing.assert_allclose(hrv["time"].iloc[0], [0.467, 0.464, np.nan, np.nan, np.nan])
        assert hrv["unknown_99"].tolist() == [-3]
        events = messages(fit.file(), "event")
        assert events["event"].tolist() == ["timer", 200]
        assert events["event_type"].iloc[0] == "stop_all"
        assert events["event_type"].isna().iloc[1]

    def test_beats_of_a_strap_continue_its_clock(self) -> None:
        def packed(*ticks: int) -> bytes:
            whole = sum((tick & 0xFFF) << 12 * i for i, tick in enumerate(ticks))
            return whole.to_bytes(3 * len(ticks) // 2, "little")

        fit = Fit().define(0, 132, [(253, "uint32"), (9, "uint32"), (6, "uint8")]).data(0, T0, 4000, 60)
        fit.define(1, 132, [(10, "byte", 6), (6, "uint8", 4)])
        fit.data(1, packed(5000, 6000, 7000, 8000), (61, 62, 63, 64)).data(
            1, packed(9000, 9900, 10_000, 13_000), (65,) * 4
        )
        fit.define(2, RECORD, [(253, "uint32")])
        for i in range(12):
            fit.data(2, T0 + i)
        times = np.concatenate(messages(fit.file(), "hr")["event_timestamp"].to_list())
        np.testing.assert_allclose(times * 1024, [4000, 5000, 6000, 7000, 8000, 9000, 9900, 10_000, 13_000])
        bpm = decode(fit.file())[0].samples["heart_rate_bpm"]
        # The strap's clock stood at 4000 ticks of 1/1024 s when the first message was written.
        np.testing.assert_array_equal(bpm[:5], [60, 61, 62, 63, 64])

    def test_an_unknown_name_is_refused_and_an_absent_message_empty(self) -> None:
        from kastor_analysis import ReadError

        assert messages(run(3).file(), "hrv").empty
        with pytest.raises(ReadError, match="This file holds activity, event, file_id, lap, record, session"):
            messages(run(3).file(), "recrod")


class TestDamage:
    def test_no_fit_file(self) -> None:
        with pytest.raises(FitError, match="no FIT header"):
            decode(b"<gpx>" * 9)

    def test_strict_tells_the_byte(self) -> None:
        data = run(60).file()
        with pytest.raises(FitError, match="check sum is wrong") as caught:
            decode(data[:-2] + b"??", strict=True)
        assert caught.value.offset == len(data) - 2
        with pytest.raises(FitError, match="cut off") as caught:
            decode(data[:-300], strict=True)
        assert caught.value.offset == len(data) - 300
        with pytest.raises(FitError, match="after the end"):
            decode(data + b"abc", strict=True)

    @pytest.mark.parametrize("cut", [1, 7, 13, 14, 200])
    def test_a_hole_costs_what_was_in_it(self, cut: int) -> None:
        data = run(600).file()
        at = len(data) // 2
        (recording,) = decode(data[:at] + data[at + cut :])
        times = recording.samples["timestamp_s"] - UNIX0
        # A record is 13 bytes: those cut into and their neighbours are lost, no more.
        assert 600 - times.size <= cut / 13 + 3
        assert set(times) <= set(range(600))
        np.testing.assert_array_equal(recording.samples["distance_m"], 4.0 * times)
        assert recording.sport == "running"
        assert any("were lost" in warning for warning in recording.warnings)

    def test_bytes_let_in_cost_nothing_beside_them(self) -> None:
        data = run(600).file()
        at = len(data) // 2
        noise = bytes(np.random.default_rng(1).integers(0, 256, 40, dtype=np.uint8))
        (recording,) = decode(data[:at] + noise + data[at:])
        times = recording.samples["timestamp_s"] - UNIX0
        assert times.size >= 597
        np.testing.assert_array_equal(recording.samples["distance_m"], 4.0 * times)

    def test_zeros_of_a_file_system_are_no_samples(self) -> None:
        data = bytearray(run(600).file())
        data[2000:2512] = bytes(512)
        (recording,) = decode(bytes(data))
        times = recording.samples["timestamp_s"] - UNIX0
        assert 600 - times.size <= 512 / 13 + 3
        np.testing.assert_array_equal(recording.samples["distance_m"], 4.0 * times)

    def test_a_lost_definition_is_not_missed_where_its_layout_is_known(self) -> None:
        record: list[tuple[int, str]] = [(253, "uint32"), (5, "uint32"), (3, "uint8")]
        fit = Fit().define(0, RECORD, record)
        for i in range(100):
            fit.data(0, T0 + i, 400 * i, 150)
        fit.define(0, 19, [(2, "uint32"), (7, "uint32")]).data(0, T0, 100_000)
        lost = len(fit.body)
        fit.define(0, RECORD, record)
        kept = len(fit.body)
        for i in range(100, 600):
            fit.data(0, T0 + i, 400 * i, 150)
        del fit.body[lost:kept]
        (recording,) = decode(fit.file()[:-2])
        times = recording.samples["timestamp_s"] - UNIX0
        assert times.size >= 595
        np.testing.assert_array_equal(recording.samples["distance_m"], 4.0 * times)

    @pytest.mark.parametrize("at", [0, 20, 33, 60, 900, 3000, 4000])
    def test_a_hole_of_zeros_costs_what_is_in_it_and_what_it_leaves_undefined(self, at: int) -> None:
        """Records beside messages of two other kinds, all defined once at the start, the records again later on."""
        fit = Fit()
        fit.define(0, RECORD, [(253, "uint32"), (5, "uint32")])
        kinds = len(fit.body)
        fit.define(6, 160, [(1, "uint32"), (2, "uint32")]).define(7, 233, [(2, "uint16")])
        again = 0
        for i in range(1200):
            if i == 300:
                again = len(fit.body)
                fit.define(8, RECORD, [(253, "uint32"), (5, "uint32"), (3, "uint8")])
            if i < 300:
                fit.data(0, T0 + i, 400 * i)
            else:
                fit.data(8, T0 + i, 400 * i, 150)
            fit.data(6, i, 3 * i).data(7, 7 * i)
        fit.body[at : at + 4096] = bytes(4096)
        (recording,) = decode(fit.file()[:-2])
        times = recording.samples["timestamp_s"] - UNIX0
        if at < kinds:
            least = 900
        elif at + 4096 < again:
            least = 1200 - 4096 // 20 - 3
        else:
            least = at // 22
        assert least <= times.size <= 1200
        np.testing.assert_array_equal(recording.samples["distance_m"], 4.0 * times)

    def test_a_damaged_definition_does_not_swallow_what_follows(self) -> None:
        fit = run(300)
        at = len(fit.body)
        fit.define(7, 104, [(253, "uint32"), (0, "uint16")]).data(7, T0 + 300, 1)
        for i in range(300, 600):
            fit.data(2, T0 + i, 400 * i, 4000, 150, 85)
        fit.body[at + 5] = 255  # so many fields
        (recording,) = decode(fit.file()[:-2])
        assert len(recording.samples["timestamp_s"]) >= 595

    def test_damage_to_real_files_costs_little_and_invents_nothing(self, real: Path) -> None:
        rng = np.random.default_rng(11)
        shares = []
        for path in sorted((real / "sessions").glob("session-*.fit"))[::3]:
            data = path.read_bytes()
            whole = set(decode(data)[0].samples["timestamp_s"].tolist())
            at = int(rng.integers(len(data) // 5, len(data) * 4 // 5))
            for damaged in (data[:at] + data[at + 100 :], data[:at] + bytes(50) + data[at:]):
                left = {t for recording in decode(damaged) for t in recording.samples["timestamp_s"].tolist()}
                shares.append(len(left & whole) / len(whole))
                assert not left - whole
        assert np.median(shares) > 0.995
        assert np.mean(shares) > 0.95

    def test_a_wrong_sum_alone_loses_nothing(self) -> None:
        data = run(60).file()
        (recording,) = decode(data[:-2] + b"??")
        assert len(recording.samples["timestamp_s"]) == 60
        assert recording.warnings == ("the check sum is wrong: some value may be damaged",)

    def test_what_is_damaged_beyond_reading_says_so(self) -> None:
        with pytest.raises(
            FitError, match=r"run\.fit: is damaged, and no sample of it could be read: cut off: 20 bytes"
        ):
            decode(run(60).file()[:20], file="run.fit")

    def test_a_damaged_file_does_not_hide_the_next(self) -> None:
        first, second = run(60).file(), run(30).file()
        recordings = decode(first[:-50] + second)
        assert [len(r.samples["timestamp_s"]) for r in recordings] == [60, 30]

    def test_an_upload_that_lost_bytes_is_read_past_each(self, real: Path) -> None:
        """A file of which a text transfer dropped single bytes: 21 breaks, 5332 samples."""
        path = real / "formats" / "python-fitparse" / "strava-android-app-201.10-b1218918.fit"
        (recording,) = decode(path.read_bytes())
        time_s = recording.samples["timestamp_s"]
        assert time_s.size > 5300
        assert (np.abs(np.diff(time_s)) < 60).all()
        with pytest.raises(FitError, match="cut off"):
            decode(path.read_bytes(), strict=True)


def test_crc_in_lanes_is_the_crc() -> None:
    rng = np.random.default_rng(7)
    for n in (0, 1, 2, 3, 30, 31, 32, 33, 511, 512, 513, 8191, 8192, 8193, 30_001):
        data = rng.integers(0, 256, n, dtype=np.uint8).tobytes()
        assert crc16(data) == fit_bytes.crc16(data)
        assert crc16(data + fit_bytes.crc16(data).to_bytes(2, "little")) == 0


@pytest.mark.parametrize("seed", range(20))
def test_no_two_losses_meet(seed: int) -> None:
    chance = np.random.default_rng(seed)
    data = bytearray(run(600).file())
    for at in chance.integers(100, len(data) - 100, 4).tolist():
        data[at : at + 60] = chance.bytes(60)
    (recording,) = decode(bytes(data))
    told = re.findall(r"bytes (\d+) to (\d+) were lost", " ".join(recording.warnings))
    assert told
    assert all(end != start for (_, end), (start, _) in pairwise(told)), told
