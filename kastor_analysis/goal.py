"""`Goal`: what the runner is after, parsed from the strings runners write.

A goal is a race ("5k 20:00", "10K 41:30") or a pace ("4:00/km", "6:26/mi", "1:36/400"). Inside it is a speed and,
for a race, the distance it is to be held over.

Races are converted by the equations of Daniels and Gilbert (J. Daniels and J. Gilbert, *Oxygen Power: Performance
Tables for Distance Runners*, 1979), whose index is known as VDOT; Riegel's power law (P. S. Riegel, "Athletic Records
and Human Endurance", *American Scientist* 69, 1981) stands beside it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from math import exp, sqrt

from .arguments import names_arguments
from .errors import GoalError
from .quantities.lengths import MILE_M
from .quantities.text import HALF_MARATHON_M, MARATHON_M, number, read_distance, read_time, write_time

_FASTEST_HUMAN_MPS = 10.5  # 100 m in 9.58 s, from standing
_SLOWEST_RUN_MPS = 1.2  # a slow walk
LONGEST_S = 7 * 86_400.0
"""Nobody runs for longer towards a goal; and what is written with hundreds of digits is no time."""
_FORMS = 'Write it as "5k 20:00", "10k 42:00", "4:00/km", "6:26/mi" or "1:36/400"'

_NAMED_M = {"mile": MILE_M, "half": HALF_MARATHON_M, "marathon": MARATHON_M}
_AS_GOOD_AS = 2e-4
"""21.1k is a half marathon, 42.2k a marathon."""
_PER = {"km": "km", "k": "km", "mile": "mi", "miles": "mi", "mi": "mi"}
_RACE = (
    r"(?:\d+(?:[.,]\d+)?\s*)?(?:km|k|miles?|mi|metres|meters|m|half[\s-]?marathon|half|hm|"
    r"(?:full\s)?marathon|park\s?run)|\d+(?:[.,]\d+)?"
)
_TIME = r"[\d:.,'\"]+(?:\s*(?:hrs?|h|minutes|mins?|m(?=\s*\d)|sec|s)(?:\s*\d+(?:\s*(?:mins?|m|sec|s))?)?)?"
_RACE_FIRST = re.compile(
    rf"(?P<race>{_RACE})(?:\s+in\s+|\s*[:=]\s+|\s+[-@<=]\s*|\s+at\s+|\s+)(?:(?:sub|under|below)[\s-]*)?(?P<time>{_TIME})\Z"
)
_TIME_FIRST = re.compile(rf"(?P<time>{_TIME})\s+(?:for|over|in)?\s*(?:a|an|the|my)?\s*(?P<race>{_RACE})\Z")
_SPEED = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:(km/h|kmh|kph)|mph|mi/h)\Z")
_CLOCK = re.compile(r"\d{1,3}:\d{2}\Z")
_BARE = re.compile(r"\d+(?:[.,]\d+)?\Z")


@names_arguments(GoalError)
@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A speed to be held, and over which race where one is named.

    Attributes
    ----------
    speed_mps : float
        Goal speed.
    race_m : float or None
        Race distance; None for a bare pace.
    text : str
        The goal in one way of writing it, which `Goal.parse` reads back.

    Examples
    --------
    >>> goal = Goal.parse("5k 20:00")
    >>> round(goal.pace_s_per_km, 1), goal.time_s(400), goal.race_m
    (240.0, 96.0, 5000.0)
    """

    speed_mps: float
    race_m: float | None
    text: str

    @property
    def pace_s_per_km(self) -> float:
        """Goal pace."""
        return 1000.0 / self.speed_mps

    @property
    def is_10k(self) -> bool:
        """Whether the goal is a 10K: the bands of the score depend on it."""
        return self.race_m is not None and self.race_m >= 9000.0

    def time_s(self, distance_m: float) -> float:
        """Return the goal time over `distance_m`.

        Returns
        -------
        float
            Seconds.

        Examples
        --------
        >>> Goal.parse("5k 20:00").time_s(400.0)
        96.0
        """
        return distance_m / self.speed_mps

    def over(self, race_m: float) -> Goal:
        """Return the goal that is as good over another race, by `equivalent_time_s`; a bare pace stays as it is.

        Returns
        -------
        Goal
            Over the other race.

        Examples
        --------
        >>> str(Goal.parse("5k 20:00").over(10_000.0).text)
        '5k 20:00'
        >>> round(Goal.parse("5k 20:00").over(10_000.0).time_s(10_000.0))
        2488
        """
        if not 50.0 <= race_m <= 500_000.0:
            raise GoalError(f"race_m must be 50 to 500,000 m, not {race_m!r}", hint="Name a race: goal.over(10_000)")
        if self.race_m is None or abs(self.race_m - race_m) < 1.0:
            return self
        time_s = equivalent_time_s(self.race_m, self.race_m / self.speed_mps, race_m)
        return replace(self, speed_mps=race_m / time_s, race_m=race_m)

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, text: str) -> Goal:
        """Read a goal as a runner writes it.

        Parameters
        ----------
        text : str
            A race and its time (``"5k 20:00"``, ``"sub-20 5k"``, ``"10k in 42"``, ``"hm 1:30"``, ``"marathon 3:05"``,
            ``"mile 5:20"``), or a pace (``"4:00/km"``, ``"6:26/mi"``, ``"1:36/400"``, ``"96/400"``, ``"15 km/h"``).

        Returns
        -------
        Goal
            Its `text` is written in one way, which reads back as the same goal.

        Raises
        ------
        GoalError
            If it cannot be understood, can be understood in two ways, or no human runs it.

        Examples
        --------
        >>> str(Goal.parse("sub-20 5k"))
        '5k 20:00'
        >>> str(Goal.parse("half in 1:30"))
        'half 1:30:00'
        """
        if not isinstance(text, str):
            raise GoalError(f"the goal {text!r} is no text", hint=_FORMS)
        words = " ".join(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace(", ", " ").split())
        words = re.sub(r"^(?:my\s+)?(?:goal|target)\s*[:=]?\s+", "", words)
        words = re.sub(r"^(?:sub|under|below|<)[\s-]*", "", words)
        words = re.sub(r"(\d)\s+an?\s+(?=lap|km|k|mi)", r"\1/", words)
        if match := _SPEED.match(words):
            kmh = number(match[1]) * (1.0 if match[2] else MILE_M / 1000.0)
            text_of = f"{number(match[1]):g} {'km/h' if match[2] else 'mph'}"
            readings = [cls(speed_mps=kmh / 3.6, race_m=None, text=text_of)]
        elif "/" in words or " per " in words:
            clock, _, per = words.replace(" per ", "/").partition("/")
            readings = _paces(clock.strip(), per.strip(), text)
        else:
            readings = _races(words, text)
        possible = [goal for goal in readings if goal._limit() is None]
        if not possible:
            likeliest = readings[0]
            as_pace = f"{likeliest.text.rpartition(' ')[2]}/km"
            is_pace = likeliest.race_m is not None and 2.0 < 1000.0 / likeliest.time_s(likeliest.race_m) < 7.0
            asked = f" (or is it a pace: {as_pace}?)" if is_pace else ""
            raise GoalError(f"the goal {text!r} is {likeliest._limit()}{asked}", hint=_FORMS)
        if len({round(goal.speed_mps, 6) for goal in possible}) > 1:
            one, other = (goal.text for goal in possible[:2])
            raise GoalError(f"the goal {text!r} can be read as {one!r} and as {other!r}", hint="Write the one you mean")
        return possible[0]

    def _limit(self) -> str | None:
        """Return why nobody runs this, None where somebody may."""
        if self.speed_mps > fastest_mps(self.race_m):
            than = "the world record" if self.race_m else "anyone runs a rep"
            return f"{self.speed_mps:.1f} m/s, faster than {than}"
        if self.speed_mps < _SLOWEST_RUN_MPS:
            return f"slower than a walk ({self.speed_mps:.2f} m/s)"
        return None


