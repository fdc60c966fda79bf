"""A report in the terminal takes less time, from the shell and back, than importing pandas."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from benchmarks.startup import measure


def test_both_commands_are_measured(sample_data: Path) -> None:
    report, pandas = measure(1, sample_data / "kastor-good.fit")
    assert min(*report, *pandas) > 0.02


@pytest.mark.full
def test_a_report_takes_less_time_than_importing_pandas(sample_data: Path) -> None:
    report, pandas = measure(9, sample_data / "kastor-good.fit")
    assert statistics.median(a / b for a, b in zip(report, pandas, strict=True)) < 1.0
