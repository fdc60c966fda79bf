"""What a coach would not say: each kind of sentence that was once printed and was wrong of the session it spoke of."""

from __future__ import annotations

from math import nan

from kastor_analysis import Plan, Report, Session, score
from kastor_analysis.render.glyphs import ASCII, UNICODE, Glyphs, plain
from kastor_analysis.render.terminal import print_report, report_lines
from kastor_analysis.segments import Segment
from tests.scorer.made import kastor_times, make_session


def told(report: Report, width: int = 80, glyphs: Glyphs = UNICODE) -> list[str]:
    return ["".join(words for words, _ in line) for line in report_lines(report, width=width, glyphs=glyphs)]


def as_found(session: Session, goal: str | None) -> Report:
    """The report against what was found, with a goal beside it."""
    plan = score(session).plan
    assert plan is not None
    assert plan.is_inferred
    return score(session, plan.with_goal(goal))


def mixed(goal: str | None = "5k 20:00") -> Report:
    metres = [1000.0] * 3 + [400.0] * 3 + [200.0] * 3
    times = [250.0] * 3 + [90.0] * 3 + [36.0] * 3
    return as_found(make_session(times, nominal_m=metres, watch_m=nan), goal)


def test_reps_of_one_distance_are_not_held_against_those_of_another():
    advice = " ".join(mixed().advice)
    assert "averaged" not in advice
    assert "hold back" not in advice
    assert "Against goal pace: 1000 m 4 % slower, 400 m 6 % quicker and 200 m 25 % quicker" in advice


def test_a_goal_that_the_reps_may_still_speak_of_is_not_called_wrong():
    report = as_found(make_session([89.0] * 6, nominal_m=400.0), "10k 42:00")
    (said,) = report.advice
    assert "does not fit" not in said
    assert "11.8 s inside goal (median), quicker than 10k 42:00 asks for: run them in 1:41 to practise" in said
    slower = as_found(make_session([80.0] * 6, nominal_m=400.0), "10k 42:00").advice[0]
    assert "does not fit" in slower


def test_where_another_session_was_run_that_is_all_there_is_to_say():
    session = make_session([300.0] * 4, nominal_m=1200.0, watch_m=1200.0, warmup_s=300.0, cooldown_s=200.0)
    report = score(session, Plan.kastor("5k 20:00"))
    assert report.advice == ("None of the 16 planned reps was found in this recording: was another session planned?",)
    assert "race_pace" not in report.notes


def test_a_set_of_one_has_no_median_and_one_by_time_no_time():
    lines = told(score(make_session([300.0, 92.0, 93.0, 92.0], [400.0, 60.0, 60.0], nominal_m=[1200.0] + [400.0] * 3)))
    assert any(line.startswith("set 1  1 x 1200 m  5:00.0, 4:10/km, 6:40 to the next") for line in lines)
    plan = Plan.parse("3x(4x1:00 r60) r4:00")
    times = make_session([60.0] * 12, ([60.0] * 3 + [240.0]) * 2 + [60.0] * 3, nominal_m=nan, watch_m=230.0)
    lines = told(score(times, plan))
    assert any(line.startswith("set 1  4 x 1:00  230 m each (mean), 4:21/km, rests 1:00") for line in lines)


def test_only_phases_that_were_run_at_a_pace_have_one():
    lines = told(score(make_session(kastor_times(), strides=4), Plan.kastor("5k 20:00")))
    paces = {line.split("  ")[0]: "/km" in line.partition(" strides at")[0] for line in lines if " bpm" in line}
    assert paces["warm-up"]
    assert paces["cool-down"]
    assert not paces["main set"]
    assert not paces["strides"]


def test_strides_strewn_over_the_cool_down_are_told_with_it():
    session = make_session(kastor_times())
    *before, last = session.rows
    strewn: list[Segment] = []
    for i in range(4):
        at = last.start_s + 180.0 * i
        strewn.append(Segment(kind="cooldown", start_s=at, end_s=at + 160.0, distance_m=448.0))
        strewn.append(Segment(kind="stride", start_s=at + 160.0, end_s=at + 180.0, distance_m=110.0))
    strewn.append(Segment(kind="cooldown", start_s=strewn[-1].end_s, end_s=last.end_s + 60.0, distance_m=448.0))
    report = score(Session(activity=session.activity, rows=(*before, *strewn)), Plan.kastor("5k 20:00"))
    phases = [row for row in report.phase_rows if row.kind in ("cooldown", "strides")]
    assert [row.kind for row in phases] == ["cooldown"]
    assert phases[0].note is not None
    assert phases[0].note.startswith("with 4 strides at ")


def test_a_sign_that_ascii_writes_longer_does_not_push_the_picture_aside():
    report = score(make_session([97.3, 96.0] * 8, sd_s=0.9), Plan.kastor("5k 20:00"))
    lines = told(report, glyphs=ASCII)
    marked = [line.replace("o", "|", 1) if "|" not in line else line for line in lines if line.strip()[:1].isdigit()]
    bars = [line.index(":") for line in marked if ":" in line[20:] and "on" in line]
    assert any("on +/-" in line for line in lines)
    assert len({line[30:].index(":") for line in marked if "on" in line}) == 1, bars


