"""The runner: a script of moves -> where they truly were at every tenth of a second.

Speed rises towards cruising exponentially, with `Runner.accelerate_s`, and falls evenly to a walk or jog within
`Runner.brake_s` from where the runner lets go, a little before the line or past it: half speed comes about a second
after the start and some 3 s after the finish, as was measured. After a walk the runner strolls up to the line without
a stop, after a standing rest they stand there; either sets off a little before it. A rep covers exactly its distance
from line to line in exactly its time, so that truth is exact. Speed is signed along the line: walking back is negative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .places import Oval, Road
from .scenario import Move, Runner, Scenario

FloatArray = NDArray[np.float64]
STEP_S = 0.1  # a tenth of the time between two samples
WALK_MPS = 1.25
_RUN_UP_S = 3.0
_STROLL_S = (2.0, 6.0)
_TURN_S = 1.0
"""A walker goes back past the line, turns about, and strolls up to it."""
_ASIDE_M = {"warmup": 3.4, "cooldown": 3.4, "drills": 5.0, "recovery": 2.0, "stride": 1.2, "rep": 0.0, "other": 2.4}
"""How far outside the running line one moves: a lane or several, so that whoever runs fast has the first."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Movement:
    """The truth on a fine grid, and the span of every move.

    `spans` holds (move, start_s, end_s); arrays have one entry a grid instant.
    """

    time_s: FloatArray
    speed_mps: FloatArray
    along_m: FloatArray
    aside_m: FloatArray
    altitude_m: FloatArray
    spans: tuple[tuple[Move, float, float], ...]


@dataclass(frozen=True, slots=True)
class LettingGo:
    """How speed is given up about a finish: evenly within `brake_s`, from `hold_s` past the line on (or before it)."""

    hold_s: float = 0.0
    brake_s: float = 1.0

    def kept(self, past_line_s: FloatArray | float) -> FloatArray:
        """Return the share kept of the speed that is to be lost."""
        return np.asarray(1.0 - np.clip((past_line_s - self.hold_s) / self.brake_s, 0.0, 1.0))


def drift(
    rng: np.random.Generator, duration_s: float, memory_s: float, sd: float
) -> Callable[[FloatArray], FloatArray]:
    """Return a random function of time with standard deviation `sd` that forgets itself within `memory_s`."""
    spacing = min(1.0, memory_s / 8.0)
    n = int(duration_s / spacing) + 3
    keep = float(np.exp(-spacing / memory_s))
    shocks = rng.normal(0.0, sd * np.sqrt(1.0 - keep * keep), n)
    values = np.empty(n)
    level = float(rng.normal(0.0, sd))
    for i in range(n):
        level = keep * level + shocks[i]
        values[i] = level
    knots = spacing * np.arange(n)

    def level_at(time_s: FloatArray) -> FloatArray:
        found: FloatArray = np.interp(time_s, knots, values)
        return found

    return level_at


