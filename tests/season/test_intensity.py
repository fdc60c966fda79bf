"""The 80/20 of a run and of a week, worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from kastor_analysis import Activity, Goal
from kastor_analysis.season import intensity_of
from kastor_analysis.season.intensity import vo2_cost, vo2max_for

from .fakes import FakeSeason, easy_run, make_report, write_fake

GOAL = Goal.parse("5k 20:00")


def test_vdot_is_that_of_daniels_and_gilberts_tables():
    assert vo2max_for(GOAL) == pytest.approx(49.8, abs=0.05)
    assert vo2max_for(Goal.parse("10k 41:21")) == pytest.approx(50.0, abs=0.1)
    assert float(vo2_cost(1000 / 240)) == pytest.approx(47.5, abs=0.1)


@pytest.mark.parametrize(
    ("heart_rate", "place"), [(160.0, 0), (163.9, 0), (164.1, 1), (173.9, 1), (174.1, 2), (195.0, 2)]
)
def test_heart_rate_parts_at_82_and_87_percent_of_the_maximum(heart_rate, place):
    found = intensity_of(easy_run(heart_rate=heart_rate), max_heart_rate_bpm=200.0, goal=GOAL)
    assert found.time_s[place] == pytest.approx(40 * 60.0)
    assert found.distance_m[place] == pytest.approx(40 * 60.0 * 2.8)
    assert found.basis == "heart rate"


@pytest.mark.parametrize(("pace_s_per_km", "place"), [(330, 0), (280, 0), (273, 1), (262, 1), (255, 2), (240, 2)])
def test_without_a_maximum_speed_is_held_against_the_goal(pace_s_per_km, place):
    # 5K in 20:00 is VDOT 49.8: 80 % of it is run at 4:37/km, 87 % at 4:18/km.
    found = intensity_of(easy_run(speed_mps=1000.0 / pace_s_per_km), goal=GOAL)
    assert found.time_s[place] == pytest.approx(40 * 60.0)
    assert found.basis == "speed"


def test_with_neither_it_is_unknown_not_guessed():
    found = intensity_of(easy_run())
    assert found.time_s == (0.0, 0.0, 0.0, 2400.0)
    assert np.isnan(found.hard_share)
    assert found.basis == "none"


def test_reps_are_hard_by_their_speed_whatever_the_heart_rate_says():
    report = make_report(times=[96.0] * 10, heart_rate=130.0)
    spans = np.array([(rep.start_s, rep.end_s) for rep in report.rep_rows])
    found = intensity_of(report.session.activity, spans, max_heart_rate_bpm=190.0, goal=GOAL)
    low_s, moderate_s, high_s, unknown_s = found.time_s
    assert high_s == pytest.approx(960.0)
    assert (moderate_s, unknown_s) == (0.0, 0.0)
    # 600 s before and 600 s after; the standing rests are no running, but for the seconds that smoothing smears.
    assert low_s == pytest.approx(1200.0, abs=10 * 20.0)
    assert found.distance_m[2] == pytest.approx(4000.0, rel=0.01)
    without_a_goal = intensity_of(report.session.activity, spans)
    assert without_a_goal.time_s[2] == pytest.approx(960.0)


def test_pauses_and_standing_are_no_running():
    time_s = np.arange(0.0, 1201.0)
    distance_m = 3.0 * np.clip(time_s, 0, 600) + 3.0 * np.clip(time_s - 900, 0, 300)
    activity = Activity.from_columns(
        datetime(2026, 3, 1, tzinfo=UTC),
        {"time_s": time_s, "distance_m": distance_m, "heart_rate_bpm": np.full(time_s.size, 130.0)},
        pauses={"start_s": [1000.0], "end_s": [1100.0]},
    )
    found = intensity_of(activity, max_heart_rate_bpm=190.0)
    assert sum(found.time_s) == pytest.approx(800.0, abs=15.0)


def test_a_smart_recording_counts_as_a_second_by_second_one():
    every = easy_run(heart_rate=150.0)
    sparse = Activity.from_columns(
        every.start_time, {name: every.column(name)[::6] for name in ("time_s", "distance_m", "heart_rate_bpm")}
    )
    a, b = (intensity_of(activity, max_heart_rate_bpm=190.0) for activity in (every, sparse))
    assert a.time_s == pytest.approx(b.time_s)
    assert a.distance_m == pytest.approx(b.distance_m)


def test_weeks_name_the_week_over_the_line_and_judge_none_with_too_few_runs(tmp_path):
    with FakeSeason(tmp_path / "season.db") as season:
        # Monday 2 March to Sunday 8 March: a session and one easy run of 20 min: 25:36 + 2 x 20 min.
        write_fake(tmp_path, "a.fit", start="2026-03-03T17:30:00+00:00", times=[96.0] * 16)
        write_fake(tmp_path, "b.fit", start="2026-03-02T06:00:00+00:00", times=[])
        write_fake(tmp_path, "c.fit", start="2026-03-08T23:30:00+00:00", times=[])  # Monday where it was run (+1 h)
        write_fake(tmp_path, "d.fit", start="2026-03-07T06:00:00+00:00", times=[])
        # The week after the next: a session among four easy runs of 20 min.
        for day in (17, 18, 19, 20, 21):
            write_fake(tmp_path, f"e{day}.fit", start=f"2026-03-{day}T06:00:00+00:00", times=[])
        write_fake(tmp_path, "f.fit", start="2026-03-16T06:00:00+00:00", times=[96.0] * 4)
        write_fake(tmp_path, "g.fit", start="2026-03-18T18:00:00+00:00", times=[], sport="cycling")
        season.add(tmp_path)
        weeks = season.weeks()
    assert [str(week.date()) for week in weeks["week"]] == ["2026-03-02", "2026-03-09", "2026-03-16"]
    assert weeks["runs"].tolist() == [3, 1, 6]
    assert weeks["sessions"].tolist() == [1, 0, 1]
    assert weeks["verdict"].tolist() == ["over the line", "too few runs", "within the line"]
    first = weeks.iloc[0]
    assert first["high_s"] == pytest.approx(16 * 96.0)
    assert first["hard_share_time"] == pytest.approx(1536 / (1536 + 3 * 1200), abs=0.04)
    assert first["hard_share_runs"] == pytest.approx(1 / 3)
    assert weeks.iloc[2]["hard_share_time"] == pytest.approx(384 / (384 + 6 * 1200), abs=0.01)
