"""`Athlete`: what the scorer may know of the runner beyond the recording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .goal import Goal


@dataclass(frozen=True, kw_only=True)
class Athlete:
    """A runner.

    Attributes
    ----------
    name : str
        As the coach calls them.
    goals : tuple of (date, Goal)
        Each goal with the day from which it holds, in order of time.
    max_heart_rate_bpm : float or None
        Measured, not estimated from age.
    top_speed_mps : float or None
        Of a flying sprint.
    best_400_s : float or None
        Best time over 400 m.
    """

    name: str
    goals: tuple[tuple[date, Goal], ...] = ()
    max_heart_rate_bpm: float | None = None
    top_speed_mps: float | None = None
    best_400_s: float | None = None

    def goal_on(self, day: date) -> Goal | None:
        """Return the goal that held on `day`; None before the first."""
        held = [goal for since, goal in sorted(self.goals, key=lambda g: g[0]) if since <= day]
        return held[-1] if held else None
