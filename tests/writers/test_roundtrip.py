"""What is written is read back: every column within the resolution of its field, laps and pauses at their instants."""

from __future__ import annotations

from datetime import UTC, datetime

import fitdecode
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kastor_analysis import load
from kastor_analysis.activity import Activity
from kastor_analysis.simulation import catalogue, simulate
from kastor_analysis.writers import to_fit, to_gpx, to_tcx

RESOLUTION = {
    "time_s": 0.0,
    "lat_deg": 1e-7,
    "lon_deg": 1e-7,
    "altitude_m": 0.1001,
    "distance_m": 0.0051,
    "speed_mps": 0.00051,
    "heart_rate_bpm": 0.5,
    "cadence_spm": 2 / 128,
}


@pytest.mark.parametrize(
    "name", ["kastor-walk-1s", "kastor-paused-rests", "kastor-autolaps", "6x1000-odometer", "no-hills"]
)
def test_a_simulated_recording_comes_back_from_fit(name: str) -> None:
    wrote = simulate(catalogue()[name], 11).activity
    read = load(to_fit(wrote))
    assert read.start_time == wrote.start_time
    assert read.sport == "running"
    assert read.utc_offset_s == wrote.utc_offset_s
    assert read.device is not None
    for column, resolution in RESOLUTION.items():
        assert read.column(column) == pytest.approx(wrote.column(column), abs=resolution + 1e-9, nan_ok=True), column
    if wrote.lap_table.n_rows:
        assert read.lap_table.n_rows == wrote.lap_table.n_rows
        length = wrote.lap_table["end_s"] - wrote.lap_table["start_s"]
        assert read.lap_table["end_s"] - read.lap_table["start_s"] == pytest.approx(length, abs=2e-3)
        assert np.abs(read.lap_table["start_s"] - wrote.lap_table["start_s"]).max() < 1.5
        assert read.lap_table["distance_m"] == pytest.approx(wrote.lap_table["distance_m"], abs=0.006)
        assert read.lap_table["timer_s"] == pytest.approx(wrote.lap_table["timer_s"], abs=2e-3)
        assert list(read.lap_table["trigger"]) == list(wrote.lap_table["trigger"])
        assert list(read.lap_table["intensity"]) == list(wrote.lap_table["intensity"])
    for edge in ("start_s", "end_s"):
        assert read.pause_table[edge] == pytest.approx(wrote.pause_table[edge], abs=1e-6)


@pytest.mark.parametrize("write", [to_gpx, to_tcx])
def test_a_simulated_recording_comes_back_from_xml(write) -> None:
    wrote = simulate(catalogue()["10x400-stand-smart"], 11).activity
    read = load(write(wrote))
    assert read.start_time == wrote.start_time
    carried = ["time_s", "lat_deg", "lon_deg", "altitude_m", "heart_rate_bpm", "cadence_spm"]
    if write is to_tcx:
        carried += ["distance_m", "speed_mps"]
        assert read.lap_table["start_s"] == pytest.approx(wrote.lap_table["start_s"], abs=2e-3)
    for column in carried:
        assert read.column(column) == pytest.approx(wrote.column(column), abs=RESOLUTION[column] + 2e-3), column


_seconds = st.lists(st.integers(1, 9), min_size=3, max_size=60).map(lambda gaps: np.cumsum([0, *gaps]).astype(float))


@settings(max_examples=60)
@given(_seconds, st.data())
def test_any_recording_comes_back_from_fit(time_s: np.ndarray, data: st.DataObject) -> None:
    n = time_s.size

    def column(low: float, high: float) -> np.ndarray:
        value = st.one_of(st.just(np.nan), st.floats(low, high, width=32))
        return np.array(data.draw(st.lists(value, min_size=n, max_size=n)), dtype=np.float64)

    distance = np.sort(np.abs(column(0.0, 30000.0)))
    wrote = Activity.from_columns(
        datetime(2026, 7, 4, 5, 6, 7, tzinfo=UTC),
        {
            "time_s": time_s,
            "lat_deg": column(-80.0, 80.0),
            "lon_deg": column(-179.0, 179.0),
            "altitude_m": column(-400.0, 5000.0),
            "distance_m": distance,
            "speed_mps": column(0.0, 12.0),
            "heart_rate_bpm": np.round(column(30.0, 220.0)),
        },
        sport="running",
    )
    with fitdecode.FitReader(to_fit(wrote), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        records = [f for f in reader if f.frame_type == fitdecode.FIT_FRAME_DATA and f.name == "record"]
    assert len(records) == n
    deg = 180.0 / 2**31
    fields = {"position_lat": ("lat_deg", deg), "position_long": ("lon_deg", deg), "altitude": ("altitude_m", 1.0)}
    fields |= {"distance": ("distance_m", 1.0), "speed": ("speed_mps", 1.0), "heart_rate": ("heart_rate_bpm", 1.0)}
    for name, (column_name, unit) in fields.items():
        values = [record.get_value(name, fallback=None) for record in records]
        got = np.array([np.nan if value is None else value * unit for value in values], dtype=np.float64)
        assert got == pytest.approx(wrote.column(column_name), abs=RESOLUTION[column_name] + 1e-9, nan_ok=True), name
