"""What repeats are called: ``8 x 400 m``, ``2 x (300, 3 x 400 m)``, ``5 x 2:00``, ``3 x 1 mile``.

Conventions: metres and seconds; lists hold one value a rep, in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ..words import clock
from .lengths import MILE_M

_MOST_PARTS = 6
"""A list that is longer says less than how many repeats there were."""


def repeats_name(kinds: Sequence[str], set_numbers: Sequence[int] | None = None) -> str:
    """Return what repeats of these kinds (`kind_name`) are called; `set_numbers` holds the set of each."""
    in_metres = all(kind.endswith(" m") for kind in kinds)
    words = [kind.removesuffix(" m") for kind in kinds] if in_metres else list(kinds)
    unit = "m" if in_metres else ""
    numbers = list(set_numbers or [1] * len(words))
    sets = [tuple(word for word, _ in part) for _, part in groupby(zip(words, numbers, strict=True), lambda p: p[1])]
    if len(set(sets)) == 1 and len(sets) > 1:
        return f"{len(sets)} x ({_listed(sets[0], unit)})"
    return _listed(words, unit)


def repeats_after(items: Sequence[object]) -> int:
    """Return after how many items they repeat as a whole: 1 where all are equal, their number where nothing does."""
    n = len(items)
    return next((p for p in range(1, n) if n % p == 0 and list(items) == list(items[:p]) * (n // p)), n)


def kind_name(distance_m: float, duration_s: float) -> str:
    """Return what one rep is called, by its distance where that is known: ``400 m``, ``1 mile``, ``3:00``, ``30 s``."""
    if distance_m == distance_m:
        miles = distance_m / MILE_M
        if miles >= 0.999 and abs(miles - round(miles)) < 1e-3:
            return f"{miles:.0f} mile" + ("s" if round(miles) > 1 else "")
        return f"{distance_m:.0f} m"
    whole_s = round(duration_s)
    return clock(whole_s) if whole_s >= 60 else f"{whole_s} s"


def is_by_time(name: str) -> bool:
    """Return whether what `kind_name` calls so is a rep by time."""
    return ":" in name or name.endswith(" s")


def _listed(words: Sequence[str], unit: str) -> str:
    """Write runs of equal words as ``4 x 400``, and what repeats as a whole as ``2 x (300, 3 x 400 m)``."""
    n, period = len(words), repeats_after(words)
    if 1 < period < n:
        return f"{n // period} x ({_listed(words[:period], unit)})"
    runs = [(word, len(list(run))) for word, run in groupby(words)]
    if len(runs) > _MOST_PARTS:
        return f"{len(words)} repeats"
    return (", ".join(word if n == 1 else f"{n} x {word}" for word, n in runs) + f" {unit}").strip()
