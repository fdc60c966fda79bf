"""Numbers as a runner says them, for notes and advice: never with more digits than the recording supports."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

_TENTHS_BELOW_SD_S = 0.95  # tenths of a time good to a second say nothing


def clock(seconds: float, *, tenths: bool = False) -> str:
    """Return ``1:36`` or ``1:36.4``; below a minute ``52 s`` or ``52.3 s``."""
    rounded = round(seconds, 1) if tenths else float(round(seconds))
    minutes, rest = divmod(rounded, 60.0)
    hours, minutes = divmod(int(minutes), 60)
    digits = f"{rest:04.1f}" if tenths else f"{rest:02.0f}"
    if hours:
        return f"{hours}:{minutes:02d}:{digits}"
    if minutes:
        return f"{minutes}:{digits}"
    return f"{rest:.1f} s" if tenths else f"{rest:.0f} s"


def gap(seconds: float, *, tenths: bool = False) -> str:
    """Return a difference without its sign: ``3.1 s`` or ``3 s``, ``1:05`` from a minute on."""
    size = abs(seconds)
    if size >= 59.5:
        return clock(size)
    return f"{size:.1f} s" if tenths else f"{size:.0f} s"


def deserves_tenths(sd_s: float) -> bool:
    """Whether a time with this standard deviation may be told to a tenth of a second."""
    return isfinite(sd_s) and sd_s < _TENTHS_BELOW_SD_S


def numbers(values: Sequence[int]) -> str:
    """Return whole numbers as a runner lists them: ``9-11 and 14``."""
    parts: list[str] = []
    ordered = sorted(values)
    start = 0
    for i in range(1, len(ordered) + 1):
        if i == len(ordered) or ordered[i] != ordered[i - 1] + 1:
            first, last = ordered[start], ordered[i - 1]
            if last - first >= 2:
                parts.append(f"{first}-{last}")
            else:
                parts.extend(str(n) for n in range(first, last + 1))
            start = i
    return listed(parts)


def listed(parts: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def sentence(text: str) -> str:
    """Return a text as a sentence begins: its first letter a capital, the others as they are."""
    return text[:1].upper() + text[1:]


def reps(values: Sequence[int]) -> str:
    """Return ``Rep 3`` or ``Reps 1-3``."""
    return f"{'Rep' if len(values) == 1 else 'Reps'} {numbers(values)}"


def count(n: int, noun: str) -> str:
    """Return ``1 rep``, ``2 reps``."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def span(values: Sequence[float]) -> str:
    """Return ``12 s`` or ``12 to 18 s`` of the sizes of differences."""
    sizes = sorted(abs(v) for v in values)
    low, high = gap(sizes[0]), gap(sizes[-1])
    if low == high:
        return low
    return f"{low.removesuffix(' s')} to {high}" if high.endswith(" s") else f"{low} to {high}"
