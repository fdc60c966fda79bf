"""What a worker does, in this process or on another machine: recordings in, small records out. Knows no database.

A `Task` names a file (and, of an archive, some of its entries) and how it is to be analysed; paths go out and
`Outcome` values of a few kB come back, so that neither samples nor files cross a process boundary. Whatever a file
does, the outcome is a value: one bad file stops nothing.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ..activity import Activity
from ..athlete import Athlete
from ..corrections import Corrections, found_beside
from ..errors import CorrectionError, KastorError, MultipleRecordingsError, NoSamplesError, SeasonError, SegmentError
from ..goal import Goal
from ..plan import Plan
from ..report import Report
from ..session import Session
from .contents import Content, Unreadable, contents
from .record import Record, is_running, record_of, run_record
from .soundness import unfit_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One file to be analysed.

    Attributes
    ----------
    path : str
        The file.
    entries : tuple of str
        Names within it, where it is an archive; empty for a recording.
    size, mtime_ns : int
        Of the file when it was found.
    plan, goal : Plan or None, Goal or None
        As asked for; `goal` replaces the athlete's own.
    athlete : Athlete
        Whose run it is.
    kept : tuple of (str, int, Corrections)
        Corrections by hand that the season keeps, by the hash of the content and the part they are of.
    hand : Corrections
        Those of the recording at work.
    """

    path: str
    entries: tuple[str, ...] = ()
    size: int = 0
    mtime_ns: int = 0
    plan: Plan | None = None
    goal: Goal | None = None
    athlete: Athlete
    kept: tuple[tuple[str, int, Corrections], ...] = ()
    hand: Corrections = field(default=Corrections())

    def kept_of(self, digest: str, part: int) -> Corrections:
        """Return what the season keeps of a recording."""
        return next((c for known, number, c in self.kept if (known, number) == (digest, part)), Corrections())


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one recording of a task: a record, or the reason why there is none.

    `raw_size` is that of the recording as it lies in its archive. `is_recording` is false for a sound file of another
    kind: a route, a workout, the watch's settings; `is_lasting` where the fault may go though the file stays as it is.
    `beside` are the corrections in the file beside the recording, None where there is none.
    """

    entry: str
    part: int = 0
    raw_size: int = 0
    content_hash: str | None = None
    record: Record | None = None
    reason: str | None = None
    is_recording: bool = True
    is_lasting: bool = True
    beside: Corrections | None = None


Analysis = Callable[[Activity, Task], Report]


def content_hash(data: bytes) -> str:
    """Return what content is recognised by: the SHA-256 of its decompressed bytes."""
    return hashlib.sha256(data).hexdigest()


def analyse_task(task: Task) -> tuple[Outcome, ...]:
    """Analyse the recordings of a task; never raises for what is in a file."""
    return tuple(_outcomes(task))


def analyse_activity(activity: Activity, task: Task) -> Report:
    """Segment and score one activity as the task asks."""
    from ..pipeline import analyze

    goal = task.goal
    if goal is None and (task.plan is None or task.plan.goal is None):
        goal = task.athlete.goal_on(activity.local_date)
    return analyze(activity, goal=goal, plan=task.plan, athlete=task.athlete, corrections=task.hand)


def session_of(task: Task, digest: str, part: int) -> Session:
    """Return what is found in one recording of a task, corrected by hand as is kept.

    Raises
    ------
    SeasonError
        If the file holds something else now.
    """
    from ..segmenter import segment

    for content in contents(task.path, task.entries):
        if isinstance(content, Unreadable) or content_hash(content.data) != digest:
            continue
        name = content.entry or task.path
        try:
            activity = _load(content.data, name, None)
        except MultipleRecordingsError:
            activity = _load(content.data, name, part)
        beside = None if content.entry else found_beside(task.path)
        is_of_it = beside is not None and beside.are_of(activity.start_time)
        hand = beside if beside is not None and is_of_it else task.kept_of(digest, part)
        plan = Plan.load(hand.plan) if task.plan is None and hand.plan else task.plan
        return segment(activity, plan).corrected(hand)
    raise SeasonError("holds something else now, or cannot be read", file=task.path, hint="Add it again")


def _outcomes(task: Task, analysis: Analysis = analyse_activity) -> Iterator[Outcome]:
    for content in contents(task.path, task.entries):
        if isinstance(content, Unreadable):
            yield Outcome(entry=content.entry, reason=content.reason)
        else:
            yield from _of_content(content, task, analysis)


def _of_content(content: Content, task: Task, analysis: Analysis) -> Iterator[Outcome]:
    name = content.entry or task.path
    about: dict[str, Any] = {
        "entry": content.entry,
        "raw_size": content.raw_size,
        "content_hash": content_hash(content.data),
    }
    part = 0
    parts: int | None = None
    while parts is None or part < parts:
        try:
            try:
                activity = _load(content.data, name, None if parts is None else part)
            except MultipleRecordingsError as several:
                if parts is not None:
                    raise
                parts = len(several.parts)
                continue
            if content.damage:
                activity = replace(activity, warnings=(f"{content.damage}.", *activity.warnings))
            beside = None if content.entry else found_beside(task.path)
            if beside is not None and not beside.are_of(activity.start_time):
                beside = None
            hand = task.kept_of(about["content_hash"], part) if beside is None else beside
            record = record_activity(activity, replace(task, hand=hand), analysis)
            if unfit := unfit_value(record):
                raise SeasonError(f"is of no run that can be ({unfit})", hint="Look at it by itself: analyze FILE")
            yield Outcome(**about, part=part, record=record, beside=beside)
        except KastorError as error:
            is_recording = not isinstance(error, NoSamplesError)
            reason, is_lasting = str(error.in_file(name)), not isinstance(error, CorrectionError)
            yield Outcome(**about, part=part, reason=reason, is_recording=is_recording, is_lasting=is_lasting)
        except Exception as error:  # a fault of ours must not stop the season either; it is reported, never hidden
            reason = f"{name}: cannot be analysed, by a fault of kastor_analysis ({type(error).__name__}: {error})"
            yield Outcome(**about, part=part, reason=reason)
        part += 1
        parts = parts or 1


def record_activity(activity: Activity, task: Task, analysis: Analysis = analyse_activity) -> Record:
    """Return the season's record of one activity: a session's where reps are found, else a run's."""
    goal = task.goal or (task.plan.goal if task.plan else None) or task.athlete.goal_on(activity.local_date)
    max_heart_rate_bpm = task.athlete.max_heart_rate_bpm
    if is_running(activity.sport):
        try:
            report = analysis(activity, task)
        except SegmentError:
            pass
        else:
            return record_of(report, goal=goal, max_heart_rate_bpm=max_heart_rate_bpm)
    return run_record(activity, goal=goal, max_heart_rate_bpm=max_heart_rate_bpm)


def _load(data: bytes, name: str, part: int | None) -> Activity:
    from ..readers import load

    return load(_Named(data, name), part=part)


class _Named(io.BytesIO):
    """Bytes that know what they are called, for messages."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name
