"""Adding, recognising, refreshing and removing; what the tables then say."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from kastor_analysis import Athlete, GoalError, Plan, SeasonError
from kastor_analysis.report import HammerResult, PhaseResult, RepResult, SetResult, SplitResult
from kastor_analysis.season.export import csv_text
from kastor_analysis.season.plan_text import plan_from_text, plan_to_text
from kastor_analysis.season.record import FIELDS
from kastor_analysis.season.schema import HAMMER_COLUMNS, PHASE_COLUMNS, REP_COLUMNS, SET_COLUMNS, SPLIT_COLUMNS

from .fakes import KASTOR_TIMES_S, FakeSeason, make_report, write_fake


@pytest.fixture
def season(tmp_path):
    with FakeSeason(tmp_path / "season.db") as season:
        yield season


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    for week in range(3):
        write_fake(folder, f"week{week}.fit", start=f"2026-03-{3 + 7 * week:02d}T17:30:00+00:00")
    return folder


def outcomes(result):
    return [len(part) for part in (result.added, result.already_there, result.not_sessions, result.failed)]


def test_a_folder_added_twice_is_there_once(season, folder):
    assert outcomes(season.add(folder)) == [3, 0, 0, 0]
    assert outcomes(season.add(folder)) == [0, 3, 0, 0]
    assert len(season.sessions()) == 3
    assert len(season.reps()) == 3 * 16


def test_the_same_content_under_another_name_or_date_or_gzipped_is_recognised(season, folder, monkeypatch):
    season.add(folder)
    shutil.copy(folder / "week0.fit", folder / "copy.fit")
    os.utime(folder / "week1.fit", ns=(1, 1))
    monkeypatch.setattr(season, "_analyse_task", None)  # recognised before any analysis
    again = season.add(folder)
    assert outcomes(again) == [0, 4, 0, 0]
    assert {item.reason for item in again.already_there} == {
        "unchanged since it was added",
        "the same content is there",
    }
    monkeypatch.undo()
    (folder / "week2.fit.gz").write_bytes(gzip.compress((folder / "week2.fit").read_bytes()))
    assert outcomes(season.add(folder / "week2.fit.gz")) == [0, 1, 0, 0]
    assert len(season.sessions()) == 3


def test_one_run_in_two_formats_is_kept_once_and_from_the_better_whatever_the_order(tmp_path):
    gpx = write_fake(tmp_path, "a.gpx", format="gpx", shift_s=4.0)
    fit = write_fake(tmp_path, "b.fit", format="fit")
    for order in ([gpx, fit], [fit, gpx]):
        with FakeSeason(tmp_path / f"{order[0].name}.db") as season:
            assert outcomes(season.add(order)) == [1, 1, 0, 0]
            sessions = season.sessions()
            assert list(sessions["format"]) == ["fit"]
            assert sessions["file"].item().endswith("b.fit")
            assert outcomes(season.add(order)) == [0, 2, 0, 0]


@pytest.mark.parametrize(
    "other",
    [
        {"heart_rate": 160.0},
        {"start": "2026-03-03T17:31:00+00:00"},
        {"times": KASTOR_TIMES_S[:14]},
    ],
    ids=["another heart", "a minute later", "two reps fewer"],
)
def test_two_runners_of_a_squad_are_not_one_run(season, tmp_path, other):
    write_fake(tmp_path, "a.fit")
    write_fake(tmp_path, "b.gpx", format="gpx", **other)
    assert outcomes(season.add([tmp_path / "a.fit", tmp_path / "b.gpx"])) == [2, 0, 0, 0]


def test_a_failing_file_stops_nothing_and_is_not_tried_again(season, folder, monkeypatch):
    write_fake(folder, "bad.fit", fail="bad.fit: is damaged")
    result = season.add([folder, folder / "nowhere.fit"])
    assert outcomes(result) == [3, 0, 0, 2]
    assert sorted(item.reason.split(": ")[-1] for item in result.failed) == [
        "is damaged",
        "there is no such file. Check the name and the folder",
    ]
    monkeypatch.setattr(season, "_analyse_task", None)
    assert outcomes(season.add(folder)) == [0, 3, 0, 1]


def test_routes_and_settings_in_a_folder_are_left_out_and_no_failure_unless_named(season, folder, monkeypatch):
    write_fake(folder, "route.gpx", route=True)
    result = season.add(folder)
    assert outcomes(result) == [3, 0, 0, 0]
    assert len(result.not_recordings) == 1
    assert str(result).endswith("0 failed, 1 other file left out")
    with monkeypatch.context() as untouched:
        untouched.setattr(season, "_analyse_task", None)
        assert len(season.add(folder).not_recordings) == 1
    (folder / "route.gpx").write_text('{"route": 1}')
    assert outcomes(season.add(folder / "route.gpx")) == [0, 0, 0, 1]


def test_a_run_without_reps_is_kept_for_the_week(season, folder):
    write_fake(folder, "easy.fit", times=[], start="2026-03-05T17:30:00+00:00")
    result = season.add(folder)
    assert outcomes(result) == [3, 0, 1, 0]
    assert len(season.sessions()) == 3
    assert len(season.runs()) == 4
    assert season.weeks()["runs"].tolist() == [2, 1, 1]


def test_archives_and_archives_within_them(season, folder, tmp_path):
    inner = tmp_path / "part1.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(folder / "week0.fit", "1.fit")
        archive.writestr("notes.txt", "not a recording")
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.write(inner, "deep/part1.zip")
        archive.writestr("activities/2.fit.gz", gzip.compress((folder / "week1.fit").read_bytes()))
        archive.writestr("../3.fit", (folder / "week2.fit").read_bytes())
        archive.writestr("profile.json", "{}")
    result = season.add(tmp_path / "export.zip")
    assert outcomes(result) == [3, 0, 0, 0]
    assert sorted(item.entry for item in result.added) == ["../3.fit", "activities/2.fit.gz", "deep/part1.zip/1.fit"]
    assert not (tmp_path.parent / "3.fit").exists()
    assert outcomes(season.add(tmp_path / "export.zip"))[:2] == [0, 3]
    refreshed = season.refresh(everything=True)
    assert outcomes(refreshed) == [3, 0, 0, 0], refreshed.failed


def test_a_damaged_archive_is_one_failure(season, tmp_path):
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no more")
    result = season.add(tmp_path / "broken.zip")
    assert outcomes(result) == [0, 0, 0, 1]
    assert "zip" in result.failed[0].reason


def test_removed_sessions_come_back_only_when_the_file_is_named(season, folder):
    season.add(folder)
    first = int(season.sessions()["activity_id"].iloc[0])
    assert season.remove(first) == 1
    assert season.remove([first, 999]) == 0
    assert len(season.reps()) == 2 * 16
    season.add(folder)
    assert len(season.sessions()) == 2
    assert outcomes(season.add(folder / "week0.fit")) == [1, 0, 0, 0]


def test_goals_change_over_time_and_refresh_scores_by_the_goal_of_the_day(season, folder):
    for week in range(3):
        write_fake(folder, f"week{week}.fit", start=f"2026-03-{3 + 7 * week:02d}T17:30:00+00:00", goal=None)
    season.set_goal("5k 20:00", since="2026-01-01")
    season.add(folder)
    assert season.sessions()["goal"].tolist() == ["5k 20:00"] * 3
    season.set_goal("5k 19:10", since="2026-03-10")
    with pytest.raises(GoalError):
        season.set_goal("5k 3:00")
    result = season.refresh()
    assert [os.path.basename(item.path) for item in result.added] == ["week1.fit", "week2.fit"]
    assert season.sessions()["goal"].tolist() == ["5k 20:00", "5k 19:10", "5k 19:10"]
    assert outcomes(season.refresh()) == [0, 0, 0, 0]
    assert season.athlete().goal_on(date(2026, 3, 9)).text == "5k 20:00"
    assert season.goals()["goal"].tolist() == ["5k 20:00", "5k 19:10"]


def test_refresh_keeps_what_it_knows_of_a_file_that_is_gone(season, folder):
    season.add(folder)
    (folder / "week1.fit").unlink()
    result = season.refresh(everything=True)
    assert outcomes(result) == [2, 0, 0, 1]
    assert "no longer there" in result.failed[0].reason
    assert len(season.sessions()) == 3


def test_another_plan_or_goal_asked_for_analyses_again(season, folder):
    season.add(folder)
    assert outcomes(season.add(folder, goal="5k 21:00")) == [3, 0, 0, 0]
    assert set(season.sessions()["goal"]) == {"5k 21:00"}
    assert outcomes(season.add(folder, goal="5k 21:00")) == [0, 3, 0, 0]
    assert outcomes(season.add(folder)) == [0, 3, 0, 0]


def test_a_squad_in_one_season(season, folder, tmp_path):
    season.add(folder / "week0.fit", athlete=Athlete(name="Ada", max_heart_rate_bpm=190.0))
    season.add(folder / "week1.fit", athlete="Ben")
    assert season.sessions("Ben")["athlete"].tolist() == ["Ben"]
    assert season.athlete("Ada").max_heart_rate_bpm == 190.0
    with pytest.raises(SeasonError, match="several athletes"):
        season.trend()
    with pytest.raises(SeasonError, match="several athletes"):
        season.add(folder / "week2.fit")
    stolen = season.add(folder / "week0.fit", athlete="Ben")
    assert outcomes(stolen) == [0, 1, 0, 0]
    assert "Ada" in stolen.already_there[0].reason


def test_a_thread_pool_does_as_well(season, folder):
    with ThreadPoolExecutor(2) as executor:
        assert outcomes(season.add(folder, executor=executor)) == [3, 0, 0, 0]
        assert executor.submit(int).result() == 0, "somebody else's executor is left running"


def test_the_rows_of_a_report_come_back_as_they_went_in(season, tmp_path):
    report = make_report(missing=(7,))
    season.add(write_fake(tmp_path, "a.fit", missing=[7]))
    reps = season.reps()
    expected = report.reps
    for name in [*(FIELDS.get(name, name) for name in REP_COLUMNS), "pace_s_per_km", "rest_ratio", "deviation_s"]:
        if name in ("pace_s_per_km", "rest_ratio", "deviation_s"):
            assert np.allclose(reps[name], expected[name], equal_nan=True), name
        elif expected[name].dtype.kind == "f":
            assert np.array_equal(reps[name], expected[name], equal_nan=True), name
        else:
            theirs = expected[name].astype(object).where(expected[name].notna(), None)
            ours = reps[name].astype(object).where(reps[name].notna(), None)
            assert ours.tolist() == theirs.tolist(), name
    assert str(reps["planned_rep"].dtype) == "Int64"
    assert reps["date"].tolist() == [pd.Timestamp("2026-03-03")] * 16


OF_THE_REPORT_ALONE = {
    "stopped_s", "rest_distance_m", "rest_target_m", "rest_pace_s_per_km",
    "rest_heart_rate_start_bpm",
    "rest_heart_rate_end_bpm",
}  # fmt: skip
"""What a report tells of a rep that a season does not keep: it is told again from the recording."""


@pytest.mark.parametrize(
    ("row_type", "columns", "derived"),
    [
        (RepResult, REP_COLUMNS, {"pace_s_per_km", "deviation_s", "rest_ratio", *OF_THE_REPORT_ALONE}),
        (HammerResult, HAMMER_COLUMNS, set()),
        (PhaseResult, PHASE_COLUMNS, set()),
        (SplitResult, SPLIT_COLUMNS, set()),
        (SetResult, SET_COLUMNS, set()),
    ],
)
def test_the_schema_keeps_every_field_of_a_reports_rows(row_type, columns, derived):
    assert {field.name for field in fields(row_type)} == {FIELDS.get(name, name) for name in columns} | derived


def test_session_figures_worked_by_hand(season, tmp_path):
    season.add(
        write_fake(tmp_path, "a.fit", times=[95, 96, 97, 95, 96, 97, 95, 96, 97, 95, 96, 86.4, 96, 96, 96, 81.6])
    )
    row = season.sessions().iloc[0]
    assert row["median_regular_s"] == 96.0
    assert row["spread_s"] == pytest.approx(1.4826 * 0.5, abs=0.75)
    assert row["hammer_gain"] == pytest.approx((0.10 + 0.15) / 2)
    assert row["hammer_gain_sd"] == pytest.approx(np.hypot(0.005, 0.005) / 2)
    assert row["rest_on_share"] == 1.0
    assert 0.0 < row["rest_on_share_sd"] < 0.15
    assert row["heart_rate_at_goal_bpm"] == 170.0
    assert np.isnan(row["score_structure"])
    assert row["plan_name"] == "Kastor 16 x 400 m"


def test_a_plan_survives_the_database():
    plan = Plan(reps=3, distance_m=(400.0, 600.0, 800.0), hammer=(3,), rest_s=(60.0, 90.0, 0.0), goal="10k 42:00")
    assert plan_from_text(plan_to_text(plan)) == plan
    assert plan_from_text(plan_to_text(Plan.kastor("5k 20:00"))) == Plan.kastor("5k 20:00")
    ladder = Plan(reps=2, duration_s=(60.0, 90.0), rest_ratio=float("nan"))
    assert repr(plan_from_text(plan_to_text(ladder)).steps) == repr(ladder.steps)
    for paced in map(Plan.parse, ("4x400 @ 3:30-3:40/km", "5x1000 @ 10k")):
        assert plan_from_text(plan_to_text(paced)) == paced
        assert repr(plan_from_text(plan_to_text(paced)).steps) == repr(paced.steps)
    assert json.loads(plan_to_text(plan))["goal"]["race_m"] == 10_000.0


def test_an_empty_season_has_empty_tables_with_their_columns(season):
    for table in (season.sessions(), season.runs(), season.reps(), season.weeks(), season.goals()):
        assert len(table) == 0
        assert len(table.columns) > 4
    assert season.trend().verdict == "too few sessions"
    assert "0 sessions" in repr(season)
    assert len(season.trends()) == 5
    for figure in (season.plot_splits(), season.plot_heatmap(), season.plot_trend(), season.plot_intensity()):
        assert figure.axes


def test_export_writes_what_the_tables_hold(season, folder, tmp_path):
    season.add(folder)
    paths = season.export(tmp_path / "out")
    assert sorted(path.name for path in paths) == ["reps.csv", "runs.csv", "sessions.csv", "sets.csv", "weeks.csv"]
    assert not re.search(r"\.\d{13}", (tmp_path / "out" / "weeks.csv").read_text(encoding="utf-8"))
    reps = pd.read_csv(tmp_path / "out" / "reps.csv")
    assert np.allclose(reps["time_s"], season.reps()["time_s"])
    pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    season.export(tmp_path / "out", format="parquet")
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "out" / "weeks.parquet"), season.weeks(), check_dtype=False
    )


def test_csv_is_what_a_reader_of_csv_expects():
    rows = pd.DataFrame(
        {
            "number": pd.array([1, None], dtype="Int64"),
            "time_s": [96.25, np.nan],
            "long": [1.0 / 3.0, 1e6],
            "is_hammer": [True, False],
            "date": pd.to_datetime(["2026-03-03", None]),
            "start_time": pd.to_datetime(["2026-03-03T17:00:00Z", None]),
            "kind": pd.Categorical(["400, 800 m", None]),
            "note": ['says "go",\nthen goes', "=1+1"],
        }
    )
    found = list(csv.reader(io.StringIO(csv_text(rows))))
    assert found == [
        list(rows.columns),
        ["1", "96.25", "0.3333333333", "True", "2026-03-03", "2026-03-03 17:00:00+00:00", "400, 800 m",
         'says "go",\nthen goes'],
        ["", "", "1000000", "False", "", "", "", "'=1+1"],
    ]  # fmt: skip
    assert csv_text(rows.iloc[:0]) == ",".join(rows.columns) + "\n"


def test_parquet_without_pyarrow_says_what_to_install(season, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(SeasonError, match=r"kastor-analysis\[parquet\]"):
        season.export(tmp_path / "out", format="parquet")
    assert not (tmp_path / "out").exists()


def test_compare_two_sessions(season, tmp_path):
    first = write_fake(tmp_path, "a.fit", times=[96.0] * 16)
    second = write_fake(
        tmp_path, "b.fit", times=[94.0] * 12 + [96.2] * 4, start="2026-03-10T17:30:00+00:00", missing=[5]
    )
    season.add([first, second])
    a, b = season.sessions()["activity_id"]
    found = season.compare(int(a), int(b))
    assert len(found.reps) == 16
    assert found.reps["difference_s"].iloc[0] == -2.0
    assert found.reps["verdict"].iloc[0] == "quicker"
    assert found.reps["verdict"].iloc[13] == "same"
    assert found.reps["verdict"].isna().iloc[4], "a missing rep cannot be compared"
    assert found.median_difference_s == -2.0
    assert found.verdict == "quicker"
    assert season.compare(int(b), int(a)).median_difference_s == 2.0
    with pytest.raises(SeasonError, match="no session 99"):
        season.compare(99, int(a))


def test_charts_of_one_distance_leave_out_reps_over_another(season, folder, monkeypatch):
    season.add(folder)
    reps = season.reps()
    odd = reps["planned_rep"] % 2 == 1
    mixed = reps.assign(nominal_distance_m=reps["nominal_distance_m"].where(~odd, 200.0))
    monkeypatch.setattr(season, "reps_of", lambda sessions: mixed)
    ax = season.plot_splits().axes[0]
    points = [marks for marks in ax.collections if isinstance(marks, PathCollection)]
    drawn = {float(x) for marks in points for x in marks.get_offsets()[:, 0]}
    assert drawn == {2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0}


def test_a_part_of_a_season_counts_what_is_in_it(season, folder):
    season.add(folder)
    days = sorted(season.sessions()["date"])
    assert season.within(until=days[0].date()).in_short().startswith("1 session, ")
    assert season.within(last=1).in_short().startswith("1 session, ")
    assert season.within(since="2031-01-01").in_short() == "0 sessions, 0 other runs, 0 athletes"
