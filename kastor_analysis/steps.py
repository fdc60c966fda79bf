"""What a plan is made of: `Step`, one a rep; `Pace`, what a rep is to be run at; `PlannedRest`.

Conventions: metres and seconds, paces in seconds per kilometre; what is not asked for is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan

from .arguments import names_arguments
from .errors import PlanError
from .quantities.equal import EqualNan

REP_M, REP_S = (20.0, 50_000.0), (3.0, 3 * 3600.0)
REST_M, REST_S, REST_RATIO = (10.0, 10_000.0), (0.0, 3600.0), (0.01, 20.0)
RACE_M = (50.0, 200_000.0)
"""From the least to the most that a plan may ask for: beyond, a unit was mistaken."""


@names_arguments(PlanError)
@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Pace(EqualNan):
    """What a rep is to be run at where that is not simply the goal: the pace of a race, or one between two paces.

    Attributes
    ----------
    race_m : float
        The pace of this race, by the plan's goal; NaN where the pace itself is given.
    fast_s_per_km, slow_s_per_km : float
        The quickest and the slowest pace that is in band; equal where one pace is given.

    Examples
    --------
    >>> Pace(fast_s_per_km=240.0, slow_s_per_km=250.0)
    Pace(race_m=nan, fast_s_per_km=240.0, slow_s_per_km=250.0)
    >>> str(Plan(reps=6, distance_m=800, pace=Pace(race_m=10_000.0)))
    '6x800 r1:1 @ 10k'
    """

    race_m: float = nan
    fast_s_per_km: float = nan
    slow_s_per_km: float = nan

    def __post_init__(self) -> None:
        if isfinite(self.race_m) == isfinite(self.fast_s_per_km):
            raise PlanError("a pace needs either a race or a pace", where="key pace")
        if isfinite(self.fast_s_per_km) and not 100.0 <= self.fast_s_per_km <= self.slow_s_per_km <= 1200.0:
            raise PlanError("a pace is from 100 to 1200 s/km, the quicker one first", where="key pace")
        # A thousandth of a second is what is written and read back.
        for name in ("race_m", "fast_s_per_km", "slow_s_per_km"):
            value = getattr(self, name)
            object.__setattr__(self, name, round(value, 3) if isfinite(value) else nan)

    @property
    def middle_s_per_km(self) -> float:
        """The pace half-way between the two speeds, NaN for that of a race."""
        return 2.0 / (1.0 / self.fast_s_per_km + 1.0 / self.slow_s_per_km)

    @property
    def band(self) -> tuple[float, float] | None:
        """The ratios of time to target that are in band; None where one pace is given."""
        if not self.fast_s_per_km < self.slow_s_per_km:
            return None
        return self.fast_s_per_km / self.middle_s_per_km, self.slow_s_per_km / self.middle_s_per_km


@names_arguments(PlanError)
@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Step(EqualNan):
    """One planned rep and the rest that is to follow it.

    Exactly one of `distance_m` and `duration_s` is a number, the other NaN. `target_pace_s_per_km` is NaN without a
    goal or a pace of its own, `target_s` for a timed rep as well; `band` are the ratios of time to target that are on
    pace where the step has its own. The rest is the one of `rest_s`, `rest_m` (a distance) and `rest_ratio` (times the
    rep's own time) that is a number; none of them: no rest is asked for (the last rep). `rest_how` is ``"jog"``,
    ``"walk"``, ``"stand"`` or ``""``.

    Examples
    --------
    >>> step = Plan.kastor("5k 20:00").steps[11]
    >>> step.planned_rep, step.distance_m, step.target_s, step.is_hammer
    (12, 400.0, 96.0, True)
    """

    planned_rep: int
    distance_m: float = nan
    duration_s: float = nan
    target_s: float = nan
    target_pace_s_per_km: float = nan
    band: tuple[float, float] | None = None
    is_hammer: bool = False
    rest_ratio: float = nan
    rest_s: float = nan
    rest_m: float = nan
    rest_how: str = ""
    set_number: int = 1

    @property
    def asks_for_rest(self) -> bool:
        """Whether a rest of some length is to follow."""
        return isfinite(self.rest_s) or isfinite(self.rest_m) or isfinite(self.rest_ratio)

    def rest_after_s(self, own_s: float) -> float:
        """Return how long to rest after a rep that took `own_s`; NaN where that is not asked for in time.

        Returns
        -------
        float
            Seconds; NaN where none is asked for.

        Examples
        --------
        >>> Plan.kastor().steps[0].rest_after_s(96.0)
        96.0
        """
        return self.rest_s if isfinite(self.rest_s) else self.rest_ratio * own_s


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class PlannedRest(EqualNan):
    """The rest after a rep, as it can be told beforehand.

    Attributes
    ----------
    seconds : float
        How long; NaN where that is not known. About so long where `ratio` is a number.
    metres : float
        How far, for a rest by distance.
    ratio : float
        The rest is this many times as long as the rep turns out; NaN where it does not depend on it.
    how : str
        ``"jog"``, ``"walk"``, ``"stand"`` or ``""``.
    """

    seconds: float
    metres: float
    ratio: float
    how: str
