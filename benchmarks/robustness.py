"""How well the search carries over: real recordings altered in ways that leave the truth as it was.

    python benchmarks/robustness.py                     sessions and other runs, every alteration
    python benchmarks/robustness.py --sessions          a line a session that is exact as recorded and is not as altered
    python benchmarks/robustness.py --only session-18   only recordings whose name contains this

A constant that was chosen on a few dozen recordings may hold on just these. Another runner's recording has no warm-up
in it, another pace, another watch: each alteration makes one such recording of a real one, blinded to its presses. What
is found as recorded should still be found, and in a run that is no session still nothing. Rows: sessions with checked
truth (see `cases`), reps and sessions found, then in how many of the other runs reps are invented.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from zlib import crc32

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from cases import CONDITIONS, Case, cases, loaded

import kastor_analysis as ka
from kastor_analysis.evaluation import SessionScore, evaluate, pool

FloatArray = np.ndarray
Altered = tuple[ka.Activity, FloatArray, FloatArray]
"""A recording, its reps, and the spans that count neither way."""

BESIDE_S = 25.0
"""How much is left before the first rep or after the last where warm-up or cool-down is cut off."""
EARTH_M_PER_DEG = 111_195.0


def cut(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, low_s: float, high_s: float) -> Altered:
    """Return what lies between two instants; reps that do not lie inside it wholly are ignored."""
    time_s = activity.column("time_s")
    pauses = activity.pause_table
    inside = (pauses["end_s"] > low_s) & (pauses["start_s"] < high_s)
    table = pauses.take(inside)
    table = table.with_columns(start_s=np.maximum(table["start_s"], low_s), end_s=np.minimum(table["end_s"], high_s))
    kept = activity.sample_table.take((time_s >= low_s) & (time_s <= high_s))
    laps = activity.lap_table
    laps = laps.take((laps["end_s"] > low_s) & (laps["start_s"] < high_s))
    laps = laps.with_columns(start_s=np.maximum(laps["start_s"], low_s), end_s=np.minimum(laps["end_s"], high_s))
    whole = (reps[:, 0] >= low_s) & (reps[:, 1] <= high_s)
    return (
        replace(activity, sample_table=kept, pause_table=table, lap_table=laps),
        reps[whole],
        np.concatenate([ignored, reps[~whole]]),
    )


def from_first(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """The recording starts shortly before the first rep; a run that is no session anywhere in its first half."""
    low_s = float(reps[0, 0]) - BESIDE_S if len(reps) else rng.uniform(0.1, 0.5) * activity.duration_s
    return cut(activity, reps, ignored, low_s, np.inf)


def to_last(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """It ends shortly after the last rep; a run anywhere in its second half."""
    high_s = float(reps[-1, 1]) + BESIDE_S if len(reps) else rng.uniform(0.5, 0.9) * activity.duration_s
    return cut(activity, reps, ignored, -np.inf, high_s)


def main_set(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """Both."""
    return to_last(*from_first(activity, reps, ignored, rng), rng)


def first_half(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """It ends in the rest at half the session, where three reps remain; a run is cut at half its length."""
    if not len(reps):
        return cut(activity, reps, ignored, -np.inf, 0.5 * activity.duration_s)
    last = max(3, (len(reps) + 1) // 2) - 1
    return to_last(activity, reps[: last + 1], np.concatenate([ignored, reps[last + 1 :]]), rng)


def second_half(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """It begins there."""
    if not len(reps):
        return cut(activity, reps, ignored, 0.5 * activity.duration_s, np.inf)
    first = min(len(reps) - 3, len(reps) // 2)
    if first <= 0:
        return activity, reps, ignored
    return from_first(activity, reps[first:], np.concatenate([ignored, reps[:first]]), rng)


def scaled(
    share: float, activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator
) -> Altered:
    """Everybody runs by this share faster, over a longer way."""
    table = activity.sample_table
    columns = {name: table[name] * share for name in ("distance_m", "speed_mps")}
    for name in ("lat_deg", "lon_deg"):
        middle = np.nanmedian(table[name]) if np.isfinite(table[name]).any() else 0.0
        columns[name] = middle + (table[name] - middle) * share
    return replace(activity, sample_table=table.with_columns(**columns)), reps, ignored


def sparse(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """A sample every 3 to 7 s."""
    time_s = activity.column("time_s")
    keep = np.zeros(time_s.size, dtype=bool)
    due = -np.inf
    for i, t in enumerate(time_s.tolist()):
        if t >= due:
            keep[i], due = True, t + rng.uniform(2.5, 6.5)
    return replace(activity, sample_table=activity.sample_table.take(keep)), reps, ignored


def noisy(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """Positions and distance err by more: 1.5 m that is forgotten within 10 s, and 2 % of speed within 30 s."""
    time_s = activity.column("time_s")
    table = activity.sample_table
    east, north = (correlated(time_s, 10.0, 1.5, rng) for _ in range(2))
    lat = table["lat_deg"] + north / EARTH_M_PER_DEG
    lon = table["lon_deg"] + east / EARTH_M_PER_DEG / np.cos(np.radians(table["lat_deg"]))
    gained = np.diff(table["distance_m"], prepend=table["distance_m"][:1])
    gained = gained * (1.0 + correlated(time_s, 30.0, 0.02, rng)) + np.diff(
        correlated(time_s, 4.0, 0.7, rng), prepend=0.0
    ) * (gained > 0.5)
    known = np.isfinite(table["distance_m"])
    distance = np.where(known, np.maximum.accumulate(np.nancumsum(gained)), np.nan)
    return (
        replace(activity, sample_table=table.with_columns(lat_deg=lat, lon_deg=lon, distance_m=distance)),
        reps,
        ignored,
    )


def correlated(time_s: FloatArray, memory_s: float, sd: float, rng: np.random.Generator) -> FloatArray:
    """Return an error that forgets itself within `memory_s`."""
    out = np.zeros(time_s.size)
    level = rng.normal(0.0, sd)
    steps = np.diff(time_s, prepend=time_s[:1])
    for i, step in enumerate(steps.tolist()):
        keep = np.exp(-step / memory_s)
        level = keep * level + rng.normal(0.0, sd * np.sqrt(1.0 - keep * keep))
        out[i] = level
    return out


def unpaused(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """The pauses are not told: samples are missing, that is all."""
    return replace(activity, pause_table=activity.pause_table.take(slice(0, 0))), reps, ignored


def paused(
    activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator, *, told: bool = True
) -> Altered:
    """The watch is stopped in the rests, in a run at six places.

    Two runners in three stop it at the line and set off as they resume it; the third does so 3 to 6 s later and up to
    3 s earlier.
    """
    if len(reps):
        late_s, early_s = ((0.0, 0.6), (0.0, 0.6)) if rng.uniform() < 0.67 else ((3.0, 6.0), (0.0, 3.0))
        spans = np.column_stack([reps[:-1, 1] + rng.uniform(*late_s, len(reps) - 1), reps[1:, 0]])
        spans[:, 1] -= rng.uniform(*early_s, len(reps) - 1)
    else:
        at_s = np.sort(rng.uniform(0.05, 0.95, 6)) * activity.duration_s
        spans = np.column_stack([at_s, at_s + rng.uniform(20.0, 90.0, 6)])
    spans = np.floor(spans)
    spans = spans[spans[:, 1] - spans[:, 0] >= 10.0]
    before = np.append(-np.inf, spans[:-1, 1])
    spans = spans[(spans[:, 0] > before) & (spans[:, 1] < activity.duration_s)]
    time_s, table = activity.column("time_s"), activity.sample_table
    metres = table["distance_m"]
    known = np.isfinite(metres)
    if known.sum() > 2:  # what was covered while the watch stood was not counted
        at = np.interp(spans, time_s[known], metres[known])
        for (_, resumed_s), (from_m, to_m) in zip(spans, at, strict=True):
            metres = metres - np.where(time_s >= resumed_s, to_m - from_m, 0.0)
    standing = np.any([(time_s > a) & (time_s < b) for a, b in spans] or [np.zeros(time_s.size, bool)], axis=0)
    kept = table.with_columns(distance_m=metres).take(~standing)
    old = np.column_stack([activity.pause_table[name] for name in ("start_s", "end_s")])
    apart = ~((old[:, None, 0] < spans[None, :, 1]) & (old[:, None, 1] > spans[None, :, 0])).any(axis=1)
    every = np.concatenate([spans, old[apart]]) if told else np.empty((0, 2))
    every = every[np.argsort(every[:, 0])]
    pauses = ka.Activity.from_columns(
        activity.start_time, {"time_s": np.zeros(0)}, pauses={"start_s": every[:, 0], "end_s": every[:, 1]}
    ).pause_table
    return replace(activity, sample_table=kept, pause_table=pauses), reps, ignored


def backwards(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """The order of everything is turned round: hammer reps first, ladders the other way."""
    end_s = activity.duration_s
    table = activity.sample_table.take(slice(None, None, -1))
    columns = {"time_s": end_s - table["time_s"]}
    columns["distance_m"] = np.nanmax(table["distance_m"], initial=0.0) - table["distance_m"]
    pauses = activity.pause_table.take(slice(None, None, -1))
    pauses = pauses.with_columns(start_s=end_s - pauses["end_s"], end_s=end_s - pauses["start_s"])
    turned = replace(activity, sample_table=table.with_columns(**columns), pause_table=pauses)
    return turned, (end_s - reps)[::-1, ::-1], (end_s - ignored)[::-1, ::-1]


def relapped(activity: ka.Activity, edges_s: FloatArray, triggers: list[str | None]) -> ka.Activity:
    """Return the recording with laps between these edges, each ended by its trigger."""
    workout = np.full(edges_s.size - 1, np.nan)
    return replace(
        activity,
        workout=(),
        lap_table=ka.Activity.from_columns(
            activity.start_time,
            {"time_s": np.zeros(0)},
            laps={
                "start_s": edges_s[:-1],
                "end_s": edges_s[1:],
                "timer_s": np.diff(edges_s),
                "trigger": np.array(triggers, dtype=object),
                "workout_step": workout,
            },
        ).lap_table,
    )


def edges_of(activity: ka.Activity) -> tuple[FloatArray, list[str | None]]:
    """Return where laps start and where the last one ends, and what ended each."""
    laps = activity.lap_table
    return np.append(laps["start_s"], laps["end_s"][-1:]), list(laps["trigger"])


def missed(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """One press in ten was forgotten."""
    edges_s, triggers = edges_of(activity)
    keep = rng.uniform(size=edges_s.size) > 0.1
    keep[[0, -1]] = True
    triggers = [t for t, kept in zip(triggers, keep[1:], strict=True) if kept]
    return relapped(activity, edges_s[keep], triggers), reps, ignored


def doubled(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """One press in five was doubled."""
    edges_s, triggers = edges_of(activity)
    out_s, out_triggers = [edges_s[0]], []
    for edge_s, trigger in zip(edges_s[1:], triggers, strict=True):
        out_s.append(edge_s)
        out_triggers.append(trigger)
        if rng.uniform() < 0.2 and edge_s != edges_s[-1]:
            out_s.append(edge_s + rng.uniform(0.5, 3.0))
            out_triggers.append("manual")
    return relapped(activity, np.array(out_s), out_triggers), reps, ignored


def by_kilometre(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """The watch cut a lap at every kilometre, counted from the last press, as well."""
    edges_s, triggers = edges_of(activity)
    metres = activity.column("distance_m")
    known = np.isfinite(metres)
    if known.sum() < 3:
        return activity, reps, ignored
    time_s, metres = activity.column("time_s")[known], np.maximum.accumulate(metres[known])
    at_m = np.interp(edges_s, time_s, metres)
    out_s, out_triggers = [edges_s[0]], []
    for i, trigger in enumerate(triggers):
        for k in range(1, int((at_m[i + 1] - at_m[i]) // 1000.0) + 1):
            out_s.append(float(np.interp(at_m[i] + 1000.0 * k, metres, time_s)))
            out_triggers.append("distance")
        out_s.append(edges_s[i + 1])
        out_triggers.append(trigger)
    out = np.array(out_s)
    keep = np.append(True, np.diff(out) > 0.01)
    triggers = [t for t, kept in zip(out_triggers, keep[1:], strict=True) if kept]
    return relapped(activity, out[keep], triggers), reps, ignored


def late(activity: ka.Activity, reps: FloatArray, ignored: FloatArray, rng: np.random.Generator) -> Altered:
    """One press in ten came 12 to 25 s late."""
    edges_s, triggers = edges_of(activity)
    moved = edges_s + np.where(rng.uniform(size=edges_s.size) < 0.1, rng.uniform(12.0, 25.0, edges_s.size), 0.0)
    moved[[0, -1]] = edges_s[[0, -1]]
    moved[:-1] = np.minimum(moved[:-1], np.append(edges_s[1:-1], edges_s[-1]) - 1.0)
    moved = np.maximum.accumulate(moved)
    keep = np.append(True, np.diff(moved) > 0.01)
    triggers = [t for t, kept in zip(triggers, keep[1:], strict=True) if kept]
    return relapped(activity, moved[keep], triggers), reps, ignored


ALTERATIONS: dict[str, Callable[..., Altered]] = {
    "as recorded": lambda activity, reps, ignored, rng: (activity, reps, ignored),
    "no warm-up": from_first,
    "no cool-down": to_last,
    "main set alone": main_set,
    "first half": first_half,
    "second half": second_half,
    "15 % slower": partial(scaled, 0.85),
    "15 % faster": partial(scaled, 1.15),
    "sparse": sparse,
    "noisier": noisy,
    "no pauses told": unpaused,
    "backwards": backwards,
    "rests paused": paused,
    "and not told": partial(paused, told=False),
}

LAP_ALTERATIONS: dict[str, Callable[..., Altered]] = {
    "as recorded": ALTERATIONS["as recorded"],
    "no warm-up": from_first,
    "main set alone": main_set,
    "first half": first_half,
    "second half": second_half,
    "noisier": noisy,
    "presses missed": missed,
    "presses doubled": doubled,
    "kilometre laps": by_kilometre,
    "presses late": late,
}


def alterations(condition: str) -> dict[str, Callable[..., Altered]]:
    """Return the alterations of recordings with laps, or of those without."""
    return LAP_ALTERATIONS if condition == "laps" else ALTERATIONS


def measure(case: Case, condition: str) -> list[tuple[str, SessionScore]]:
    """Return the score of a case under each alteration."""
    warnings.simplefilter("ignore")
    out = []
    try:
        given = loaded(case, condition)
    except ka.KastorError:
        return out
    for number, (name, alter) in enumerate(alterations(condition).items()):
        if condition == "laps" and not given[0].lap_table.n_rows:
            continue
        activity, reps, ignored = alter(*given, np.random.default_rng([number, crc32(case.name.encode())]))
        if case.source == "real" and not len(reps):
            continue
        try:
            found = ka.segment(activity, use_laps=condition == "laps").reps
            failure = None
        except ka.KastorError as error:
            found, failure = (), str(error)
        spans = np.array([(r.start_s, r.end_s) for r in found if r.status != "aborted"]).reshape(-1, 2)
        out.append((name, evaluate(reps, spans, ignore=ignored, failure=failure, group=case.group)))
    return out


def rows(condition: str, every: list[Case], *, by_session: bool, jobs: int) -> Iterable[str]:
    """Yield the lines of the table."""
    with ProcessPoolExecutor(jobs) as workers:
        measured = list(workers.map(partial(measure, condition=condition), every, chunksize=2))
    plain = {case.name: dict(scores).get("as recorded") for case, scores in zip(every, measured, strict=True)}
    for name in alterations(condition):
        scores = {
            case.name: dict(found)[name] for case, found in zip(every, measured, strict=True) if name in dict(found)
        }
        p = pool([score for key, score in scores.items() if key.startswith("real:")])
        invented = sum(score.n_estimate > 0 for key, score in scores.items() if key.startswith("run:"))
        times = p.errors["time"]
        yield (
            f"{condition:8s} {name:16s} {p.n_sessions:3d} {p.n_reference:4d} {p.recall:6.3f} {p.precision:6.3f} "
            f"{p.exact:6.2f} {times.median_s:6.2f} {times.p90_s:6.2f} {invented:4d}"
        )
        if by_session:
            for key, score in scores.items():
                if plain[key] is not None and (plain[key].exact and not score.exact):
                    yield f"    {key:24s} {score.n_matched}/{score.n_reference} found {score.n_estimate}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", action="store_true")
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--condition", choices=CONDITIONS, default=None)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    every = cases(("real", "run"), only=options.only)
    columns = ("n", 3), ("reps", 4), ("recall", 6), ("prec", 6), ("exact", 6), ("|e|50", 6), ("|e|90", 6), ("inv", 4)
    print(f"{'':8s} {'alteration':16s} " + " ".join(f"{name:>{width}s}" for name, width in columns))
    for condition in [options.condition] if options.condition else CONDITIONS:
        for line in rows(condition, every, by_session=options.sessions, jobs=options.jobs):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
