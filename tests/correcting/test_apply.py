"""Sessions corrected by hand: what each correction does, and that order does not matter where nothing overlaps."""

from __future__ import annotations

from itertools import pairwise
from math import isnan, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kastor_analysis.correcting import HAND_SD_S
from kastor_analysis.corrections import Correction, Corrections
from kastor_analysis.errors import CorrectionError
from kastor_analysis.plan import Plan
from kastor_analysis.plans.inference import infer_plan
from kastor_analysis.scorer import score
from kastor_analysis.session import in_sets
from tests.scorer.made import START, kastor_times, make_session

SESSION = make_session(kastor_times(), strides=3)


def covers(session):
    assert session.rows[0].start_s == 0.0
    assert session.rows[-1].end_s == pytest.approx(session.activity.duration_s)
    assert all(a.end_s == b.start_s for a, b in pairwise(session.rows))
    assert all(row.end_s > row.start_s for row in session.rows)
    assert [rep.run_rep for rep in session.reps] == list(range(1, len(session.reps) + 1))
    for rep, after in pairwise(session.reps):
        between = [row for row in session.rows if rep.end_s <= row.start_s and row.end_s <= after.start_s]
        assert {row.run_rep for row in between if row.kind == "recovery"} <= {rep.run_rep}
    assert session.rows[-1].end_s - session.rows[0].start_s == pytest.approx(sum(r.duration_s for r in session.rows))


def plain(rows):
    return [tuple(round(v, 6) if isinstance(v, float) and not isnan(v) else str(v) for v in _values(r)) for r in rows]


def _values(row):
    return [getattr(row, name) for name in row.__dataclass_fields__]


def test_nothing_to_correct_is_the_session_itself():
    assert SESSION.corrected() is SESSION
    assert Corrections().apply(SESSION) is SESSION


@pytest.mark.parametrize(("number", "kind"), [(1, "warmup"), (3, "recovery"), (17, "cooldown")])
def test_a_dropped_rep_joins_what_is_around_it(number, kind):
    session = make_session([96.0] * 17)
    corrected = session.corrected(drop=[number])
    covers(corrected)
    assert len(corrected.reps) == 16
    was = session.reps[number - 1]
    now = next(row for row in corrected.rows if row.start_s <= was.start_s and was.end_s <= row.end_s)
    assert now.kind == kind
    assert f"Rep {number} was dropped by hand" in corrected.notes
    assert [rep.found_rep for rep in corrected.reps] == [n for n in range(1, 18) if n != number]
    assert corrected.found is session


def test_merged_reps_are_one_from_first_start_to_last_end():
    # Lap 7 was cut in two by an auto-lap with a second between.
    times = [*([96.0] * 6), 50.0, 45.0, *([96.0] * 9)]
    rests = [*([96.0] * 6), 1.0, *([96.0] * 9)]
    metres = [*([400.0] * 6), 210.0, 186.0, *([400.0] * 9)]
    session = make_session(times, rests, watch_m=metres, nominal_m=[*([400.0] * 6), *([nan] * 2), *([400.0] * 9)])
    corrected = session.corrected(merge=[(7, 8)])
    covers(corrected)
    assert len(corrected.reps) == 16
    assert corrected.reps[6].duration_s == pytest.approx(96.0)
    assert corrected.reps[6].distance_m == pytest.approx(397.2, abs=0.1)
    report = score(corrected, Plan(reps=16, distance_m=400, goal="5k 20:00"))
    assert report.scores["pace"] == pytest.approx(100.0)
    assert "Reps 7 to 8 were merged by hand" in report.session.notes


