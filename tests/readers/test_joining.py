"""Parts recorded apart become one session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import kastor_analysis as ka

START = datetime(2026, 5, 1, 6, 30, tzinfo=UTC)


def part(minute: float, seconds: int, *, laps: bool = False, **columns: object) -> ka.Activity:
    time_s = np.arange(seconds + 1.0)
    samples = {"time_s": time_s, "distance_m": time_s * 3, **columns}
    return ka.Activity.from_columns(
        START + timedelta(minutes=minute),
        samples,
        laps={"start_s": [0.0], "end_s": [float(seconds)], "timer_s": [float(seconds)]} if laps else None,
        pauses={"start_s": [10.0], "end_s": [20.0]} if laps else None,
        sport="running",
        source=f"part at {minute}",
        warnings=("Something.",) if laps else (),
    )


def test_warm_up_main_set_and_cool_down() -> None:
    warmup, main, cooldown = part(0, 60), part(2, 120, laps=True, power_w=np.full(121, 250.0)), part(5, 60)
    joined = ka.join([main, cooldown, warmup])
    assert joined.start_time == START
    assert joined.column("time_s")[[0, 60, 61, 181, 182, -1]].tolist() == [0, 60, 120, 240, 300, 360]
    assert joined.column("distance_m")[[60, 61, 181, 182, -1]].tolist() == [180, 180, 540, 540, 720]
    assert np.isnan(joined.column("power_w")[:61]).all()
    assert joined.column("power_w")[61] == 250
    assert joined.pause_table["start_s"].tolist() == [60, 130, 240]
    assert joined.pause_table["end_s"].tolist() == [120, 140, 300]
    # A part without laps is one lap beside parts that have them.
    assert joined.lap_table["start_s"].tolist() == [0, 120, 300]
    assert joined.lap_table["end_s"].tolist() == [60, 240, 360]
    assert joined.lap_table["distance_m"][[0, 2]].tolist() == [180, 180]
    assert joined.sport == "running"
    assert joined.source == "part at 0 + part at 2 + part at 5"
    assert joined.warnings == ("part at 2: Something.",)


def test_parts_without_laps_have_none_joined() -> None:
    assert ka.join([part(0, 60), part(2, 60)]).lap_table.n_rows == 0


def test_a_second_of_rounding_is_no_overlap_and_more_is() -> None:
    joined = ka.join([part(0, 60), part(59 / 60, 60)])
    assert (np.diff(joined.column("time_s")) > 0).all()
    with pytest.raises(
        ka.ReadError, match=r"part at 0 and part at 0\.5 overlap in time \(at 2026-05-01 06:30:30 UTC\)"
    ):
        ka.join([part(0, 60), part(0.5, 60)])


def test_recordings_of_two_days_are_no_session() -> None:
    assert ka.join([part(0, 60), part(11 * 60, 60)]).duration_s == pytest.approx(11 * 3600 + 60, abs=1.0)
    with pytest.raises(ka.ReadError, match=r"part at 0 and part at 1440 are 24 hours apart .* parts of one session"):
        ka.join([part(0, 60), part(24 * 60, 60)])
    with pytest.raises(ka.ReadError, match="62 days apart"):
        ka.join([part(0, 60), part(62 * 24 * 60, 60)])


def test_one_and_none() -> None:
    only = part(0, 60)
    assert ka.join([only]) is only
    with pytest.raises(ka.ReadError, match="nothing to join"):
        ka.join([])
