"""The file of athletes."""

from __future__ import annotations

from datetime import date

import pytest

from kastor_analysis.athlete import Athlete, load_athletes
from kastor_analysis.errors import AthleteError

SQUAD = """
[anna]
name = "Anna K."
max_heart_rate_bpm = 188
top_speed_mps = 7.9
best_400_s = "1:12.4"
goals = [
  { since = 2024-06-01, goal = "5k 20:30" },
  { since = "2024-03-01", goal = "5k 21:00" },
]

[ben]
goal = "10k 42:00"
"""


@pytest.fixture
def squad(tmp_path):
    file = tmp_path / "athletes.toml"
    file.write_text(SQUAD, encoding="utf-8")
    return file


def test_a_squad(squad):
    anna = Athlete.load("Anna K.", squad)
    assert anna == Athlete.load("ANNA", squad)
    assert (anna.max_heart_rate_bpm, anna.top_speed_mps, anna.best_400_s) == (188.0, 7.9, 72.4)
    assert anna.goal_on(date(2024, 2, 1)) is None
    assert anna.goal_on(date(2024, 5, 31)).text == "5k 21:00"
    assert anna.goal_on(date(2024, 6, 1)).text == "5k 20:30"
    assert Athlete.load("ben", squad).goal_on(date(1999, 1, 1)).text == "10k 42:00"
    assert list(load_athletes(squad)) == ["anna", "ben"]


def test_an_unknown_athlete_names_those_there_are(squad):
    with pytest.raises(AthleteError, match="anna, ben"):
        Athlete.load("carl", squad)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a]\nheight = 3", "key a.height"),
        ("[a]\ntop_speed_mps = 30", "key a.top_speed_mps"),
        ('[a]\nbest_400_s = "fast"', "key a.best_400_s"),
        ('[a]\ngoal = "5k 3:00"', "world record"),
        ("[a]\ngoal = 20", "key a.goal"),
        ('[a]\ngoals = [{ goal = "5k 20:00" }]', "key a.goals, entry 1"),
        ('[a]\ngoals = [{ since = "May", goal = "5k 20:00" }]', "must be a date"),
        ('[a]\ngoals = { 2024-03-01 = "5k 20:00" }', r"goals = \[\{ since = 2024-03-01"),
        ("a = 3", "key a"),
        ("[a", "not valid TOML"),
    ],
)
def test_a_wrong_file_names_the_key(tmp_path, text, said):
    file = tmp_path / "athletes.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AthleteError, match=said) as caught:
        load_athletes(file)
    assert "athletes.toml" in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(AthleteError, match="no such file"):
        load_athletes(tmp_path / "athletes.toml")