def move_runner(
    scenario: Scenario, place: Oval | Road, scale: Callable[[FloatArray], FloatArray], rng: np.random.Generator
) -> Movement:
    """Return the movement of a scenario.

    Parameters
    ----------
    scenario : Scenario
        What is done.
    place : Oval or Road
        Where; hills slow the runner.
    scale : callable
        Device metres a true metre at a time: a rep ended by the watch is over when the device says so.
    rng : Generator
        The randomness.
    """
    runner = scenario.runner
    times: list[FloatArray] = [np.zeros(1)]
    speeds: list[FloatArray] = [np.zeros(1)]
    asides: list[FloatArray] = [np.full(1, 2.0)]
    spans: list[tuple[Move, float, float]] = []
    now, v, along = 0.0, 0.0, 0.0
    going = LettingGo(0.0, runner.brake_s)
    by_watch = scenario.presses.by_watch
    for i, move in enumerate(scenario.moves):
        following = scenario.moves[i + 1] if i + 1 < len(scenario.moves) else None
        n = max(2, int(np.ceil(move.duration_s / STEP_S)))
        dt = move.duration_s / n
        middle: FloatArray = dt * (np.arange(n, dtype=np.float64) + 0.5)
        if move.kind in ("rep", "stride"):
            by_distance = scenario.presses.ending == "odometer" and move.kind == "rep"
            weight = scale(now + middle) if by_distance else np.ones(n)
            going = _letting_go(move, following, runner, by_watch, rng)
            speed = _fast(move, runner, v, middle, dt, weight, rng)
            speed = speed + _eased(move, following, going, speed, middle, weight)
            v = float(speed[-1] / _share(move, following, going, 0.0))
        elif move.manner in ("stand", "walk"):
            sets_off = following is not None and following.kind == "rep" and not by_watch
            line_mps = following.distance_m / following.duration_s if following is not None and sets_off else 0.0
            speed = _rest(move, runner, v, middle, dt, going, line_mps, rng)
        elif move.manner == "jog":
            speed = _jog(move, v, middle, going)
        else:
            speed = _easy(move, v, middle, along, place, rng)
        times.append(middle + (now + dt / 2))
        speeds.append(speed)
        asides.append(np.full(n, _ASIDE_M[move.kind] + (0.0 if move.kind == "rep" else rng.normal(0.0, 0.8))))
        spans.append((move, now, now + move.duration_s))
        now += move.duration_s
        if move.kind not in ("rep", "stride"):
            v, going = float(speed[-1]), LettingGo(0.0, runner.brake_s)
        along += float(speed.sum() * dt)
    time_s, speed_mps = np.concatenate(times), np.concatenate(speeds)
    along_m = np.cumsum(speed_mps * np.diff(time_s, prepend=0.0))
    width = int(4.0 / STEP_S)
    aside_m = np.convolve(np.pad(np.concatenate(asides), (width, 0), mode="edge"), np.ones(width) / width, "full")
    aside_m = aside_m[width : width + time_s.size] + drift(rng, now, 6.0, 0.12)(time_s)
    return Movement(
        time_s=time_s,
        speed_mps=speed_mps,
        along_m=along_m,
        aside_m=aside_m,
        altitude_m=place.altitude(along_m),
        spans=tuple(spans),
    )


def _letting_go(move: Move, rest: Move | None, runner: Runner, by_watch: bool, rng: np.random.Generator) -> LettingGo:
    """Return how the runner lets go of one rep; led by the watch they run on until its beep has sunk in.

    They slow down as quickly whatever comes: to a jog in less time than to a walk.
    """
    hold_s = float(rng.normal(runner.hold_s, runner.hold_spread_s))
    brake_s = runner.brake_s * float(np.exp(rng.normal(0.0, runner.brake_spread)))
    hold_s -= runner.eases_earlier * (brake_s - runner.brake_s)
    rep_mps = move.distance_m / move.duration_s
    brake_s *= float(np.clip((rep_mps - _rest_mps(rest)) / max(rep_mps - WALK_MPS, 0.1), 0.2, 1.0))
    return LettingGo(runner.reaction_s if by_watch else hold_s, brake_s)


