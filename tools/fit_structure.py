"""Fits the weights by which explanations are judged, and says how well they do on runners left out.

    python tools/fit_structure.py              fits on ../shared/real, prints the report, writes segmenter/weights.json
    python tools/fit_structure.py --report     the same, but writes nothing

Every recording is looked at as its signal tells it (blinded, and as bare GPX), with a plan given (its own reps, or
Kastor's though something else was run), with nothing recorded but the main set, and with its laps, as pressed and with
some presses missed; and each of these anew, altered in some ways that leave the truth as it was (``robustness.py``: no
warm-up, half of it, sparse, noisier, faster, paused, presses late, ...), as other runners and watches would have
recorded it. Each runner weighs as the square root of their recordings. Fitted are, in turn: the odds of a bout
beside the reps that were run (logistic); which explanation is right (conditional logit over all explanations that the
search proposes: those that are right shall be likely together, a nearly right one counting a little); whether the best
of them is a session (logistic); how sure that is. Every figure printed, and written beside the weights, is of runners
whose recordings no weight of the last three had seen; the odds of a bout, which hardly depend on who ran, were fitted
on all. Which traits are used was chosen by dropping, one after the other, those that weighed
least, as long as runners left out were told no worse; two that tell a brisk warm-up and cool-down from reps were
kept, though hardly one of the runners at hand has such: simulated slow ones do. Who trained together is left out
together. What tells strides is fitted apart (``fit_strides.py``) and kept. Takes a quarter of an hour on
two cores. Needs SciPy.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zlib import crc32

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import numpy as np
from cases import Case, cases, loaded, real_truth
from robustness import Altered, alterations, main_set, missed
from scipy.optimize import minimize

import kastor_analysis as ka
from kastor_analysis.motion import motion_of
from kastor_analysis.segmenter.bundles import Bundle
from kastor_analysis.segmenter.candidates import BoolArray, Candidates, FloatArray
from kastor_analysis.segmenter.criterion import Criterion, Linear
from kastor_analysis.segmenter.easy import Easy
from kastor_analysis.segmenter.evidence import Evidence, evidence_of
from kastor_analysis.segmenter.explain import TOLD_FROM, candidates_of
from kastor_analysis.segmenter.likeness import SIGNS, signs
from kastor_analysis.segmenter.search import ranked
from kastor_analysis.segmenter.strides import are_strides

WEIGHTS = ROOT / "kastor_analysis" / "segmenter" / "weights.json"
ALONE = "alone"
ALTERED = {"altered": "blinded", "altered gpx": "gpx", "altered laps": "laps"}
SIGNAL, PRESSED = ("blinded", "gpx", "planned", ALONE, "altered", "altered gpx"), ("laps", "missed", "altered laps")
AS = {"planned": "blinded", "missed": "laps", ALONE: "blinded", **ALTERED}
WAYS = 3
"""In so many of the ways there are each recording is altered, others for each."""

WHICH = (
    "three", "contrast_spread", "faint", "falls_apart_most", "explained", "long_slower", "of_a_kind", "rhythm",
    "rest_turns", "rest_speed", "longest_rest", "shortest_rest", "from_start_slow", "to_end_slow", "first_slow",
    "first_unlike_next", "last_slow", "last_longer", "last_unlike_next", "regret", "left_best", "left_standing_out",
    "heart_spread", "planned_number",
)  # fmt: skip
WHICH_PRESSED = (
    "number", "two", "three", "contrast_spread", "explained", "speed_spread", "of_a_kind", "rest_turns", "rest_speed",
    "longest_rest", "shortest_rest", "from_start", "to_end", "first_slow", "first_unlike_next", "last_slow", "regret",
    "left_best", "left_standing_out", "heart_spread", "pressed", "not_pressed", "lap_contrast", "fast_laps_left",
    "called_rest", "called_rep", "reps_called_left",
)  # fmt: skip
SESSION = (
    "number", "over_8_min", "faint", "over_easy", "over_easy_least", "easy_beside", "explained", "speed_spread",
    "even_distance", "round_distance", "round_time", "rhythm", "rest_turns", "rest_ratio", "stood", "stood_briefly",
    "shortest_rest", "from_start", "first_slow", "first_unlike_next", "last_longer", "last_unlike_next", "last_odd",
    "odds", "odds_in_all", "regret", "left_strong", "left_standing_out", "planned", "planned_number", "heart_rise",
)  # fmt: skip
SESSION_PRESSED = (
    "faint", "over_easy_least", "lone", "rhythm", "rest_turns", "odds", "left_strong", "pressed", "lap_contrast",
    "press_inside",
)  # fmt: skip
SURENESS = ("lead", "session")
HARDER = {"likeness": 1.0, "which": 5.0, "which_pressed": 2.0, "session": 20.0, "session_pressed": 20.0}
"""Strength of the ridge for each fit, weights being per sd of their trait."""
SHARE = {"missed": 0.5, ALONE: 0.5, "altered": 0.6, "altered gpx": 0.6, "altered laps": 0.3}
"""What a recording counts under a condition that was made, not recorded; under any other it counts whole."""
UNPRESSED = 0.1
"""What it counts beside its blinded self where nobody pressed for reps, and the signal alone tells."""
STRIDE_S = 30.5
"""A rep no longer than this counts as found where it is told as a stride."""
WRONG, WRONG_SHORT, CLOSE = 3.0, 0.5, 1.6
"""By so much (log) each rep too many, or too few, makes an explanation the less right; how wrong the last that counts
is, beyond the least wrong; and what a rep as short as a stride counts, where it is not told."""


@dataclass(eq=False)
class Recording:
    """One recording under one condition, and what is to be learnt from it."""

    case: Case
    condition: str
    found: Candidates
    easy: Easy
    evidence: Evidence
    reps: FloatArray
    ignored: FloatArray
    values: dict[str, FloatArray] | None = None
    wrong: FloatArray | None = None
    """Reps missed and reps told beyond, of each explanation; a short one missed counts `WRONG_SHORT`."""
    exact: BoolArray | None = None
    is_session: BoolArray | None = None
    strides: BoolArray | None = None
    """Whether what an explanation takes for reps are strides, which are told as such."""

    @property
    def runner(self) -> str:
        return self.case.runner

    @property
    def share(self) -> float:
        """What it counts beside the same recording under other conditions."""
        as_blinded = self.condition in PRESSED and not self.evidence.has_presses
        return UNPRESSED if as_blinded else SHARE.get(self.condition, 1.0)

    @property
    def is_run(self) -> bool:
        return self.case.source == "run"


def given_plan(case: Case) -> ka.Plan:
    """Return the plan a recording is looked at with: its own for every other session, else Kastor's."""
    if case.source != "real" or crc32(case.name.encode()) % 2:
        return ka.Plan.kastor()
    truth = real_truth()[case.name.removeprefix("real:")]
    if not truth.elapsed_s.size:
        return ka.Plan.kastor()
    if truth.ended_by == "timer" or not np.isfinite(truth.watch_distance_m).all():
        return ka.Plan(
            reps=truth.elapsed_s.size, duration_s=tuple(float(max(5 * round(t / 5), 5)) for t in truth.elapsed_s)
        )
    usual = np.array(
        [50, 60, 80, 100, 150, 200, 300, 400, 500, 600, 800, 1000, 1200, 1600, 2000, 2400, 3000, 4000, 5000.0]
    )
    metres = [float(usual[np.argmin(np.abs(np.log(usual / max(m, 1.0))))]) for m in truth.watch_distance_m]
    return ka.Plan(reps=len(metres), distance_m=tuple(metres))


