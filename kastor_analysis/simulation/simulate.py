"""`simulate`: a scenario and a seed -> the recording and the truth beside it.

The truth is physical: a rep starts when the runner sets off from the line and ends when they reach its distance (in
sessions led by the watch: when the watch ends it). What the thumb made of it stands apart, in `Simulated.presses_s`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..activity import Activity
from ..segments import Kind, RepStatus
from .places import Oval, Road
from .runner import Movement, distance_of, move_runner
from .scenario import Scenario
from .watch import Boundary, distance_scale, record

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueSegment:
    """What the runner truly did from `start_s` to `end_s` (elapsed clock)."""

    kind: Kind
    start_s: float
    end_s: float
    distance_m: float
    run_rep: int | None = None
    planned_rep: int | None = None
    status: RepStatus | None = None
    is_hammer: bool = False

    @property
    def duration_s(self) -> float:
        """Seconds from start to end."""
        return self.end_s - self.start_s


@dataclass(frozen=True, eq=False, kw_only=True)
class Simulated:
    """A recording and its truth.

    Attributes
    ----------
    activity : Activity
        What the watch recorded.
    segments : tuple of TrueSegment
        Everything the runner did, in order, without gap.
    presses_s : ndarray
        Lap boundaries as recorded (missed ones are not there, automatic ones neither).
    movement : Movement
        True speed and place on a fine grid.
    place : Oval or Road
        Where it was.
    scenario, seed
        What it was made from.
    """

    activity: Activity
    segments: tuple[TrueSegment, ...]
    presses_s: FloatArray
    movement: Movement
    place: Oval | Road
    scenario: Scenario
    seed: int

    @property
    def reps(self) -> tuple[TrueSegment, ...]:
        """The reps, aborted and double ones included."""
        return tuple(segment for segment in self.segments if segment.kind == "rep")

    @property
    def rep_spans(self) -> FloatArray:
        """Start and end of every rep, shape (n, 2)."""
        return np.array([(rep.start_s, rep.end_s) for rep in self.reps]).reshape(-1, 2)


def simulate(scenario: Scenario, seed: int = 0) -> Simulated:
    """Return one recording of a scenario; the same seed gives the same recording.

    Parameters
    ----------
    scenario : Scenario
        See `catalogue` for ready ones.
    seed : int
        Another seed is another day: other errors of the watch, other presses, other swerves.
    """
    rng = np.random.default_rng([seed, zlib.crc32(scenario.name.encode())])
    place: Oval | Road
    if scenario.place == "track":
        place = Oval(heading_rad=float(rng.uniform(0.0, np.pi)))
    else:
        place = Road(rng, hills=scenario.place == "hills")
    duration_s = sum(move.duration_s for move in scenario.moves)
    scale = distance_scale(scenario, duration_s + 5.0, rng)
    movement = move_runner(scenario, place, scale, rng)
    boundaries, pauses = _presses(scenario, movement, rng)
    activity = record(scenario, movement, place, scale, boundaries, pauses, rng)
    return Simulated(
        activity=activity,
        segments=_truth(movement),
        presses_s=np.array([b.at_s for b in boundaries]),
        movement=movement,
        place=place,
        scenario=scenario,
        seed=seed,
    )


def _truth(movement: Movement) -> tuple[TrueSegment, ...]:
    segments = []
    run_rep = 0
    for move, start_s, end_s in movement.spans:
        is_rep = move.kind == "rep"
        run_rep += is_rep
        segments.append(
            TrueSegment(
                kind=move.kind,
                start_s=start_s,
                end_s=end_s,
                distance_m=distance_of(movement, start_s, end_s),
                run_rep=run_rep if is_rep or (move.kind == "recovery" and run_rep) else None,
                planned_rep=move.planned_rep,
                status=move.status if is_rep else None,
                is_hammer=move.is_hammer,
            )
        )
    return tuple(segments)


def _presses(
    scenario: Scenario, movement: Movement, rng: np.random.Generator
) -> tuple[list[Boundary], list[tuple[float, float]]]:
    """Return lap boundaries and pauses as the runner's habit has them."""
    habit = scenario.presses
    last_s = float(movement.time_s[-1])
    boundaries: list[Boundary] = []
    pauses: list[tuple[float, float]] = []
    pressed = 0.0
    for i, (move, start_s, end_s) in enumerate(movement.spans):
        before = movement.spans[i - 1][0] if i else None
        by_watch = habit.by_watch
        if move.kind == "rep":
            late_s = -scenario.runner.reaction_s if by_watch else rng.normal(habit.start_bias_s, habit.scatter_s)
            trigger = "time" if by_watch and before is not None and before.kind == "recovery" else "manual"
            intensity = "active"
        elif before is not None and before.kind == "rep":
            late_s = 0.0 if by_watch else rng.normal(habit.end_bias_s, habit.scatter_s)
            trigger = {"odometer": "distance", "timer": "time"}.get(habit.ending, "manual")
            intensity = "cooldown" if move.kind == "cooldown" else "rest"
        elif move.pressed:
            late_s, trigger, intensity = rng.normal(0.5, 1.0), "manual", "active"
        else:
            continue
        if habit.late and not by_watch and rng.random() < habit.late:
            late_s += rng.exponential(habit.late_s)
        at_s = float(np.clip(start_s + late_s, pressed + 0.5, last_s - 0.5))
        if move.pause:
            # The watch is stopped at the finish and started again before the next move; the lap key is pressed then.
            resume_s = end_s - rng.uniform(0.2, 2.0)
            if resume_s - at_s > 3.0:
                pauses.append((at_s, resume_s))
                pressed = resume_s
            continue
        pressed = at_s
        if habit.ending == "none" or rng.random() < habit.missed:
            continue
        boundaries.append(
            Boundary(at_s=at_s, trigger=trigger, intensity=intensity if habit.marks_rests or by_watch else None)
        )
        if rng.random() < habit.doubled:
            pressed = at_s + rng.uniform(0.6, 2.5)
            boundaries.append(Boundary(at_s=pressed, trigger="manual", intensity=boundaries[-1].intensity))
    return boundaries, pauses
