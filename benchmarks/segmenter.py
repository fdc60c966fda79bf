"""One command, one table: how well the reps are found, and how exactly.

    python benchmarks/segmenter.py                      simulated and real sessions, all conditions
    python benchmarks/segmenter.py --real --blinded     real sessions without laps
    python benchmarks/segmenter.py --baselines          beside what a user would otherwise take
    python benchmarks/segmenter.py --real --only track-02 --sessions
    python benchmarks/segmenter.py --real --gpx --worst 10      pictures of the ten worst into benchmarks/out/
    python benchmarks/segmenter.py --speed                      the processor time of segmenting an hour of 1 s samples

Sets: ``sim`` (known truth; ``sim as pressed``: held against the presses, as real ones must be), ``real`` by what ended
the reps (``pressed`` by a thumb, ``odometer`` and ``timer`` by the watch), ``real checked`` (all of them, less what
`cases.NO_TRUTH` and `PART_OF_TRUTH` tell of their truth), ``real runs`` (no interval sessions: what is found there is
invented). Real starts and ends are as good as a lap
press: 0.3 to 0.5 s, and whole seconds refined by the chain of laps; times are to the millisecond.

Columns: start and end show bias (median error) and median absolute error; `|e|90` is the 90 % quantile, `within` the sd
about each session's own mean, `95 %` an interval by bootstrap over sessions; `finite` the share of reps with a stated
sd, `1sd` and `2sd` the share of errors within it; `4 s` the overlap of 4 s windows; `grp` means over groups, for which
real recordings have only the device. All of it is defined in `kastor_analysis.evaluation`.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import baselines
import numpy as np
from cases import CONDITIONS, Case, as_pressed, cases, loaded

import kastor_analysis as ka
from kastor_analysis.evaluation import Pooled, SessionScore, bootstrap, evaluate, match, pool
from kastor_analysis.evaluation import spans as sound

OUT = Path(__file__).resolve().parent / "out"
METHODS = ("kastor", "threshold", "ruptures", "own laps")


def found_by(
    method: str, activity: ka.Activity, condition: str, strides: list[np.ndarray] | None = None
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the spans a method finds and the sds it states; what it tells as strides is added to `strides`."""
    if method == "threshold":
        return baselines.threshold(activity), {}
    if method == "ruptures":
        return baselines.rupture_spans(activity), {}
    if method == "own laps":
        return baselines.own_laps(activity), {}
    session = ka.segment(activity, use_laps=condition == "laps")
    if strides is not None:
        strides.append(np.array([(row.start_s, row.end_s) for row in session.strides]).reshape(-1, 2))
    reps = [rep for rep in session.reps if rep.status != "aborted"]
    spans = np.array([(rep.start_s, rep.end_s) for rep in reps]).reshape(-1, 2)
    return spans, {
        "start": np.array([rep.start_sd_s for rep in reps]),
        "end": np.array([rep.end_sd_s for rep in reps]),
        "time": np.array([rep.duration_sd_s for rep in reps]),
    }


@dataclass(frozen=True)
class Measured:
    """A case, its score, its score by another truth (None: left out), and the seconds it took.

    The other truth is, for real sessions, the truth as checked; for simulated ones, the reps as they were pressed.
    """

    case: Case
    score: SessionScore
    other: SessionScore | None
    took_s: float = float("nan")


def measure(case: Case, condition: str, method: str) -> Measured:
    """Return how well a method does on a case."""
    warnings.simplefilter("ignore")
    try:
        activity, reps, ignored = loaded(case, condition)
    except ka.KastorError as error:
        if case.source == "run" and condition == "gpx":
            return Measured(case, evaluate([], [], group=case.group), None)  # no positions: no such file
        return Measured(case, evaluate([], [], group=case.group, failure=str(error)), None)
    began = time.perf_counter()
    beside: list[np.ndarray] = []
    try:
        found, sds = found_by(method, activity, condition, beside)
        spans, failure = sound(found), None
    except Exception as error:  # a benchmark survives what it measures, and counts it
        spans, sds, failure = np.empty((0, 2)), {}, f"{type(error).__name__}: {error}"
    took = time.perf_counter() - began
    if case.source == "real" and beside and not failure:
        # A rep told as a stride counts as found: it is left out of what was to be found, having no time to be judged.
        told = set(match(reps, spans)[:, 0].tolist())
        reps = np.delete(reps, [i for i in match(reps, beside[0])[:, 0].tolist() if i not in told], axis=0)

    def held(against: np.ndarray = reps, *, ignore: object) -> SessionScore:
        return evaluate(
            against,
            spans,
            ignore=np.asarray(ignore),
            stated_sd_s=sds,
            duration_s=activity.duration_s,
            group=case.group,
            failure=failure,
        )

    score = other = held(ignore=ignored)
    if case.source == "sim":
        other = (
            held(as_pressed(case), ignore=[(0.0, activity.duration_s)])
            if case.ended_by == "pressed" and condition != "gpx"
            else None
        )
    return Measured(case, score, other, took)


