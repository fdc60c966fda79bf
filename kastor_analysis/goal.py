"""`Goal`: what the runner is after, parsed from the strings runners write.

A goal is a race ("5k 20:00", "10K 41:30") or a pace ("4:00/km", "6:26/mi", "1:36/400"). Inside it is a speed and,
for a race, the distance it is to be held over.

Races are converted by the equations of Daniels and Gilbert (J. Daniels and J. Gilbert, *Oxygen Power: Performance
Tables for Distance Runners*, 1979), whose index is known as VDOT; Riegel's power law (P. S. Riegel, "Athletic Records
and Human Endurance", *American Scientist* 69, 1981) stands beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import exp, sqrt

from .errors import GoalError
from .lengths import MILE_M

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
_SECONDS = re.compile(r"\d{1,3}(?:[.,]\d+)?\Z")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{2}(?:[.,]\d+)?)\Z")
_PRIMES = re.compile(r"(\d)'(\d{2})(?:''|\")?(?=\D|\Z)")


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

    def over(self, race_m: float) -> Goal:
        """Return the goal that is as good over another race, by `equivalent_time_s`; a bare pace stays as it is."""
        if self.race_m is None or abs(self.race_m - race_m) < 1.0:
            return self
        time_s = equivalent_time_s(self.race_m, self.race_m / self.speed_mps, race_m)
        return replace(self, speed_mps=race_m / time_s, race_m=race_m)

    @classmethod
    def parse(cls, text: str) -> Goal:
        """Read a goal as a runner writes it.

        Raises
        ------
        GoalError
            If it cannot be understood, or no human runs it.
        """
        if not isinstance(text, str):
            raise GoalError(f"the goal {text!r} is no text", hint=_FORMS)
        words = " ".join(text.replace("’", "'").replace(", ", " ").split())
        written = _PRIMES.sub(r"\1:\2", words)
        if "/" in written:
            clock, _, per = written.partition("/")
            clock = clock.strip().removesuffix("min")
            distance_m, race_m = _distance(per, text, bare_unit_m=1.0), None
        else:
            parts = written.replace(" in ", " ").rsplit(" ", 1)
            if len(parts) != 2:
                why = ": it names no distance" if _CLOCK.match(written) else ""
                raise GoalError(f"the goal {text!r} cannot be understood{why}", hint=_FORMS)
            named, clock = parts if ":" in parts[1] or ":" not in parts[0] else (parts[1], parts[0])
            race_m = distance_m = _distance(named, text, bare_unit_m=1.0)
        in_seconds = "/" in written and _SECONDS.match(clock.strip())  # "96/400"
        time_s = float(clock.replace(",", ".")) if in_seconds else _seconds(clock.strip(), text)
        if time_s <= 0:
            raise GoalError(f"the goal {text!r} has no time", hint=_FORMS)
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
    return int(hours or 0) * 3600.0 + int(minutes) * 60.0 + seconds


def _record_speed_mps(race_m: float | None) -> float:
    """Return a speed that nobody has held over the race (world records of 2024, rounded up by about 1 %)."""
    if race_m is None:
        return 9.5
    for distance_m, record_s in ((800, 100.0), (1500, 205.0), (3000, 435.0), (5000, 750.0), (10_000, 1560.0)):
        if race_m <= distance_m:
            return distance_m / record_s
    return 6.4
