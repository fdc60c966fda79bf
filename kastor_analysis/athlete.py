"""`Athlete`: what the scorer may know of the runner beyond the recording, and the file it is written in.

``athletes.toml`` holds a table for every runner of a squad::

    [anna]
    name = "Anna K."
    max_heart_rate_bpm = 188
    top_speed_mps = 7.9
    best_400_s = "1:12.4"
    goals = [
      { since = 2024-03-01, goal = "5k 21:00" },
      { since = 2024-06-01, goal = "5k 20:30" },
    ]
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from .arguments import names_arguments
from .errors import AthleteError, GoalError
from .files.handwritten import number, parse_toml, said
from .files.reading import read_text
from .goal import Goal
from .words.escapes import shown

ATHLETES_FILE = "athletes.toml"

_KEYS = frozenset({"name", "goal", "goals", "max_heart_rate_bpm", "top_speed_mps", "best_400_s"})
_RANGES = {"max_heart_rate_bpm": (100.0, 240.0), "top_speed_mps": (3.0, 13.0), "best_400_s": (43.0, 300.0)}
"""The slowest beginner to beyond the world records."""
_HINT = "A table for each: [anna] with goals, max_heart_rate_bpm, top_speed_mps, best_400_s"
_LONGEST_NAME = 100  # letters: a name, no text
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}(?:\.\d+)?)\Z")


@names_arguments(AthleteError)
@dataclass(frozen=True, kw_only=True)
class Athlete:
    """A runner.

    Attributes
    ----------
    name : str
        As the coach calls them.
    goals : tuple of (date, Goal)
        Each goal with the day from which it holds, in order of time.
    max_heart_rate_bpm : float or None
        Measured, not estimated from age.
    top_speed_mps : float or None
        Of a flying sprint.
    best_400_s : float or None
        Best time over 400 m.

    Raises
    ------
    AthleteError
        If the name is empty or cannot be shown.

    Examples
    --------
    >>> anna = Athlete(name="Anna", max_heart_rate_bpm=188, best_400_s=71.5)
    >>> analyze("run.fit", goal="5k 20:00", athlete=anna).notes["best_400"]
    'Hammers by the speed of the best 400 m (1:11.5): 12 at 83 % and 16 at 83 %'
    """

    name: str
    goals: tuple[tuple[date, Goal], ...] = ()
    max_heart_rate_bpm: float | None = None
    top_speed_mps: float | None = None
    best_400_s: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not any(map(_is_seen, self.name)):
            raise AthleteError("the athlete's name is empty", hint="Name a runner, or leave the athlete out")
        if shown(self.name) != self.name or len(self.name) > _LONGEST_NAME:
            raise AthleteError(
                f"{said(self.name)} cannot be an athlete's name",
                hint=f"Use up to {_LONGEST_NAME} letters, and no control characters",
            )

    def goal_on(self, day: date) -> Goal | None:
        """Return the goal that held on `day`; None before the first.

        Returns
        -------
        Goal or None
            None before the first.

        Examples
        --------
        >>> from datetime import date
        >>> goals = ((date.min, Goal.parse("5k 21:00")), (date(2026, 4, 1), Goal.parse("5k 20:00")))
        >>> anna = Athlete(name="Anna", goals=goals)
        >>> str(anna.goal_on(date(2026, 3, 1))), str(anna.goal_on(date(2026, 5, 1)))
        ('5k 21:00', '5k 20:00')
        """
        held = [goal for since, goal in sorted(self.goals, key=lambda g: g[0]) if since <= day]
        return held[-1] if held else None

    @classmethod
    def load(cls, name: str, path: str | Path = ATHLETES_FILE) -> Athlete:
        """Read one runner from a file of athletes.

        Parameters
        ----------
        name : str
            The runner's table or name; capitals do not matter.
        path : str or Path
            Default: ``athletes.toml`` in the working folder.

        Returns
        -------
        Athlete
            With the goals and figures that the file names.

        Raises
        ------
        AthleteError
            If the file or the runner is not there, or naming the key that is wrong.

        Examples
        --------
        >>> with open("athletes.toml", "w") as file:
        ...     print("[anna]", "name = 'Anna'", "goal = '5k 20:00'", sep=chr(10), file=file)
        >>> Athlete.load("anna").name
        'Anna'
        """
        athletes = load_athletes(path)
        for key, athlete in athletes.items():
            if name.casefold() in (key.casefold(), athlete.name.casefold()):
                return athlete
        raise AthleteError(
            f"there is no athlete {name!r}", file=str(path), hint=f"Known: {', '.join(athletes) or 'none'}"
        )


def _is_seen(letter: str) -> bool:
    return letter.isprintable() and not letter.isspace()


def load_athletes(path: str | Path = ATHLETES_FILE) -> dict[str, Athlete]:
    """Read a file of athletes: the runners by the name of their table.

    Raises
    ------
    AthleteError
        If the file cannot be read, or naming the key that is wrong.
    """
    text = read_text(path, error=AthleteError, what="a file of athletes", hint=_HINT)
    data = parse_toml(text, "the file of athletes", AthleteError, file=str(path))
    try:
        return {key: _athlete(key, table) for key, table in data.items()}
    except AthleteError as error:
        error.in_file(str(path))
        raise


def _athlete(key: str, table: Any) -> Athlete:
    if not isinstance(table, dict):
        raise AthleteError("an athlete is a table", where=f"key {key}")
    for name in table:
        if name not in _KEYS:
            known = ", ".join(sorted(_KEYS))
            raise AthleteError(f"there is no key {said(name)}", where=f"key {key}.{name[:60]}", hint=f"Known: {known}")
    name = table.get("name", key)
    if not isinstance(name, str) or not name.strip():
        raise AthleteError(f"name must be text, not {said(name)}", where=f"key {key}.name")
    goals = [(date.min, _goal(table["goal"], f"{key}.goal"))] if "goal" in table else []
    dated = table.get("goals", [])
    if not isinstance(dated, list):
        raise AthleteError(
            "goals must be a list",
            where=f"key {key}.goals",
            hint='Write it as goals = [{ since = 2024-03-01, goal = "5k 20:00" }]',
        )
    for i, entry in enumerate(dated, start=1):
        where = f"{key}.goals, entry {i}"
        if not isinstance(entry, dict) or set(entry) != {"since", "goal"}:
            raise AthleteError('a goal is written { since = 2024-03-01, goal = "5k 20:00" }', where=f"key {where}")
        since = entry["since"]
        if isinstance(since, datetime):
            since = since.date()
        elif isinstance(since, str):
            with suppress(ValueError):
                since = date.fromisoformat(since)
        if not isinstance(since, date):
            raise AthleteError(f"since must be a date like 2024-03-01, not {said(since)}", where=f"key {where}")
        goals.append((since, _goal(entry["goal"], where)))
    return Athlete(
        name=name,
        goals=tuple(sorted(goals, key=lambda goal: goal[0])),
        **{name: _number(table, key, name) for name in _RANGES},
    )


def _goal(text: Any, where: str) -> Goal:
    if not isinstance(text, str):
        raise AthleteError(f"a goal must be text, not {said(text)}", where=f"key {where}")
    try:
        return Goal.parse(text)
    except GoalError as error:
        raise AthleteError(error.what, where=f"key {where}", hint=error.hint) from error


def _number(table: dict[str, Any], key: str, name: str) -> float | None:
    if name not in table:
        return None
    value = table[name]
    if isinstance(value, str) and name.endswith("_s") and (match := _CLOCK.match(value)):
        value = 60.0 * int(match[1] or 0) + float(match[2])
    low, high = _RANGES[name]
    found = number(value)
    if found is None or not low <= found <= high:
        raise AthleteError(f"{name} must be from {low:g} to {high:g}, not {said(value)}", where=f"key {key}.{name}")
    return found


def check_athlete(athlete: object) -> None:
    """Refuse what is no athlete.

    Raises
    ------
    AthleteError
    """
    if not isinstance(athlete, Athlete):
        raise AthleteError(f"the athlete {athlete!r} is none", hint="Make one, or read one: Athlete.load(name)")