def sets(measured: list[Measured]) -> Iterable[tuple[str, list[SessionScore]]]:
    """Yield the rows of the table: name and scores."""
    real = [m for m in measured if m.case.source == "real"]
    rows = {
        "sim": [m.score for m in measured if m.case.source == "sim" and not m.case.name.startswith("sim:no-")],
        "sim as pressed": [
            m.other for m in measured if m.case.source == "sim" and m.other is not None and m.other.n_reference
        ],
        "sim none": [m.score for m in measured if m.case.name.startswith("sim:no-")],
        "real pressed": [m.score for m in real if m.case.ended_by == "pressed"],
        "real odometer": [m.score for m in real if m.case.ended_by == "odometer"],
        "real timer": [m.score for m in real if m.case.ended_by == "timer"],
        "real checked": [m.other for m in real if m.other is not None],
        "real runs": [m.score for m in measured if m.case.source == "run"],
    }
    return ((name, scores) for name, scores in rows.items() if scores)


HEAD = (
    f"{'set':14s} {'condition':9s} {'method':9s} {'sess':>4s} {'fail':>4s} {'reps':>4s} {'recall':>6s} {'prec':>5s} "
    f"{'exact':>5s} | {'start':>11s} | {'end':>11s} | {'time: bias':>10s} {'|e|50':>5s} {'|e|90':>5s} {'within':>6s} "
    f"{'95 % of |e|50':>13s} | {'finite':>6s} {'1sd':>4s} {'2sd':>4s} {'1sd by thirds':>14s} | {'4 s':>4s} "
    f"{'grp rec':>7s} {'grp |e|':>7s}"
)


def row(name: str, condition: str, method: str, scores: list[SessionScore]) -> str:
    """Return one line of the table."""
    p = pool(scores)
    text = f"{name:14s} {condition:9s} {method:9s} {p.n_sessions:4d} {p.n_failed:4d} {p.n_reference:4d} "
    if not p.n_reference:
        invented = sum(score.n_estimate > 0 for score in scores)
        return text + f"{'':6s} {'':5s} {p.exact:5.2f} | invented {p.n_estimate} reps in {invented} of them"
    start, end, times = (p.errors[key] for key in ("start", "end", "time"))
    low, high = bootstrap(scores, lambda pooled: pooled.errors["time"].median_s, draws=200)
    text += f"{p.recall:6.3f} {p.precision:5.3f} {p.exact:5.2f} | "
    text += f"{start.bias_s:+5.2f} {start.median_s:5.2f} | {end.bias_s:+5.2f} {end.median_s:5.2f} | "
    text += f"{times.bias_s:+10.2f} {times.median_s:5.2f} {times.p90_s:5.2f} {times.within_sd_s:6.2f} "
    text += f"{low:6.2f}-{high:<6.2f} | {_calibration(p):31s} | "
    return text + f"{p.window_overlap:4.2f} {p.group_mean_recall:7.3f} {p.group_mean_time_s:7.2f}"


def _calibration(p: Pooled) -> str:
    cover = p.coverage["time"]
    if not cover:
        return f"{p.sd_is_finite['time']:6.2f}"
    thirds = " ".join(f"{figures.within_1sd:4.2f}" for figures in cover[1:])
    return f"{p.sd_is_finite['time']:6.2f} {cover[0].within_1sd:4.2f} {cover[0].within_2sd:4.2f} {thirds:>14s}"


def calibration_rows(name: str, scores: list[SessionScore]) -> Iterable[str]:
    """Yield how stated sds hold up: overall and in each third of the stated sd."""
    p = pool(scores)
    for quantity, parts in p.coverage.items():
        for part, figures in zip(("all", "lowest third", "middle third", "highest third"), parts, strict=False):
            yield (
                f"  {name:14s} {quantity:5s} {part:13s} n {figures.n:4d} sd {figures.stated_sd_s:5.2f} "
                f"rms {figures.rms_error_s:6.2f} in 1 sd {figures.within_1sd:4.2f} in 2 sd {figures.within_2sd:4.2f}"
            )


