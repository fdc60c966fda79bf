"""What the commands say before they read anything: help, versions, wrong usage."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

import kastor_analysis

from .conftest import Outcome


def test_python_m_is_kastor() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kastor_analysis", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"kastor_analysis {kastor_analysis.__version__}\n"


def test_help_lists_every_verb(run_command: Callable[..., Outcome]) -> None:
    code, out, _ = run_command("kastor", "--help")
    assert code == 0
    assert all(f"\n  {verb} " in out for verb in ("analyze", "demo", "plan", "season"))


@pytest.mark.parametrize("words", [("analyze",), ("plan", "export")])
def test_examples_in_the_help_stand_on_lines_of_their_own(
    words: tuple[str, ...], run_command: Callable[..., Outcome]
) -> None:
    _, out, _ = run_command("kastor", *words, "--help")
    assert "\\b" not in out
    command = " ".join(words)
    assert sum(line.strip().removeprefix("kastor ").startswith(f"{command} ") for line in out.splitlines()) >= 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Missing argument"),
        (("run.fit", "--units", "furlongs"), "furlongs"),
        (("run.fit", "--goal", "5k 3:00"), "world record"),
        (("run.fit", "--goal", "quickly"), "cannot be understood"),
        (("run.fit", "--reps", "0"), "--reps"),
        (("run.fit", "--plan", "12x400", "--reps", "8"), "--reps"),
        (("run.fit", "--plan", "no-such-recipe"), "no-such-recipe"),
        (("run.fit", "--merge", "7-8"), "like 7,8"),
        (("run.fit", "--athlete", "nobody"), "athletes.toml"),
        (("a.fit", "b.fit", "--drop", "3"), "--drop takes one recording, not 2"),
        ((".", "--drop", "3"), "--drop takes one recording, not a folder"),
        ((".", "--decoder", "fitparse"), "--decoder takes files, not the folder ."),
        (("a.fit", "b.fit", "--plot", "x.png"), "with several recordings --plot names a folder: --plot x"),
        (("a.fit", "b.fit", "--html", "x.html"), "with several recordings --html names a folder: --html x"),
        (("a.fit", "--frobnicate"), "--frobnicate"),
        (("run.fit", "--plot", "x.xyz"), ".png, .svg or .pdf"),
    ],
)
def test_wrong_usage_exits_2_and_says_why(
    words: tuple[str, ...], said: str, run_command: Callable[..., Outcome]
) -> None:
    code, out, err = run_command("analyze", *words)
    assert code == 2
    assert out == ""
    assert said in err
    assert "Traceback" not in err