def vdot(distance_m: float, time_s: float) -> float:
    """Return Daniels and Gilbert's VDOT (ml/kg/min) of a race: oxygen cost of the speed / share that can be held.

    Parameters
    ----------
    distance_m, time_s : float
        The race; the equations were fitted to races of 3.5 minutes to 4 hours.
    """
    minutes = time_s / 60.0
    speed = distance_m / minutes
    cost = -4.60 + 0.182258 * speed + 0.000104 * speed**2
    share = 0.8 + 0.1894393 * exp(-0.012778 * minutes) + 0.2989558 * exp(-0.1932605 * minutes)
    return cost / share


def equivalent_time_s(distance_m: float, time_s: float, other_m: float) -> float:
    """Return the time over `other_m` of the same VDOT as `time_s` over `distance_m`, to a millisecond."""
    wanted = vdot(distance_m, time_s)
    quick_s, slow_s = other_m / 15.0, other_m / 0.7
    while slow_s - quick_s > 1e-3:
        middle_s = sqrt(quick_s * slow_s)
        if vdot(other_m, middle_s) > wanted:
            quick_s = middle_s
        else:
            slow_s = middle_s
    return (quick_s + slow_s) / 2.0


def riegel_time_s(distance_m: float, time_s: float, other_m: float, *, exponent: float = 1.06) -> float:
    """Return Riegel's estimate ``time_s * (other_m / distance_m) ** 1.06``."""
    return float(time_s * (other_m / distance_m) ** exponent)