def session_row(case: Case, score: SessionScore) -> str:
    """Return one line about a session."""
    text = f"  {case.name:44s} {case.group[:22]:22s} {case.ended_by:8s} "
    text += f"reps {score.n_matched:2d}/{score.n_reference:2d} found {score.n_estimate:2d} "
    if score.n_matched:
        start, end, times = (score.errors_s[key] for key in ("start", "end", "time"))
        text += f"start {np.median(start):+5.2f} end {np.median(end):+5.2f} time {np.median(times):+5.2f} "
        text += f"|t|50 {np.median(np.abs(times)):4.2f} |t|max {np.abs(times).max():5.2f} "
        text += f"sd {np.median(score.stated_sd_s['time']):4.2f}"
    return text + (f" FAILED {score.failure[:90]}" if score.failure else "")


def device_rows(measured: list[Measured]) -> Iterable[str]:
    """Yield one line a device."""
    groups: dict[str, list[SessionScore]] = {}
    for m in measured:
        groups.setdefault(f"{m.case.source} {m.case.group}"[:34], []).append(m.score)
    for name, scores in sorted(groups.items()):
        p = pool(scores)
        e = p.errors["time"]
        yield (
            f"  {name:34s} sessions {p.n_sessions:2d} reps {p.n_reference:3d} recall {p.recall:5.3f} "
            f"precision {p.precision:5.3f} exact {p.exact:4.2f} start {p.errors['start'].bias_s:+5.2f} "
            f"end {p.errors['end'].bias_s:+5.2f} time {e.bias_s:+5.2f} |t|50 {e.median_s:4.2f} |t|90 {e.p90_s:5.2f}"
        )


def badness(score: SessionScore) -> float:
    """Return how bad a session is: reps missed or invented first, then the time error."""
    wrong = (score.n_reference - score.n_matched) + (score.n_estimate - score.n_matched)
    errors = np.abs(score.errors_s["time"])
    return 1000.0 * wrong + (float(np.median(errors)) if errors.size else 0.0)


