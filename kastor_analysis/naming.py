"""What repeats are called: ``8 x 400 m``, ``2 x (300, 3 x 400 m)``, ``5 x 2:00 min``.

Conventions: metres and seconds, a value a rep, in order.
"""

from __future__ import annotations

from collections.abc import Sequence

_MOST_PARTS = 6
"""A list that is longer says less than how many repeats there were."""


def distances_name(distances_m: Sequence[float]) -> str:
    """Return what repeats over these distances are called."""
    if max(distances_m) - min(distances_m) < 1.0:
        return f"{len(distances_m)} x {distances_m[0]:.0f} m"
    return _listed([f"{d:.0f}" for d in distances_m], "m")


def durations_name(durations_s: Sequence[float]) -> str:
    """Return what repeats by the clock are called."""
    if max(durations_s) - min(durations_s) < 1.0:
        return f"{len(durations_s)} x {_clock(durations_s[0])}"
    return _listed([_clock(d) for d in durations_s], "")


def repeats_after(items: Sequence[object]) -> int:
    """Return after how many items they repeat as a whole: 1 where all are equal, their number where nothing does."""
    n = len(items)
    return next((p for p in range(1, n) if n % p == 0 and list(items) == list(items[:p]) * (n // p)), n)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d} min" if seconds >= 60 else f"{seconds:.0f} s"


def _listed(words: list[str], unit: str) -> str:
    """Write runs of equal words as ``4 x 400``, and what repeats as a whole as ``2 x (300, 3 x 400 m)``."""
    n, period = len(words), repeats_after(words)
    if 1 < period < n:
        return f"{n // period} x ({_listed(words[:period], unit)})"
    parts: list[tuple[str, int]] = []
    for word in words:
        if parts and parts[-1][0] == word:
            parts[-1] = (word, parts[-1][1] + 1)
        else:
            parts.append((word, 1))
    if len(parts) > _MOST_PARTS:
        return f"{len(words)} repeats"
    return (", ".join(word if n == 1 else f"{n} x {word}" for word, n in parts) + f" {unit}").strip()
