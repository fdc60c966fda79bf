"""What the commands say before they read anything: help, versions, wrong usage."""

from __future__ import annotations

import subprocess
import sys

import pytest

import kastor_analysis
from kastor_analysis.cli import analyze, main


def call(entry: object, *args: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["command", *args])
    with pytest.raises(SystemExit) as stop:
        entry()  # type: ignore[operator]
    assert isinstance(stop.value.code, int)
    return stop.value.code


def test_python_m_is_kastor() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kastor_analysis", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"kastor_analysis {kastor_analysis.__version__}\n"


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert call(main, "--help", monkeypatch=monkeypatch) == 0
    out = capsys.readouterr().out
    assert all(f"\n  {verb} " in out for verb in ("analyze", "demo", "plan", "season"))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "Missing argument"),
        (("run.fit", "--units", "furlongs"), "furlongs"),
        (("run.fit", "--goal", "5k 3:00"), "world record"),
        (("run.fit", "--goal", "quickly"), "cannot be understood"),
        (("run.fit", "--reps", "0"), "--reps"),
        (("a.fit", "b.fit", "--plot", "x.png"), "--plot takes one recording, not 2"),
        (("a.fit", "b.fit", "--html", "x.html"), "--html takes one recording, not 2"),
        (("a.fit", "--frobnicate"), "--frobnicate"),
    ],
)
def test_wrong_usage_exits_2_and_says_why(
    args: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(analyze, *args, monkeypatch=monkeypatch) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "Traceback" not in err