def _races(words: str, text: str) -> list[Goal]:
    """Return the goals that a race and a time can be read as, the likeliest first."""
    words = re.sub(r"(?<=\d:\d\d)\s*(?:min|mins|minutes|h|hours)\b", "", words)
    if read_time(words) is not None or _BARE.match(words):
        raise GoalError(f"the goal {text!r} cannot be understood: it names no distance", hint=_meant(words))
    matches = [m for m in (_RACE_FIRST.match(words), _TIME_FIRST.match(words)) if m]
    if not matches:
        parts = words.rsplit(" ", 1)
        if len(parts) == 2 and read_distance(parts[0]) is not None:
            raise _no_goal(text, "is no time", parts[1])
        if len(parts) == 2 and read_time(parts[1]) is not None:
            raise _no_goal(text, "is no distance", parts[0])
        raise GoalError(f"the goal {text!r} cannot be understood", hint=_FORMS)
    goals: list[Goal] = []
    part, reason = matches[0]["race"], "is no running distance"
    for match in matches:
        for race_m in _race_distances(match["race"]):
            times = [round(time_s, 3) for time_s in _times(match["time"], race_m)]
            if not times:
                seconds = match["time"].rpartition(":")[2]
                is_over = _BARE.match(seconds) and number(seconds) >= 60.0
                part, reason = match["time"], f"has {seconds} seconds" if is_over else "is no time like 20:00"
            elif min(times) <= 0:
                raise GoalError(f"the goal {text!r} has no time", hint=_FORMS)
            goals += [
                Goal(speed_mps=race_m / time_s, race_m=race_m, text=f"{race_name(race_m)} {_after(time_s)}")
                for time_s in times
            ]
    if not goals:
        raise _no_goal(text, reason, part)
    return goals


def _no_goal(text: str, reason: str, part: str) -> GoalError:
    """Return the error that a part of a goal, as it was read, cannot be understood."""
    line = " ".join(text.split())
    column = line.lower().find(part) if part else -1
    return GoalError(
        f"the goal {text!r} cannot be understood: {part!r} {reason}",
        text=line if column >= 0 else None,
        column=column if column >= 0 else None,
        hint=_FORMS,
    )


def _race_distances(text: str) -> list[float]:
    metres = read_distance(text) or 0.0
    if metres < 50.0 and _BARE.match(text.strip()):
        # Nobody races so many metres: a bare number is in kilometres or miles.
        return [n for n in (1000.0 * metres, MILE_M * metres) if 50.0 <= n <= 200_000.0]
    metres = next((named for named in _NAMED_M.values() if abs(named - metres) < _AS_GOOD_AS * named), metres)
    return [metres] if 50.0 <= metres <= 200_000.0 else []


