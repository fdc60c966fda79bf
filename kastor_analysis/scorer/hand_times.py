"""Hand-timed splits: a coach's stopwatch wins over the recording.

Conventions: seconds by number of the rep in the plan, from 1; a rep that was not timed is left out.

"Hand-timed splits (`--splits splits.csv`) win over the recording." (docs/scoring.md)
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import isfinite
from numbers import Integral, Real
from pathlib import Path

from ..errors import ReadError
from ..files.reading import read_text

_TIME = re.compile(r"(?:(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,4}(?:[.,]\d+)?)\s*s?\Z")
_NUMBER = re.compile(r"[0-9]{1,4}\Z")
_SHORTEST_S, _LONGEST_S = 3.0, 3 * 3600.0  # as a plan's reps
_HINT = 'Write one time a line ("1:36.2" or "96.2"), or two columns rep,time'


def read_splits(splits: str | os.PathLike[str] | Mapping[int, float] | Sequence[float]) -> dict[int, float]:
    """Return hand-timed splits by number of the rep.

    Parameters
    ----------
    splits : path, mapping or sequence of float
        A CSV file with one time a line, or with the columns rep and time; or the seconds themselves.

    Raises
    ------
    ReadError
        If the file cannot be read, naming the line; or if a time is none.
    """
    if isinstance(splits, str | os.PathLike):
        return _read_file(Path(splits))
    pairs = splits.items() if isinstance(splits, Mapping) else enumerate(splits, start=1)
    times: dict[int, float] = {}
    for number, seconds in pairs:
        if not isinstance(seconds, Real) or not isinstance(number, Integral):
            raise ReadError(f"{seconds!r} is no time in seconds for rep {number!r}", hint="Write splits=[96.2, 95.8]")
        if isfinite(seconds):
            times[int(number)] = _checked(float(seconds), int(number), f"rep {number}", None)
    return times


def check_splits(times: Mapping[int, float], known: Collection[int | None]) -> None:
    """Refuse times of reps that there are none of: a list that is off by one would time every rep wrong.

    Raises
    ------
    ReadError
        Naming the reps.
    """
    unknown = sorted(times.keys() - set(known))
    if not unknown:
        return
    named = ", ".join(map(str, unknown[:5])) + (f" and {len(unknown) - 5} more" if unknown[5:] else "")
    there = f"are numbered 1 to {max(n or 0 for n in known)}" if known else "are none"
    raise ReadError(
        f"the splits time rep{'s' if unknown[1:] else ''} {named}, and the reps of this session {there}",
        hint="Number the times (rep,time), or name the plan that has these reps (--plan, --reps)",
    )


def _read_file(path: Path) -> dict[int, float]:
    text = read_text(path, error=ReadError, what="a list of splits", hint=_HINT)
    delimiter = ";" if ";" in text else "\t" if "\t" in text else ","
    times: dict[int, float] = {}
    number = 0
    for line, cells in enumerate(_rows(text, delimiter, path.name), start=1):
        filled = [cell.strip() for cell in cells]
        if not any(filled) or filled[0].startswith("#"):
            continue
        if line == 1 and not any(_TIME.match(cell) for cell in filled):
            continue  # the head
        number += 1
        if len(filled) > 1:
            if not _NUMBER.match(filled[0]) or not 1 <= int(filled[0]) <= 200:
                raise ReadError(
                    f"{filled[0]!r} is no number of a rep", file=path.name, where=f"line {line}", hint=_HINT
                )
            number = int(filled[0])
        cell = filled[1] if len(filled) > 1 else filled[0]
        if cell in ("", "-"):
            continue
        match = _TIME.match(cell)
        if not match:
            raise ReadError(f"{cell!r} is no time", file=path.name, where=f"line {line}", hint=_HINT)
        if number in times:
            raise ReadError(f"rep {number} is timed twice", file=path.name, where=f"line {line}", hint=_HINT)
        seconds = 60.0 * int(match["minutes"] or 0) + float(match["seconds"].replace(",", "."))
        times[number] = _checked(seconds, number, f"line {line}", path.name)
    if not times:
        raise ReadError("there is no time in the splits", file=path.name, hint=_HINT)
    return times


def _rows(text: str, delimiter: str, file: str) -> Iterator[list[str]]:
    import csv

    rows = csv.reader(text.splitlines(), delimiter=delimiter)
    try:
        yield from rows
    except csv.Error as error:  # a cell without an end
        raise ReadError(f"is no table ({error})", file=file, where=f"line {rows.line_num}", hint=_HINT) from error


def _checked(seconds: float, number: int, where: str, file: str | None) -> float:
    if not _SHORTEST_S <= seconds <= _LONGEST_S:
        raise ReadError(f"{seconds:g} s is no time for rep {number}", file=file, where=where, hint=_HINT)
    return seconds
