"""A runner's own threshold: what tells it, what does not, and what it makes of a run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kastor_analysis import Goal
from kastor_analysis.season import intensity_of
from kastor_analysis.season.effort import efforts_of
from kastor_analysis.season.intensity import HIGH_FROM_VO2MAX, MODERATE_FROM_VO2MAX, vo2_cost, vo2_speed, vo2max_for
from kastor_analysis.season.threshold import Evidence, Threshold, part_by

from .fakes import FakeSeason, easy_run, make_report, table_of, write_fake

GOAL = Goal.parse("5k 20:00")
VO2MAX = vo2max_for(GOAL)
THRESHOLD = Threshold(
    speed_mps=vo2_speed(HIGH_FROM_VO2MAX * VO2MAX), heart_rate_bpm=174.0,
    easy_to_mps=vo2_speed(MODERATE_FROM_VO2MAX * VO2MAX), easy_to_bpm=164.0, sessions=8,
)  # fmt: skip


def sessions(paces_s_per_km, kind="1000 m"):
    """Return sessions of 5 x 1000 m, one a day from 2026-03-01 on."""
    n = len(paces_s_per_km)
    return table_of(
        pd.DataFrame(
            {
                "date": pd.Timestamp("2026-03-01") + pd.to_timedelta(np.arange(n), unit="D"),
                "rep_kind": kind,
                "rep_distance_m": 1000.0,
                "reps_distance_m": 5000.0,
                "median_regular_s": paces_s_per_km,
            }
        )
    )


DAY = float(np.datetime64("2026-03-05", "D").astype(np.int64))


def points(n, share, bpm):
    return np.column_stack([np.full(n, DAY), np.full(n, share * VO2MAX), np.full(n, bpm)])


def test_sessions_of_5_km_at_5k_pace_tell_the_threshold_of_that_race_and_slower_ones_do_not_lower_it():
    found = Evidence(sessions([240.0] * 4 + [262.0] * 4), points(0, 0, 0), points(0, 0, 0)).at(DAY)
    assert found.speed_mps == pytest.approx(THRESHOLD.speed_mps)
    assert found.easy_to_mps == pytest.approx(THRESHOLD.easy_to_mps)
    assert found.sessions == 8
    assert np.isnan(found.heart_rate_bpm)


def test_a_heart_rate_is_read_off_the_line_through_easy_runs_and_long_reps():
    found = Evidence(sessions([240.0] * 6), points(6, 0.60, 140.0), points(10, 0.96, 183.2)).at(DAY)
    assert found.heart_rate_bpm == pytest.approx(140.0 + 43.2 * (0.87 - 0.60) / 0.36)
    assert found.easy_to_bpm == pytest.approx(164.0)


@pytest.mark.parametrize(
    ("runs", "reps"),
    [((3, 0.6, 140.0), (10, 0.96, 183.0)), ((6, 0.6, 140.0), (5, 0.96, 183.0)), ((6, 0.6, 140.0), (10, 0.8, 170.0))],
    ids=["few easy runs", "few long reps", "reps that are not hard"],
)
def test_a_heart_rate_that_nothing_tells_is_not_guessed(runs, reps):
    assert np.isnan(Evidence(sessions([240.0] * 6), points(*runs), points(*reps)).at(DAY).heart_rate_bpm)


def test_few_sessions_strides_and_those_of_another_season_tell_no_threshold():
    none = points(0, 0, 0)
    assert Evidence(sessions([240.0] * 3), none, none).at(DAY).sessions == 0
    assert Evidence(sessions([200.0] * 9, kind="strides"), none, none).at(DAY).sessions == 0
    assert Evidence(sessions([240.0] * 9), none, none).at(DAY + 120).sessions == 0


@pytest.mark.parametrize("heart_rate", [150.0, 170.0, 180.0, None])
@pytest.mark.parametrize("speed_mps", [2.8, 3.72, 4.3])
def test_a_run_is_parted_as_it_would_have_been_with_the_threshold_known(heart_rate, speed_mps):
    run = easy_run(speed_mps=speed_mps, **({"heart_rate": heart_rate} if heart_rate else {}))
    direct = intensity_of(run, max_heart_rate_bpm=200.0, goal=GOAL)  # 82 and 87 % are 164 and 174 bpm
    parted = part_by(efforts_of([direct.effort]), [THRESHOLD])
    for unit, kept in (("s", direct.time_s), ("m", direct.distance_m)):
        found = [parted[f"{name}_{unit}"][0] for name in ("low", "moderate", "high", "unknown")]
        assert sum(found) == pytest.approx(sum(kept), rel=1e-4)
        assert int(np.argmax(found)) == int(np.argmax(kept))


def test_reps_stay_hard_by_their_speed_and_rests_easy():
    report = make_report(times=[96.0] * 10, heart_rate=130.0)
    spans = np.array([(rep.start_s, rep.end_s) for rep in report.rep_rows])
    effort = intensity_of(report.session.activity, spans).effort
    parted = part_by(efforts_of([effort]), [THRESHOLD])
    assert parted["high_s"][0] == pytest.approx(960.0)
    assert parted["moderate_s"][0] == pytest.approx(0.0, abs=1.0)


def test_what_is_no_effort_is_damage():
    for text in ("", "AAAA", "eJwDAAAAAAE="):
        with pytest.raises(ValueError, match=r"effort|reshape|base64|pad"):
            efforts_of([text])


def test_weeks_say_by_what_they_are_parted(tmp_path):
    with FakeSeason(tmp_path / "season.db") as season:
        for day in (2, 4, 6, 9, 11, 13):
            write_fake(tmp_path, f"{day}.fit", start=f"2026-03-{day:02d}T17:30:00+00:00", times=[96.0] * 16)
        write_fake(tmp_path, "later.fit", start="2026-08-03T17:30:00+00:00", times=[96.0] * 16)
        season.add(tmp_path, goal="5k 22:00")
        weeks = season.weeks()
    assert weeks["threshold_sessions"].iloc[:2].tolist() == [6, 6]
    assert weeks["threshold_sessions"].iloc[-1] == 0
    # 6.4 km at 4:00/km is worth 5K in 3:57/km, whose threshold is at 4:15: not that of the goal, 4:42.
    assert weeks["threshold_pace_s_per_km"].iloc[0] == pytest.approx(255.0, abs=3.0)
    assert float(vo2_cost(vo2_speed(40.0))) == pytest.approx(40.0)
