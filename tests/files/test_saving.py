"""The door of all outputs: what it lets by, what it refuses, and that nothing is torn."""

from __future__ import annotations

import gzip
import os
import resource
import signal
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kastor_analysis import Plan, Season
from kastor_analysis.errors import ProtectedError, WriteError
from kastor_analysis.files.saving import PAGE, PICTURE, Kind, Saver, table_of
from kastor_analysis.render.card import card_page
from kastor_analysis.writers.workout import WORKOUT, to_workout

TABLE = table_of(["recording", "planned_rep", "time_s", "rest_s"])
OWN_TABLE = "recording,planned_rep,time_s\nrun.fit,1,80.0\n"
OWN_PAGE = card_page(Plan.kastor("5k 20:00"))
NEW_PAGE = card_page(Plan.kastor("5k 19:00"))


def recordings(folder: Path, fit: bytes) -> dict[str, bytes]:
    """Return contents of every kind that no output may replace."""
    packed = folder / "packed.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("run.fit", fit)
    with Season(folder / "kept.db"):
        pass
    gpx = b'<?xml version="1.0"?>\n<!-- %s -->\n<gpx version="1.1"><trk/></gpx>' % (b"long " * 2000)
    return {
        "FIT": fit,
        "FIT, packed": gzip.compress(fit),
        "zip": packed.read_bytes(),
        "GPX behind a long comment": gpx,
        "GPX in UTF-16": gpx.decode().encode("utf-16"),
        "TCX": b"\xef\xbb\xbf<TrainingCenterDatabase><Activities/></TrainingCenterDatabase>",
        "season": (folder / "kept.db").read_bytes(),
        "plan": b'name = "mine"\nreps = 4\ndistance_m = 400\n',
    }


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("kind", "name"), [(PAGE, "out.html"), (PAGE, "out"), (TABLE, "out.csv"), (PICTURE, "out.png"), (WORKOUT, "w.fit")]
)
def test_no_output_replaces_what_cannot_be_made_again(
    tmp_path: Path, sample_data: Path, kind: Kind, name: str, force: bool
) -> None:
    target = tmp_path / name
    for what, content in recordings(tmp_path, (sample_data / "kastor-flawed.fit").read_bytes()).items():
        target.write_bytes(content)
        with pytest.raises(ProtectedError, match=name):
            Saver(force=force).save(target, b"new", kind)
        assert target.read_bytes() == content, what


@pytest.mark.parametrize("kind", [PAGE, TABLE, PICTURE, WORKOUT], ids=lambda kind: kind.name)
def test_a_name_of_another_kind_is_refused_whether_it_is_taken_or_not(tmp_path: Path, kind: Kind) -> None:
    endings = (
        ".fit .FIT .gpx .tcx .gz .fit.gz .zip .db .sqlite .db-wal .toml .kastor.toml .html .htm .png .svg .pdf .csv"
    )
    for ending in endings.split():
        is_fitting = ending.lower() in kind.endings
        for name in (f"new{ending}", f"old{ending}", ending):
            target = tmp_path / name
            if name.startswith("old"):
                target.write_bytes(b"")
            if is_fitting:
                Saver().check(target, kind)
                continue
            for force in (False, True):
                with pytest.raises(ProtectedError):
                    Saver(force=force).check(target, kind)
            assert target.exists() == name.startswith("old")


def test_an_input_is_spared_under_every_name_it_has(tmp_path: Path) -> None:
    hand = tmp_path / "hand.csv"
    hand.write_text(OWN_TABLE)
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to("hand.csv")
    (tmp_path / "link to link.csv").symlink_to(tmp_path / "link")
    os.link(hand, tmp_path / "other.csv")
    names = ["hand.csv", "./sub/../hand.csv", "link", "link to link.csv", "other.csv"]
    for read in names:
        for written in names:
            with pytest.raises(ProtectedError, match="is read by this very call"):
                Saver([tmp_path / read], force=True).save(tmp_path / written, OWN_TABLE, TABLE)
    assert hand.read_text() == OWN_TABLE


