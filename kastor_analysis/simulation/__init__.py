"""Sessions with known truth: a runner who moves, and a watch that records it as real watches do.

A `Scenario` says what the runner does (a script of moves), where, with which watch and with which habit at the lap
button. `simulate` returns the recording beside the truth. The watch's behaviour was measured on real recordings and
is held against them by ``benchmarks/watch_behaviour.py``: a segmenter that looks good on a kind simulation would be
a figure that fools. `unkind` is the same catalogue with watches and thumbs as far apart as those of many runners.
"""

from __future__ import annotations

from .catalogue import catalogue
from .scenario import WATCHES, Move, Presses, Runner, Scenario, Watch
from .session import Around, hill_run, interval_session, kastor_session, road_run
from .simulate import Simulated, TrueSegment, simulate
from .unkind import unkind

__all__ = [
    "WATCHES",
    "Around",
    "Move",
    "Presses",
    "Runner",
    "Scenario",
    "Simulated",
    "TrueSegment",
    "Watch",
    "catalogue",
    "hill_run",
    "interval_session",
    "kastor_session",
    "road_run",
    "simulate",
    "unkind",
]
