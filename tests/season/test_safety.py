"""What must never happen to a season: lost, doubled, written to though damaged, or an error nobody understands."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from kastor_analysis import KastorError, Season, SeasonError
from kastor_analysis.season import schema
from kastor_analysis.season.record import record_of
from kastor_analysis.season.soundness import _TABLES, unfit_value, value_faults
from kastor_analysis.season.store import keep

from .fakes import FakeSeason, make_report, write_fake
from .test_database import ROOT, fill


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A season of six sessions with goals, all in one file."""
    folder = tmp_path_factory.mktemp("sound")
    with FakeSeason(folder / "season.db") as season:
        season.add(fill(folder / "runs", 6), goal="5k 20:00")
        season.set_goal("5k 19:30", since="2026-02-01")
        season.tag([1, 2, 3], "track")
        season.note(1, "rain")
    with closing(sqlite3.connect(folder / "season.db")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    return folder / "season.db"


def read_all(path):
    with Season(path) as season:
        season.runs()
        season.sessions()
        season.reps()
        season.sets()
        season.weeks()
        season.athletes()
        season.goals()
        for name in season.names():
            season.trends(athlete=name)
            season.athlete(name)
        season.squad()
        season.to_html()
        season.changes()
        repr(season)


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


WRITES = {
    "add": lambda season, folder: season.add(folder / "new.fit"),
    "refresh": lambda season, folder: season.refresh(everything=True),
    "remove": lambda season, folder: season.remove(1),
    "move": lambda season, folder: season.move(1, "anna"),
    "undo": lambda season, folder: season.undo(),
    "goal": lambda season, folder: season.set_goal("5k 19:00"),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_season_cut_off_is_never_written_to(sound, tmp_path, write, share):
    path = tmp_path / "season.db"
    path.write_bytes(sound.read_bytes()[: int(share * sound.stat().st_size)])
    write_fake(tmp_path, "new.fit", start="2026-12-01T07:00:00+00:00")
    before = files(tmp_path)
    with pytest.raises(SeasonError, match=r"damaged|not a season"), FakeSeason(path) as season:
        WRITES[write](season, tmp_path)
    assert files(tmp_path) == before


def test_wrong_bytes_end_in_an_error_of_ours_and_are_never_written_to(sound, tmp_path):
    content = sound.read_bytes()
    path = tmp_path / "season.db"
    for seed in range(40):
        chance = random.Random(seed)
        data = bytearray(content)
        for _ in range(chance.choice((1, 3, 10, 40, 400))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        with suppress(KastorError):
            read_all(path)
        assert files(tmp_path) == {"season.db": bytes(data)}, seed


STRANGE = (
    "'fast'",
    "x'00ff'",
    "1e300",
    "-1e300",
    "9e999",
    "-7777777777",
    "9000000000000000000",
    "''",
    "NULL",
    "'\x00'",
)


NUMBERED = [table for table in _TABLES if table not in ("notes", "tags")]
"""Of free text nearly everything may be written."""


def check_strange_cells(sound, folder, table, per_column):
    path = folder / "season.db"
    refused = 0
    chance = random.Random(table)
    for column in _TABLES[table]:
        for value in chance.sample(STRANGE, per_column):
            shutil.copy(sound, path)
            with closing(sqlite3.connect(path)) as connection, connection, suppress(sqlite3.Error):
                connection.execute(f"UPDATE OR IGNORE {table} SET {column} = {value}")
            try:
                read_all(path)
            except SeasonError:
                refused += 1
    assert refused > per_column * len(_TABLES[table]) / 4


@pytest.mark.parametrize("table", NUMBERED)
def test_cells_that_no_version_wrote_are_damage(sound, tmp_path, table):
    check_strange_cells(sound, tmp_path, table, 1)


@pytest.mark.full
@pytest.mark.parametrize("table", NUMBERED)
def test_every_strange_value_in_every_column_is_damage_or_borne(sound, tmp_path, table):
    check_strange_cells(sound, tmp_path, table, len(STRANGE))


def test_what_is_kept_can_be_read(sound):
    """Of a strange value in a record the season says so before it is written, or it is sound with it."""
    report = record_of(make_report())
    strange = (None, -1.0, 0.5, 1e5 + 0.5, 5e8, 4.2e9, 1e300, 10**7, 2**62, "x")
    records = [
        replace(report, activity={**report.activity, name: value})
        for name in schema.ACTIVITY_COLUMNS
        if name not in ("athlete_id", "content_hash", "part")
        for value in strange
    ]
    for table, columns in (("reps", schema.REP_COLUMNS), ("sets", schema.SET_COLUMNS)):
        row = getattr(report, table)[0]
        records += [
            replace(report, **{table: ((*row[:place], value, *row[place + 1 :]),)})
            for place in range(len(columns))
            for value in strange
        ]
    refused = [record for record in records if unfit_value(record)]
    assert 0.2 < len(refused) / len(records) < 0.8
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        with closing(sqlite3.connect(sound)) as season:
            season.backup(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        for record in records:
            connection.execute("BEGIN")
            connection.execute("DELETE FROM activities")
            number = 1 if record in refused else keep(connection, 1, "new", 0, record).activity_id
            assert number
            assert value_faults(connection) == []
            connection.execute("ROLLBACK")


def test_every_day_that_a_reader_believes_can_be_kept(tmp_path):
    def point(number, year):
        return f'<trkpt lat="{50 + number * 3e-5}" lon="8"><time>{year}-12-30T06:00:{number:02d}Z</time></trkpt>'

    for year in (1970, 1989, 2038, 2099, 2107, 2199):
        points = "".join(point(number, year) for number in range(60))
        (tmp_path / f"{year}.gpx").write_text(f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>")
    with Season(tmp_path / "season.db") as season:
        assert len(season.add(tmp_path, progress=False).failed) == 0
        assert len(season.runs()) == 6
        assert season.weeks()["runs"].sum() == 6
        assert season.faults() == []


@pytest.mark.skipif(
    os.name != "posix" or (os.geteuid() == 0 and not shutil.which("setpriv")), reason="nobody here is refused anything"
)
def test_a_season_that_can_only_be_read_is_read_and_not_written_to(tmp_path):
    folder = tmp_path / "medium"
    folder.mkdir()
    with FakeSeason(folder / "season.db") as season:
        season.add(fill(tmp_path / "runs", 2), progress=False)
    before = files(folder)
    script = (
        "import sys; from kastor_analysis import Season, SeasonError\n"
        "with Season(sys.argv[1]) as season:\n"
        "    print(len(season.sessions()), season.faults())\n"
        "    try: season.note(1, 'rain')\n"
        "    except SeasonError as error: print('refused')"
    )
    # The superuser may write everywhere, unless that is given up.
    rights = "-dac_override,-dac_read_search"
    as_others = ["setpriv", "--bounding-set", rights, "--inh-caps", rights] if os.geteuid() == 0 else []
    folder.chmod(0o555)
    try:
        command = [*as_others, sys.executable, "-c", script, folder / "season.db"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    finally:
        folder.chmod(0o755)
    assert done.stdout == "2 []\nrefused\n", done.stderr
    assert files(folder) == before


def test_bytes_that_are_no_text_are_damage(sound, tmp_path):
    path = tmp_path / "season.db"
    for table, column in (("athletes", "name"), ("activities", "device"), ("goals", "goal")):
        shutil.copy(sound, path)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"UPDATE {table} SET {column} = CAST(x'ff00fe41' AS TEXT)")
        with pytest.raises(SeasonError):
            read_all(path)
        with Season(path) as season, suppress(SeasonError):
            assert season.faults()


def test_a_newer_season_and_what_is_no_file_are_left_as_they_are(sound, tmp_path):
    path = tmp_path / "season.db"
    shutil.copy(sound, path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    before = files(tmp_path)
    with pytest.raises(SeasonError, match="newer version"):
        Season(path)
    assert files(tmp_path) == before
    for name in ("/dev/zero", "/dev/null"):
        with pytest.raises(SeasonError, match="is no ordinary file but a device"):
            Season(name)


def test_an_older_season_is_copied_before_it_is_brought_up(tmp_path, monkeypatch):
    folder, path = fill(tmp_path / "runs", 2), tmp_path / "season.db"
    with FakeSeason(path) as season:
        season.add(folder)
    longer = (*schema.MIGRATIONS, "CREATE TABLE shoes (name TEXT)")
    version = len(schema.MIGRATIONS)
    monkeypatch.setattr(schema, "MIGRATIONS", longer)
    copy = tmp_path / f"season-schema-{version}.db"
    copy.write_text("something of the runner's")
    Season(path).close()
    assert copy.read_text() == "something of the runner's"
    with closing(sqlite3.connect(tmp_path / f"season-schema-{version}-2.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)
        assert connection.execute("SELECT count(*) FROM activities").fetchone() == (2,)
    monkeypatch.setattr(schema, "MIGRATIONS", (*longer, "CREATE TABLE spikes (x)", "CREATE TABLE goals (x)"))
    before = files(tmp_path)["season.db"]
    with pytest.raises(SeasonError, match="cannot be used"):
        Season(path)
    assert files(tmp_path)["season.db"] == before


def test_a_backup_is_whole_also_while_others_write_and_replaces_nothing(tmp_path):
    folder, path = fill(tmp_path / "runs", 12), tmp_path / "season.db"
    copy = tmp_path / "copy.db"
    with FakeSeason(path) as season, FakeSeason(path) as other:
        season.add(folder)
        other._connection.execute("BEGIN IMMEDIATE")
        other._connection.execute("DELETE FROM activities")
        assert season.backup(copy) == copy
        other._connection.execute("ROLLBACK")
        with pytest.raises(SeasonError, match="is there already"):
            season.backup(copy)
        with pytest.raises(SeasonError, match="cannot be opened"):
            season.backup(tmp_path / "nowhere" / "copy.db")
        assert season.faults() == []
    with Season(copy) as season:
        assert len(season.sessions()) == 12
    assert not [name for name in files(tmp_path) if name.endswith(".part")]


def test_check_names_what_is_wrong(sound, tmp_path):
    path = tmp_path / "season.db"
    shutil.copy(sound, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE reps SET time_s = 'fast' WHERE row < 2")
    with Season(path) as season:
        assert season.faults() == ["12 values of time_s in reps cannot be"]
    shutil.copy(sound, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM athletes")
    with Season(path) as season:
        assert "belongs to no row of athletes" in season.faults()[0]


TORMENT = """
import os, random, resource, signal, sys, time
from pathlib import Path
from tests.season.fakes import FakeSeason
from kastor_analysis import SeasonError

how, folder, db, rounds, seed = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
chance, n = random.Random(seed), len(list(Path(folder).iterdir()))


def add():
    with FakeSeason(db) as season:
        return season.add(folder, progress=False)


def clear():
    for path in db.parent.glob(db.name + "*"):
        path.unlink()


began = time.monotonic()
add()
span, size = time.monotonic() - began, db.stat().st_size
clear()
kept, partly = 0, 0
for number in range(rounds):
    pid = os.fork()
    if pid == 0:
        if how == "full":
            resource.setrlimit(resource.RLIMIT_FSIZE, (most := chance.randrange(size * 2), most))
        try:
            add()
        except SeasonError as error:
            os._exit(0 if "Traceback" not in str(error) else 3)
        except BaseException as error:
            print(repr(error), flush=True)
            os._exit(4)
        os._exit(0)
    if how == "kill":
        time.sleep(chance.uniform(0, span * 0.7))
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    chance.random()
    assert how == "kill" or status == 0, status
    with FakeSeason(db) as season:
        assert season.faults() == []
        sessions = season.sessions()
        assert len(sessions) >= kept, "lost"
        assert len(set(sessions["start_time"])) == len(sessions), "doubled"
        assert len(season.reps()) == 16 * len(sessions), "in part"
        kept = len(sessions)
    partly += 0 < kept < n
    if kept == n:
        clear()
        kept = 0
result = add()
assert len(result.added) + len(result.already_there) == n
print("held", rounds, partly)
"""


def torment(how: str, tmp_path: Path, rounds: int) -> None:
    folder = fill(tmp_path / "runs", 20)
    command = [sys.executable, "-c", TORMENT, how, str(folder), str(tmp_path / "season.db"), str(rounds), "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    held, number, partly = done.stdout.split()
    assert (held, number) == ("held", str(rounds))
    if rounds > 50:  # a few may all fall before or after the work, on a busy machine
        assert int(partly) >= rounds // 5, "it ended in the middle too seldom to tell anything"


needs_fork = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and resource limits")


@needs_fork
@pytest.mark.parametrize("how", ["kill", "full"])
def test_killed_at_any_moment_or_on_a_full_disk_nothing_is_lost_or_doubled(how, tmp_path):
    torment(how, tmp_path, 8)


@needs_fork
@pytest.mark.full
@pytest.mark.parametrize("how", ["kill", "full"])
def test_killed_at_200_moments_and_on_200_full_disks(how, tmp_path):
    torment(how, tmp_path, 200)
