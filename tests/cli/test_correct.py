"""``kastor correct``, and how ``analyze`` finds what it wrote."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import kastor_analysis as ka

from .test_analyze import Run


@pytest.fixture
def run_fit(sample_data: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample_data / "kastor-flawed.fit", tmp_path / "run.fit"))


def test_corrections_are_kept_beside_the_recording_and_found(
    run_command: Run, run_fit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    content = run_fit.read_bytes()
    found = ka.analyze(run_fit).session
    code, out, err = run_command(
        "kastor", "correct", run_fit, "--split", 5, "--add", "5:10-5:40", "--drop", 9, "--move", "7 end +1.2",
        "--note", "wind",
    )  # fmt: skip
    assert code == 0, err
    assert "end +1.2 s" in out
    assert "5 corrections by hand" in err
    side = run_fit.with_name("run.fit.kastor.toml")
    assert [c.do for c in ka.Corrections.load(side)] == ["drop", "split", "add", "move", "note"]
    assert run_fit.read_bytes() == content

    report = ka.analyze(run_fit, plan="kastor")
    assert len(report.session.reps) == len(found.reps) + 1
    assert report.session.reps[8].end_s == pytest.approx(found.reps[6].end_s + 1.2, abs=0.05)
    assert "Noted by hand: wind" in report.session.notes
    code, out, _ = run_command("analyze", run_fit)
    assert "5 corrections by hand" in out.splitlines()[2]
    assert any(line.split()[:2] == ["+1", "new"] for line in out.splitlines())
    assert "corrections by hand" in report.to_html()
    assert json.loads(report.to_json())["corrections"][0].startswith("drop ")

    as_found = json.loads(run_command("analyze", run_fit, "--as-found", "--json").out)
    assert as_found["corrections"] == []
    assert len(ka.analyze(run_fit, corrections=False).session.reps) == len(found.reps)

    code, out, _ = run_command("kastor", "correct", run_fit, "--show")
    assert code == 0
    assert out.splitlines()[0] == "5 corrections by hand (run.fit.kastor.toml)"
    for left in (4, 3, 2, 1, 0):
        assert run_command("kastor", "correct", run_fit, "--undo").code == 0
        assert len(ka.Corrections.load(side)) == left
    code, _, err = run_command("kastor", "correct", run_fit, "--undo")
    assert code == 1
    assert "nothing to undo" in err


def test_numbers_are_those_found_whatever_was_corrected(run_command: Run, run_fit: Path) -> None:
    assert run_command("kastor", "correct", run_fit, "--drop", 1).code == 0
    assert run_command("kastor", "correct", run_fit, "--drop", 2).code == 0
    found = ka.analyze(run_fit, corrections=False).session.reps
    now = ka.analyze(run_fit).session.reps
    assert [rep.start_s for rep in now] == [rep.start_s for rep in found[2:]]
    code, _, err = run_command("kastor", "correct", run_fit, "--drop", 2)
    assert code == 1
    assert "corrected already" in err
    code, out, _ = run_command("analyze", run_fit, "--found")
    listed = [line.split()[0] for line in out.splitlines() if " rep " in line]
    assert listed == [str(n) for n in range(3, len(found) + 1)]
    # For one call, as well, numbers are those found.
    once = ka.analyze(run_fit, drop=[3]).session
    assert [rep.found_rep for rep in once.reps] == list(range(4, len(found) + 1))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "say what is to be corrected"),
        (["--undo", "--show"], 2, "stand alone"),
        (["--drop", "40"], 1, "no rep 40"),
        (["--add", "noon"], 1, "no span"),
        (["--merge", "7"], 1, "cannot be merged"),
    ],
)
def test_wrong_words_are_said_and_nothing_is_written(
    run_command: Run, run_fit: Path, words: list[str], code: int, said: str
) -> None:
    outcome = run_command("kastor", "correct", run_fit, *words)
    assert outcome.code == code
    assert said in outcome.err
    assert [path.name for path in run_fit.parent.iterdir()] == ["run.fit"]


def test_a_damaged_or_foreign_file_of_corrections_is_told(run_command: Run, run_fit: Path) -> None:
    side = run_fit.with_name("run.fit.kastor.toml")
    side.write_text("[[correction]]\ndo = 'fly'\n")
    code, _, err = run_command("analyze", run_fit)
    assert code == 1
    assert "run.fit.kastor.toml: there is no correction 'fly' (at correction 1)" in err
    assert run_command("analyze", run_fit, "--as-found").code == 0
    side.write_text('start = 2020-01-01T00:00:00Z\n[[correction]]\ndo = "drop"\nfrom = 100\nto = 300\n')
    code, out, _ = run_command("analyze", run_fit)
    assert code == 0
    assert "starts at another time" in " ".join(out.split())
    code, _, err = run_command("kastor", "correct", run_fit, "--drop", 2)
    assert code == 1
    assert "another time" in err


def test_a_season_has_the_same_verb(run_command: Run, run_fit: Path, tmp_path: Path) -> None:
    db = ("--db", tmp_path / "season.db")
    assert run_command("kastor", "season", "add", run_fit, *db, "--no-progress").code == 0
    code, out, err = run_command("kastor", "season", "correct", "last", "--drop", 9, *db)
    assert code == 0, err
    assert "none" in out
    assert "session 1: 1 correction by hand" in err
    assert run_command("kastor", "season", "correct", 1, "--show", *db).out.startswith(
        "1 correction by hand (session 1)"
    )
    assert not run_fit.with_name("run.fit.kastor.toml").exists()
    with ka.Season(tmp_path / "season.db") as season:
        assert 9 not in season.reps()["found_rep"].dropna().tolist()
    assert run_command("kastor", "season", "correct", "last", "--undo", *db).code == 0
    assert run_command("kastor", "season", "correct", "last", *db).code == 2
