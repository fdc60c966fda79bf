"""Numbers as runners read them."""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kastor_analysis.shown import numbers as units


@pytest.mark.parametrize(
    ("seconds", "digits", "text"),
    [
        (0.0, 0, "0:00"),
        (45.4, 0, "0:45"),
        (96.44, 1, "1:36.4"),
        (59.96, 1, "1:00.0"),
        (3599.5, 0, "1:00:00"),
        (3730.0, 0, "1:02:10"),
        (-5.0, 1, "-0:05.0"),
        (-0.01, 1, "0:00.0"),
        (nan, 1, ""),
        (inf, 0, ""),
    ],
)
def test_clock(seconds: float, digits: int, text: str) -> None:
    assert units.clock(seconds, digits) == text


@given(st.floats(0, 1e6), st.integers(0, 2))
def test_clock_reads_back_to_half_its_last_digit(seconds: float, digits: int) -> None:
    total = 0.0
    for field in units.clock(seconds, digits).split(":"):
        total = total * 60 + float(field)
    assert abs(total - seconds) <= 0.5 * 10.0**-digits + 1e-6


def test_signed_zero_has_no_sign() -> None:
    assert [units.signed(v, 1) for v in (2.94, -12.0, 0.04, -0.04)] == ["+2.9", "-12.0", "0.0", "0.0"]


def test_pace_in_both_units() -> None:
    assert units.pace_with_unit(240.0) == "4:00/km"
    assert units.pace_with_unit(240.0, "mi") == "6:26/mi"
    assert units.pace_with_unit(nan, missing="-") == "-"


def test_distances() -> None:
    assert [units.distance(m) for m in (643.0, 994.0, 996.0, 12_345.0)] == ["640 m", "990 m", "1.0 km", "12.3 km"]
    assert [units.distance(m, "mi") for m in (12_345.0, 1605.0, 290.0)] == ["7.7 mi", "1.0 mi", "0.18 mi"]
    named = [units.rep_distance(m) for m in (400.0, 1000.0, 1600.0, 1609.344, 2000.0)]
    assert named == ["400 m", "1 km", "1600 m", "1 mi", "2 km"]


def test_no_more_digits_than_the_recording_supports() -> None:
    assert units.time_digits([0.1, 0.4, 0.9]) == 1
    assert units.time_digits([1.2, 0.4, 2.0]) == 0
    assert units.time_digits([nan]) == 0
    assert units.ratio_digits([96.0, 90.0], [0.6, nan]) == 2
    assert units.ratio_digits([30.0], [3.0]) == 1
    assert units.ratio_digits([30.0], [nan]) == 1


@pytest.mark.parametrize(
    ("offset_s", "text"),
    [
        (None, "Tue 5 May 2026, 23:30 UTC"),
        (0.0, "Tue 5 May 2026, 23:30 UTC"),
        (7200.0, "Wed 6 May 2026, 01:30 (UTC+2)"),
        (-12_600.0, "Tue 5 May 2026, 20:00 (UTC-3:30)"),
        (20_700.0, "Wed 6 May 2026, 05:15 (UTC+5:45)"),
    ],
)
def test_local_time_only_where_the_file_tells_it(offset_s: float | None, text: str) -> None:
    assert units.date_and_time(datetime(2026, 5, 5, 23, 30, tzinfo=UTC), offset_s) == text


def test_the_ratio_of_a_very_long_rest_has_a_digit_less() -> None:
    assert [units.ratio(value, 2) for value in (0.994, 9.99, 10.04, 35.34, nan)] == ["0.99", "9.99", "10.0", "35.3", ""]
    assert [units.ratio(value, 1) for value in (0.994, 35.34)] == ["1.0", "35"]


@pytest.mark.parametrize(("share", "text"), [(0.176, "18 %"), (0.204, "20.4 %"), (0.198, "19.8 %"), (0.23, "23 %")])
def test_a_share_beside_the_line_shows_on_which_side_it_is(share: float, text: str) -> None:
    assert units.hard_share(share) == text


def test_a_target_shows_no_tenth_that_is_none() -> None:
    assert [units.target(seconds) for seconds in (96.0, 239.9999, 97.46)] == ["1:36", "4:00", "1:37.5"]