def _fast(
    move: Move, runner: Runner, v0: float, t: FloatArray, dt: float, weight: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Return the speed of a rep or stride: exact distance in exact time, `weight` device metres a true metre."""
    rise = 1.0 - np.exp(-t / runner.accelerate_s)
    shape = 1.0 + runner.fast_start * np.exp(-t / runner.fast_start_s)
    shape = shape + drift(rng, move.duration_s, 8.0, runner.wobble)(t)
    left_m = move.distance_m - float((v0 * (1.0 - rise) * weight).sum() * dt)
    cruise = left_m / float((shape * rise * weight).sum() * dt)
    return v0 * (1.0 - rise) + cruise * shape * rise


def _rest_mps(rest: Move | None) -> float:
    """Return the speed that a rep is slowed down to."""
    if rest is None or rest.manner != "jog":
        return WALK_MPS
    return rest.speed_mps if np.isfinite(rest.speed_mps) else rest.distance_m / rest.duration_s


def _share(move: Move, rest: Move | None, going: LettingGo, past_line_s: FloatArray | float) -> FloatArray:
    """Return the share of a rep's speed that is kept about its finish."""
    lost = max(0.0, 1.0 - _rest_mps(rest) * move.duration_s / move.distance_m)
    return np.asarray(1.0 - lost * (1.0 - going.kept(past_line_s)))


def _eased(
    move: Move, rest: Move | None, going: LettingGo, speed: FloatArray, t: FloatArray, weight: FloatArray
) -> FloatArray:
    """Return what easing off before the line takes from the speed of a rep, and gives to the rest of it."""
    share = _share(move, rest, going, t - move.duration_s)
    whole = float((speed * weight).sum())
    return np.asarray(speed * (share * whole / float((speed * share * weight).sum()) - 1.0))


def _rest(
    move: Move,
    runner: Runner,
    v0: float,
    t: FloatArray,
    dt: float,
    going: LettingGo,
    line_mps: float,
    rng: np.random.Generator,
) -> FloatArray:
    """Return the speed of a standing or walking rest that leads back to where it began, where there is time for it.

    A rep at `line_mps` follows: the runner sets off before the line and crosses it running.
    """
    settle_s = min(max(going.hold_s, 0.0) + going.brake_s + 2.0, 0.5 * move.duration_s)
    left = going.kept(t)
    speed = v0 * left + WALK_MPS * (1.0 - left) * (t < settle_s)
    run_up_s = runner.run_up_s * float(rng.uniform(0.5, 1.5))
    since_s = np.clip(t - (move.duration_s - run_up_s), 0.0, None)
    speed = speed + line_mps * (1.0 - np.exp(-since_s / runner.accelerate_s))
    stroll_s = rng.uniform(*_STROLL_S) if move.manner == "walk" and line_mps else 0.0
    free_s = move.duration_s - settle_s - (_TURN_S + stroll_s if stroll_s else 4.0)
    ahead_m = float(speed.sum() * dt) + WALK_MPS * stroll_s
    if free_s <= 2.0:
        return speed
    back_s = min(free_s, ahead_m / WALK_MPS)
    if move.manner == "walk":
        out_s = max(0.0, (free_s - back_s) / 2)
        back_s += out_s
        walking = np.where((t > settle_s) & (t <= settle_s + out_s), WALK_MPS, 0.0)
        begin_s = settle_s + out_s
    else:
        walking = np.zeros(t.size)
        begin_s = settle_s + rng.uniform(0.2, 1.0) * (free_s - back_s)
    pace = (ahead_m + float(walking.sum() * dt)) / back_s if back_s > 0 else 0.0
    walking = walking - np.where((t > begin_s) & (t <= begin_s + back_s), min(pace, 1.9), 0.0)
    walking = walking + np.where(t > move.duration_s - stroll_s, WALK_MPS, 0.0)
    taps = 2 * max(1, int(0.5 / dt)) + 1
    smooth = np.convolve(np.pad(walking, taps // 2, mode="edge"), np.ones(taps) / taps, mode="valid")
    return np.asarray(speed + smooth)


def _jog(move: Move, v0: float, t: FloatArray, going: LettingGo) -> FloatArray:
    left = going.kept(t)
    if np.isfinite(move.distance_m):
        fading_s = max(0.0, going.hold_s + going.brake_s / 2)
        jog_mps = max(0.0, (move.distance_m - v0 * fading_s) / max(move.duration_s - fading_s, 1.0))
    else:
        jog_mps = move.speed_mps
    speed: FloatArray = jog_mps + (v0 - jog_mps) * left
    return speed


def _easy(
    move: Move, v0: float, t: FloatArray, along_m: float, place: Oval | Road, rng: np.random.Generator
) -> FloatArray:
    speed = move.speed_mps * (1.0 + drift(rng, move.duration_s, 40.0, 0.03)(t))
    if isinstance(place, Road):
        knots = np.arange(0.0, move.duration_s + 10.0, 5.0)
        grades = np.array([place.grade(along_m + move.speed_mps * knot) for knot in knots])
        speed = speed * np.clip(1.0 - 3.0 * np.interp(t, knots, grades), 0.55, 1.2)
    rise = 1.0 - np.exp(-t / _RUN_UP_S)
    eased: FloatArray = v0 * (1.0 - rise) + speed * rise
    return eased


def distance_of(movement: Movement, start_s: float, end_s: float) -> float:
    """Return the true distance run between two instants, back and forth alike."""
    run_m = np.cumsum(np.abs(movement.speed_mps) * np.diff(movement.time_s, prepend=0.0))
    at = np.interp([start_s, end_s], movement.time_s, run_m)
    return float(at[1] - at[0])
