"""The commands as a shell runs them: closed streams, full disks, Ctrl-C at any moment, odd terminals and odd names."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from kastor_analysis import Plan, Season, analyze, load, load_all
from kastor_analysis.athlete import load_athletes
from kastor_analysis.corrections import Corrections
from kastor_analysis.errors import AthleteError, KastorError

from .conftest import Outcome

Run = Callable[..., Outcome]

STRANGE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
EVIL = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202e<img src=x>&\x01"
MANNERS = ("Traceback", "Exception ignored", "Warning", "a mistake in kastor_analysis", "Broken pipe")


def kastor(
    *words: str | bytes | Path, script: str = 'exec "$@"', **options: object
) -> subprocess.CompletedProcess[bytes]:
    """Run ``kastor`` by a line of shell, in which ``"$@"`` stands for the command."""
    command = ["sh", "-c", script, "sh", sys.executable, "-m", "kastor_analysis", *words]
    done = subprocess.run(command, capture_output=True, timeout=60)
    said = done.stderr.decode("utf-8", "replace")
    assert not [sign for sign in MANNERS if sign in said], said
    return done


@pytest.fixture
def here(tmp_path: Path, sample_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, with a recording in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.fit").write_bytes((sample_data / "kastor-flawed.fit").read_bytes())
    return tmp_path


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ('exec "$@" >&-', 0),
        ('exec "$@" 2>&-', 0),
        ('exec "$@" <&- >&- 2>&-', 0),
        ('exec "$@" >/dev/full', 1),
        ('exec "$@" >/dev/full 2>&1', 1),
        ('"$@" | true', 0),
        ('"$@" 2>&1 | true', 0),
        ("trap '' PIPE; \"$@\" | true", 0),
    ],
)
@pytest.mark.parametrize(
    "words", [("analyze", "run.fit"), ("analyze", "run.fit", "--json"), ("plan", "show"), ("--help",)]
)
def test_an_output_that_nobody_reads_is_no_mistake(here: Path, words: Sequence[str], script: str, code: int) -> None:
    assert kastor(*words, script=script).returncode == code


def test_a_file_does_not_become_the_closed_output(here: Path) -> None:
    """A file opened while descriptor 1 is free would otherwise get the report written into it."""
    done = kastor("season", "add", "run.fit", "--db", "kept.db", script='exec "$@" <&- >&- 2>&-')
    assert done.returncode == 0
    with Season(here / "kept.db") as kept:
        assert len(kept.sessions()) == 1


def test_a_folder_that_may_not_be_looked_into_is_not_taken_for_an_empty_one(
    run_command: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "runs" / "closed").mkdir(parents=True)
    (here / "runs" / "a.fit").write_bytes((here / "run.fit").read_bytes())
    scandir = os.scandir

    def guarded(path: str) -> object:
        if os.fspath(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    for folder, found in (("runs", 1), ("runs/closed", 0)):
        for words in (("analyze", folder, "--brief"), ("kastor", "season", "add", folder, "--db", f"{found}.db")):
            code, out, err = run_command(*words)
            assert code == 1, words
            assert "closed: may not be looked into (Permission denied)" in err
            assert f"{found} analysed, 1 failed" in out or f"{found} session" in out
        items = [item for _, item in load_all(folder)]
        assert sum(isinstance(item, KastorError) for item in items) == 1
        assert len(items) == found + 1


@pytest.mark.parametrize("words", [("analyze", "run.fit"), ("season", "list", "--db", "kept.db")])
def test_no_report_is_added_to_a_recording_or_a_season(here: Path, words: Sequence[str]) -> None:
    with Season("kept.db") as kept:
        kept.add("run.fit", progress=False)
    target = here / words[-1]
    before = target.read_bytes()
    done = kastor(*words, script=f'exec "$@" >> {target.name}')
    assert done.returncode == 2
    assert b"no output is added to one" in done.stderr
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [("MPLBACKEND", "nonsense"), ("MPLBACKEND", "module://matplotlib_inline.backend_inline"), ("TMPDIR", "/gone")],
)
def test_a_picture_is_drawn_whatever_the_surroundings_say(
    here: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert kastor("analyze", "run.fit", "--plot", "run.png").returncode == 0
    assert (here / "run.png").read_bytes().startswith(b"\x89PNG")


def test_a_season_without_a_home_says_so(run_command: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KASTOR_SEASON", "~no-such-user/season.db")
    for words in (("list",), ("add", "run.fit")):
        code, _, err = run_command("kastor", "season", *words)
        assert code == 1
        assert "Name the season: --db FILE" in err


@pytest.mark.parametrize("name", [":memory:", "file:kept.db?mode=memory", "a?b#c%20.db"])
def test_a_season_is_a_file_whatever_its_name_means_to_sqlite(run_command: Run, here: Path, name: str) -> None:
    for said in ("1 session added", "1 already there"):
        assert said in run_command("kastor", "season", "add", "run.fit", "--db", name).out
    assert sorted(os.listdir(here)) == sorted(["run.fit", name])


@pytest.mark.parametrize("name", ["race.fit", "race.fit.gz", "table.csv", "page.html", "plan.toml", "link.db"])
def test_no_season_is_begun_under_another_kinds_name(run_command: Run, here: Path, name: str) -> None:
    Path("link.db").symlink_to("race.fit")
    code, _, err = run_command("kastor", "season", "add", "run.fit", "--db", name)
    assert code == 1
    assert "a season is to be begun" in err
    assert sorted(os.listdir(here)) == ["link.db", "run.fit"]


def heard() -> None:
    """Have a child hear the signals, also where the tests are run in the background, or ran a command themselves."""
    for by in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(by, signal.SIG_DFL)


def interrupted(
    words: Sequence[str], after_s: float, *, group: bool = False, by: signal.Signals = signal.SIGINT
) -> tuple[int, str]:
    """Press Ctrl-C (or send another signal) while a command runs; return its exit status and what it said."""
    begun = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "kastor_analysis", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, preexec_fn=heard,
    )  # fmt: skip
    time.sleep(max(0.0, after_s - (time.monotonic() - begun)))
    (os.killpg if group else os.kill)(child.pid, by)
    _, said = child.communicate(timeout=30)
    return child.returncode, said


def test_ctrl_c_at_any_moment_is_130_and_one_line(here: Path) -> None:
    words = ["analyze", *["run.fit"] * 400, "--html", "pages"]
    begun = time.monotonic()
    kastor("analyze", "missing.fit")
    loading_s = time.monotonic() - begun
    ends = []
    for step in range(8):
        code, said = interrupted(words, loading_s * (1.5 + 0.5 * step))
        ends.append((code, said.strip()))
    # While Python itself is still starting, on a busy machine for longer, it ends by the signal: without a word.
    assert set(ends) <= {(130, "kastor: stopped"), (-signal.SIGINT, "")}
    assert ends.count((130, "kastor: stopped")) >= 5
    assert not [name for name in os.listdir(here) if name.endswith(".part")]


def test_ctrl_c_in_a_terminal_reaches_all_processes_and_one_answers(here: Path, sample_data: Path) -> None:
    words = ["season", "add", str(sample_data), "--db", "kept.db", "--jobs", "2", "--no-progress"]
    for after_s in (0.5, 1.0, 1.5):
        code, said = interrupted(words, after_s, group=True)
        assert code in (0, 130, -signal.SIGINT)  # the last: while Python itself was still starting
        assert said.strip() in ("", "kastor: stopped")


@pytest.mark.parametrize(("by", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("group", [False, True])
def test_a_system_that_shuts_down_is_no_mistake_either(here: Path, by: signal.Signals, code: int, group: bool) -> None:
    """Also with a pool, whose processes do not outlive the command."""
    words = ["analyze", *["run.fit"] * 400, "--html", "pages"]
    begun = time.monotonic()
    kastor("analyze", "missing.fit")
    loading_s = time.monotonic() - begun
    ends = {interrupted(words, loading_s * times, group=group, by=by) for times in (2.0, 4.0)}
    assert {(status, said.strip()) for status, said in ends} <= {(code, "kastor: stopped"), (-by, "")}
    assert (code, "kastor: stopped\n") in {(status, said.lstrip()) for status, said in ends}
    assert not [*here.rglob("*.part")]


def test_a_pool_whose_processes_end_in_the_middle_of_an_answer_is_not_waited_for(here: Path) -> None:
    code = (
        "import os, signal, time\nfrom kastor_analysis.pipeline.pool import process_pool\n"
        "if __name__ == '__main__':\n"
        "    with process_pool(2) as pool:\n"
        "        pool.submit(bytes, 1).result()\n"
        "        for _ in range(8): pool.submit(bytes, 50_000_000)\n"
        "        time.sleep(0.06)\n"
        "        for number in list(pool._processes): os.kill(number, signal.SIGKILL)\n"
        "        raise KeyboardInterrupt\n"
    )
    Path("stopped.py").write_text(code)
    done = subprocess.run([sys.executable, "stopped.py"], capture_output=True, text=True, preexec_fn=heard, timeout=60)
    assert done.returncode in (130, -signal.SIGINT)
    assert done.stderr.rstrip().endswith("KeyboardInterrupt")


def test_ctrl_c_counts_where_a_library_makes_an_error_of_it(here: Path) -> None:
    code = (
        "import os, signal, sys\nimport kastor_analysis.pipeline as steps\n"
        "def interrupted(*_, **__):\n"
        "    try: os.kill(os.getpid(), signal.SIGINT)\n"
        "    except KeyboardInterrupt: raise ValueError('failed to import') from None\n"
        "steps.analyze = interrupted\nsys.argv = ['analyze', 'run.fit', 'run.fit']\n"
        "from kastor_analysis.cli import analyze\nanalyze()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, preexec_fn=heard)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "analyze: stopped")


@pytest.mark.parametrize("debug", [False, True])
def test_warnings_of_libraries_are_for_developers(here: Path, debug: bool) -> None:
    code = (
        "import sys, warnings\nimport kastor_analysis.pipeline as steps\nwas = steps.analyze\n"
        "def warning(*words, **more):\n    import numpy\n    numpy.float64(1.0) / 0.0\n    return was(*words, **more)\n"
        "steps.analyze = warning\nsys.argv = ['analyze', 'run.fit']\nfrom kastor_analysis.cli import analyze\nanalyze()"
    )
    environment = {**os.environ, **({"KASTOR_DEBUG": "1"} if debug else {})}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0
    assert ("RuntimeWarning" in done.stderr) == debug


@pytest.mark.parametrize("name", ["COLUMNS", "LINES"])
@pytest.mark.parametrize("size", ["0", "00", "-5", "1", "wide", "", "²", "٣", "1e3", "99999999999999999999"])
def test_sizes_of_a_terminal_that_cannot_be_are_not_believed(
    run_command: Run, here: Path, monkeypatch: pytest.MonkeyPatch, name: str, size: str
) -> None:
    usual = run_command("analyze", "run.fit").out
    monkeypatch.setenv(name, size)
    code, out, _ = run_command("analyze", "run.fit")
    assert code == 0
    assert out == usual or (name, size) == ("COLUMNS", "1")
    assert len(out) > 0.5 * len(usual)


@pytest.mark.parametrize(
    "words",
    [
        ("analyze", ""),
        ("analyze", "run.fit", ""),
        ("analyze", "run.fit", "--csv", ""),
        ("analyze", "run.fit", "--html="),
        ("analyze", "run.fit", "--plan", " "),
        ("kastor", "demo", ""),
        ("kastor", "plan", "show", ""),
        ("kastor", "season", "add", ""),
        ("kastor", "season", "add", "run.fit", "--db", ""),
        ("kastor", "season", "add", "run.fit", "--db", "x.db", "--athlete", "\t"),
        ("kastor", "season", "export", ""),
    ],
)
def test_empty_words_are_refused(run_command: Run, here: Path, words: Sequence[str]) -> None:
    code, out, err = run_command(*words)
    assert (code, out) == (2, "")
    assert "is empty" in err
    assert os.listdir(here) == ["run.fit"]


@pytest.mark.parametrize("name", ["n" * 300 + ".fit", "n/" * 3000 + "run.fit", "a\0b.fit"])
def test_a_name_that_no_file_can_have_is_a_fault_of_that_file(run_command: Run, here: Path, name: str) -> None:
    calls = [("analyze", name, "run.fit", "--brief"), ("kastor", "season", "add", name, "run.fit", "--db", "x.db")]
    for words in calls:
        code, out, err = run_command(*words)
        assert code == 1
        assert "1 failed" in out
        assert "1 analysed" in out or "1 session added" in out
        assert "File name too long" in err or "null" in err
    doors: list[Callable[[str], object]] = [
        load, lambda path: list(load_all(path)), analyze, Plan.load, load_athletes, Corrections.load, Season,
        Corrections().save, lambda path: analyze("run.fit", splits=path),
    ]  # fmt: skip
    for door in doors:
        with pytest.raises(KastorError):
            door(name)


def test_an_empty_path_is_no_folder(here: Path) -> None:
    with pytest.raises(KastorError):
        load("")
    with pytest.raises(KastorError, match="empty"):
        list(load_all(""))
    with Season(here / "kept.db") as kept, pytest.raises(KastorError, match="empty"):
        kept.add("", progress=False)
    with pytest.raises(KastorError):
        Season("")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run.fit", "--goal", "5k 20:00"), "Did you mean `analyze run.fit --goal '5k 20:00'`?"),
        (("gone.GPX",), "Did you mean `analyze gone.GPX`?"),
        (("anaylze", "run.fit"), "Did you mean `kastor analyze run.fit`?"),
        (("frobnicate",), "See kastor --help"),
    ],
)
def test_a_word_that_is_no_command_is_answered(run_command: Run, here: Path, words: Sequence[str], said: str) -> None:
    code, out, err = run_command("kastor", *words)
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize("words", [("kastor",), ("kastor", "season"), ("kastor", "plan")])
def test_no_word_at_all_is_answered_with_the_help(run_command: Run, words: Sequence[str]) -> None:
    code, out, err = run_command(*words)
    assert code in (0, 2)  # before click 8.2 it is no wrong usage
    assert (out + err).count("Usage:") == 1
    assert "Commands:" in out + err
    assert "Error" not in out + err


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "-400", "0", "1e999", "much"])
@pytest.mark.parametrize(
    "words",
    [
        ("trend", "--db", "x.db", "--distance"),
        ("chart", "splits", "--db", "x.db", "--distance"),
        ("squad", "--db", "x.db", "--distance"),
        ("add", "run.fit", "--db", "x.db", "--max-heart-rate"),
    ],
)
def test_numbers_of_options_are_numbers(run_command: Run, here: Path, words: Sequence[str], number: str) -> None:
    code, out, err = run_command("kastor", "season", *words[:-1], f"{words[-1]}={number}")
    assert (code, out) == (2, "")
    assert words[-1] in err
    assert os.listdir(here) == ["run.fit"]


def test_names_that_steer_terminals_are_shown_and_do_nothing(run_command: Run, here: Path) -> None:
    name = f"run{EVIL}.fit".replace("/", "")
    (here / name).write_bytes((here / "run.fit").read_bytes())
    (here / "evil.toml").write_text(f"title = {json.dumps(EVIL)}\nreps = 16\ndistance_m = 400\n", encoding="utf-8")
    calls = [
        ("analyze", name, "--plan", "evil.toml", "--csv", "out.csv", "--html", "out.html", "--plot", "out.svg"),
        ("analyze", name, name, "--brief"),
        ("analyze", name, "--json"),
        ("analyze", f"gone{name}"),
        ("kastor", "season", "add", name, "--db", "kept.db", "--plan", "evil.toml"),
        ("kastor", "season", "list", "--db", "kept.db"),
        ("kastor", "season", "list", "--db", "kept.db", "--json"),
        ("kastor", "season", "page", "--db", "kept.db", "-o", "page.html"),
        ("kastor", "plan", "show", "evil.toml"),
        ("kastor", "plan", "card", "evil.toml", "--html", "card.html"),
        ("kastor", name),
        ("kastor", "season", EVIL),
    ]
    said = [run_command(*words) for words in calls]
    texts = {" ".join(words): outcome.out + outcome.err for words, outcome in zip(calls, said, strict=True)}
    pages = ("out.html", "page.html", "card.html")
    texts |= {made: (here / made).read_text("utf-8") for made in ("out.csv", "out.svg", *pages)}
    assert {words: STRANGE.findall(text) for words, text in texts.items() if STRANGE.search(text)} == {}
    assert [page for page in pages if "<img src=x>" in texts[page]] == []
    assert json.loads(said[2].out)["source"] == name


def test_a_name_that_is_no_utf_8_goes_through_the_season(run_command: Run, here: Path) -> None:
    name = os.fsdecode(b"l\xe4ufe.fit")
    (here / "run.fit").rename(name)

    def season(verb: str, *words: str) -> str:
        code, out, err = run_command("kastor", "season", verb, "--db", "kept.db", *words)
        assert code == 0, err
        (out + err).encode()
        return out

    assert "1 session added" in season("add", name)
    assert "1 already there" in season("add", name)
    assert "1 session analysed again" in season("refresh", "--all")
    for words in (("list", "--json"), ("export", "csv"), ("export", "parquet", "--format", "parquet"), ("page",)):
        season(*words)
    (row,) = csv.DictReader(io.StringIO((here / "csv" / "sessions.csv").read_text("utf-8")))
    assert row["file"].endswith(r"l\xe4ufe.fit")
    analyze(name).to_json().encode()


@pytest.mark.parametrize(
    "name", ["", "  ", "\u200b", "An\0n", "An\x1b[31mn", "An\nn", "\u202eAnn", "n" * 5000, "l\udce4ufer"]
)
def test_names_that_cannot_be_shown_are_no_runners(here: Path, name: str) -> None:
    with Season(here / "kept.db") as kept:
        for work in (
            lambda: kept.add("run.fit", athlete=name, progress=False),
            lambda: kept.set_goal("5k 20:00", athlete=name),
        ):
            with pytest.raises(AthleteError):
                work()
        assert kept.names() == []


def test_times_of_reps_that_there_are_none_of_are_refused(run_command: Run, here: Path) -> None:
    for text in ("1,1:20.1\n99,1:19.9\n", "1:36.0\n" * 30):
        Path("hand.csv").write_text(text)
        code, out, err = run_command("analyze", "run.fit", "--splits", "hand.csv")
        assert (code, out) == (1, "")
        assert "the splits time rep" in err
    with pytest.raises(KastorError, match="rep 17,"):
        analyze("run.fit", plan=Plan.kastor(), splits={17: 96.0})


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--last", "9" * 30),
        ("weeks", "--last", "9" * 30),
        ("list", "--kind", "9" * 5000),
        ("list", "--kind", "9" * 190 + "km"),
        ("goal", "5k 19:00", "--until", "9999-12-31"),
        ("goal", "5k 19:00", "--since", "0001-01-01", "--apply"),
        ("list", "--since", "9999-12-31", "--until", "0001-01-01"),
    ],
)
def test_numbers_and_days_without_reason_are_no_damage(run_command: Run, here: Path, words: Sequence[str]) -> None:
    run_command("kastor", "season", "add", "run.fit", "--db", "kept.db")
    code, _, err = run_command("kastor", "season", *words, "--db", "kept.db")
    assert code in (0, 1)
    assert "damaged" not in err
    assert "a mistake in" not in err
    assert run_command("kastor", "season", "check", "--db", "kept.db").code == 0


def test_nothing_to_compare_is_a_failure(run_command: Run, here: Path, sample_data: Path) -> None:
    with Season("kept.db") as kept:
        for athlete, day in (("ann", "2026-03-03"), ("ben", "2026-03-10")):
            kept.add(sample_data / "season" / f"{day}.fit", athlete=athlete, progress=False)
    for words in ((), ("2026-03-03", "2026-03-10"), ("98", "99"), ("last", "last-1")):
        for form in ((), ("--json",)):
            assert run_command("kastor", "season", "compare", "--db", "kept.db", *words, *form).code == 1, words


@pytest.mark.parametrize("name", ["²", "٣", "9" * 5000, "last-" + "9" * 5000, "last-²", "1²", "-0", "1\0", "\x1b[2J"])
def test_what_names_no_session_is_told_so(run_command: Run, here: Path, sample_data: Path, name: str) -> None:
    folder = sorted((sample_data / "season").glob("*.fit"))[:2]
    assert run_command("kastor", "season", "add", *map(str, folder), "--db", "x.db", "--no-progress").code == 0
    for words in (("reps", "--", name), ("compare", "--", name, "last"), ("note", "--", name, "rain")):
        code, out, err = run_command("kastor", "season", words[0], "--db", "x.db", *words[1:])
        assert code in (1, 2), words
        assert out == ""
        assert "a mistake in" not in err
        assert "\x1b" not in err
