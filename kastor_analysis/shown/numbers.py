"""Numbers as runners read them: clock times, paces, distances, dates.

Conventions: arguments are SI; text is English with a full stop as decimal mark; a missing number (NaN) becomes the
text `missing`, by default empty. A time shows the last digit that its standard deviation leaves: see `time_digits`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from math import isfinite, nan

from ..quantities.lengths import MILE_M, UNIT_M, Units
from ..quantities.ordered import median
from ..steps import PlannedRest
from ..words.escapes import shown

_HARD_LINE_PERCENT = 20
"""The 80/20 rule's."""


def target(seconds: float, *, missing: str = "") -> str:
    """Return a target as clock text, with a tenth where it is no whole second: ``1:36``, ``1:37.5``."""
    return clock(seconds, 0 if f"{seconds:.1f}".endswith(".0") else 1, missing=missing)


def clock(seconds: float, digits: int = 0, *, missing: str = "") -> str:
    """Return a duration as ``45``-second style clock text: ``0:45``, ``1:36.4``, ``1:02:10``.

    Parameters
    ----------
    seconds : float
        Zero or more.
    digits : int
        Digits after the decimal mark.
    missing : str
        Stands for NaN.
    """
    if not isfinite(seconds):
        return missing
    ticks_per_s = 10**digits
    ticks = round(abs(seconds) * ticks_per_s)
    sign = "-" if seconds < 0 and ticks else ""
    minutes, rest = divmod(ticks, 60 * ticks_per_s)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest // ticks_per_s:02d}" + (f".{rest % ticks_per_s:0{digits}d}" if digits else "")
    return f"{sign}{hours}:{minutes:02d}:{text}" if hours else f"{sign}{minutes}:{text}"


def signed(value: float, digits: int = 0, *, missing: str = "") -> str:
    """Return a difference with its sign: ``+2.9``, ``-12.0``; what rounds to nothing has none: ``0.0``."""
    if not isfinite(value):
        return missing
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text


def number(value: float, digits: int = 0, *, missing: str = "") -> str:
    """Return a plain number."""
    return f"{value:.{digits}f}" if isfinite(value) else missing


def hard_share(share: float, *, missing: str = "") -> str:
    """Return the hard share of a week, ``18 %``; beside the line of 20 %, that it may be over, with a tenth."""
    digits = 1 if round(100.0 * share if isfinite(share) else 0.0) == _HARD_LINE_PERCENT else 0
    return f"{100.0 * share:.{digits}f} %" if isfinite(share) else missing


def pace(s_per_km: float, units: Units = "km", *, missing: str = "") -> str:
    """Return a pace as minutes and whole seconds a kilometre or mile, without its unit: ``3:53``."""
    return clock(s_per_km * UNIT_M[units] / 1000.0, missing=missing)


def pace_with_unit(s_per_km: float, units: Units = "km", *, missing: str = "") -> str:
    """Return ``3:53/km`` or ``6:15/mi``."""
    return f"{pace(s_per_km, units)}/{units}" if isfinite(s_per_km) else missing


def distance(metres: float, units: Units = "km", *, missing: str = "") -> str:
    """Return a distance over ground: ``640 m``, ``2.2 km``, ``0.18 mi``, ``1.4 mi``.

    No finer than 10 m or a hundredth of a mile below one unit, and a tenth of it above.
    """
    if not isfinite(metres):
        return missing
    if units == "km" and metres < 995.0:
        return f"{round(metres, -1):.0f} m"
    return f"{metres / UNIT_M[units]:.{2 if units == 'mi' and metres < 0.995 * MILE_M else 1}f} {units}"


def rep_distance(metres: float, *, missing: str = "") -> str:
    """Return what a rep was meant to be: ``400 m``, ``1 km``, ``1 mi``, ``1.5 km``."""
    if not isfinite(metres):
        return missing
    if abs(metres - MILE_M) < 1.0:
        return "1 mi"
    if metres >= 1000.0 and metres % 100.0 == 0 and metres not in (1200.0, 1500.0, 1600.0):
        return f"{metres / 1000.0:g} km"
    return f"{metres:.0f} m"


def planned_rest(rest: PlannedRest) -> str:
    """Return a rest as a card says it: ``1:36``, ``200 m jog``, ``as the rep, 1:26``, ``free``.

    A time behind "as the rep" is what it comes to where the rep is run as it is meant.
    """
    if isfinite(rest.ratio):
        own = "as the rep" if rest.ratio == 1.0 else f"{rest.ratio:g} x the rep"
        said = f"{own}, {clock(rest.seconds)}" if isfinite(rest.seconds) else own
    elif isfinite(rest.metres):
        said = rep_distance(rest.metres)
    else:
        said = clock(rest.seconds, missing="free")
    return f"{said} {rest.how}".strip()


def time_digits(sds_s: Iterable[float]) -> int:
    """Return how many decimals times of a table may show: tenths while the median sd is below a second, else none.

    The last digit shown is the first digit of the standard deviation; hundredths are never shown, because the thumb
    on the button itself misses the line by 0.3 to 0.5 s. Nothing known of the uncertainty: whole seconds.
    """
    known = [sd for sd in sds_s if isfinite(sd)]
    return 1 if known and median(known) < 0.95 else 0


def ratio_digits(time_s: Iterable[float], sds_s: Iterable[float]) -> int:
    """Return how many decimals a ratio of two such times may show: hundredths while its sd is below 0.095."""
    relative = [sd / t for t, sd in zip(time_s, sds_s, strict=True) if isfinite(sd) and isfinite(t) and t > 0]
    return 2 if (2.0**0.5 * median(relative) if relative else nan) < 0.095 else 1


def ratio(value: float, digits: int) -> str:
    """Return a ratio with that many decimals, with one less from 10 on: nobody reads the third digit of a long rest."""
    return number(value, digits if abs(value) < 10.0 else max(digits - 1, 0))


def local_time(start_time: datetime, utc_offset_s: float | None) -> tuple[datetime, str]:
    """Return an instant in the recording's own zone and that zone's name (``UTC`` where the file does not tell)."""
    if utc_offset_s is None or not isfinite(utc_offset_s) or abs(utc_offset_s) >= 86_400:
        return start_time.astimezone(UTC), "UTC"
    minutes = round(utc_offset_s / 60.0)
    zone = f"UTC{minutes // 60 if minutes >= 0 else -(-minutes // 60):+d}" if minutes else "UTC"
    if minutes % 60:
        zone += f":{abs(minutes) % 60:02d}"
    return start_time.astimezone(timezone(timedelta(minutes=minutes))), zone


def date_and_time(start_time: datetime, utc_offset_s: float | None) -> str:
    """Return ``Tue 5 May 2026, 19:30 (UTC+2)``, or ``Tue 5 May 2026, 17:30 UTC`` where the zone is not told."""
    local, zone = local_time(start_time, utc_offset_s)
    day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"
    return f"{day} UTC" if zone == "UTC" else f"{day} ({zone})"


def file_name(source: str) -> str:
    """Return a recording's source without its folders, which pages and pictures that are shared need not tell."""
    return shown(" + ".join(re.split(r"[/\\\\]", part)[-1] or part for part in source.split(" + ")))


# Names are written here because strftime's depend on the process's locale.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