def test_an_input_on_standard_input_is_spared(tmp_path: Path) -> None:
    code = (
        "import sys; from kastor_analysis.files.saving import *\n"
        "try: Saver(['-'], force=True).save('notes', 'x', PAGE)\n"
        "except Exception as error: print(type(error).__name__)"
    )
    (tmp_path / "notes").write_text("mine")
    with (tmp_path / "notes").open() as given:
        done = subprocess.run([sys.executable, "-c", code], stdin=given, cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "ProtectedError\n", done.stderr
    assert (tmp_path / "notes").read_text() == "mine"


@pytest.mark.parametrize("content", [None, b"", b"my own notes"], ids=["missing", "empty", "text"])
def test_a_link_counts_by_the_name_it_leads_to_as_well(tmp_path: Path, content: bytes | None) -> None:
    """What is empty for now may be a recording that is still to come: from the watch, or from a cloud."""
    for name in ("race.fit", "race.gpx.gz", "kept.db", "mine.toml", "out.html"):
        target = tmp_path / name
        if content is not None:
            target.write_bytes(content)
        (tmp_path / "link.csv").symlink_to(name)
        (tmp_path / "link to link.csv").symlink_to("link.csv")
        for link in ("link.csv", "link to link.csv"):
            with pytest.raises(ProtectedError, match="leads to"):
                Saver(force=True).save(tmp_path / link, OWN_TABLE, TABLE)
        assert (target.read_bytes() if target.exists() else None) == content
        (tmp_path / "link.csv").unlink()
        (tmp_path / "link to link.csv").unlink()
    (tmp_path / "link.csv").symlink_to("gone/table.csv")
    with pytest.raises(WriteError, match=f"no folder {tmp_path / 'gone'}"):
        Saver().check(tmp_path / "link.csv", TABLE)


def test_an_open_file_that_must_stay_is_not_added_to(tmp_path: Path, sample_data: Path) -> None:
    contents = recordings(tmp_path, (sample_data / "kastor-flawed.fit").read_bytes())
    target = tmp_path / "target"
    for what, content in contents.items():
        target.write_bytes(content)
        with target.open("ab") as file, pytest.raises(ProtectedError, match="no output is added to one"):
            Saver(force=True).save(f"/dev/fd/{file.fileno()}", OWN_TABLE, TABLE)
        assert target.read_bytes() == content, what
    target.write_text("1:20.4\n")
    with target.open("ab") as file:
        with pytest.raises(ProtectedError, match="is read by this very call"):
            Saver([target]).save(f"/dev/fd/{file.fileno()}", OWN_TABLE, TABLE)
        Saver().save(f"/dev/fd/{file.fileno()}", OWN_TABLE, TABLE)
    assert target.read_text() == "1:20.4\n" + OWN_TABLE


def test_own_outputs_and_empty_files_are_replaced_and_others_only_by_force(tmp_path: Path) -> None:
    cases = [
        (PAGE, OWN_PAGE, "<html><body>A page of someone's</body></html>"),
        (TABLE, OWN_TABLE, "date,what,notes\n2026-05-01,run,fine\n"),
        (TABLE, OWN_TABLE, "recording,planned_rep,time_s,felt like\nrun.fit,1,80.0,easy\n"),
        (WORKOUT, to_workout(Plan.kastor()), "some text"),
    ]
    for kind, own, foreign in cases:
        target = tmp_path / f"out{kind.endings[0]}"
        for old in ("", own):
            target.write_bytes(old if isinstance(old, bytes) else old.encode())
            Saver().save(target, b"new", kind)
            assert target.read_bytes() == b"new"
        target.write_text(foreign)
        with pytest.raises(WriteError, match="--force") as caught:
            Saver().save(target, b"new", kind)
        assert not isinstance(caught.value, ProtectedError)
        assert target.read_text() == foreign
        Saver(force=True).save(target, b"new", kind)
        assert target.read_bytes() == b"new"
        target.unlink()


@pytest.mark.parametrize("ending", PICTURE.endings)
def test_pictures_say_who_made_them(tmp_path: Path, ending: str) -> None:
    from matplotlib.figure import Figure

    from kastor_analysis.charts.style import drawn

    target, figure = tmp_path / f"chart{ending}", Figure()
    figure.add_subplot().plot([1, 2])
    Saver().save(target, drawn(figure, target), PICTURE)
    Saver().check(target, PICTURE)
    figure.savefig(target)
    with pytest.raises(WriteError, match="--force"):
        Saver().check(target, PICTURE)


def test_two_outputs_do_not_share_a_name(tmp_path: Path) -> None:
    saver = Saver()
    saver.check(tmp_path / "out", PAGE)
    saver.check(tmp_path / "out", PAGE)
    with pytest.raises(ProtectedError, match="two outputs"):
        saver.check(tmp_path / "." / "out", TABLE)


def test_rights_are_those_of_the_umask_and_then_those_of_the_file(tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    before = os.umask(0o027)
    try:
        Saver().save(target, OWN_PAGE, PAGE)
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    target.chmod(0o604)
    Saver().save(target, NEW_PAGE, PAGE)
    assert stat.S_IMODE(target.stat().st_mode) == 0o604
    target.chmod(0o444)
    with pytest.raises(WriteError, match="protected against writing"):
        Saver(force=True).save(target, OWN_PAGE, PAGE)
    assert target.read_text() == NEW_PAGE


def test_a_link_stays_a_link_and_other_names_keep_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    real = tmp_path / "far" / "report.html"
    link, dangling = tmp_path / "link.html", tmp_path / "dangling.html"
    real.write_text(OWN_PAGE)
    os.link(real, tmp_path / "kept.html")
    link.symlink_to("far/report.html")
    dangling.symlink_to("far/new.html")
    Saver().save(link, NEW_PAGE, PAGE)
    Saver().save(dangling, NEW_PAGE, PAGE)
    assert link.is_symlink()
    assert dangling.is_symlink()
    assert real.read_text() == (tmp_path / "far" / "new.html").read_text() == NEW_PAGE
    assert (tmp_path / "kept.html").read_text() == OWN_PAGE
    (tmp_path / "loop.html").symlink_to("loop.html")
    with pytest.raises(WriteError):
        Saver().save(tmp_path / "loop.html", NEW_PAGE, PAGE)


def in_a_child(work: Callable[[], None]) -> int:
    """Run `work` in a forked child and return its exit status, negative where a signal ended it."""
    child = os.fork()
    if not child:
        status = 99
        try:
            work()
            status = 0
        except WriteError as error:
            status = 1 if "cannot be written" in str(error) else 98
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("is_new", [False, True])
def test_a_full_disk_leaves_what_was_there_and_nothing_beside(tmp_path: Path, is_new: bool) -> None:
    target = tmp_path / "out.html"
    if not is_new:
        target.write_text(OWN_PAGE)

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        Saver().save(target, NEW_PAGE, PAGE)

    assert in_a_child(work) == 1
    assert os.listdir(tmp_path) == ([] if is_new else ["out.html"])
    assert is_new or target.read_text() == OWN_PAGE


def test_a_kill_at_any_step_leaves_the_old_file_or_the_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.html"
    steps = ("open", "chmod", "chown", "fsync", "replace", "unlink")
    seen = set()
    for step in steps:
        for is_after in (False, True):
            target.write_text(OWN_PAGE)

            def work(step: str = step, is_after: bool = is_after) -> None:
                done = getattr(os, step)

                def killed(*words: object, **more: object) -> object:
                    value = done(*words, **more) if is_after else None
                    os.kill(os.getpid(), signal.SIGKILL)
                    return value

                monkeypatch.setattr(os, step, killed)
                Saver().save(target, NEW_PAGE, PAGE)

            code = in_a_child(work)
            assert code in (0, -signal.SIGKILL)
            text = target.read_text()
            assert text in (OWN_PAGE, NEW_PAGE)
            seen.add((code, text == NEW_PAGE))
    assert {(-signal.SIGKILL, False), (-signal.SIGKILL, True)} <= seen


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, OSError(5, "Input/output error")])
def test_an_error_on_the_way_leaves_nothing_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fails(*_: object) -> None:
        raise error

    target = tmp_path / "out.html"
    target.write_text(OWN_PAGE)
    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises((WriteError, KeyboardInterrupt, MemoryError)):
        Saver().save(target, NEW_PAGE, PAGE)
    assert os.listdir(tmp_path) == ["out.html"]
    assert target.read_text() == OWN_PAGE


