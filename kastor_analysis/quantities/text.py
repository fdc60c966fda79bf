"""Times and distances as runners write them: ``3:00``, ``1'36"``, ``90 s``, ``20min``; ``400``, ``1.5k``, ``mile``.

Conventions: seconds and metres. What is read is None where the text is no such quantity; what is written is read back
as the same number, down to a thousandth.
"""

from __future__ import annotations

import re

from .lengths import MILE_M

HALF_MARATHON_M, MARATHON_M = 21_097.5, 42_195.0  # by the rules of World Athletics

_NUMBER = r"\d+(?:[.,]\d+)?"
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2}(?:[.,]\d+)?)\Z")
_PRIMES = re.compile(rf"(?:(\d+)')?(?:({_NUMBER})(?:''|\"))?\Z")
_WORDED = re.compile(
    rf"(?:({_NUMBER})\s*h(?:ours?|rs?)?)?\s*(?:({_NUMBER})\s*m(?:in(?:utes?|s)?)?)?\s*"
    rf"(?:({_NUMBER})\s*s(?:ec(?:onds?|s)?)?)?\Z"
)
_UNFINISHED = re.compile(r"\d+\s*(h|min)\s*\d{1,2}\Z")
_METRES = re.compile(
    rf"({_NUMBER})?\s*(km|k|metres|meters|m|miles|mile|mi|half[\s-]?marathon|half|hm|(?:full\s)?marathon|"
    r"park\s?run|lap)?\Z"
)
_THOUSANDS = re.compile(r"(\d{1,2})[.,](\d{3})\s*(?:m|metres|meters)?\Z")
_UNITS_M = {  # by definition; a lap is lane 1's
    "km": 1000.0,
    "k": 1000.0,
    "m": 1.0,
    "metres": 1.0,
    "meters": 1.0,
    "mi": MILE_M,
    "mile": MILE_M,
    "miles": MILE_M,
    "half": HALF_MARATHON_M,
    "hm": HALF_MARATHON_M,
    "halfmarathon": HALF_MARATHON_M,
    "marathon": MARATHON_M,
    "fullmarathon": MARATHON_M,
    "parkrun": 5000.0,
    "lap": 400.0,
}


def number(text: str) -> float:
    """Return a number written with a point or a comma."""
    return float(text.replace(",", "."))


def read_time(text: str) -> float | None:
    """Return the seconds of a time that names its units or is written as a clock shows it.

    Examples
    --------
    >>> [read_time(text) for text in ("3:00", "1:30:00", "1'36", "90s", "20 min", "1h30m", "90")]
    [180.0, 5400.0, 96.0, 90.0, 1200.0, 5400.0, None]
    """
    text = text.strip().lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if match := _CLOCK.match(text):
        hours, minutes, seconds = int(match[1] or 0), int(match[2]), number(match[3])
        return None if seconds >= 60.0 else 3600.0 * hours + 60.0 * minutes + seconds
    if re.fullmatch(r"\d+'\d{2}", text):
        text += '"'
    if "'" in text or '"' in text:
        match = _PRIMES.match(text)
        return 60.0 * number(match[1] or "0") + number(match[2] or "0") if match else None
    if match := _UNFINISHED.match(text):
        text += "min" if match[1] == "h" else "s"  # 3h05, 1min30
    match = _WORDED.match(text)
    if not match or not any(match.groups()) or (match[1] is None and text.endswith("m")):
        return None  # 400 m are metres; 1h30m are minutes
    return 3600.0 * number(match[1] or "0") + 60.0 * number(match[2] or "0") + number(match[3] or "0")


def write_time(seconds: float) -> str:
    """Return a time as a clock shows it, below a minute in seconds: ``3:00``, ``1:36.5``, ``45s``.

    Examples
    --------
    >>> [write_time(seconds) for seconds in (180.0, 96.5, 45.0, 5400.0)]
    ['3:00', '1:36.5', '45s', '1:30:00']
    """
    thousandths = round(1000.0 * seconds)
    minutes, rest = divmod(thousandths, 60_000)
    whole, part = divmod(rest, 1000)
    decimals = f".{part:03d}".rstrip("0") if part else ""
    if not minutes:
        return f"{whole}{decimals}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{whole:02d}{decimals}" if hours else f"{minutes}:{whole:02d}{decimals}"


def read_distance(text: str) -> float | None:
    """Return the metres of a distance; a bare number is in metres.

    Examples
    --------
    >>> [read_distance(text) for text in ("400", "1.5k", "2 miles", "half", "soon")]
    [400.0, 1500.0, 3218.688, 21097.5, None]
    """
    text = text.strip().lower()
    if match := _THOUSANDS.match(text):
        return 1000.0 * float(match[1]) + float(match[2])
    match = _METRES.match(text)
    if not match or not (match[1] or match[2]):
        return None
    return (number(match[1]) if match[1] else 1.0) * _UNITS_M[re.sub(r"[\s-]", "", match[2] or "m")]


def write_distance(metres: float) -> str:
    """Return a distance that a rep or a rest may have: ``400m``, ``2miles``.

    Examples
    --------
    >>> [write_distance(metres) for metres in (400.0, 1609.344, 3218.688, 1000.0)]
    ['400m', '1mile', '2miles', '1000m']
    """
    miles = metres / MILE_M
    if miles > 0.9 and abs(miles - round(miles)) < 1e-9:
        return f"{miles:.0f}mile" + ("s" if round(miles) > 1 else "")
    return f"{metres:.3f}".rstrip("0").rstrip(".") + "m"