def gathered(case: Case, conditions: Sequence[str]) -> list[Recording]:
    """Return a case under each of the conditions."""
    warnings.simplefilter("ignore")
    out = []
    for condition in conditions:
        plan = given_plan(case) if condition == "planned" else None
        for activity, reps, ignored in _recorded(case, condition):
            try:
                motion = motion_of(activity)
            except ka.KastorError:
                continue
            found, laps = candidates_of(activity, motion, use_laps=condition in PRESSED)
            if found.n:
                evidence = evidence_of(activity, motion, found, laps, plan)
                out.append(Recording(case, condition, found, Easy(motion.grid_speed_mps), evidence, reps, ignored))
    return out


def _recorded(case: Case, condition: str) -> list[Altered]:
    """Return a case as it was recorded under a condition, in as many ways as there are."""
    try:
        known = loaded(case, AS.get(condition, condition))
    except ka.KastorError:
        return []
    chance = np.random.default_rng(crc32(f"{case.name} {condition}".encode()))
    if condition == "altered laps" and not known[0].lap_table.n_rows:
        return []
    if condition in ALTERED:
        every = alterations(AS[condition])
        ways = [every[name] for name in chance.permutation(sorted(every.keys() - {"as recorded"}))[:WAYS]]
    elif condition in ("missed", ALONE):
        ways = [missed if condition == "missed" else main_set] if case.source == "real" else []
    else:
        return [known]
    return [way(*known, chance) for way in ways] if len(known[1]) > 1 or case.source == "run" else []


