"""What every verb that writes a file spares, refuses and replaces, said before anything is read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Outcome

Run = Callable[..., Outcome]

WRITERS: dict[str, tuple[str, ...]] = {
    "out.csv": ("analyze", "run.fit", "--csv"),
    "out.html": ("analyze", "run.fit", "--html"),
    "out.svg": ("analyze", "run.fit", "--plot"),
    "card.html": ("kastor", "plan", "card", "--html"),
    "workout.fit": ("kastor", "plan", "export"),
    "reps.csv": ("kastor", "season", "reps", "--db", "kept.db", "--csv"),
    "page.html": ("kastor", "season", "page", "--db", "kept.db", "-o"),
    "chart.png": ("kastor", "season", "chart", "intensity", "--db", "kept.db", "-o"),
}
"""A name for the output of every verb that writes one, and how the verb is called."""


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory, sample_data: Path) -> bytes:
    """Return the content of a season with one session."""
    from kastor_analysis import Season

    path = tmp_path_factory.mktemp("season") / "kept.db"
    with Season(path) as kept:
        kept.add(sample_data / "kastor-flawed.fit", progress=False)
    return path.read_bytes()


@pytest.fixture
def here(tmp_path: Path, sample_data: Path, season: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with two recordings, a season and a plan in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.fit").write_bytes((sample_data / "kastor-flawed.fit").read_bytes())
    (tmp_path / "other.fit").write_bytes((sample_data / "season" / "2026-03-03.fit").read_bytes())
    (tmp_path / "mine.toml").write_text('name = "mine"\nreps = 4\ndistance_m = 400\n')
    (tmp_path / "kept.db").write_bytes(season)
    return tmp_path


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_goes_through_the_door(run_command: Run, here: Path, name: str) -> None:
    verb = WRITERS[name]
    kept = {file: (here / file).read_bytes() for file in ("run.fit", "other.fit", "kept.db", "mine.toml")}
    for file, content in kept.items():
        # Under its own name, and under one that would be fitting.
        os.link(here / file, here / f"linked-{file}{Path(name).suffix}")
        for target in (file, f"linked-{file}{Path(name).suffix}"):
            for force in ((), ("--force",)):
                code, out, err = run_command(*verb, target, *force)
                assert (code, out) == (2, ""), f"{target} {err}"
                assert target in err
                assert err.count("\n") <= 3
                assert (here / file).read_bytes() == content
    before = set(os.listdir(here))
    for _ in range(2):
        code, _, err = run_command(*verb, name)
        assert code == 0, err
        assert f"written: {name}" in err
    assert set(os.listdir(here)) == before | {name}
    (here / name).write_text("someone else's\n")
    code, _, err = run_command(*verb, name)
    assert code == 1
    assert "--force" in err
    assert (here / name).read_text() == "someone else's\n"
    assert run_command(*verb, name, "--force").code == 0
    assert (here / name).read_bytes() != b"someone else's\n"


def test_a_refused_output_is_told_before_anything_is_read(run_command: Run, here: Path) -> None:
    for words in (("--csv", "run.fit", "other.fit"), ("run.fit", "--html", "no/such/page.html")):
        code, out, err = run_command("analyze", *words)
        assert code == (2 if "--csv" in words else 1)
        assert out == ""
        assert err.count("\n") == 1
    code, out, _ = run_command("analyze", "run.fit", "--html", "out", "--csv", "out")
    assert (code, out) == (2, "")


def test_pages_of_several_recordings_go_into_a_folder_of_their_own(run_command: Run, here: Path) -> None:
    # The shell makes of --html *.fit the first recording as the folder and the others as the recordings.
    before = (here / "run.fit").read_bytes()
    code, out, err = run_command("analyze", "--html", "run.fit", "other.fit", "run.fit")
    assert (code, out) == (2, "")
    assert "run.fit" in err
    assert (here / "run.fit").read_bytes() == before
    for _ in range(2):
        code, _, err = run_command("analyze", "run.fit", "other.fit", "--html", "pages", "--plot", "pictures")
        assert code == 0, err
    (here / "pages" / "other.html").write_bytes(before)
    code, out, err = run_command("analyze", "run.fit", "other.fit", "--html", "pages")
    assert code == 2
    assert "other.html" in err
    assert (here / "pages" / "other.html").read_bytes() == before
    (here / "pages" / "index.html").write_text("mine")
    code, out, _ = run_command("analyze", "run.fit", "other.fit", "--html", "pages")
    assert (code, out) == (1, "")


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_an_export_replaces_an_export_and_nothing_else(run_command: Run, here: Path, format: str) -> None:
    words = ("kastor", "season", "export", "tables", "--db", "kept.db", "--format", format)
    for _ in range(2):
        code, _, err = run_command(*words)
        assert code == 0, err
    weeks, reps = here / "tables" / f"weeks.{format}", here / "tables" / f"reps.{format}"
    weeks.write_text("week,what,where\n")
    reps.unlink()
    assert run_command(*words).code == 1
    assert not reps.exists(), "one file that must stay keeps all from being written"
    assert run_command(*words, "--force").code == 0
    assert reps.exists()


def test_a_demo_leaves_other_files_alone(run_command: Run, here: Path, season: bytes) -> None:
    demo = here / "demo"
    demo.mkdir()
    mine = {"kastor-good.fit": (here / "other.fit").read_bytes(), "season.db": season, "kastor-flawed.html": b"mine"}
    for name, content in mine.items():
        (demo / name).write_bytes(content)
        code, out, err = run_command("kastor", "demo", "demo")
        assert code in (1, 2)
        assert name in err
        assert out == ""
        assert os.listdir(demo) == [name]
        assert (demo / name).read_bytes() == content
        (demo / name).unlink()
