"""The sample data: a good Kastor session, a flawed one, and a season of one runner who improves.

`write_samples` rewrites them; ``truth.json`` beside them tells what was truly run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from ..files.saving import Kind, Saver
from ..writers import to_fit, to_gpx
from .scenario import WATCHES, Presses, Runner, Scenario
from .session import Around, kastor_session
from .simulate import Simulated, simulate

_GOOD = [95.4, 95.7, 95.2, 95.9, 95.3, 95.0, 95.6, 95.8, 94.9, 95.3, 95.6, 85.9, 95.9, 95.5, 95.7, 85.2]
_FLAWED = [86.8, 89.2, 91.9, 94.8, 95.9, 96.4, 95.8, 96.7, 96.3, 97.0, 96.6, 96.2, 97.4, 97.0, 98.2, 90.6]
_SHORT_RESTS = {5: 57.0, 9: 61.5}
_AROUND = Around(warmup_s=660.0, stretch_s=150.0, drills=5, strides=2, cooldown_s=630.0)
_SEASON_START = datetime(2026, 3, 3, 16, 45, tzinfo=UTC)
_SEASON: tuple[tuple[int, float, float, float, tuple[int, ...]], ...] = (
    # week, regular rep, hammer gain, rest ratio, reps not run
    (0, 101.2, 0.045, 1.14, (15, 16)),
    (1, 100.4, 0.060, 1.08, ()),
    (2, 99.6, 0.055, 1.04, ()),
    (3, 98.9, 0.080, 1.02, ()),
    (5, 99.2, 0.070, 1.05, ()),
    (6, 101.8, 0.020, 1.25, (13, 14, 15, 16)),
    (7, 97.1, 0.090, 1.01, ()),
    (8, 96.0, 0.105, 1.00, ()),
)
"""Nobody trains every week (none in week 4) and nobody is well every week (week 6)."""


def good_session() -> Simulated:
    """Return the session as Kastor would have it, for a goal of 5K in 20:00."""
    moves = kastor_session(_GOOD, around=_AROUND)
    return simulate(Scenario(name="kastor-good", moves=moves, watch=WATCHES["fr255"]), seed=1)


def flawed_session() -> Simulated:
    """Return one with a dead-sprint start, hammer 12 held back, two short rests and rep 14 missing."""
    moves = kastor_session(_FLAWED, rests_s=_SHORT_RESTS, skipped=(14,), around=_AROUND)
    start = datetime(2026, 5, 12, 16, 40, tzinfo=UTC)
    return simulate(Scenario(name="kastor-flawed", moves=moves, watch=WATCHES["fr255"], start_time=start), seed=8)


def season_sessions() -> Iterator[Simulated]:
    """Yield eight sessions of one runner over nine weeks, on a watch with smart recording."""
    for week, regular_s, gain, rest_ratio, skipped in _SEASON:
        rng = np.random.default_rng([2026, week])
        fade = np.linspace(-0.004, 0.012, 16) * (2.0 if skipped else 1.0)
        times = regular_s * (1.0 + fade + rng.normal(0.0, 0.006, 16))
        times[:2] *= 0.985 if week < 3 else 0.995
        times[[11, 15]] = regular_s * (1.0 - gain + rng.normal(0.0, 0.008, 2))
        start = _SEASON_START + timedelta(weeks=week, minutes=float(rng.integers(-25, 50)))
        yield simulate(
            Scenario(
                name=f"season-{start:%Y-%m-%d}",
                moves=kastor_session(
                    [round(float(time), 1) for time in times], rest_ratio=rest_ratio, skipped=skipped, around=_AROUND
                ),
                watch=WATCHES["fr235"],
                presses=Presses(scatter_s=0.4),
                runner=Runner(max_mps=4.55 + 0.02 * week, rest_bpm=64.0 - 0.4 * week),
                start_time=start.replace(second=int(rng.integers(0, 60))),
                utc_offset_s=3600.0 if start < datetime(2026, 3, 29, 1, tzinfo=UTC) else 7200.0,
            ),
            seed=week,
        )


def write_samples(folder: Path) -> list[Path]:
    """Write all sample files and their truth into `folder`; return the paths.

    Raises
    ------
    WriteError
        If one cannot be written, or would replace another file than this sample; then none is.
    """
    good, flawed = good_session(), flawed_session()
    sessions = {"kastor-good.fit": good, "kastor-flawed.fit": flawed}
    for session in season_sessions():
        sessions[f"season/{session.scenario.name.removeprefix('season-')}.fit"] = session
    contents = {name: to_fit(session.activity) for name, session in sessions.items()}
    contents["kastor-good.gpx"] = to_gpx(good.activity)
    truth = {name: _truth(session) for name, session in sessions.items()}
    truth["kastor-good.gpx"] = truth["kastor-good.fit"]
    contents["truth.json"] = (json.dumps(truth, indent=1, sort_keys=True) + "\n").encode()
    return Saver().save_all(folder, {name: (content, _kind(name, content)) for name, content in contents.items()})


def _kind(name: str, content: bytes) -> Kind:
    """Return the kind of one sample: what is there may be replaced where it begins as the sample does.

    The first bytes hold when the recording was made and how long it is; further on, another machine may round another
    way.
    """
    head = content[: 64 if name.endswith(".fit") else 240]
    return Kind("a sample", (Path(name).suffix,), lambda found: found.startswith(head))


def _truth(session: Simulated) -> dict[str, object]:
    return {
        "start_time": session.activity.start_time.isoformat(),
        "device": session.activity.device,
        "reps": [
            {
                "planned_rep": rep.planned_rep,
                "start_s": round(rep.start_s, 2),
                "end_s": round(rep.end_s, 2),
                "time_s": round(rep.duration_s, 2),
                "is_hammer": rep.is_hammer,
            }
            for rep in session.reps
        ],
    }
