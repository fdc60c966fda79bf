"""Distance, heart rate, phases, splits and advice, one thing at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from kastor_analysis.athlete import Athlete
from kastor_analysis.errors import ReadError
from kastor_analysis.goal import Goal
from kastor_analysis.pipeline import analyze
from kastor_analysis.plan import Plan
from kastor_analysis.render.terminal import report_lines
from kastor_analysis.scorer import score
from tests.scorer.made import kastor_times, make_session

KASTOR = Plan.kastor("5k 20:00")
NAN = float("nan")


def kastor_samples():
    return make_session(kastor_times()).activity.sample_table.n_rows


def test_off_the_track_pace_is_judged_over_the_measured_distance():
    # 412 m in 98.88 s is 4:00/km: on target, whatever the nominal 400 m.
    times = [t * 1.03 for t in kastor_times()]
    session = make_session(times, nominal_m=NAN, watch_m=412.0, sd_s=0.3)
    report = score(session, KASTOR)
    row = report.rep_rows[0]
    assert report.scores["pace"] == pytest.approx(100.0)
    assert row.scored_distance_m == 412.0
    assert row.nominal_distance_m == 400.0
    assert row.target_s == pytest.approx(98.88)
    # The distance is good to 1.5 %: sqrt(0.3^2 + (0.015 x 98.88)^2) = 1.513 s.
    assert row.time_sd_s == pytest.approx(1.513, abs=1e-3)
    assert "watch" in report.notes["distance"]


def test_on_a_track_the_nominal_distance_counts_whatever_the_watch_says():
    report = score(make_session(kastor_times(), nominal_m=400.0, watch_m=429.0), KASTOR)
    assert report.scores["pace"] == pytest.approx(100.0)
    assert report.rep_rows[0].watch_distance_m == 429.0
    assert report.rep_rows[0].scored_distance_m == 400.0


def test_where_the_track_says_300_m_the_pace_is_judged_over_300_m():
    nominal = [400.0] * 15 + [300.0]
    times = [*kastor_times()[:15], 0.75 * 86.4]
    report = score(make_session(times, nominal_m=nominal, watch_m=[405.0] * 15 + [304.0]), KASTOR)
    assert report.hammer_rows[1].gain == pytest.approx(0.10)
    assert "300 m" in report.notes["nominal"]


def test_without_any_distance_a_rep_is_taken_for_what_was_planned():
    silent = dict.fromkeys(("distance_m", "speed_mps"), np.full(kastor_samples(), np.nan))
    report = score(make_session(kastor_times(), nominal_m=NAN, watch_m=NAN, columns=silent), KASTOR)
    assert [row.scored_distance_m for row in report.rep_rows] == [400.0] * 16
    assert report.scores["overall"] == pytest.approx(100.0)


def test_energy_budget_and_advice_to_save_some():
    times = kastor_times()
    for n in (13, 14, 15):
        times[n - 1] = 99.0
    report = score(make_session(times), KASTOR)
    assert report.figures["budget_ratio"] == pytest.approx(99.0 / 96.0)
    assert "3.0 s slower" in report.notes["budget"]
    assert any(text.startswith("Reps 13-15 averaged 1:39.0, 3.0 s slower than 4-11") for text in report.advice)


def test_only_reps_that_were_run_are_named():
    times = kastor_times()
    times[12] = times[14] = 99.0
    rests = [*times[:12], 3 * 98.0, 99.0]
    report = score(make_session([*times[:13], *times[14:]], rests), KASTOR)
    assert report.rep_rows[13].status == "missing"
    assert report.notes["budget"].startswith("Energy budget: reps 13 and 15 were 3.0 s slower than reps 4-11 (")
    thirteen = score(make_session([*([96.0] * 12), 99.0], nominal_m=500.0, watch_m=500.0))
    assert thirteen.notes["budget"].startswith("Energy budget: rep 13 was 3.0 s slower than reps 4-11 (")


def test_race_pace_share():
    times = [*([96.0] * 8), *([102.0] * 8)]
    report = score(make_session(times), Plan(reps=16, distance_m=400, goal="5k 20:00"))
    assert report.figures["race_pace_m"] == pytest.approx(3200.0)
    assert report.figures["race_pace_share"] == pytest.approx(0.5)


def test_rests_that_grow_are_noted():
    rests = [96.0 + 2.0 * i for i in range(15)]
    report = score(make_session([96.0] * 16, rests), KASTOR)
    # First five 1.0417, last five 1.25.
    assert report.figures["rest_drift_ratio"] == pytest.approx((96 + 24) / (96 + 4), rel=1e-6)
    assert "20 % longer" in report.notes["rest_drift"]


@pytest.mark.parametrize(("speed_mps", "kind"), [(0.2, "standing"), (1.3, "walking"), (2.2, "jogging")])
def test_how_it_was_rested(speed_mps, kind):
    report = score(make_session(kastor_times(), rest_mps=speed_mps), KASTOR)
    assert {row.rest_kind for row in report.rep_rows[:15]} == {kind}
    said = {"standing": "spent standing", "walking": "walked", "jogging": "jogged"}[kind]
    assert report.notes["rest_kind"].startswith(f"Rests were {said}; heart rate fell by ")


def test_heart_rate_drop_in_the_first_minute():
    report = score(make_session(kastor_times()), KASTOR)
    # Made to fall towards 118 with a time constant of 30 s: by 86 % of what it had risen above that.
    row = report.rep_rows[8]
    assert row.heart_rate_drop_bpm == pytest.approx(0.86 * (row.heart_rate_max_bpm - 118.0), abs=4.0)
    assert "heart_rate" not in report.notes


@pytest.mark.parametrize("failure", ["flat", "cadence", "no response", "mostly missing"])
def test_wrist_heart_rate_that_fails_is_recognised(failure):
    good = make_session(kastor_times())
    time_s, cadence = good.activity.column("time_s"), good.activity.column("cadence_spm")
    heart = {
        "flat": np.full(time_s.size, 128.0),
        "cadence": cadence + np.sin(time_s),
        "no response": 140.0 + 0.006 * time_s + 3.0 * np.sin(time_s / 400.0),
        "mostly missing": np.where(time_s % 10 < 3, 150.0 + 20 * np.sin(time_s / 60.0), np.nan),
    }[failure]
    report = score(make_session(kastor_times(), columns={"heart_rate_bpm": heart}), KASTOR)
    assert "not to be trusted" in report.notes["heart_rate"]
    assert np.isnan([row.heart_rate_drop_bpm for row in report.rep_rows]).all()
    assert report.scores["overall"] == pytest.approx(100.0)


def test_without_heart_rate_nothing_is_said_of_it():
    report = score(make_session(kastor_times(), heart_rate=False), KASTOR)
    assert "heart_rate" not in report.notes
    assert np.isnan([row.heart_rate_avg_bpm for row in report.rep_rows]).all()


def test_phases_and_strides():
    session = make_session(kastor_times(), strides=4)
    kinds = [phase.kind for phase in score(session, KASTOR).phase_rows]
    assert kinds == ["warmup", "strides", "main set", "cooldown"]
    unknown = score(session, KASTOR).phase_rows[1].note
    assert unknown == "4 strides at 2:34/km"
    judged = score(session, KASTOR, athlete=Athlete(name="Anna", top_speed_mps=7.6))
    assert judged.phase_rows[1].note == "4 strides at 2:34/km, 86 % of top speed: as meant"
    assert judged.figures["stride_share_of_top_speed"] == pytest.approx(6.5 / 7.6)


def test_strides_walked_back_between_are_one_phase():
    session = make_session(kastor_times(), strides=4)
    between = [row for row in session.rows if row.kind == "other" and row.duration_s == 45.0]
    rows = tuple(replace(row, kind="drills") if row in between[:-1] else row for row in session.rows)
    phases = score(replace(session, rows=rows), KASTOR).phase_rows
    assert [phase.kind for phase in phases] == ["warmup", "strides", "main set", "cooldown"]
    assert phases[1].duration_s == pytest.approx(4 * 15.0 + 3 * 45.0)


def test_standing_in_the_warm_up_is_not_easy_running():
    session = make_session(kastor_times(), warmup_s=720.0)
    time_s, distance_m = session.activity.column("time_s"), session.activity.column("distance_m")
    # The first eight of the twelve minutes were spent standing.
    stood = np.where(time_s < 480.0, 0.0, distance_m - np.interp(480.0, time_s, distance_m))
    stood_mps = np.gradient(stood, time_s)
    report = score(make_session(kastor_times(), columns={"distance_m": stood, "speed_mps": stood_mps}), KASTOR)
    assert report.figures["warmup_easy_s"] == pytest.approx(240.0, abs=10.0)
    assert report.scores["structure"] == pytest.approx(60 + 20 * 0.4 + 20, abs=0.5)


def test_the_athletes_goal_of_the_day_is_used():
    athlete = Athlete(
        name="Anna",
        goals=((date(2024, 1, 1), Goal.parse("5k 21:00")), (date(2024, 4, 1), Goal.parse("5k 20:00"))),
    )
    report = score(make_session(kastor_times()), Plan.kastor(), athlete=athlete)
    assert report.plan.goal.text == "5k 20:00"
    assert report.scores["overall"] == pytest.approx(100.0)


def test_the_goal_of_the_day_is_that_of_the_runners_own_calendar():
    # 16:00 UTC on 1 May is 2 May in Auckland.
    goals = ((date(2024, 1, 1), Goal.parse("5k 21:00")), (date(2024, 5, 2), Goal.parse("5k 20:00")))
    athlete = Athlete(name="Anna", goals=goals)
    made = make_session(kastor_times())
    session = replace(made, activity=replace(made.activity, utc_offset_s=12 * 3600.0))
    assert score(made, Plan.kastor(), athlete=athlete).plan.goal.text == "5k 21:00"
    assert score(session, Plan.kastor(), athlete=athlete).plan.goal.text == "5k 20:00"
    assert analyze(session.activity, plan="kastor", athlete=athlete).plan.goal.text == "5k 20:00"


def test_evenness_of_mixed_distances_holds_each_against_its_own():
    # Quick 200s after 800s are no dead sprint: each pair is even.
    metres = [800.0, 200.0, 800.0, 200.0, 800.0, 200.0, 800.0, 200.0]
    times = [0.18 * m if m > 500 else 0.165 * m for m in metres]
    report = score(make_session(times, nominal_m=metres, watch_m=metres))
    assert report.scores["pace"] == pytest.approx(100.0)
    assert report.notes["pace"] == "Evenness: regular reps against the median of their own distance or time"
    assert report.advice == ("Evenly run: 8 regular reps, each near the median of its distance.",)
    times[2] *= 1.06
    assert score(make_session(times, nominal_m=metres, watch_m=metres)).rep_rows[2].pace_verdict == "slow"


@pytest.mark.parametrize(
    "times", [[281.6, 260.0, 281.1, 247.1], [96.0, 100.0], [96.0, 96.0, 99.0, 104.0, 105.0], [95.0, 97.0, 101.0]]
)
def test_fast_and_slow_beside_the_median_hold_whichever_rep_is_not_found(times):
    def verdicts(some):
        rows = score(make_session(some, nominal_m=800.0, watch_m=800.0)).rep_rows
        # What is outside the band and not sure is told as "on", with less than the full score.
        return [row.pace_verdict if row.pace_verdict != "on" or row.pace_score == 100.0 else None for row in rows]

    told = verdicts(times)
    for left_out in range(len(times)):
        some = [time for i, time in enumerate(times) if i != left_out]
        before = [verdict for i, verdict in enumerate(told) if i != left_out]
        for verdict, after in zip(before, verdicts(some), strict=True):
            assert verdict in (None, "on", after) or after is None


def test_distances_run_once_each_have_no_evenness():
    metres = [1000.0, 800.0, 600.0, 400.0, 200.0]
    report = score(make_session([0.2 * m for m in metres], nominal_m=metres, watch_m=metres))
    assert np.isnan(report.scores["pace"])
    assert "distance of its own" in report.notes["pace"]
    assert {row.pace_verdict for row in report.rep_rows} == {None}


def test_hammers_against_the_best_400():
    report = score(make_session(kastor_times()), KASTOR, athlete=Athlete(name="Anna", best_400_s=72.0))
    # 72.0 / 86.4 is 83.3 % of the speed.
    assert report.notes["best_400"] == "Hammers by the speed of the best 400 m (1:12.0): 12 at 83 % and 16 at 83 %"


def test_an_aborted_rep_is_not_run():
    times = kastor_times()
    times[6] = 60.0
    watch = [*([405.0] * 6), 250.0, *([405.0] * 9)]
    nominal = [*([400.0] * 6), NAN, *([400.0] * 9)]
    report = score(make_session(times, watch_m=watch, nominal_m=nominal, statuses={7: "aborted"}), KASTOR)
    row = report.rep_rows[6]
    assert (row.status, row.pace_verdict, row.pace_score, row.rest_verdict) == ("aborted", None, 0.0, None)
    assert report.scores["structure"] == pytest.approx(60 * 15 / 16 + 40)
    assert report.advice[0].startswith("Rep 7 was cut short")


def test_hand_timed_splits_win(tmp_path):
    file = tmp_path / "splits.csv"
    file.write_text("rep,time\n1,1:31.2\n3,92.0\n14,1:36\n", encoding="utf-8")
    report = score(make_session(kastor_times()[:13]), KASTOR, splits=file)
    rows = {row.planned_rep: row for row in report.rep_rows}
    assert [rows[n].time_s for n in (1, 2, 3)] == [91.2, 96.0, 92.0]
    assert rows[14].status == "run"
    assert rows[14].source == "hand"
    assert rows[14].pace_score == pytest.approx(100.0)
    assert "Reps 1, 3 and 14" in report.notes["splits"]
    assert score(make_session(kastor_times()), KASTOR, splits=[91.2]).rep_rows[0].time_s == 91.2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1,fast\n", "'fast' is no time (at line 1)"),
        ("rep,time\n", "there is no time"),
        ("96\n1.0\n", "no time for rep 2 (at line 2)"),
        ("1,96\n1,97\n", "rep 1 is timed twice (at line 2)"),
        ("x,96\n", "'x' is no number"),
    ],
)
def test_bad_splits_name_the_line(tmp_path, text, said):
    file = tmp_path / "splits.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError) as caught:
        score(make_session(kastor_times()), KASTOR, splits=file)
    assert said in str(caught.value)
    assert "splits.csv" in str(caught.value)


def test_missing_splits_file():
    with pytest.raises(ReadError, match="no such file"):
        score(make_session(kastor_times()), KASTOR, splits="nowhere.csv")


def test_another_session_than_was_planned_is_no_lack_of_fitness():
    report = score(make_session(kastor_times()), Plan.load("8x800"))
    assert report.advice == ("None of the 8 planned reps was found in this recording: was another session planned?",)


def test_advice_comes_in_a_coachs_order_and_stops_at_four():
    times = [96.0] * 16
    times[:3] = [90.0, 90.0, 90.0]
    times[12:15] = [101.0, 101.0, 101.0]
    report = score(make_session(times, [t * 0.6 for t in times[:-1]], warmup_s=130.0, cooldown_s=130.0), KASTOR)
    assert [text.split()[0:2] for text in report.advice] == [
        ["Reps", "1-3"],
        ["All", "rests"],
        ["Reps", "13-15"],
        ["Hammers", "12"],
    ]


def test_a_dead_sprint_is_told_also_where_few_reps_were_run():
    plan = Plan(reps=4, distance_m=800, goal="5k 20:00")
    session = make_session([171.0, 188.0, 194.0, 198.0], nominal_m=800.0, watch_m=800.0)
    report = score(session, plan)
    assert report.advice[0] == "Rep 1 was run in 2:51.0, 21.0 s inside goal: start at 3:12."


def test_in_a_ladder_times_are_told_per_400_m():
    plan = Plan.load("ladder").with_goal("5k 20:00")
    metres = [400.0, 800.0, 1200.0, 800.0, 400.0]
    report = score(make_session([0.252 * m for m in metres], nominal_m=metres, watch_m=metres), plan)
    assert report.advice[0].startswith("The regular reps were run in 1:40.8 per 400 m (median), 4.8 s outside goal")


def test_heart_rate_below_that_of_the_warm_up_is_not_believed():
    good = make_session(kastor_times())
    time_s, heart = good.activity.column("time_s"), good.activity.column("heart_rate_bpm")
    stuck = np.where(time_s > 720.0, 110.0 + (heart - 110.0) / 6.0, heart)
    report = score(make_session(kastor_times(), columns={"heart_rate_bpm": stuck}), KASTOR)
    assert "no higher in the reps than in the warm-up" in report.notes["heart_rate"]


def test_a_phase_that_was_stood_has_no_pace():
    session = make_session(kastor_times(), warmup_s=720.0)
    distance_m = session.activity.column("distance_m")
    time_s = session.activity.column("time_s")
    stood = np.where(time_s <= 720.0, time_s * 0.01, distance_m)
    columns = {"distance_m": stood, "speed_mps": np.gradient(stood, time_s)}
    phases = score(make_session(kastor_times(), columns=columns), KASTOR).phase_rows
    assert np.isnan(phases[0].pace_s_per_km)


def test_reps_by_the_clock_are_told_in_pace():
    plan = Plan(reps=8, duration_s=120.0, rest_s=60.0, goal="4:00/km")
    metres = [540.0, 540.0, 540.0, *([500.0] * 5)]
    report = score(make_session([120.0] * 8, [60.0] * 7, nominal_m=NAN, watch_m=metres, sd_s=0.2), plan)
    # 120 s / 540 m is 3:42/km, 17.8 s inside 4:00/km.
    assert report.advice[0] == "Reps 1-3 averaged 3:42/km, 18 s inside goal: start at 4:00."
    assert report.rep_rows[0].deviation_s == pytest.approx(120.0 - 0.240 * 540.0)


def test_notes_and_advice_speak_in_miles_where_they_are_asked_for():
    plan = Plan(reps=8, duration_s=120.0, rest_s=60.0, goal="4:00/km")
    metres = [540.0, 540.0, 540.0, *([500.0] * 5)]
    session = make_session([120.0] * 8, [60.0] * 7, nominal_m=NAN, watch_m=metres, sd_s=0.2)
    kilometres, miles = (score(session, plan, units=units) for units in ("km", "mi"))
    # 120 s / 540 m is 5:57.6 a mile, and 4:00/km is 6:26.2: told as 5:58 and 6:26, they are 28 s apart.
    assert miles.advice[0] == "Reps 1-3 averaged 5:58/mi, 28 s inside goal: start at 6:26."
    assert kilometres.notes["race_pace"] == "2.5 of 4.1 km of reps were run at goal pace (10:00)"
    assert miles.notes["race_pace"] == "1.6 of 2.6 mi of reps were run at goal pace (10:00)"
    assert miles.figures == pytest.approx(kilometres.figures, nan_ok=True)


def test_one_odd_distance_among_many_changes_no_words():
    metres = [400.0] * 6 + [1000.0]
    times = [82.0, 82.0, 82.0, 91.0, 91.0, 91.0, 270.0]
    report = score(make_session(times, nominal_m=metres, watch_m=metres))
    assert report.advice[0].startswith("Reps 1-3 averaged 1:22.0, 9.0 s quicker than the median of reps 4-6: ")


def test_the_median_that_is_named_is_that_of_the_reps_held_against_it():
    # The mile has no fellow: 1:11.6 would be the median with it, and no rep is held against that.
    metres = [1600.0, *([400.0] * 4)]
    report = score(make_session([321.0, 74.1, 71.6, 69.9, 69.5], nominal_m=metres, watch_m=metres))
    assert report.rep_rows[2].deviation_s == pytest.approx(71.6 - 70.75)
    assert report.notes["pace"] == "Evenness: the 4 reps that are alike against their own median, 1:10.8"
    assert report.figures["equivalent_5k_s"] == pytest.approx(70.75 * 12.5)


def test_times_are_told_over_the_distance_of_the_reps_they_are_of():
    # Three of five are no big majority, but the others are not judged; and what was not planned has no say either.
    metres = [1000.0] * 3 + [500.0, 300.0]
    report = score(make_session([187.9, 185.6, 184.9, 83.5, 49.0], nominal_m=metres, watch_m=metres))
    assert report.advice == ("Evenly run: 3 regular reps around 3:06.",)
    assert "median, 3:05.6" in report.notes["pace"]
    metres = [400.0] * 3 + [200.0] * 5
    times = [78.0] * 3 + [33.0] * 5
    report = score(make_session(times, nominal_m=metres, watch_m=metres), Plan(reps=3, goal="5k 15:00", hammer=()))
    assert report.advice[0].startswith("The regular reps were run in 1:18.0 (median), 6.0 s outside goal")


def test_a_few_reps_of_another_distance_have_no_share_in_the_words_on_the_others():
    metres = [400.0] * 2 + [200.0] * 5
    report = score(make_session([72.5, 72.7, 28.8, 28.9, 28.8, 28.5, 28.4], nominal_m=metres, watch_m=metres))
    assert report.notes["pace"] == "Evenness: regular reps against the median of their own distance or time"
    assert report.advice == ("Evenly run: 7 regular reps, each near the median of its distance.",)


def test_the_energy_budget_of_reps_of_many_distances_is_not_told():
    metres = [200.0, 600.0, 400.0] * 5
    times = [0.17 * m if m < 500.0 else 0.185 * m for m in metres]
    assert "budget" not in score(make_session(times, nominal_m=metres, watch_m=metres)).notes
    assert "budget" in score(make_session([80.0] * 15, plan=Plan(reps=15, distance_m=400.0))).notes


def test_a_first_rep_that_was_not_fast_was_no_dead_sprint():
    # 90, 82, 82 before 90s: on average too quick, but nobody who began with 1:30 is told to begin with 1:30.
    for first_s in (90.0, 89.0):
        report = score(make_session([first_s, 82.0, 82.0, 90.0, 90.0, 90.0], nominal_m=400.0, watch_m=400.0))
        assert report.figures["start_score"] < 60.0
        assert report.advice == ()


def test_a_difference_is_that_of_the_times_as_they_are_told():
    # 1:27.4 and 1:30.6 are told as 1:27 and 1:31: 4 s apart for whoever reads that.
    session = make_session([87.4] * 3 + [90.6] * 3, nominal_m=NAN, watch_m=400.0)
    assert score(session).advice[0].startswith("Reps 1-3 averaged 1:27, 4 s quicker than the median of reps 4-6: start")


def test_sets_are_held_against_the_first_where_they_differ():
    metres = [400.0, 300.0, 300.0] * 3
    times = [64.0, 47.0, 47.0, 64.1, 47.1, 46.9, 68.0, 50.0, 50.2]
    report = score(make_session(times, nominal_m=metres, watch_m=metres))
    assert report.plan.name == "3 x (400, 2 x 300 m)"
    assert report.notes["sets"] == "Round 3 was 6 % slower than round 1"
    assert "sets" not in score(make_session([64.0] * 9, nominal_m=400.0, watch_m=400.0)).notes


def test_a_start_within_the_band_is_held_against_the_reps_that_followed():
    plan = Plan(reps=6, distance_m=400, goal="5k 18:30")
    report = score(make_session([86.3, 86.8, 87.2, 92.5, 91.0, 89.5]), plan)
    assert report.rep_rows[0].pace_verdict == "on"
    assert report.advice[0] == (
        "Reps 1-3 averaged 1:26.8 and the middle reps 1:31.0: start 4 s easier and keep it even."
    )


def test_reps_of_quite_another_kind_are_not_told_to_become_more():
    plan = Plan.kastor("5k 26:00")
    metres = [190.0] * 9 + [365.0] * 3
    session = make_session([60.0] * 9 + [120.0] * 3, nominal_m=NAN, watch_m=metres)
    said = " ".join(score(session, plan).advice)
    assert "Of the 12 reps run only 3 could be any of the 16 that were planned: was another session planned?" in said
    assert "--reps" not in said


def test_hammers_held_back_unequally_are_told_apart():
    times = [96.0] * 16
    times[15] = 91.2
    report = score(make_session(times), KASTOR)
    assert report.advice == (
        "Hammer 12 was no quicker than your regular reps, 16 only 5 %: run them all out, near 1:26.",
    )


def test_a_sensor_that_follows_the_reps_is_believed_even_if_it_failed_in_the_warm_up():
    good = make_session(kastor_times())
    time_s, heart = good.activity.column("time_s"), good.activity.column("heart_rate_bpm")
    cold = np.where(time_s < 720.0, 190.0, heart)
    report = score(make_session(kastor_times(), columns={"heart_rate_bpm": cold}), KASTOR)
    assert "heart_rate" not in report.notes


def test_what_would_help_a_coarse_recording():
    short = make_session([17.0] * 6, [60.0] * 5, nominal_m=100.0, watch_m=101.0, sd_s=0.5)
    assert "finer than a thumb" in score(short).notes["coarse"]
    road = make_session([96.0] * 6, watch_m=402.0, nominal_m=NAN, sd_s=2.0)
    assert "marked track" in score(road).notes["coarse"]


def test_what_the_rep_after_a_hammer_looked_like():
    times = kastor_times()
    times[12] = 99.0
    report = score(make_session(times), KASTOR)
    assert report.hammer_rows[0].next_ratio == pytest.approx(99.0 / 96.0)
    assert np.isnan(report.hammer_rows[1].next_ratio)
    assert report.notes["after_hammer"] == "Rep 13, after hammer 12, was 3.0 s slower than the median"
    same = score(make_session(kastor_times()), KASTOR).notes["after_hammer"]
    assert same == "Rep 13, after hammer 12, was as quick as the others"


def test_a_fast_last_rep_is_no_fault():
    plan = Plan(reps=10, distance_m=400, goal="5k 20:00")
    report = score(make_session([*([96.0] * 9), 84.0]), plan)
    assert report.rep_rows[9].pace_verdict == "fast"
    assert report.advice[0].startswith("Well run: 9 of 10 regular reps on pace")


def test_a_report_says_once_how_sure_its_times_are():
    # Of an even number of reps the median lies between two: note and legend must not choose differently.
    made = make_session([17.0] * 4, [60.0] * 3, nominal_m=100.0, watch_m=101.0)
    reps = iter((0.5, 0.5, 0.9, 0.9))
    rows = tuple(replace(row, duration_sd_s=next(reps)) if row.kind == "rep" else row for row in made.rows)
    report = score(replace(made, rows=rows))
    assert "times are good to about 0.7 s" in report.notes["coarse"]
    lines = report_lines(report, width=100)
    assert "times good to about 0.7 s" in "\n".join("".join(words for words, _ in line) for line in lines)
