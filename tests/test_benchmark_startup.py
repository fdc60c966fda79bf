"""From the shell and back: a report takes less than importing pandas, help little more than Python alone."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from benchmarks.startup import ANALYZE, IMPORT_PANDAS, NOTHING, measure, report_of


def test_both_commands_are_measured(sample_data: Path) -> None:
    ((report, pandas),) = measure(report_of(sample_data / "kastor-good.fit"), IMPORT_PANDAS, 1)
    assert min(*report, *pandas) > 0.02


@pytest.mark.full
def test_a_report_takes_less_time_than_importing_pandas(sample_data: Path) -> None:
    pairs = measure(report_of(sample_data / "kastor-good.fit"), IMPORT_PANDAS, 9)
    assert statistics.median(report.cpu_s / pandas.cpu_s for report, pandas in pairs) < 0.9


@pytest.mark.full
def test_help_takes_little_more_time_than_python_alone() -> None:
    pairs = measure([*ANALYZE, "--help"], NOTHING, 9)
    assert statistics.median(told.cpu_s / nothing.cpu_s for told, nothing in pairs) < 3.0
