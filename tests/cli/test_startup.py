"""What ``analyze`` loads: numbers that may only fall, for each module and each dataclass is a part of the wait."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

MOST_MODULES = 356
MOST_OWN_MODULES = 142
MOST_DATACLASSES = 32
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
    modules = set(loaded["modules"])
    assert not HEAVY & modules
    assert len(modules) <= MOST_MODULES
    assert len([module for module in modules if module.startswith("kastor_analysis")]) <= MOST_OWN_MODULES
    assert len(loaded["dataclasses"]) <= MOST_DATACLASSES


def test_help_needs_no_numpy() -> None:
    assert not {"numpy", *HEAVY} & set(loaded_by("--help")["modules"])


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