def overlaps(found: Candidates, spans: FloatArray) -> FloatArray:
    """Return intersection over union of spans with candidates, shape (m, n)."""
    return np.array([found.overlap(start, end) for start, end in spans]).reshape(-1, found.n)


def ignorable(r: Recording) -> BoolArray:
    """Return which candidates lie mostly where nothing counts."""
    shared = np.zeros(r.found.n)
    for start, end in r.ignored:
        shared += np.clip(np.minimum(r.found.end, end) - np.maximum(r.found.start, start), 0.0, None)
    return shared >= 0.5 * (r.found.end - r.found.start)


def fit_likeness(recordings: Sequence[Recording]) -> tuple[FloatArray, float]:
    """Return weights and constant of the odds of a bout, beside the reps that were run."""
    xs, ys, ws = [], [], []
    counts = Counter(r.runner for r in recordings)
    for r in recordings:
        if r.is_run or r.condition not in ("blinded", "gpx") or len(r.reps) < 2:
            continue
        near = overlaps(r.found, r.reps)
        rows = sorted({int(np.argmax(row)) for row in near if row.max() > 0.5})
        if len(rows) < 2:
            continue
        chosen = np.zeros((1, r.found.n), dtype=bool)
        chosen[0, rows] = True
        bundle = Bundle(r.found, chosen)
        known = signs(bundle, r.easy.under(bundle).speed_mps)[0]
        beside = (overlaps(r.found, r.ignored) > 0).any(axis=0)
        keep = ~beside & ~((near.max(axis=0) > 0.5) & ~chosen[0]) & (r.found.log_d > np.log(30.0))
        xs.append(known[keep])
        ys.append(chosen[0][keep].astype(np.float64))
        ws.append(np.full(keep.sum(), counts[r.runner] ** -0.5))
    return logistic(np.concatenate(xs), np.concatenate(ys), np.concatenate(ws), HARDER["likeness"])


def explain(r: Recording, criterion: Criterion) -> Recording:
    """Return a recording with what the search proposes, and how wrong each is."""
    warnings.simplefilter("ignore")
    best = ranked(r.found, r.easy, r.evidence, criterion)
    if best is None:
        return r
    hit = overlaps(r.found, r.reps) > 0.5
    short = np.diff(r.reps, axis=1)[:, 0] <= STRIDE_S if len(r.reps) else np.zeros(0, dtype=bool)
    none = ~(hit.any(axis=0) | ignorable(r))
    found = (best.chosen | best.strides).astype(np.int32) @ hit.T.astype(np.int32) > 0
    missed, beyond = (~found & ~short).sum(axis=1), (best.chosen & none).sum(axis=1)
    return replace(
        r,
        values={k: v.astype(np.float32) for k, v in best.values.items()},
        wrong=missed + beyond + WRONG_SHORT * (~found & short).sum(axis=1),
        exact=missed + beyond == 0,
        is_session=found.sum(axis=1) >= max(0.5 * len(r.reps), 1),
        strides=np.array([are_strides(r.found, row, r.evidence.pressed, r.easy) for row in best.chosen]),
    )


