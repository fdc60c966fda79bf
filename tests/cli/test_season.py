"""``kastor season``, from an empty folder to a chart."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest

from kastor_analysis.cli import main
from kastor_analysis.season import Season
from tests.season.fakes import analyse_fake, write_fake


@pytest.fixture
def kastor(run_command, tmp_path, monkeypatch):
    """Return a function that runs ``kastor season`` on fake recordings and a database of its own."""
    monkeypatch.setattr(Season, "_analyse_task", staticmethod(analyse_fake))
    monkeypatch.setenv("KASTOR_SEASON", str(tmp_path / "season.db"))
    monkeypatch.chdir(tmp_path)
    return lambda *words: run_command("kastor", "season", *words)


@pytest.fixture
def runs(tmp_path):
    folder = tmp_path / "runs"
    folder.mkdir()
    for week in range(6):
        times = [97.0 - week] * 11 + [88.0] + [97.0 - week] * 3 + [86.0]
        day = f"2026-{3 + week // 4:02d}-{3 + 7 * (week % 4):02d}"
        write_fake(folder, f"{week}.fit", start=f"{day}T17:00:00+00:00", times=times)
        write_fake(folder, f"easy{week}.fit", start=f"{day}T06:00:00+00:00", times=[])
    return folder


@pytest.fixture
def folders(tmp_path):
    folder = tmp_path / "squad"
    for number, name in enumerate(("anna", "ben", "Zoe")):
        (folder / name / "2026").mkdir(parents=True)
        write_fake(folder / name / "2026", "a.fit", start=f"2026-03-0{3 + number}T17:00:00+00:00")
    (folder / "plans").mkdir()
    (folder / "plans" / "tuesday.txt").write_text("16 x 400")
    return folder


def test_each_folder_of_a_squad_is_a_runners(kastor, folders, tmp_path):
    (tmp_path / "athletes.toml").write_text('[zoe]\nname = "Zoë Ng"\ngoal = "5k 21:00"\n')
    added = kastor("add", "squad", "--squad", "--jobs", "1")
    assert added.out.startswith("3 sessions added, 0 already there")
    with Season(tmp_path / "season.db") as season:
        assert season.names() == ["anna", "ben", "Zoë Ng"]
        assert season.sessions()["athlete"].tolist() == ["anna", "ben", "Zoë Ng"]
        assert str(season.athlete("Zoë Ng").goal_on(season.sessions()["date"].iloc[0].date())) == "5k 21:00"
    (folders / "ben").rename(folders / "BEN")
    assert kastor("add", "squad", "--squad").out.startswith("0 sessions added, 3 already there")
    assert kastor("add", "squad", "--squad").out.startswith("0 sessions added, 3 already there")
    said = kastor("undo", "--list").out
    assert said.count("added squad, each folder as its runner's") == 2, "one that changed nothing is no change"
    kastor("undo")
    kastor("undo")
    assert kastor("list").out.startswith("No sessions")


def test_folders_that_may_be_runners_are_told_of(kastor, folders, runs):
    told = kastor("add", "squad").err
    assert "squad has 3 folders (Zoe, anna, ben), all added as runner's." in told
    assert "kastor season undo" in told
    assert "folders" not in kastor("add", "squad").err, "it goes on as theirs"
    kastor("undo")
    kastor("add", "squad", "--squad")
    refused = kastor("add", "squad")
    assert refused.code == 1
    assert "where each is a runner's: --squad" in refused.err
    assert "folders" not in kastor("add", "squad/anna", "--athlete", "anna").err


def test_what_lies_in_no_runners_folder_fails_and_a_folder_without_any_is_refused(kastor, folders, runs):
    write_fake(folders, "whose.fit", start="2026-04-03T17:00:00+00:00")
    added = kastor("add", "squad", "--squad")
    assert added.code == 1
    assert "whose.fit: lies in no runner's folder" in added.err
    assert added.out.startswith("3 sessions added")
    assert "1 failed" in added.out
    assert "has no folders with recordings" in kastor("add", "runs", "--squad").err
    assert "has no folders with recordings" in kastor("add", "nowhere", "--squad").err
    for words in (("squad/anna", "squad/ben"), ("squad", "--athlete", "anna"), ("squad", "--max-heart-rate", "180")):
        assert "--squad takes one folder" in kastor("add", *words, "--squad").err


def test_before_the_first_add_every_reading_verb_says_how_to_begin(kastor):
    for words in (
        ["list"],
        ["reps"],
        ["weeks"],
        ["trend"],
        ["compare"],
        ["chart", "splits"],
        ["page"],
        ["export", "out"],
        ["goal"],
    ):
        code, out, err = kastor(*words)
        assert (code, out) == (1, ""), words
        assert "kastor season add" in err
        assert err.count("\n") == 1


def test_add_list_and_add_again(kastor, runs):
    code, out, err = kastor("add", runs)
    assert (code, err) == (0, "")
    assert out == "6 sessions added, 0 already there, 6 runs without reps kept, 0 failed\n"
    assert kastor("add", runs).out.startswith("0 sessions added, 12 already there")
    out = kastor("list").out
    assert out.count("Kastor 16 x 400 m") == 6
    assert "better, more than noise" in " ".join(out.split())
    assert "Weeks over the 80/20 line" not in out, "two runs a week are too few to judge"
    assert max(map(len, out.splitlines())) <= 80
    assert re.search(r"\d %  (one run|\d runs) only", kastor("weeks").out), "a share says what it is of"
    with_runs = kastor("list", "--runs").out
    assert with_runs.count("run ") == 6
    assert "…" not in with_runs
    rows = json.loads(kastor("list", "--json", "--last", "2").out)
    assert [row["median_regular_s"] for row in rows] == [93.0, 92.0]


def test_a_failing_file_is_named_and_the_exit_code_is_1(kastor, runs):
    write_fake(runs, "bad.fit", fail="bad.fit: is damaged")
    code, out, err = kastor("add", runs)
    assert code == 1
    assert out.endswith("1 failed\n")
    assert err == "failed: bad.fit: is damaged\n"
    items = json.loads(kastor("add", runs, "--json").out)
    assert sorted({item["outcome"] for item in items}) == ["already", "failed"]


def test_sessions_are_named_by_number_day_or_place(kastor, runs):
    kastor("add", runs)
    by_day, last = kastor("reps", "2026-04-10").out, kastor("reps", "last").out
    assert by_day == last
    assert "12 H  1:28.0" in last
    number = json.loads(kastor("list", "--json", "--last", "1").out)[0]["activity_id"]
    assert kastor("reps", str(number)).out == last
    assert kastor("reps", "last-9").code == 1
    for words in (["reps", "99"], ["remove", "99"], ["compare", "1", "99"]):
        code, out, err = kastor(*words)
        assert (code, out) == (1, "")
        assert "has no session 99. See the numbers with: kastor season list" in err
    code, _, err = kastor("reps", "yesterday")
    assert code == 1
    assert "by day (2026-03-03)" in err
    assert "-1.0 s a rep" in kastor("compare").out
    assert "-5.0 s a rep" in kastor("compare", "2026-03-03", "last").out
    assert kastor("compare", "last").code == 2


def test_an_athlete_the_season_does_not_know_is_told_with_those_it_knows(kastor, runs):
    kastor("add", runs, "--athlete", "anna")
    for words in (["list"], ["reps"], ["weeks"], ["trend"], ["chart", "splits"], ["page"], ["export", "out"]):
        code, out, err = kastor(*words, "--athlete", "nobody")
        assert (code, out) == (1, ""), words
        assert "has no athlete 'nobody'. Its athletes are: anna" in err


def test_a_squad_is_told_apart_and_a_goal_of_all_along_is_listed_as_that(kastor, runs, tmp_path):
    (tmp_path / "athletes.toml").write_text(
        '[anna]\ngoal = "5k 20:00"\n[ben]\ngoals = [{ since = 2026-01-01, goal = "10k 42:00" }]\n', encoding="utf-8"
    )
    kastor("add", runs / "0.fit", "--athlete", "anna")
    kastor("add", runs / "1.fit", "--athlete", "ben")
    code, out, err = kastor("goal")
    assert (code, err) == (0, "")
    assert [line.split()[:2] for line in out.splitlines()[1:]] == [["anna", "all"], ["ben", "2026-01-01"]]
    days = [line for line in kastor("reps").out.splitlines() if line.startswith("2026")]
    assert days == ["2026-03-03  anna   (H hammer rep)", "2026-03-10  ben   (H hammer rep)"]
    assert "anna" not in kastor("reps", "--athlete", "anna").out
    assert kastor("goal", "--athlete", "nobody").code == 1


def test_goals_are_set_listed_and_refresh_is_named(kastor, runs):
    kastor("add", runs)
    code, out, err = kastor("goal", "5k 19:30", "--since", "2026-04-01")
    assert code == 0
    assert "5k 19:30" in out
    assert "kastor season refresh" in err
    assert kastor("goal", "5k 3:00").code == 2
    assert kastor("goal", "5k 19:00", "--since", "soon").code == 1
    assert "analysed again" in kastor("refresh").out
    assert [row["goal"] for row in json.loads(kastor("list", "--json", "--last", "1").out)] == ["5k 19:30"]


@pytest.mark.parametrize("kind", ["splits", "heatmap", "trend", "intensity", "compare"])
def test_charts_are_written(kastor, runs, tmp_path, kind):
    kastor("add", runs)
    code, _, err = kastor("chart", kind, "-o", "picture.svg")
    assert (code, err) == (0, "written: picture.svg\n")
    assert (tmp_path / "picture.svg").read_text().lstrip().startswith("<?xml")
    assert kastor("chart", kind).code == 0
    assert Path(f"season-{kind}.png").read_bytes().startswith(b"\x89PNG")


def test_the_season_is_written_as_a_page(kastor, runs):
    kastor("add", runs)
    code, out, err = kastor("page")
    assert (code, out, err) == (0, "", "written: season.html\n")
    html = Path("season.html").read_text(encoding="utf-8")
    assert html.count('<tr data-rep="0"') == 2, "a row in the table of sessions and one in that of their reps"
    assert "no/such/page.html: there is no folder no/such" in kastor("page", "-o", "no/such/page.html").err


def test_export_csv_and_remove(kastor, runs):
    kastor("add", runs)
    assert kastor("export", "out").code == 0
    assert len(Path("out/sessions.csv").read_text().splitlines()) == 7
    kastor("reps", "last", "--csv", "reps.csv")
    assert len(Path("reps.csv").read_text().splitlines()) == 17
    assert kastor("remove", "last", "2026-03-03").out == "2 removed\n"
    assert kastor("list").out.count("Kastor") == 4


def test_athletes_toml_supplies_goals_and_heart_rate(kastor, runs, tmp_path):
    (tmp_path / "athletes.toml").write_text(
        '[ada]\nname = "Ada K."\nmax_heart_rate_bpm = 190\ngoals = [{ since = 2026-01-01, goal = "5k 19:00" }]\n'
    )
    kastor("add", runs, "--athlete", "ada", "--max-heart-rate", "192")
    with Season() as season:
        assert season.athlete().name == "Ada K."
        assert season.athlete().max_heart_rate_bpm == 192.0
        assert set(season.sessions()["goal"]) == {"5k 19:00"}


def test_a_cluster_that_is_not_there_is_said_plainly(kastor, runs):
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    code, _, err = kastor("add", runs, "--dask", "nonsense://127.0.0.1:1")
    assert code == 1
    assert "no Dask scheduler answers" in err


def test_an_empty_season_draws_no_empty_picture(kastor, tmp_path):
    kastor("goal", "5k 20:00")
    for kind, what in (("splits", "sessions"), ("heatmap", "sessions"), ("trend", "sessions"), ("intensity", "runs")):
        code, out, err = kastor("chart", kind, "-o", "picture.png")
        assert (code, out) == (1, "")
        assert f"has no {what} to draw. Add some first: kastor season add FOLDER" in err
    assert not (tmp_path / "picture.png").exists()


def test_a_trend_of_what_no_session_has_is_refused(kastor, runs):
    kastor("add", runs / "0.fit")
    code, _, err = kastor("chart", "trend", "--distance", "800")
    assert code == 1
    assert "has no sessions over 800 m to draw" in err


def test_a_squads_trends_are_told_runner_by_runner(kastor, runs):
    kastor("add", runs / "0.fit", "--athlete", "anna")
    kastor("add", runs / "1.fit", "--athlete", "ben")
    parts = kastor("trend").out.strip().split("\n\n")
    assert [part.splitlines()[:2] for part in parts] == [[name, "1 session of 400 m:"] for name in ("anna", "ben")]
    for part in parts:
        assert "Median regular rep: known in 1 session, too few to tell a trend (at least 5)." in part
        assert "0 sessions" not in part
    assert {row["athlete"] for row in json.loads(kastor("trend", "--json").out)} == {"anna", "ben"}


def test_weeks_without_a_run_are_one_line_where_they_are_many(kastor, tmp_path):
    folder = tmp_path / "gap"
    folder.mkdir()
    for day in ("2026-01-05", "2026-01-26", "2026-06-01"):
        write_fake(folder, f"{day}.fit", start=f"{day}T17:00:00+00:00", times=[])
    kastor("add", folder)
    first = [line.split("  ")[0] for line in kastor("weeks").out.split("\n\n")[0].splitlines()[1:]]
    assert first == ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26", "17 weeks", "2026-06-01"]
    assert len(json.loads(kastor("weeks", "--json").out)) == 22


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_an_output_that_cannot_hold_unicode_gets_ascii(kastor, runs, monkeypatch, encoding):
    kastor("add", runs / "0.fit", "--athlete", "René ✓, the one with a long name")
    kastor("add", runs / "1.fit", "--athlete", "ben")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for words in (["list"], ["list", "--json"], ["reps"], ["weeks"]):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
        monkeypatch.setattr(sys, "argv", ["kastor", "season", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        sys.stdout.flush()
        text = raw.getvalue().decode(encoding)
        assert stop.value.code == 0
        assert text.isascii() or encoding == "utf-8"
        if "--json" in words:
            assert json.loads(text)[0]["athlete"] == "René ✓, the one with a long name"
        else:
            assert "René ✓" in text or "Rene ?" in text


@pytest.fixture
def squad(kastor, tmp_path):
    """Add six weeks of anna, who improves, and of ben, who does not and missed the last."""
    for name, first_s, step_s, weeks in (("anna", 97.0, -1.0, 6), ("ben", 104.0, 0.0, 5)):
        folder = tmp_path / name
        folder.mkdir()
        for week in range(weeks):
            day = f"2026-{3 + week // 4:02d}-{3 + 7 * (week % 4):02d}"
            times = [first_s + step_s * week] * 16
            write_fake(folder, f"{week}.fit", start=f"{day}T17:00:00+00:00", times=times)
            write_fake(folder, f"easy{week}.fit", start=f"{day}T06:00:00+00:00", times=[])
        kastor("add", folder, "--athlete", name)
    return kastor


def test_units_are_those_of_paces_and_of_distances_over_ground(kastor, runs, monkeypatch):
    kastor("add", runs, "--goal", "5k 20:00")
    kastor("goal", "5k 20:00", "--since", "2026-01-01")
    in_miles = {words: kastor(*words, "--units", "mi").out for words in _WITH_UNITS}
    in_km = {words: kastor(*words).out for words in _WITH_UNITS}
    for words, (km, mi) in _WITH_UNITS.items():
        assert km in in_km[words], words
        assert mi not in in_km[words], words
        assert mi in in_miles[words], words
        assert km not in in_miles[words], words
        assert max(map(len, in_miles[words].splitlines())) <= 80
    assert kastor("list", "--units", "mi").out.count("16 x 400 m") == 6, "reps stay in metres"
    monkeypatch.setenv("KASTOR_UNITS", "mi")
    assert {words: kastor(*words).out for words in _WITH_UNITS} == in_miles
    assert kastor("weeks", "--units", "km").out == in_km[("weeks",)]
    assert json.loads(kastor("weeks", "--json").out)[0]["distance_m"] > 1000.0, "JSON is SI"


_WITH_UNITS = {
    ("list", "--runs"): (" km,", " mi,"),
    ("weeks",): (" km", " mi"),
    ("reps", "last"): ("min/km", "min/mi"),
    ("compare",): ("/km)", "/mi)"),
    ("goal",): ("/km", "/mi"),
    ("squad",): (" km", " mi"),
}


def test_charts_and_pages_are_drawn_in_miles(squad, tmp_path):
    for kind in ("splits", "heatmap", "trend", "intensity", "compare"):
        assert squad("chart", kind, "--athlete", "anna", "--units", "mi", "-o", "picture.svg").code == 0
    assert squad("page", "--athlete", "anna", "--units", "mi").code == 0
    html = Path("season.html").read_text(encoding="utf-8")
    assert "Pace /mi" in html
    assert "min/mi" in html
    assert "/km" not in html


def test_a_squad_is_listed_a_runner_a_line(squad):
    code, out, err = squad("squad")
    assert (code, err) == (0, "")
    anna, ben = out.splitlines()[1:3]
    assert anna.split()[:4] == ["anna", "2026-04-10", "400", "m"]
    assert "better" in anna
    assert "noise" in ben
    assert max(map(len, out.splitlines())) <= 80
    assert "anna" not in squad("squad", "--athlete", "ben").out
    assert [row["athlete"] for row in json.loads(squad("squad", "--json").out)] == ["anna", "ben"]
    assert max(map(len, squad("list").out.splitlines())) <= 80


def test_readers_take_several_athletes_in_the_order_named(squad, tmp_path):
    runs = tmp_path / "cleo"
    runs.mkdir()
    write_fake(runs, "c.fit", start="2026-04-10T17:00:00+00:00", times=[120.0] * 16)
    squad("add", runs, "--athlete", "cleo")
    two = ("--athlete", "cleo", "--athlete", "anna")
    assert {row["athlete"] for row in json.loads(squad("list", *two, "--json").out)} == {"anna", "cleo"}
    assert [line.split()[0] for line in squad("squad", *two).out.splitlines()[1:3]] == ["cleo", "anna"]
    assert "ben" not in squad("trend", *two).out
    code, _, err = squad("chart", "splits", *two)
    assert code == 2
    assert "chart splits shows one runner" in err
    assert "has no athlete 'nobody'" in squad("squad", "--athlete", "anna", "--athlete", "nobody").err


def test_a_squads_comparison_is_a_line_a_runner(squad):
    code, out, err = squad("compare")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[1].split()[:4] == ["anna", "2026-04-03", "1:33.0", "2026-04-10"]
    assert lines[1].split()[-1] == "quicker"
    assert lines[2].split()[:4] == ["ben", "2026-03-24", "1:44.0", "2026-04-03"]
    assert lines[2].split()[-1] == "same"
    assert "ben: has no session '2026-04-10'" in squad("compare", "2026-03-03", "2026-04-10").out
    rows = json.loads(squad("compare", "--json").out)
    assert {row["athlete"] for row in rows} == {"anna", "ben"}
    numbers = {row["athlete"]: str(row["activity_id"]) for row in json.loads(squad("list", "--json").out)}
    between = squad("compare", numbers["anna"], numbers["ben"]).out
    assert "ben against 2026-04-10 anna" in " ".join(between.split())
    assert "anna" not in squad("compare", "--athlete", "ben").out
    code, _, err = squad("compare", "2026-04-10", "last", "--athlete", "anna")
    assert code == 1
    assert "has only one session called 2026-04-10 and last" in err


def test_a_squads_page_leads_to_a_page_of_each_runner(squad, tmp_path):
    code, _, err = squad("page", "-o", "out.html")
    assert (code, err) == (0, "written: out.html and a page of each runner\n")
    html = Path("out.html").read_text(encoding="utf-8")
    for name in ("anna", "ben"):
        assert f'<a href="out-{name}.html">{name}</a>' in html
        assert f"Season of {name}" in Path(f"out-{name}.html").read_text(encoding="utf-8")
    assert squad("page", "-o", "ben.html", "--athlete", "ben").err == "written: ben.html\n"
    assert "Season of ben" in Path("ben.html").read_text(encoding="utf-8")
    assert squad("chart", "squad", "-o", "squad.png").code == 0
    assert Path("squad.png").read_bytes().startswith(b"\x89PNG")


def test_a_large_squads_page_is_alone_unless_each_runners_is_asked_for(squad, tmp_path, monkeypatch):
    monkeypatch.setattr("kastor_analysis.cli.season.MOST_SIDE_BY_SIDE", 1)
    assert "of each of them: --each" in squad("page", "-o", "out.html").err
    assert not list(tmp_path.glob("out-*.html"))
    assert squad("page", "-o", "out.html", "--each").err == "written: out.html and a page of each runner\n"
    assert len(list(tmp_path.glob("out-*.html"))) == 2
    assert squad("page", "-o", "few.html", "--no-each").err == "written: few.html\n"
    assert not list(tmp_path.glob("few-*.html"))


def test_pages_of_names_that_a_file_cannot_have_do_not_meet(squad, tmp_path):
    for k, name in enumerate(("a/b", "a b", "A:B")):
        folder = tmp_path / f"more{k}"
        folder.mkdir()
        write_fake(folder, "c.fit", start=f"2026-04-1{k}T17:00:00+00:00", times=[120.0 + k] * 16)
        squad("add", folder, "--athlete", name)
    squad("page", "--athlete", "a/b", "--athlete", "a b", "--athlete", "A:B", "-o", "s.html")
    assert {path.name for path in tmp_path.glob("s-*.html")} == {"s-a-b.html", "s-a-b-2.html", "s-A-B-3.html"}


def test_what_is_wrong_in_a_season_is_put_right_and_taken_back(kastor, runs):
    kastor("add", runs, "--athlete", "ana", "--goal", "5k 20:00")
    sessions = kastor("list").out
    assert kastor("rename", "ana", "Anna").out == "ana is now Anna\n"
    assert kastor("move", "last", "last-1", "--to", "Ben").out == "2 moved to Ben, a new runner\n"
    assert kastor("tag", "2026-03-03", "--add", "track").out.endswith(": track\n")
    assert kastor("note", "last", "new", "shoes").out.endswith(": new shoes\n")
    assert kastor("merge", "Ben", "Anna").out == "2 runs of Ben are now of Anna\n"
    code, out, err = kastor("goal", "5k 19:00", "--apply", "--since", "2026-03-20")
    assert (code, "5k 19:00" in out) == (0, True)
    assert err.startswith("3 sessions held against it anew")
    assert kastor("list", "--tag", "track").out.count("Kastor 16 x 400 m") == 1
    assert kastor("list", "--since", "2026-03-20").out.count("1:31.2") == 3
    assert kastor("remove", "last").out == "1 removed\n"
    told = [kastor("undo").out for _ in range(7)]
    assert all(line.startswith("undone: ") for line in told)
    assert kastor("list").out == sessions
    assert kastor("undo").out.startswith("undone: added runs as ana's")
    assert kastor("undo")[:2] == (1, "")
    assert kastor("undo", "--list").out == "Nothing to undo.\n"


def test_every_verb_that_reads_takes_a_part_of_the_season(kastor, runs, tmp_path):
    kastor("add", runs)
    kastor("tag", "2026-03-03", "--add", "track")
    for words in (["list"], ["weeks"], ["reps"], ["trend"], ["squad"], ["page"], ["export", tmp_path / "out"],
                  ["chart", "splits"], ["compare"]):  # fmt: skip
        for part in (["--since", "2026-03-04"], ["--until", "2026-03-20"], ["--last", "2"]):
            code, _, err = kastor(*words, *part)
            assert code == 0, (words, part, err)
        assert kastor(*words, "--since", "soon").code == 1, words
        assert kastor(*words, "--tag", "two words").code == 1, words
    rows = json.loads(kastor("reps", "--last", "2", "--json").out)
    assert len(rows) == 2 * 16
    assert len(json.loads(kastor("weeks", "--last", "2", "--json").out)) == 2


def test_other_sports_are_counted_in_one_line_and_in_no_list(kastor, runs):
    write_fake(runs, "ride.fit", sport="cycling", times=[], start="2026-03-20T06:00:00+00:00")
    kastor("add", runs)
    out = kastor("list", "--runs").out
    assert out.count("run ") == 6
    assert out.endswith("Other sports, left out: cycling 1.\n")


def test_a_list_of_two_hundred_sessions_fits_and_pages(kastor, runs, monkeypatch):
    for number in range(200):
        day = f"2025-{1 + number // 20:02d}-{1 + number % 20:02d}"
        write_fake(runs, f"more{number}.fit", start=f"{day}T17:00:00+00:00", times=[96.0] * 3)
    kastor("add", runs)
    kastor("move", "last", "--to", "Maximiliane Hohenwarth")
    pages = []
    monkeypatch.setattr("click.echo_via_pager", pages.append)
    assert max(map(len, kastor("list").out.splitlines())) <= 80
    assert not pages, "in a pipe there are no pages"
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    out = kastor("list").out
    assert len(pages) == 1 or out.count("\n") > 200
