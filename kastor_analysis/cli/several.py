"""Recordings in, reports out: one after the other, or on every core, always in the order in which they were named.

Conventions: a recording that fails gives its error in the place of its report. Processes are started only for as many
files as pay for their start, and what comes of a file is the same with them and without.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ..errors import KastorError, ReadError
from .running import debugging, quiet_warnings

if TYPE_CHECKING:
    from ..activity import Activity
    from ..report import Report

    Found = tuple[str, Report | Exception]

FEWEST_FOR_A_POOL = 8
"""Fewer recordings are analysed before a second process is ready."""
FAULTS = (KastorError, OSError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError)
"""What may meet one recording without stopping the others."""


class Source(NamedTuple):
    """A file to be analysed; `shown` is its name within a folder, None where it was named itself."""

    path: str
    shown: str | None = None


class Asked(NamedTuple):
    """What is asked of every recording: arguments of `load`, another recording's heart rate, those of `analyze`."""

    reading: dict[str, Any]
    strap: str | None
    analysing: dict[str, Any]


def reports_of(files: Sequence[str], asked: Asked, *, as_one: bool) -> Iterator[Found]:
    """Yield each recording of files and folders by its name, with its report or the error that met it.

    `as_one`: the files are parts of one session.
    """
    if as_one:
        yield " + ".join(Path(file).name for file in files), _report(partial(_joined, files, asked.reading), asked)
        return
    closed: list[list[ReadError]] = [[] for _ in files]
    named = [_sources(file, asked.reading, errors) for file, errors in zip(files, closed, strict=True)]
    found = _in_order(asked, [source for sources in named for source in sources])
    for file, sources, errors in zip(files, named, closed, strict=True):
        is_empty = True
        for recordings in islice(found, len(sources)):
            for recording in recordings:
                is_empty = False
                yield recording
        for error in errors:
            yield error.file or file, error
        if is_empty and not errors and os.path.isdir(file):
            yield file, ReadError("is a folder without recordings", file=file, hint="Name the folder they lie in")


def _sources(file: str, reading: dict[str, Any], closed: list[ReadError]) -> list[Source]:
    if not os.path.isdir(file):
        return [Source(file)]
    if reading["decoder"]:
        raise click.UsageError(f"--decoder takes files, not the folder {file}")
    from ..files.folders import files_below

    return [Source(str(path), shown) for path, shown in files_below(Path(file), closed)]


def _in_order(asked: Asked, sources: Sequence[Source]) -> Iterator[Iterable[Found]]:
    """Yield what is in each file, in order."""
    at = 0
    if (jobs := _processes(sources)) > 1:
        from ..pipeline.pool import results

        early: dict[int, list[Found]] = {}
        try:
            for (number, source), outcome in results(partial(_numbered, asked), enumerate(sources), jobs=jobs):
                early[number] = [(_name(source), _lost(source, outcome))] if isinstance(outcome, Exception) else outcome
                while at in early:
                    yield early.pop(at)
                    at += 1
        except (KastorError, OSError, ImportError):
            # Some systems let no process be started so: what is left is done in this one.
            early.clear()
    yield from (_found(asked, source) for source in sources[at:])


def _processes(sources: Sequence[Source]) -> int:
    """Return how many processes pay: one a core, none of them for few files."""
    if len(sources) < FEWEST_FOR_A_POOL:
        return 1
    from ..files.folders import is_named_as_recording

    likely = sum(is_named_as_recording(source.path) for source in sources)
    if likely < FEWEST_FOR_A_POOL or debugging() or any(source.path == "-" for source in sources):
        return 1
    from ..pipeline.pool import usable_cores

    return min(usable_cores(), likely // (FEWEST_FOR_A_POOL // 2))


def _numbered(asked: Asked, task: tuple[int, Source]) -> list[Found]:
    """Return what is in a file; run in a process of the pool."""
    quiet_warnings()
    return list(_found(asked, task[1]))


def _found(asked: Asked, source: Source) -> Iterator[Found]:
    if source.shown is None:
        yield _name(source), _report(partial(_loaded, source.path, asked.reading), asked)
        return
    from ..readers.loading_all import load_below

    for name, item in load_below(Path(source.path), source.shown, strict=asked.reading["strict"]):
        yield name, item if isinstance(item, KastorError) else _report(partial(_given, item), asked)


def _report(read: Callable[[], Activity], asked: Asked) -> Report | Exception:
    from ..pipeline import analyze

    try:
        return analyze(_with_strap(read(), asked.strap), **asked.analysing)
    except FAULTS as error:
        return error


def _lost(source: Source, error: Exception) -> Exception:
    from concurrent.futures import BrokenExecutor

    if not isinstance(error, BrokenExecutor):
        return error
    return ReadError(
        "could not be analysed: its process was ended from without", file=_name(source), hint="Is the memory enough?"
    )


def _name(source: Source) -> str:
    return source.shown or Path(source.path).name


def _given(activity: Activity) -> Activity:
    return activity


def _loaded(file: str, reading: dict[str, Any]) -> Activity:
    from ..readers import load

    return load(sys.stdin.buffer if file == "-" else file, **reading)


def _with_strap(activity: Activity, strap: str | None) -> Activity:
    from ..readers import load

    return activity if strap is None else activity.with_heart_rate(load(strap))


def _joined(files: Sequence[str], reading: dict[str, Any]) -> Activity:
    from ..readers import join

    for file in files:
        if os.path.isdir(file):
            raise ReadError(
                "is a folder", file=file, hint=f"Name the parts in it: analyze {Path(file) / '*.fit'} --join"
            )
    if reading["part"] is not None or reading["decoder"]:
        return join([_loaded(file, reading) for file in files])
    return join([sys.stdin.buffer if file == "-" else file for file in files], strict=reading["strict"])