def test_words_are_not_parted_at_their_hyphens():
    report = score(make_session([96.0] * 16, warmup_s=130.0, cooldown_s=130.0), Plan.kastor("5k 20:00"))
    assert any("min of easy running" in line for line in report.advice)
    for width in range(50, 100):
        assert not any(line.endswith(("cool-", "warm-")) for line in told(report, width))


def test_strides_without_a_session_are_named():
    session = make_session([96.0], strides=5)
    easy = Session(activity=session.activity, rows=tuple(row for row in session.rows if row.kind != "rep"))
    assert "repeat were found here but 5 strides" in " ".join(" ".join(told(score(easy))).split())


def test_rests_without_ground_have_no_distance():
    report = score(make_session([96.0] * 16, rest_mps=0.0), Plan.kastor("5k 20:00"))
    note = next(row.note for row in report.phase_rows if row.kind == "main set")
    assert note is not None
    assert note.endswith("rest 24:00")


def test_short_reps_by_time_are_not_told_to_look_at_200_m():
    session = make_session([60.0] * 4 + [30.0] * 4, [60.0] * 7, nominal_m=nan, watch_m=[208.0] * 4 + [116.0] * 4)
    plan = Plan.parse("4x1:00 r60 @ 4:30-4:40/km + 4x30s r60 @ 4:00-4:10/km")
    (said,) = [line for line in score(session, plan).advice if "than their targets" in line]
    assert said.endswith("check your pace early in each.")


def test_a_goal_is_told_in_per_cent_where_no_time_speaks_for_all_reps():
    metres = [1200.0, 1000.0, 800.0, 600.0, 400.0]
    report = as_found(make_session([200.0, 165.0, 130.0, 96.0, 63.0], nominal_m=metres, watch_m=nan), "10k 42:00")
    assert "% quicker than their targets (median)" in report.advice[0]


def test_page_notebook_and_terminal_tell_of_sets_and_of_nothing_alike():
    page = mixed(None).to_html()
    assert "<b>Set 2: 3 x 400 m</b>: median 1:30.0 ± 0.0, 3:45/km, rests 1:30" in page
    empty = make_session([96.0], strides=5)
    easy = Session(activity=empty.activity, rows=tuple(row for row in empty.rows if row.kind != "rep"))
    said = "No fast stretches that repeat were found here but 5 strides, so there is nothing to score"
    assert said in score(easy).to_html()
    assert said in " ".join(" ".join(told(score(easy))).split())
    assert ">stride<" in easy._repr_html_()
    assert ">warm-up<" in easy._repr_html_()


def test_print_report_writes_what_report_lines_returns(capsys):
    import sys

    report = mixed(None)
    print_report(report, sys.stdout)
    assert capsys.readouterr().out.splitlines()[0] == told(report)[0]


def test_how_the_pace_of_reps_by_the_clock_went_is_told():
    plan = Plan.parse("6x3:00 r2:00")

    def progress(watch_m: list[float]) -> str | None:
        session = make_session([180.0] * 6, [120.0] * 5, nominal_m=nan, watch_m=watch_m)
        return score(session, plan).notes.get("progress")

    assert (
        progress([700.0, 710, 720, 740, 760, 770])
        == "The pace rose from the first 2 reps to the last 2: 4:15 to 3:55/km"
    )
    assert progress([750.0] * 6) == "The pace was held from the first 2 reps to the last 2: 4:00/km"
    assert "fell" in str(progress([770.0, 760, 740, 720, 710, 700]))
    assert "progress" not in score(make_session(kastor_times()), Plan.kastor()).notes, "times tell"


def test_remarks_on_the_ground_do_not_contradict_each_other():
    session = make_session([96.0] * 6, nominal_m=[400.0] * 5 + [nan], watch_m=[412.0] * 5 + [455.0])
    notes = score(session, Plan.parse("6x400")).notes
    assert notes["distance"].startswith("Rep 6 was no round distance of the track: judged over what the watch measured")
    road = make_session([96.0] * 6, nominal_m=nan, watch_m=412.0)
    notes = score(road, Plan.parse("6x400")).notes
    assert notes["distance"].startswith("Not on a marked track")
    assert not {"watch", "nominal"} & set(notes)


def test_a_number_and_its_unit_stay_on_one_line():
    report = score(make_session([96.0] * 16, [50.0] * 15), Plan.kastor("5k 20:00"))
    for width in range(40, 110):
        assert not any(line.split()[:1] in (["%"], ["s"], ["m."], ["%."]) for line in told(report, width))


def test_no_line_is_wider_than_the_terminal_in_ascii_either():
    noisy = score(make_session([97.3, 96.0] * 8, sd_s=0.9), Plan.kastor())
    sets = mixed(None)
    for width in range(60, 100):
        for report in (noisy, sets):
            written = [plain(line) for line in told(report, width, ASCII)]
            assert max(map(len, written)) <= width


def test_rounds_are_not_called_sets_where_sets_are_others():
    metres = [400.0, 300.0, 300.0, 200.0] * 2
    times = [m / 6.0 for m in metres[:4]] + [m / 5.5 for m in metres[:4]]
    rests = [60.0, 60.0, 60.0, 400.0, 60.0, 60.0, 60.0]
    report = score(make_session(times, rests, nominal_m=metres, watch_m=nan))
    assert report.notes["sets"].startswith("Round 2 was 9 % slower than round 1")
