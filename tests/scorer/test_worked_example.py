"""The worked example of docs/scoring.md: its tables are read, and the code has to agree with every number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kastor_analysis.plan import Plan
from kastor_analysis.plans.recipes import parse_recipe
from kastor_analysis.scorer import score
from tests.scorer.made import make_session

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "scoring.md").read_text(encoding="utf-8")
EXAMPLE = PAGE.split("(worked-example)=", 1)[1]


def rows():
    """rep, time, rest, r, pace score, q, rest score; None where a cell is empty."""
    found = re.findall(r"^\| (\d+)(?: H)? \|(.+)\|$", EXAMPLE, re.M)
    return [(int(n), *(float(c) if c.strip() else None for c in cells.split("|"))) for n, cells in found]


@pytest.fixture(scope="module")
def report():
    table = rows()
    assert len(table) == 16
    session = make_session([row[1] for row in table], [row[2] for row in table[:-1]], warmup_s=720.0, cooldown_s=300.0)
    return score(session, Plan.kastor("5k 20:00"))


def test_every_row(report):
    for (number, time_s, rest_s, ratio, pace_score, q, rest_score), row in zip(rows(), report.rep_rows, strict=True):
        assert row.planned_rep == number
        assert row.time_s == pytest.approx(time_s)
        if ratio is not None:
            assert row.time_s / row.target_s == pytest.approx(ratio, abs=5e-5)
            assert row.pace_score == pytest.approx(pace_score, abs=5e-3)
        if rest_s is not None:
            assert row.rest_s == pytest.approx(rest_s)
            assert row.rest_ratio == pytest.approx(q, abs=5e-4)
            assert row.rest_score == pytest.approx(rest_score, abs=5e-3)


def test_every_part(report):
    parts = dict(re.findall(r"^\| (overall|pace|hammer|rest|structure) \| ([\d.]+) \|$", EXAMPLE, re.M))
    assert len(parts) == 5
    for name, value in parts.items():
        assert report.scores[name] == pytest.approx(float(value), abs=5e-3)
    assert report.figures["band_score"] == pytest.approx(85.23, abs=5e-3)
    assert report.figures["start_score"] == pytest.approx(42.36, abs=5e-3)
    assert [row.verdict for row in report.hammer_rows] == ["faster, not all out", "all out"]
    assert report.hammer_rows[0].score == pytest.approx(41.88, abs=6e-3)


def test_what_it_says(report):
    said = re.findall(r"^- (.+)$", EXAMPLE.split("What the report says to it:")[1].split("## Recipes")[0], re.M)
    assert list(report.advice) == said


def test_the_recipe_shown_is_sound():
    recipe = parse_recipe(re.search(r"```toml\n(.+?)```", PAGE, re.S)[1])
    assert recipe.hammer == (4, 8, 12)
    assert recipe.rules.band == (0.97, 1.02)
