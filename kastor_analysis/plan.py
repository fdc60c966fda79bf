"""`Plan`: what was to be run, rep by rep, and the rules it is scored by. Frozen, keyword-only data.

A plan expands to `Plan.steps`, one `Step` a rep, so that sets, ladders and timed reps are all the same to the code
that follows. The numbers of the score are `Rules`, data as well: another recipe needs no code.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite, isnan, nan
from pathlib import Path
from typing import Any

from .errors import PlanError
from .goal import Goal
from .naming import kind_name, repeats_name
from .rules import Rules

KASTOR_REPS = 16
KASTOR_DISTANCE_M = 400.0
MOST_REPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One planned rep and the rest that is to follow it.

    Exactly one of `distance_m` and `duration_s` is a number, the other NaN. `target_s` is NaN without a goal (and for
    a timed rep). The rest is `rest_s` where that is a number, else `rest_ratio` times the rep's own time; both NaN:
    no rest is asked for (the last rep).
    """

    planned_rep: int
    distance_m: float = nan
    duration_s: float = nan
    target_s: float = nan
    is_hammer: bool = False
    rest_ratio: float = nan
    rest_s: float = nan
    set_number: int = 1


@dataclass(frozen=True, kw_only=True)
class Plan:
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
    rest_ratio : float
        Rest / time of its own rep. Ignored where `rest_s` is given; NaN where no rest is asked for.
    rest_s : float or sequence of float, optional
        A fixed rest, NaN in the sequence where `rest_ratio` holds.
    set_reps : sequence of int, optional
        How many reps each set holds; default one set.
    race_m : float, optional
        The race the session is run at the pace of; a goal over another race is converted to it (`Goal.over`).
    goal : Goal or str or None
        What the regular reps are to be run at.
    name : str
        For the report's head; default: what is to be run.
    about : str
        A sentence on what the session is for.
    source : str
        ``"given"``, ``"recipe"`` or ``"inferred"`` (from the repeats found).
    rules : Rules
        The numbers of the score.

    Raises
    ------
    PlanError
        Naming the key that is wrong.
    """

    reps: int
    distance_m: float | tuple[float, ...] | None = None
    duration_s: float | tuple[float, ...] | None = None
    hammer: tuple[int, ...] = ()
    rest_ratio: float = 1.0
    rest_s: float | tuple[float, ...] | None = None
    set_reps: tuple[int, ...] | None = None
    race_m: float | None = None
    goal: Goal | None = None
    name: str = ""
    about: str = ""
    source: str = "given"
    is_kastor: bool = False
    rules: Rules = field(default_factory=Rules)
    steps: tuple[Step, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "goal", _goal(self.goal))
        if self.goal is not None and self.race_m is not None:
            object.__setattr__(self, "goal", self.goal.over(self.race_m))
        if not isinstance(self.reps, int) or isinstance(self.reps, bool) or not 1 <= self.reps <= MOST_REPS:
            raise PlanError(f"reps must be a whole number from 1 to {MOST_REPS}, not {self.reps!r}", where="key reps")
        if self.distance_m is None and self.duration_s is None:
            object.__setattr__(self, "distance_m", KASTOR_DISTANCE_M)
        distances = _per_rep(self.distance_m, self.reps, "distance_m", 20.0, 50_000.0)
        durations = _per_rep(self.duration_s, self.reps, "duration_s", 3.0, 3 * 3600.0)
        rests = _per_rep(self.rest_s, self.reps, "rest_s", 0.0, 3600.0)
        for i, (distance, duration) in enumerate(zip(distances, durations, strict=True), start=1):
            if isfinite(distance) == isfinite(duration):
                raise PlanError(f"rep {i} needs either a distance or a duration", where="key distance_m")
        try:
            hammer = tuple(sorted({int(h) for h in self.hammer}))
        except (TypeError, ValueError):
            raise PlanError(f"hammer must be reps like (12, 16), not {self.hammer!r}", where="key hammer") from None
        if hammer and not (hammer[0] >= 1 and hammer[-1] <= self.reps):
            raise PlanError(f"hammer reps {list(hammer)} are not all within 1 to {self.reps}", where="key hammer")
        if isnan(self.rest_ratio):
            rest_ratio = nan
        elif 0 < self.rest_ratio <= 20:
            rest_ratio = float(self.rest_ratio)
        else:
            raise PlanError(f"rest_ratio must be from 0 to 20, not {self.rest_ratio!r}", where="key rest_ratio")
        sets = _set_numbers(self.set_reps, self.reps)
        object.__setattr__(self, "hammer", hammer)
        steps = []
        for i in range(self.reps):
            last = i == self.reps - 1
            fixed = isfinite(rests[i])
            steps.append(
                Step(
                    planned_rep=i + 1,
                    distance_m=distances[i],
                    duration_s=durations[i],
                    target_s=self.goal.time_s(distances[i]) if self.goal else nan,
                    is_hammer=i + 1 in hammer,
                    rest_ratio=nan if last or fixed else rest_ratio,
                    rest_s=nan if last else rests[i],
                    set_number=sets[i],
                )
            )
        object.__setattr__(self, "steps", tuple(steps))

    def __repr__(self) -> str:
        goal = f", goal {self.goal.text}" if self.goal else ""
        return f"<Plan {self.title}{goal}>"

    @classmethod
    def kastor(cls, goal: Goal | str | None = None, *, reps: int = KASTOR_REPS) -> Plan:
        """Return Kastor's session: 16 x 400 m, hammers on 12 and 16, rests 1:1.

        Parameters
        ----------
        goal : Goal or str or None
            ``"5k 20:00"``, ``"10k 42:00"``, ``"4:00/km"``, ``"6:26/mi"``, ``"1:36/400"``.
        reps : int
            Other than 16 makes a short form with hammers at round(0.75 reps) and reps.

        Raises
        ------
        GoalError, PlanError
            If the goal cannot be understood, or there cannot be so many reps.
        """
        hammer = (round(0.75 * reps), reps) if reps >= 3 else (reps,)
        name = f"Kastor {reps} x 400 m"
        return cls(
            reps=reps,
            distance_m=KASTOR_DISTANCE_M,
            hammer=hammer,
            goal=_goal(goal),
            name=name,
            source="recipe",
            is_kastor=True,
        )

    @classmethod
    def load(cls, path: str | Path) -> Plan:
        """Read a recipe: one of the package's by its name (``kastor plan list``), or a TOML file.

        Raises
        ------
        PlanError
            Naming the file and the key.
        """
        from .recipes import load_recipe

        return load_recipe(path)

    def with_goal(self, goal: Goal | str | None) -> Plan:
        """Return the same plan for another goal.

        Raises
        ------
        GoalError
            If it cannot be understood.
        """
        return replace(self, goal=_goal(goal))

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

    @property
    def hammer_gain(self) -> tuple[float, float]:
        """The gains of a hammer rep at which its parts start and are full."""
        is_10k = self.goal is not None and self.goal.is_10k
        return self.rules.hammer_gain_10k if is_10k else self.rules.hammer_gain

    def _repr_html_(self) -> str:
        from .render.notebook import plan_html

        return plan_html(self)


def _set_numbers(set_reps: Sequence[int] | None, reps: int) -> list[int]:
    if set_reps is None:
        return [1] * reps
    if sum(set_reps) != reps or min(set_reps) < 1:
        raise PlanError(f"the sets {list(set_reps)} do not add up to {reps} reps", where="key set_reps")
    return [number for number, n in enumerate(set_reps, start=1) for _ in range(n)]


def _goal(goal: Goal | str | None) -> Goal | None:
    return goal if goal is None or isinstance(goal, Goal) else Goal.parse(goal)


def _per_rep(value: Any, reps: int, key: str, low: float, high: float) -> list[float]:
    if value is None:
        return [nan] * reps
    values: Sequence[Any] = list(value) if isinstance(value, Iterable) else [value] * reps
    if len(values) != reps:
        raise PlanError(f"{key} names {len(values)} reps, the plan {reps}", where=f"key {key}")
    numbers = []
    for v in values:
        if v is None or (isinstance(v, float) and v != v):
            numbers.append(nan)
            continue
        if not isinstance(v, int | float) or isinstance(v, bool) or not low <= v <= high:
            raise PlanError(f"{key} must be a number from {low:g} to {high:g}, not {v!r}", where=f"key {key}")
        numbers.append(float(v))
    return numbers


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
