"""The file itself: damaged, foreign, newer, older; killed writers and several at once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kastor_analysis import Season, SeasonError
from kastor_analysis.season import schema
from kastor_analysis.season.location import default_path

from .fakes import FakeSeason, write_fake

ROOT = Path(__file__).resolve().parents[2]
ADD = """
import sys
from tests.season.fakes import FakeSeason
if __name__ == "__main__":
    with FakeSeason(sys.argv[1]) as season:
        print(season.add(sys.argv[2], jobs=int(sys.argv[3])), flush=True)
"""


def add_in_a_process(db, folder, jobs=1):
    command = [sys.executable, "-c", ADD, str(db), str(folder), str(jobs)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def fill(folder, n, **extra):
    folder.mkdir(exist_ok=True)
    for i in range(n):
        write_fake(folder, f"{i:03d}.fit", start=f"2026-{1 + i // 28:02d}-{1 + i % 28:02d}T07:00:00+00:00", **extra)
    return folder


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"this is a text file, not a season" * 100, "not a season database"),
        (b"SQLite format 3\x00" + b"\xff" * 4096, "not a season database|damaged|cannot be used|another program"),
    ],
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path, content, what):
    path = tmp_path / "season.db"
    path.write_bytes(content)
    with pytest.raises(SeasonError, match=what) as caught:
        Season(path)
    assert str(path) in str(caught.value)
    assert "Nothing was overwritten" in str(caught.value)
    assert path.read_bytes() == content
    assert [p.name for p in tmp_path.iterdir()] == ["season.db"]


def test_another_programs_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(SeasonError, match="another program"):
        Season(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("share", [0.1, 0.5], ids=["its schema", "its rows"])
def test_a_damaged_season_is_refused_before_anything_is_written(tmp_path, share):
    folder, path = fill(tmp_path / "runs", 12), tmp_path / "season.db"
    with FakeSeason(path) as season:
        season.add(folder)
    damaged = bytearray(path.read_bytes())
    pages = len(damaged) // 4096
    for page in range(int(pages * share), pages):
        damaged[page * 4096 : page * 4096 + 64] = b"\xde" * 64
    path.write_bytes(damaged)
    write_fake(folder, "new.fit", start="2026-12-01T07:00:00+00:00")
    with pytest.raises(SeasonError, match="damaged"), FakeSeason(path) as season:
        season.add(folder)
    with pytest.raises(SeasonError, match="damaged"), FakeSeason(path) as season:
        season.reps()
    assert path.read_bytes() == damaged


def test_a_folder_or_a_place_that_cannot_be_made_is_said_plainly(tmp_path):
    with pytest.raises(SeasonError, match="is a folder"):
        Season(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(SeasonError, match="cannot be opened"):
        Season(tmp_path / "file" / "season.db")


def test_a_newer_schema_is_refused_and_an_older_one_is_brought_up(tmp_path, monkeypatch):
    folder, path = fill(tmp_path / "runs", 2), tmp_path / "season.db"
    with FakeSeason(path) as season:
        season.add(folder)
    longer = (*schema.MIGRATIONS, "ALTER TABLE activities ADD COLUMN weather TEXT; CREATE TABLE shoes (name TEXT)")
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", longer)
        with FakeSeason(path) as season:
            assert len(season.sessions()) == 2
            season.add(fill(tmp_path / "more", 3))
            assert len(season.sessions()) == 3
    with pytest.raises(SeasonError, match="newer version"):
        Season(path)


def test_a_migration_that_fails_leaves_the_old_schema(tmp_path, monkeypatch):
    path = tmp_path / "season.db"
    FakeSeason(path).close()
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE shoes (x); CREATE TABLE goals (x)"))
        with pytest.raises(SeasonError, match="cannot be used"):
            Season(path)
    with Season(path) as season:
        assert len(season.sessions()) == 0


def test_a_season_in_use_is_waited_for_and_then_told_so(tmp_path, monkeypatch):
    folder, path = fill(tmp_path / "runs", 2), tmp_path / "season.db"
    monkeypatch.setattr(schema, "BUSY_TIMEOUT_S", 0.2)
    with FakeSeason(path) as season, FakeSeason(path) as other:
        other._connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(SeasonError, match="in use by another program"):
            season.add(folder)
        assert len(season.sessions()) == 0, "reading goes on beside a writer"
        other._connection.execute("ROLLBACK")
        assert len(season.add(folder).added) == 2


def test_a_full_disk_is_said_plainly_and_loses_nothing_committed(tmp_path):
    folder, path = fill(tmp_path / "runs", 40), tmp_path / "season.db"
    with FakeSeason(path) as season:
        pages = season._connection.execute("PRAGMA page_count").fetchone()[0]
        season._connection.execute(f"PRAGMA max_page_count = {pages + 20}")
        with pytest.raises(SeasonError, match="disk is full"):
            season.add(folder)
        committed = len(season.sessions())
        assert 0 < committed < 40
        season._connection.execute("PRAGMA max_page_count = 1000000")
        assert len(season.add(folder).already_there) == committed
        assert len(season.sessions()) == 40


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this platform")
def test_killed_in_the_middle_it_keeps_what_was_committed_and_a_second_call_completes(tmp_path):
    folder, path = fill(tmp_path / "runs", 30, wait_s=0.03), tmp_path / "season.db"
    process = add_in_a_process(path, folder)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if path.exists() and _count(path) >= 5:
            break
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with FakeSeason(path) as season:
        committed = len(season.sessions())
        assert 5 <= committed < 30
        assert len(season.reps()) == 16 * committed, "a session is there whole or not at all"
        result = season.add(folder)
        assert len(result.already_there) == committed
        assert len(season.sessions()) == 30


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see other processes")
def test_killed_with_a_pool_its_processes_end_too(tmp_path):
    folder, path = fill(tmp_path / "runs", 40, wait_s=0.2), tmp_path / "season.db"
    process = add_in_a_process(path, folder, jobs=2)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (path.exists() and _count(path)):
        time.sleep(0.02)
    children = _descendants(process.pid)
    assert len(children) >= 2
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    while time.monotonic() < deadline and any(map(_is_alive, children)):
        time.sleep(0.05)
    assert not [pid for pid in children if _is_alive(pid)]


def _descendants(pid):
    below = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        below.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, todo = [], [pid]
    while todo:
        found += below.get(todo[0], [])
        todo += below.get(todo.pop(0), [])
    return found


def _is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _count(path):
    try:
        with sqlite3.connect(path) as connection:
            return connection.execute("SELECT count(*) FROM activities").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


def test_two_processes_add_the_same_folder_at_once(tmp_path):
    folder, path = fill(tmp_path / "runs", 25, wait_s=0.005), tmp_path / "season.db"
    processes = [add_in_a_process(path, folder) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    with Season(path) as season:
        assert len(season.sessions()) == 25
        assert len(season.reps()) == 25 * 16
    added = sum(int(out.split()[0]) for out, _ in said)
    assert added == 25, said


def test_a_pool_of_processes_and_a_file_that_kills_its_process(tmp_path):
    folder = fill(tmp_path / "runs", 6)
    write_fake(folder, "003.fit", die=True)
    with FakeSeason(tmp_path / "season.db") as season:
        result = season.add(folder, jobs=2)
        assert len(result.added) == 5
        assert [Path(item.path).name for item in result.failed] == ["003.fit"]
        assert "process died" in result.failed[0].reason
        write_fake(folder, "003.fit", start="2026-05-05T07:00:00+00:00")
        assert len(season.add(folder, jobs=2).added) == 1


def test_a_script_without_a_main_guard_is_told_so(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from tests.season.fakes import FakeSeason\n"
        f"FakeSeason({str(tmp_path / 's.db')!r}).add({str(fill(tmp_path / 'runs', 2))!r}, jobs=2)\n"
    )
    run = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 1
    assert "__main__" in run.stderr.splitlines()[-1]


def test_the_default_path_follows_the_platforms_custom(monkeypatch, tmp_path):
    monkeypatch.delenv("KASTOR_SEASON", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_path() == tmp_path / "kastor_analysis" / "season.db"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert default_path() == Path.home() / ".local" / "share" / "kastor_analysis" / "season.db"
    monkeypatch.setenv("KASTOR_SEASON", str(tmp_path / "mine.db"))
    assert default_path() == tmp_path / "mine.db"