def test_a_double_rep_is_split_where_the_runner_stood():
    # Two reps of 90 s with 20 s of rest between that were found as one of 200 s, the seventh.
    times = [*([90.0] * 6), 90.0, 90.0, *([90.0] * 4)]
    rests = [*([90.0] * 6), 20.0, *([90.0] * 5)]
    session = make_session(times, rests)
    a, b = session.reps[6], session.reps[7]
    double = session.corrected(merge=[(7, 8)])
    assert len(double.reps) == 11
    as_found = make_session(times, rests)
    found = type(session)(activity=as_found.activity, rows=double.rows)
    corrected = found.corrected(split=[7])
    covers(corrected)
    assert len(corrected.reps) == 12
    assert corrected.reps[6].end_s == pytest.approx(a.end_s, abs=1.5)
    assert corrected.reps[7].start_s == pytest.approx(b.start_s, abs=1.5)
    assert [rep.found_rep for rep in corrected.reps[5:9]] == [6, 7, 7, 8]
    # Where nothing tells, at half the distance, unless a place is named.
    even = SESSION.corrected(split=[5])
    assert even.reps[4].duration_s == pytest.approx(even.reps[5].duration_s, abs=1.0)
    at_s = round(SESSION.reps[4].start_s + 30.0, 1)
    named = SESSION.corrected(split=[f"5@{at_s}s"])
    assert (named.reps[4].end_s, named.reps[5].start_s) == (at_s, at_s)
    with pytest.raises(CorrectionError, match=r"was split.*Name the half"):
        named.corrected(drop=[5])
    assert len(named.corrected(drop=[f"{at_s + 20}s"]).reps) == 16


def test_a_rep_is_added_moved_timed_and_given_its_distance():
    rest = next(row for row in SESSION.rows if row.kind == "recovery" and row.run_rep == 5)
    from_s, to_s = round(rest.start_s + 20.0, 1), round(rest.start_s + 60.0, 1)
    added = SESSION.corrected(add=[(from_s, to_s)])
    covers(added)
    rep = added.reps[5]
    assert (rep.start_s, rep.end_s, rep.source, rep.found_rep) == (from_s, to_s, "hand", None)
    assert rep.start_sd_s == HAND_SD_S
    assert rep.duration_sd_s == pytest.approx(HAND_SD_S * 2**0.5)
    moved = SESSION.corrected(move=["7 end +1.2"], time=["3 1:34.2"], distance=["4 410"])
    covers(moved)
    assert moved.reps[6].end_s == pytest.approx(SESSION.reps[6].end_s + 1.2, abs=0.05)
    assert moved.reps[6].source == "lap/hand"
    assert moved.reps[6].end_sd_s == HAND_SD_S
    assert moved.reps[6].start_sd_s == SESSION.reps[6].start_sd_s
    report = score(moved, Plan.kastor(goal="5k 20:00"))
    assert report.rep_rows[2].time_s == 94.2
    assert report.rep_rows[2].source == "hand"
    assert report.rep_rows[3].scored_distance_m == 410.0
    assert report.rep_rows[6].rest_s == pytest.approx(96.0 - 1.2, abs=0.05)


def test_a_rep_is_a_stride_and_a_stride_a_rep():
    stride = next(row for row in SESSION.rows if row.kind == "stride")
    corrected = SESSION.corrected(call=["1 stride", f"{stride.start_s}s rep", "0:00-5:00 warm-up"])
    covers(corrected)
    assert corrected.reps[0].start_s == pytest.approx(stride.start_s, abs=0.05)
    assert corrected.reps[1].start_s == SESSION.reps[1].start_s
    kinds = {row.kind for row in corrected.rows if row.start_s < SESSION.reps[0].end_s <= row.end_s}
    assert kinds == {"stride"}
    assert (corrected.rows[0].kind, corrected.rows[0].end_s) == ("warmup", pytest.approx(720.0))


def test_what_lies_under_an_added_rep_makes_room_for_it():
    rep = SESSION.reps[4]
    over = SESSION.corrected(add=[(rep.start_s - 3.0, rep.end_s - 1.0)])
    assert [r.found_rep for r in over.reps] == list(range(1, 17))
    beside = SESSION.corrected(add=[(rep.end_s - 2.0, rep.end_s + 40.0)])
    covers(beside)
    assert beside.reps[4].end_s == pytest.approx(rep.end_s - 2.0, abs=0.05)
    assert beside.reps[4].source == "lap/hand"
    with pytest.raises(CorrectionError, match=r"meets nothing.*split or move"):
        SESSION.corrected(add=[(rep.start_s + 30.0, rep.start_s + 50.0)])


def test_an_inferred_plan_follows_the_correction():
    session = make_session([75.0] * 10, plan=infer_plan([75.0] * 10, [400.0] * 10, [405.0] * 10, [75.0] * 9))
    assert session.corrected(drop=[3]).plan.reps == 9
    named = make_session([75.0] * 10, plan=Plan.kastor(reps=10))
    assert named.corrected(drop=[3]).plan.reps == 10
    assert session.corrected(plan="8x800").plan.reps == 8