def _times(text: str, race_m: float) -> list[float]:
    """Return the seconds that a time over a race may stand for."""
    text = text.strip()
    if _BARE.match(text):
        value = number(text)
        minutes = [60.0 * value]
        if re.search(r"[.,]\d\d\Z", text) and number(text[-2:]) < 60.0 and (as_clock := _as_clock(text)):
            minutes.append(as_clock)
        hours, seconds = [3600.0 * value] if value < 10 else [], [value] if race_m <= 1000.0 else []
        return _of_a_runner([*minutes, *hours, *seconds])
    time_s = read_time(text)
    if time_s is None:
        return []
    # 1:30 is an hour and a half for a half marathon, and a minute and a half for 600 m.
    return _of_a_runner([time_s, 60.0 * time_s] if _CLOCK.match(text) else [time_s])


def _of_a_runner(times_s: list[float]) -> list[float]:
    return [time_s for time_s in times_s if time_s <= LONGEST_S]


def _as_clock(text: str) -> float | None:
    return read_time(re.sub("[.,]", ":", text))


def _paces(clock: str, per: str, text: str) -> list[Goal]:
    clock = clock.removesuffix("min").strip()
    metres = read_distance(per)
    if metres is None:
        raise _no_goal(text, "is no distance", per)
    if not 50.0 <= metres <= 200_000.0:
        raise GoalError(f"the goal {text!r} cannot be understood: {metres:g} m is no running distance", hint=_FORMS)
    times = [number(clock)] if _BARE.match(clock) else []
    if times and times[0] < 10.0:
        times = [60.0 * times[0]]
        if re.search(r"[.,]\d\d\Z", clock) and (as_clock := _as_clock(clock)):
            times.append(as_clock)
    if not times and (time_s := read_time(clock)) is not None:
        times = [time_s]
    times = _of_a_runner(times)
    if not times:
        raise _no_goal(text, "is no time like 4:00", clock)
    times = [round(time_s, 3) for time_s in times]
    if min(times) <= 0:
        raise GoalError(f"the goal {text!r} has no time", hint=_FORMS)
    unit = _PER.get(per, f"{metres:g}")
    return [Goal(speed_mps=metres / time_s, race_m=None, text=f"{_after(time_s)}/{unit}") for time_s in times]


def _meant(words: str) -> str:
    """Return what a bare time may have been meant as."""
    readings = []
    for meant in (f"{words}/km", f"5k {words}", f"10k {words}", f"half {words}", f"{words}/400"):
        with suppress(GoalError):
            readings.append(f'"{Goal.parse(meant).text}"')
    return f"Did you mean {' or '.join(readings[:3])}? {_FORMS}" if readings else _FORMS


def race_name(race_m: float) -> str:
    """Return what a race is called: ``5k``, ``half``, ``1500``."""
    for name, metres in _NAMED_M.items():
        if abs(race_m - metres) < 0.05:
            return name
    if race_m >= 2000.0 and race_m % 500.0 == 0.0:
        return f"{race_m / 1000.0:g}k"
    miles = race_m / MILE_M
    return f"{miles:.0f} mi" if abs(miles - round(miles)) < 1e-9 else f"{race_m:g}"


def _after(time_s: float) -> str:
    """Return a time as it stands in a goal: ``20:00``, ``0:58``, ``1:30:00``."""
    return f"0:{time_s:06.3f}".rstrip("0").rstrip(".") if time_s < 59.9995 else write_time(time_s)


def fastest_mps(race_m: float | None) -> float:
    """Return a speed that nobody has held over a distance (world records of 2024, rounded up by about 1 %).

    Parameters
    ----------
    race_m : float or None
        None: over a rep of any distance.
    """
    if race_m is None:
        return 9.5
    if race_m <= 400.0:
        return _FASTEST_HUMAN_MPS
    for distance_m, record_s in ((800, 100.0), (1500, 205.0), (3000, 435.0), (5000, 750.0), (10_000, 1560.0)):
        if race_m <= distance_m:
            return distance_m / record_s
    return 6.4
