"""Was the speed session run as meant? Reads, segments and scores recordings of coach Andrew Kastor's 16 x 400 m."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import __version__
from .activity import Activity, WorkoutStep
from .athlete import Athlete
from .errors import (
    AthleteError,
    FitError,
    GoalError,
    KastorError,
    LimitError,
    MultipleRecordingsError,
    NoSamplesError,
    PlanError,
    ReadError,
    SeasonError,
    SegmentError,
    UnsupportedFormatError,
    XmlError,
)
from .goal import Goal
from .pipeline import analyze
from .plan import Plan, Rules, Step
from .report import Report
from .session import Segment, Session

if TYPE_CHECKING:
    from .readers import join, load, load_all
    from .scorer import score
    from .season import Season
    from .segmenter.segment import segment

__all__ = [
    "Activity",
    "Athlete",
    "AthleteError",
    "FitError",
    "Goal",
    "GoalError",
    "KastorError",
    "LimitError",
    "MultipleRecordingsError",
    "NoSamplesError",
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
    "XmlError",
    "__version__",
    "analyze",
    "join",
    "load",
    "load_all",
    "score",
    "segment",
]

_DOORS = {
    "load": "readers",
    "load_all": "readers",
    "join": "readers",
    "segment": "segmenter",
    "score": "scorer",
    "Season": "season",
}
"""Steps are imported when first used: a report in a terminal needs neither the season nor its pandas."""


def __getattr__(name: str) -> Any:
    if name in _DOORS:
        value = getattr(import_module(f".{_DOORS[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
