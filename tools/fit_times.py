"""Fits the numbers that times are weighed and their sds stated by, and says how well they do on runners left out.

    python tools/fit_times.py --jobs 2              fits on ../shared/real, writes times.json, clock.json
    python tools/fit_times.py --jobs 2 --report     the same, but writes nothing

Every real session is timed blinded and as bare GPX, up to the lines of the track. Fitted are, in turn: the habits by
which fellows decide a soft edge (`fellows.Habits`; the mean log error of the times, one number after the other, a step
at the most from where they begin) and the weights of the stated sds (`stated.Spread`; the size that two errors in three
keep within, by a smoothed pinball loss with a ridge). Each runner weighs as the square root of their reps. Last, from
the errors of runners left out, how presses lie to times found (`clock.Clock`; the likeliest of a grid). Every figure
printed, and written beside the numbers, is of runners whose sessions neither had seen: whole runners are left out in
`FOLDS` parts, who trained together together. Which accounts and traits there are, and where the habits begin, was
chosen on all. Needs SciPy.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import numpy as np
from cases import Case, cases, loaded
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import t as student
from times import CONDITIONS, by_thumb_400, rest_after, scatter_s

import kastor_analysis as ka
from kastor_analysis.evaluation import coverage, match
from kastor_analysis.motion import Motion, motion_of
from kastor_analysis.season.clock import FREEDOM, ONE_SD, Clock
from kastor_analysis.segmenter.explain import explained
from kastor_analysis.segmenter.fellows import Habits, weigh_with_fellows
from kastor_analysis.segmenter.on_track import weigh_with_track
from kastor_analysis.segmenter.segment import timed
from kastor_analysis.segmenter.spans import RepSpan, in_order
from kastor_analysis.segmenter.stated import TRAITS, Spread, sds_s, traits_of

FloatArray = NDArray[np.float64]
NUMBERS = ROOT / "kastor_analysis" / "segmenter" / "times.json"
CLOCK = ROOT / "kastor_analysis" / "season" / "clock.json"
FOLDS = 6
MOST_SESSIONS = 10
"""Of one runner, the habits are fitted to no more sessions than this, spread over all of them."""
FIRST = Habits(
    sharp_s=0.7, softness=1.0, line=1.0, common=0.6, claims=2.0, by_thumb_s=1.2, positions=0.008,
    positions_own=0.006, alike_distance=0.015, alike_time=0.02, time_by_watch=-1.0, time_by_thumb=-1.2,
    distance_by_watch=-1.2, distance_by_thumb=-1.0, time_alike=-1.0, on_line=-2.0,
)  # fmt: skip
"""Where the habits begin."""
FACTORS, STEPS = (0.8, 1.25), (-0.5, 0.5)
"""What is tried of a size, and of a log odds."""
ROUNDS = 1
LITTLE_S = 0.5
WITHIN = 2.0 / 3.0
SMOOTH = 0.1
RIDGE = 0.05
QUANTITIES = ("start", "end", "time")
LATE_S = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
RUNNERS_S = (0.1, 0.2, 0.3, 0.4, 0.5, 0.7)
COMMON = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
"""What is tried of the numbers of a clock."""
OFFSETS_S = np.linspace(-5.0, 5.0, 201)
"""The offsets of a runner that are summed over: beyond any that was met."""
BOTH, HALVES = 4, 20
"""Of runners with so many sessions, one half tells the offset of the other, drawn so many times."""
WHAT = ("sd_s", "runner", "session", "condition", "rest", "format", "is_400")
"""What is known of each rep beside its errors and traits."""


@dataclass(eq=False)
class Timed:
    """One session under one condition: its reps as signal and track time them, and the true ones they are."""

    case: Case
    condition: str
    motion: Motion
    spans: list[RepSpan]
    true_s: FloatArray
    format: str

    @property
    def runner(self) -> str:
        return self.case.runner


@dataclass(eq=False)
class Errors:
    """Errors of matched reps, a row each: of start, end and time; with their traits and what they are."""

    off_s: FloatArray
    traits: tuple[FloatArray, FloatArray, FloatArray]
    sd_s: FloatArray
    runner: NDArray[np.str_]
    session: NDArray[np.str_]
    condition: NDArray[np.str_]
    rest: NDArray[np.str_]
    format: NDArray[np.str_]
    is_400: NDArray[np.bool_]

    def of(self, rows: NDArray[np.bool_]) -> Errors:
        """Return the rows chosen."""
        traits = tuple(part[rows] for part in self.traits)
        return Errors(self.off_s[rows], traits, *(getattr(self, name)[rows] for name in WHAT))  # type: ignore[arg-type]


def timed_session(job: tuple[Case, str]) -> Timed | None:
    """Return a case as signal and track time it; None where nothing is found in it."""
    warnings.simplefilter("ignore")
    case, condition = job
    try:
        activity, true_s, _ = loaded(case, condition)
        motion = motion_of(activity)
        found = explained(activity, motion, None, use_laps=False)
    except ka.KastorError:
        return None
    spans, _ = weigh_with_track(motion, timed(motion, found.readings[0], []))
    return Timed(case, condition, motion, spans, true_s, activity.format) if spans else None


def errors(every: Sequence[Timed], habits: Habits, *, with_traits: bool = True) -> Errors:
    """Return the errors of all matched reps once their fellows are weighed in."""
    off: list[tuple[float, float, float]] = []
    what: list[tuple[object, ...]] = []
    traits: tuple[list[FloatArray], ...] = ([], [], [])
    for one in every:
        is_400 = by_thumb_400(one.case, len(one.true_s))
        spans = in_order(weigh_with_fellows(one.motion, one.spans, habits), one.motion.end_s)
        pairs = match(one.true_s, [(span.start_s, span.end_s) for span in spans])
        parts = traits_of(one.motion, spans) if with_traits else (np.empty((len(spans), 0)),) * 3
        for i, j in pairs:
            start, end = one.true_s[i]
            off.append((spans[j].start_s - start, spans[j].end_s - end, spans[j].duration_s - (end - start)))
            for rows, part in zip(traits, parts, strict=True):
                rows.append(part[j])
            names = (one.runner, one.case.name, one.condition)
            what.append((spans[j].duration_sd_s, *names, rest_after(one.motion, end), one.format, is_400[i]))
    stacked = tuple(np.array(rows) for rows in traits)
    return Errors(np.array(off), stacked, *(np.array(column) for column in zip(*what, strict=True)))  # type: ignore[arg-type]


def runner_weights(runner: NDArray[np.str_]) -> FloatArray:
    """Return the weight of each rep: a runner's in all is the square root of their number."""
    _, which, n = np.unique(runner, return_inverse=True, return_counts=True)
    weight = 1.0 / np.sqrt(n[which])
    return np.asarray(weight / weight.sum())


