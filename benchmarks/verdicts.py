"""Whether verdicts hold when the recording is thinned: one flips only where the evidence does.

    python benchmarks/verdicts.py                    a session of each runner, without its laps
    python benchmarks/verdicts.py --draws 10 --jobs 2

Every second sample is dropped (both ways of it), then 5 % at random, `--draws` times; each time the recording is
segmented and scored again, and the pace verdict of every rep that is still told held against the first. A verdict is
*plain* where it is ``fast`` or ``slow``, or ``on`` inside the band (not ``on ±``). *Flipped*: plain before, plain
after, and another. *Softened*: plain before, and ``on ±`` after, or no verdict.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from cases import Case, cases, loaded

import kastor_analysis as ka
from kastor_analysis.evaluation import match

ALTERED = ("every second", "5 % at random")
DROPPED = 0.05
FULL = 100.0
"""The score of a rep inside its band."""


@dataclass(frozen=True)
class Counted:
    """What became of the plain verdicts of one session."""

    name: str
    altered: str
    plain: int
    flipped: int
    softened: int


def verdicts(activity: ka.Activity) -> tuple[np.ndarray, list[str | None]]:
    """Return the spans of the reps told, and their plain verdicts; None where there is none."""
    session = ka.segment(activity, use_laps=False)
    report = ka.score(session, session.plan)
    spans, told = [], []
    for row in report.rep_rows:
        if not np.isfinite(row.start_s):
            continue
        plain = row.pace_verdict if row.pace_verdict != "on" or row.pace_score == FULL else None
        spans.append((row.start_s, row.end_s))
        told.append(plain)
    return np.array(spans).reshape(-1, 2), told


def thinned(activity: ka.Activity, draws: int) -> Iterator[tuple[str, ka.Activity]]:
    """Yield the recording with samples dropped."""
    time_s = activity.column("time_s")
    for phase in (0, 1):
        yield ALTERED[0], activity.without(time_s[phase::2].tolist(), 1e-3)
    rng = np.random.default_rng(0)
    for _ in range(draws):
        yield ALTERED[1], activity.without(time_s[rng.random(time_s.size) < DROPPED].tolist(), 1e-3)


def counted(case: Case, draws: int) -> list[Counted]:
    """Return what becomes of a session's plain verdicts."""
    warnings.simplefilter("ignore")
    out = []
    try:
        activity, _, _ = loaded(case, "blinded")
        spans, told = verdicts(activity)
    except ka.KastorError:
        return []
    plain = sum(verdict is not None for verdict in told)
    if not plain:
        return []
    for altered, thin in thinned(activity, draws):
        try:
            again, others = verdicts(thin)
        except ka.KastorError:
            continue
        pairs = [(told[i], others[j]) for i, j in match(spans, again) if told[i] is not None]
        flipped = sum(after is not None and after != before for before, after in pairs)
        out.append(Counted(case.name, altered, len(pairs), flipped, sum(after is None for _, after in pairs)))
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=50, help="times that 5 %% are dropped (default 50)")
    parser.add_argument("--sessions", type=int, default=1, help="sessions of each runner (default 1)")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    options = parser.parse_args()
    chosen: dict[str, list[Case]] = {}
    for case in cases(("real",)):
        if len(chosen.setdefault(case.group, [])) < options.sessions:
            chosen[case.group].append(case)
    every = [case for group in chosen.values() for case in group]
    with ProcessPoolExecutor(options.jobs) as workers:
        found = [one for some in workers.map(partial(counted, draws=options.draws), every) for one in some]
    for altered in ALTERED:
        rows = [one for one in found if one.altered == altered]
        plain, flipped = sum(one.plain for one in rows), sum(one.flipped for one in rows)
        softened = sum(one.softened for one in rows)
        print(
            f"{altered:14s} sessions {len({one.name for one in rows})} plain verdicts {plain} "
            f"flipped {flipped} ({flipped / max(plain, 1):.3f}) softened {softened} ({softened / max(plain, 1):.3f})"
        )
        worst = sorted(rows, key=lambda one: -one.flipped)[:5]
        print("   " + ", ".join(f"{one.name} {one.flipped}/{one.plain}" for one in worst if one.flipped))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
