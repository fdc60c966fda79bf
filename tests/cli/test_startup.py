"""What ``analyze`` loads: numbers that may only fall, for each module and each dataclass is a part of the wait."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kastor_analysis import cli

from .conftest import Outcome

MOST_MODULES = 181
MOST_OWN_MODULES = 143
MOST_DATACLASSES = 29
HEAVY = {
    "pandas",
    "matplotlib",
    "scipy",
    "jinja2",
    "sqlite3",
    "fitparse",
    "gpxpy",
    "rich",
    "multiprocessing",
    "numpy.ma",
}

_LOADED = """
import dataclasses, json, sys
made, process = [], dataclasses._process_class
def counted(cls, *args, **options):
    made.append(cls.__qualname__)
    return process(cls, *args, **options)
dataclasses._process_class = counted
from kastor_analysis.cli import analyze
try:
    analyze()
except SystemExit as stop:
    assert not stop.code, stop.code
print(json.dumps({"modules": sorted(sys.modules), "dataclasses": made}), file=sys.stderr)
"""


def loaded_by(*words: object) -> dict[str, Any]:
    """Return the names of the modules and of the dataclasses that a call of ``analyze`` leaves behind."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED, *map(str, words)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "KASTOR_DEBUG": "1"},  # without, it does not come back
    )
    found: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", ["kastor-good.fit", "kastor-good.gpx"])
def test_report_loads_little(name: str, sample_data: Path) -> None:
    loaded = loaded_by(sample_data / name, "--goal", "5k 20:00")
    # Beside what NumPy loads, which is another number with each of its versions.
    numpy_alone = "import json, sys, numpy; print(json.dumps(list(sys.modules)))"
    modules = set(loaded["modules"]) - set(json.loads(subprocess.check_output([sys.executable, "-c", numpy_alone])))
    assert not HEAVY & modules
    assert len(modules) <= MOST_MODULES
    assert len([module for module in modules if module.startswith("kastor_analysis")]) <= MOST_OWN_MODULES
    assert len(loaded["dataclasses"]) <= MOST_DATACLASSES


@pytest.mark.parametrize("word", ["--help", "-h", "--version", "-V"])
def test_help_and_version_need_neither_numpy_nor_click(word: str) -> None:
    assert not {"numpy", "click", *HEAVY} & set(loaded_by(word)["modules"])


@pytest.mark.parametrize("command", ["analyze", "kastor"])
@pytest.mark.parametrize("word", ["--help", "--version"])
def test_what_is_told_without_click_is_what_click_tells(
    command: str, word: str, run_command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = run_command(command, word)
    monkeypatch.setattr(cli, "_told_at_once", lambda *_: None)
    assert at_once == run_command(command, word), "python tools/write_help.py writes it anew"


def test_help_is_as_narrow_as_the_terminal(
    run_command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    _, by_name, _ = run_command("analyze", "--help")
    monkeypatch.delenv("COLUMNS")
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((60, 24)))
    _, out, _ = run_command("analyze", "--help")
    assert max(map(len, out.splitlines())) <= 60
    assert out == by_name


@pytest.mark.parametrize(
    ("words", "code", "told"), [(["kastor-good.fit"], 0, "Score"), (["no.fit"], 1, ""), (["--no"], 2, "")]
)
def test_process_that_ends_at_once_has_said_all(words: list[str], code: int, told: str, sample_data: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "KASTOR_DEBUG"}
    done = subprocess.run(
        [sys.executable, "-c", "from kastor_analysis.cli import analyze; analyze(); print('came back')", *words,
         "--goal", "5k 20:00"],
        capture_output=True, text=True, cwd=sample_data, env=environment,
    )  # fmt: skip
    assert done.returncode == code
    assert told in done.stdout
    assert "came back" not in done.stdout
    assert bool(done.stderr) == bool(code)
