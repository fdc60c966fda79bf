"""The hostile check beside the clone (``../shared/hostile``): the quick part here, all of it in the long tier."""

from __future__ import annotations

import subprocess
import sys

import pytest

from .conftest import ROOT, missing

CHECK = ROOT.parent / "shared" / "hostile" / "check.py"
QUICK = (
    "overwrite/csv-glob",
    "overwrite/workout-onto-recording",
    "atomic/full-disk-plan-card",
    "atomic/rights",
    "names/not-utf8-outputs",
    "names/athlete-of-control-characters",
    "options/splits-of-missing-reps",
    "plan",
    "terminal/controls-in-html",
    "terminal/library-warnings",
    "spreadsheet/file-name-in-csv",
)
"""Kinds and cases that take a second or less each, one at least of every kind of output and of manners."""


def checked(*words: str) -> str:
    """Run the check on these kinds and cases; return what it says of those that do not hold."""
    if not CHECK.is_file():
        missing("shared", "the hostile check (../shared/hostile) is not on this machine")
    done = subprocess.run([sys.executable, CHECK, *words], capture_output=True, text=True)
    failed = [line for line in done.stdout.splitlines() if not line.startswith("PASS")]
    return "" if done.returncode == 0 else "\n".join(failed) + done.stderr


def test_the_quick_part_holds() -> None:
    assert checked(*QUICK) == ""


@pytest.mark.full
def test_all_of_it_holds() -> None:
    assert checked() == ""
