"""No mutant ends in a foreign exception, hangs, or fills the memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from . import mutants
from .mutants import READERS, WEIGHTS, numbered, try_all
from .season import small_season

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs alarms and resource usage")
ROOT = Path(__file__).resolve().parents[2]


def test_mutants_come_to_a_fair_end(tmp_path):
    summary = try_all(800, tmp_path, small_season(tmp_path))
    assert not summary.foreign
    assert not summary.hangs
    assert set(summary.number) == set(WEIGHTS)
    assert sum(summary.read.values()) > 0.3 * 800, "they are damaged too much to tell anything"


def test_what_is_wrong_is_noticed(tmp_path, monkeypatch):
    kind, number = next(numbered(1))

    def fails(data, folder):
        raise ZeroDivisionError("by zero")

    monkeypatch.setitem(READERS, kind, fails)
    summary = try_all(1, tmp_path, b"")
    assert summary.foreign == [f"{kind} {number}: ZeroDivisionError: by zero"]


def test_what_does_not_end_is_noticed_and_a_busy_machine_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(mutants, "LATE_S", 0.2)
    (kind, number), (other, _) = numbered(2)
    ends = {kind: lambda data, folder: [None for _ in iter(int, 1)], other: lambda data, folder: time.sleep(0.4)}
    assert kind != other
    monkeypatch.setattr(mutants, "READERS", ends)
    assert try_all(2, tmp_path, b"").hangs == [f"{kind} {number}"]


@pytest.mark.full
def test_a_million_mutants_come_to_a_fair_end():
    halves = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz", "500000", str(first)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for first in (0, 500_000)
    ]
    said = [half.communicate()[0] for half in halves]
    print("\n".join(text.splitlines()[-1] for text in said))
    assert [half.returncode for half in halves] == [0, 0], "\n".join(text[-2000:] for text in said)
