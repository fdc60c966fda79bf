"""The report in a terminal: what it says, how it fits, and that words and signs do without colour."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kastor_analysis import Athlete, Plan, Report, Session
from kastor_analysis.activity import Activity
from kastor_analysis.render.glyphs import ASCII, UNICODE, Glyphs, can_show_unicode
from kastor_analysis.render.rep_table import band, place, rep_lines
from kastor_analysis.render.terminal import print_report, report_lines
from kastor_analysis.report import SplitResult
from kastor_analysis.scorer import score
from tests.charts.made import TIMES_S, made_report
from tests.scorer.made import make_session

CSI = "\x1b["


def text_of(report: Report, width: int = 80, *, units: str = "km", glyphs: Glyphs = UNICODE) -> str:
    lines = report_lines(report, width=width, units=units, glyphs=glyphs)  # type: ignore[arg-type]
    return "\n".join("".join(words for words, _ in line) for line in lines)


def rows_of(text: str) -> dict[int, str]:
    """Return the lines of the rep table by number of rep."""
    return {int(m[1]): m[0] for m in re.finditer(r"^ ?(\d+) [ H].*$", text, re.M)}


def printed(report: Report, *, encoding: str = "utf-8", **settings: object) -> str:
    from rich.console import Console

    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    console = Console(file=file, highlight=False, **settings) if settings else None  # type: ignore[arg-type]
    print_report(report, file, console=console)
    file.flush()
    return raw.getvalue().decode(encoding)


@given(st.integers(40, 200), st.sampled_from([UNICODE, ASCII]), st.sampled_from(["km", "mi"]))
def test_no_line_is_wider_than_the_terminal(width: int, glyphs: Glyphs, units: str) -> None:
    assert max(map(len, text_of(REPORT, width, units=units, glyphs=glyphs).splitlines())) <= width


@pytest.mark.parametrize("width", [80, 100, 140])
def test_every_rep_shows_its_numbers_and_verdicts_in_words(width: int) -> None:
    rows = rows_of(text_of(REPORT, width))
    assert list(rows) == list(range(1, 17))
    assert re.search(r"1:33\.1 +-2\.9 +◂ fast .* 3:53 +161 .* 1:37 +1\.04 +on", rows[1])
    assert re.search(r"1:36\.4 +\+0\.4 +on .* 2:16 +1\.41 +▸ long", rows[8])
    assert re.search(r"1:37\.9 +\+1\.9 +▸ slow", rows[10])
    assert re.search(r"^16 H +1:24\.9 +-11\.1 +all out", rows[16])
    assert all("░" in row and ("●" in row or "◆" in row) for row in rows.values())


def test_bar_puts_fast_left_of_the_band_and_slow_right_of_it() -> None:
    rows, low_high = rows_of(text_of(REPORT, 120)), band(REPORT)
    assert low_high == pytest.approx((0.97, 1.01))
    slots = [(m.start(), m.end()) for m in re.finditer("[░│─●◆]+", rows[5])]
    first, last = slots[0][0], slots[0][1] - 1
    for result in REPORT.rep_rows:
        row = rows[result.planned_rep or 0]
        at = row.index("◆" if result.is_hammer else "●")
        assert place(result) == pytest.approx(TIMES_S[(result.planned_rep or 0) - 1] / 96.0)
        if place(result) < 0.965:
            assert at < first
        elif place(result) > 1.015:
            assert at > last
        elif 0.972 < place(result) < 1.008:
            assert first <= at <= last


@pytest.mark.parametrize("time_sd_s", [0.4, 2.5])
@pytest.mark.parametrize("width", range(80, 150, 5))
def test_bar_is_there_from_80_columns_on(width: int, time_sd_s: float) -> None:
    report = replace(REPORT, rep_rows=tuple(replace(row, time_sd_s=time_sd_s) for row in REPORT.rep_rows))
    assert all("●" in row or "◆" in row for row in rows_of(text_of(report, width)).values())


def test_80_columns_hold_every_verdict_the_heart_rate_and_the_band() -> None:
    short = [replace(row, rest_verdict="short") if row.planned_rep == 3 else row for row in REPORT.rep_rows]
    hammers = [replace(row, verdict="not hammered") for row in REPORT.hammer_rows]
    rows = rows_of(text_of(replace(REPORT, rep_rows=tuple(short), hammer_rows=tuple(hammers)), 80))
    assert re.search(r"^12 H +1:28\.2 +-7\.8 +not hammered +◆─+│░* +3:40 +172 +1:26 +0\.97 +on$", rows[12])
    assert re.search(r"[░●]+.* 163 +1:36 +1\.01 +◂ short$", rows[3])


def test_narrow_terminals_keep_time_verdict_and_rest() -> None:
    rows = rows_of(text_of(REPORT, 44))
    assert "1:37.9" in rows[10]
    assert "▸ slow" in rows[10]
    assert "▸ long" in rows[8]


def test_score_and_parts_or_the_reason_why_not() -> None:
    text = text_of(REPORT)
    assert "Score 86 of 100" in text
    assert re.search(r"pace +84 ━{17}─{3}\n", text)
    gone = replace(REPORT, scores={**REPORT.scores, "structure": nan}, notes={"structure": "not in this recording"})
    assert re.search(r"structure +– not in this recording", text_of(gone))
    no_goal = text_of(made_report(goal=None))
    assert "no goal was given, so there is no overall score" in no_goal
    assert re.search(r"evenness +84", no_goal)


def test_repeats_found_without_a_plan_are_not_scored_and_say_how_to_name_one() -> None:
    plan = replace(Plan.kastor(), source="inferred")
    scores = dict.fromkeys(REPORT.scores, nan) | {"pace": 84.0}
    how = "No score: it needs a plan (--plan kastor, --reps 8)"
    notes = {"overall": how, "structure": "shown, not scored", "plan": "No plan was named"}
    text = text_of(replace(REPORT, plan=plan, scores=scores, notes=notes))
    assert "(as found: no plan was named)" in text
    assert how in text
    assert "not scored" not in text
    assert "Also seen" not in text


def test_missing_rep_keeps_its_place_in_the_table() -> None:
    rows = rows_of(text_of(made_report(missing=(14,))))
    assert re.search(r"^14 +– +missing +░+│░+$", rows[14])
    assert len(rows) == 16


def test_head_names_day_device_and_runner() -> None:
    head = text_of(replace(REPORT, athlete=Athlete(name="Ana"))).split("\n\n")[0]
    assert "Ana · Tue 5 May 2026, 17:30 UTC · 1:12:58" in head
    assert "goal 5k 20:00 · target 1:36.0, in band 1:33.1 to 1:37.0" in head.replace("\n", " ")


def test_at_most_four_sentences_of_advice() -> None:
    text = text_of(replace(REPORT, advice=("One.", "Two.", "Three.", "Four.", "Five.")))
    assert "Four." in text
    assert "Five." not in text


def test_no_more_digits_than_the_recording_supports() -> None:
    sure = tuple(replace(row, time_sd_s=2.4) for row in REPORT.rep_rows)
    coarse = replace(REPORT, rep_rows=sure, figures={**REPORT.figures, "time_sd_s": 2.4})
    rows = rows_of(text_of(coarse))
    assert re.search(r"^ 2 +1:35 +-1 ", rows[2])
    assert "times good to about 2.4 s" in text_of(coarse)


def test_a_run_without_reps_gets_a_calm_sentence_and_no_score() -> None:
    session = Session(activity=REPORT.session.activity, rows=())
    text = text_of(Report(session=session, plan=None))
    assert "No fast stretches that repeat were found here, so there is nothing to score: 1:12:58 on the clock" in (
        " ".join(text.split())
    )
    assert "core 0" not in text
    asked = " ".join(text_of(Report(session=session, plan=Plan.kastor())).split())
    assert "Kastor 16 x 400 m was asked for, but none of its reps can be seen." in asked


def test_a_distance_that_is_hardly_any_for_the_time_makes_no_pace() -> None:
    session = Session(activity=REPORT.session.activity, rows=())
    for columns, paced in (
        ({"time_s": [0.0, 1800.0, 3600.0], "distance_m": [0.0, 4500.0, 9000.0]}, True),
        ({"time_s": [0.0, 1800.0, 3600.0], "distance_m": [0.0, 30.0, 60.0]}, False),
    ):
        activity = Activity.from_columns(session.activity.start_time, columns)
        text = " ".join(text_of(Report(session=replace(session, activity=activity), plan=None)).split())
        assert ("/km overall" in text) == paced


def test_miles_where_asked() -> None:
    text = text_of(REPORT, units="mi")
    assert "min/mi" in text
    assert "/km" not in text
    assert re.search(r" 6:26 ", rows_of(text)[6])


def test_a_pipe_gets_no_escape_codes_and_80_columns() -> None:
    out = printed(REPORT)
    assert CSI not in out
    assert max(map(len, out.splitlines())) <= 80
    assert not re.search(r" $", out, re.M)


def test_colour_adds_nothing_but_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    coloured = printed(REPORT, force_terminal=True, width=80, color_system="standard")
    assert f"{CSI}32m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == printed(REPORT)
    monkeypatch.setenv("NO_COLOR", "1")
    quiet = printed(REPORT, force_terminal=True, width=80)
    assert not re.search(r"\x1b\[(?:[0-9;]*;)?3[0-9]m", quiet)


def test_ascii_terminals_get_ascii() -> None:
    activity = replace(REPORT.session.activity, device="Läufer’s watch", source="été.fit", warnings=("GPS – lost",))
    report = replace(REPORT, session=replace(REPORT.session, activity=activity))
    out = printed(report, encoding="ascii")
    assert "Laeufer's watch" in out
    assert re.search(r"^ 1 +1:33.1 +-2.9 +< fast +o-+\|:", out, re.M)


def test_c_locale_asked_for_by_name_means_ascii() -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    assert can_show_unicode(file, {})
    assert can_show_unicode(file, {"LANG": "C.UTF-8"})
    assert not can_show_unicode(file, {"LANG": "C"})
    assert not can_show_unicode(file, {"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"})


def test_text_from_files_cannot_steer_the_terminal() -> None:
    activity = replace(REPORT.session.activity, device="evil\x1b[2Jwatch\x07", warnings=("[bold]no markup[/bold]",))
    report = replace(REPORT, session=replace(REPORT.session, activity=activity))
    out = printed(report, force_terminal=True, width=100, color_system="standard")
    assert "\x1b[2J" not in out
    assert "\x07" not in out
    assert "[bold]no markup[/bold]" in out


def test_splits_in_short_and_in_full() -> None:
    # Regular reps average (16 x 400 less hammers): a quarter of the mean, off by the hand-made shape of the splits.
    quarter = sum(t for i, t in enumerate(TIMES_S, start=1) if i not in (12, 16)) / 14 / 4
    short = text_of(REPORT)
    assert f"Every 100 m {quarter - 1.2:.1f}  {quarter + 0.1:.1f}  {quarter + 0.5:.1f}  {quarter + 0.6:.1f}" in short
    full = "\n".join("".join(words for words, _ in line) for line in report_lines(REPORT, width=80, splits=True))
    assert re.search(r"^ rep  100 m  200 m  300 m  400 m$", full, re.M)
    assert re.search(r"^16 H +20\.0 +21\.3 +21\.7 +21\.8$", full, re.M)


def test_no_reps_no_table() -> None:
    empty = Report(session=REPORT.session, plan=None)
    assert rep_lines(empty, width=80, units="km", glyphs=UNICODE) == []


REPORT = made_report()


def test_parts_that_do_not_fit_stand_below_and_the_mean_names_the_reps_it_is_of() -> None:
    longer = tuple(
        SplitResult(planned_rep=n, run_rep=n, start_m=100.0 * i, end_m=100.0 * (i + 1), time_s=20.0 + i, time_sd_s=0.4)
        for n in (1, 2)
        for i in range(4, 8)
    )
    report = replace(REPORT, split_rows=(*REPORT.split_rows, *longer))
    narrow = "\n".join("".join(words for words, _ in line) for line in report_lines(report, width=40, splits=True))
    table = r"^ rep +600 m +700 m +800 m\n 1 +25\.0 +26\.0 +27\.0\n 2 .*\neach good to about 0\.\d s\n\n"
    assert re.search(table, narrow, re.M)
    assert max(map(len, narrow.splitlines())) <= 40
    assert "(s, mean of the reps of 800 m)" in text_of(report, 120)
    assert "(s, mean of the regular reps)" in text_of(REPORT)


def test_where_the_watch_measured_the_reps_it_is_what_they_are_off_by_that_is_unsure() -> None:
    # Rep after rep of 1:00.0 by the clock, off by seconds: over what, and how sure, is said.
    session = make_session([60.0] * 4, [60.0] * 3, nominal_m=nan, watch_m=[210.0, 200.0, 190.0, 205.0])
    said = text_of(score(session))
    assert "off: against the target over the distance measured, good to about 0.9 s" in said
    assert "times good to" not in said
    assert "Times over the distance measured are good to about 0.9 s" in score(session).to_html()


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_the_band_is_explained_only_where_it_is_drawn(glyphs: Glyphs) -> None:
    assert "target band" in text_of(REPORT, 80, glyphs=glyphs)
    assert "target band" not in text_of(REPORT, 50, glyphs=glyphs)
