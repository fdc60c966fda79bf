"""The remarks and other numbers of a report: reasons for what is NaN, and what is shown without being scored."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

import numpy as np

from ..quantities.lengths import UNIT_M
from ..quantities.naming import repeats_after
from ..quantities.ordered import median
from ..report import SCORE_PARTS
from ..words.vocabulary import REST_KINDS
from .ground import ground_notes
from .held import HeldRep
from .impossible import equivalent_s, impossible_note
from .judged import Judged
from .pace import median_regular_pace
from .phases import stride_speeds
from .phrases import clock, deserves_tenths, gap, listed, reps, sentence
from .rest import rest_drift
from .totals import fall_note, fall_trend, progress_note, totals, worth_note
from .usual import are_alike

_REST_DRIFT = 0.05  # half of the band of rests: less is no trend
_STOP_TOLD_S = 3.0  # less is a slip of the thumb
_MOSTLY = 0.7  # seven in ten speak for all, here as in `usual`
_SET_APART = 0.015  # what `advice` calls fading
_SET_SURE_SD = 2.5  # of several rounds one is always odd
_FEWEST_DROPS = 3  # of fewer the median is one of them
_DROP_BPM = 5.0  # a sensor scatters by three


def make_figures(judged: Judged) -> dict[str, float]:
    """Return the other numbers of a report, by name with unit; NaN where they cannot be told."""
    pace = judged.pace
    median_pace = median_regular_pace(judged.judged_rows)
    at_pace_m, at_pace_s, total_m = judged.in_band
    worth = judged.worth
    first_fall, last_fall, _ = fall_trend(judged.rests)
    speeds = stride_speeds(judged.session)
    top = judged.athlete.top_speed_mps if judged.athlete else None
    return {
        "median_regular_s": _median_regular_s(judged),
        "equivalent_5k_s": equivalent_s(5000.0, median_pace),
        "equivalent_5k_pace_s_per_km": equivalent_s(5000.0, median_pace) / 5.0,
        "start_ratio": pace.start_ratio,
        "start_score": pace.start_score,
        "band_score": pace.band_mean,
        "budget_ratio": pace.budget_ratio,
        "worth_race_m": worth.race_m if worth else nan,
        "worth_quick_s": worth.quick_s if worth else nan,
        "worth_slow_s": worth.slow_s if worth else nan,
        **totals(judged.rows, judged.rests),
        "first_fall_bpm": first_fall,
        "last_fall_bpm": last_fall,
        "race_pace_m": at_pace_m,
        "race_pace_s": at_pace_s,
        "race_pace_share": at_pace_m / total_m if total_m > 0 else nan,
        "rest_drift_ratio": rest_drift(judged.rests),
        "warmup_easy_s": judged.structure.warmup_s,
        "cooldown_easy_s": judged.structure.cooldown_s,
        "stride_speed_mps": float(np.mean(speeds)) if speeds else nan,
        "stride_share_of_top_speed": float(np.mean(speeds)) / top if speeds and top else nan,
        "time_sd_s": _median_sd(judged.rows),
    }


def _median_regular_s(judged: Judged) -> float:
    """Return the median regular rep, over the distance they share where they share one."""
    if not judged.usual.per:
        return median_regular_pace(judged.judged_rows) * judged.usual.metres
    times = [row.time_s for row in judged.rows if row.is_timed and not row.is_hammer]
    return float(median(times)) if times else nan


def make_notes(judged: Judged) -> dict[str, str]:
    """Return the remarks by the part, or the thing, they belong to."""
    notes: dict[str, str] = {}
    plan, parts = judged.plan, judged.parts
    if plan.is_inferred:
        notes["plan"] = (
            f"No plan was named, so this is held against the repeats found ({plan.name}). Name one: --plan kastor,"
            " --plan recipe.toml, or --reps 8 for Kastor's short form"
        )
        notes["overall"] = "No score: it needs a plan (--plan kastor, --reps 8)"
    elif plan.goal is None:
        notes["overall"] = 'No overall score without a goal: give one (--goal "5k 20:00")'
    if plan.goal is None and isfinite(parts["pace"]):
        notes["pace"] = _evenness(judged)
    notes.update({name: reason for name, reason in _reasons(judged).items() if not isfinite(parts[name])})
    left_out = [name for name in SCORE_PARTS[1:] if not isfinite(parts[name])]
    if isfinite(parts["overall"]) and left_out:
        verb = "is" if len(left_out) == 1 else "are"
        notes["overall"] = f"{listed(left_out).capitalize()} {verb} left out and the other parts re-weighted"
    notes.update(_structure_notes(judged))
    notes.update(_pace_notes(judged))
    notes.update(_set_notes(judged))
    notes.update(_row_notes(judged))
    notes.update(impossible_note(judged.rows))
    if judged.heart_rate_doubt:
        notes["heart_rate"] = (
            f"Heart rate is not to be trusted in this recording: {judged.heart_rate_doubt}. Wrist sensors often fail in"
            " intervals; a chest strap does not"
        )
    notes.update(_hammer_notes(judged))
    notes.update(_rest_notes(judged))
    notes.update(_athlete_notes(judged))
    if progress := progress_note(judged):
        notes["progress"] = progress
    if worth := worth_note(judged):
        notes["worth"] = worth
    return notes


def _hammer_notes(judged: Judged) -> dict[str, str]:
    """Return what the reps after the hammers looked like."""
    usual = judged.usual
    median_s = judged.pace.median_pace_s_per_m * usual.metres
    sd_s = _median_sd(judged.rows)
    said = []
    for hammer in judged.hammers:
        number = judged.rows[hammer.row].planned_rep
        if number is None or not isfinite(hammer.next_ratio) or hammer.verdict == "not hammered":
            continue
        off_s = (hammer.next_ratio - 1.0) * median_s
        if abs(off_s) <= max(0.5, 2.0 * (sd_s if isfinite(sd_s) else 0.0)):
            said.append(f"rep {number + 1}, after hammer {number}, was as quick as the others")
        else:
            apart = gap(off_s, tenths=deserves_tenths(sd_s))
            word = "slower" if off_s > 0 else "quicker"
            said.append(f"rep {number + 1}, after hammer {number}, was {apart}{usual.per} {word} than the median")
    return {"after_hammer": sentence(listed(said))} if said else {}


def _rest_notes(judged: Judged) -> dict[str, str]:
    """Return how it was rested: on foot or not, growing or not, and how far heart rate fell."""
    notes: dict[str, str] = {}
    kinds = [rest.kind for rest in judged.rests if rest.kind is not None]
    if kinds:
        commonest = max(sorted(set(kinds)), key=kinds.count)
        if kinds.count(commonest) >= _MOSTLY * len(kinds):
            notes["rest_kind"] = f"Rests were {REST_KINDS[commonest]}"
        drops = np.array([rest.heart_rate_drop_bpm for rest in judged.rests], dtype=np.float64)
        drops = drops[np.isfinite(drops)]
        # After short reps the heart is still on its way up when the rest begins: such a drop says nothing.
        if drops.size >= _FEWEST_DROPS and median(drops) >= _DROP_BPM:
            fell = f"heart rate fell by {median(drops):.0f} beats in the first minute (median)"
            if change := fall_note(judged.rests):
                fell += f", {change}"
            notes["rest_kind"] = f"{notes['rest_kind']}; {fell}" if "rest_kind" in notes else fell.capitalize()
    drift = rest_drift(judged.rests)
    if isfinite(drift) and abs(drift - 1.0) > _REST_DRIFT:
        word = "longer" if drift > 1 else "shorter"
        notes["rest_drift"] = f"Rests grew {100 * abs(drift - 1):.0f} % {word} from the first third to the last"
    return notes


def _athlete_notes(judged: Judged) -> dict[str, str]:
    """Return what the hammers are worth to this runner, where the best 400 m is known."""
    best_s = judged.athlete.best_400_s if judged.athlete else None
    speeds = [
        (judged.rows[h.row].planned_rep, best_s / (400.0 * judged.rows[h.row].pace_s_per_m))
        for h in judged.hammers
        if best_s and judged.rows[h.row].is_timed
    ]
    if not best_s or not speeds:
        return {}
    shares = listed([f"{n} at {100 * share:.0f} %" for n, share in speeds])
    return {"best_400": f"Hammers by the speed of the best 400 m ({clock(best_s, tenths=True)}): {shares}"}


def _reasons(judged: Judged) -> dict[str, str]:
    plan = judged.plan
    rest_asked = any(isfinite(step.rest_s) or isfinite(step.rest_ratio) for step in plan.steps)
    return {
        "pace": "No regular rep has a time"
        if not any(r.is_timed and not r.is_hammer for r in judged.rows)
        else "Every rep had a distance of its own: without a goal there is nothing to hold it against",
        "hammer": "The plan has no hammer reps",
        "rest": "No two planned reps follow each other" if rest_asked else "No rest is asked for: shown, not scored",
        "structure": "No plan was named: shown, not scored",
    }


def _evenness(judged: Judged) -> str:
    rows = judged.judged_rows
    if not rows:
        return "Evenness: no regular rep has a time"
    if judged.plan.goal is None and not are_alike(rows):
        return "Evenness: regular reps against the median of their own distance or time"
    usual = judged.usual
    tenths = not usual.is_pace and deserves_tenths(_median_sd(judged.rows))
    median_pace = median_regular_pace(rows)
    median = clock(median_pace * usual.metres, tenths=tenths)
    all_of_them = len(rows) == sum(row.is_timed and not row.is_hammer for row in judged.rows)
    who = "regular reps" if all_of_them else f"the {len(rows)} reps that are alike"
    return f"Evenness: {who} against their own median, {median}{usual.per}"


def _structure_notes(judged: Judged) -> dict[str, str]:
    if not isfinite(judged.parts["structure"]):
        return {}
    absent = [
        name
        for name, seconds in (("warm-up", judged.structure.warmup_s), ("cool-down", judged.structure.cooldown_s))
        if not isfinite(seconds)
    ]
    if not absent:
        return {}
    verb = "is" if len(absent) == 1 else "are"
    return {"structure": f"The {listed(absent)} {verb} not in this recording and not counted"}


def _pace_notes(judged: Judged) -> dict[str, str]:
    notes: dict[str, str] = {}
    pace, plan = judged.pace, judged.plan
    if pace.is_coarse:
        notes["coarse"] = (
            "This recording is too coarse for a verdict on every rep: times are good to about"
            f" {_median_sd(judged.rows):.1f} s and the band is {_band_s(judged):.1f} s wide. {_remedy(judged)}"
        )
    if isfinite(pace.budget_ratio) and are_alike([row for row in judged.rows if row.is_timed and not row.is_hammer]):
        usual = judged.usual
        target_s = usual.metres * (1.0 / plan.goal.speed_mps if plan.goal else pace.median_pace_s_per_m)
        middle = [ratio for r, ratio in zip(judged.rows, pace.ratio, strict=True) if r.planned_rep in pace.middle_reps]
        middle_s = float(median(middle)) * target_s
        off_s = (pace.budget_ratio - 1.0) * middle_s
        if abs(off_s) < max(0.5, pace.budget_ratio_sd * middle_s):
            how = "as quick as"
        else:
            apart = gap(off_s, tenths=deserves_tenths(_median_sd(judged.rows)))
            how = f"{apart} {'slower' if off_s > 0 else 'quicker'} than"
        late, against = reps(pace.late_reps), reps(pace.middle_reps)
        verb = "was" if len(pace.late_reps) == 1 else "were"
        notes["budget"] = (
            f"Energy budget: {late[0].lower()}{late[1:]} {verb} {how} {against[0].lower()}{against[1:]}"
            f" ({clock(middle_s)}{usual.per})"
        )
    if plan.goal is not None:
        at_pace_m, at_pace_s, total_m = judged.in_band
        is_planned_run = any(row.step is not None and row.is_timed for row in judged.rows)
        if total_m > 0 and not pace.is_coarse and is_planned_run:
            at_pace, total = (f"{metres / UNIT_M[judged.units]:.1f}" for metres in (at_pace_m, total_m))
            time = f" ({clock(at_pace_s)})" if at_pace_s > 0 else ""
            share = f"{at_pace} of {total}" if at_pace_m > 0 else f"None of {total}"
            verb = "were" if at_pace_m > 0 else "was"
            notes["race_pace"] = f"{share} {judged.units} of reps {verb} run at goal pace{time}"
    return notes


def _set_notes(judged: Judged) -> dict[str, str]:
    """Return how the later of sets that repeat as a whole, of reps that differ, were run beside the first."""
    steps = [row.step for row in judged.rows if row.step is not None]
    kinds = [step.distance_m if isfinite(step.distance_m) else -step.duration_s for step in steps]
    size = repeats_after(kinds)
    if not 1 < size < len(kinds) or len(steps) != len(judged.rows):
        return {}
    ratios = judged.pace.ratio.reshape(-1, size)
    sds = np.sqrt(np.mean(judged.pace.ratio_sd.reshape(-1, size) ** 2, axis=1) / size)
    if not (np.isfinite(ratios).all() and np.isfinite(sds).all()):
        return {}
    means = ratios.mean(axis=1)
    said = []
    for number, (off, sd) in enumerate(zip(means / means[0] - 1.0, np.hypot(sds, sds[0]), strict=True), start=1):
        if number > 1 and abs(off) > max(_SET_APART, _SET_SURE_SD * sd):
            said.append(f"round {number} was {100 * abs(off):.0f} % {'slower' if off > 0 else 'quicker'} than round 1")
    return {"sets": sentence(listed(said))} if said else {}


def _remedy(judged: Judged) -> str:
    pressed = [row.source is not None and row.source.startswith("lap") for row in judged.rows if row.is_timed]
    if sum(pressed) < len(pressed) / 2:
        return "Press lap at the start and end of each rep next time"
    if any(row.is_by_watch for row in judged.rows):
        return "On a marked track the distance would be known better"
    return "Reps this short are finer than a thumb on the lap button"


def _band_s(judged: Judged) -> float:
    """Return the width of the band in seconds."""
    low, high = judged.plan.band
    target_s = judged.pace.target_s
    return (high - low) * float(median(target_s[~np.isnan(target_s)]))


def _row_notes(judged: Judged) -> dict[str, str]:
    notes = ground_notes(judged.rows, judged.session)
    doubles = [r.planned_rep or 0 for r in judged.rows if r.is_second_half]
    if doubles:
        pairs = listed([f"{n - 1} and {n}" for n in doubles])
        notes["double"] = f"Reps {pairs} were run as one, without a rest; they share a pace"
    stopped = [r for r in judged.rows if r.stopped_s > _STOP_TOLD_S and r.is_run]
    if stopped:
        notes["stopped"] = "; ".join(
            f"In rep {r.planned_rep} the watch was stopped for {r.stopped_s:.0f} s: by the clock it took"
            f" {clock(r.time_s)}, without the stop {clock(r.time_s - r.stopped_s)}"
            for r in stopped
        )
    hand = [r.planned_rep or 0 for r in judged.rows if r.source == "hand"]
    if hand:
        notes["splits"] = f"{reps(hand)}: hand-timed, in place of the recording's times"
    hammered = [(h.wrong_rep, judged.rows[h.row].planned_rep) for h in judged.hammers if h.wrong_rep is not None]
    if hammered:
        said = [f"rep {wrong} was hammered in place of {planned}" for wrong, planned in hammered]
        notes["wrong_rep"] = sentence(listed(said))
    return notes


def _median_sd(rows: Sequence[HeldRep]) -> float:
    known = [r.time_sd_s for r in rows if r.is_timed and isfinite(r.time_sd_s)]
    return float(median(known)) if known else nan
