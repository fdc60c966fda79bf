"""A coach with a folder of recordings: all of them at once, a line each, a page each."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copy
from types import SimpleNamespace

import pytest

from .conftest import Outcome

Run = Callable[..., Outcome]
GOAL = ("--goal", "5k 20:00")


@pytest.fixture
def squad(sample_data: Path, tmp_path: Path) -> Path:
    """Two runners with a file of the same name, one in a folder of her own, and a file that is none."""
    folder = tmp_path / "tuesday"
    (folder / "anna").mkdir(parents=True)
    copy(sample_data / "kastor-good.fit", folder / "anna" / "run.fit")
    copy(sample_data / "kastor-flawed.fit", folder / "run.fit")
    (folder / "empty.fit").write_bytes(b"")
    (folder / "notes.txt").write_text("rain")
    return folder


def test_a_folder_is_all_recordings_in_it(run_command: Run, squad: Path) -> None:
    code, out, err = run_command("analyze", squad, *GOAL)
    assert code == 1
    assert out.count("\nScore ") == 2
    assert err.startswith("analyze: empty.fit: is empty")
    *_, head, first, second, blank, count = out.splitlines()
    assert [word for word in head.split() if word in ("Recording", "Score", "Reps", "Median")] == [
        "Recording",
        "Score",
        "Reps",
        "Median",
    ]
    rows = {line.split()[0]: line for line in (first, second)}
    assert re.fullmatch(r"anna/run\.fit .* \d+ +16 +1:3\d\.\d .*", rows["anna/run.fit"])
    assert re.fullmatch(r"run\.fit .* \d+ +15/16 +1:3\d\.\d .*", rows["run.fit"])
    assert (blank, count) == ("", "2 analysed, 1 failed (empty.fit: is empty)")


def test_brief_is_the_overview_alone_and_no_wider_than_the_terminal(
    run_command: Run, squad: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns in (40, 80, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        _, out, _ = run_command("analyze", squad, "--brief")
        assert "Next time" not in out
        assert out.splitlines()[0].startswith("Recording")
        assert "Even" in out.splitlines()[0]
        assert max(len(line) for line in out.splitlines()[:3]) <= columns


def test_every_recording_has_a_page_and_a_picture_of_its_own(run_command: Run, squad: Path, tmp_path: Path) -> None:
    pages, pictures = tmp_path / "pages", tmp_path / "pictures"
    code, out, err = run_command("analyze", squad, *GOAL, "--brief", "--html", pages, "--plot", pictures)
    assert code == 1, out
    assert {path.name for path in pages.iterdir()} == {"index.html", "run.html", "run-2.html"}
    assert {path.name for path in pictures.iterdir()} == {"run.png", "run-2.png"}
    index = (pages / "index.html").read_text(encoding="utf-8")
    assert [target for target in re.findall(r'href="([^"]+html)"', index) if (pages / target).exists()] == [
        "run.html",
        "run-2.html",
    ]
    assert "15/16" in index
    assert f"written: {pages / 'index.html'}" in err


def test_all_failed_leaves_an_older_table_alone(run_command: Run, squad: Path, tmp_path: Path) -> None:
    table = tmp_path / "reps.csv"
    table.write_text("kept")
    code, _, err = run_command("analyze", squad / "empty.fit", "--csv", table)
    assert code == 1
    assert table.read_text() == "kept"
    assert "written" not in err


def test_nothing_is_called_written_that_was_not(run_command: Run, sample_data: Path, tmp_path: Path) -> None:
    code, _, err = run_command("analyze", sample_data / "kastor-good.fit", "--csv", tmp_path / "no" / "reps.csv")
    assert code == 1
    assert "written: " not in err
    assert err.count("\n") == 1


def test_a_recording_from_standard_input(run_command: Run, sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (sample_data / "kastor-good.fit").read_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    code, out, err = run_command("analyze", "-", *GOAL)
    assert code == 0, err
    assert "Kastor 16 x 400 m" in out
