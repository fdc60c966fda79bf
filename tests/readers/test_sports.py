"""The sport as files call it: whole words count, never letters within one."""

from __future__ import annotations

import pytest

from kastor_analysis.readers.fit.profile import ENUMS
from kastor_analysis.readers.sports import other_sport, sport_of


@pytest.mark.parametrize(
    "word",
    [
        *("running", "Run", "run", "TrailRun", "trail_running", "VirtualRun", "Trailrun", "parkrun", "Bridge run"),
        *("Browns loop run", "Laufen", "Dauerlauf", "Waldlauf", "Läufe", "Course à pied", "Løb", "Correr", "treadmill"),
        *("indoor-running", "Jogging", "Swim and run", "Run to the bike shop", "track_running", "Alpine run"),
    ],
)
def test_a_run_by_any_name(word):
    assert sport_of(word) == "running"
    assert other_sport(word) is None


@pytest.mark.parametrize(
    "word",
    [
        *("Browns loop", "Bridge loop", "Prides Crossing", "growing", "Skipping", "Kowalski loop", "Lake Drive loop"),
        *("Savile Row", "Golf course loop", "White Horse loop", "Butterfly", "Drown", "Oberhof", "training", "other"),
        *("generic", "fitness_equipment", "multisport", "walking", "Hike", "Wandern", "Workout", "Gravel loop", ""),
    ],
)
def test_what_may_be_a_run_is_not_called_another_sport(word):
    assert other_sport(word) is None


@pytest.mark.parametrize(
    ("word", "sport", "called"),
    [
        *((word, "cycling", "a ride") for word in ("Ride", "bike", "Biking", "cycling", "VirtualRide", "EBikeRide")),
        *((word, "cycling", "a ride") for word in ("mountain_bike", "E-Bike Ride", "e_biking", "Vélo", "VÉLO", "mtb")),
        *((word, "cycling", "a ride") for word in ("Radfahren", "Rennrad", "Ciclismo", "Fietsen", "ebike", "Rad")),
        ("canoeing", "paddling", "paddling"),
        ("StandUpPaddling", "paddling", "paddling"),
        ("kayaking", "paddling", "paddling"),
        ("Rowing", "rowing", "rowing"),
        ("row", "rowing", "rowing"),
        ("OpenWaterSwim", "swimming", "a swim"),
        ("lap_swimming", "swimming", "a swim"),
        ("Schwimmen", "swimming", "a swim"),
        ("alpine_skiing", "alpine_skiing", "skiing"),
        ("BackcountrySki", "cross_country_skiing", "a ski tour"),
        ("Skilanglauf", "cross_country_skiing", "a ski tour"),
        ("Eislauf", "ice_skating", "skating"),
        ("InlineSkate", "inline_skating", "skating"),
        ("Snowshoe", "snowboarding", "a snow sport"),
        ("horseback_riding", "horseback_riding", "a ride on a horse"),
        ("motorcycling", "driving", "a drive"),
        ("Drive", "driving", "a drive"),
        ("hang_gliding", "flying", "a flight"),
        ("golf", "golf", "golf"),
    ],
)
def test_another_sport_by_any_name(word, sport, called):
    assert sport_of(word) == sport
    assert other_sport(word) == called
    assert other_sport(sport) == called


def test_a_word_that_is_no_known_sport_stays_as_it_is():
    assert sport_of("Browns loop") == "browns loop"
    assert sport_of("x" * 90) == "x" * 40


@pytest.mark.parametrize("word", [None, "", "  ", "track", "Activity", "unknown"])
def test_a_word_that_names_no_sport(word):
    assert sport_of(word) is None


def test_stravas_numbers_count_in_stravas_files_alone():
    assert sport_of("9", "StravaGPX") == "running"
    assert sport_of("1", "StravaGPX iPhone") == "cycling"
    assert sport_of("1", "another") == "1"


def test_of_fits_sports_those_on_foot_may_be_runs():
    may_be = {name for name in ENUMS["sport"].values() if other_sport(name) is None}
    assert {"running", "walking", "hiking", "generic", "training", "multisport", "transition"} <= may_be
    assert not may_be & {
        "cycling",
        "e_biking",
        "swimming",
        "rowing",
        "cross_country_skiing",
        "alpine_skiing",
        "paddling",
    }
