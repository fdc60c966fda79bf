"""Scripts: the moves of an interval session, of Kastor's session, and of runs that are none.

Each function returns a tuple of `Move` for `Scenario.moves`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np

from .scenario import Manner, Move

KASTOR_HAMMERS = (12, 16)  # the article's


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What surrounds the main set; 0 leaves a part out."""

    warmup_s: float = 720.0
    warmup_mps: float = 2.8
    stretch_s: float = 240.0
    drills: int = 6
    strides: int = 2
    cooldown_s: float = 660.0


def interval_session(
    reps: Sequence[tuple[float, float]],
    rests_s: Sequence[float] | float,
    *,
    recovery: Manner = "walk",
    recovery_m: float = nan,
    paused: bool = False,
    hammers: Sequence[int] = (),
    aborted: Sequence[int] = (),
    planned: Sequence[int] | None = None,
    set_rests: dict[int, float] | None = None,
    around: Around = Around(),
) -> tuple[Move, ...]:
    """Return the moves of an interval session.

    Parameters
    ----------
    reps : sequence of (distance_m, time_s)
        As run.
    rests_s : float or sequence of float
        Elapsed rest after each rep but the last.
    recovery, recovery_m, paused
        Standing, walking or jogging; the distance of a jog; whether the watch is stopped in the rests.
    hammers, aborted : sequence of int
        Reps (as run, from 1) run all out, or broken off after 40 % of the distance.
    planned : sequence of int, optional
        The planned number of each rep as run.
    set_rests : dict, optional
        Rests that replace the usual one after a rep, standing.
    around : Around
        Warm-up, drills, strides, cool-down.
    """
    moves: list[Move] = []
    if around.warmup_s:
        moves.append(Move(kind="warmup", duration_s=around.warmup_s, speed_mps=around.warmup_mps))
    if around.stretch_s:
        moves.append(Move(kind="other", manner="stand", duration_s=around.stretch_s))
    for _ in range(around.drills):
        moves.append(Move(kind="drills", duration_s=14.0, speed_mps=2.1))
        moves.append(Move(kind="drills", manner="walk", duration_s=26.0))
    for _ in range(around.strides):
        moves.append(Move(kind="stride", distance_m=85.0, duration_s=17.0))
        moves.append(Move(kind="other", manner="walk", duration_s=55.0))
    rests = [float(rests_s)] * len(reps) if isinstance(rests_s, int | float) else list(rests_s)
    for i, (distance_m, time_s) in enumerate(reps, start=1):
        broken = i in aborted
        moves.append(
            Move(
                kind="rep",
                distance_m=0.4 * distance_m if broken else distance_m,
                duration_s=0.4 * time_s if broken else time_s,
                status="aborted" if broken else "run",
                is_hammer=i in hammers,
                planned_rep=planned[i - 1] if planned else i,
            )
        )
        if i == len(reps):
            break
        special = (set_rests or {}).get(i)
        moves.append(
            Move(
                kind="recovery",
                manner="stand" if special else recovery,
                duration_s=special or rests[i - 1],
                distance_m=nan if special else recovery_m,
                speed_mps=2.1 if recovery == "jog" and not np.isfinite(recovery_m) else nan,
                pause=paused,
            )
        )
    if around.cooldown_s:
        moves.append(Move(kind="recovery", manner="walk", duration_s=75.0))
        moves.append(Move(kind="cooldown", duration_s=around.cooldown_s, speed_mps=2.5, pressed=True))
        moves.append(Move(kind="other", manner="walk", duration_s=40.0))
    else:
        moves.append(Move(kind="other", manner="walk", duration_s=12.0))
    return tuple(moves)


def kastor_session(
    times_s: Sequence[float],
    *,
    rest_ratio: float = 1.0,
    rests_s: dict[int, float] | None = None,
    skipped: Sequence[int] = (),
    recovery: Manner = "walk",
    around: Around = Around(),
) -> tuple[Move, ...]:
    """Return Kastor's session: 400 m reps in `times_s`, each rest as long as its rep.

    Parameters
    ----------
    times_s : sequence of float
        Time of every planned rep.
    rest_ratio : float
        Rest over the time of its own rep.
    rests_s : dict, optional
        Planned rep -> a rest of its own.
    skipped : sequence of int
        Planned reps that were not run; the rest before goes on into theirs.
    recovery : str
        ``walk``, ``stand`` or ``jog``.
    around : Around
        Warm-up, drills, strides, cool-down.
    """
    reps: list[tuple[float, float]] = []
    rests: list[float] = []
    planned: list[int] = []
    for number, time_s in enumerate(times_s, start=1):
        if number in skipped:
            if rests:
                rests[-1] += time_s * (1.0 + rest_ratio)
            continue
        reps.append((400.0, time_s))
        rests.append((rests_s or {}).get(number, rest_ratio * time_s))
        planned.append(number)
    hammers = [i for i, number in enumerate(planned, start=1) if number in KASTOR_HAMMERS]
    return interval_session(
        reps,
        rests,
        recovery=recovery,
        recovery_m=200.0 if recovery == "jog" else nan,
        hammers=hammers,
        planned=planned,
        around=around,
    )


def road_run(
    duration_s: float,
    speed_mps: float,
    *,
    stops: int = 0,
    stops_paused: bool = False,
    surges: Sequence[tuple[float, float]] = (),
    finish_mps: float = nan,
    seed: int = 0,
) -> tuple[Move, ...]:
    """Return a run that is no interval session.

    Parameters
    ----------
    duration_s, speed_mps : float
        Of the running.
    stops : int
        Traffic lights, 10 to 60 s each, at random.
    stops_paused : bool
        Whether the watch is stopped at them.
    surges : sequence of (duration_s, speed_mps)
        Faster parts, at random places: a fartlek.
    finish_mps : float
        Speed of the last fifth: a progression.
    seed : int
        Of the places.
    """
    rng = np.random.default_rng(seed)
    parts = stops + len(surges) + 1
    cuts = np.sort(rng.uniform(0.05, 0.95, parts - 1)) * duration_s
    lengths = np.maximum(np.diff(np.concatenate([[0.0], cuts, [duration_s]])), 15.0)
    between: list[Move] = [
        Move(kind="other", manner="stand", duration_s=float(rng.uniform(10.0, 60.0)), pause=stops_paused)
        for _ in range(stops)
    ]
    between += [Move(kind="other", duration_s=seconds, speed_mps=speed) for seconds, speed in surges]
    order = rng.permutation(len(between))
    moves: list[Move] = []
    for i, length in enumerate(lengths):
        moves.append(Move(kind="other", duration_s=float(length), speed_mps=speed_mps))
        if i < len(between):
            moves.append(between[order[i]])
    if np.isfinite(finish_mps):
        moves.append(Move(kind="other", duration_s=duration_s / 5, speed_mps=finish_mps))
    return tuple(moves)


def hill_run(duration_s: float, speed_mps: float) -> tuple[Move, ...]:
    """Return one long move; `Scenario.place` ``"hills"`` makes it slow uphill and quick downhill."""
    return (Move(kind="other", duration_s=duration_s, speed_mps=speed_mps),)
