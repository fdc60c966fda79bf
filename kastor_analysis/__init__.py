"""Was the speed session run as meant? Reads, segments and scores recordings of coach Andrew Kastor's 16 x 400 m."""

from __future__ import annotations

from ._version import __version__

TYPE_CHECKING = False
"""As in `typing`, which takes longer to import than all the rest here."""
if TYPE_CHECKING:
    from typing import Any

    from .activity import Activity, WorkoutStep
    from .athlete import Athlete
    from .corrections import Correction, Corrections
    from .errors import (
        AthleteError,
        CorrectionError,
        FitError,
        GoalError,
        KastorError,
        LimitError,
        MultipleRecordingsError,
        NoSamplesError,
        NotationError,
        PlanError,
        ReadError,
        SeasonError,
        SegmentError,
        UnsupportedFormatError,
        WriteError,
        XmlError,
    )
    from .goal import Goal
    from .pipeline import analyze
    from .plan import Plan
    from .readers import join, load, load_all
    from .report import Report
    from .rules import Rules
    from .scorer import score
    from .season import Season
    from .segmenter.segment import segment
    from .session import Segment, Session
    from .steps import Pace, Step

__all__ = [
    "Activity",
    "Athlete",
    "AthleteError",
    "Correction",
    "CorrectionError",
    "Corrections",
    "FitError",
    "Goal",
    "GoalError",
    "KastorError",
    "LimitError",
    "MultipleRecordingsError",
    "NoSamplesError",
    "NotationError",
    "Pace",
    "Plan",
    "PlanError",
    "ReadError",
    "Report",
    "Rules",
    "Season",
    "SeasonError",
    "Segment",
    "SegmentError",
    "Session",
    "Step",
    "UnsupportedFormatError",
    "WorkoutStep",
    "WriteError",
    "XmlError",
    "__version__",
    "analyze",
    "join",
    "load",
    "load_all",
    "score",
    "segment",
]

_HOMES = {
    "activity": ("Activity", "WorkoutStep"),
    "athlete": ("Athlete",),
    "corrections": ("Correction", "Corrections"),
    "errors": (
        "AthleteError",
        "CorrectionError",
        "FitError",
        "GoalError",
        "KastorError",
        "LimitError",
        "MultipleRecordingsError",
        "NoSamplesError",
        "NotationError",
        "PlanError",
        "ReadError",
        "SeasonError",
        "SegmentError",
        "UnsupportedFormatError",
        "WriteError",
        "XmlError",
    ),
    "goal": ("Goal",),
    "pipeline": ("analyze",),
    "plan": ("Plan",),
    "readers": ("join", "load", "load_all"),
    "report": ("Report",),
    "rules": ("Rules",),
    "scorer": ("score",),
    "season": ("Season",),
    "segmenter": ("segment",),
    "session": ("Segment", "Session"),
    "steps": ("Pace", "Step"),
}
"""Where the public names live. Each is imported when first used: a report in a terminal needs neither the season nor
its pandas, and the command line can set up the process before NumPy is there."""
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
