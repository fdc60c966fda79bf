"""`RepSpan`: a rep on its way from the search to the session."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import NamedTuple, Protocol

from ..segments import RepStatus

SHORTEST_S = 2.0
"""What is left of a rep less than this is nothing."""
PRESSED = frozenset({"lap", "workout"})
"""Sources that are the watch's own record of a boundary."""


class Timed(Protocol):
    """Whatever has a start and an end."""

    @property
    def start_s(self) -> float:
        """Seconds on the elapsed clock."""

    @property
    def end_s(self) -> float:
        """Likewise."""


def overlap(a: Timed, b: Timed) -> float:
    """Return intersection over union of two spans; negative where they lie apart."""
    return (min(a.end_s, b.end_s) - max(a.start_s, b.start_s)) / (max(a.end_s, b.end_s) - min(a.start_s, b.start_s))


def joined(start_source: str, end_source: str) -> str:
    """Return the source of a rep whose start and end come from these."""
    return start_source if start_source == end_source else f"{start_source}/{end_source}"


class RepSpan(NamedTuple):
    """A rep's boundaries, what is known of their uncertainty, and where they come from."""

    start_s: float
    end_s: float
    start_sd_s: float = nan
    end_sd_s: float = nan
    duration_sd_s: float = nan
    nominal_distance_m: float = nan
    source: str = "signal"
    status: RepStatus = "run"

    @property
    def sources(self) -> tuple[str, str]:
        """Where the start comes from, and where the end; `joined` is the way back."""
        start, _, end = self.source.partition("/")
        return start, end or start

    @property
    def pressed(self) -> tuple[bool, bool]:
        """Whether the start, and the end, is the watch's own record of it."""
        start, end = self.sources
        return start in PRESSED, end in PRESSED

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return self.end_s - self.start_s


def in_order(spans: Sequence[RepSpan], activity_end_s: float) -> list[RepSpan]:
    """Return the reps within the activity and apart from each other; one of which nothing is left is dropped."""
    out: list[RepSpan] = []
    for span in sorted(spans, key=lambda s: s.start_s):
        start_s = max(span.start_s, out[-1].end_s if out else 0.0)
        end_s = min(span.end_s, activity_end_s)
        if end_s - start_s >= SHORTEST_S:
            out.append(span._replace(start_s=start_s, end_s=end_s))
    return out