def misfit(every: Sequence[Timed], habits: Habits) -> float:
    """Return how far off the times are, as a mean of logarithms that neither the tail nor the best decide."""
    found = errors(every, habits, with_traits=False)
    return float(runner_weights(found.runner) @ np.log(LITTLE_S + np.abs(found.off_s[:, 2])))


def fit_habits(every: Sequence[Timed], first: Habits = FIRST, rounds: int = ROUNDS) -> Habits:
    """Return the habits under which the times are least off, one number after the other."""
    every = _some(every)
    best, least = first, misfit(every, first)
    for _ in range(rounds):
        before = best
        for name in Habits._fields:
            value = getattr(best, name)
            odds = name in {"time_alike", "on_line"} or name.endswith(("by_watch", "by_thumb"))
            tried = [value + step for step in STEPS] if odds else [value * factor for factor in FACTORS]
            for other in tried:
                habits = best._replace(**{name: other})
                off = misfit(every, habits)
                if off < least:
                    best, least = habits, off
                    break
        if best == before:
            break
    return Habits(*(round(value, 4) for value in best))


def _some(every: Sequence[Timed]) -> list[Timed]:
    """Return at most `MOST_SESSIONS` of each runner under each condition."""
    of_runner: dict[tuple[str, str], list[Timed]] = {}
    for one in every:
        of_runner.setdefault((one.runner, one.condition), []).append(one)
    out = []
    for members in of_runner.values():
        chosen = np.unique(np.linspace(0, len(members) - 1, min(MOST_SESSIONS, len(members))).astype(int))
        out += [members[k] for k in chosen]
    return out


def fit_spread(found: Errors) -> Spread:
    """Return the weights of the stated sds."""
    weight = runner_weights(found.runner)
    return Spread(
        *(_quantile(found.traits[k], np.log(np.abs(found.off_s[:, k]) + 0.02), weight) for k in range(len(QUANTITIES)))
    )


def _quantile(x: FloatArray, y: FloatArray, weight: FloatArray) -> FloatArray:
    """Return weights w for which `WITHIN` of the values y lie below x @ w, by the smoothed pinball loss."""
    middle, scale = x.mean(axis=0), x.std(axis=0)
    middle[0], scale[0] = 0.0, 1.0
    scale[scale == 0.0] = 1.0
    z = (x - middle) / scale

    def loss(w: FloatArray) -> tuple[float, FloatArray]:
        over = (y - z @ w) / SMOOTH
        soft = np.logaddexp(0.0, over)
        slope = 1.0 / (1.0 + np.exp(-over))
        value = weight @ (SMOOTH * soft - (1.0 - WITHIN) * SMOOTH * over)
        gradient = -(z.T @ (weight * (slope - (1.0 - WITHIN))))
        ridge = RIDGE * w.copy()
        ridge[0] = 0.0
        return float(value + 0.5 * ridge @ w), gradient + ridge

    first = np.zeros(z.shape[1])
    first[0] = np.quantile(y, WITHIN)
    w = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 2000}).x / scale
    w[0] -= float(middle @ w)
    return np.asarray(w)