def logistic(x: FloatArray, y: FloatArray, w: FloatArray, ridge: float) -> tuple[FloatArray, float]:
    """Return weights and constant of a logistic regression; the ridge is on weights per sd."""
    middle, sd = x.mean(axis=0), x.std(axis=0) + 1.0e-6
    z = np.column_stack([(x - middle) / sd, np.ones(len(x))])
    w = w / w.mean()

    def loss(b: FloatArray) -> tuple[float, FloatArray]:
        s = z @ b
        kept = np.append(b[:-1], 0.0)
        gradient = z.T @ (w * (y - 1.0 / (1.0 + np.exp(-np.clip(s, -40, 40))))) - ridge * kept
        return -((w * (y * s - np.logaddexp(0.0, s))).sum() - 0.5 * ridge * kept @ kept), -gradient

    b = minimize(loss, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B").x
    return b[:-1] / sd, float(b[-1] - (b[:-1] / sd) @ middle)


@dataclass(eq=False)
class Choices:
    """The explanations of many recordings, ready for the conditional logit."""

    x: FloatArray
    right: FloatArray
    starts: FloatArray
    of: FloatArray
    weight: FloatArray


def choices(recordings: Sequence[Recording], z: dict[int, FloatArray], counts: Counter[str]) -> Choices:
    """Return the explanations of sessions, and how right each is: what is nearly right counts a little."""
    xs, rights, ws = [], [], []
    for r in recordings:
        worse = r.wrong - r.wrong.min()
        xs.append(z[id(r)])
        rights.append(np.where(worse <= CLOSE, np.exp(-WRONG * worse), 0.0))
        ws.append(counts[r.runner] ** -0.5 * r.share)
    sizes = np.array([len(right) for right in rights])
    w = np.array(ws) / np.mean(ws)
    return Choices(
        np.concatenate(xs),
        np.concatenate(rights),
        np.concatenate([[0], np.cumsum(sizes)[:-1]]),
        np.repeat(np.arange(len(rights)), sizes),
        w,
    )


def conditional_logit(c: Choices, ridge: float, first: FloatArray | None = None) -> FloatArray:
    """Return the weights (per sd) under which the right explanations together are the likeliest.

    Maximised is the log of the share that falls to all that are right, not to each of them: which of two edges a rep
    has is no question here.
    """

    def loss(b: FloatArray) -> tuple[float, FloatArray]:
        s = c.x @ b
        top = np.maximum.reduceat(s, c.starts)
        e = np.exp(s - top[c.of])
        total = np.add.reduceat(e, c.starts)
        e_right = e * c.right
        right = np.maximum(np.add.reduceat(e_right, c.starts), 1.0e-300)
        value = (c.weight * (np.log(right) - np.log(total))).sum() - 0.5 * ridge * b @ b
        slope = c.weight[c.of] * (e_right / right[c.of] - e / total[c.of])
        return -value, -(c.x.T @ slope - ridge * b)

    return minimize(
        loss, np.zeros(c.x.shape[1]) if first is None else first, jac=True, method="L-BFGS-B", options={"maxiter": 150}
    ).x


def table(r: Recording, names: Sequence[str]) -> FloatArray:
    """Return traits of all explanations of a recording, shape (k, len(names))."""
    return np.column_stack([r.values[name] for name in names]).astype(np.float64)


@dataclass(eq=False)
class Fit:
    """One pair of fits, which and session, with what it says of runners it has not seen."""

    which: dict[str, float]
    session: dict[str, float]
    session_constant: float
    session_low: dict[str, float]
    session_high: dict[str, float]
    told: list[dict[str, object]]


def fit(recordings: Sequence[Recording], which: Sequence[str], session: Sequence[str], key: str) -> Fit:
    """Fit on all, and on all but each runner for the report."""
    sessions = [r for r in recordings if not r.is_run and len(r.reps) and r.condition != ALONE]
    every = np.concatenate([table(r, which) for r in sessions])
    middle, sd = every.mean(axis=0), every.std(axis=0) + 1.0e-6
    z = {id(r): (table(r, which) - middle) / sd for r in recordings}
    counts = Counter(r.runner for r in sessions)
    whole = conditional_logit(choices(sessions, z, counts), HARDER[key])
    scores: dict[int, FloatArray] = {}
    for runner in sorted({r.runner for r in recordings}):
        others = [r for r in sessions if r.runner != runner]
        weights = conditional_logit(choices(others, z, counts), HARDER[key], whole) if runner in counts else whole
        scores |= {id(r): z[id(r)] @ weights for r in recordings if r.runner == runner}
    # Whether there is a session is asked of the best, as it is picked by those who had not seen the runner; of strides
    # it is not asked: they are told as such.
    best = {id(r): int(np.argmax(scores[id(r)])) for r in recordings}
    asked = np.array([not r.strides[best[id(r)]] for r in recordings])
    x = np.array([table(r, session)[best[id(r)]] for r in recordings])
    low, high = np.quantile(x[asked], 0.005, axis=0), np.quantile(x[asked], 0.995, axis=0)
    x = np.clip(x, low, high)
    y = np.array([float(not r.is_run and r.is_session[best[id(r)]]) for r in recordings])
    sizes = Counter((r.runner, r.is_run) for r in recordings)
    w = np.array([sizes[r.runner, r.is_run] ** -0.5 * r.share for r in recordings])
    # Strides are told either way: as reps they are a session, as strides they need be none.
    w *= np.array([0.3 if len(r.reps) and np.diff(r.reps, axis=1).max() <= STRIDE_S else 1.0 for r in recordings])
    ridge = HARDER["session" + key.removeprefix("which")]
    session_weights, constant = logistic(x[asked], y[asked], w[asked], ridge)
    odds = np.zeros(len(recordings))
    runners = np.array([r.runner for r in recordings])
    for runner in set(runners):
        others = asked & (runners != runner)
        b, c = logistic(x[others], y[others], w[others], ridge)
        odds[runners == runner] = x[runners == runner] @ b + c
    told = []
    for r, o in zip(recordings, odds, strict=True):
        s = scores[id(r)]
        order = np.argsort(-s, kind="stable")
        lead = float(s[order[0]] - np.logaddexp.reduce(s[order[1:]])) if len(s) > 1 else 5.0
        right = np.flatnonzero(r.exact[order])
        is_told = o > TOLD_FROM or r.strides[order[0]]
        told.append(
            nothing_found(r)
            | {
                "odds": float(o),
                "lead": lead,
                "rank": int(right[0]) + 1 if right.size else 0,
                "session": bool(o > TOLD_FROM and not r.strides[order[0]]),
            }
            | ({"exact": bool(r.exact[order[0]])} if is_told else {})
        )
    return Fit(
        dict(zip(which, (whole / sd).tolist(), strict=True)),
        dict(zip(session, session_weights.tolist(), strict=True)),
        constant,
        dict(zip(session, low.tolist(), strict=True)),
        dict(zip(session, high.tolist(), strict=True)),
        told,
    )


def nothing_found(r: Recording) -> dict[str, object]:
    """Return what is known of a recording in which no session is told; where all reps are strides that is right."""
    has_none = not len(r.reps) or bool(np.diff(r.reps, axis=1).max() <= STRIDE_S)
    about = {"name": r.case.name, "condition": r.condition, "runner": r.runner, "is_run": r.is_run}
    return about | {"odds": -9.0, "lead": 0.0, "rank": 0, "session": False, "exact": not r.is_run and has_none}


def fit_sureness(told: Sequence[dict[str, object]]) -> tuple[FloatArray, float]:
    """Return weights and constant of the odds that what is told is right, of the lead and the odds of a session."""
    real = [t for t in told if t["session"]]
    counts = Counter(t["runner"] for t in real)
    x = np.array([[np.clip(t["lead"], -3, 6), min(t["odds"], 6.0)] for t in real])
    y = np.array([float(t["exact"] and not t["is_run"]) for t in real])
    return logistic(x, y, np.array([counts[t["runner"]] ** -0.5 for t in real]), 1.0)


def figures(told: Sequence[dict[str, object]]) -> dict[str, object]:
    """Return the figures of one condition."""
    real = [t for t in told if not t["is_run"]]
    by: dict[str, list[dict[str, object]]] = defaultdict(list)
    for t in real:
        by[str(t["runner"])].append(t)

    def by_runner(ok: Callable[[dict[str, object]], bool]) -> float:
        return round(float(np.mean([np.mean([ok(t) for t in ts]) for ts in by.values()])), 3)

    return {
        "sessions": len(real),
        "exact": sum(bool(t["exact"]) for t in real),
        "exact_by_runner": by_runner(lambda t: bool(t["exact"])),
        "right_among_three": sum(1 <= t["rank"] <= 3 for t in real),
        "right_among_three_by_runner": by_runner(lambda t: 1 <= t["rank"] <= 3),
        "right_among_all": sum(t["rank"] > 0 for t in real),
        "silent": sum(not t["session"] for t in real),
        "runs": sum(bool(t["is_run"]) for t in told),
        "runs_taken": sum(bool(t["is_run"] and t["session"]) for t in told),
        "runners": {name: f"{sum(bool(t['exact']) for t in ts)} of {len(ts)}" for name, ts in sorted(by.items())},
    }


def first_criterion(likeness: tuple[FloatArray, float]) -> Criterion:
    """Return a criterion to begin with: the odds in all, less what is left to be regretted."""
    start = Linear(("odds_in_all", "regret", "not_pressed", "fast_laps_left"), np.array([1.0, -1.0, -1.0, -1.0]))
    nothing = Linear((), np.empty(0))
    return Criterion(Linear(SIGNS, *likeness), start, start, nothing, nothing, nothing, nothing)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", action="store_true", help="write nothing")
    parser.add_argument("--rounds", type=int, default=2, help="how often the search is made anew with what was fitted")
    parser.add_argument("--told", metavar="FILE", help="write what was told of each recording, its runner left out")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with ProcessPoolExecutor(options.jobs) as workers:
        nested = workers.map(partial(gathered, conditions=(*SIGNAL, *PRESSED)), cases(("real", "run")), chunksize=4)
        recordings = [r for group in nested for r in group]
        likeness = fit_likeness(recordings)
        criterion = first_criterion(likeness)
        for _ in range(options.rounds):
            looked_at = list(workers.map(partial(explain, criterion=criterion), recordings, chunksize=4))
            explained = [r for r in looked_at if r.values is not None]
            by_signal = fit([r for r in explained if not r.evidence.has_presses], WHICH, SESSION, "which")
            pressed = fit(
                [r for r in explained if r.evidence.has_presses], WHICH_PRESSED, SESSION_PRESSED, "which_pressed"
            )
            criterion = replace(
                criterion,
                which=Linear(tuple(by_signal.which), np.array(list(by_signal.which.values()))),
                which_pressed=Linear(tuple(pressed.which), np.array(list(pressed.which.values()))),
            )
            told = by_signal.told + pressed.told + [nothing_found(r) for r in looked_at if r.values is None]
            report = {c: figures([t for t in told if t["condition"] == c]) for c in (*SIGNAL, *PRESSED)}
            for condition, found in report.items():
                print(condition, {k: v for k, v in found.items() if k != "runners"}, flush=True)
    sureness, sureness_constant = fit_sureness(told)
    data = {
        "about": "Written by tools/fit_structure.py; what a name means: likeness.py, traits.py, reasons.py.",
        "likeness": {"constant": likeness[1], "weights": dict(zip(SIGNS, likeness[0].tolist(), strict=True))},
        "which": {"weights": by_signal.which},
        "which_pressed": {"weights": pressed.which},
        "session": _session(by_signal),
        "session_pressed": _session(pressed),
        "sureness": {"constant": sureness_constant, "weights": dict(zip(SURENESS, sureness.tolist(), strict=True))},
        "strides": json.loads(WEIGHTS.read_text("utf-8"))["strides"],
        "left_out": report,
    }
    if options.told:
        Path(options.told).write_text(json.dumps(told, indent=0))
    if not options.report:
        WEIGHTS.write_text(json.dumps(rounded(data), indent=1) + "\n", encoding="utf-8")
    return 0


def _session(made: Fit) -> dict[str, object]:
    return {
        "constant": made.session_constant,
        "weights": made.session,
        "low": made.session_low,
        "high": made.session_high,
    }


def rounded(value: object) -> object:
    """Return what is written down, numbers to four digits."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return round(value, 4) if isinstance(value, float) else value


if __name__ == "__main__":
    raise SystemExit(main())