def draw(case: Case, condition: str, method: str, score: SessionScore) -> Path:
    """Draw speed, truth and estimate of a session."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    activity, reps, ignored = loaded(case, condition)
    try:
        spans, _ = found_by(method, activity, condition)
    except Exception:
        spans = np.empty((0, 2))
    whole, speed = baselines.speed_each_second(activity)
    times = np.concatenate([reps.ravel(), spans.ravel()])
    low, high = (times.min() - 60, times.max() + 60) if times.size else (0.0, activity.duration_s)
    figure, axes = plt.subplots(2, 1, figsize=(22, 8), constrained_layout=True)
    for ax, (a, b) in zip(axes, ((0.0, activity.duration_s), (low, high)), strict=True):
        ax.plot(whole, speed, color="0.25", lw=0.8, label="speed as recorded (5 s mean)")
        distance = activity.column("distance_m")
        known = np.isfinite(distance)
        if known.sum() > 5:
            at = np.arange(a, b, 1.0)
            prompt = np.interp(at + 1.5, activity.column("time_s")[known], distance[known])
            prompt -= np.interp(at - 1.5, activity.column("time_s")[known], distance[known])
            ax.plot(at, prompt / 3.0, color="tab:blue", lw=0.6, alpha=0.6, label="from distance (3 s)")
        for k, (start, end) in enumerate(reps):
            ax.axvspan(start, end, ymin=0.5, color="tab:green", alpha=0.25, lw=0, label="truth" if not k else None)
        for start, end in ignored:
            ax.axvspan(start, end, ymin=0.5, color="0.6", alpha=0.3, lw=0)
        for k, (start, end) in enumerate(spans):
            ax.axvspan(start, end, ymax=0.5, color="tab:orange", alpha=0.3, lw=0, label=None if k else "estimate")
        for start, end in zip(activity.pause_table["start_s"], activity.pause_table["end_s"], strict=True):
            ax.axvspan(start, end, ymax=0.04, color="black", lw=0)
        ax.set(xlim=(a, b), ylim=(0, 8), ylabel="m/s")
    axes[0].set_title(session_row(case, score).strip() + f"   [{condition}, {method}]", fontsize=9)
    axes[0].legend(loc="upper right", ncols=4, fontsize=8)
    axes[1].set_xlabel("elapsed s")
    OUT.mkdir(exist_ok=True)
    path = OUT / f"{condition}-{method}-{case.name.replace(':', '-').replace('.', '-')}.png".replace(" ", "")
    figure.savefig(path, dpi=60)
    plt.close(figure)
    return path


def print_speed(every: Sequence[Case]) -> None:
    """Print the processor time that segmenting takes, in recordings of about an hour or more with a sample a second.

    Of each the least of several times, the motion made anew, so that a busy machine counts for little.
    """
    an_hour_ms = []
    for case in every:
        try:
            activity, *_ = loaded(case, "laps")
        except ka.KastorError:
            continue
        steps_s = np.diff(activity.column("time_s"))
        if not 3300.0 <= activity.duration_s <= 7200.0 or (steps_s <= 1.0).mean() < 0.9:
            continue
        took_s = []
        for _ in range(4):
            again = replace(activity)
            began_s = time.process_time()
            ka.segment(again)
            took_s.append(time.process_time() - began_s)
        an_hour_ms.append(min(took_s) * 1000.0 * 3600.0 / activity.duration_s)
    low, middle, high = np.quantile(an_hour_ms, (0.25, 0.5, 0.75))
    print(f"an hour of 1 s samples: {middle:.0f} ms (middle half of {len(an_hour_ms)}: {low:.0f} to {high:.0f})")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("sim", "real", "runs"):
        parser.add_argument(f"--{name}", action="store_true", help=f"only {name} (default: sim, real and runs)")
    for name in CONDITIONS:
        parser.add_argument(f"--{name}", action="store_true", help=f"only the condition {name} (default: all)")
    parser.add_argument("--baselines", action="store_true", help="also threshold, ruptures and the watch's own laps")
    parser.add_argument("--method", choices=METHODS, help="only this method")
    parser.add_argument("--only", default="", metavar="TEXT", help="only recordings whose name contains TEXT")
    parser.add_argument("--seeds", type=int, default=1, help="days a simulated scenario (default 1)")
    parser.add_argument("--speed", action="store_true", help="only how long segmenting takes")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--sessions", action="store_true", help="a line a session")
    parser.add_argument("--calibration", action="store_true", help="how stated sds hold up, by thirds")
    parser.add_argument("--devices", action="store_true", help="a line a device")
    parser.add_argument(
        "--worst", type=int, default=0, metavar="N", help="draw the N worst sessions into benchmarks/out/"
    )
    options = parser.parse_args()
    chosen = [name for name in ("sim", "real", "runs") if getattr(options, name)] or ["sim", "real", "runs"]
    conditions = [name for name in CONDITIONS if getattr(options, name)] or list(CONDITIONS)
    every = cases(tuple("run" if name == "runs" else name for name in chosen), only=options.only, seeds=options.seeds)
    if options.speed:
        print_speed([case for case in every if case.source in ("real", "run")])
        return 0
    print(HEAD, flush=True)
    with ProcessPoolExecutor(options.jobs) as workers:
        for condition in conditions:
            methods = [options.method] if options.method else list(METHODS if options.baselines else METHODS[:1])
            if condition != "laps" and "own laps" in methods:
                methods.remove("own laps")
            for method in methods:
                run = partial(measure, condition=condition, method=method)
                measured = list(workers.map(run, every, chunksize=2) if options.jobs > 1 else map(run, every))
                for name, scores in sets(measured):
                    print(row(name, condition, method, scores), flush=True)
                took = np.array([m.took_s for m in measured])
                print(f"{'':24s} {method:9s} median {np.nanmedian(took):.3f} s, slowest {np.nanmax(took):.2f} s")
                failures = Counter(m.score.failure[:100] for m in measured if m.score.failure)
                for reason, count in failures.most_common(5):
                    print(f"  {count} x {reason}")
                if options.calibration:
                    print("\n".join(line for name, scores in sets(measured) for line in calibration_rows(name, scores)))
                if options.sessions:
                    print("\n".join(session_row(m.case, m.score) for m in measured))
                if options.devices:
                    print("\n".join(device_rows(measured)))
                for m in sorted(measured, key=lambda m: -badness(m.score))[: options.worst]:
                    print("  drawn:", draw(m.case, condition, method, m.score).relative_to(OUT.parent.parent))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