def test_what_is_no_file_is_refused_or_written_to_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    for path, said in ((tmp_path / "folder.html", "is a folder"), (tmp_path / "no" / "x.html", "there is no folder")):
        with pytest.raises(WriteError, match=said):
            Saver(force=True).save(path, "x", PAGE)
    Saver().save("/dev/null", "x", PAGE)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(WriteError, match="nobody reads"):
        Saver().save(tmp_path / "pipe", "x", PAGE)
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    Saver().save(tmp_path / "pipe", "x", PAGE)
    assert os.read(reader, 10) == b"x"
    os.close(reader)
    with pytest.raises(WriteError, match="cannot be written"):
        Saver().save("a\0b.html", "x", PAGE)


def test_standard_output_in_a_file_is_not_renamed_upon(tmp_path: Path) -> None:
    code = (
        "from kastor_analysis.files.saving import *\nprint('one')\n"
        "Saver().save('/dev/stdout', 'two\\n', PAGE)\nprint('three')\nSaver().save('/dev/fd/1', 'four\\n', PAGE)\n"
        "Saver().save('-', 'five\\n', PAGE)"
    )
    with (tmp_path / "out").open("w") as out:
        subprocess.run([sys.executable, "-c", code], stdout=out, check=True)
    assert (tmp_path / "out").read_text() == "one\ntwo\nthree\nfour\nfive\n"