def test_what_meets_nothing_is_told_and_kept_and_what_is_found_by_now_is_fine():
    kept = SESSION.corrected(drop=[3], merge=[(7, 8)], note="wind").corrections
    rep, seventh, eighth = SESSION.reps[2], SESSION.reps[6], SESSION.reps[7]
    # Another version finds no rep 3, and 7 and 8 as one.
    other = make_session([96.0] * 4)
    session = kept.apply(other)
    assert [c.do for c in session.unmet] == ["merge"]
    assert any("meets nothing here any more and waits: merge" in note for note in session.notes)
    assert session.corrections == kept
    whole = SESSION.corrected(merge=[(7, 8)], drop=[3])
    same = kept.apply(type(SESSION)(activity=SESSION.activity, rows=whole.rows))
    assert [c.do for c in same.unmet] == ["drop"]
    assert rep.start_s < seventh.start_s < eighth.start_s
    elsewhere = Corrections(items=kept.items, start_time=START.replace(hour=3))
    left_out = elsewhere.apply(SESSION)
    assert left_out.rows == SESSION.rows
    assert "another time" in left_out.notes[-1]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"drop": [17]}, "no rep 17"),
        ({"drop": [0]}, "no rep 0"),
        ({"drop": [3, 3]}, "twice"),
        ({"drop": [3], "merge": [(3, 4)]}, "twice"),
        ({"merge": [(3, 5)]}, "cannot be merged"),
        ({"merge": [(4, 3)]}, "cannot be merged"),
        ({"merge": [(4,)]}, "cannot be merged"),
        ({"drop": 3}, "is a list"),
        ({"merge": [3]}, "are lists"),
        ({"drop": ["0:10"]}, "no rep lies at 0:10.0"),
        ({"drop": ["x"]}, "names no rep"),
        ({"move": ["7 middle +1"]}, "moves nothing"),
        ({"move": ["7 end there"]}, "no place"),
        ({"call": ["7 hero"]}, "nothing is called"),
        ({"time": ["7 quick"]}, "no time of a rep"),
        ({"distance": ["7 far"]}, "no distance"),
        ({"add": ["33:28-32:10"]}, "ends before"),
        ({"add": ["9:59:00-9:59:40"]}, "meets nothing"),
    ],
)
def test_what_cannot_be_corrected_is_said(said, message):
    with pytest.raises(CorrectionError, match=message):
        SESSION.corrected(**said)


def _one_of(rep):
    """Return corrections that concern this rep alone, with half a rest on each side."""
    a, b = rep.start_s, rep.end_s
    half = (a + b) / 2
    span = {"from_s": a, "to_s": b}
    return st.sampled_from(
        [
            Correction(do="drop", **span),
            Correction(do="split", from_s=half),
            Correction(do="split", from_s=half, to_s=half + 20.0),
            Correction(do="move", **span, start_s=a - 2.3),
            Correction(do="move", **span, start_s=a + 1.1, end_s=b + 3.4),
            Correction(do="call", **span, kind="stride"),
            Correction(do="call", **span, kind="recovery"),
            Correction(do="time", **span, time_s=91.3),
            Correction(do="distance", **span, distance_m=403.0),
            Correction(do="add", from_s=b + 12.0, to_s=b + 30.0),
            Correction(do="drop", from_s=b + 12.0, to_s=b + 30.0),
        ]
    )


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_corrections_that_do_not_overlap_commute(data):
    numbers = data.draw(st.lists(st.sampled_from(range(16)), min_size=2, max_size=6, unique=True))
    made = [data.draw(_one_of(SESSION.reps[n])) for n in numbers]
    shuffled = data.draw(st.permutations(made))
    first, second = (Corrections(items=tuple(items)).apply(SESSION) for items in (made, shuffled))
    covers(first)
    assert plain(first.rows) == plain(second.rows)
    assert sorted(map(str, first.unmet)) == sorted(map(str, second.unmet))
    # The same again, of the corrected one, is the same: corrections are made to what was found.
    assert plain(first.corrections.apply(first).rows) == plain(first.rows)


def test_sets_are_told_anew_of_what_was_corrected():
    merged = SESSION.corrected(merge=[(3, 4)])
    assert [rep.set for rep in merged.reps] == [rep.set for rep in in_sets(merged.reps)]
    assert None not in {rep.set for rep in merged.reps}
    assert merged.reps[2].rep_kind != merged.reps[0].rep_kind
