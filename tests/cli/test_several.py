"""Many recordings: what is told is the same on one core and on several, also where some fail or the user stops it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kastor_analysis import Report
from kastor_analysis.cli import several
from kastor_analysis.cli.outputs import Outputs
from kastor_analysis.pipeline import pool

from .conftest import Outcome

Run = Callable[..., Outcome]
GOAL = ("--goal", "5k 20:00")


@pytest.fixture
def squad(sample_data: Path, tmp_path: Path) -> Path:
    """Return a folder of everything a folder may hold: recordings, damaged ones, other files, a zip, a folder."""
    folder = tmp_path / "squad"
    (folder / "more").mkdir(parents=True)
    good, flawed = (sample_data / f"kastor-{name}.fit" for name in ("good", "flawed"))
    for name in ("a.fit", "c.fit", "more/b.fit"):
        shutil.copy(good, folder / name)
    for name in ("b.fit", "h.fit"):
        shutil.copy(flawed, folder / name)
    (folder / "d.fit").write_bytes(good.read_bytes()[:40_000])
    (folder / "e.fit").write_bytes(b"")
    (folder / "f.gpx").write_text("<gpx")
    (folder / "g.txt").write_text("notes")
    with zipfile.ZipFile(folder / "both.zip", "w") as archive:
        archive.write(good, "1.fit")
        archive.writestr("2.fit", b"no recording")
    return folder


def test_of_many_reports_no_samples_are_kept(
    sample_data: Path, tmp_path: Path, run_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told of all of them together is what their whole reports tell."""
    words = ("analyze", *sorted((sample_data / "season").glob("*.fit"))[:3], *GOAL, "--brief")
    outputs = ("--csv", tmp_path / "reps.csv", "--html", tmp_path / "pages")
    kept: list[Report] = []
    monkeypatch.setattr(
        Outputs, "finish", lambda self, reports, finish=Outputs.finish: kept.extend(reports) or finish(self, reports)
    )
    told = run_command(*words, *outputs)
    files = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert [report.session.activity.sample_table.n_rows for report in kept] == [0, 0, 0]
    monkeypatch.setattr("kastor_analysis.cli.analyze._in_short", lambda report: report)
    assert run_command(*words, *outputs) == told
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == files
    assert kept[-1].session.activity.sample_table.n_rows


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_processes_change_nothing_that_is_told(
    options: tuple[str, ...], squad: Path, run_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = squad.parent / "empty"
    empty.mkdir()
    words = ("analyze", squad / "c.fit", squad, squad.parent / "none.fit", empty, *GOAL, *options)
    monkeypatch.setattr(pool, "usable_cores", lambda: 1)
    alone = run_command(*words)
    monkeypatch.setattr(pool, "usable_cores", lambda: 2)
    started = []
    results = pool.results

    def noted(*args: object, jobs: int, **others: object) -> object:
        started.append(jobs)
        return results(*args, jobs=jobs, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(pool, "results", noted)
    shared = run_command(*words)
    assert started == [2]
    assert shared == alone
    assert alone.code == 1
    assert alone.out.count('"source"' if options else "Score") >= 7


def test_what_cannot_be_shared_out_is_done_here(squad: Path, run_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("analyze", squad, "--brief", *GOAL)
    monkeypatch.setattr(pool, "usable_cores", lambda: 1)
    alone = run_command(*words)

    def refused(*_: object, **__: object) -> object:
        raise OSError("no semaphores here")
        yield

    monkeypatch.setattr(pool, "usable_cores", lambda: 2)
    monkeypatch.setattr(pool, "results", refused)
    assert run_command(*words) == alone


def test_process_that_is_killed_loses_its_recording_alone() -> None:
    lost = several._lost(several.Source("/x/a.fit", "a.fit"), pool.BrokenExecutor("gone"))
    assert str(lost).startswith("a.fit: could not be analysed: its process was ended from without")


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals of a terminal go to a group of processes")
def test_ctrl_c_ends_all_processes_quietly(sample_data: Path, tmp_path: Path) -> None:
    for number in range(60):
        os.symlink(sample_data / "kastor-good.fit", tmp_path / f"{number:02}.fit")
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from kastor_analysis.pipeline import pool; pool.usable_cores = lambda: 2\n"
        "from kastor_analysis.cli import analyze; analyze()"
    )
    command = subprocess.Popen(
        [sys.executable, "-u", "-c", code, str(tmp_path), *GOAL],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, text=True,
    )  # fmt: skip
    assert command.stdout is not None
    assert command.stdout.readline() == "00.fit\n"
    os.killpg(command.pid, signal.SIGINT)
    _, err = command.communicate(timeout=120)
    assert command.returncode == 130
    assert err.split("\n") in (["", "analyze: stopped", ""], ["analyze: stopped", ""])
    for _ in range(300):  # the last of them may need a moment to go
        try:
            os.killpg(command.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("a process is left")
