"""`RepSpan`: a rep on its way from the search to the session."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from ..session import RepStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RepSpan:
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
    def duration_s(self) -> float:
        """Seconds."""
        return self.end_s - self.start_s
