"""The words of a report, each for one thing: terminal, page, notebook, charts, season and docs take them from here.

Conventions: a word of a verdict is the value that data carry (`RepResult.pace_verdict` and its like); what stands here
beside it is how it is told. A heading means the same in every table.
"""

from __future__ import annotations

from typing import NamedTuple

HAMMER_TOLD = {"faster, not all out": "not all out", "on the wrong rep": "wrong rep"}
"""Where a verdict is told in fewer words than data carry."""
PHASES = {
    "warmup": "warm-up",
    "drills": "drills",
    "stride": "strides",
    "strides": "strides",
    "main set": "main set",
    "cooldown": "cool-down",
    "other": "other",
}
REST_KINDS = {
    "standing": "spent standing",
    "walking": "walked",
    "jogging": "jogged",
    "paused": "mostly paused on the watch",
}

NOTHING_FOUND = "No fast stretches that repeat were found here, so there is nothing to score"
HAMMER = "H"
NO_TIME = "no time"
WITHIN_NOISE = "±"
"""Behind "on": outside the band, but by less than the time, or the median it is held against, is sure."""
RIGHT = ("on", f"on {WITHIN_NOISE}", "all out")
"""What is right as it was run."""
WITHIN_NOISE_MEANS = "on ±: outside the band by less than is sure"

BAND = "target band"
BAND_NO_GOAL = "band around the median"


class Term(NamedTuple):
    """A column of the rep table: its heading, and what it holds."""

    head: str
    about: str


COLUMNS = {
    "rep": Term("rep", "number in the plan; H: hammer rep, +: not planned"),
    "found": Term("found", "number as found, by which a correction names it"),
    "set": Term("set", "reps of one kind with like rests"),
    "run": Term("run", "distance or time of the rep"),
    "time": Term("time", "time of the rep"),
    "sd": Term("± s", "one standard deviation of the time, seconds"),
    "target": Term("target", "time to be run"),
    "off": Term("off", "time less target, seconds"),
    "verdict": Term("verdict", "how the rep was run"),
    "watch": Term("watch", "metres by the watch"),
    "heart": Term("bpm", "average heart rate, beats a minute"),
    "heart max": Term("max", "highest heart rate, beats a minute"),
    "cadence": Term("steps", "steps a minute"),
    "rest": Term("rest", "rest after the rep"),
    "ratio": Term("ratio", "rest after the rep / its time"),
    "rest verdict": Term("rest verdict", "whether the rest was right"),
    "rest kind": Term("how", "how it was rested"),
    "fall": Term("fall", "beats that the heart fell by in the first minute of the rest"),
    "source": Term("from", "what the times come from"),
}


def rep_name(planned_rep: int | None, run_rep: int | None, *, is_hammer: bool = False) -> str:
    """Return a rep's number as it is shown: ``7``, ``12 H`` for a hammer, ``+3`` for one that was not planned."""
    if planned_rep is None:
        return f"+{run_rep}"
    return f"{planned_rep} {HAMMER}" if is_hammer else str(planned_rep)


def hammer_told(verdict: str) -> str:
    """Return how a hammer was run, as it is told: ``all out``, ``not all out``, ``not hammered``, ``wrong rep``."""
    return HAMMER_TOLD.get(verdict, verdict)


def phase_name(kind: str) -> str:
    """Return what a phase is called: ``warm-up``, ``strides``; others by their kind."""
    return PHASES.get(kind, kind)


def segment_name(kind: str) -> str:
    """Return what one segment is called: ``warm-up``, ``stride``, ``rep``."""
    return kind if kind == "stride" else phase_name(kind)


def pace_column(units: str) -> Term:
    """Return the column of paces: ``min/km``."""
    return Term(f"min/{units}", f"minutes a {'kilometre' if units == 'km' else 'mile'}")
