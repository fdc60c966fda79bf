"""Several runners in one season: who is chosen, and a row for each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from kastor_analysis import Athlete
from kastor_analysis.errors import SeasonError
from kastor_analysis.season import store
from kastor_analysis.season.database import transaction
from kastor_analysis.season.record import record_of
from kastor_analysis.season.trends import WEEKS_A_MONTH
from tests.season.fakes import FakeSeason, make_report, write_fake

FIRST = date(2026, 3, 3)


def sessions_of(folder, first_s: float, step_s: float, weeks: int) -> None:
    """Write a Kastor session and two easy runs a week; the regular rep changes by `step_s` from week to week."""
    for week in range(weeks):
        day = FIRST + timedelta(weeks=week)
        times = [first_s + step_s * week] * 16
        times[11] = times[15] = 0.9 * times[0]
        write_fake(folder, f"{week}.fit", start=f"{day}T17:00:00+00:00", times=times, goal=None)
        for run in (1, 2):
            start = f"{day + timedelta(days=run)}T06:00:00+00:00"
            write_fake(folder, f"{week}-{run}.fit", start=start, times=[], goal=None)


@pytest.fixture(scope="module")
def squad(tmp_path_factory):
    """Return a season of a runner who improves, one who does not and was away at the end, and one who is new."""
    folder = tmp_path_factory.mktemp("squad")
    with FakeSeason(folder / "season.db") as season:
        for name, first_s, step_s, weeks in (("Zoe", 97.0, -0.5, 8), ("ben", 104.0, 0.0, 5), ("anna", 110.0, 0.0, 0)):
            own = folder / name
            own.mkdir()
            sessions_of(own, first_s, step_s, weeks)
            season.set_goal("5k 20:00", since="2026-01-01", athlete=name)
            season.add(own, athlete=name, progress=False)
        yield season


def test_names_are_all_or_those_chosen_in_their_order(squad):
    assert squad.names() == list(squad.athletes()["athlete"]) == ["anna", "ben", "Zoe"]
    assert squad.names("ben") == ["ben"]
    assert squad.names(["Zoe", "anna", "Zoe"]) == ["Zoe", "anna"]
    with pytest.raises(SeasonError, match=r"has no athlete 'nobody'\. Its athletes are: anna, ben, Zoe"):
        squad.names(["Zoe", "nobody"])


def test_every_table_takes_one_athlete_several_or_all(squad):
    for table in (squad.sessions, squad.runs, squad.reps, squad.weeks, squad.goals):
        everybody = table()
        assert set(everybody["athlete"]) >= {"ben", "Zoe"}
        two = table(["Zoe", "ben"])
        assert len(two) == len(table("Zoe")) + len(table("ben"))
        assert len(two) == everybody["athlete"].isin(["Zoe", "ben"]).sum()
        assert len(table([])) == 0


def test_one_runners_rows_are_the_same_after_everybodys_were_read_and_after_a_change(tmp_path):
    with FakeSeason(tmp_path / "season.db") as season:
        for name in ("Zoe", "ben"):
            (tmp_path / name).mkdir()
            sessions_of(tmp_path / name, 97.0 if name == "Zoe" else 104.0, 0.0, 5)
            season.add(tmp_path / name, athlete=name, progress=False)
        for table in (season.sessions, season.weeks):
            alone = table("ben")
            table()
            pd.testing.assert_frame_equal(table("ben"), alone)
        # What is handed out is the caller's own.
        handed_out = season.sessions()
        handed_out["athlete"] = "nobody"
        assert len(season.sessions("ben")) == 5
        season.rename("ben", "Ben")
        assert len(season.sessions("ben")) == 0
        assert len(season.sessions("Ben")) == 5


def test_many_comparisons_are_each_as_alone(squad):
    pairs = [tuple(squad.likened(name)[0][-2:]) for name in ("Zoe", "ben")]
    together = [str(found) for found in squad.comparisons(pairs)]
    assert together == [str(squad.compare(*pair)) for pair in pairs]
    assert together[0].count("Kastor") == 2


def test_a_row_a_runner_holds_the_latest_session_and_the_trend(squad):
    table = squad.squad().set_index("athlete")
    for name in ("ben", "Zoe"):
        row, latest = table.loc[name], squad.sessions(name).iloc[-1]
        for column in ("activity_id", "date", "plan_name", "run_reps", "median_regular_s", "target_s", "score_overall"):
            assert row[column] == latest[column], column
        assert row["deviation_s"] == pytest.approx(latest["median_regular_s"] - 96.0)
        assert row["slope_per_week"] == pytest.approx(squad.trend(athlete=name).slope_per_week)
    assert list(table["verdict"]) == ["too few sessions", "noise", "better"]
    assert table.loc["Zoe", "trend"] == f"{-0.5 * WEEKS_A_MONTH:+.1f} s a month, better"
    assert squad.squad(["Zoe", "ben"])["athlete"].to_list() == ["Zoe", "ben"]


def test_who_has_no_session_has_a_row_of_missing_values(squad):
    row = squad.squad("anna").iloc[0]
    assert row["sessions"] == 0
    assert row[["activity_id", "date", "median_regular_s", "deviation_s", "weekly_distance_m"]].isna().all()
    assert row["weeks_over_the_line"] == 0


@pytest.mark.parametrize("last", [1, 4, 7, 1000])
def test_the_last_weeks_are_those_that_all_weeks_end_with(squad, last):
    every = squad.weeks()
    from_on = every["week"].max() - pd.Timedelta(weeks=last - 1)
    asked = squad.within(last=last).weeks()
    pd.testing.assert_frame_equal(asked, every[every["week"] >= from_on].reset_index(drop=True))
    assert len(asked) > 0


def test_the_last_weeks_are_the_same_for_all(squad):
    table = squad.squad(["Zoe", "ben"]).set_index("athlete")
    weeks = squad.weeks("Zoe")
    assert table.loc["Zoe", "weekly_distance_m"] == pytest.approx(weeks["distance_m"].tail(4).mean())
    assert set(weeks["verdict"].tail(4)) <= {"over the line", "within the line"}
    hard_s = (weeks["moderate_s"] + weeks["high_s"]).tail(4).sum()
    known_s = hard_s + weeks["low_s"].tail(4).sum()
    assert table.loc["Zoe", "hard_share_time"] == pytest.approx(hard_s / known_s)
    of_ben = squad.weeks("ben").iloc[-1]
    assert of_ben["week"] == weeks["week"].iloc[-4], "ben ran last in the first of the four weeks"
    assert table.loc["ben", "weekly_distance_m"] == pytest.approx(of_ben["distance_m"] / 4)


def test_two_sessions_of_two_runners_are_called_by_their_names(squad):
    ids = [int(squad.sessions(name)["activity_id"].iloc[-1]) for name in ("Zoe", "ben")]
    found = squad.compare(*ids)
    assert (found.label_a[11:], found.label_b[11:]) == ("Zoe", "ben")
    assert found.medians_s == pytest.approx((93.5, 104.0))
    assert found.distance_m == 400.0


def test_a_season_without_athletes_has_an_empty_squad(tmp_path):
    with FakeSeason(tmp_path / "new.db") as season:
        assert season.squad().empty
        assert len(season.plot_squad().axes) == 1
        season.set_athlete(Athlete(name="anna"))
        assert season.squad()["athlete"].to_list() == ["anna"]
        assert np.isnan(season.squad()["slope_per_week"].iloc[0])


def with_watch_distance(reps, share: float):
    """Return reps run off the track, each `share` longer by the watch than it was meant to be."""
    return [
        replace(rep, scored_distance_m=rep.scored_distance_m * share, target_s=rep.target_s * share) for rep in reps
    ]


def test_reps_off_the_track_are_held_over_the_nominal_distance(tmp_path):
    reports = [make_report(start=f"2026-03-{day:02d}T17:00:00+00:00") for day in (3, 10)]
    reports[1] = replace(reports[1], rep_rows=tuple(with_watch_distance(reports[1].rep_rows, 1.03)))
    records = [record_of(report, goal=report.plan.goal) for report in reports]
    assert [record.activity["target_s"] for record in records] == pytest.approx([96.0, 96.0])
    assert [record.activity["median_regular_s"] for record in records] == pytest.approx([96.0, 96.0 / 1.03])
    with FakeSeason(tmp_path / "season.db") as season:
        with transaction(season._connection):
            number = store.athlete_id(season._connection, "anna")
            ids = [
                store.keep(season._connection, number, str(i), 0, record).activity_id
                for i, record in enumerate(records)
            ]
        found = season.compare(*ids)
        assert found.medians_s == pytest.approx((96.0, 96.0 / 1.03))
        assert found.reps["target_b_s"].to_list() == pytest.approx([96.0] * 16)
        ax = season.plot_splits().axes[0]
        assert sum(len(set(line.get_ydata())) == 1 and line.get_linestyle() == "--" for line in ax.lines) == 1


def test_without_a_goal_there_is_no_target(tmp_path):
    report = make_report(goal=None)
    median_s = 96.0
    reps = tuple(replace(rep, target_s=median_s, deviation_s=rep.time_s - median_s) for rep in report.rep_rows)
    record = record_of(replace(report, rep_rows=reps))
    assert record.activity["target_s"] is None
    with FakeSeason(tmp_path / "season.db") as season:
        with transaction(season._connection):
            number = store.athlete_id(season._connection, "anna")
            store.keep(season._connection, number, "a", 0, record)
        row = season.squad().iloc[0]
        assert np.isnan(row["target_s"])
        assert np.isnan(row["deviation_s"])
        legend = season.plot_splits().axes[0].get_legend()
        assert "target of the day" not in [text.get_text() for text in legend.get_texts()]