def folds(every: Sequence[Timed]) -> list[set[str]]:
    """Return the runners in parts of about as many sessions."""
    sessions: dict[str, int] = {}
    for one in every:
        sessions[one.runner] = sessions.get(one.runner, 0) + 1
    parts: list[set[str]] = [set() for _ in range(FOLDS)]
    load = [0] * FOLDS
    for runner in sorted(sessions, key=lambda name: (-sessions[name], name)):
        k = load.index(min(load))
        parts[k].add(runner)
        load[k] += sessions[runner]
    return parts


def left_out(every: Sequence[Timed], part: set[str], first: Habits) -> tuple[Errors, FloatArray]:
    """Return the errors of a part's runners, and the sds stated for them, by numbers that do not know them."""
    others = [one for one in every if one.runner not in part]
    habits = fit_habits(others, first)
    spread = fit_spread(errors(others, habits))
    found = errors([one for one in every if one.runner in part], habits)
    return found, _sds(found, spread)


def _sds(found: Errors, spread: Spread) -> FloatArray:
    """Return the sds stated, shape (n, 3)."""
    weights = (spread.start, spread.end, spread.time)
    return np.column_stack([sds_s(part, w) for part, w in zip(found.traits, weights, strict=True)])


def figures(found: Errors, sd_s: FloatArray) -> dict[str, dict[str, float | list[float]]]:
    """Return what is told of the errors, by condition."""
    out: dict[str, dict[str, float | list[float]]] = {}
    for condition in CONDITIONS:
        rows = found.condition == condition
        parts_of = {condition: rows, f"{condition}, 400 m by thumb": rows & found.is_400}
        parts_of |= {f"{condition}, rest {rest}": rows & (found.rest == rest) for rest in ("jogged", "stood")}
        parts_of |= {f"{condition}, {name}": rows & (found.format == name) for name in ("fit", "tcx")}
        for name, chosen in parts_of.items():
            off = found.off_s[chosen, 2]
            if not off.size:
                continue
            held = coverage(off, sd_s[chosen, 2])
            out[name] = {
                "reps": int(off.size),
                "median_s": round(float(np.median(np.abs(off))), 2),
                "p90_s": round(float(np.quantile(np.abs(off), 0.9)), 2),
                "bias_s": round(float(np.median(off)), 2),
                "scatter_s": round(scatter_s(off, found.session[chosen].tolist()), 2),
                "within_1sd": [round(part.within_1sd, 2) for part in held],
            }
            for k, quantity in enumerate(QUANTITIES[:2]):
                parts = coverage(found.off_s[chosen, k], sd_s[chosen, k])
                out[name][f"{quantity}_within_1sd"] = [round(part.within_1sd, 2) for part in parts]
    return out


@dataclass(eq=False)
class Offsets:
    """By how much longer the reps are by presses than as found, a row a session without laps."""

    runner: NDArray[np.str_]
    late_s: FloatArray
    own_sd_s: FloatArray
    stated_sd_s: FloatArray

    def of(self, rows: NDArray[np.generic]) -> Offsets:
        """Return the rows chosen."""
        return Offsets(self.runner[rows], self.late_s[rows], self.own_sd_s[rows], self.stated_sd_s[rows])

    def scale_s(self, common: float) -> FloatArray:
        """Return the scale of each session's error."""
        return np.hypot(self.own_sd_s, common * self.stated_sd_s)


def offsets(found: Errors, sd_s: FloatArray) -> Offsets:
    """Return the sessions of three reps and more."""
    alone = Clock(0.0, 1.0, 0.0)
    rows = []
    for name in np.unique(found.session):
        chosen = (found.session == name) & (found.condition == CONDITIONS[0])
        late_s = -found.off_s[chosen, 2]
        if late_s.size >= 3:
            middle_s, own_s = alone.of_session(late_s, np.zeros_like(late_s), sd_s[chosen, 2])
            rows.append((found.runner[chosen][0], middle_s, own_s, float(np.median(sd_s[chosen, 2]))))
    return Offsets(*(np.array(column) for column in zip(*rows, strict=True)))


