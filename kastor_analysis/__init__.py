"""Was the speed session run as meant? Reads, segments and scores recordings of coach Andrew Kastor's 16 x 400 m."""

from __future__ import annotations

from ._version import __version__

TYPE_CHECKING = False
"""As in `typing`, which takes longer to import than all the rest here."""
if TYPE_CHECKING:
    from typing import Any

    from .activity import Activity as Activity
    from .activity import WorkoutStep as WorkoutStep
    from .athlete import Athlete as Athlete
    from .corrections import Correction as Correction
    from .corrections import Corrections as Corrections
    from .errors import AthleteError as AthleteError
    from .errors import CorrectionError as CorrectionError
    from .errors import FitError as FitError
    from .errors import GoalError as GoalError
    from .errors import KastorError as KastorError
    from .errors import LimitError as LimitError
    from .errors import MultipleRecordingsError as MultipleRecordingsError
    from .errors import NoSamplesError as NoSamplesError
    from .errors import NotationError as NotationError
    from .errors import PlanError as PlanError
    from .errors import ReadError as ReadError
    from .errors import SeasonError as SeasonError
    from .errors import SegmentError as SegmentError
    from .errors import UnsupportedFormatError as UnsupportedFormatError
    from .errors import WriteError as WriteError
    from .errors import XmlError as XmlError
    from .goal import Goal as Goal
    from .pipeline import analyze as analyze
    from .plan import Plan as Plan
    from .readers import join as join
    from .readers import load as load
    from .readers import load_all as load_all
    from .report import Report as Report
    from .rules import Rules as Rules
    from .scorer import score as score
    from .season import Season as Season
    from .segmenter.segment import segment as segment
    from .session import Segment as Segment
    from .session import Session as Session
    from .steps import Pace as Pace
    from .steps import Step as Step

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
    "segmenter.segment": ("segment",),
    "session": ("Segment", "Session"),
    "steps": ("Pace", "Step"),
}
"""The public names and where they live; the imports above say the same to type checkers.

Each is imported when first used: a report in a terminal needs neither the season nor its pandas, and the command line
can set up the process before NumPy is there.
"""
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}
__all__ = ["__version__", *_HOME_OF]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
