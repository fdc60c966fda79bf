"""The faults: each takes a sound draft and a generator of random numbers, and returns the draft with one thing wrong.

Moments and sizes are drawn, so that nothing fits one file alone; what is to be said of each stands in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from .drafts import T0, Draft, Lap, Shape, draft

Rng = np.random.Generator


def _at(made: Draft, moment: float) -> float:
    """Return the instant at a share of the recording."""
    time_s = made.columns["time_s"]
    return float(time_s[0] + moment * (time_s[-1] - time_s[0]))


def stands_still(made: Draft, shape: Shape, rng: Rng) -> Draft:
    from_s = _at(made, rng.uniform(0.1, 0.7))
    time_s, run_m = made.columns["time_s"], made.columns["distance_m"]
    return made.with_columns(distance_m=np.minimum(run_m, np.interp(from_s, time_s, run_m)))


def stands_still_for_a_while(made: Draft, shape: Shape, rng: Rng) -> Draft:
    from_s = T0 + shape.rep_start_s(2) + rng.uniform(-30.0, 5.0)
    to_s = from_s + shape.rep_s + rng.uniform(60.0, 200.0)
    time_s, run_m = made.columns["time_s"], made.columns["distance_m"]
    lost_m = np.interp(np.clip(time_s, from_s, to_s), time_s, run_m) - np.interp(from_s, time_s, run_m)
    return made.with_columns(distance_m=run_m - lost_m)


def goes_missing(made: Draft, shape: Shape, rng: Rng) -> Draft:
    known = made.columns["time_s"] < _at(made, rng.uniform(0.25, 0.8))
    return made.with_columns(distance_m=np.where(known, made.columns["distance_m"], np.nan))


def counted_in(factor: float) -> Fault:
    def fault(made: Draft, shape: Shape, rng: Rng) -> Draft:
        laps = [replace(lap, distance_m=lap.distance_m * factor) for lap in made.laps]
        return replace(made.with_columns(distance_m=factor * made.columns["distance_m"]), laps=laps)

    return fault


def samples_in(factor: float) -> Fault:
    return lambda made, shape, rng: made.with_columns(distance_m=factor * made.columns["distance_m"])


def missing_at_first(made: Draft, shape: Shape, rng: Rng) -> Draft:
    """From within a rep on there is a distance."""
    known = made.columns["time_s"] > T0 + shape.rep_start_s(shape.reps - 1) + rng.uniform(0.1, 0.9) * shape.rep_s
    return made.with_columns(distance_m=np.where(known, made.columns["distance_m"], np.nan))


def speed_in(factor: float) -> Fault:
    return lambda made, shape, rng: made.with_columns(speed_mps=factor * made.columns["speed_mps"])


def without_laps_distance(of: Fault) -> Fault:
    def fault(made: Draft, shape: Shape, rng: Rng) -> Draft:
        made = of(made, shape, rng)
        return replace(made, laps=[replace(lap, distance_m=0.0) for lap in made.laps])

    return fault


def steps_back(made: Draft, shape: Shape, rng: Rng) -> Draft:
    run_m = made.columns["distance_m"].copy()
    for row in range(int(rng.integers(20, 40)), run_m.size - 5, int(rng.integers(40, 60))):
        run_m[row : row + 3] -= rng.uniform(5.0, 9.0) * np.array([1.0, 0.67, 0.33])
    return made.with_columns(distance_m=run_m)


def stopped(made: Draft, shape: Shape, rng: Rng) -> Draft:
    at_s = shape.rep_start_s(3) + np.floor(rng.uniform(0.3, 0.7) * shape.rep_s)
    return draft(shape, stop=(at_s, float(rng.integers(18, 46))))


def stopped_untold(made: Draft, shape: Shape, rng: Rng) -> Draft:
    return replace(stopped(made, shape, rng), stops=[])


def stood(made: Draft, shape: Shape, rng: Rng) -> Draft:
    at_s = shape.rep_start_s(2) + np.floor(rng.uniform(0.3, 0.7) * shape.rep_s)
    return draft(shape, stop=(at_s, float(rng.integers(18, 30))), stands=True)


def stopped_unevenly(made: Draft, shape: Shape, rng: Rng) -> Draft:
    """By the signal alone two halves are as likely two reps: the stop is nearer one end, and shorter than the rest."""
    share = rng.choice([rng.uniform(0.25, 0.4), rng.uniform(0.6, 0.75)])
    at_s = shape.rep_start_s(3) + np.floor(share * shape.rep_s)
    return draft(shape, stop=(at_s, np.floor(rng.uniform(0.2, 0.5) * shape.rest_s)))


def stood_unevenly(made: Draft, shape: Shape, rng: Rng) -> Draft:
    share = rng.choice([rng.uniform(0.25, 0.4), rng.uniform(0.6, 0.75)])
    at_s = shape.rep_start_s(2) + np.floor(share * shape.rep_s)
    return draft(shape, stop=(at_s, np.floor(rng.uniform(0.2, 0.5) * shape.rest_s)), stands=True)


def speed_frozen(made: Draft, shape: Shape, rng: Rng) -> Draft:
    frozen = made.columns["time_s"] > _at(made, rng.uniform(0.1, 0.5))
    speed_mps = made.columns["speed_mps"]
    return made.with_columns(speed_mps=np.where(frozen, speed_mps[np.argmax(frozen)], speed_mps))


def speed_frozen_rests_paused(made: Draft, shape: Shape, rng: Rng) -> Draft:
    """In the rests nothing is recorded; the last point knows no distance."""
    frozen, time_s = speed_frozen(made, shape, rng), made.columns["time_s"]
    rests = [(lap.start_s, lap.stamp_s) for lap in made.laps if lap.intensity == "rest"]
    known = ~np.any([(time_s > from_s) & (time_s < to_s) for from_s, to_s in rests], axis=0)
    distance_m = np.where(time_s == time_s[-1], np.nan, made.columns["distance_m"])
    return replace(frozen.with_columns(distance_m=distance_m), stops=rests).taken(np.flatnonzero(known))


def anew_each_lap(made: Draft, shape: Shape, rng: Rng) -> Draft:
    time_s, run_m = made.columns["time_s"], made.columns["distance_m"].copy()
    for lap in made.laps:
        inside = (time_s >= lap.start_s) & ((time_s < lap.stamp_s) | (lap is made.laps[-1]))
        run_m[inside] -= np.interp(lap.start_s, time_s, made.columns["distance_m"])
    every = int(rng.choice([1, 2, 4]))
    return made.with_columns(distance_m=run_m).taken(np.arange(0, time_s.size, every))


def without_elapsed(made: Draft, shape: Shape, rng: Rng) -> Draft:
    return replace(made, laps=[replace(lap, elapsed_s=0.0) for lap in made.laps])


def without_timer(made: Draft, shape: Shape, rng: Rng) -> Draft:
    return replace(made, laps=[replace(lap, timer_s=0.0) for lap in made.laps])


def strays_within(made: Draft, shape: Shape, rng: Rng) -> Draft:
    time_s = made.columns["time_s"].copy()
    row = int(rng.uniform(0.2, 0.8) * time_s.size)
    time_s[row : row + int(rng.integers(2, 8))] += rng.choice([-1.0, 1.0]) * 3600.0 * rng.integers(1, 48)
    return made.with_columns(time_s=time_s)


def moved_in_a_rest(made: Draft, shape: Shape, rng: Rng) -> Draft:
    """A kilometre away within the minutes of a rest: too fast to have been run."""
    row = int(np.searchsorted(made.columns["time_s"], T0 + shape.rep_start_s(3) - 0.5 * shape.rest_s))
    after = np.arange(made.columns["time_s"].size) >= row
    by_s = float(rng.integers(50, 300))
    by_deg = by_s * rng.uniform(15.0, 30.0) / 111_195.0
    return replace(made, breaks=[row]).with_columns(
        time_s=made.columns["time_s"] + by_s * after, lat_deg=made.columns["lat_deg"] + by_deg * after
    )


def driven_home(made: Draft, shape: Shape, rng: Rng) -> Draft:
    """The recording goes on in a car, with stops at its lights, a point every few seconds."""
    ride_s = np.arange(5.0, float(rng.integers(500, 2500)), 5.0)
    speed_mps = np.where(ride_s % 200.0 < 30.0, 0.0, 14.0 + 5.0 * np.sin(ride_s / 40.0))
    ridden_m = np.cumsum(5.0 * speed_mps)
    last = {name: values[-1] for name, values in made.columns.items()}
    driven = {
        "time_s": last["time_s"] + ride_s,
        "distance_m": last["distance_m"] + ridden_m,
        "speed_mps": speed_mps,
        "lat_deg": last["lat_deg"] + ridden_m / 111_195.0,
        "lon_deg": np.full(ride_s.size, last["lon_deg"]),
    }
    on_s = float(ride_s[-1])
    cooldown = made.laps[-1]
    laps = [
        *made.laps[:-1],
        replace(
            cooldown,
            stamp_s=cooldown.stamp_s + on_s,
            elapsed_s=cooldown.elapsed_s + on_s,
            timer_s=cooldown.timer_s + on_s,
            distance_m=cooldown.distance_m + float(ridden_m[-1]),
        ),
    ]
    columns = {name: np.concatenate([values, driven[name]]) for name, values in made.columns.items()}
    return replace(made, columns=columns, laps=laps)


def runs_on(made: Draft, shape: Shape, rng: Rng) -> Draft:
    short = draft(replace(shape, cooldown_s=0.0))
    last = short.laps[-1]
    on_s = float(rng.choice([2.0, 5.0, 40.0, 300.0]))
    laps = [*short.laps[:-1], replace(last, elapsed_s=last.elapsed_s + on_s, stamp_s=last.stamp_s + on_s)]
    return replace(short, laps=laps)


def _kilometres(made: Draft) -> list[float]:
    run_m, time_s = made.columns["distance_m"], made.columns["time_s"]
    return [float(time_s[np.argmax(run_m >= km)]) for km in np.arange(1000.0, run_m[-1], 1000.0)]


def _lap(made: Draft, from_s: float, to_s: float, trigger: str, intensity: str = "active") -> Lap:
    metres = float(np.diff(np.interp([from_s, to_s], made.columns["time_s"], made.columns["distance_m"]))[0])
    return Lap(from_s, to_s, to_s - from_s, to_s - from_s, metres, trigger, intensity)


def auto_laps_within(made: Draft, shape: Shape, rng: Rng) -> Draft:
    presses = [lap.start_s for lap in made.laps] + [made.laps[-1].stamp_s]
    automatic = [at_s for at_s in _kilometres(made) if min(abs(at_s - press) for press in presses) > 5.0]
    edges = sorted([*presses, *automatic])
    laps = []
    for from_s, to_s in pairwise(edges):
        within = next(lap for lap in made.laps if lap.start_s <= from_s < lap.stamp_s)
        laps.append(_lap(made, from_s, to_s, "distance" if to_s in automatic else "manual", within.intensity))
    return replace(made, laps=laps)


def both_kinds_of_laps(made: Draft, shape: Shape, rng: Rng) -> Draft:
    edges = [made.laps[0].start_s, *_kilometres(made), made.laps[-1].stamp_s]
    automatic = [_lap(made, from_s, to_s, "distance") for from_s, to_s in pairwise(edges)]
    if rng.random() < 0.5:
        return replace(made, laps=[*made.laps, *automatic])
    return replace(made, laps=sorted([*made.laps, *automatic], key=lambda lap: lap.start_s))


def cut_by_presses(made: Draft, shape: Shape, rng: Rng) -> Draft:
    """A split is pressed for in some reps, or in all."""
    reps = [lap for lap in made.laps if lap.intensity == "active"]
    some = rng.choice(len(reps), size=int(rng.integers(1, len(reps) + 1)), replace=False)
    splits = [reps[i].start_s + np.round(rng.uniform(0.3, 0.7) * reps[i].elapsed_s) for i in some]
    edges = sorted([*(lap.start_s for lap in made.laps), made.laps[-1].stamp_s, *splits])
    return replace(made, laps=[_lap(made, from_s, to_s, "manual") for from_s, to_s in pairwise(edges)])


def marked_by_distance(made: Draft, shape: Shape, rng: Rng) -> Draft:
    """Nobody pressed; the watch put a mark each 300 to 600 m, now and then near where a rep starts or ends."""
    run_m, time_s = made.columns["distance_m"], made.columns["time_s"]
    marks = np.ceil(
        np.interp(np.arange(0.0, run_m[-1], float(rng.choice([300.0, 400.0, 500.0, 600.0]))), run_m, time_s)
    )
    return replace(made, laps=[_lap(made, from_s, to_s, "distance") for from_s, to_s in pairwise([*marks, time_s[-1]])])


def a_lap_of_all(made: Draft, shape: Shape, rng: Rng) -> Draft:
    return replace(made, laps=[made.whole_lap, *made.laps] if rng.random() < 0.5 else [*made.laps, made.whole_lap])


def rests_paused(made: Draft, shape: Shape, rng: Rng) -> Draft:
    """The watch is stopped after each rep, within its lap, and writes a point every few seconds only."""
    laps: list[Lap] = []
    known = np.ones(made.columns["time_s"].size, dtype=bool)
    for lap in made.laps:
        if lap.intensity != "rest":
            laps.append(lap)
            continue
        known &= (made.columns["time_s"] <= lap.start_s) | (made.columns["time_s"] >= lap.stamp_s)
        rep = laps[-1]
        laps[-1] = replace(rep, stamp_s=lap.stamp_s, elapsed_s=lap.stamp_s - rep.start_s)
    return replace(made, laps=laps).taken(np.flatnonzero(known)[:: int(rng.integers(2, 5))])


def set_down_elsewhere(made: Draft, shape: Shape, rng: Rng) -> Draft:
    """From one point to the next the positions lie a kilometre and more away."""
    n = made.columns["time_s"].size
    after = np.arange(n) >= rng.uniform(0.2, 0.8) * n
    return made.with_columns(lat_deg=made.columns["lat_deg"] + rng.uniform(0.01, 0.3) * after)


def latest_lap_first(made: Draft, shape: Shape, rng: Rng) -> Draft:
    return replace(made, laps=made.laps[::-1])


def all_start_before(made: Draft, shape: Shape, rng: Rng) -> Draft:
    return replace(made, laps=[replace(lap, start_s=T0 - float(rng.integers(1, 3))) for lap in made.laps])


def one_starts_late(made: Draft, shape: Shape, rng: Rng) -> Draft:
    laps = [*made.laps[:-1], replace(made.laps[-1], start_s=made.laps[-1].start_s + 3600.0 * rng.integers(1, 4))]
    return replace(made, laps=laps)


def an_hour_off(made: Draft, shape: Shape, rng: Rng) -> Draft:
    by_s = float(rng.choice([-1.0, 1.0])) * 900.0 * float(rng.integers(2, 9))
    return replace(
        made, laps=[replace(lap, start_s=lap.start_s + by_s, stamp_s=lap.stamp_s + by_s) for lap in made.laps]
    )


def early_at_last(made: Draft, shape: Shape, rng: Rng) -> Draft:
    time_s = made.columns["time_s"].copy()
    time_s[-int(rng.integers(2, 6)) :] -= 3600.0 * rng.integers(1, 4)
    return made.with_columns(time_s=time_s)


def commas(made: Draft, shape: Shape, rng: Rng) -> Draft:
    return replace(made, comma=True)


def stale_at_first(made: Draft, shape: Shape, rng: Rng) -> Draft:
    n = int(rng.integers(3, 20))
    early = {name: values[:n].copy() for name, values in made.columns.items()}
    early["time_s"] -= float(rng.integers(1, 20)) * 3600.0
    early["distance_m"][:] = 0.0
    return replace(made, columns={name: np.concatenate([early[name], values]) for name, values in made.columns.items()})


def late_at_first(made: Draft, shape: Shape, rng: Rng) -> Draft:
    time_s = made.columns["time_s"].copy()
    time_s[: int(rng.integers(1, 6))] += 3600.0 * rng.integers(1, 6)
    return made.with_columns(time_s=time_s)


def clock_set(made: Draft, shape: Shape, rng: Rng) -> Draft:
    by_s = float(rng.choice([-1.0, 1.0])) * 900.0 * float(rng.integers(2, 9))
    before = made.columns["time_s"] < T0 + rng.uniform(0.2, 0.8) * shape.warmup_s
    laps = [replace(made.laps[0], start_s=made.laps[0].start_s - by_s), *made.laps[1:]]
    return replace(made.with_columns(time_s=made.columns["time_s"] - by_s * before), laps=laps)


def summer_time(made: Draft, shape: Shape, rng: Rng) -> Draft:
    by_s = float(rng.choice([-3600.0, 3600.0]))
    after = made.columns["time_s"] > _at(made, rng.uniform(0.2, 0.8))
    return replace(made.with_columns(time_s=made.columns["time_s"] + by_s * after), zone="")


def in_any_order(made: Draft, shape: Shape, rng: Rng) -> Draft:
    return made.taken(rng.permutation(made.columns["time_s"].size))


def slow_beat(made: Draft, shape: Shape, rng: Rng) -> Draft:
    return made.taken(np.arange(0, made.columns["time_s"].size, 4))


def points_missing(made: Draft, shape: Shape, rng: Rng) -> Draft:
    rows = np.arange(made.columns["time_s"].size)
    return made.taken(rows[rows % int(rng.integers(3, 12)) != 2])


def times_missing(made: Draft, shape: Shape, rng: Rng) -> Draft:
    rows = np.arange(made.columns["time_s"].size)
    untimed = rows % int(rng.integers(4, 12)) == 2
    return made.with_columns(time_s=np.where(untimed, np.nan, made.columns["time_s"]))


def few_times(made: Draft, shape: Shape, rng: Rng) -> Draft:
    rows = np.arange(made.columns["time_s"].size)
    return made.with_columns(time_s=np.where(rows % 60 == 0, made.columns["time_s"], np.nan))


def rolled_over(made: Draft, shape: Shape, rng: Rng) -> Draft:
    return made.with_columns(time_s=made.columns["time_s"] - 1024 * 7 * 86_400.0)


def carried_away(made: Draft, shape: Shape, rng: Rng) -> Draft:
    row = int(np.searchsorted(made.columns["time_s"], made.laps[-1].start_s + 5.0))
    after = np.arange(made.columns["time_s"].size) >= row
    moved = replace(made, breaks=[row])
    by_s, by_deg = float(rng.integers(10, 40)) * 60.0, rng.uniform(0.05, 0.3)
    return moved.with_columns(
        time_s=made.columns["time_s"] + by_s * after, lat_deg=made.columns["lat_deg"] + by_deg * after
    )


Fault = Callable[[Draft, Shape, Rng], Draft]


@dataclass(frozen=True)
class Kind:
    """A kind of fault: how it is made, in which formats, and what must hold."""

    fault: Fault
    formats: tuple[str, ...]
    says: str = ""
    """Regular expression of what is told of it; empty: nothing need be."""
    presses: bool = True
    without: tuple[str, ...] = ()
    total: bool = True
    may_find: tuple[int, ...] = ()
    """Other numbers of reps that are right too."""
    within_s: float = 0.11
    """How near to what was run the times are where there are presses."""


BOTH, ALL = ("fit", "tcx"), ("fit", "gpx", "tcx")
KINDS: dict[str, Kind] = {
    "nothing": Kind(lambda made, shape, rng: made, ALL),
    "stands still": Kind(stands_still, BOTH, "distance stands still"),
    "stands still, no presses": Kind(stands_still, ("fit",), "distance stands still", presses=False),
    "stands still, no positions": Kind(stands_still, BOTH, "distance stands still", without=("lat_deg", "lon_deg")),
    "stands still, no speed": Kind(stands_still, BOTH, "distance stands still", without=("speed_mps",)),
    "stands still for a while": Kind(stands_still_for_a_while, BOTH, "distance stands still"),
    "goes missing": Kind(goes_missing, BOTH, "distance is missing"),
    "goes missing, no positions": Kind(goes_missing, ("fit",), "distance is missing", without=("lat_deg", "lon_deg")),
    "missing at first, no positions": Kind(
        missing_at_first, BOTH, "distance is missing", without=("lat_deg", "lon_deg"), presses=False
    ),
    "0": Kind(counted_in(0.0), BOTH, "distance stands still"),
    "0, only speed": Kind(counted_in(0.0), BOTH, "distance stands still", without=("lat_deg", "lon_deg")),
    "kilometres": Kind(counted_in(1e-3), BOTH, "distance.*kilometres"),
    "kilometres, no presses": Kind(counted_in(1e-3), ("fit",), "distance.*kilometres", presses=False),
    "kilometres, only speed": Kind(counted_in(1e-3), BOTH, "distance.*kilometres", without=("lat_deg", "lon_deg")),
    "kilometres alone": Kind(counted_in(1e-3), ("tcx",), "kilometres", without=("lat_deg", "lon_deg", "speed_mps")),
    "a mile a kilometre": Kind(counted_in(1.609344), BOTH, "distance is 1.6.* times"),
    "a mile a kilometre, speed and laps": Kind(
        samples_in(1.609344), BOTH, "1.609 times what the speed and the laps say", without=("lat_deg", "lon_deg")
    ),
    "tenths, only speed": Kind(
        samples_in(10.0), BOTH, "10 times what the speed", without=("lat_deg", "lon_deg"), presses=False
    ),
    "half": Kind(counted_in(0.5), BOTH, "distance is 0.5 times"),
    "steps back": Kind(steps_back, BOTH, "distance went backwards"),
    "km/h": Kind(speed_in(3.6), BOTH, "speed.*km/h"),
    "mph": Kind(speed_in(2.236936), BOTH, "speed.*mph"),
    "km/h, positions": Kind(speed_in(3.6), BOTH, "speed.*km/h", without=("distance_m",)),
    "km/h, laps": Kind(speed_in(3.6), BOTH, "speed.*km/h", without=("distance_m", "lat_deg", "lon_deg")),
    "km/h, nothing else": Kind(
        without_laps_distance(speed_in(3.6)), ("fit",), "speed.*km/h", without=("distance_m", "lat_deg", "lon_deg")
    ),
    "miles, only speed": Kind(
        counted_in(1 / 1609.344), ("fit",), "distance is .* times", without=("lat_deg", "lon_deg")
    ),
    "stopped": Kind(stopped, BOTH, "[Rr]ep 3 the watch was stopped"),
    "stopped, untold": Kind(stopped_untold, ("fit",), "[Rr]ep 3 the watch was stopped"),
    "stood": Kind(stood, ("fit",), "[Rr]ep 2 the watch was stopped"),
    "stopped, no presses": Kind(stopped_unevenly, BOTH, "[Rr]ep 3 the watch was stopped", presses=False),
    "stood, no presses": Kind(stood_unevenly, ("fit", "gpx"), "[Rr]ep 2 the watch was stopped", presses=False),
    "speed frozen": Kind(speed_frozen, BOTH, "speed stays at one value"),
    "speed frozen, no presses": Kind(speed_frozen, ("fit",), "speed stays at one value", presses=False),
    "speed frozen, rests paused": Kind(
        speed_frozen_rests_paused, ("fit",), "speed stays at one value", presses=False, total=False
    ),
    "anew each lap": Kind(anew_each_lap, BOTH, "started again from 0"),
    "without elapsed times": Kind(without_elapsed, ("fit",)),
    "without timer times": Kind(without_timer, BOTH),
    "strays within": Kind(strays_within, ("fit", "gpx"), "not believed"),
    "moved in a rest": Kind(moved_in_a_rest, ("gpx",)),
    "driven home": Kind(driven_home, ALL, total=False),
    "slow beat": Kind(slow_beat, ("gpx",)),
    "runs on": Kind(runs_on, ("fit",)),
    "auto-laps within": Kind(auto_laps_within, BOTH),
    "cut by presses": Kind(cut_by_presses, BOTH),
    "marked by distance": Kind(marked_by_distance, BOTH, within_s=2.6),
    "a lap of all": Kind(a_lap_of_all, BOTH, "written as one"),
    "rests paused": Kind(rests_paused, ("tcx",), total=False),
    "set down elsewhere": Kind(set_down_elsewhere, ("gpx",)),
    "latest lap first": Kind(latest_lap_first, BOTH),
    "both kinds of laps": Kind(both_kinds_of_laps, ("tcx",), "both written"),
    "all start before": Kind(all_start_before, ("fit",)),
    "all an hour off": Kind(an_hour_off, ("fit",), "laps lie .* they were moved"),
    "early at last": Kind(early_at_last, ("fit", "gpx"), "not believed"),
    "one starts late": Kind(one_starts_late, BOTH),
    "commas": Kind(commas, ("tcx",)),
    "stale at first": Kind(stale_at_first, ("fit", "gpx"), "left out"),
    "late at first": Kind(late_at_first, ("gpx",), "left out"),
    "clock set": Kind(clock_set, ("fit",), "clock was set"),
    "summer time": Kind(summer_time, ("gpx",), "clock was set"),
    "in any order": Kind(in_any_order, ("gpx", "tcx"), "put in order"),
    "points missing": Kind(points_missing, ("gpx",)),
    "times missing": Kind(times_missing, ("gpx",), "without a time"),
    "few times": Kind(few_times, ("gpx",), total=False, may_find=(0,)),
    "rolled over": Kind(rolled_over, ("gpx",), "1024 weeks"),
    "carried away": Kind(carried_away, ("gpx",)),
}