def fit_clock(every: Offsets) -> Clock:
    """Return the likeliest clock: runners differ normally, sessions by Student's t."""
    tried = [Clock(late_s, runners_s, common) for late_s in LATE_S for runners_s in RUNNERS_S for common in COMMON]
    return max(tried, key=lambda clock: _log_likelihood(every, clock))


def _log_likelihood(every: Offsets, clock: Clock) -> float:
    log_prior = -0.5 * np.square((OFFSETS_S - clock.late_s) / clock.runners_s)
    log_prior -= np.log(np.exp(log_prior).sum())
    scale_s = every.scale_s(clock.common)[:, None]
    log_p = student.logpdf((every.late_s[:, None] - OFFSETS_S) / scale_s, FREEDOM) - np.log(scale_s)
    of_runner = [log_prior + log_p[every.runner == name].sum(axis=0) for name in np.unique(every.runner)]
    return float(sum(np.logaddexp.reduce(one) for one in of_runner))


def clock_figures(every: Offsets) -> dict[str, float]:
    """Return how far sessions lie from presses as they are, and moved by what other sessions of their runner tell.

    The clock is fitted without the runner; `beyond_1sd` and so on: shares of sessions so far off, moved.
    """
    rng = np.random.default_rng(0)
    plain, moved, claimed = [], [], []
    for name in np.unique(every.runner):
        own = np.flatnonzero(every.runner == name)
        if own.size < BOTH:
            continue
        clock = fit_clock(every.of(every.runner != name))
        for _ in range(HALVES):
            rng.shuffle(own)
            told, asked = every.of(own[: own.size // 2]), every.of(own[own.size // 2 :])
            late_s, sd_s = clock.of_runner(told.late_s, told.scale_s(clock.common))
            plain.append(np.abs(asked.late_s))
            moved.append(np.abs(asked.late_s - late_s))
            claimed.append(np.sqrt(asked.own_sd_s**2 + sd_s**2 + (ONE_SD * clock.common * asked.stated_sd_s) ** 2))
    off_s, sds = np.concatenate(moved), np.concatenate(claimed)
    return {
        "as_found_s": round(float(np.median(np.concatenate(plain))), 2),
        "moved_s": round(float(np.median(off_s)), 2),
        "within_1sd": round(float(np.mean(off_s < sds)), 2),
        "within_1.96sd": round(float(np.mean(off_s < 1.96 * sds)), 2),
    }


def joined(parts: Sequence[tuple[Errors, FloatArray]]) -> tuple[Errors, FloatArray]:
    """Return the errors and sds of all parts together."""
    every = [part[0] for part in parts]

    def cat(name: str) -> NDArray[np.generic]:
        return np.concatenate([getattr(one, name) for one in every])

    traits = tuple(np.concatenate([one.traits[k] for one in every]) for k in range(len(QUANTITIES)))
    whole = Errors(cat("off_s"), traits, *(cat(name) for name in WHAT))  # type: ignore[arg-type]
    return whole, np.concatenate([part[1] for part in parts])


def written(habits: Habits, spread: Spread, told: dict[str, dict[str, float | list[float]]]) -> str:
    """Return the file of the numbers."""
    weights = {
        key: {name: round(float(value), 4) for name, value in zip(TRAITS, getattr(spread, key), strict=True)}
        for key in QUANTITIES
    }
    data = {
        "about": "Written by tools/fit_times.py; what a name means: fellows.Habits, stated.traits_of.",
        "habits": habits._asdict(),
        "spread": weights,
        "runners_left_out": told,
    }
    return json.dumps(data, indent=1) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", action="store_true", help="write nothing")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    options = parser.parse_args()
    work = [(case, condition) for condition in CONDITIONS for case in cases(("real",))]
    with ProcessPoolExecutor(options.jobs) as workers:
        every = [one for one in workers.map(timed_session, work, chunksize=4) if one is not None]
        report(every, workers, write=not options.report)
    return 0


def report(every: Sequence[Timed], workers: ProcessPoolExecutor, *, write: bool) -> None:
    """Fit on all, measure on runners left out, print it, and write the numbers."""
    habits = fit_habits(every)
    spread = fit_spread(errors(every, habits))
    unseen = joined(list(workers.map(partial(left_out, every, first=FIRST), folds(every))))
    presses = offsets(*unseen)
    text = written(habits, spread, figures(*unseen))
    clock = json.dumps(
        {
            "about": "Written by tools/fit_times.py; what a name means: clock.Clock.",
            "clock": fit_clock(presses)._asdict(),
            "runners_left_out": clock_figures(presses),
        },
        indent=1,
    )
    print(text + clock)
    if write:
        CLOCK.write_text(clock + "\n", encoding="utf-8")
        NUMBERS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
