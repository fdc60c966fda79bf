"""A report for a terminal."""

from __future__ import annotations

from typing import TextIO

from ..report import SCORE_PARTS, Report


def print_report(report: Report, file: TextIO, *, units: str = "km") -> None:
    """Print a report to a terminal or a pipe."""
    print(f"{report.session.activity.source}: {len(report.session.reps)} reps", file=file)
    for name in SCORE_PARTS:
        print(f"{name:10} {report.scores[name]:3.0f}", file=file)
    for line in (*report.advice, *report.session.activity.warnings):
        print(line, file=file)
