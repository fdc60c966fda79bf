"""``kastor plan``."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kastor_analysis.cli.plan import plan
from kastor_analysis.errors import PlanError


def run(*args):
    return CliRunner().invoke(plan, args, catch_exceptions=True)


def test_list_and_show():
    listed = run("list")
    assert listed.exit_code == 0
    assert "hammer-400s" in listed.output
    shown = run("show", "kastor", "--goal", "5k 20:00")
    assert "12 H" in shown.output
    assert "1:36.0" in shown.output


def test_card_and_its_page(tmp_path):
    page = tmp_path / "card.html"
    result = run("card", "--goal", "5k 20:00", "--reps", "8", "--html", str(page))
    assert result.exit_code == 0
    assert "Kastor 8 x 400 m" in result.output
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_export(tmp_path):
    file = tmp_path / "kastor.fit"
    assert run("export", "--goal", "5k 20:00", str(file)).exit_code == 0
    assert file.read_bytes()[8:12] == b".FIT"
    assert run("export", "8x800", str(file), "--lap-press").exit_code == 0
    assert "The name of a workout ends in .fit" in str(run("export", str(tmp_path / "kastor.txt")).exception)
    without_goal = run("export", "--pace-alerts", str(file))
    assert without_goal.exit_code == 2
    assert "needs a goal" in without_goal.output


def test_check(tmp_path):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text("reps = 4\ndistance_m = 400\n", encoding="utf-8")
    bad.write_text("reps = 4\n", encoding="utf-8")
    result = run("check", str(good), str(bad))
    assert result.exit_code == 1
    assert "good.toml: fine" in result.output
    assert "key distance_m" in result.output


def test_the_athletes_goal(tmp_path, monkeypatch):
    (tmp_path / "athletes.toml").write_text('[anna]\ngoal = "5k 20:00"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert "1:36.0" in run("card", "--athlete", "anna").output


def test_wrong_usage():
    assert run("show", "ladder", "--reps", "8").exit_code == 2
    assert isinstance(run("show", "nothing").exception, PlanError)


@pytest.mark.parametrize("verb", ["list", "show", "check", "card", "export"])
def test_every_verb_has_help(verb):
    assert run(verb, "--help").exit_code == 0
