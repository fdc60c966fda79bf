"""Putting a season right, and taking it back: after every kind of change the season is, row by row, what it was."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import pytest

from kastor_analysis import AthleteError, SeasonError
from kastor_analysis.season.journal import LONGEST
from kastor_analysis.season.schema import ROW_TABLES

from .fakes import FakeSeason, write_fake

_TABLES = ("athletes", "goals", "activities", "files", "corrections", "notes", "tags", *ROW_TABLES)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for name, hour in (("anna", 7), ("ben", 17)):
        (folder / name).mkdir(parents=True)
        for week in range(2):
            start = f"2026-03-{3 + 7 * week:02d}T{hour:02d}:00:00+00:00"
            write_fake(folder / name, f"{name}{week}.fit", start=start, times=[90.0 + hour] * 16)
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory, runs):
    path = tmp_path_factory.mktemp("built") / "season.db"
    with FakeSeason(path) as season:
        for name in ("anna", "ben"):
            season.add(runs / name, athlete=name, goal="5k 20:00", progress=False)
        season.set_goal("5k 20:00", since="2026-01-01", athlete="anna")
        season.tag(1, "track", "heat")
        season.note(2, "new shoes")
    return path


@pytest.fixture
def season(tmp_path, built):
    with FakeSeason(shutil.copy(built, tmp_path / "season.db")) as season:
        yield season


def everything(season):
    with closing(sqlite3.connect(season.path)) as connection:
        return {
            table: connection.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid").fetchall() for table in _TABLES
        }


def numbers(season, athlete):
    return season.runs(athlete)["activity_id"].tolist()


CHANGES = {
    "rename": lambda season, folder: season.rename("anna", "Anna B."),
    "merge": lambda season, folder: season.merge("ben", "anna"),
    "move": lambda season, folder: season.move(numbers(season, "anna"), "ben"),
    "move to a new runner": lambda season, folder: season.move(1, "carl"),
    "remove": lambda season, folder: season.remove([1, 2, 3]),
    "note": lambda season, folder: season.note(2, "old shoes after all"),
    "note taken away": lambda season, folder: season.note(2, ""),
    "tag": lambda season, folder: season.tag([1, 2], "camp", drop=["heat"]),
    "goal": lambda season, folder: season.set_goal("5k 19:00", since="2026-01-01", athlete="anna"),
    "goal for a while": lambda season, folder: season.set_goal(
        "5k 19:00", since="2026-02-01", until="2026-03-05", athlete="anna"
    ),
    "goal applied": lambda season, folder: season.apply_goal("5k 19:00", athlete="ben", progress=False),
    "add": lambda season, folder: season.add(write_fake(folder, "new.fit", start="2026-04-01T07:00:00+00:00"),
                                             athlete="dora", goal="5k 18:00", progress=False),
    "a better format": lambda season, folder: (
        write_fake(folder, "a.gpx", format="gpx", start="2026-05-01T07:00:00+00:00", times=[90.0] * 3),
        write_fake(folder, "b.fit", format="fit", start="2026-05-01T07:00:00+00:00", times=[90.0] * 3),
        season.add([folder / "a.gpx", folder / "b.fit"], athlete="ben", progress=False),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_taken_back_leaves_no_trace(season, tmp_path, kind):
    before, known = everything(season), len(season.changes())
    CHANGES[kind](season, tmp_path)
    assert everything(season) != before
    assert len(season.changes()) == known + 1
    change = season.undo()
    assert everything(season) == before
    assert len(season.changes()) == known
    assert str(change)
    assert season.faults() == []


def test_changes_are_taken_back_one_by_one_to_the_empty_season(tmp_path, runs):
    with FakeSeason(tmp_path / "season.db") as season:
        states = [everything(season)]
        season.add(runs, athlete="anna", progress=False)
        states.append(everything(season))
        for change in ("move to a new runner", "tag", "remove"):
            CHANGES[change](season, tmp_path)
            states.append(everything(season))
        while states.pop() and states:
            season.undo()
            assert everything(season) == states[-1]
        with pytest.raises(SeasonError, match="nothing to undo"):
            season.undo()


def test_the_journal_holds_the_last_fifty(season):
    for number in range(LONGEST + 5):
        season.note(1, f"note {number}")
    assert len(season.changes()) == LONGEST
    for _ in range(LONGEST):
        season.undo()
    assert season.runs().set_index("activity_id")["note"][1] == "note 4"


def test_what_changes_nothing_is_no_change(season):
    known = season.changes()
    season.tag(1, "track")
    season.move(1, "anna")
    assert season.remove(999) == 0
    assert season.changes() == known


def test_a_journal_that_somebody_else_wrote_in_touches_nothing_but_rows(season, tmp_path):
    season.note(1, "x")
    for statement in (f"ATTACH '{tmp_path / 'other.db'}' AS other", "DROP TABLE reps", "PRAGMA user_version = 7",
                      "DELETE FROM sqlite_master", "no statement"):  # fmt: skip
        with closing(sqlite3.connect(season.path)) as connection, connection:
            connection.execute("UPDATE undoing SET statement = ?", (statement,))
        before = everything(season)
        with pytest.raises(SeasonError):
            season.undo()
        assert everything(season) == before
    assert not (tmp_path / "other.db").exists()


def test_two_names_of_one_runner_become_one_and_a_run_of_both_stays_once(tmp_path):
    fit = write_fake(tmp_path, "a.fit", format="fit")
    gpx = write_fake(tmp_path, "b.gpx", format="gpx", shift_s=4.0)
    other = write_fake(tmp_path, "c.fit", start="2026-03-10T07:00:00+00:00")
    for first, second in ((fit, gpx), (gpx, fit)):
        with FakeSeason(tmp_path / f"{first.name}.db") as season:
            season.add(first, athlete="anna", goal="5k 20:00", progress=False)
            season.add([second, other], athlete="Anna", progress=False)
            season.tag(numbers(season, "Anna"), "heat")
            assert season.merge("Anna", "anna") == (2, 1)
            assert season.names() == ["anna"]
            assert season.runs()["format"].tolist() == ["fit", "fit"]
            assert season.runs()["tags"].tolist() == ["heat", "heat"]
            assert len(season.add([fit, gpx, other], athlete="anna", progress=False).already_there) == 3
            assert season.faults() == []


def test_names_that_are_taken_or_none_are_refused(season):
    with pytest.raises(SeasonError, match="merge"):
        season.rename("anna", "ben")
    with pytest.raises(AthleteError):
        season.rename("anna", " ")
    with pytest.raises(SeasonError, match="no athlete"):
        season.rename("zoe", "Zoe")
    with pytest.raises(SeasonError, match="merge takes two"):
        season.merge("anna", "anna")
    with pytest.raises(SeasonError, match="no session 999"):
        season.move([1, 999], "ben")
    for tag in ("two words", "", "a,b", "x" * 31, "bell\a"):
        with pytest.raises(SeasonError, match="is no tag"):
            season.tag(1, tag)


def test_a_folder_comes_back_after_remove_where_it_is_asked_for(season, runs):
    season.remove(numbers(season, "anna"))
    assert len(season.add(runs / "anna", athlete="anna", progress=False).added) == 0
    assert len(season.add(runs / "anna", athlete="anna", again=True, progress=False).added) == 2


def test_a_goal_is_held_against_sessions_that_were_added_with_another(season):
    assert set(season.sessions("ben")["goal"]) == {"5k 20:00"}
    season.apply_goal("5k 19:00", since="2026-03-05", athlete="ben", progress=False)
    assert season.sessions("ben")["goal"].tolist() == ["5k 20:00", "5k 19:00"]
    assert season.sessions("ben")["target_s"].tolist() == [96.0, 91.2]
    # In the middle, after which the earlier goal holds again; and where none would, it is asked for.
    season.apply_goal("5k 18:00", since="2026-01-01", until="2026-03-04", athlete="anna", progress=False)
    assert season.sessions("anna")["goal"].tolist() == ["5k 18:00", "5k 20:00"]
    with pytest.raises(SeasonError, match="no goal of ben that would hold after 2026-02-01"):
        season.apply_goal("5k 18:00", until="2026-02-01", athlete="ben", progress=False)
    season.apply_goal("5k 17:30", athlete="anna", progress=False)
    assert season.goals("anna")["goal"].tolist() == ["5k 17:30"]
    assert season.goals("anna")["since"].isna().all()


def test_a_part_of_a_season_is_the_season_of_those_sessions(season):
    assert season.within(tag="track").sessions()["activity_id"].tolist() == [1]
    assert season.within(tag=["track", "camp"]).sessions().empty
    assert season.within(since="2026-03-05").sessions()["athlete"].tolist() == ["anna", "ben"]
    assert season.within(until="2026-03-05", last=5).reps()["date"].nunique() == 1
    assert season.within(last=1).sessions()["activity_id"].tolist() == [2, 4]
    assert season.within(last=1, until="2026-03-05").sessions()["activity_id"].tolist() == [1, 3]
    assert season.within(last=1).weeks()["week"].dt.day.tolist() == [9, 9]
    assert season.within(since="2026-03-06", until="2026-03-06").weeks()["runs"].tolist() == [1, 1], "whole weeks"
    assert season.within(since="2026-03-05").squad()["sessions"].tolist() == [1, 1]
    assert season.within(last=1).trends(athlete="anna")["n"].max() == 1
    assert len(season.sessions()) == 4, "the season itself stays whole"
    with pytest.raises(SeasonError, match="is no day"):
        season.within(since="yesterday")
