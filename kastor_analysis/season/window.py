"""`Window`: the part of a season that is looked at: from a day, until a day, the last sessions, those with a tag.

Conventions: days are those of the runs where they were run, both ends included. A week is looked at as a whole, from
its Monday to its Sunday.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import nan
from typing import Final

from ..errors import SeasonError
from ..quantities.lengths import MILE_M
from ..quantities.naming import kind_name
from ..quantities.text import read_time
from .figures import is_mixed

_DAYS_A_WEEK = 7
_MOST: Final = 2**62
"""SQLite knows no much greater number."""
_LONGEST_KIND: Final = 200
"""Letters: no ladder's name is longer, and no number of so many overflows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which sessions are looked at.

    Attributes
    ----------
    since, until : date or None
        The first and the last day.
    last : int or None
        So many of each athlete's sessions, of what the others leave; of weeks, so many weeks.
    tags : tuple of str
        Those that have all of these.
    kind : str or None
        Those of this kind: ``400 m``, ``3:00``, ``400, 800, 400 m``, ``strides``.
    rest_s : float or None
        Of them those with rests like this one, and those whose rests are not known.
    """

    since: date | None = None
    until: date | None = None
    last: int | None = None
    tags: tuple[str, ...] = ()
    kind: str | None = None
    rest_s: float | None = None

    def condition(self, *, runs: bool) -> tuple[str, tuple[object, ...]]:
        """Return the SQL condition on a row of ``activities`` and its values; `last` counts sessions, or all `runs`."""
        parts, values = ["TRUE"], list[object]()
        if self.since is not None:
            parts.append("activities.local_date >= ?")
            values.append(self.since.isoformat())
        if self.until is not None:
            parts.append("activities.local_date <= ?")
            values.append(self.until.isoformat())
        for tag in self.tags:
            parts.append("activities.activity_id IN (SELECT activity_id FROM tags WHERE tag = ?)")
            values.append(tag)
        if self.kind is not None:
            parts.append("activities.rep_kind = ?")
            values.append(self.kind)
        if self.rest_s is not None:
            parts.append("ifnull(activities.rest_median_s, ?) BETWEEN ? AND ?")
            values += [self.rest_s, self.rest_s / REST_FACTOR, self.rest_s * REST_FACTOR]
        within = " AND ".join(parts)
        if self.last is None:
            return within, tuple(values)
        return (
            "activities.activity_id IN (SELECT activity_id FROM (SELECT activity_id, row_number() OVER "
            "(PARTITION BY athlete_id ORDER BY start_time_s DESC, activity_id DESC) AS place FROM activities "
            f"WHERE (is_session OR ?) AND {within}) WHERE place <= ?)",
            (runs, *values, min(self.last, _MOST)),
        )

    def in_whole_weeks(self) -> Window:
        """Return the window with its days at the ends of weeks, of any kind, and without `last`, then of weeks."""
        since, until = self.since, self.until
        if since is not None and since - date.min >= timedelta(days=since.weekday()):
            since -= timedelta(days=since.weekday())
        if until is not None and date.max - until >= timedelta(days=_DAYS_A_WEEK):
            until += timedelta(days=_DAYS_A_WEEK - 1 - until.weekday())
        return replace(self, since=since, until=until, last=None, kind=None, rest_s=None)


EVERYTHING = Window()

REST_FACTOR: Final = 1.35
"""Rests are alike within this factor: 400s with 60 s of rest are another session than 400s with 95 s, while a rest that
follows the rep as the runner gets quicker makes none."""

_KIND = re.compile(
    r"(?:\d+\s*[x*]\s*)?"
    r"(?:(?P<clock>\d+(?::[0-5]\d)+)|(?P<size>\d+(?:\.\d+)?)\s*(?P<unit>m|km|mile|min|s|))"
)
_REST = re.compile(r"\s+r\s*(?P<rest>\S+)\Z")


def as_kind(text: str) -> tuple[str, float | None]:
    """Return the kind of session as it is named, and the rest where one is asked for.

    Of ``400``, ``400 m``, ``16x400`` or ``6 x 3:00`` the number is any; ``400 m r60`` asks for rests like 60 s;
    ``400, 800, 400 m`` is a ladder.

    Raises
    ------
    SeasonError
        If it is none.
    """
    words = text.strip().lower()
    rest_s = None
    if asked := _REST.search(words):
        rest_s = _rest_s(asked["rest"].removesuffix("s"))
        words = words[: asked.start()]
    if words == "strides" or is_mixed(words):
        return " ".join(words.split()), rest_s
    found = _KIND.fullmatch(words) if len(text) <= _LONGEST_KIND else None
    if found is None or (asked and not rest_s):
        raise SeasonError(f"{text!r} is no kind of rep", hint='Write it as 400 m, "6x3:00", 30 s or "400 m r60"')
    return _kind_of(found), rest_s


def _rest_s(text: str) -> float | None:
    return float(text) if text.isdecimal() else read_time(text)


def _kind_of(found: re.Match[str]) -> str:
    if found["clock"]:
        return found["clock"].lstrip("0") if not found["clock"].startswith("0:") else f"{int(found['clock'][2:])} s"
    unit = {"km": " m", "min": ":00", "s": " s"}.get(found["unit"], " m")
    metres = round(1000 * float(found["size"])) if found["unit"] == "km" else found["size"]
    return kind_name(MILE_M, nan) if (found["size"], found["unit"]) == ("1", "mile") else f"{metres}{unit}"


def as_day(day: date | str) -> date:
    """Return a day that is written as 2026-05-31.

    Raises
    ------
    SeasonError
        If it is none.
    """
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except ValueError as error:
        raise SeasonError(f"{day!r} is no day", hint="Write it as 2026-05-31") from error
