"""`Plan`: what was to be run, rep by rep, and the rules it is scored by. Frozen, keyword-only data.

A plan expands to `Plan.steps`, one `Step` a rep, so that sets, ladders and timed reps are all the same to the code
that follows. The numbers of the score are `Rules`, data as well: another recipe needs no code. Values that hold for
every rep are kept as one number, so that plans that ask for the same are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite, nan
from pathlib import Path
from typing import Any

from .arguments import names_arguments
from .errors import PlanError
from .goal import Goal
from .quantities.equal import EqualNan
from .quantities.naming import kind_name, repeats_name
from .quantities.text import write_time
from .score_rules import Rules
from .steps import RACE_M, REP_M, REP_S, REST_M, REST_RATIO, REST_S, Pace, PlannedRest, Step

KASTOR_REPS, KASTOR_DISTANCE_M = 16, 400.0  # the article's session
MOST_REPS = 2_000  # a day of 30 s on, 15 s off
REST_HOW = ("", "jog", "walk", "stand")


@names_arguments(PlanError)
@dataclass(frozen=True, eq=False, kw_only=True)
class Plan(EqualNan):
    """What was to be run.

    Parameters
    ----------
    reps : int
        How many reps.
    distance_m : float or sequence of float, optional
        Of every rep, or rep by rep. Default 400 m unless `duration_s` is given.
    duration_s : float or sequence of float, optional
        For timed reps.
    hammer : iterable of int
        The reps, counted from 1, to be run all out.
    rest_ratio : float or sequence of float
        Rest / time of its own rep, for the reps without `rest_s` or `rest_m`; NaN where no rest is asked for.
    rest_s, rest_m : float or sequence of float, optional
        A rest of a fixed time, or over a distance; NaN in the sequence where there is none.
    rest_how : str or sequence of str
        ``"jog"``, ``"walk"``, ``"stand"``, or ``""`` where it is left open.
    set_reps : sequence of int, optional
        How many reps each set holds; default one set.
    race_m : float, optional
        The race the session is run at the pace of; a goal over another race is converted to it (`Goal.over`).
    pace : Pace or sequence of Pace or None, optional
        What reps are to be run at where that is not the goal's pace.
    goal : Goal or str or None
        What the regular reps are to be run at. Without one, the median of `pace` where paces are given.
    name : str
        For the report's head; default: what is to be run.
    about : str
        A sentence on what the session is for.
    source : str
        ``"given"``, ``"recipe"``, ``"workout"`` (the watch's own steps) or ``"inferred"`` (from the repeats found).
    rules : Rules
        The numbers of the score.

    Raises
    ------
    PlanError
        Naming the key that is wrong.

    Examples
    --------
    >>> plan = Plan(reps=8, distance_m=800, rest_s=90, goal="10k 42:00")
    >>> plan.title, plan.steps[0].target_s
    ('8 x 800 m', 201.6)
    >>> str(plan)
    '8x800 r1:30 @ 10k 42:00'
    """

    reps: int
    distance_m: float | tuple[float, ...] | None = None
    duration_s: float | tuple[float, ...] | None = None
    hammer: tuple[int, ...] = ()
    rest_ratio: float | tuple[float, ...] = 1.0
    rest_s: float | tuple[float, ...] | None = None
    rest_m: float | tuple[float, ...] | None = None
    rest_how: str | tuple[str, ...] = ""
    set_reps: tuple[int, ...] | None = None
    race_m: float | None = None
    pace: Pace | tuple[Pace | None, ...] | None = None
    goal: Goal | None = None
    name: str = ""
    about: str = ""
    source: str = "given"
    is_kastor: bool = False
    rules: Rules = field(default_factory=Rules)
    steps: tuple[Step, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.reps, int) or isinstance(self.reps, bool) or not 1 <= self.reps <= MOST_REPS:
            raise PlanError(f"reps must be a whole number from 1 to {MOST_REPS}, not {self.reps!r}", where="key reps")
        if self.distance_m is None and self.duration_s is None:
            self._set(distance_m=KASTOR_DISTANCE_M)
        distances = _per_rep(self.distance_m, self.reps, "distance_m", *REP_M)
        durations = _per_rep(self.duration_s, self.reps, "duration_s", *REP_S)
        for i, (distance, duration) in enumerate(zip(distances, durations, strict=True), start=1):
            if isfinite(distance) == isfinite(duration):
                raise PlanError(f"rep {i} needs either a distance or a duration", where="key distance_m")
        rests = _rests(self)
        hows = [rest.rest_how for rest in rests]
        race_m, paces = _races(_number(self.race_m, "race_m", *RACE_M), _paces(self.pace, self.reps))
        hammer = _hammer(self.hammer, self.reps)
        sets = _set_numbers(self.set_reps, self.reps)
        goal = _goal(self.goal)
        if goal is None:
            goal = _goal_of(paces)
            if goal is not None and len(set(paces)) == 1 and paces[0] is not None and paces[0].band is None:
                paces = [None] * self.reps
        if goal is not None and race_m is not None:
            goal = goal.over(race_m)
        self._set(
            race_m=race_m,
            goal=goal,
            hammer=hammer,
            distance_m=_as_one(distances),
            duration_s=_as_one(durations),
            rest_s=_as_one([rest.rest_s for rest in rests]),
            rest_m=_as_one([rest.rest_m for rest in rests]),
            rest_ratio=_as_one([rest.rest_ratio for rest in rests]) or nan,
            rest_how=hows[0] if len(set(hows)) == 1 else tuple(hows),
            set_reps=tuple(self.set_reps) if sets[-1] > 1 and self.set_reps is not None else None,
            pace=paces[0] if len(set(paces)) == 1 else tuple(paces),
        )
        for name, kind in (("name", str), ("about", str), ("source", str), ("rules", Rules)):
            if not isinstance(getattr(self, name), kind):
                raise PlanError(f"{name} must be {kind.__name__}, not {getattr(self, name)!r}", where=f"key {name}")
        steps = []
        for i in range(self.reps):
            rest = rests[i] if i + 1 < self.reps else Step(planned_rep=0)
            speed_mps, band = self._target(paces[i])
            steps.append(
                replace(
                    rest,
                    planned_rep=i + 1,
                    distance_m=distances[i],
                    duration_s=durations[i],
                    target_s=distances[i] / speed_mps,
                    target_pace_s_per_km=1000.0 / speed_mps,
                    band=band,
                    is_hammer=i + 1 in hammer,
                    set_number=sets[i],
                )
            )
        self._set(steps=tuple(steps))

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _target(self, pace: Pace | None) -> tuple[float, tuple[float, float] | None]:
        """Return the speed that a rep is to be run at, and its own band where it has one."""
        if pace is not None and isfinite(pace.fast_s_per_km):
            return 1000.0 / pace.middle_s_per_km, pace.band
        if self.goal is None:
            return nan, None
        return (self.goal if pace is None else self.goal.over(pace.race_m)).speed_mps, None

    def __repr__(self) -> str:
        goal = f", goal {self.goal.text}" if self.goal else ""
        return f"<Plan {self.title}{goal}>"

    def __str__(self) -> str:
        from .plans.writing import write_plan

        return write_plan(self)

    @classmethod
    def parse(cls, text: str) -> Plan:
        """Read a plan as runners write it; `str(plan)` writes it back.

        Parameters
        ----------
        text : str
            ``"8x400 r60"``, ``"16x400 r1:1 hammer 12,16"``, ``"5x3:00 r2:00"``, ``"10x1:00/1:00"``,
            ``"3x(4x400 r60) r4:00"``, ``"400-800-1200-800-400 r=rep"``, ``"6x800 r90 jog @ 4:10/km"``. The whole
            grammar is in docs/plans.md.

        Returns
        -------
        Plan
            With ``source == "given"``.

        Raises
        ------
        PlanError
            Pointing at the place that cannot be read, and saying what would be right.

        Examples
        --------
        >>> plan = Plan.parse("3x(4x400 r60) r4:00")
        >>> plan.reps, plan.set_reps, [step.rest_s for step in plan.steps[:5]]
        (12, (4, 4, 4), [60.0, 60.0, 60.0, 240.0, 60.0])
        """
        from .plans.notation import parse_plan

        return parse_plan(text)

    @classmethod
    def kastor(cls, goal: Goal | str | None = None, *, reps: int = KASTOR_REPS) -> Plan:
        """Return Kastor's session: 16 x 400 m, hammers on 12 and 16, rests 1:1.

        Parameters
        ----------
        goal : Goal or str or None
            ``"5k 20:00"``, ``"10k 42:00"``, ``"4:00/km"``, ``"6:26/mi"``, ``"1:36/400"``.
        reps : int
            Other than 16 makes a short form with hammers at round(0.75 reps) and reps.

        Returns
        -------
        Plan
            ``is_kastor``; every step 400 m.

        Raises
        ------
        GoalError, PlanError
            If the goal cannot be understood, or there cannot be so many reps.

        Examples
        --------
        >>> [step.planned_rep for step in Plan.kastor(reps=8).steps if step.is_hammer]
        [6, 8]
        """
        hammer = (round(0.75 * reps), reps) if reps >= 3 else (reps,)
        return cls(
            reps=reps, distance_m=KASTOR_DISTANCE_M, hammer=hammer, goal=_goal(goal),
            name=f"Kastor {reps} x 400 m", source="recipe", is_kastor=True,
        )  # fmt: skip

    @classmethod
    def load(cls, path: str | Path) -> Plan:
        """Read a plan: a recipe of the package by its name (``kastor plan list``), a TOML file, or a plan's text.

        Parameters
        ----------
        path : str or Path
            ``"kastor-5k"``, ``"mine.toml"``, or what `Plan.parse` reads.

        Returns
        -------
        Plan
            With ``source == "recipe"``, or ``"given"`` where it was written out.

        Raises
        ------
        PlanError
            Naming the file and the key.

        Examples
        --------
        >>> Plan.load("ladder").title
        'Ladder 400 to 1200 and back'
        """
        from .plans.recipes import load_recipe

        return load_recipe(path)

    def with_goal(self, goal: Goal | str | None) -> Plan:
        """Return the same plan for another goal; it replaces paces that were given as such.

        Returns
        -------
        Plan
            A copy.

        Raises
        ------
        GoalError
            If it cannot be understood.

        Examples
        --------
        >>> Plan.kastor().with_goal("5k 20:00").steps[0].target_s
        96.0
        """
        paces = self.pace if isinstance(self.pace, tuple) else (self.pace,) * self.reps
        races = tuple(None if pace is None or isfinite(pace.fast_s_per_km) else pace for pace in paces)
        return replace(self, goal=_goal(goal), pace=races)

    @property
    def title(self) -> str:
        """Its name, or what is to be run where it has none: ``8 x 800 m``, ``5 x 2:00``."""
        if self.name:
            return self.name
        kinds = [kind_name(step.distance_m, step.duration_s) for step in self.steps]
        return repeats_name(kinds, [step.set_number for step in self.steps])

    @property
    def is_inferred(self) -> bool:
        """Whether the plan was made from the repeats found, for want of a named one."""
        return self.source == "inferred"

    @property
    def band(self) -> tuple[float, float]:
        """The ratios of time to target that count as on pace: they depend on the goal."""
        if self.goal is None:
            return self.rules.band_no_goal
        return self.rules.band_10k if self.goal.is_10k else self.rules.band

    def band_of(self, step: Step | None) -> tuple[float, float]:
        """Return the ratios of time to target that count as on pace for one rep: its own, or the plan's.

        Returns
        -------
        tuple of float
            Ratios to the target: quickest, slowest.

        Examples
        --------
        >>> plan = Plan.kastor("5k 20:00")
        >>> plan.band_of(plan.steps[0])
        (0.97, 1.01)
        """
        return step.band if step is not None and step.band is not None else self.band

    def target_of(self, step: Step) -> float:
        """Return the time of a rep as it is to be run: a hammer's where its score is full; NaN without a target.

        Returns
        -------
        float
            Seconds; NaN without a goal.

        Examples
        --------
        >>> plan = Plan.kastor("5k 20:00")
        >>> plan.target_of(plan.steps[0])
        96.0
        """
        return step.target_s * (1.0 - self.hammer_gain[1]) if step.is_hammer else step.target_s

    def rest_after(self, step: Step) -> PlannedRest:
        """Return the rest after one rep as it can be told before the run, for the card and for the watch.

        A rest that is as long as its rep is known beforehand where the rep's time is; after a hammer it is not.

        Returns
        -------
        PlannedRest
            In seconds, metres, or as a ratio to the rep.

        Examples
        --------
        >>> plan = Plan.kastor("5k 20:00")
        >>> plan.rest_after(plan.steps[0])
        PlannedRest(seconds=96.0, metres=nan, ratio=nan, how='')
        """
        if not isfinite(step.rest_ratio):
            return PlannedRest(seconds=step.rest_s, metres=step.rest_m, ratio=nan, how=step.rest_how)
        own_s = step.duration_s if isfinite(step.duration_s) else self.target_of(step)
        known = isfinite(step.duration_s) or (isfinite(step.target_s) and not step.is_hammer)
        ratio = nan if known else step.rest_ratio
        return PlannedRest(seconds=step.rest_ratio * own_s, metres=nan, ratio=ratio, how=step.rest_how)

    @property
    def hammer_gain(self) -> tuple[float, float]:
        """The gains of a hammer rep at which its parts start and are full."""
        return self.rules.hammer_gain_10k if self.goal is not None and self.goal.is_10k else self.rules.hammer_gain

    def _repr_html_(self) -> str:
        from .render.notebook import plan_html

        return plan_html(self)


def _set_numbers(set_reps: Sequence[int] | None, reps: int) -> list[int]:
    if set_reps is None:
        return [1] * reps
    sizes = list(_iterable(set_reps, "set_reps"))
    if not all(isinstance(n, int) for n in sizes) or sum(sizes) != reps or min(sizes) < 1:
        raise PlanError(f"the sets {list(set_reps)} do not add up to {reps} reps", where="key set_reps")
    return [number for number, n in enumerate(set_reps, start=1) for _ in range(n)]


def _goal(goal: Goal | str | None) -> Goal | None:
    return goal if goal is None or isinstance(goal, Goal) else Goal.parse(goal)


def _goal_of(paces: Sequence[Pace | None]) -> Goal | None:
    """Return the goal that paces speak of, where they are given: the median rep's."""
    given = [pace for pace in paces if pace is not None and isfinite(pace.fast_s_per_km)]
    middles = sorted(pace.middle_s_per_km for pace in given)
    if not middles:
        return None
    ends = middles[0], middles[-1]
    if ends[0] == ends[1]:
        ends = given[0].fast_s_per_km, given[0].slow_s_per_km
    if ends[0] == ends[1]:
        return Goal.parse(f"{write_time(middles[0])}/km")
    first, last = (write_time(round(end)) for end in ends)
    return Goal(speed_mps=1000.0 / middles[len(middles) // 2], race_m=None, text=f"{first} to {last}/km")


def _hammer(value: Any, reps: int) -> tuple[int, ...]:
    try:
        hammer = tuple(sorted({int(h) for h in value}))
    except (TypeError, ValueError):
        raise PlanError(f"hammer must be reps like (12, 16), not {value!r}", where="key hammer") from None
    if hammer and not (hammer[0] >= 1 and hammer[-1] <= reps):
        raise PlanError(f"hammer reps {list(hammer)} are not all within 1 to {reps}", where="key hammer")
    return hammer


def _rests(plan: Plan) -> list[Step]:
    """Return the rest after every rep as a step without a rep; the last one's is the one before it again."""
    seconds = _per_rep(plan.rest_s, plan.reps, "rest_s", *REST_S)
    metres = _per_rep(plan.rest_m, plan.reps, "rest_m", *REST_M)
    ratios = _per_rep(plan.rest_ratio, plan.reps, "rest_ratio", *REST_RATIO)
    hows = [plan.rest_how] * plan.reps if isinstance(plan.rest_how, str) else list(plan.rest_how)
    if len(hows) != plan.reps or not set(hows) <= set(REST_HOW):
        raise PlanError(f"rest_how is one of {', '.join(REST_HOW[1:])}, not {plan.rest_how!r}", where="key rest_how")
    rests = []
    for i in range(plan.reps):
        if isfinite(seconds[i]) and isfinite(metres[i]):
            raise PlanError(f"the rest after rep {i + 1} has a time and a distance", where="key rest_m")
        ratio = nan if isfinite(seconds[i]) or isfinite(metres[i]) else ratios[i]
        rests.append(Step(planned_rep=0, rest_s=seconds[i], rest_m=metres[i], rest_ratio=ratio, rest_how=hows[i]))
    if len(rests) > 1:
        rests[-1] = rests[-2]
    return rests


def _paces(value: Any, reps: int) -> list[Pace | None]:
    paces = [value] * reps if value is None or isinstance(value, Pace) else list(_iterable(value, "pace"))
    if len(paces) != reps:
        raise PlanError(f"pace names {len(paces)} reps, the plan {reps}", where="key pace")
    for pace in paces:
        if pace is not None and not isinstance(pace, Pace):
            raise PlanError(f"a pace is a Pace, not {pace!r}", where="key pace")
    return paces


def _races(race_m: float, paces: list[Pace | None]) -> tuple[float | None, list[Pace | None]]:
    """Return the race of all reps, and the paces of reps that differ: each is said in one way."""
    if isfinite(race_m) and any(pace is not None for pace in paces):
        paces = [pace or Pace(race_m=race_m) for pace in paces]
        race_m = nan
    first = paces[0]
    if first is not None and isfinite(first.race_m) and all(pace == first for pace in paces):
        return first.race_m, [None] * len(paces)
    return (race_m if isfinite(race_m) else None), paces


def _as_one(values: Sequence[float]) -> float | tuple[float, ...] | None:
    """Return one number where all are equal, None where none is a number."""
    if not any(map(isfinite, values)):
        return None
    return values[0] if len(set(values)) == 1 else tuple(v if isfinite(v) else nan for v in values)


def _iterable(value: Any, key: str) -> Iterable[Any]:
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        raise PlanError(f"{key} must be a value or a sequence of them, not {value!r}", where=f"key {key}")
    return value


def _per_rep(value: Any, reps: int, key: str, low: float, high: float) -> list[float]:
    if value is None:
        return [nan] * reps
    values = list(value) if isinstance(value, Iterable) and not isinstance(value, str | bytes) else [value] * reps
    if len(values) != reps:
        raise PlanError(f"{key} names {len(values)} reps, the plan {reps}", where=f"key {key}")
    return [_number(v, key, low, high) for v in values]


def _number(value: Any, key: str, low: float, high: float) -> float:
    if value is None or (isinstance(value, float) and value != value):
        return nan
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise PlanError(f"{key} must be a number from {low:g} to {high:g}, not {value!r}", where=f"key {key}")
    return float(value)


def check_plan(plan: object) -> None:
    """Refuse what is neither a plan nor None.

    Raises
    ------
    PlanError
        If it is a name, say, of one that has yet to be read.
    """
    if plan is not None and not isinstance(plan, Plan):
        hint = "Read it first: Plan.load(name)" if isinstance(plan, str) else "Make one: Plan(reps=8, distance_m=800)"
        raise PlanError(f"the plan {plan!r} is none", hint=hint)
