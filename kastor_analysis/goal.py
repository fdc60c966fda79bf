"""`Goal`: what the runner is after, parsed from the strings runners write.

A goal is a race ("5k 20:00", "10K 41:30") or a pace ("4:00/km", "6:26/mi", "1:36/400"). Inside it is a speed and,
for a race, the distance it is to be held over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import GoalError

MILE_M = 1609.344
HALF_MARATHON_M = 21097.5
MARATHON_M = 42195.0

_FASTEST_HUMAN_MPS = 10.5
_SLOWEST_RUN_MPS = 1.2
_FORMS = 'Write it as "5k 20:00", "10k 42:00", "4:00/km", "6:26/mi" or "1:36/400"'

_DISTANCES_M = {
    "mile": MILE_M,
    "mi": MILE_M,
    "half": HALF_MARATHON_M,
    "hm": HALF_MARATHON_M,
    "marathon": MARATHON_M,
}
_DISTANCE = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)?\s*(?P<unit>km|k|miles|mile|mi|m|half|hm|marathon)?\Z", re.I)
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{2}(?:[.,]\d+)?)\Z")


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
        The goal as the runner wrote it.
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
        """Return the goal time over `distance_m`."""
        return distance_m / self.speed_mps

    @classmethod
    def parse(cls, text: str) -> Goal:
        """Read a goal as a runner writes it.

        Raises
        ------
        GoalError
            If it cannot be understood, or no human runs it.
        """
        words = " ".join(text.replace("’", "'").split())
        if "/" in words:
            clock, _, per = words.partition("/")
            distance_m, race_m = _distance(per or "", text, bare_unit_m=1.0), None
        else:
            parts = words.replace(" in ", " ").rsplit(" ", 1)
            if len(parts) != 2:
                raise GoalError(f"the goal {text!r} cannot be understood", hint=_FORMS)
            named, clock = parts if ":" in parts[1] else (parts[1], parts[0])
            race_m = distance_m = _distance(named, text, bare_unit_m=1.0)
        time_s = _seconds(clock.strip(), text)
        speed_mps = distance_m / time_s
        limit_mps = _FASTEST_HUMAN_MPS if distance_m <= 400 and race_m else _record_speed_mps(race_m)
        if speed_mps > limit_mps:
            raise GoalError(
                f"the goal {text!r} is {speed_mps:.1f} m/s, faster than the world record"
                if race_m
                else f"the goal {text!r} is {speed_mps:.1f} m/s, faster than anyone runs a rep",
                hint=_FORMS,
            )
        if speed_mps < _SLOWEST_RUN_MPS:
            raise GoalError(f"the goal {text!r} is slower than a walk ({speed_mps:.2f} m/s)", hint=_FORMS)
        return cls(speed_mps=speed_mps, race_m=race_m, text=words)


def _distance(text: str, goal: str, *, bare_unit_m: float) -> float:
    match = _DISTANCE.match(text.strip())
    if not match or not (match["number"] or match["unit"]):
        raise GoalError(f"the goal {goal!r} cannot be understood: {text.strip()!r} is no distance", hint=_FORMS)
    number = float(match["number"].replace(",", ".")) if match["number"] else 1.0
    unit = (match["unit"] or "").lower().rstrip("s")
    if unit in ("k", "km"):
        metres = number * 1000.0
    elif unit in ("m", ""):
        metres = number * bare_unit_m
    else:
        metres = number * _DISTANCES_M[unit]
    if not 50.0 <= metres <= 200_000.0:
        raise GoalError(f"the goal {goal!r} cannot be understood: {metres:g} m is no running distance", hint=_FORMS)
    return metres


def _seconds(text: str, goal: str) -> float:
    match = _CLOCK.match(text)
    if not match:
        raise GoalError(f"the goal {goal!r} cannot be understood: {text!r} is no time like 20:00", hint=_FORMS)
    hours, minutes, seconds = match[1], match[2], float(match[3].replace(",", "."))
    if seconds >= 60.0:
        raise GoalError(f"the goal {goal!r} cannot be understood: {text!r} has {seconds:g} seconds", hint=_FORMS)
    total = int(hours or 0) * 3600.0 + int(minutes) * 60.0 + seconds
    if total <= 0:
        raise GoalError(f"the goal {goal!r} has no time", hint=_FORMS)
    return total


def _record_speed_mps(race_m: float | None) -> float:
    """Return a speed that nobody has held over the race (world records of 2024, rounded up by about 1 %)."""
    if race_m is None:
        return 9.5
    for distance_m, record_s in ((800, 100.0), (1500, 205.0), (3000, 435.0), (5000, 750.0), (10_000, 1560.0)):
        if race_m <= distance_m:
            return distance_m / record_s
    return 6.4
