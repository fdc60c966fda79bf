"""`run_command`: a command as the shell runs it, inside this process."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from kastor_analysis.cli import analyze, main


class Outcome(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def run_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Return a function that runs ``analyze ...`` or ``kastor ...`` by its words."""

    def run(*words: object) -> Outcome:
        # A command ignores Ctrl-C once it is done, for the process ends then.
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        monkeypatch.setattr(sys, "argv", [str(word) for word in words])
        with pytest.raises(SystemExit) as stop:
            {"analyze": analyze, "kastor": main}[str(words[0])]()
        assert isinstance(stop.value.code, int)
        return Outcome(stop.value.code, *capsys.readouterr())

    return run
