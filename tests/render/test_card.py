"""The card for the track."""

from __future__ import annotations

import pytest

from kastor_analysis.plan import Plan
from kastor_analysis.plans.recipes import recipe_names
from kastor_analysis.render.card import card_page, card_rows, card_text


def test_kastors_card():
    rows = card_rows(Plan.kastor("5k 20:00"))
    assert [(row.reps, row.is_hammer) for row in rows] == [
        ("1-11", False),
        ("12", True),
        ("13-15", False),
        ("16", True),
    ]
    assert rows[0].target_s == 96.0
    assert rows[0].passing == ((100.0, 24.0), (200.0, 48.0), (300.0, 72.0))
    assert [row.rest for row in rows] == ["1:36", "as the rep, 1:26", "1:36", "-"]
    assert rows[1].target_s == pytest.approx(86.4)
    text = card_text(Plan.kastor("5k 20:00"))
    assert "1:33.1 to 1:37.0" in text
    assert "10k of 41:28 (Daniels and Gilbert) or 41:42 (Riegel)" in text


@pytest.mark.parametrize("name", recipe_names())
@pytest.mark.parametrize("goal", [None, "5k 20:00", "10k 42:00", "4:00/km"])
def test_every_card_fits_a_terminal_and_names_every_rep(name, goal):
    plan = Plan.load(name).with_goal(goal)
    assert max(map(len, card_text(plan).splitlines())) <= 80
    numbers = []
    for row in card_rows(plan):
        first, _, last = row.reps.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    assert numbers == list(range(1, plan.reps + 1))


def test_the_page_is_whole_and_escaped():
    page = card_page(Plan(reps=2, name="<b>mine & yours</b>", goal="5k 20:00"))
    assert "&lt;b&gt;mine &amp; yours&lt;/b&gt;" in page
    assert page.count("<tr") == 2 or page.count("<tr") == 3
    assert "http" not in page
