"""Every kind of fault in every session and format: the reps stay, the totals are right, and it is told."""

from __future__ import annotations

import re
import warnings
import zlib
from dataclasses import replace

import numpy as np
import pytest

import kastor_analysis as ka
from kastor_analysis.shown.bands import total_distance_m

from .drafts import SHAPES, WRITERS, draft
from .faults import KINDS

PRESSED_ONLY = ("3 x 2000",)
"""Three long reps are none by the signal alone."""
CASES = [
    (kind, session, fmt)
    for kind, made in KINDS.items()
    for fmt in made.formats
    for session in SHAPES
    if (made.presses and fmt != "gpx") or session not in PRESSED_ONLY
]


def said_by(report: ka.Report) -> list[str]:
    session = report.session
    return [*session.activity.warnings, *session.notes, *report.notes.values()]


@pytest.mark.parametrize(("kind", "session", "fmt"), CASES)
def test_a_fault_is_mended_and_told(kind: str, session: str, fmt: str) -> None:
    told, shape = KINDS[kind], SHAPES[session]
    rng = np.random.default_rng(zlib.crc32(f"{kind} {session} {fmt}".encode()))
    made = told.fault(draft(shape).without(*told.without), shape, rng).without(*told.without)
    has_presses = told.presses and fmt != "gpx"
    if not has_presses and fmt == "fit":
        made.laps.clear()
    elif not has_presses:
        made.laps[:] = [made.whole_lap]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = ka.analyze(WRITERS[fmt](made))
    found = [row for row in report.rep_rows if row.status in ("run", "extra")]
    assert len(found) in (shape.reps, *told.may_find), [(row.start_s, row.time_s) for row in found]
    if len(found) != shape.reps:
        return
    within_s = told.within_s if has_presses else 2.6
    for row in found:
        # A stop that only a gap of the samples tells of is as long as the gap, which is a beat longer.
        run_s = row.time_s - row.stopped_s + (1.0 if kind == "stopped, untold" and row.stopped_s else 0.0)
        assert abs(run_s - shape.rep_s) <= within_s, (row.run_rep, row.time_s, row.stopped_s)
    if told.total:
        pieces = replace(shape, cooldown_s=0.0).pieces if kind == "runs on" else shape.pieces
        total_m = sum(piece[2] for piece in pieces)
        assert total_distance_m(report) == pytest.approx(total_m, rel=0.03)
    assert not told.says or any(re.search(told.says, text) for text in said_by(report)), said_by(report)
